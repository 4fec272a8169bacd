//! Papers for somebody without an account: given by their holder, received by whoever has the code and knows the holder's surname.
//!
//! A code is looked for by its keyed hash, and a surname by a keyed hash of both: what is done for a code of nothing and for a wrong surname
//! is the same, statement by statement, and so is the answer. Only what is written down afterwards differs ([`Door::note_wrong_code`]):
//! nobody waits for it. What a code leads to is said only to whoever knows the surname.
//!
//! Locked, in this order: both counts of tries, by their keyed hashes; the locker's chain.

use subtle::{Choice, ConstantTimeEq};

use super::code_tries::Counted;
use super::judging::When;
use super::sharing::Reader;
use super::{Ask, Caller, Door, Progress, Refusal, policy};
use crate::domain::bearer::Pass;
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{LockerId, PersonId, SessionId, ShareId};
use crate::domain::policy::{Allowed, DocumentFacts, Facts, LockerFacts};
use crate::domain::share::{CodeTerms, Recipient, SharedPaper};
use crate::domain::source::{Moment, Timestamp};
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Act, Bearer, Grant, Held, Pending, act};
use crate::store::keys::WrapRow;
use crate::store::lockers::{self, Tie};
use crate::store::shares::{self, ShareRow};
use crate::store::{StoreError, Tx, closures, code_tries, documents, entries, under_way};

/// Microseconds of a day.
const DAY: i64 = 24 * 3600 * 1_000_000;

/// What is given to somebody by a code, to be written.
#[derive(Debug)]
pub struct NewCodeShare {
    /// Its id.
    pub share: ShareId,
    /// By what they come in.
    pub terms: CodeTerms,
    /// The first moment after it.
    pub until: Timestamp,
    /// How many readings it allows, if they are counted.
    pub readings_max: Option<u32>,
    /// What is in it.
    pub papers: Vec<SharedPaper>,
    /// What it is, sealed for its holder.
    pub details: Vec<u8>,
    /// The same, sealed for who receives it.
    pub shown: Vec<u8>,
}

/// What somebody typed to come in, as keyed hashes.
#[derive(Debug, Clone, Copy)]
pub struct TypedCode {
    /// Of the code.
    pub lookup: [u8; 32],
    /// Of the code with the surname.
    pub name: [u8; 32],
    /// What tries from that place are counted under.
    pub place: [u8; 32],
}

/// Somebody was not let in by a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Code or surname are wrong: the same word for both. To be noted: the share whose code it is, if it is one's.
    Wrong(Option<(LockerId, ShareId)>),
    /// Something else.
    Otherwise(Refusal),
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Otherwise(error.into())
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Otherwise(refusal)
    }
}

/// Everything that an access by a code rests on, read under the locker's lock, with a yes.
struct Borne {
    tx: Tx,
    tie: Tie,
    row: ShareRow,
    paper: Option<Paper>,
    allowed: Allowed,
    moment: Moment,
}

/// Which share, which of its papers, and in the middle of what.
#[derive(Debug, Clone, Copy)]
struct Sought {
    locker: LockerId,
    share: ShareId,
    place: Option<u16>,
    when: When,
}

impl Door {
    /// Begins to give papers to somebody by a code.
    pub async fn begin_giving_by_code(
        &self,
        caller: &Caller,
        locker: LockerId,
        share: ShareId,
    ) -> Result<(Tx, Pending<act::GiveShare>), Refusal> {
        let ask = Ask { object: Some(Object::Share(share)), ..Ask::locker(locker) };
        let (tx, pending) = self.begin::<act::GiveShare>(caller, &ask).await?;
        // Who helps answers what institutions ask: to whom else papers go, their holder alone says.
        if pending.help().is_some() {
            drop((tx, pending));
            return self.no_request::<act::GiveShare, _>(caller, locker, Reason::NotAllowed).await;
        }
        Ok((tx, pending))
    }

