//! How the holder is told of things, as an export tells it: what they chose, and what waits to be sent.

use serde_json::{Value, json};

use super::{Packer, Packing};
use crate::domain::address::Address;
use crate::domain::dates::PaperEnd;
use crate::domain::entry::{Object, Reason};
use crate::domain::notice::{Channel, ContactFields, Destination, NoticeFields};
use crate::domain::source::Timestamp;
use crate::locker::Lockers;
use crate::store::contacts::ContactRow;
use crate::store::grant::Held;
use crate::store::notices::NoticeRow;
use crate::store::{StoreError, Tx};

/// The rows that tell it, sealed.
#[derive(Debug, Default)]
pub(in crate::locker) struct ContactSealed {
    chosen: Option<ContactRow>,
    waiting: Vec<NoticeRow>,
}

impl ContactSealed {
    /// Reads it, under the entry of an export.
    pub(in crate::locker) async fn read(lockers: &Lockers, tx: &mut Tx, held: &impl Held) -> Result<Self, StoreError> {
        let door = &lockers.0.door;
        Ok(Self { chosen: door.contact(tx, held).await?, waiting: door.notices_waiting(tx, held).await? })
    }

    /// Whether there is nothing to tell.
    pub(super) const fn is_empty(&self) -> bool {
        self.chosen.is_none() && self.waiting.is_empty()
    }
}

/// Where something goes.
fn destination(to: &Destination) -> Value {
    json!({"channel": to.channel.code(), "address": to.address.as_str(), "discreet": to.discreet, "language": to.locale})
}

/// What they chose, and beside it what waits for its code. After they stopped, there is no address, and what was told is still kept for its time.
fn chosen(row: &ContactRow, fields: &ContactFields) -> Value {
    json!({
        "channel": row.facts.channel.map(Channel::code), "address": fields.address.as_ref().map(Address::as_str),
        "waiting": fields.next.as_ref().map(|next| destination(&next.to)), "confirmed": row.facts.is_confirmed(), "discreet": fields.discreet, "language": fields.locale, "digest": fields.digest.is_some(),
        "chosen_at": row.facts.made_at.rfc3339(), "told_before": told_before(fields),
    })
}

fn paper(paper: &PaperEnd) -> Value {
    json!({"document": paper.document.0.to_string(), "last_day": paper.last.to_string()})
}

fn told_before(fields: &ContactFields) -> Value {
    let help = |end: &crate::domain::dates::HelpEnd| json!({"mandate": end.mandate.0.to_string(), "until": Timestamp::from_micros(end.until).rfc3339(), "days": end.days});
    json!({
        "papers": fields.before.papers.iter().map(paper).collect::<Vec<_>>(),
        "help": fields.before.help.iter().map(help).collect::<Vec<_>>(),
    })
}

/// What waits; never the code itself.
fn waits(row: &NoticeRow, fields: &NoticeFields) -> Value {
    json!({
        "tells": fields.told.code(), "mandate": fields.told.mandate().map(|mandate| mandate.to_string()),
        "papers": fields.papers.iter().map(paper).collect::<Vec<_>>(), "due_at": row.facts.due_at.rfc3339(), "tries": row.facts.tries,
        "to": fields.to.as_ref().map(destination),
    })
}

impl Packer {
    /// Adds what there is of it, for programs.
    pub(super) async fn contact(&self, packing: &mut Packing<'_>) -> Result<(), Reason> {
        if self.contact.is_empty() {
            return Ok(());
        }
        let at = self.grant.written().at;
        let opened = self.contact.chosen.as_ref().map(|row| Ok(chosen(row, &self.lockers.contact_fields(row)?)));
        let opened = match opened.transpose() {
            Ok(opened) => opened,
            Err(error) => {
                packing.is_whole = false;
                self.note_damage(Object::Locker(self.grant.locker()), error).await?;
                None
            }
        };
        // One that does not open is not sent either.
        let waiting = self.contact.waiting.iter();
        let waiting = waiting.filter_map(|row| Some(waits(row, &self.lockers.notice_fields(row).ok()?)));
        let json = json!({
            "format": "consigne-messages-1", "locker": self.grant.locker().to_string(), "exported_at": at.rfc3339(),
            "chosen": opened, "waiting": waiting.collect::<Vec<_>>(),
        });
        let json = serde_json::to_string_pretty(&json).unwrap_or_default() + "\n";
        packing.add(&self.say("export-file-contact"), at, json.as_bytes()).await
    }
}
