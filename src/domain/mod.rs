//! What Consigne is about, with no input or output: ids, time, people, papers, rights, lines of the journal.
//!
//! What lives here is pure: no file, socket, database, ambient clock or ambient randomness. What must not live here:
//! sentences (they are in the catalogue, `words`), SQL, keys. To add a notion, give it a file, name it with the
//! field's term, and make a value that exists always valid.

pub mod acting;
pub mod address;
pub mod agreement;
pub mod basis;
pub mod bearer;
pub mod callback;
pub mod code;
pub mod dates;
pub mod device;
pub mod digest;
pub mod document;
pub mod entry;
pub mod help;
pub mod ids;
pub mod information;
pub mod institution;
pub mod judgment;
pub mod mandate;
pub mod notice;
pub mod organisation;
pub mod person;
pub mod policy;
pub mod proof;
pub mod request;
pub mod retention;
pub mod scanned;
pub mod share;
pub mod source;
pub mod surname;
pub mod taxonomy;
pub mod theme;
pub mod tombstone;
pub mod validity;
pub mod webhook;
pub mod wrong;
