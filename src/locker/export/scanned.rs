//! What nobody may open in an export (decision 30): held versions are scanned before they are packed; what stays held, or is harmful, is
//! left out, and a file in its place says so. One harmful file would have the whole archive refused wherever it is taken.

use super::{Packer, Packing};
use crate::domain::entry::{Object, Reason};
use crate::domain::scanned::Scanned;
use crate::locker::scanning::Unopened;
use crate::store::documents::Paper;
use crate::vault::VaultError;
use crate::vault::ring::Content;

/// How a version goes into the archive.
pub(super) enum Packed {
    /// As it was deposited.
    AsItIs,
    /// It does not open.
    Damaged,
    /// Not at all: why, by the key of what the file in its place says.
    LeftOut(&'static str),
}

impl Packer {
    /// How a version is packed; one that is held is scanned for that.
    pub(super) async fn packed(
        &self,
        packing: &mut Packing<'_>,
        version: &Paper,
        content: &Content,
    ) -> Result<Packed, Reason> {
        let scanned = match version.scanned {
            Scanned::Never | Scanned::Clean | Scanned::NotScanned => return Ok(Packed::AsItIs),
            Scanned::Held => self.lockers.scan_held(&self.caller, content, version, &mut packing.watch).await,
            Scanned::Infected => Err(Unopened::Infected),
        };
        match scanned {
            Ok(()) => Ok(Packed::AsItIs),
            Err(Unopened::Silent(_)) => Ok(Packed::LeftOut("export-held-told")),
            Err(Unopened::Infected | Unopened::Stopped(_, Reason::Infected)) => {
                Ok(Packed::LeftOut("export-infected-told"))
            }
            Err(Unopened::Damaged) => Ok(Packed::Damaged),
            Err(Unopened::Stopped(_, reason)) => Err(reason),
        }
    }

    /// Puts a word in the place of a version that is left out. Gives where it stands.
    pub(super) async fn leave_out(
        &self,
        packing: &mut Packing<'_>,
        version: &Paper,
        path: &str,
        told: &'static str,
    ) -> Result<String, Reason> {
        packing.has_left_out = true;
        self.put_word(packing, version, path, ("export-left-out-name", told)).await
    }

    /// Notes that a version is damaged, and puts a word beside it.
    pub(super) async fn tell_damaged(
        &self,
        packing: &mut Packing<'_>,
        version: &Paper,
        path: &str,
    ) -> Result<(), Reason> {
        packing.is_whole = false;
        self.note_damage(Object::Version(version.document, version.version), VaultError::Damaged).await?;
        self.put_word(packing, version, path, ("export-damaged-name", "export-damaged-told")).await.map(|_| ())
    }

    async fn put_word(
        &self,
        packing: &mut Packing<'_>,
        version: &Paper,
        path: &str,
        (name, told): (&str, &str),
    ) -> Result<String, Reason> {
        let beside = packing.names.unique(&format!("{path} - {}.txt", self.say(name)));
        packing.add(&beside, version.deposited_at, self.say(told).as_bytes()).await?;
        Ok(beside)
    }
}