    /// Writes what is given, in the transaction whose entry says so.
    pub async fn give_by_code(
        &self,
        mut tx: Tx,
        pending: Pending<act::GiveShare>,
        new: NewCodeShare,
    ) -> Result<(), Refusal> {
        let mut row = ShareRow {
            locker: pending.locker(),
            share: new.share,
            recipient: Recipient::Bearer(new.terms),
            from: pending.written().at,
            until: new.until,
            paused_at: None,
            ended_at: None,
            readings_max: new.readings_max,
            readings: 0,
            papers: new.papers,
            proof: Vec::new(),
            details: new.details,
            shown: new.shown,
            gone: Vec::new(),
            is_doubted: false,
        };
        self.prove_share(&mut row)?;
        shares::add(&mut tx, &pending, &row).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// The holder has the paper made that bears a code: they show the code, which is kept nowhere. The transaction goes on.
    pub async fn begin_printing_code(
        &self,
        caller: &Caller,
        (locker, share): (LockerId, ShareId),
        lookup: Option<&[u8; 32]>,
    ) -> Result<(Tx, Pending<act::PrintCode>, ShareRow), Refusal> {
        let ask = Ask { object: Some(Object::Share(share)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::PrintCode>(caller, &ask).await?;
        let row = match shares::find(&mut tx, locker, share).await?.filter(|row| self.is_handed(row)) {
            Some(row) => Some(self.share_as_told(&mut tx, row, pending.written().seq).await?),
            None => None,
        };
        let moment = tx.moment().await?;
        let reason = match &row {
            Some(row) => match row.recipient.code() {
                Some(terms) if lookup == Some(&terms.lookup) => {
                    row.facts().status(moment).is_final().then_some(Reason::ShareOver)
                }
                Some(_) => Some(Reason::WrongCode),
                None => Some(Reason::UnknownShare),
            },
            None => Some(Reason::UnknownShare),
        };
        match (row, reason) {
            (Some(row), None) => Ok((tx, pending, row)),
            (_, reason) => {
                drop((tx, pending));
                self.no_request::<act::PrintCode, _>(caller, locker, reason.unwrap_or(Reason::UnknownShare)).await
            }
        }
    }

    /// The holder looks at one of what they handed over: the transaction goes on.
    pub async fn begin_viewing_share(
        &self,
        caller: &Caller,
        (locker, share): (LockerId, ShareId),
    ) -> Result<(Tx, Pending<act::ViewShare>, ShareRow, Moment), Refusal> {
        let ask = Ask { object: Some(Object::Share(share)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::ViewShare>(caller, &ask).await?;
        let row = match shares::find(&mut tx, locker, share).await?.filter(|row| self.is_handed(row)) {
            Some(row) => Some(self.share_as_told(&mut tx, row, pending.written().seq).await?),
            None => None,
        };
        let moment = tx.moment().await?;
        let Some(mut row) = row else {
            drop((tx, pending));
            return self.no_request::<act::ViewShare, _>(caller, locker, Reason::UnknownShare).await;
        };
        row.note_gone(&documents::versions_in_place(&mut tx, &pending).await?);
        Ok((tx, pending, row, moment))
    }

    /// Somebody comes in by a code and a surname. The first use begins the time of a code whose time begins then. Gives whose locker, and
    /// which share.
    pub async fn enter_code(&self, caller: &Caller, typed: &TypedCode) -> Result<(LockerId, ShareId), Refused> {
        let mut tx = self.0.db.begin().await?;
        // Always in one order, whichever of them is which: nobody waits for who waits for them.
        let (of_code, of_place) = if typed.lookup <= typed.place {
            let of_code = code_tries::hold(&mut tx, &typed.lookup).await?;
            (of_code, code_tries::hold(&mut tx, &typed.place).await?)
        } else {
            let of_place = code_tries::hold(&mut tx, &typed.place).await?;
            (code_tries::hold(&mut tx, &typed.lookup).await?, of_place)
        };
        let clock = tx.moment().await?.clock;
        if Counted::Code.is_too_early(of_code, clock) || Counted::Place.is_too_early(of_place, clock) {
            drop(tx);
            self.refuse_outside(caller, Actor::Anonymous, Action::EnterCode, Reason::TooMany).await?;
            return Err(Refusal::Denied(Reason::TooMany).into());
        }
        let found = shares::by_code(&mut tx, &typed.lookup).await?;
        // For a code of nothing there is something to compare with, too.
        let names = found.map_or([[0; 32]; 2], |found| found.names);
        let is_named = names.iter().fold(Choice::from(0), |any, name| any | name.ct_eq(&typed.name));
        let Some(found) = found.filter(|_| is_named.into()) else {
            code_tries::keep(&mut tx, &typed.lookup, Counted::Code.missed(of_code, clock)).await?;
            code_tries::keep(&mut tx, &typed.place, Counted::Place.missed(of_place, clock)).await?;
            tx.commit().await?;
            return Err(Refused::Wrong(found.map(|found| (found.locker, found.share))));
        };
        code_tries::keep(&mut tx, &typed.lookup, code_tries::Tries { missed: 0, missed_at: clock }).await?;
        let sought = Sought { locker: found.locker, share: found.share, place: None, when: When::Begins };
        let is_its = |row: &ShareRow| row.recipient.code().is_some_and(|terms| terms.lookup == typed.lookup);
        let Borne { mut tx, mut row, allowed, moment, .. } =
            match self.borne_in::<act::EnterCode>(tx, caller, sought, is_its).await {
                // A row that is not believed is no row: its code is one of nothing.
                Err(Refusal::Denied(Reason::UnknownShare)) => return Err(Refused::Wrong(None)),
                borne => borne?,
            };
        let line = line_of::<act::EnterCode>(caller, found.share, (allowed.ground(), Object::Share(found.share)));
        let bearer = Bearer { share: Some((Actor::CodeBearer(found.share), found.share)), ..Bearer::default() };
        let pending = Pending::<act::EnterCode>::issue(&mut tx, allowed, bearer, line).await?;
        if let Recipient::Bearer(CodeTerms { days, used_at: used_at @ None, .. }) = &mut row.recipient {
            *used_at = Some(moment.now);
            if let Some(days) = *days {
                let end = moment.now.micros().saturating_add(i64::from(days).saturating_mul(DAY));
                row.until = row.until.min(Timestamp::from_micros(end));
            }
            self.prove_share(&mut row)?;
            shares::change(&mut tx, &pending, &row).await?;
        }
        pending.commit(tx).await?;
        Ok((found.locker, found.share))
    }

    /// Writes down that somebody was not let in: in the holder's journal where it was the code of a share of theirs, with a wrong surname; in
    /// the service's otherwise, coalesced. Nobody waits for it.
    pub async fn note_wrong_code(&self, caller: &Caller, found: Option<(LockerId, ShareId)>) -> Result<(), StoreError> {
        let now = self.source().now();
        let found = found.filter(|(_, share)| !self.0.refusals.fills(PersonId::from_uuid(share.uuid()), now));
        let Some((locker, share)) = found else {
            return self.refuse_outside(caller, Actor::Anonymous, Action::EnterCode, Reason::WrongCode).await;
        };
        let mut tx = self.0.db.begin().await?;
        let Some(tie) = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?) else { return Ok(()) };
        let line = Line {
            outcome: Outcome::Refused(Reason::WrongSurname),
            ..line_of::<act::EnterCode>(caller, share, (Ground::None, Object::Share(share)))
        };
        entries::append(&mut tx, tie.locker().chain(), line).await?;
        tx.commit().await
    }

    /// Lets somebody in who came by a code: locks, reads, decides. On no, a line in the holder's journal.
    async fn borne<A: Act>(&self, caller: &Caller, sought: Sought) -> Result<Borne, Refusal> {
        let tx = self.0.db.begin().await?;
        self.borne_in::<A>(tx, caller, sought, |_| true).await
    }

    async fn borne_in<A: Act>(
        &self,
        mut tx: Tx,
        caller: &Caller,
        sought: Sought,
        is_its: impl Fn(&ShareRow) -> bool,
    ) -> Result<Borne, Refusal> {
        let Sought { locker, share, place, when } = sought;
        let tie = self.believed(lockers::lock_for_upkeep(&mut tx, locker).await?);
        let row = shares::find(&mut tx, locker, share).await?.filter(|row| self.is_handed(row)).filter(is_its);
        let Some((tie, row)) = tie.zip(row) else {
            drop(tx);
            self.refuse_outside(caller, Actor::Anonymous, A::ACTION, Reason::UnknownShare).await?;
            return Err(Refusal::Denied(Reason::UnknownShare));
        };
        let mut row = self.share_as_told(&mut tx, row, u64::MAX).await?;
        let shared = place.and_then(|place| row.papers.iter().find(|paper| paper.place == place).copied());
        let found = match &shared {
            // What the journal says is destroyed is not there, whatever was put back.
            Some(paper) if row.gone.contains(&paper.place) => None,
            Some(paper) => shares::version(&mut tx, &tie, paper).await?,
            None => {
                row.note_gone(&documents::versions_of_tied(&mut tx, &tie).await?);
                None
            }
        };
        let paper = found.and_then(|found| match found {
            Found::Paper(paper) => Some(*paper),
            Found::Unreadable(_) => None,
        });
        let closure = closures::standing(&mut tx, locker).await?.flatten();
        let standing = self.judged(locker, closure);
        let moment = tx.moment().await?;
        let readings = row.readings;
        if when == When::GoesOn {
            // The reading that goes on is among those that were counted.
            row.readings = readings.saturating_sub(1);
        }
        let facts = Facts {
            locker: Some(LockerFacts { standing, ..tie.facts() }),
            document: match (place, &paper) {
                (None, _) => DocumentFacts::NotNamed,
                (Some(_), None) => DocumentFacts::Unknown,
                (Some(_), Some(paper)) => DocumentFacts::Known(paper.facts()),
            },
            share: Some(row.facts()),
            ..Facts::NONE
        };
        let decision = policy::decide(Actor::CodeBearer(share), A::ACTION, &facts, moment);
        row.readings = readings;
        // What was given, and is not there any more, is over: its holder destroyed it.
        let is_gone = shared.is_some() && decision == Err(Reason::UnknownDocument);
        let decision = if is_gone { Err(Reason::ShareOver) } else { decision };
        if when == When::Begins && decision.is_ok() && self.0.refusals.crowds(share, 1, self.source().now()) {
            drop(tx);
            self.refuse_outside(caller, Actor::CodeBearer(share), A::ACTION, Reason::TooMany).await?;
            return Err(Refusal::Denied(Reason::TooMany));
        }
        match decision {
            Ok(allowed) => Ok(Borne { tx, tie, row, paper, allowed, moment }),
            // In the middle of a stream, its end is its line.
            Err(reason) if when == When::GoesOn => Err(Refusal::Denied(reason)),
            Err(reason) => {
                let object =
                    shared.map_or(Object::Share(share), |paper| Object::Version(paper.document, paper.version));
                Err(self.refuse_borne::<A>(tx, caller, &tie, (share, object, reason)).await?)
            }
        }
    }

    /// Whoever has a code and knows the surname is refused: a line in the holder's journal, as long as there are few.
    async fn refuse_borne<A: Act>(
        &self,
        mut tx: Tx,
        caller: &Caller,
        tie: &Tie,
        (share, object, reason): (ShareId, Object, Reason),
    ) -> Result<Refusal, StoreError> {
        if self.0.refusals.fills(PersonId::from_uuid(share.uuid()), self.source().now()) {
            // What was counted of tries is kept all the same.
            tx.commit().await?;
            self.refuse_outside(caller, Actor::CodeBearer(share), A::ACTION, reason).await?;
        } else {
            let line =
                Line { outcome: Outcome::Refused(reason), ..line_of::<A>(caller, share, (Ground::None, object)) };
            entries::append(&mut tx, tie.locker().chain(), line).await?;
            tx.commit().await?;
        }
        Ok(Refusal::Denied(reason))
    }

    /// Somebody looks at the list of what they were given. `reader`: who they say they are, as an institution's reader.
    pub async fn look_by_code(
        &self,
        caller: &Caller,
        pass: &Pass,
        reader: Reader<'_>,
    ) -> Result<(Grant<act::ReceiveShare>, ShareRow), Refusal> {
        let (locker, share) = (pass.locker, pass.share);
        let sought = Sought { locker, share, place: None, when: When::Begins };
        let Borne { mut tx, row, allowed, .. } = self.borne::<act::ReceiveShare>(caller, sought).await?;
        let (hash, seal) = reader;
        let line = Line {
            evidence: Some(hash),
            session: Some(pass.session),
            ..line_of::<act::ReceiveShare>(caller, share, (allowed.ground(), Object::Share(share)))
        };
        let pending = Pending::issue(&mut tx, allowed, bearer_of(share, pass.session, None), line).await?;
        let details = seal(locker, pending.written().seq).ok_or(StoreError::Other)?;
        shares::add_reader(&mut tx, &pending, &details).await?;
        Ok((pending.commit(tx).await?, row))
    }

    /// Begins a reading of one of the papers that somebody was given, whole.
    pub async fn begin_reading_by_code(
        &self,
        caller: &Caller,
        pass: &Pass,
        place: u16,
        reader: Reader<'_>,
    ) -> Result<(Grant<act::ReadContent>, Vec<WrapRow>, ShareRow), Refusal> {
        let (locker, share) = (pass.locker, pass.share);
        let sought = Sought { locker, share, place: Some(place), when: When::Begins };
        let Borne { mut tx, mut row, paper, allowed, .. } = self.borne::<act::ReadContent>(caller, sought).await?;
        let paper = paper.ok_or(StoreError::Other)?;
        let (hash, seal) = reader;
        let object = Object::Version(paper.document, paper.version);
        let line = Line {
            evidence: Some(hash),
            session: Some(pass.session),
            ..line_of::<act::ReadContent>(caller, share, (allowed.ground(), object))
        };
        let held = bearer_of(share, pass.session, Some(paper));
        let (pending, wraps) = Pending::issue_reading(&mut tx, allowed, held, line).await?;
        row.readings = row.readings.saturating_add(1);
        self.prove_share(&mut row)?;
        shares::change(&mut tx, &pending, &row).await?;
        let details = seal(locker, pending.written().seq).ok_or(StoreError::Other)?;
        shares::add_reader(&mut tx, &pending, &details).await?;
        Ok((pending.commit(tx).await?, wraps, row))
    }

    /// Decides again, in the middle of a reading by a code, and notes what moved.
    pub(super) async fn still_borne<A: Act>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        share: ShareId,
        progress: Progress,
    ) -> Result<(), Refusal> {
        let (locker, paper) = (grant.locker(), grant.paper().ok_or(StoreError::Other)?);
        let mut tx = self.0.db.begin().await?;
        let row = shares::find(&mut tx, locker, share).await?;
        drop(tx);
        let is_it = |shared: &&SharedPaper| shared.document == paper.document && shared.version == paper.version;
        let place = row.and_then(|row| row.papers.iter().find(is_it).map(|shared| shared.place));
        let place = place.ok_or(Refusal::Denied(Reason::UnknownShare))?;
        let sought = Sought { locker, share, place: Some(place), when: When::GoesOn };
        let Borne { mut tx, tie, moment, .. } = self.borne::<act::ReadContent>(caller, sought).await?;
        let goes_on = under_way::touch(&mut tx, &tie, progress.seq, moment.now, progress.bytes, false).await?;
        tx.commit().await?;
        if goes_on { Ok(()) } else { Err(Refusal::Denied(Reason::Interrupted)) }
    }
}

fn line_of<A: Act>(caller: &Caller, share: ShareId, (ground, object): (Ground, Object)) -> Line {
    let actor = Actor::CodeBearer(share);
    Line { share: Some(share), ..Line::new(actor, ground, A::ACTION, object, Outcome::Done, caller.request) }
}

fn bearer_of(share: ShareId, session: SessionId, paper: Option<Paper>) -> Bearer {
    Bearer {
        person: None,
        session: Some(session),
        paper: paper.map(Box::new),
        help: None,
        share: Some((Actor::CodeBearer(share), share)),
        issuer: None,
    }
}
