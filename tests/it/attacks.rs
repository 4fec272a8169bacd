//! Stories of attacks. Each says who attacks and what they have, then what they must not get. To add one: a file in
//! `attacks/`, a `mod` line here, and a sentence that names the attacker.

mod at_once;
mod bad_input;
mod connections;
mod cross_site;
mod every_page;
pub mod journal_tampering;
mod one_address;
mod pages;
mod pointed_elsewhere;
mod put_back;
mod sessions;
mod stolen_dump;
mod strangers;
mod tampering;
pub mod tools;
mod unseen;
