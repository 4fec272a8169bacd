//! What institutions asked for and were handed, as an export tells it: for programs, and as a table.

use serde_json::{Value, json};

use super::lists::table;
use super::{Packer, Packing};
use crate::domain::entry::{Object, Reason};
use crate::domain::help::Purpose;
use crate::domain::institution::LegalBasis;
use crate::domain::organisation::Name;
use crate::domain::share::{GonePaper, HandedPaper, ShareFields};
use crate::domain::source::{Moment, Timestamp};
use crate::journal::chain::Kept;
use crate::locker::Lockers;
use crate::locker::requests::RequestView;
use crate::locker::sharing::reader_hash;
use crate::store::grant::Held;
use crate::store::requests::RequestRow;
use crate::store::shares::{self, ShareRow};
use crate::store::{StoreError, Tx};
use crate::vault::VaultError;
use crate::vault::several::Opener;

/// The rows that tell it, sealed.
#[derive(Debug)]
pub(in crate::locker) struct HandedSealed {
    shares: Vec<ShareRow>,
    requests: Vec<RequestRow>,
    readers: Vec<(u64, Vec<u8>)>,
    moment: Moment,
}

impl HandedSealed {
    /// Reads it, under the entry of an export.
    pub(in crate::locker) async fn read(lockers: &Lockers, tx: &mut Tx, held: &impl Held) -> Result<Self, StoreError> {
        let door = &lockers.0.door;
        Ok(Self {
            shares: door.shares_in(tx, held).await?,
            requests: door.requests_of(tx, held).await?,
            readers: shares::readers(tx, held, (0, held.written().seq)).await?,
            moment: tx.moment().await?,
        })
    }

    /// Whether there is nothing to tell.
    pub(super) const fn is_empty(&self) -> bool {
        self.shares.is_empty() && self.requests.is_empty()
    }

    /// What was handed over, as far as it opens: lines name institutions by it.
    pub(in crate::locker) fn opened(&self, opener: &Opener) -> Vec<(crate::domain::ids::ShareId, ShareFields)> {
        self.shares.iter().filter_map(|row| Some((row.share, opener.open_share(row).ok()?))).collect()
    }
}

fn paper(row: &ShareRow, paper: &HandedPaper) -> Value {
    let shared = row.papers.iter().find(|one| one.place == paper.place);
    json!({
        "place": paper.place, "piece": paper.piece, "document": shared.map(|one| one.document.to_string()),
        "version": shared.map(|one| one.version.to_string()), "title": paper.title.as_str(), "kind": paper.kind.code(),
        "file_name": paper.file_name.as_str(), "size": paper.size, "sha256": paper.sha256.to_string(),
    })
}

fn gone(paper: &GonePaper) -> Value {
    json!({"place": paper.place, "piece": paper.piece, "kind": paper.kind.code()})
}

fn share(row: &ShareRow, fields: Option<&ShareFields>, moment: Moment) -> Value {
    json!({
        "id": row.share.to_string(), "request": row.recipient.request().map(|id| id.to_string()), "status": row.facts().status(moment).code(),
        "to": if row.recipient.institution().is_some() { "institution" } else { "code" },
        "institution": fields.map(|fields| fields.institution.as_str()),
        "legal_basis": fields.and_then(|fields| fields.legal_basis.as_ref()).map(LegalBasis::as_str),
        "purpose": fields.map(|fields| fields.purpose.as_str()),
        "reference": fields.and_then(|fields| fields.reference.as_ref()).map(Name::as_str),
        "from": row.from.rfc3339(), "until": row.until.rfc3339(), "ended_at": row.ended_at.map(Timestamp::rfc3339),
        "readings": row.readings, "readings_max": row.readings_max,
        "papers": fields.map(|fields| fields.papers.iter().map(|one| paper(row, one)).collect::<Vec<_>>()),
        "destroyed": fields.map(|fields| fields.destroyed.iter().map(gone).collect::<Vec<_>>()), "not_believed": row.is_doubted,
        "refused": fields.map(|fields| &fields.refused),
    })
}

