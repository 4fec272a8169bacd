//! Typed identifiers. Each is 16 random bytes, written as a lower-case UUID; none carries a date or a meaning.
//!
//! To add one, add a line to the `ids!` list.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

use super::source::Source;

/// The text is not an identifier (a UUID is expected).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Draws a new one from the injected source.
            pub fn draw(source: &Source) -> Self {
                Self(uuid::Builder::from_random_bytes(source.bytes()).into_uuid())
            }

            /// Wraps a stored value.
            pub const fn from_uuid(value: Uuid) -> Self {
                Self(value)
            }

            /// The stored value.
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// The 16 bytes, as they stand in contexts and canonical forms.
            pub const fn bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                // Only the usual form: a second spelling of one id would be a second address of one thing.
                if text.len() != 36 || text.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(NotAnId);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// One installation of Consigne; bound into every wrap and sealed field.
    DeploymentId;
    /// A human (DESIGN: person).
    PersonId;
    /// The one locker of a holder. Also the id of its chain.
    LockerId;
    /// A chain of journal entries: a locker's, an organisation's, an institution's, or the service's.
    ChainId;
    /// A collection: the papers of one category. Opaque: which category it is is sealed.
    CollectionId;
    /// A paper.
    DocumentId;
    /// One immutable deposit of a paper.
    VersionId;
    /// A structure whose members help people. Also the id of its chain.
    OrganisationId;
    /// A body that receives papers. Also the id of its chain.
    InstitutionId;
    /// What one of its programs shows for a few minutes to be let in. Lines name it where those of people name a session.
    TokenId;
    /// Somebody's place in an organisation.
    MembershipId;
    /// What a holder lets a helper do.
    MandateId;
    /// What an institution asks somebody for.
    PaperRequestId;
    /// What somebody handed over to it.
    ShareId;
    /// Something that its server is told.
    WebhookId;
    /// That an institution may deposit papers in a locker. Bears the id of the request that it answers.
    AgreementId;
    /// A deposit, as the institution that made it knows it.
    IssuedId;
    /// A time on an aidant's device in which a holder reads and answers.
    WindowId;
    /// A helper's time in one locker.
    VisitId;
    /// A holder's choice of where they are told of things.
    ContactId;
    /// Something that they are told.
    NoticeId;
    /// A key of the key tree.
    KeyId;
    /// One HTTP request or one command, found again in logs and entries.
    RequestId;
    /// One run of the service, as the list of those that serve names it.
    ProcessId;
    /// A session as entries and the database name it (the cookie's value is something else).
    SessionId;
}

/// How an id stands in sealed fields: as text, as everywhere outside rows and lines.
pub mod as_text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer};

    /// Writes it.
    ///
    /// # Errors
    /// What the serializer says.
    pub fn serialize<T: Display, S: Serializer>(id: &T, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    /// Reads it.
    ///
    /// # Errors
    /// If it is not an id.
    pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        String::deserialize(from)?.parse().map_err(|_| serde::de::Error::custom("not an id"))
    }
}

impl OrganisationId {
    /// The chain of this organisation's journal: same 16 bytes.
    pub const fn chain(self) -> ChainId {
        ChainId::from_uuid(self.uuid())
    }
}

impl InstitutionId {
    /// The chain of this institution's journal: same 16 bytes.
    pub const fn chain(self) -> ChainId {
        ChainId::from_uuid(self.uuid())
    }
}

impl TokenId {
    /// As lines name it, and what is under way by it.
    pub const fn as_session(self) -> SessionId {
        SessionId::from_uuid(self.uuid())
    }
}

impl LockerId {
    /// The chain of this locker's journal: same 16 bytes.
    pub const fn chain(self) -> ChainId {
        ChainId::from_uuid(self.uuid())
    }
}
