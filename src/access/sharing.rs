//! What people handed over: paused and stopped by them; read by the institution while it lasts. How it is given: `handing`.
//!
//! An institution names a share, never a locker: in which it lies is looked up first, and does not change. Then the locks: the institution's
//! registration, the locker's chain. A share of somebody else is none. One of its own that has ended is told to be over, and leads to no byte.

use super::institutions::{Admitted, Coming, Hold};
use super::judging::When;
use super::refusals::Knocker;
use super::{Ask, Caller, Door, Progress, Refusal, policy};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{InstitutionId, LockerId, PersonId, ShareId};
use crate::domain::institution::ClientToken;
use crate::domain::policy::{Allowed, DocumentFacts, Facts, LockerFacts};
use crate::domain::share::{ShareStatus, SharedPaper};
use crate::domain::source::{Moment, Timestamp};
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Act, Bearer, Grant, Held, Pending, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::{self, Tie};
use crate::store::received::{Received, lock_received, received};
use crate::store::shares::{self, ShareRow};
use crate::store::{StoreError, Tx, documents, entries, under_way};

/// What its holder does to a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShareChange {
    /// It can't be read for a while.
    Pause,
    /// It can again.
    Resume,
    /// It can't any more.
    Revoke,
}

/// Who reads, as an institution's program says: the hash that the line bears, and what seals it, of the locker and the line's place.
pub type Reader<'r> = ([u8; 32], &'r (dyn Fn(LockerId, u64) -> Option<Vec<u8>> + Sync));

/// Everything that an access under a share rests on, read under the locks, with a yes.
pub(super) struct Under {
    pub(super) admitted: Admitted,
    pub(super) tie: Tie,
    pub(super) row: ShareRow,
    paper: Option<Paper>,
    /// The reading that it goes on with.
    open: Option<u64>,
    pub(super) allowed: Allowed,
    moment: Moment,
}

/// What is asked of a paper of a share in part, of its row: how large it is as it was added, and how many of its bytes are wanted. None, if what
/// describes it does not open.
pub type Part<'r> = &'r (dyn Fn(&ShareRow) -> Option<(u64, u64)> + Sync);

/// Which of the papers of a share, and in the middle of what.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'r> {
    pub(super) share: ShareId,
    pub(super) place: Option<u16>,
    pub(super) when: When,
    /// A range, by nobody in particular, which may go on with a reading that rests.
    pub(super) joins: Option<Part<'r>>,
    /// Fetching everything in one file, if it is a part of that: then it is among what was counted when that began.
    pub(super) within: Option<Action>,
}

impl Door {
    /// Whether a share's row is one that we wrote.
    pub(super) fn is_handed(&self, row: &ShareRow) -> bool {
        let facts = row.facts();
        self.is_proven(&row.claim(&facts), &row.proof)
    }

    pub(super) fn prove_share(&self, row: &mut ShareRow) -> Result<(), StoreError> {
        let facts = row.facts();
        row.proof = self.prove(&row.claim(&facts))?.to_vec();
        Ok(())
    }

