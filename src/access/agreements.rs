//! Agreements at the door: the holder agrees that an institution deposits, and stops it; the institution deposits while it lasts.
//!
//! An institution names an agreement, never a locker: in which it lies is looked up first, and does not change. Then the locks: the
//! institution's chain, the locker's. An agreement of somebody else is none. What it says is decided at the beginning of a deposit, on the way
//! and again at its end, and the journal is asked each time whether it was stopped.

use super::institutions::Admitted;
use super::judging::{When, counted};
use super::refusals::Knocker;
use super::{Ask, Caller, Door, Progress, Refusal, policy};
use crate::domain::agreement::{AgreementStatus, KindTag, QUOTA_PARTS, day_number};
use crate::domain::entry::{Action, Actor, Ground, Line, Object, Outcome, Reason};
use crate::domain::ids::{AgreementId, InstitutionId, LockerId, PaperRequestId, PersonId, ShareId};
use crate::domain::institution::{ClientToken, Errand};
use crate::domain::policy::{AgreementStand, Allowed, Facts, LockerFacts};
use crate::domain::request::Stage;
use crate::domain::source::{Moment, Timestamp};
use crate::journal::agreements::terms;
use crate::store::agreements::{self, AgreementRow};
use crate::store::grant::{Act, Bearer, Grant, Held, Issuer, Pending, act};
use crate::store::institutions::InstitutionRow;
use crate::store::lockers::{self, Tie};
use crate::store::requests::RequestRow;
use crate::store::{StoreError, Tx, closures, entries, under_way};

/// By what an institution deposits, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issuing {
    /// The agreement that its program names.
    pub agreement: AgreementId,
    /// The kind of the paper, as decisions see it; none where it is asked in general.
    pub kind: Option<KindTag>,
}

/// What a holder agrees to, to be written.
#[derive(Debug)]
pub struct NewAgreement {
    /// The first moment after it.
    pub until: Timestamp,
    /// The kinds, as decisions see them.
    pub kinds: Vec<KindTag>,
    /// What it is, sealed.
    pub details: Vec<u8>,
}

/// An agreement whose line is written: the transaction goes on.
#[derive(Debug)]
pub struct Agreed {
    pending: Pending<act::GiveAgreement>,
    /// The request that it answers, locked.
    request: RequestRow,
    /// Its row, which bears no proof yet.
    row: AgreementRow,
}

/// Everything that a deposit under an agreement rests on, read under the locks, with a yes.
struct Under {
    admitted: Admitted,
    tie: Tie,
    row: AgreementRow,
    allowed: Allowed,
    moment: Moment,
    room: u64,
}

/// The same program, let go on: the token may run out while a long deposit goes on, as a proof of who one is may. What lets it go on is the
/// agreement, and what is registered.
fn lasting(caller: &Caller) -> Caller {
    let until = Timestamp::from_micros(i64::MAX);
    Caller { client: caller.client.map(|token| ClientToken { until, ..token }), ..caller.clone() }
}

impl Door {
    /// Whether an agreement's row is one that we wrote.
    fn is_agreed(&self, row: &AgreementRow) -> bool {
        let facts = row.facts();
        self.is_proven(&row.claim(&facts), &row.proof)
    }

    fn prove_agreement(&self, row: &mut AgreementRow) -> Result<(), StoreError> {
        let facts = row.facts();
        row.proof = self.prove(&row.claim(&facts))?.to_vec();
        Ok(())
    }

    /// Begins to agree to what a request of the locker proposes: locked, and waiting for an answer. `choose` says to what: the line bears its
    /// hash.
    pub async fn begin_agreeing<E>(
        &self,
        caller: &Caller,
        (locker, request): (LockerId, PaperRequestId),
        choose: impl FnOnce(&RequestRow, &InstitutionRow) -> Result<NewAgreement, E>,
    ) -> Result<Result<(Tx, Agreed), E>, Refusal> {
        let agreement = AgreementId::from_uuid(request.uuid());
        let ask = Ask { object: Some(Object::Agreement(agreement)), ..Ask::locker(locker) };
        let (mut tx, stand) = self.admitted::<act::GiveAgreement>(caller, &ask).await?;
        let taken = self.taken(&mut tx, locker, request, u64::MAX).await?;
        let may = |row: &InstitutionRow| row.facts.errands.has(Errand::Deposit);
        let taken = taken.and_then(|(row, asks)| Ok((row, asks.filter(may).ok_or(Reason::InstitutionSuspended)?)));
        let (request, asks) = match taken {
            Ok(taken) => taken,
            Err(reason) => {
                drop((tx, stand));
                return self.no_request::<act::GiveAgreement, _>(caller, locker, reason).await;
            }
        };
        let new = match choose(&request, &asks) {
            Ok(new) => new,
            Err(error) => return Ok(Err(error)),
        };
        let row = AgreementRow {
            locker,
            agreement,
            institution: request.facts.institution,
            from: stand.moment.now,
            until: new.until,
            ended_at: None,
            kinds: new.kinds,
            day: 0,
            today: 0,
            bytes: 0,
            proof: Vec::new(),
            details: new.details,
            is_doubted: false,
        };
        let ask = Ask { row: Some(terms(&row.facts(), &row.details)), ..ask };
        let pending = self.issue(&mut tx, caller, &ask, stand).await?;
        Ok(Ok((tx, Agreed { pending, request, row })))
    }

