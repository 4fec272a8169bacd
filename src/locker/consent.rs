//! The words of help: what a permission, a scope, a term mean to people, and the whole text that a holder agrees to.
//!
//! The text is made of the catalogue's sentences from what is proposed; agreeing names its SHA-256.

use sha2::{Digest, Sha256};

use crate::domain::document::Sha256Sum;
use crate::domain::help::{CategoryScope, Proposed, TermFields};
use crate::domain::mandate::{Permission, Permissions};
use crate::domain::source::Timestamp;
use crate::words::{Locale, Value, category_label, listed, moment, say, say_with};

/// What a permission lets somebody do, as a list of words.
fn permissions_told(locale: Locale, permissions: Permissions) -> String {
    let words = Permission::ALL.iter().filter(|p| permissions.has(**p));
    listed(locale, &words.map(|p| say(locale, &format!("permission-{}", p.code()))).collect::<Vec<_>>())
}

/// What is allowed on a category, in words; nothing if it does not read.
pub fn scope_told(locale: Locale, one: &CategoryScope) -> Option<String> {
    let (category, permissions) = one.read()?;
    let (label, may) = (category_label(locale, category), permissions_told(locale, permissions));
    let values = [("category", Value::Text(&label)), ("permissions", Value::Text(&may))];
    Some(say_with(locale, "consent-scope", &values))
}

/// How long, in words.
pub fn term_told(locale: Locale, term: TermFields) -> String {
    match term {
        TermFields::Days(days) => say_with(locale, "term-days", &[("days", Value::Number(u64::from(days)))]),
        TermFields::Present => say(locale, "term-present"),
        TermFields::Until(at) => {
            let until = moment(locale, Timestamp::from_micros(at));
            say_with(locale, "term-until", &[("until", Value::Text(&until))])
        }
    }
}

/// What a holder agrees to, in words: one line a sentence.
pub(super) fn consent_text(locale: Locale, proposed: &Proposed) -> String {
    let helper = Value::Text(proposed.helper.as_str());
    let mut lines = vec![match (&proposed.organisation, proposed.desk) {
        (Some(organisation), true) => {
            say_with(locale, "consent-desk", &[("organisation", Value::Text(organisation.as_str()))])
        }
        (Some(organisation), false) => say_with(
            locale,
            "consent-aidant",
            &[("name", helper), ("organisation", Value::Text(organisation.as_str()))],
        ),
        (None, _) => say_with(locale, "consent-relative", &[("name", helper)]),
    }];
    lines.extend(proposed.scope.iter().filter_map(|one| scope_told(locale, one)));
    let term = term_told(locale, proposed.term);
    lines.push(say_with(locale, "consent-term", &[("term", Value::Text(&term))]));
    let theme = say(locale, &format!("theme-{}", proposed.theme.code()));
    let purpose = Value::Text(proposed.purpose.as_str());
    lines.push(say_with(locale, "consent-purpose", &[("theme", Value::Text(&theme)), ("purpose", purpose)]));
    if let (true, Some(organisation)) = (proposed.on_paper, &proposed.organisation) {
        let organisation = [("organisation", Value::Text(organisation.as_str()))];
        lines.push(say_with(locale, "consent-on-paper", &organisation));
        lines.push(say(locale, "consent-paper-mark"));
    }
    lines.extend(
        ["consent-never", "consent-private", "consent-newer", "consent-journal", "consent-stop"]
            .map(|key| say(locale, key)),
    );
    lines.join("\n")
}

/// SHA-256 of a text in UTF-8.
pub(super) fn sum(text: &str) -> Sha256Sum {
    Sha256Sum::from_bytes(Sha256::digest(text.as_bytes()).into())
}
