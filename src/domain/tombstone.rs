//! What stays outside the database of a locker that was erased, so that a restored backup does not bring it back. Format:
//! `docs/formats/tombstone.md`.

use serde::{Deserialize, Serialize};

use super::document::Sha256Sum;
use super::ids::LockerId;
use super::source::Timestamp;

/// The form this program writes.
const FORMAT: &str = "consigne/tombstone/v1";

/// A locker that was erased. Not believed before its proof is checked (`proof::Claim::Erasure`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tombstone {
    /// Which.
    pub locker: LockerId,
    /// When.
    pub at: Timestamp,
    /// Keyed proof that this installation wrote it.
    pub proof: [u8; 32],
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    locker: String,
    erased_at: i64,
    proof: Sha256Sum,
}

impl Tombstone {
    /// As it is kept.
    pub fn bytes(&self) -> Vec<u8> {
        let written = Written {
            format: FORMAT.to_owned(),
            locker: self.locker.to_string(),
            erased_at: self.at.micros(),
            proof: Sha256Sum::from_bytes(self.proof),
        };
        serde_json::to_vec(&written).unwrap_or_default()
    }

    /// Reads [`Self::bytes`]; `None` for anything else.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let written: Written = serde_json::from_slice(bytes).ok()?;
        let locker = written.locker.parse().ok()?;
        let at = Timestamp::from_micros(written.erased_at);
        (written.format == FORMAT).then_some(Self { locker, at, proof: *written.proof.bytes() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::source::Source;

    #[test]
    fn a_tombstone_reads_back_and_nothing_else_is_one() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [9; 32]);
        let stone = Tombstone { locker: LockerId::draw(&source), at: source.now(), proof: source.bytes() };
        let bytes = stone.bytes();
        assert_eq!(Tombstone::parse(&bytes), Some(stone));
        let text = String::from_utf8(bytes).unwrap();
        for wrong in [
            String::new(),
            text.replace("/v1", "/v2"),
            text.replace("\"locker\":\"", "\"locker\":\"x"),
            text.replace("\"proof\":\"", "\"proof\":\"00"),
            text.replace('}', ",\"more\":1}"),
            text.replace("\"erased_at\":", "\"erased_at\":\"x\",\"at\":"),
        ] {
            assert_eq!(Tombstone::parse(wrong.as_bytes()), None, "{wrong}");
        }
    }
}
