//! The photos of signed sheets and of courts' decisions, as an export holds them: each beside the list of mandates, named there by
//! its path and its sum. One at a time in memory, 5 MiB at most.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::help::HelpTold;
use super::{Packer, Packing, archive};
use crate::domain::basis::Basis;
use crate::domain::document::Sha256Sum;
use crate::domain::entry::{Object, Reason};
use crate::domain::help::SheetFields;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Consent;
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::store::grant::Held;
use crate::store::sheets::SheetRow;
use crate::vault::VaultError;
use crate::words::{Value as Word, say_with};

/// A photo of a mandate, or of a proposal that waits.
struct Photo<'a> {
    mandate: MandateId,
    /// Whether a court decided.
    decided: bool,
    /// Who helps, or would.
    name: Option<&'a Name>,
    /// When what it belongs to began, or ends.
    at: Timestamp,
    /// What was confirmed; none while it waits.
    signed: Option<Sha256Sum>,
}

/// Where photos stand in the archive, for programs.
pub(super) type Placed = HashMap<MandateId, Value>;

impl Packer {
    /// Adds every photo; gives where each stands.
    pub(super) async fn photos(&self, packing: &mut Packing<'_>, told: &HelpTold) -> Result<Placed, Reason> {
        let of_mandates = told.mandates.iter().filter_map(|view| {
            let agreed = view.agreed.as_ref()?;
            let signed = agreed.evidence.sheet.as_ref()?;
            Some(Photo {
                mandate: view.mandate,
                decided: view.consent == Consent::Judgment,
                name: Some(&agreed.proposed.helper),
                at: view.from,
                signed: Some(signed.sha256),
            })
        });
        let waiting = told.proposals.iter().filter(|view| view.basis != Basis::Answer).map(|view| Photo {
            mandate: view.mandate,
            decided: view.basis == Basis::Judgment,
            name: Some(&view.proposed.helper),
            at: self.grant.written().at,
            signed: None,
        });
        let all: Vec<Photo<'_>> = of_mandates.chain(waiting).collect();
        let mut placed = Placed::new();
        for photo in all {
            if let Some(value) = self.photo(packing, &photo).await? {
                placed.insert(photo.mandate, value);
            }
        }
        Ok(placed)
    }

    /// Adds one; gives where it stands. None for a proposal without one, or that was answered meanwhile.
    async fn photo(&self, packing: &mut Packing<'_>, photo: &Photo<'_>) -> Result<Option<Value>, Reason> {
        let found = self.lockers.0.door.sheet_to_take(&self.grant, photo.mandate).await;
        let opened = match found.map_err(|_| Reason::StoreAway)? {
            Some(Ok((sheet, content))) => self.open_photo(photo, &sheet, &content),
            None if photo.signed.is_none() => return Ok(None),
            Some(Err(_)) | None => Err(VaultError::Damaged),
        };
        let key = if photo.decided { "export-photo-decision" } else { "export-photo-sheet" };
        let name = photo.name.map(Name::as_str).unwrap_or_default();
        let name = archive::safe(&say_with(self.telling.locale(), key, &[("name", Word::Text(name))]));
        let folder = self.say("export-folder-help");
        let (fields, bytes) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                packing.is_whole = false;
                self.note_damage(Object::Mandate(photo.mandate), error).await?;
                let beside = format!("{folder}/{name} - {}.txt", self.say("export-damaged-name"));
                let beside = packing.names.unique(&beside);
                packing.add(&beside, photo.at, self.say("export-damaged-told").as_bytes()).await?;
                let sum = photo.signed.map(|sum| sum.to_string());
                return Ok(Some(json!({"path": Value::Null, "sha256": sum, "intact": false})));
            }
        };
        let extension = archive::known_extension(&fields.media_type).unwrap_or("bin");
        let path = packing.names.unique(&format!("{folder}/{name}.{extension}"));
        packing.add(&path, photo.at, &bytes).await?;
        Ok(Some(json!({"path": path, "sha256": fields.sha256.to_string(), "intact": true})))
    }

    /// Opens one, as long as it waits or with its mandate. Of what was confirmed, only the very photo is it.
    fn open_photo(
        &self,
        photo: &Photo<'_>,
        sheet: &SheetRow,
        content: &[u8],
    ) -> Result<(SheetFields, Vec<u8>), VaultError> {
        let sealed = (sheet.details.as_slice(), content);
        let opened = if sheet.until.is_some() {
            self.lockers.0.vault.open_waiting_sheet(&self.grant, photo.mandate, sealed)?
        } else {
            self.opener.open_sheet(photo.mandate, sealed)?
        };
        let is_it = photo.signed.is_none_or(|sum| sum == opened.0.sha256 && sheet.until.is_none());
        if is_it { Ok(opened) } else { Err(VaultError::Damaged) }
    }
}
