//! The words of help: what a permission, a scope, a term mean to people, and the whole text that a holder agrees to.
//!
//! The text is made of the catalogue's sentences from what is proposed; agreeing names its SHA-256.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::domain::document::Sha256Sum;
use crate::domain::help::{CategoryScope, Proposed, TermFields};
use crate::domain::ids::DocumentId;
use crate::domain::judgment::{Judgment, Measure};
use crate::domain::mandate::{Permission, Permissions};
use crate::domain::source::Timestamp;
use crate::words::{Locale, Value, category_label, day_of, listed, moment, say, say_with};

/// What a permission lets somebody do, as a list of words.
pub(super) fn permissions_told(locale: Locale, permissions: Permissions, singly: bool) -> String {
    let words = Permission::ALL.iter().filter(|p| permissions.has(**p));
    listed(locale, &words.map(|p| permission_told(locale, *p, singly)).collect::<Vec<_>>())
}

/// One permission in words. On papers that are given singly nothing is added: a newer version takes the place of one of them.
pub fn permission_told(locale: Locale, permission: Permission, singly: bool) -> String {
    match permission {
        Permission::Deposit if singly => say(locale, "permission-replace"),
        _ => say(locale, &format!("permission-{}", permission.code())),
    }
}

/// The titles of papers that a scope names singly.
pub type Titles = HashMap<DocumentId, String>;

/// What is allowed on a category, in words; nothing if it does not read. Single papers are counted.
pub fn scope_told(locale: Locale, one: &CategoryScope) -> Option<String> {
    scope_in_words(locale, one, &Titles::new())
}

/// The same with the titles of single papers, where they are known.
fn scope_in_words(locale: Locale, one: &CategoryScope, titles: &Titles) -> Option<String> {
    let (category, permissions) = one.read()?;
    let may = permissions_told(locale, permissions, one.papers().is_some());
    let label = category_label(locale, category);
    let (category, permissions) = (("category", Value::Text(&label)), ("permissions", Value::Text(&may)));
    let Some(papers) = one.papers() else {
        return Some(say_with(locale, "consent-scope", &[category, permissions]));
    };
    let named: Option<Vec<String>> = papers
        .iter()
        .map(|paper| titles.get(paper))
        .map(|title| title.map(|title| say_with(locale, "consent-paper", &[("title", Value::Text(title))])))
        .collect();
    Some(match named {
        Some(named) if !named.is_empty() => {
            let papers = listed(locale, &named);
            say_with(locale, "consent-scope-papers", &[category, permissions, ("papers", Value::Text(&papers))])
        }
        _ => {
            let count = u64::try_from(papers.len()).unwrap_or(u64::MAX);
            say_with(locale, "consent-scope-count", &[category, permissions, ("count", Value::Number(count))])
        }
    })
}

/// What is left of a mandate, in words: one line a sentence.
pub(super) fn narrowed_text(
    locale: Locale,
    scope: &[CategoryScope],
    until: Option<Timestamp>,
    titles: &Titles,
) -> String {
    let mut lines = vec![say(locale, "narrowed-intro")];
    lines.extend(scope.iter().filter_map(|one| scope_in_words(locale, one, titles)));
    if let Some(until) = until {
        let term = term_told(locale, TermFields::Until(until.micros()));
        lines.push(say_with(locale, "consent-term", &[("term", Value::Text(&term))]));
    }
    lines.join("\n")
}

/// How long, in words.
pub fn term_told(locale: Locale, term: TermFields) -> String {
    match term {
        TermFields::Days(days) => say_with(locale, "term-days", &[("days", Value::Number(u64::from(days)))]),
        TermFields::Present => say(locale, "term-present"),
        TermFields::Until(at) => {
            let until = moment(locale, Timestamp::from_micros(at));
            // The article is in « jusqu'au ».
            say_with(locale, "term-until", &[("until", Value::Text(until.strip_prefix("le ").unwrap_or(&until)))])
        }
    }
}

/// A court's decision, in words: one line a sentence.
pub(super) fn judgment_told(locale: Locale, judgment: &Judgment) -> [String; 3] {
    let day = day_of(locale, judgment.decided_on);
    let court = [("court", Value::Text(judgment.court.as_str())), ("day", Value::Text(&day))];
    let about = if judgment.person { "judgment-person" } else { "judgment-property" };
    let measure = match judgment.measure {
        Measure::Tutelle => "judgment-tutelle",
        Measure::Curatelle => "judgment-curatelle",
    };
    [say(locale, measure), say_with(locale, "judgment-court", &court), say(locale, about)]
}

/// What a holder agrees to, or is told, in words: one line a sentence.
pub(super) fn consent_text(locale: Locale, proposed: &Proposed, titles: &Titles) -> String {
    let helper = Value::Text(proposed.helper.as_str());
    let mut lines = vec![match (&proposed.organisation, proposed.desk) {
        (Some(organisation), false) if proposed.judgment.is_some() => say_with(
            locale,
            "consent-judgment",
            &[("name", helper), ("organisation", Value::Text(organisation.as_str()))],
        ),
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
    if let Some(replaced) = &proposed.replaces {
        let before = Value::Text(replaced.helper.as_str());
        lines.push(say_with(locale, "consent-replaces", &[("before", before), ("name", helper)]));
    }
    if let Some(judgment) = &proposed.judgment {
        lines.extend(judgment_told(locale, judgment));
    }
    lines.extend(proposed.scope.iter().filter_map(|one| scope_in_words(locale, one, titles)));
    let term = term_told(locale, proposed.term);
    lines.push(say_with(locale, "consent-term", &[("term", Value::Text(&term))]));
    if proposed.unusual {
        lines.push(say(locale, "consent-unusual"));
    }
    let theme = say(locale, &format!("theme-{}", proposed.theme.code()));
    let purpose = Value::Text(proposed.purpose.as_str());
    lines.push(say_with(locale, "consent-purpose", &[("theme", Value::Text(&theme)), ("purpose", purpose)]));
    if let (true, Some(organisation)) = (proposed.on_paper, &proposed.organisation) {
        let organisation = [("organisation", Value::Text(organisation.as_str()))];
        lines.push(say_with(locale, "consent-on-paper", &organisation));
        lines.push(say(locale, "consent-paper-mark"));
    }
    if let (Some(_), Some(organisation)) = (&proposed.judgment, &proposed.organisation) {
        let organisation = [("organisation", Value::Text(organisation.as_str()))];
        lines.push(say_with(locale, "consent-judgment-checked", &organisation));
    }
    lines.extend(
        ["consent-never", "consent-private", "consent-newer", "consent-journal", "consent-stop"]
            .map(|key| say(locale, key)),
    );
    if proposed.judgment.is_some() {
        lines.push(say(locale, "consent-judgment-stop"));
    }
    lines.join("\n")
}

/// SHA-256 of a text in UTF-8.
pub(super) fn sum(text: &str) -> Sha256Sum {
    Sha256Sum::from_bytes(Sha256::digest(text.as_bytes()).into())
}