    /// Writes what is agreed to, in the transaction whose entry says so; the request is answered by it, and gives it its id.
    pub async fn agree(&self, mut tx: Tx, agreed: Agreed) -> Result<AgreementId, Refusal> {
        let Agreed { pending, mut request, mut row } = agreed;
        row.from = pending.written().at;
        self.prove_agreement(&mut row)?;
        agreements::add(&mut tx, &pending, &row).await?;
        self.stage(&mut tx, &mut request, Stage::Answered, row.from).await?;
        self.commit(tx, pending).await?;
        Ok(row.agreement)
    }

    /// Writes down that what was agreed to was none: a field was wrong, or it proposes something else.
    pub async fn note_not_agreed(&self, caller: &Caller, locker: LockerId, reason: Reason) -> Result<(), Refusal> {
        Ok(self.note_refused::<act::GiveAgreement>(caller, &Ask::locker(locker), reason).await?)
    }

    /// The holder looks who may deposit, or could.
    pub async fn list_agreements(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<(Vec<AgreementRow>, Moment, Grant<act::ListAgreements>), Refusal> {
        let (mut tx, pending) = self.begin::<act::ListAgreements>(caller, &Ask::locker(locker)).await?;
        let rows = self.agreements_in(&mut tx, &pending).await?;
        let moment = tx.moment().await?;
        Ok((rows, moment, self.commit(tx, pending).await?))
    }

    /// The agreements of the granted locker whose rows are believed, as the journal says that they stand.
    pub async fn agreements_in(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<AgreementRow>, StoreError> {
        let mut rows = Vec::new();
        for row in self.proven_agreements(tx, held).await? {
            rows.push(self.agreement_as_told(tx, row, held.written().seq).await?);
        }
        Ok(rows)
    }

    /// Those whose rows bear their proof, as they are: to be compared with the whole journal.
    pub async fn proven_agreements(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<AgreementRow>, StoreError> {
        let mut rows = agreements::all(tx, held).await?;
        rows.retain(|row| self.is_agreed(row));
        Ok(rows)
    }

    /// The holder stops it: nothing comes in by it from this very moment on, and what is on its way does not arrive. That they did is a line,
    /// also where its row is not believed, or away: whatever is put back later finds it.
    pub async fn stop_agreement(
        &self,
        caller: &Caller,
        (locker, agreement): (LockerId, AgreementId),
    ) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Agreement(agreement)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::StopAgreement>(caller, &ask).await?;
        let row = agreements::find(&mut tx, locker, agreement).await?.filter(|row| self.is_agreed(row));
        let reason = match &row {
            Some(row) => row.ended_at.is_some().then_some(Reason::WrongState),
            // By the journal it goes on: one whose day has come is stopped all the same, as who presses the button is sure of it then.
            None if self.was_agreed(&mut tx, (locker, agreement), pending.written().seq).await? => None,
            None => Some(Reason::UnknownAgreement),
        };
        if let Some(reason) = reason {
            drop((tx, pending));
            return self.no_request::<act::StopAgreement, _>(caller, locker, reason).await;
        }
        if let Some(mut row) = row {
            row.ended_at = Some(pending.written().at);
            self.prove_agreement(&mut row)?;
            agreements::change(&mut tx, &pending, &row).await?;
        }
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// An agreement of an institution, with the tie of its locker, both locked, as it may be believed now.
    async fn agreed_with(
        &self,
        tx: &mut Tx,
        institution: InstitutionId,
        agreement: AgreementId,
    ) -> Result<Option<(Tie, AgreementRow)>, StoreError> {
        let Some(locker) = agreements::locker_of(tx, institution, agreement).await? else { return Ok(None) };
        let Some(tie) = self.believed(lockers::lock_for_upkeep(tx, locker).await?) else { return Ok(None) };
        let row = agreements::find(tx, tie.locker(), agreement).await?;
        let Some(row) = row.filter(|row| row.institution == institution && self.is_agreed(row)) else {
            return Ok(None);
        };
        let row = self.agreement_as_told(tx, row, u64::MAX).await?;
        Ok(Some((tie, row)))
    }

    /// An institution looks how its agreement stands. An entry in its own journal: it learns no more of the locker than whether it may deposit.
    pub async fn view_agreement(
        &self,
        caller: &Caller,
        agreement: AgreementId,
    ) -> Result<(AgreementRow, AgreementStatus), Refusal> {
        let mut admitted = self.client(caller, Action::ViewAgreement).await?;
        let institution = admitted.row.facts.institution;
        let Some((tie, row)) = self.agreed_with(&mut admitted.tx, institution, agreement).await? else {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), Action::ViewAgreement, Reason::UnknownAgreement).await;
        };
        let closure = closures::standing(&mut admitted.tx, tie.locker()).await?.flatten();
        let is_open = self.judged(tie.locker(), closure).is_open();
        let line = admitted.line(caller, Object::Agreement(agreement));
        entries::append(&mut admitted.tx, institution.chain(), line).await?;
        let moment = admitted.tx.moment().await?;
        admitted.tx.commit().await?;
        // That the locker is closed is not theirs to know: what they may not use is over.
        let status = if is_open { row.facts().status(moment) } else { AgreementStatus::Over };
        Ok((row, status))
    }

    /// In whose locker what a program names lies, if it is of its institution: to name blobs by, and to tell who comes for nothing before their
    /// body is read. Nothing is told to anybody by it; the door is asked next.
    pub async fn locker_to_issue_in(
        &self,
        caller: &Caller,
        agreement: AgreementId,
    ) -> Result<Option<LockerId>, StoreError> {
        let Some(token) = caller.client else { return Ok(None) };
        let mut tx = self.0.db.begin().await?;
        let locker = agreements::locker_of(&mut tx, token.institution, agreement).await?;
        tx.commit().await?;
        Ok(locker)
    }

    /// Begins what an institution does under an agreement: the transaction goes on, as everywhere.
    pub(super) async fn begin_issuing<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
        issuing: Issuing,
    ) -> Result<(Tx, Pending<A>), Refusal> {
        let under = Box::pin(self.under_agreement::<A>(caller, ask, issuing, When::Begins)).await?;
        let Under { mut admitted, tie, row, allowed, room, .. } = under;
        let line = Line {
            ground: allowed.ground(),
            agreement: Some(row.agreement),
            closes: ask.closes,
            blob_sha256: ask.blob_sha256,
            ..admitted.line(caller, ask.object.unwrap_or(Object::Locker(tie.locker())))
        };
        let issuer = Issuer {
            institution: row.institution,
            agreement: row.agreement,
            agreed: row.details,
            registered: admitted.row.details.clone(),
            room,
        };
        let session = Some(admitted.session());
        let bearer = Bearer { session, issuer: Some(Box::new(issuer)), ..Bearer::default() };
        let pending = Pending::issue(&mut admitted.tx, allowed, bearer, line).await?;
        Ok((admitted.tx, pending))
    }

