//! How a holder is told of something outside the service, and what they are told (DOMAIN M13). No sentence here: those are in the
//! catalogue.
//!
//! To add a kind of notice: a variant with its code here, where it comes from in `journal::notices`, its sentences in every language,
//! plain and discreet.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::dates::{Before, PaperEnd};
use super::digest::{Asked, Digest};
use super::ids::{ContactId, LockerId, MandateId, NoticeId};
use super::source::{Source, Timestamp};

/// How long the code serves that shows that an address is the holder's.
pub const CONTACT_CODE: Duration = Duration::from_mins(15);
/// Wrong codes that are taken before another one is needed.
pub const CONTACT_TRIES: u16 = 5;
/// Codes that are sent for one locker within [`CONTACT_CODES_IN`]: each is a message to somebody who may have asked for none.
pub const CONTACT_CODES: usize = 5;
/// See [`CONTACT_CODES`].
pub const CONTACT_CODES_IN: Duration = Duration::from_hours(24);
/// How long whoever sends a notice may take, before another one takes it up.
pub const LEASE: Duration = Duration::from_mins(5);
/// Waits between attempts; after the last, a notice is given up.
pub const RETRIES: [Duration; 8] = [
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(20),
    Duration::from_hours(1),
    Duration::from_hours(4),
    Duration::from_hours(12),
    Duration::from_hours(24),
    Duration::from_hours(24),
];

/// By what somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A text message.
    Sms,
    /// An electronic letter.
    Email,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 2] = [Self::Sms, Self::Email];

    /// The word in the API and the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }

    /// The number in a row.
    pub const fn number(self) -> i64 {
        match self {
            Self::Sms => 1,
            Self::Email => 2,
        }
    }

    /// Reads [`Self::number`].
    pub fn from_number(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.number() == number)
    }
}

/// Where a message goes, and how it speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// By what.
    pub channel: Channel,
    /// Where.
    pub address: Address,
    /// Whether a notice says nothing that tells what it is about.
    pub discreet: bool,
    /// The language, as a BCP 47 tag.
    pub locale: String,
}

/// A choice whose code has not come back: nothing but that code goes there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Next {
    /// Which: a code that is sent again makes it another one.
    #[serde(with = "super::ids::as_text")]
    pub contact: ContactId,
    /// Where.
    pub to: Destination,
    /// Whether they are to be told each week who opened what.
    pub digest: bool,
    /// Keyed hash of the code that was sent there.
    #[serde(with = "hash")]
    pub code: [u8; 32],
}

/// What a holder chose, sealed at rest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFields {
    /// Where; none while nothing is confirmed, and once they want no notice any more.
    pub address: Option<Address>,
    /// Whether a notice says nothing that tells what it is about.
    pub discreet: bool,
    /// The language, as a BCP 47 tag.
    pub locale: String,
    /// What they chose since, until its code comes back: until then, what stands here holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Next>,
    /// When codes were sent for this locker: microseconds, the newest last, as many as are counted.
    pub sent: Vec<i64>,
    /// Whether they are told each week who opened what, and how far that has come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Asked>,
    /// Of which dates they were told.
    #[serde(default)]
    pub before: Before,
}

mod hash {
    use data_encoding::HEXLOWER;
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(hash: &[u8; 32], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&HEXLOWER.encode(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(from)?;
        let read = HEXLOWER.decode(text.as_bytes()).ok().and_then(|bytes| bytes.try_into().ok());
        read.ok_or_else(|| serde::de::Error::custom("not a hash"))
    }
}

/// What a decision looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactFacts {
    /// What the holder is told by, from the first choice to the end of all: another address does not make it another one.
    pub contact: ContactId,
    /// By what; none while nothing is confirmed, and once they want no notice any more.
    pub channel: Option<Channel>,
    /// When they chose last: from then on, the code serves that was sent.
    pub made_at: Timestamp,
    /// When the code came back of what stands.
    pub confirmed_at: Option<Timestamp>,
    /// Wrong codes since the last was sent.
    pub tries: u16,
    /// Until which line the journal has been read for notices.
    pub seen: u64,
    /// When the dates in the locker are to be looked at next; none: that is to be settled.
    pub look_at: Option<Timestamp>,
}