    /// The holder looks at what they have handed over: the transaction goes on.
    pub async fn begin_listing_shares(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<(Tx, Pending<act::ListShares>, Vec<ShareRow>, Moment), Refusal> {
        let (mut tx, pending) = self.begin::<act::ListShares>(caller, &Ask::locker(locker)).await?;
        let rows = self.shares_in(&mut tx, &pending).await?;
        let moment = tx.moment().await?;
        Ok((tx, pending, rows, moment))
    }

    /// The shares of the granted locker whose rows are believed, as the journal says that they stand.
    pub async fn shares_in(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<ShareRow>, StoreError> {
        let rows = self.proven_shares(tx, held).await?;
        if rows.is_empty() {
            return Ok(rows);
        }
        let mut rows = self.shares_as_told(tx, rows, held.written().seq).await?;
        // One that is over is not compared with the journal: what it tells of is there, or it is not told.
        let here = documents::versions_in_place(tx, held).await?;
        for row in &mut rows {
            row.note_gone(&here);
        }
        Ok(rows)
    }

    /// Those whose rows bear their proof, as they are: to be compared with the whole journal.
    pub async fn proven_shares(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<ShareRow>, StoreError> {
        let mut rows = shares::all(tx, held.locker()).await?;
        rows.retain(|row| self.is_handed(row));
        Ok(rows)
    }

    /// The holder pauses a share, lets it be read again, or stops it. It holds on the very next request, and for what is being read.
    pub async fn change_share(
        &self,
        caller: &Caller,
        (locker, share): (LockerId, ShareId),
        change: ShareChange,
    ) -> Result<(), Refusal> {
        match change {
            ShareChange::Pause => self.change_share_by::<act::PauseShare>(caller, (locker, share), change).await,
            ShareChange::Resume => self.change_share_by::<act::ResumeShare>(caller, (locker, share), change).await,
            ShareChange::Revoke => self.change_share_by::<act::RevokeShare>(caller, (locker, share), change).await,
        }
    }

    async fn change_share_by<A: Act>(
        &self,
        caller: &Caller,
        (locker, share): (LockerId, ShareId),
        change: ShareChange,
    ) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Share(share)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<A>(caller, &ask).await?;
        let found = shares::find(&mut tx, locker, share).await?.filter(|row| self.is_handed(row));
        // As the row says, not as it is believed: to stop it must leave its line, also where an older row stands in its place.
        let was_ended = found.as_ref().is_some_and(|row| row.ended_at.is_some());
        let row = match found {
            Some(row) => Some(self.share_as_told(&mut tx, row, pending.written().seq).await?),
            None => None,
        };
        let at = pending.written().at;
        let moment = tx.moment().await?;
        let reason = match &row {
            None => Some(Reason::UnknownShare),
            Some(row) => {
                let fits = match (change, row.facts().status(moment)) {
                    (ShareChange::Pause, ShareStatus::Active) | (ShareChange::Resume, ShareStatus::Paused) => true,
                    // One that is over already is stopped all the same: who presses the button is sure of it then.
                    (ShareChange::Revoke, _) => !was_ended,
                    _ => false,
                };
                (!fits).then_some(Reason::WrongState)
            }
        };
        let Some(mut row) = row.filter(|_| reason.is_none()) else {
            drop((tx, pending));
            return self.no_request::<A, _>(caller, locker, reason.unwrap_or(Reason::UnknownShare)).await;
        };
        match change {
            ShareChange::Pause => row.paused_at = Some(at),
            ShareChange::Resume => row.paused_at = None,
            ShareChange::Revoke => row.ended_at = Some(at),
        }
        self.prove_share(&mut row)?;
        shares::change(&mut tx, &pending, &row).await?;
        self.tell_of_share(&mut tx, &row.facts(), change, at).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Lets a program in under a share: locks, reads, decides. On no, writes it down: in the holder's journal what the rightful institution
    /// was refused, in the service's what anybody else was.
    pub(super) async fn under<A: Act>(&self, caller: &Caller, wanted: Wanted<'_>) -> Result<Under, Refusal> {
        let begins = wanted.when == When::Begins && wanted.within.is_none();
        let coming = Coming { hold: Hold::Registration, begins };
        let mut admitted = self.client_coming(caller, A::ACTION, coming).await?;
        let institution = admitted.row.facts.institution;
        let known = self.0.handed.of(institution, wanted.share);
        let place_known = wanted.place.and_then(|place| known.as_ref()?.paper(place));
        let (tie, received) = match &known {
            Some(known) => {
                let locked = lock_received(&mut admitted.tx, known.locker, wanted.share, place_known.as_ref()).await?;
                let (tie, received) = locked.unzip();
                (self.believed(tie), received)
            }
            None => self.sought(&mut admitted.tx, institution, wanted.share).await?,
        };
        let is_theirs = |row: &ShareRow| row.recipient.institution() == Some(institution) && self.is_handed(row);
        let received = received.filter(|received| is_theirs(&received.row));
        let Some((tie, Received { row, closure, found: found_before })) = tie.zip(received) else {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), A::ACTION, Reason::UnknownShare).await;
        };
        let mut row = self.share_as_told(&mut admitted.tx, row, u64::MAX).await?;
        let shared = wanted.place.and_then(|place| row.papers.iter().find(|paper| paper.place == place).copied());
        let found = match &shared {
            // What the journal says is destroyed is not there, whatever was put back.
            Some(paper) if row.gone.contains(&paper.place) => None,
            // Found on the way, by what was known of it.
            Some(paper) if place_known == Some(*paper) => found_before,
            Some(paper) => shares::version(&mut admitted.tx, &tie, paper).await?,
            None => {
                row.note_gone(&documents::versions_of_tied(&mut admitted.tx, &tie).await?);
                None
            }
        };
        let paper = found.and_then(|found| match found {
            Found::Paper(paper) => Some(*paper),
            Found::Unreadable(_) => None,
        });
        let standing = self.judged(tie.locker(), closure);
        let moment = admitted.tx.moment().await?;
        let part = wanted.joins.and_then(|part| part(&row));
        let open = match (&paper, part) {
            (Some(paper), Some(part)) => self.resting(&mut admitted, &tie, (paper, wanted.share, part), moment).await?,
            _ => None,
        };
        let readings = row.readings;
        // What takes everything is as many readings, and as many lines.
        let all = takes_all(A::ACTION).then(|| u32::try_from(row.papers.len()).unwrap_or(u32::MAX));
        if wanted.when == When::GoesOn || open.is_some() || wanted.within.is_some() {
            // The reading that goes on is among those that were counted.
            row.readings = readings.saturating_sub(all.unwrap_or(1));
        }
        let facts = Facts {
            locker: Some(LockerFacts { standing, ..tie.facts() }),
            document: match (wanted.place, &paper) {
                (None, _) => DocumentFacts::NotNamed,
                (Some(_), None) => DocumentFacts::Unknown,
                (Some(_), Some(paper)) => DocumentFacts::Known(paper.facts()),
            },
            share: Some(row.facts()),
            agent: admitted.agent(),
            ..Facts::NONE
        };
        let decision = policy::decide(admitted.who(), A::ACTION, &facts, moment);
        row.readings = readings;
        // What was handed over, and is not there any more, is over: its holder destroyed it.
        let is_gone = shared.is_some() && decision == Err(Reason::UnknownDocument);
        let decision = if is_gone { Err(Reason::ShareOver) } else { decision };
        let is_new = wanted.when == When::Begins && open.is_none() && wanted.within.is_none() && decision.is_ok();
        let lines = u64::from(all.unwrap_or(0)).saturating_add(1);
        if is_new && self.0.refusals.crowds(wanted.share, lines, self.source().now()) {
            let who = admitted.who();
            drop(admitted);
            self.refuse_outside(caller, who, A::ACTION, Reason::TooMany).await?;
            return Err(Refusal::Denied(Reason::TooMany));
        }
        match decision {
            Ok(allowed) => {
                if known.is_none() {
                    self.0.handed.keep(institution, wanted.share, tie.locker(), &row.papers);
                }
                Ok(Under { admitted, tie, row, paper, open, allowed, moment })
            }
            // In the middle of a stream, its end is its line.
            Err(reason) if wanted.when == When::GoesOn => Err(Refusal::Denied(reason)),
            Err(reason) => Err(self.refuse_under::<A>(caller, admitted, (&tie, &row), (shared, reason)).await?),
        }
    }

    /// A share of which nobody remembers yet in whose locker it lies: that locker, locked, and the share.
    async fn sought(
        &self,
        tx: &mut Tx,
        institution: InstitutionId,
        share: ShareId,
    ) -> Result<(Option<Tie>, Option<Received>), StoreError> {
        let tie = match shares::locker_of(tx, institution, share).await? {
            Some(locker) => self.believed(lockers::lock_for_upkeep(tx, locker).await?),
            None => None,
        };
        let received = match &tie {
            Some(tie) => received(tx, tie, share, None).await?,
            None => None,
        };
        Ok((tie, received))
    }

    /// A reading of a version by this token that rests, if it was begun under this very share, for nobody in particular, and what is wanted
    /// now is no more than it has left of the paper: the sealed size counts, as more is stored than is read.
    async fn resting(
        &self,
        admitted: &mut Admitted,
        tie: &Tie,
        (paper, share, (size, wanted)): (&Paper, ShareId, (u64, u64)),
        moment: Moment,
    ) -> Result<Option<u64>, StoreError> {
        let since = moment.now.minus(super::readings::SAME_READING);
        let session = admitted.session();
        let open = under_way::reading(&mut admitted.tx, tie, session, paper.version, since).await?;
        let Some(open) = open.filter(|open| open.bytes.saturating_add(wanted) <= size) else { return Ok(None) };
        let lines = entries::since(&mut admitted.tx, tie, open.seq.saturating_sub(1), 1).await?;
        let began = lines.first().filter(|kept| kept.seq == open.seq).and_then(|kept| kept.entry(tie.locker().chain()));
        // Nobody in particular, or the agent by whose name it began.
        let named = admitted.named();
        let is_its = began.is_some_and(|began| began.line.share == Some(share) && began.line.evidence == named);
        Ok(is_its.then_some(open.seq))
    }

    /// The rightful institution is refused: a line in the holder's journal. One that knocks again and again does not fill it.
    pub(super) async fn refuse_under<A: Act>(
        &self,
        caller: &Caller,
        mut admitted: Admitted,
        (tie, row): (&Tie, &ShareRow),
        (shared, reason): (Option<SharedPaper>, Reason),
    ) -> Result<Refusal, StoreError> {
        let (institution, who) = (admitted.row.facts.institution, admitted.who());
        // Each share has a measure of its own: what is knocked at in one locker takes nothing from what others see.
        let counted = match who {
            Actor::Agent(person) => person,
            _ => PersonId::from_uuid(institution.uuid()),
        };
        if self.0.refusals.fills(PersonId::from_uuid(row.share.uuid()), self.source().now()) {
            drop(admitted);
            self.refuse_outside(caller, who, A::ACTION, reason).await?;
        } else {
            let object =
                shared.map_or(Object::Share(row.share), |paper| Object::Version(paper.document, paper.version));
            let line = Line {
                share: Some(row.share),
                ground: Ground::None,
                outcome: Outcome::Refused(reason),
                ..admitted.line(caller, object)
            };
            entries::append(&mut admitted.tx, tie.locker().chain(), line).await?;
            admitted.tx.commit().await?;
        }
        let is_tiresome = self.0.refusals.knock(Knocker::Person(counted), self.source().now());
        Ok(Refusal::Denied(if is_tiresome { Reason::TooMany } else { reason }))
    }

    /// An institution looks at the list of what it was handed.
    pub async fn receive_share(
        &self,
        caller: &Caller,
        share: ShareId,
    ) -> Result<(Grant<act::ReceiveShare>, ShareRow), Refusal> {
        let wanted = Wanted { share, place: None, when: When::Begins, joins: None, within: None };
        let under = self.under::<act::ReceiveShare>(caller, wanted).await?;
        let (line, bearer) = under.parts(caller, Object::Share(share), None);
        let Under { mut admitted, row, allowed, .. } = under;
        let pending = Pending::issue(&mut admitted.tx, allowed, bearer, line).await?;
        Ok((pending.commit(admitted.tx).await?, row))
    }

    /// An institution looks at what describes one of the papers that it was handed: no reading of it.
    pub async fn receive_paper(
        &self,
        caller: &Caller,
        (share, place): (ShareId, u16),
    ) -> Result<(Grant<act::ReceiveShare>, ShareRow), Refusal> {
        let wanted = Wanted { share, place: Some(place), when: When::Begins, joins: None, within: None };
        let under = self.under::<act::ReceiveShare>(caller, wanted).await?;
        let paper = under.paper.as_ref().ok_or(StoreError::Other)?;
        let (line, bearer) = under.parts(caller, Object::Version(paper.document, paper.version), None);
        let Under { mut admitted, row, allowed, .. } = under;
        let pending = Pending::issue(&mut admitted.tx, allowed, bearer, line).await?;
        Ok((pending.commit(admitted.tx).await?, row))
    }

    /// Begins a reading of one of the papers of a share; or, for a range by nobody in particular, goes on with one that this token has at rest on
    /// it. `part`: what a range asks of it: nothing that is there, and nothing is read nor written. `reader`: who reads, as the
    /// program says: the hash that the line bears, and what makes it sealed, of the locker and the line's place.
    pub async fn begin_shared_reading(
        &self,
        caller: &Caller,
        (share, place): (ShareId, u16),
        part: Option<Part<'_>>,
        reader: Option<Reader<'_>>,
    ) -> Result<Option<(Grant<act::ReadContent>, Vec<WrapRow>)>, Refusal> {
        let joins = part.filter(|_| reader.is_none());
        let wanted = Wanted { share, place: Some(place), when: When::Begins, joins, within: None };
        let under = self.under::<act::ReadContent>(caller, wanted).await?;
        if let Some((_, 0)) = part.and_then(|part| part(&under.row)) {
            return Ok(None);
        }
        Ok(Some(self.begin_reading_under(caller, (wanted, under), reader).await?))
    }

    /// Begins the reading of one paper, in the middle of what takes everything.
    pub(super) async fn begin_reading_within(
        &self,
        caller: &Caller,
        wanted: Wanted<'_>,
        reader: Option<Reader<'_>>,
    ) -> Result<(Grant<act::ReadContent>, Vec<WrapRow>), Refusal> {
        let under = self.under::<act::ReadContent>(caller, wanted).await?;
        self.begin_reading_under(caller, (wanted, under), reader).await
    }

    /// Begins a reading under a share, as wanted, of what was found under the locks.
    async fn begin_reading_under(
        &self,
        caller: &Caller,
        (wanted, under): (Wanted<'_>, Under),
        reader: Option<Reader<'_>>,
    ) -> Result<(Grant<act::ReadContent>, Vec<WrapRow>), Refusal> {
        let share = wanted.share;
        let Under { mut admitted, tie, mut row, paper, open, allowed, moment } = under;
        let paper = paper.ok_or(StoreError::Other)?;
        let session = admitted.session();
        let client = admitted.who();
        let bearer = |paper: Paper| Bearer {
            person: None,
            session: Some(session),
            paper: Some(Box::new(paper)),
            help: None,
            share: Some((client, share)),
            issuer: None,
        };
        if let Some(seq) = open {
            under_way::touch(&mut admitted.tx, &tie, seq, moment.now, 0, false).await?;
            let written = entries::Written { chain: tie.locker().chain(), seq, at: moment.now };
            let (key, collection) = (paper.key, paper.collection);
            let pending = Pending::resume(allowed, bearer(paper), written)?;
            let wraps = crate::store::keys::of_paper(&mut admitted.tx, &pending, key, collection).await?;
            return Ok((pending.commit(admitted.tx).await?, wraps));
        }
        let object = Object::Version(paper.document, paper.version);
        let line = Line {
            share: Some(share),
            ground: allowed.ground(),
            evidence: reader.map(|(hash, _)| hash).or(admitted.named()),
            of: wanted.within,
            ..admitted.line(caller, object)
        };
        let held = bearer(paper);
        let (pending, wraps) = Pending::issue_reading(&mut admitted.tx, allowed, held, line).await?;
        // Where they are not limited, the journal counts them alone.
        if wanted.within.is_none() && row.readings_max.is_some() {
            row.readings = row.readings.saturating_add(1);
            self.prove_share(&mut row)?;
            shares::change(&mut admitted.tx, &pending, &row).await?;
        }
        if let Some((_, seal)) = reader {
            let details = seal(tie.locker(), pending.written().seq).ok_or(StoreError::Other)?;
            shares::add_reader(&mut admitted.tx, &pending, &details).await?;
        }
        Ok((pending.commit(admitted.tx).await?, wraps))
    }

    /// Decides again, in the middle of a reading under a share, and notes what moved.
    pub(super) async fn still_shared<A: Act>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        share: ShareId,
        progress: Progress,
    ) -> Result<(), Refusal> {
        let caller = lasting(caller);
        let mut place = None;
        if let Some(paper) = grant.paper() {
            let mut tx = self.0.db.begin().await?;
            let row = shares::find(&mut tx, grant.locker(), share).await?;
            drop(tx);
            let is_it = |shared: &&SharedPaper| shared.document == paper.document && shared.version == paper.version;
            place = row.and_then(|row| row.papers.iter().find(is_it).map(|shared| shared.place));
            place.ok_or(Refusal::Denied(Reason::UnknownShare))?;
        }
        let wanted = Wanted { share, place, when: When::GoesOn, joins: None, within: None };
        let Under { mut admitted, tie, moment, .. } = self.under::<A>(&caller, wanted).await?;
        let goes_on = under_way::touch(&mut admitted.tx, &tie, progress.seq, moment.now, progress.bytes, false).await?;
        admitted.tx.commit().await?;
        if goes_on { Ok(()) } else { Err(Refusal::Denied(Reason::Interrupted)) }
    }
}

/// Whether it fetches everything in one file.
const fn takes_all(action: Action) -> bool {
    matches!(action, Action::ReceiveArchive | Action::ReceiveMerged)
}

/// The same caller, whose token may run out while something long goes on, as a proof of who one is may: what lets it go on is the share.
pub(super) fn lasting(caller: &Caller) -> Caller {
    let lasting = |token| ClientToken { until: Timestamp::from_micros(i64::MAX), ..token };
    Caller { client: caller.client.map(lasting), ..caller.clone() }
}

impl Under {
    /// The line of what is done, and who does it.
    pub(super) fn parts(&self, caller: &Caller, object: Object, paper: Option<Paper>) -> (Line, Bearer) {
        let line =
            Line { share: Some(self.row.share), ground: self.allowed.ground(), ..self.admitted.line(caller, object) };
        let bearer = Bearer {
            person: None,
            session: Some(self.admitted.session()),
            paper: paper.map(Box::new),
            help: None,
            share: Some((self.admitted.who(), self.row.share)),
            issuer: None,
        };
        (line, bearer)
    }
}
