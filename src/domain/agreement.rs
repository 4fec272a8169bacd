//! Agreements: an institution may deposit papers of some kinds in somebody's locker, for a purpose, until a date. And what stays with a
//! version that came in so: who issued it, as what, and their signature.

use serde::{Deserialize, Serialize};

use super::document::{Day, IdText, Sha256Sum, Title};
use super::help::Purpose;
use super::ids::{AgreementId, InstitutionId, LockerId};
use super::institution::{LegalBasis, PublicKey};
use super::organisation::Name;
use super::source::{Moment, Timestamp};
use super::taxonomy::Kind;

/// Most papers that come in under one agreement in a day (UTC).
pub const DEPOSITS_A_DAY: u32 = 20;
/// An institution fills at most one part in so many of a locker's quota, by all its agreements there that are not over.
pub const QUOTA_PARTS: u64 = 4;
/// A locker is as full, for who deposits in it by agreement, as so many steps tell: nobody finds out by trying how much is in it to the byte.
pub const FULLNESS_STEPS: u64 = 16;
/// Most deposits under way in a locker while an institution begins one more: the holder's own always find room.
pub const UNDER_WAY_MAX: u64 = 3;
/// Most kinds in one agreement.
pub const KINDS_MAX: usize = 12;
/// Longest signature, in bytes.
pub const SIGNATURE_MAX: usize = 1_024;

/// A kind of paper as decisions see it: a keyed hash of agreement and kind. Which kinds they are is sealed.
pub type KindTag = [u8; 16];

/// Everything that a decision about an agreement looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgreementFacts<'a> {
    /// Of which locker.
    pub locker: LockerId,
    /// Which.
    pub agreement: AgreementId,
    /// With whom.
    pub institution: InstitutionId,
    /// When the holder agreed.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
    /// When its holder stopped it.
    pub ended_at: Option<Timestamp>,
    /// The kinds that were agreed on.
    pub kinds: &'a [KindTag],
    /// The day of the last deposit, counted from 1970 (UTC); 0 before the first.
    pub day: i64,
    /// How many came in on that day.
    pub today: u32,
    /// Bytes that came in since the beginning, as stored.
    pub bytes: u64,
}

/// Where an agreement stands. Computed, never stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreementStatus {
    /// The institution may deposit.
    Active,
    /// Its holder has stopped it.
    Stopped,
    /// Its end has come.
    Over,
}

impl AgreementStatus {
    /// The stable word in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Stopped => "stopped",
            Self::Over => "over",
        }
    }
}

/// The day of a moment, counted from 1970 (UTC).
pub const fn day_number(at: Timestamp) -> i64 {
    at.micros().div_euclid(24 * 3_600 * 1_000_000)
}

impl AgreementFacts<'_> {
    /// Where it stands at a moment.
    pub fn status(&self, moment: Moment) -> AgreementStatus {
        if self.ended_at.is_some() {
            return AgreementStatus::Stopped;
        }
        if moment.now >= self.until || moment.clock >= self.until {
            return AgreementStatus::Over;
        }
        AgreementStatus::Active
    }

    /// How many papers have come in on the day of a moment.
    pub const fn on_day_of(&self, at: Timestamp) -> u32 {
        if day_number(at) == self.day { self.today } else { 0 }
    }
}

/// What describes an agreement; sealed under the directory key, as what was asked for is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementFields {
    /// With whom, by name.
    pub institution: Name,
    /// On what it asked.
    pub legal_basis: LegalBasis,
    /// What for.
    pub purpose: Purpose,
    /// Its own name for the matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<Name>,
    /// Which kinds of papers it may deposit.
    pub kinds: Vec<Kind>,
    /// Whether what comes in by it is hidden from helpers, as its holder chose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub private: bool,
}

/// What stays with a version that an institution deposited, as the institution said it then; sealed with what describes the version. What its
/// holder calls the paper later changes nothing here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// Who issued it.
    pub institution: IdText<InstitutionId>,
    /// By name, as it was registered then.
    pub name: Name,
    /// By which agreement.
    pub agreement: IdText<AgreementId>,
    /// What they called it.
    pub title: Title,
    /// Its kind.
    pub kind: Kind,
    /// The day on the paper, if they told it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_on: Option<Day>,
    /// Their signature, if they signed it: verified when it came in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
}

/// An institution's signature of what it issued, with the key that verifies it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signature {
    /// A JWS in compact form without its payload (RFC 7515 appendix F): header, two dots, signature.
    pub jws: String,
    /// The institution's public key, as it was registered then.
    pub key: PublicKey,
}

/// What an institution signs: JSON in exactly this form, of members in this order, without a space.
pub fn signed_text(institution: InstitutionId, kind: Kind, issued_on: Day, sha256: &Sha256Sum) -> String {
    // None of the four can hold a character that JSON would escape.
    format!(
        r#"{{"institution":"{institution}","issued_on":"{issued_on}","kind":"{}","sha256":"{sha256}"}}"#,
        kind.code()
    )
}

impl Issued {
    /// The text that the signature is of, for the content with this SHA-256; none where nothing was signed.
    pub fn signed_text(&self, sha256: &Sha256Sum) -> Option<String> {
        let _ = self.signature.as_ref()?;
        Some(signed_text(self.institution.0, self.kind, self.issued_on?, sha256))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_counted_by_itself() {
        let source = super::super::source::Source::seeded(Timestamp::from_micros(0), [1; 32]);
        let facts = AgreementFacts {
            locker: LockerId::draw(&source),
            agreement: AgreementId::draw(&source),
            institution: InstitutionId::draw(&source),
            from: Timestamp::from_micros(0),
            until: Timestamp::from_micros(i64::MAX),
            ended_at: None,
            kinds: &[],
            day: 2,
            today: 7,
            bytes: 0,
        };
        let day = 24 * 3_600 * 1_000_000;
        for (micros, count) in [(2 * day - 1, 0), (2 * day, 7), (3 * day - 1, 7), (3 * day, 0)] {
            assert_eq!(facts.on_day_of(Timestamp::from_micros(micros)), count, "{micros}");
        }
    }

    #[test]
    fn what_is_signed_is_json_in_one_form() {
        let institution = "0b5c0de0-0000-4000-8000-00000000c0de".parse().unwrap();
        let sum = Sha256Sum::from_bytes([0xab; 32]);
        let kind = Kind::from_code("prestations.attestation_caf").or(Kind::from_code("logement.bail")).unwrap();
        let text = signed_text(institution, kind, Day::parse("2026-11-23").unwrap(), &sum);
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read.to_string(), text, "the same again");
        assert_eq!((read["kind"].as_str(), read["sha256"].as_str().map(str::len)), (Some(kind.code()), Some(64)));
    }
}