impl ContactFacts {
    /// Whether notices may go there.
    pub const fn is_confirmed(&self) -> bool {
        self.channel.is_some() && self.confirmed_at.is_some()
    }
}

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The code that shows that the address is theirs.
    Code,
    /// Help began.
    Given(#[serde(with = "super::ids::as_text")] MandateId),
    /// It was stopped, by the holder or by who helps.
    Stopped(#[serde(with = "super::ids::as_text")] MandateId),
    /// Its time was over.
    Over(#[serde(with = "super::ids::as_text")] MandateId),
    /// All help was stopped.
    AllStopped,
    /// Papers were handed over, by themselves or by who helps them.
    Handed,
    /// Help ends soon, at this moment (microseconds).
    Ending {
        /// Which.
        #[serde(with = "super::ids::as_text")]
        mandate: MandateId,
        /// The first moment after it.
        until: i64,
    },
    /// Papers end soon; which, stands beside.
    Papers,
    /// Who opened what in the last days; it stands beside.
    Digest,
    /// Messages go elsewhere from now on: for where they went before.
    Moved,
}

impl Told {
    /// The word in the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Given(_) => "given",
            Self::Stopped(_) => "stopped",
            Self::Over(_) => "over",
            Self::AllStopped => "all-stopped",
            Self::Handed => "handed",
            Self::Ending { .. } => "ending",
            Self::Papers => "papers",
            Self::Digest => "digest",
            Self::Moved => "moved",
        }
    }

    /// The mandate that it is about.
    pub const fn mandate(self) -> Option<MandateId> {
        match self {
            Self::Given(mandate) | Self::Stopped(mandate) | Self::Over(mandate) | Self::Ending { mandate, .. } => {
                Some(mandate)
            }
            Self::Code | Self::AllStopped | Self::Handed | Self::Papers | Self::Digest | Self::Moved => None,
        }
    }
}

/// A notice that waits, sealed at rest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeFields {
    /// What it tells.
    pub told: Told,
    /// The code itself, in the notice that brings it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The papers that it tells of, where it does.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub papers: Vec<PaperEnd>,
    /// Who opened what, where it tells of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// Where it goes, if not where the holder is told of things.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Destination>,
}

impl NoticeFields {
    /// Of one that says all by what it tells.
    pub const fn of(told: Told) -> Self {
        Self { told, code: None, papers: Vec::new(), digest: None, to: None }
    }
}

impl fmt::Debug for NoticeFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NoticeFields").field("told", &self.told).finish_non_exhaustive()
    }
}

/// How far a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It waits for its time.
    Waiting,
    /// Somebody has taken it, and may have handed it over.
    Handed,
}

impl Stage {
    /// The number in a row.
    pub const fn number(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Handed => 1,
        }
    }

    /// Reads [`Self::number`].
    pub const fn from_number(number: i64) -> Option<Self> {
        match number {
            0 => Some(Self::Waiting),
            1 => Some(Self::Handed),
            _ => None,
        }
    }
}

/// What a decision about sending looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeFacts {
    /// Of which locker.
    pub locker: LockerId,
    /// Which.
    pub notice: NoticeId,
    /// By what the holder is told, or which choice its code is for; another one since, and it goes nowhere.
    pub contact: ContactId,
    /// When it is to be sent, or taken up again.
    pub due_at: Timestamp,
    /// How far it is.
    pub stage: Stage,
    /// Attempts begun.
    pub tries: u16,
}

/// A code of six figures, as it is sent and typed.
#[derive(Clone)]
pub struct SentCode(String);

impl SentCode {
    /// Draws a new one; each is as likely as any other.
    pub fn draw(source: &Source) -> Self {
        loop {
            // The largest multiple of a million that fits: what is above would favour the first codes.
            let drawn = u32::from_be_bytes(source.bytes());
            if drawn < 4_294_000_000 {
                return Self(format!("{:06}", drawn % 1_000_000));
            }
        }
    }

    /// Reads what somebody typed.
    pub fn parse(typed: &str) -> Option<Self> {
        let digits: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        (digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(Self(digits))
    }

    /// As it is sent and hashed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SentCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SentCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_with_tolerance() {
        assert_eq!(SentCode::parse(" 123 456 ").unwrap().as_str(), "123456");
        assert_eq!(SentCode::parse("123-456").unwrap().as_str(), "123456");
        for typed in ["12345", "1234567", "12345a", ""] {
            assert!(SentCode::parse(typed).is_none(), "{typed}");
        }
    }
}
