//! What the integrity control compares with the journal. A row that was true once opens for ever; the journal can't be put back
//! to that time unseen, so it is the journal that tells an older row from the newest.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};

use super::{LockerError, Lockers};
use crate::access::Door;
use crate::domain::agreement::Issued;
use crate::domain::document::{AsOf, DocumentState, VersionFields};
use crate::domain::ids::{AgreementId, DocumentId, MandateId, MembershipId, ShareId, VersionId, VisitId};
use crate::domain::policy::VisitFacts;
use crate::identity::issued::still_verifies;
use crate::journal::agreements::Agreements;
use crate::journal::chain::Verifier;
use crate::journal::mandates::Mandates;
use crate::journal::papers::{Deposited, Papers, Told};
use crate::journal::shares::Shares;
use crate::store::agreements::AgreementRow;
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Grant, Held, OpensSeveral};
use crate::store::mandates::MandateRow;
use crate::store::shares::ShareRow;
use crate::store::{StoreError, Tx};
use crate::vault::several::Opener;

/// Lines of the journal read in one go.
const LINES: u32 = 500;

/// A paper, or a version of it with its number, that the journal says is there and that has no row.
pub(super) type Missing = (DocumentId, Option<(VersionId, u64)>);

/// What the journal says of the papers that a control is about.
pub(super) struct Compared {
    /// None when the journal itself is broken: then nothing can be compared with it.
    told: Option<Papers>,
    mandates: Mandates,
    shares: Shares,
    agreements: Agreements,
    /// The one paper that the control is about, or all.
    only: Option<DocumentId>,
}

impl Compared {
    /// Whether the journal is whole.
    pub(super) const fn is_journal_intact(&self) -> bool {
        self.told.is_some()
    }

    /// Whether a paper is described, filed and pointed as its last entries say. `as_of`: what its description says of itself,
    /// if that opens; what does not open is told elsewhere.
    pub(super) fn is_latest(&self, row: &Paper, as_of: Option<&AsOf>) -> bool {
        let Some(papers) = &self.told else { return true };
        let Some(told) = papers.of(row.document) else { return false };
        let is_trashed = row.state == DocumentState::Trashed;
        told.created_at == row.created_at
            && is_trashed == told.trashed_at.is_some()
            && row.trashed_at == told.trashed_at
            && as_of.is_none_or(|as_of| is_as_told(as_of, told))
    }

    /// Whether a version is the one that was deposited under its number, and when. Of a paper that is not told at all, the paper is wrong.
    pub(super) fn is_as_deposited(&self, row: &Paper) -> bool {
        let Some(paper) = self.told.as_ref().and_then(|papers| papers.of(row.document)) else { return true };
        let told = |one: &Deposited| (one.version, one.number, one.sum, one.at);
        let here = (row.version, row.number, Some(row.blob_sha256), row.deposited_at);
        version_of(paper, row.version).is_some_and(|one| told(one) == here)
    }

    /// Whether a version bears the words of those who have seen its original, and no other: each member's last one.
    pub(super) fn is_seen_as_told(&self, row: &Paper, fields: &VersionFields) -> bool {
        let Some(told) = self.told.as_ref().and_then(|papers| papers.of(row.document)) else { return true };
        let said: BTreeMap<MembershipId, u64> =
            fields.seen.iter().map(|seen| (seen.membership.0, seen.entry)).collect();
        said.len() == fields.seen.len() && version_of(told, row.version).is_some_and(|one| one.seen == said)
    }

    /// Whether a version is issued, or not, as its line says: by that institution, under that agreement.
    pub(super) fn is_issued_as_told(&self, row: &Paper, fields: &VersionFields) -> bool {
        let Some(told) = self.told.as_ref().and_then(|papers| papers.of(row.document)) else { return true };
        let said = fields.issued.as_ref().map(|issued| (issued.institution.0, issued.agreement.0));
        let is_signed = |issued: &Issued| {
            issued.signature.as_ref().is_none_or(|signature| {
                issued.signed_text(&fields.sha256).is_some_and(|text| still_verifies(signature, &text))
            })
        };
        fields.issued.as_deref().is_none_or(is_signed)
            && version_of(told, row.version).is_some_and(|one| one.issued == said)
    }

    /// The mandates and visits that are not as the journal says: a row that nothing says was given or begun, one from before its end,
    /// and what was given or begun and has no row.
    pub(super) fn help(&self, held: &HelpHeld, opener: &Opener) -> (Vec<MandateId>, Vec<VisitId>) {
        if self.told.is_none() {
            return (Vec::new(), Vec::new());
        }
        // Words that do not open are not those that were agreed to.
        let words = |row: &MandateRow| {
            let agreed = opener.open_mandate(row).ok()?;
            let narrowed = agreed.narrowed.map(|narrowed| Sha256::digest(narrowed.text.as_bytes()).into());
            Some(narrowed.unwrap_or(*super::sheets::stated(&agreed.evidence).bytes()))
        };
        let is_wrong = |row: &&MandateRow| {
            self.mandates.mandate(row.mandate).is_none_or(|told| {
                told.is_stopped != row.ended_at.is_some() || told.words != Some(row.words) || told.words != words(row)
            })
        };
        let mut mandates: Vec<MandateId> = held.mandates.iter().filter(is_wrong).map(|row| row.mandate).collect();
        let here: HashSet<MandateId> = held.mandates.iter().map(|row| row.mandate).collect();
        mandates.extend(self.mandates.mandates().filter(|mandate| !here.contains(mandate)));
        let is_wrong = |row: &&VisitFacts| {
            self.mandates.visit(row.visit).is_none_or(|told| {
                let is_over = told.is_left || told.replaced_at.is_some_and(|at| at < row.until);
                is_over != row.ended_at.is_some()
            })
        };
        let mut visits: Vec<VisitId> = held.visits.iter().filter(is_wrong).map(|row| row.visit).collect();
        let here: HashSet<VisitId> = held.visits.iter().map(|row| row.visit).collect();
        visits.extend(self.mandates.visits().filter(|visit| !here.contains(visit)));
        (mandates, visits)
    }

