//! Agreements: what an institution proposes to deposit, agreed to and stopped by the holder; and what it deposits.

use bytes::Bytes;
use futures_util::Stream;

use super::deposit::{DepositAsk, Onto};
use super::{LockerError, Lockers};
use crate::access::{Caller, Issuing, NewAgreement};
use crate::domain::agreement::{AgreementFields, AgreementStatus, Issued, signed_text};
use crate::domain::document::{Day, FieldError, IdText};
use crate::domain::entry::Reason;
use crate::domain::ids::{AgreementId, IssuedId, LockerId, PaperRequestId};
use crate::domain::institution::InstitutionFields;
use crate::domain::request::{DAYS_MAX, RequestFields};
use crate::domain::taxonomy::Kind;
use crate::identity::issued;
pub use crate::identity::issued::jwk;
use crate::store::agreements::AgreementRow;
use crate::store::grant::{Held, Issuer};
use crate::store::institutions::InstitutionRow;
use crate::store::requests::RequestRow;
use crate::vault::sealed::Place;

/// What the holder agrees to, besides what was proposed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Agreeing {
    /// The last day; as long as the institution asked otherwise.
    pub until: Option<Day>,
    /// Whether what comes in is hidden from helpers.
    pub private: bool,
}

/// An agreement, as its holder or the institution sees it.
#[derive(Debug, Clone)]
pub struct AgreementView {
    /// Its row.
    pub row: AgreementRow,
    /// Where it stands.
    pub status: AgreementStatus,
    /// What it is; none if it does not open.
    pub fields: Option<AgreementFields>,
}

/// By what an institution deposits, and what it signs.
#[derive(Debug, Clone)]
pub struct Issuance {
    /// The agreement.
    pub agreement: AgreementId,
    /// Its signature, if it signs.
    pub signature: Option<String>,
}

/// A paper that an institution deposited.
#[derive(Debug, Clone, Copy)]
pub struct IssuedPaper {
    /// What it is known by to the institution.
    pub id: IssuedId,
    /// Whether an earlier request with the same `Idempotency-Key` had made it.
    pub replayed: bool,
}

impl Lockers {
    /// The holder agrees to what a request of theirs proposes: the institution may deposit.
    pub async fn agree(
        &self,
        caller: &Caller,
        (locker, request): (LockerId, PaperRequestId),
        agreeing: Agreeing,
    ) -> Result<AgreementId, LockerError> {
        let choose = |row: &RequestRow, asks: &InstitutionRow| {
            let place = Place::PaperRequest(row.facts.institution, row.facts.request);
            let fields: RequestFields = self.0.vault.open_in_directory(place, &row.details)?;
            self.to_agree(locker, asks, (request, fields), agreeing)
        };
        match self.door().begin_agreeing(caller, (locker, request), choose).await? {
            Ok((tx, agreed)) => Ok(self.door().agree(tx, agreed).await?),
            Err(error) => {
                let reason = if let LockerError::Refused(reason) = error { reason } else { Reason::BadField };
                self.door().note_not_agreed(caller, locker, reason).await?;
                Err(error)
            }
        }
    }

    /// What is to be written of it.
    fn to_agree(
        &self,
        locker: LockerId,
        asks: &InstitutionRow,
        (request, fields): (PaperRequestId, RequestFields),
        agreeing: Agreeing,
    ) -> Result<NewAgreement, LockerError> {
        if fields.deposits.is_empty() {
            return Err(LockerError::Refused(Reason::WrongState));
        }
        // It may be registered for less by now than when it asked.
        let place = Place::Institution(asks.facts.institution);
        let registered: InstitutionFields = self.0.vault.open_in_directory(place, &asks.details)?;
        let mut kinds = fields.deposits.clone();
        kinds.retain(|kind| registered.issues.contains(kind));
        if kinds.is_empty() {
            return Err(LockerError::Refused(Reason::InstitutionSuspended));
        }
        let until = self.lasts(&fields, agreeing.until, DAYS_MAX)?;
        let agreement = AgreementId::from_uuid(request.uuid());
        let tags = kinds.iter().map(|kind| self.0.vault.lookup().agreed_kind(agreement, *kind)).collect();
        let RequestFields { institution, legal_basis, purpose, reference, .. } = fields;
        let private = agreeing.private;
        let fields = AgreementFields { institution, legal_basis, purpose, reference, kinds, private };
        let details = self.0.vault.seal_in_directory(Place::Agreement(locker, agreement), &fields)?;
        Ok(NewAgreement { until, kinds: tags, details })
    }