fn request(view: &RequestView) -> Value {
    let fields = view.fields.as_ref();
    let facts = &view.facts;
    json!({
        "id": facts.request.to_string(), "status": view.status.code(), "made_at": facts.made_at.rfc3339(),
        "until": facts.until.rfc3339(), "share": facts.share.map(|share| share.to_string()),
        "institution": fields.map(|fields| fields.institution.as_str()),
        "legal_basis": fields.map(|fields| fields.legal_basis.as_str()),
        "purpose": fields.map(|fields| fields.purpose.as_str()),
        "reference": fields.and_then(|fields| fields.reference.as_ref()).map(Name::as_str),
        "pieces": fields.map(|fields| &fields.pieces),
    })
}

/// One line a share, the newest first.
fn csv(rows: &[(&ShareRow, Option<ShareFields>)], moment: Moment) -> String {
    let head =
        ["id", "status", "institution", "purpose", "reference", "from", "until", "ended_at", "readings", "papers"];
    let cells = |(row, fields): &(&ShareRow, Option<ShareFields>)| {
        let text = |of: fn(&ShareFields) -> String| fields.as_ref().map(of).unwrap_or_default();
        vec![
            row.share.to_string(),
            row.facts().status(moment).code().to_owned(),
            text(|fields| fields.institution.as_str().to_owned()),
            text(|fields| Purpose::as_str(&fields.purpose).to_owned()),
            text(|fields| fields.reference.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default()),
            row.from.rfc3339(),
            row.until.rfc3339(),
            row.ended_at.map(Timestamp::rfc3339).unwrap_or_default(),
            row.readings.to_string(),
            text(|fields| fields.papers.iter().map(|paper| paper.title.as_str()).collect::<Vec<_>>().join(" ; ")),
        ]
    };
    table(&head.map(str::to_owned), rows.iter().map(cells))
}

impl Packer {
    /// Adds what there is of it.
    pub(super) async fn handed(&self, packing: &mut Packing<'_>) -> Result<(), Reason> {
        if self.handed.is_empty() {
            return Ok(());
        }
        let (at, moment) = (self.grant.written().at, self.handed.moment);
        let mut rows = Vec::with_capacity(self.handed.shares.len());
        for row in &self.handed.shares {
            let fields = self.opener.open_share(row).ok();
            if fields.is_none() {
                packing.is_whole = false;
                self.note_damage(Object::Share(row.share), VaultError::Damaged).await?;
            }
            rows.push((row, fields));
        }
        let requests = self.handed.requests.iter();
        let requests = requests.map(|row| request(&self.lockers.request_view(row, moment)));
        let json = json!({
            "format": "consigne-handed-1", "locker": self.grant.locker().to_string(), "exported_at": at.rfc3339(),
            "shares": rows.iter().map(|(row, fields)| share(row, fields.as_ref(), moment)).collect::<Vec<_>>(),
            "requests": requests.collect::<Vec<_>>(),
        });
        let json = serde_json::to_string_pretty(&json).unwrap_or_default() + "\n";
        packing.add(&self.say("export-file-handed-json"), at, json.as_bytes()).await?;
        packing.add(&self.say("export-file-handed-csv"), at, csv(&rows, moment).as_bytes()).await
    }

    /// Learns for whom institutions read, where lines bear the hash of the name.
    pub(super) fn learn_readers(&self, packing: &mut Packing<'_>, page: &[Kept]) {
        let chain = self.grant.locker().chain();
        let named = page.iter().filter_map(|kept| {
            let (_, details) = self.handed.readers.iter().find(|(seq, _)| *seq == kept.seq)?;
            let reader = self.lockers.0.vault.open_reader(self.grant.locker(), kept.seq, details).ok()?;
            (kept.entry(chain)?.line.evidence == Some(reader_hash(&reader))).then_some((kept.seq, reader.name))
        });
        packing.helpers.learn_shares(std::iter::empty(), named);
    }
}