    /// What was handed over and is not as the journal says: a row that nothing says was given, one from before its end, a pause, a reading or a
    /// destruction, and what was given and has no row.
    pub(super) fn handed(&self, held: &HelpHeld) -> Vec<ShareId> {
        if self.told.is_none() {
            return Vec::new();
        }
        let is_wrong = |row: &&ShareRow| !self.shares.is_as_told(&row.facts(), (&row.details, &row.shown));
        let mut shares: Vec<ShareId> = held.shares.iter().filter(is_wrong).map(|row| row.share).collect();
        let here: HashSet<ShareId> = held.shares.iter().map(|row| row.share).collect();
        shares.extend(self.shares.all().filter(|share| !here.contains(share)));
        shares
    }

    /// Which agreements are not as the journal says: the same, or from before a deposit under them.
    pub(super) fn agreed(&self, held: &HelpHeld) -> Vec<AgreementId> {
        if self.told.is_none() {
            return Vec::new();
        }
        let is_wrong = |row: &&AgreementRow| !self.agreements.is_as_told(&row.facts(), &row.details);
        let mut wrong: Vec<AgreementId> = held.agreements.iter().filter(is_wrong).map(|row| row.agreement).collect();
        let here: HashSet<AgreementId> = held.agreements.iter().map(|row| row.agreement).collect();
        wrong.extend(self.agreements.all().filter(|agreement| !here.contains(agreement)));
        wrong
    }

    /// What has no row. A paper with a row that does not read is told as such.
    pub(super) fn missing(&self, found: &[Found]) -> Vec<Missing> {
        let here: HashSet<DocumentId> = found.iter().map(Found::document).collect();
        let unread: HashSet<DocumentId> =
            found.iter().filter(|one| one.paper().is_none()).map(Found::document).collect();
        let versions: HashSet<VersionId> = found.iter().filter_map(Found::paper).map(|paper| paper.version).collect();
        let mut missing = Vec::new();
        for (document, told) in self.told.iter().flat_map(Papers::all) {
            if self.only.is_some_and(|only| only != document) || unread.contains(&document) {
                continue;
            }
            if !here.contains(&document) {
                missing.push((document, None));
                continue;
            }
            let gone = told.versions.iter().filter(|told| !versions.contains(&told.version));
            missing.extend(gone.map(|told| (document, Some((told.version, told.number)))));
        }
        missing
    }
}

/// What lets helpers and institutions in, as the rows that bear their proof say. Those that do not are missed.
#[derive(Debug)]
pub(super) struct HelpHeld {
    mandates: Vec<MandateRow>,
    visits: Vec<VisitFacts>,
    shares: Vec<ShareRow>,
    agreements: Vec<AgreementRow>,
}

impl HelpHeld {
    /// Reads all of it, under the entry of a control.
    pub(super) async fn read(door: &Door, tx: &mut Tx, held: &impl Held) -> Result<Self, StoreError> {
        let mandates = door.mandates_of(tx, held).await?;
        let visits = door.visits_of(tx, held).await?;
        Ok(Self {
            mandates: mandates.into_iter().map(|(row, _)| row).collect(),
            visits: visits.iter().map(|row| row.facts).collect(),
            shares: door.proven_shares(tx, held).await?,
            agreements: door.proven_agreements(tx, held).await?,
        })
    }
}

fn is_as_told(as_of: &AsOf, told: &Told) -> bool {
    (as_of.changed, as_of.changes) == (told.changed, told.changes)
        && told.versions.last().is_some_and(|last| (last.version, last.number) == (as_of.newest.0, as_of.number))
}

fn version_of(told: &Told, version: VersionId) -> Option<&Deposited> {
    told.versions.iter().find(|one| one.version == version)
}

impl Lockers {
    /// Reads the journal from its first entry to the one of this very control, in whose transaction the rows were read.
    pub(super) async fn compared<A: OpensSeveral>(&self, grant: &Grant<A>) -> Result<Compared, LockerError> {
        let written = grant.written();
        let only = grant.paper().map(|paper| paper.document);
        let mut verifier = Verifier::new(written.chain, false);
        let (mut papers, mut mandates) = (Papers::default(), Mandates::default());
        let (mut shares, mut agreements) = (Shares::default(), Agreements::default());
        while verifier.seq() < written.seq {
            let page = self.0.door.lines(grant, verifier.seq(), LINES).await?;
            if page.is_empty() {
                return Ok(Compared { told: None, mandates, shares, agreements, only });
            }
            for kept in &page {
                match verifier.take(kept) {
                    Ok(Some(entry)) => {
                        papers.take(&entry);
                        mandates.take(&entry);
                        shares.take(&entry);
                        agreements.take(&entry);
                    }
                    Ok(None) => {}
                    Err(found) => {
                        tracing::error!(locker = %grant.locker(), %found, "the journal is broken");
                        return Ok(Compared { told: None, mandates, shares, agreements, only });
                    }
                }
                if verifier.seq() == written.seq {
                    break;
                }
            }
        }
        Ok(Compared { told: Some(papers), mandates, shares, agreements, only })
    }
}
