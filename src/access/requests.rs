//! What institutions ask people for, at the door. An institution makes a request, follows it, takes it back: lines of its own journal. Who
//! has its code takes it into their locker, and answers it there: lines of theirs. Neither learns who the other is before that.
//!
//! Locked: the institution's chain, or the locker's; then the request's row.

use super::{Ask, Caller, Door, Refusal};
use crate::domain::entry::{Action, Object, Reason};
use crate::domain::ids::{InstitutionId, LockerId, PaperRequestId};
use crate::domain::institution::Errand;
use crate::domain::request::{Asker, RequestFacts, RequestStatus, Stage};
use crate::domain::source::{Moment, Timestamp};
use crate::store::grant::{Act, Grant, Held, Pending, act};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::{self, RequestRow};
use crate::store::{StoreError, Tx, answers, entries};

/// A request that is to be written.
#[derive(Debug)]
pub struct NewRequest {
    /// Its id.
    pub request: PaperRequestId,
    /// Keyed hash of its code.
    pub lookup: [u8; 32],
    /// The first moment when it can't be answered any more.
    pub until: Timestamp,
    /// How many of its institution's may wait for an answer, this one among them.
    pub most: u32,
}

/// What became of a request that was to be made.
#[derive(Debug, Clone, Copy)]
pub enum Written {
    /// It was.
    Made(RequestFacts),
    /// One with this id stands: nothing was written.
    Stands,
}

/// Which of its requests an institution looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(PaperRequestId),
    /// Up to so many in order of id, after one.
    After(Option<PaperRequestId>, u32),
    /// Up to so many, the newest first, after one in that order.
    Newest(Option<(Timestamp, PaperRequestId)>, u32),
}

impl Door {
    /// Whether a request's row is one that we wrote.
    pub(super) fn is_asked(&self, row: &RequestRow) -> bool {
        self.is_proven(&row.claim(), &row.proof)
    }