    /// Decides again, in the middle of a deposit under an agreement, and notes that it goes on.
    pub(super) async fn still_issuing<A: Act>(
        &self,
        caller: &Caller,
        grant: &Grant<A>,
        agreement: AgreementId,
        progress: Progress,
    ) -> Result<(), Refusal> {
        let issuing = Issuing { agreement, kind: None };
        let ask = Ask::locker(grant.locker());
        let under = Box::pin(self.under_agreement::<A>(caller, &ask, issuing, When::GoesOn)).await?;
        let Under { mut admitted, tie, moment, .. } = under;
        let goes_on = under_way::touch(&mut admitted.tx, &tie, progress.seq, moment.now, progress.bytes, false).await?;
        admitted.tx.commit().await?;
        if goes_on { Ok(()) } else { Err(Refusal::Denied(Reason::Interrupted)) }
    }

    /// Counts a paper that comes in by an agreement, in the transaction that makes it exist.
    pub async fn count_issued(
        &self,
        tx: &mut Tx,
        pending: &Pending<act::Deposit>,
        bytes: u64,
    ) -> Result<(), StoreError> {
        let issuer = pending.issuer().ok_or(StoreError::Other)?;
        let found = agreements::find(tx, pending.locker(), issuer.agreement).await?;
        let mut row = found.filter(|row| self.is_agreed(row)).ok_or(StoreError::Damaged)?;
        let at = pending.written().at;
        row.today = row.facts().on_day_of(at).saturating_add(1);
        row.day = day_number(at);
        row.bytes = row.bytes.saturating_add(bytes);
        self.prove_agreement(&mut row)?;
        agreements::change(tx, pending, &row).await
    }