    fn open_agreement(&self, row: &AgreementRow) -> Option<AgreementFields> {
        if row.is_doubted {
            return None;
        }
        self.0.vault.open_in_directory(Place::Agreement(row.locker, row.agreement), &row.details).ok()
    }

    /// Who may deposit in a locker, or could: the newest first.
    pub async fn agreements(&self, caller: &Caller, locker: LockerId) -> Result<Vec<AgreementView>, LockerError> {
        let (rows, moment, _) = self.door().list_agreements(caller, locker).await?;
        let view = |row: AgreementRow| {
            let (status, fields) = (row.facts().status(moment), self.open_agreement(&row));
            AgreementView { row, status, fields }
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// Agreements by their names, for the sentences of a journal.
    pub(super) fn agreements_named(&self, rows: &[AgreementRow]) -> Vec<(AgreementId, AgreementFields)> {
        rows.iter().filter_map(|row| Some((row.agreement, self.open_agreement(row)?))).collect()
    }

    /// The holder stops one.
    pub async fn stop_agreement(&self, caller: &Caller, of: (LockerId, AgreementId)) -> Result<(), LockerError> {
        Ok(self.door().stop_agreement(caller, of).await?)
    }

    /// An institution's program looks how its agreement stands.
    pub async fn own_agreement(&self, caller: &Caller, agreement: AgreementId) -> Result<AgreementView, LockerError> {
        let (row, status) = self.door().view_agreement(caller, agreement).await?;
        let fields = self.open_agreement(&row);
        // One that is not believed is over: that is all that is said of it.
        if fields.is_none() && !row.is_doubted {
            Err(LockerError::Damaged)
        } else {
            Ok(AgreementView { row, status, fields })
        }
    }

    /// Whether a program may deposit by an agreement at all: asked, and written down, when a deposit is wrong before it begins.
    pub async fn may_issue(&self, caller: &Caller, agreement: AgreementId) -> Result<(), LockerError> {
        let locker = self.issuing_in(caller, agreement).await?;
        let issuing = Some(Issuing { agreement, kind: None });
        let ask = crate::access::Ask { adding: 1, issuing, ..crate::access::Ask::locker(locker) };
        self.may_begin(caller, &ask).await
    }

    /// Whether a program names an agreement of its institution: what is asked before its body is read. The door decides when it has come.
    pub async fn is_issuer(&self, caller: &Caller, agreement: AgreementId) -> Result<bool, LockerError> {
        Ok(self.door().locker_to_issue_in(caller, agreement).await?.is_some())
    }

    async fn issuing_in(&self, caller: &Caller, agreement: AgreementId) -> Result<LockerId, LockerError> {
        let found = self.door().locker_to_issue_in(caller, agreement).await?;
        // Nobody's: the door finds nothing there, and says so.
        Ok(found.unwrap_or(LockerId::from_uuid(agreement.uuid())))
    }

    /// An institution's program deposits a paper. What it is told is that it is there, and by what name it may speak of it.
    pub async fn deposit_issued<S, E>(
        &self,
        caller: &Caller,
        ask: DepositAsk,
        issuance: Issuance,
        body: S,
    ) -> Result<IssuedPaper, LockerError>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin + Send,
        E: Send,
    {
        let agreement = issuance.agreement;
        let locker = self.issuing_in(caller, agreement).await?;
        let ask = DepositAsk { locker, issuance: Some(issuance), ..ask };
        let taken = self.take_in(caller, &ask, body).await.map_err(|error| match error {
            // How full the locker is, is not theirs to know.
            LockerError::Refused(Reason::QuotaExceeded) => LockerError::Refused(Reason::AgreementFull),
            error => error,
        })?;
        let id = self.0.vault.lookup().issued_id(agreement, taken.document());
        Ok(IssuedPaper { id, replayed: taken.is_replayed() })
    }

    /// By what a deposit is made, as the door asks for it.
    pub(super) fn issuing(&self, ask: &DepositAsk) -> Option<Issuing> {
        let agreement = ask.issuance.as_ref()?.agreement;
        let kind = match &ask.onto {
            Onto::Paper(fields) => Some(self.0.vault.lookup().agreed_kind(agreement, fields.kind)),
            Onto::Version(..) => None,
        };
        Some(Issuing { agreement, kind })
    }

    /// What stays with a paper that is deposited under an agreement: who issued it, as what, with their signature verified; and whether it is to
    /// be hidden from helpers. `issuer`: as its rows are under the locks.
    ///
    /// # Errors
    /// A kind that the institution is not registered to issue any more, or a signature that is none.
    pub(super) fn issued(&self, ask: &DepositAsk, issuer: &Issuer) -> Result<(Issued, bool), LockerError> {
        let (Some(issuance), Onto::Paper(fields)) = (&ask.issuance, &ask.onto) else {
            return Err(LockerError::Refused(Reason::NotAllowed));
        };
        let (institution, agreement) = (issuer.institution, issuer.agreement);
        let registered: InstitutionFields =
            self.0.vault.open_in_directory(Place::Institution(institution), &issuer.registered)?;
        let agreed: AgreementFields =
            self.0.vault.open_in_directory(Place::Agreement(ask.locker, agreement), &issuer.agreed)?;
        if !registered.issues.contains(&fields.kind) || !agreed.kinds.contains(&fields.kind) {
            return Err(LockerError::Refused(Reason::OutOfAgreement));
        }
        let signature = match &issuance.signature {
            None => None,
            Some(jws) => {
                let missing = |field| LockerError::Field { field, error: FieldError::Missing };
                let sha256 = ask.sha256.ok_or(missing("sha256"))?;
                let issued_on = fields.issued_on.ok_or(missing("issued_on"))?;
                let text = signed_text(institution, fields.kind, issued_on, &sha256);
                let verified = issued::verify(jws, &text, &registered.keys).map_err(|fault| {
                    tracing::info!(%institution, ?fault, "a signature of a paper is not believed");
                    LockerError::Refused(Reason::WrongSignature)
                })?;
                Some(verified)
            }
        };
        let by = Issued {
            institution: IdText(institution),
            name: registered.name,
            agreement: IdText(agreement),
            title: fields.title.clone(),
            kind: fields.kind,
            issued_on: fields.issued_on,
            signature,
        };
        Ok((by, agreed.private))
    }

    /// The kinds that an institution may propose to deposit: all those it names, or the field that is wrong.
    pub(super) fn proposed_kinds(kinds: &[Kind], registered: &InstitutionFields) -> Result<(), LockerError> {
        let wrong = |error| LockerError::Field { field: "deposits.kinds", error };
        if kinds.len() > crate::domain::agreement::KINDS_MAX {
            return Err(wrong(FieldError::TooLong(crate::domain::agreement::KINDS_MAX)));
        }
        if kinds.iter().any(|kind| !registered.issues.contains(kind)) {
            return Err(wrong(FieldError::Unregistered));
        }
        Ok(())
    }
}

/// Whether a right is an institution's.
pub(super) fn is_issuing(held: &impl Held) -> bool {
    held.issuer().is_some()
}