    /// An institution asks somebody for papers. `seal` makes what describes it of what the institution is registered with, and of who asks, if
    /// it is an agent: an error, and nothing is written.
    pub async fn make_request<E>(
        &self,
        caller: &Caller,
        new: NewRequest,
        seal: impl FnOnce(&InstitutionRow, Option<Asker>) -> Result<Vec<u8>, E>,
    ) -> Result<Result<Written, E>, Refusal> {
        let mut admitted = self.client(caller, Action::MakeRequest).await?;
        let institution = admitted.row.facts.institution;
        if requests::lock(&mut admitted.tx, institution, new.request).await?.is_some() {
            return Ok(Ok(Written::Stands));
        }
        let details = match seal(&admitted.row, admitted.asker()) {
            Ok(details) => details,
            Err(error) => return Ok(Err(error)),
        };
        let made_at = admitted.tx.now().await?;
        if requests::open(&mut admitted.tx, institution, made_at).await? >= u64::from(new.most) {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), Action::MakeRequest, Reason::RequestsFull).await;
        }
        let facts = RequestFacts {
            institution,
            request: new.request,
            made_at,
            until: new.until,
            stage: Stage::Waiting,
            staged_at: made_at,
            locker: None,
            share: None,
        };
        let mut row = RequestRow { facts, lookup: new.lookup, proof: Vec::new(), details };
        row.proof = self.prove(&row.claim())?.to_vec();
        requests::add(&mut admitted.tx, &row).await?;
        let line = admitted.line(caller, Object::Request(new.request));
        entries::append(&mut admitted.tx, institution.chain(), line).await?;
        admitted.tx.commit().await?;
        Ok(Ok(Written::Made(facts)))
    }

    /// An institution takes back what it had asked for. What was handed over stays with its holder to stop.
    pub async fn withdraw_request(&self, caller: &Caller, request: PaperRequestId) -> Result<(), Refusal> {
        let mut admitted = self.client(caller, Action::WithdrawRequest).await?;
        let institution = admitted.row.facts.institution;
        let row = requests::lock(&mut admitted.tx, institution, request).await?.filter(|row| self.is_asked(row));
        let Some(mut row) = row else {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), Action::WithdrawRequest, Reason::UnknownRequest).await;
        };
        let moment = admitted.tx.moment().await?;
        if !matches!(row.facts.status(moment), RequestStatus::Waiting | RequestStatus::Taken) {
            let who = admitted.who();
            drop(admitted);
            return self.no_client(caller, Some(who), Action::WithdrawRequest, Reason::WrongState).await;
        }
        self.stage(&mut admitted.tx, &mut row, Stage::Withdrawn, moment.now).await?;
        let line = admitted.line(caller, Object::Request(request));
        entries::append(&mut admitted.tx, institution.chain(), line).await?;
        admitted.tx.commit().await?;
        Ok(())
    }

    /// Writes how far a locked request has come.
    pub(super) async fn stage(
        &self,
        tx: &mut Tx,
        row: &mut RequestRow,
        stage: Stage,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let is_new = row.facts.stage != stage;
        (row.facts.stage, row.facts.staged_at) = (stage, at);
        row.proof = self.prove(&row.claim())?.to_vec();
        requests::change(tx, row).await?;
        if is_new { self.tell_of_request(tx, &row.facts).await } else { Ok(()) }
    }

    /// The holder types the code of a request: it is in their locker from then on, and in nobody else's. `lookup`: the code's keyed hash;
    /// none: what was typed is no code.
    pub async fn take_request(
        &self,
        caller: &Caller,
        locker: LockerId,
        lookup: Option<&[u8; 32]>,
    ) -> Result<PaperRequestId, Refusal> {
        if self.0.refusals.guessed(caller.origin, self.source().now()) {
            self.note_refused::<act::TakeRequest>(caller, &Ask::locker(locker), Reason::TooMany).await?;
            return Err(Refusal::Denied(Reason::TooMany));
        }
        let found = match lookup {
            Some(lookup) => {
                let mut tx = self.0.db.begin().await?;
                requests::by_code(&mut tx, lookup).await?
            }
            None => None,
        };
        // Of a code that is none, nothing is named.
        let object = found.map_or(Object::Locker(locker), |(_, request)| Object::Request(request));
        let ask = Ask { object: Some(object), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::TakeRequest>(caller, &ask).await?;
        let row = match found {
            Some((institution, request)) => requests::lock(&mut tx, institution, request).await?,
            None => None,
        };
        let moment = tx.moment().await?;
        let may_be_taken = |row: &RequestRow| match row.facts.status(moment) {
            RequestStatus::Waiting => row.facts.locker.is_none(),
            // Typed again where it is already: nothing changes.
            RequestStatus::Taken => row.facts.locker == Some(locker),
            _ => false,
        };
        let asks = match &row {
            Some(row) => self.still_asks(&mut tx, &row.facts).await?.is_some(),
            None => false,
        };
        let row = match row.filter(|row| asks && self.is_asked(row)) {
            Some(row) => self.request_as_told(&mut tx, locker, row, pending.written().seq).await?,
            None => None,
        };
        let row = row.filter(may_be_taken);
        let Some(mut row) = row else {
            drop((tx, pending));
            self.note_refused::<act::TakeRequest>(caller, &Ask::locker(locker), Reason::WrongCode).await?;
            return Err(self.wrong_code(caller));
        };
        row.facts.locker = Some(locker);
        self.stage(&mut tx, &mut row, Stage::Taken, moment.now).await?;
        self.commit(tx, pending).await?;
        Ok(row.facts.request)
    }

    /// The institution of a request that it has not taken back, if it may ask for papers now. Read without its lock: whoever suspends it a
    /// moment later suspends what it reads, too.
    async fn still_asks(&self, tx: &mut Tx, request: &RequestFacts) -> Result<Option<InstitutionRow>, StoreError> {
        let known = self.known_institution(tx, request.institution).await?;
        let may = |row: &InstitutionRow| row.facts.suspended_at.is_none() && row.facts.errands.has(Errand::Requests);
        let Some((row, head)) = known.filter(|(row, _)| may(row)) else { return Ok(None) };
        Ok((!self.was_withdrawn(tx, request, head).await?).then_some(row))
    }

    /// Somebody typed a code that is none: after a while they are told to wait.
    fn wrong_code(&self, caller: &Caller) -> Refusal {
        let too_many = self.0.refusals.guess(caller.origin, self.source().now());
        Refusal::Denied(if too_many { Reason::TooMany } else { Reason::WrongCode })
    }

    /// The requests in a locker whose rows are believed. `upto`: from here on lines of its journal are the transaction's own.
    async fn requests_in(
        &self,
        tx: &mut Tx,
        locker: LockerId,
        upto: u64,
    ) -> Result<(Vec<RequestRow>, Moment), StoreError> {
        let mut rows = Vec::new();
        for row in requests::of_locker(tx, locker).await? {
            if self.is_asked(&row) && row.facts.locker == Some(locker) {
                rows.extend(self.request_as_told(tx, locker, row, upto).await?);
            }
        }
        let moment = tx.moment().await?;
        Ok((rows, moment))
    }

    /// The same for what reads everything in a locker.
    pub async fn requests_of(&self, tx: &mut Tx, held: &impl Held) -> Result<Vec<RequestRow>, StoreError> {
        Ok(self.requests_in(tx, held.locker(), held.written().seq).await?.0)
    }

    /// The holder looks at the requests in their locker.
    pub async fn list_requests(
        &self,
        caller: &Caller,
        locker: LockerId,
    ) -> Result<(Vec<RequestRow>, Moment, Grant<act::ListRequests>), Refusal> {
        let (mut tx, pending) = self.begin::<act::ListRequests>(caller, &Ask::locker(locker)).await?;
        let (rows, moment) = self.requests_in(&mut tx, locker, pending.written().seq).await?;
        Ok((rows, moment, self.commit(tx, pending).await?))
    }

    /// One of them is looked at, with what would answer it: the transaction goes on.
    pub async fn begin_viewing_request(
        &self,
        caller: &Caller,
        locker: LockerId,
        request: PaperRequestId,
    ) -> Result<(Tx, Pending<act::ViewRequest>, RequestRow, Moment), Refusal> {
        let ask = Ask { object: Some(Object::Request(request)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::ViewRequest>(caller, &ask).await?;
        let (rows, moment) = self.requests_in(&mut tx, locker, pending.written().seq).await?;
        let Some(row) = rows.into_iter().find(|row| row.facts.request == request) else {
            drop((tx, pending));
            return self.no_request::<act::ViewRequest, _>(caller, locker, Reason::UnknownRequest).await;
        };
        Ok((tx, pending, row, moment))
    }

    /// What was chosen so far for one is kept: locked, and waiting for what is to be kept.
    pub async fn begin_keeping_answer(
        &self,
        caller: &Caller,
        (locker, request): (LockerId, PaperRequestId),
    ) -> Result<(Tx, Pending<act::SaveAnswer>, RequestRow), Refusal> {
        let ask = Ask { object: Some(Object::Request(request)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::SaveAnswer>(caller, &ask).await?;
        match self.taken(&mut tx, locker, request, pending.written().seq).await? {
            Ok((row, _)) => Ok((tx, pending, row)),
            Err(reason) => {
                drop((tx, pending));
                self.no_request::<act::SaveAnswer, _>(caller, locker, reason).await
            }
        }
    }

    /// Keeps it, in the transaction whose entry says so.
    pub async fn keep_answer(
        &self,
        mut tx: Tx,
        pending: Pending<act::SaveAnswer>,
        request: PaperRequestId,
        details: &[u8],
    ) -> Result<(), Refusal> {
        answers::keep(&mut tx, &pending, request, details).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Writes down that it was not: what was chosen does not read.
    pub async fn note_not_kept(&self, caller: &Caller, locker: LockerId) -> Result<(), StoreError> {
        self.note_refused::<act::SaveAnswer>(caller, &Ask::locker(locker), Reason::BadField).await
    }

    /// The holder says no.
    pub async fn decline_request(
        &self,
        caller: &Caller,
        locker: LockerId,
        request: PaperRequestId,
    ) -> Result<(), Refusal> {
        let ask = Ask { object: Some(Object::Request(request)), ..Ask::locker(locker) };
        let (mut tx, pending) = self.begin::<act::DeclineRequest>(caller, &ask).await?;
        match self.taken(&mut tx, locker, request, pending.written().seq).await? {
            Ok((mut row, _)) => {
                let at = pending.written().at;
                self.stage(&mut tx, &mut row, Stage::Declined, at).await?;
                answers::forget(&mut tx, &pending, request).await?;
                self.commit(tx, pending).await?;
                Ok(())
            }
            Err(reason) => {
                drop((tx, pending));
                self.no_request::<act::DeclineRequest, _>(caller, locker, reason).await
            }
        }
    }

    /// A request of a locker, whose chain is locked, that waits for an answer there, locked too; and who asks, if it may ask now.
    pub(super) async fn taken(
        &self,
        tx: &mut Tx,
        locker: LockerId,
        request: PaperRequestId,
        upto: u64,
    ) -> Result<Result<(RequestRow, Option<InstitutionRow>), Reason>, StoreError> {
        let (rows, _) = self.requests_in(tx, locker, upto).await?;
        let Some(found) = rows.iter().find(|row| row.facts.request == request) else {
            return Ok(Err(Reason::UnknownRequest));
        };
        let institution: InstitutionId = found.facts.institution;
        let row = requests::lock(tx, institution, request).await?.filter(|row| self.is_asked(row));
        let moment = tx.moment().await?;
        let row = match row.filter(|row| row.facts.locker == Some(locker)) {
            Some(row) => self.request_as_told(tx, locker, row, upto).await?,
            None => None,
        };
        let asks = match &row {
            Some(row) => self.still_asks(tx, &row.facts).await?,
            None => None,
        };
        Ok(match row {
            Some(row) if row.facts.status(moment) != RequestStatus::Taken => Err(Reason::WrongState),
            Some(row) => Ok((row, asks)),
            None => Err(Reason::UnknownRequest),
        })
    }

    pub(super) async fn no_request<A: Act, T>(
        &self,
        caller: &Caller,
        locker: LockerId,
        reason: Reason,
    ) -> Result<T, Refusal> {
        self.note_refused::<A>(caller, &Ask::locker(locker), reason).await?;
        Err(Refusal::Denied(reason))
    }
}
