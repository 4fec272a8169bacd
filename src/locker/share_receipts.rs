//! Receipts of what was handed over: what, with its sums, when, to whom, until when. A PDF for the holder, something signed for both. They say
//! that a copy replaces no original; and nothing of whether it still lasts.

use serde_json::{Value, json};

use super::attestation::Tongues;
use super::attesting::set;
use super::cover::{self, called, dates};
use super::export::lists::issued_by;
use super::receipts::{below, exact_size, made};
use super::{LockerError, Lockers};
use crate::access::{Caller, Fetched};
use crate::domain::entry::Object;
use crate::domain::ids::{LockerId, ShareId};
use crate::domain::request::{Piece, RequestFields};
use crate::domain::share::{HandedPaper, Recipient, ShareFields};
use crate::domain::source::Timestamp;
use crate::pdf::{Block, Paper, Table};
use crate::store::grant::{Grant, Held, act};
use crate::store::shares::ShareRow;
use crate::store::{keys, lockers};
use crate::vault::receipts::Signed;
use crate::vault::sealed::Place;
use crate::words::Locale;

/// What a receipt's own name for its shape is.
const FORMAT: &str = "consigne-receipt-1";
/// What it does not claim, for whoever reads it in a program.
const NOTICE: &str = "Une copie ne remplace pas un original.";

/// A paper of a share, for programs: the same in receipts and in lists.
pub(super) fn paper_value(paper: &HandedPaper) -> Value {
    let mut value = json!({
        "place": paper.place,
        "piece": paper.piece,
        "title": paper.title.as_str(),
        "kind": paper.kind.code(),
        "file_name": paper.file_name.as_str(),
        "media_type": paper.media_type,
        "size": paper.size,
        "hash_algorithm": "SHA-256",
        "sha256": paper.sha256.to_string(),
        "deposited_at": Timestamp::from_micros(paper.deposited_at).rfc3339(),
        "origin": paper.origin,
    });
    if let (Some(issued), Some(members)) = (&paper.issued, value.as_object_mut()) {
        members.insert("issued".to_owned(), issued_by(issued, &paper.sha256));
    }
    for (name, day) in [("issued_on", paper.issued_on), ("expires_on", paper.expires_on)] {
        if let (Some(day), Some(members)) = (day, value.as_object_mut()) {
            members.insert(name.to_owned(), day.to_string().into());
        }
    }
    value
}

/// What a share is, for programs: who handed what over to whom, what for, until when. Its papers stand beside it.
pub(super) fn share_value(row: &ShareRow, fields: &ShareFields) -> Value {
    let mut value = json!({
        "share": row.share.to_string(),
        "holder": fields.holder.as_str(),
        "purpose": fields.purpose.as_str(),
        "given_at": row.from.rfc3339(),
        "until": row.until.rfc3339(),
        "refused": fields.refused,
    });
    let name = fields.institution.as_str();
    if let Some(members) = value.as_object_mut() {
        match row.recipient {
            Recipient::Institution(institution, request) => {
                members.insert("request".to_owned(), request.to_string().into());
                members.insert("institution".to_owned(), json!({"id": institution.to_string(), "name": name}));
            }
            Recipient::Bearer(_) => {
                members.insert("recipient".to_owned(), json!({"name": name}));
            }
        }
        members.extend(fields.legal_basis.as_ref().map(|basis| ("legal_basis".to_owned(), basis.as_str().into())));
        members.extend(fields.reference.as_ref().map(|name| ("reference".to_owned(), name.as_str().into())));
    }
    value
}

/// What is signed. `issuer`: the public address.
fn told(issuer: &str, at: Timestamp, row: &ShareRow, fields: &ShareFields) -> Value {
    let mut value = share_value(row, fields);
    if let Some(members) = value.as_object_mut() {
        let own = json!({
            "iss": issuer,
            "iat": at.micros().div_euclid(1_000_000),
            "format": FORMAT,
            "notice": NOTICE,
            "papers": fields.papers.iter().map(paper_value).collect::<Vec<_>>(),
        });
        members.extend(own.as_object().cloned().unwrap_or_default());
    }
    value
}