    /// Lets a program in under an agreement: locks, reads, decides. On no, writes it down: in the holder's journal what the rightful
    /// institution was refused, in the service's what anybody else was.
    async fn under_agreement<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
        issuing: Issuing,
        when: When,
    ) -> Result<Under, Refusal> {
        // The end of a deposit is of one that goes on.
        let goes_on = when == When::GoesOn || ask.closes.is_some();
        let lasting = if goes_on { lasting(caller) } else { caller.clone() };
        let mut admitted = self.client(&lasting, A::ACTION).await?;
        let institution = admitted.row.facts.institution;
        let found = self.agreed_with(&mut admitted.tx, institution, issuing.agreement).await?;
        let Some((tie, row)) = found.filter(|(tie, _)| tie.locker() == ask.locker) else {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), A::ACTION, Reason::UnknownAgreement).await;
        };
        let closure = closures::standing(&mut admitted.tx, tie.locker()).await?.flatten();
        let standing = self.judged(tie.locker(), closure);
        let counts = counted::<A>(&mut admitted.tx, &tie, ask, when).await?;
        let mut all = agreements::with(&mut admitted.tx, &tie, institution).await?;
        all.retain(|row| self.is_agreed(row));
        let moment = admitted.tx.moment().await?;
        let lasts = |row: &&AgreementRow| row.facts().status(moment) == AgreementStatus::Active;
        let taken = all.iter().filter(lasts).fold(0_u64, |sum, row| sum.saturating_add(row.bytes));
        let locker = LockerFacts {
            standing,
            used: counts.used,
            versions: counts.versions,
            depositing: counts.depositing,
            ..tie.facts()
        };
        let stand = AgreementStand { facts: row.facts(), kind: issuing.kind, taken };
        let facts = Facts { locker: Some(locker), adding: ask.adding, agreement: Some(stand), ..Facts::NONE };
        let decision = policy::decide(Actor::Client(institution), A::ACTION, &facts, moment);
        // What is its own to fill. Whether the locker has room for it is told once the whole content has come and is what was said.
        let room = (locker.quota / QUOTA_PARTS).saturating_sub(taken);
        let is_new = !goes_on && decision.is_ok();
        if is_new && self.0.refusals.crowds(ShareId::from_uuid(row.agreement.uuid()), 1, self.source().now()) {
            drop(admitted);
            self.refuse_outside(caller, Actor::Client(institution), A::ACTION, Reason::TooMany).await?;
            return Err(Refusal::Denied(Reason::TooMany));
        }
        match decision {
            Ok(allowed) => Ok(Under { admitted, tie, row, allowed, moment, room }),
            // In the middle of a deposit, and at its end, how it is closed is its line.
            Err(reason) if goes_on => Err(Refusal::Denied(reason)),
            Err(reason) => Err(self.refuse_issuing(caller, admitted, (&tie, &row), (A::ACTION, reason)).await?),
        }
    }

    /// The rightful institution is refused: a line in the holder's journal. One that knocks again and again does not fill it.
    async fn refuse_issuing(
        &self,
        caller: &Caller,
        mut admitted: Admitted,
        (tie, row): (&Tie, &AgreementRow),
        (action, reason): (Action, Reason),
    ) -> Result<Refusal, StoreError> {
        let institution = row.institution;
        if self.0.refusals.fills(PersonId::from_uuid(row.agreement.uuid()), self.source().now()) {
            drop(admitted);
            self.refuse_outside(caller, Actor::Client(institution), action, reason).await?;
        } else {
            let line = Line {
                agreement: Some(row.agreement),
                ground: Ground::None,
                outcome: Outcome::Refused(reason),
                ..admitted.line(caller, Object::Agreement(row.agreement))
            };
            entries::append(&mut admitted.tx, tie.locker().chain(), line).await?;
            admitted.tx.commit().await?;
        }
        let counted = Knocker::Person(PersonId::from_uuid(institution.uuid()));
        let is_tiresome = self.0.refusals.knock(counted, self.source().now());
        Ok(Refusal::Denied(if is_tiresome { Reason::TooMany } else { reason }))
    }
}
