//! How papers are handed over, in answer to a request: what is chosen is known before the line is written, so that the line says by its hash
//! what never changes of it; then it is sealed and written, in the same transaction.

use super::{Ask, Caller, Door, Refusal, policy};
use crate::domain::document::DocumentState;
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{LockerId, PaperRequestId, ShareId};
use crate::domain::request::Stage;
use crate::domain::share::{Recipient, ShareFacts, SharedPaper};
use crate::domain::source::Timestamp;
use crate::journal::shares::terms;
use crate::store::documents::{self, Found, Paper};
use crate::store::grant::{Held, Pending, act};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::RequestRow;
use crate::store::shares::{self, ShareRow};
use crate::store::{StoreError, Tx, answers};

/// What is chosen to be handed over: all that never changes of it.
#[derive(Debug)]
pub struct Terms {
    /// Its id.
    pub share: ShareId,
    /// The first moment after it.
    pub until: Timestamp,
    /// How many readings it allows, if they are counted.
    pub readings_max: Option<u32>,
    /// What is in it.
    pub papers: Vec<SharedPaper>,
    /// How many pieces that must be there are left out, in so many words.
    pub left_out: usize,
}

/// A share whose line is written: the transaction goes on.
#[derive(Debug)]
pub struct Sharing {
    /// The right.
    pub pending: Pending<act::GiveShare>,
    /// The request that it answers, locked.
    pub request: RequestRow,
    /// What was chosen.
    pub terms: Terms,
    /// The papers that may be handed over, as they were chosen from.
    pub found: Vec<Paper>,
}

impl Door {
    /// Begins to hand papers over, in answer to a request of the locker: locked, and waiting for an answer. `choose` says what, of the papers
    /// that may be handed over (of the holder's all that is live, of a helper's what the mandate says; whether it is a helper): the line bears
    /// its hash.
    pub async fn begin_sharing<E>(
        &self,
        caller: &Caller,
        (locker, request): (LockerId, PaperRequestId),
        choose: impl FnOnce((&RequestRow, &InstitutionRow), &[Paper], bool) -> Result<Terms, E>,
    ) -> Result<Result<(Tx, Sharing), E>, Refusal> {
        let ask = Ask::locker(locker);
        let (mut tx, stand) = self.admitted::<act::GiveShare>(caller, &ask).await?;
        let taken = self.taken(&mut tx, locker, request, u64::MAX).await?;
        let (row, asks) = match taken.and_then(|(row, asks)| Ok((row, asks.ok_or(Reason::InstitutionSuspended)?))) {
            Ok(taken) => taken,
            Err(reason) => {
                drop((tx, stand));
                return self.no_request::<act::GiveShare, _>(caller, locker, reason).await;
            }
        };
        let help = stand.help.as_ref();
        let may = |paper: &Paper| match help {
            None => paper.facts().state == DocumentState::Live,
            Some(help) => help.gives(paper),
        };
        let found = documents::of_tied(&mut tx, &stand.tie).await?.into_iter().filter_map(Found::into_paper);
        let found: Vec<Paper> = found.filter(|paper| may(paper) && paper.scanned.opens()).collect();
        let chosen = match choose((&row, &asks), &found, help.is_some()) {
            Ok(chosen) => chosen,
            Err(error) => return Ok(Err(error)),
        };
        if let Err(reason) = policy::may_leave_out(help.is_some(), chosen.left_out) {
            drop((tx, stand));
            return self.no_request::<act::GiveShare, _>(caller, locker, reason).await;
        }
        let facts = ShareFacts {
            locker,
            share: chosen.share,
            recipient: Recipient::Institution(row.facts.institution, request),
            from: stand.moment.now,
            until: chosen.until,
            paused_at: None,
            ended_at: None,
            readings_max: chosen.readings_max,
            readings: 0,
            papers: &chosen.papers,
        };
        let hash = terms(&facts);
        let ask = Ask { object: Some(Object::Share(chosen.share)), row: hash, asked: Some(request), ..ask };
        let pending = self.issue(&mut tx, caller, &ask, stand).await?;
        Ok(Ok((tx, Sharing { pending, request: row, terms: chosen, found })))
    }

    /// Writes what is handed over, in the transaction whose entry says so; the request is answered by it. `sealed`: what it is, for its holder,
    /// and for the institution.
    pub async fn share(&self, mut tx: Tx, sharing: Sharing, sealed: (Vec<u8>, Vec<u8>)) -> Result<(), Refusal> {
        let Sharing { pending, mut request, terms, .. } = sharing;
        let from = pending.written().at;
        let (details, shown) = sealed;
        let mut row = ShareRow {
            locker: pending.locker(),
            share: terms.share,
            recipient: Recipient::Institution(request.facts.institution, request.facts.request),
            from,
            until: terms.until,
            paused_at: None,
            ended_at: None,
            readings_max: terms.readings_max,
            readings: 0,
            papers: terms.papers,
            proof: Vec::new(),
            details,
            shown,
            gone: Vec::new(),
            is_doubted: false,
        };
        self.prove_share(&mut row)?;
        shares::add(&mut tx, &pending, &row).await?;
        request.facts.share = Some(row.share);
        self.stage(&mut tx, &mut request, Stage::Answered, from).await?;
        answers::forget(&mut tx, &pending, request.facts.request).await?;
        self.commit(tx, pending).await?;
        Ok(())
    }

    /// Writes down that papers were not handed over: what was chosen does not read, or is not there.
    pub async fn note_not_shared(&self, caller: &Caller, locker: LockerId) -> Result<(), StoreError> {
        self.note_refused::<act::GiveShare>(caller, &Ask::locker(locker), Reason::BadField).await
    }
}