/// The PDF.
fn printed(fetched: (&ShareRow, &ShareFields, &[Piece]), made_at: Timestamp, other: Option<Locale>) -> Paper {
    let (row, fields, pieces) = fetched;
    let tongues = Tongues(other);
    let columns = [
        ("cover-place", 0.4),
        ("receipt-paper", 3.2),
        ("cover-dates", 2.0),
        ("receipt-size", 1.4),
        ("receipt-sum", 3.6),
    ];
    let line = |paper: &HandedPaper| {
        vec![
            paper.place.to_string(),
            called(paper),
            dates(paper),
            exact_size(Locale::Fr, paper.size),
            paper.sha256.to_string(),
        ]
    };
    let mut blocks = vec![
        Block::Title(tongues.say("handed-receipt-title")),
        Block::Paragraph(tongues.say("handed-receipt-intro")),
        Block::Facts(cover::facts(&tongues, fields, row.from, row.until)),
        Block::Table(Table {
            columns: columns.map(|(key, part)| (tongues.say(key), part)).into(),
            rows: fields.papers.iter().map(line).collect(),
        }),
    ];
    let refused = cover::refused(&tongues, fields, pieces);
    if !refused.is_empty() {
        blocks.push(Block::Heading(tongues.say("cover-refused")));
        blocks.push(Block::Items(refused));
    }
    blocks.push(Block::Paragraph(tongues.say("receipt-sum-is")));
    blocks.push(Block::Paragraph(tongues.say("cover-copy")));
    blocks.push(Block::Fine(tongues.at("attest-made", made_at)));
    // On one page, where it fits.
    Paper { pages: Some(1), ..made("handed-receipt-title", blocks, made_at, other) }
}

impl Lockers {
    /// What was asked for, of a share that was fetched; nothing where it is not known any more.
    pub(super) fn pieces_of(&self, fetched: &Fetched) -> Vec<Piece> {
        let open = |row: &crate::store::requests::RequestRow| {
            let place = Place::PaperRequest(row.facts.institution, row.facts.request);
            self.0.vault.open_in_directory::<RequestFields>(place, &row.details).ok()
        };
        fetched.asked.as_ref().and_then(open).map(|fields| fields.pieces).unwrap_or_default()
    }

    /// What a holder handed over, opened, with the line that says so.
    async fn receipted(
        &self,
        caller: &Caller,
        of: (LockerId, ShareId),
    ) -> Result<(Grant<act::ReceiptShare>, Fetched, ShareFields), LockerError> {
        let (mut tx, pending, fetched) = self.door().begin_receipt(caller, of).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.door().commit(tx, pending).await?;
        let opened = self.0.vault.keyring(&grant, &wraps).and_then(|ring| {
            let shelves = ring.shelves(&collections);
            ring.open_share(&shelves, &fetched.row)
        });
        match opened {
            Ok(fields) => Ok((grant, fetched, fields)),
            Err(error) => Err(self.damaged(caller, &grant, Object::Share(of.1), error).await),
        }
    }

    /// The receipt of what a holder handed over: a PDF. `reads`: the language of who asks.
    pub async fn handed_receipt(
        &self,
        caller: &Caller,
        of: (LockerId, ShareId),
        reads: Locale,
    ) -> Result<Vec<u8>, LockerError> {
        let place = self.place_to_print(caller)?;
        let (grant, fetched, fields) = self.receipted(caller, of).await?;
        let pieces = self.pieces_of(&fetched);
        set(printed((&fetched.row, &fields, &pieces), grant.written().at, below(reads)), place).await
    }

    /// The same, signed. `issuer`: the public address.
    pub async fn signed_receipt(
        &self,
        caller: &Caller,
        of: (LockerId, ShareId),
        issuer: &str,
    ) -> Result<Signed, LockerError> {
        let (grant, fetched, fields) = self.receipted(caller, of).await?;
        Ok(self.0.vault.receipts().sign(&grant, &told(issuer, grant.written().at, &fetched.row, &fields))?)
    }

    /// The same for the institution that it was handed to.
    pub async fn received_receipt(&self, caller: &Caller, share: ShareId, issuer: &str) -> Result<Signed, LockerError> {
        let (grant, fetched) = self.door().receive_receipt(caller, share).await?;
        let fields = match self.0.vault.open_handed(&fetched.row) {
            Ok(fields) => fields,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Share(share), error).await),
        };
        Ok(self.0.vault.receipts().sign(&grant, &told(issuer, grant.written().at, &fetched.row, &fields))?)
    }

    /// The key that verifies receipts: its name, and its public half in base64url.
    pub fn receipt_key(&self) -> (String, String) {
        let (name, public) = self.0.vault.receipts().published();
        (name.to_owned(), public)
    }
}
