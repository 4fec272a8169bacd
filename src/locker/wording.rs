//! What a message says. Discreet: nothing of it tells what it is about, nor from whom.
//!
//! A text message stands on a telephone that others may read: it says who and how many, never the title of a paper. A letter names a few,
//! but none that is hidden from helpers, nor of a sensitive category.

use crate::domain::digest::{Did, Digest, Under};
use crate::domain::document::{Day, DocumentFields};
use crate::domain::help::{Agreed, Proposed};
use crate::domain::ids::{DocumentId, MandateId, ShareId};
use crate::domain::notice::{Channel, Told};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::words::{Locale, Value, day, day_of, listed, say, say_with, within_marks};

/// Papers that a letter names.
const NAMED: usize = 3;
/// Those whom a text message tells of one by one, and a letter.
const PEOPLE: (usize, usize) = (2, 10);

/// A message as it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Worded {
    /// What stands above it, where something does.
    pub(super) subject: String,
    /// What stands in it.
    pub(super) text: String,
}

/// How somebody wants to be told.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    pub(super) locale: Locale,
    pub(super) discreet: bool,
    pub(super) channel: Channel,
}

/// A paper that ends, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ending<'a> {
    pub(super) last: Day,
    pub(super) fields: &'a DocumentFields,
}

/// What was opened to tell it.
#[derive(Debug, Default)]
pub(super) struct Opened {
    /// What was agreed to of the mandate that it is about.
    pub(super) agreed: Option<Agreed>,
    /// Of those under which was done what it tells.
    pub(super) under: Vec<(MandateId, Agreed)>,
    /// To whom was handed over what they read.
    pub(super) handed: Vec<(ShareId, Name)>,
    /// What describes the papers that it tells of.
    pub(super) papers: Vec<(DocumentId, DocumentFields)>,
}

/// What is told.
#[derive(Debug, Clone, Copy)]
pub(super) enum What<'a> {
    /// The code that shows that the address is theirs.
    Code(&'a str),
    /// Something about help.
    Help(Told, Option<&'a Agreed>),
    /// Papers that end soon, the nearest end first.
    Papers(&'a [Ending<'a>]),
    /// Who opened what.
    Digest(&'a Digest, &'a Opened),
}

/// A notice in words.
pub(super) fn worded(how: How, what: What<'_>) -> Worded {
    let locale = how.locale;
    if let What::Code(code) = what {
        let text = say_with(locale, "notice-code", &[("code", Value::Text(code))]);
        return Worded { subject: say(locale, "notice-code-subject"), text };
    }
    if how.discreet {
        return Worded { subject: say(locale, "notice-discreet-subject"), text: say(locale, "notice-discreet") };
    }
    let text = match what {
        What::Papers(papers) => ends(how, papers),
        What::Digest(digest, opened) => done(how, digest, opened),
        What::Help(told, agreed) => help(locale, told, agreed),
        What::Code(_) => String::new(),
    };
    Worded { subject: say(locale, "notice-subject"), text }
}

fn help(locale: Locale, told: Told, agreed: Option<&Agreed>) -> String {
    let (named, unnamed, look) = match told {
        Told::Given(_) => ("notice-given", "notice-given-somebody", "notice-look"),
        Told::Stopped(_) => ("notice-stopped", "notice-stopped-somebody", "notice-look"),
        Told::Over(_) => ("notice-over", "notice-over-somebody", "notice-look"),
        Told::Ending { .. } => ("notice-ending", "notice-ending-somebody", "notice-ending-look"),
        Told::Handed => ("notice-handed", "notice-handed", "notice-look"),
        Told::Moved => ("notice-moved", "notice-moved", "notice-moved-look"),
        Told::AllStopped | Told::Code | Told::Papers | Told::Digest => {
            ("notice-all-stopped", "notice-all-stopped", "notice-look")
        }
    };
    let who = agreed.map(|agreed| helper(locale, &agreed.proposed));
    let last = match told {
        Told::Ending { until, .. } => day(locale, Timestamp::from_micros(until.saturating_sub(1))),
        _ => String::new(),
    };
    let (key, who) = (if who.is_some() { named } else { unnamed }, who.unwrap_or_default());
    let text = say_with(locale, key, &[("who", Value::Text(&who)), ("day", Value::Text(&last))]);
    format!("{text} {}", say(locale, look))
}

/// Who helps: « Nadia Benali, CCAS de Valserin ».
fn helper(locale: Locale, proposed: &Proposed) -> String {
    match &proposed.organisation {
        Some(organisation) if proposed.desk => organisation.as_str().to_owned(),
        Some(organisation) => {
            let parts = [("who", Value::Text(proposed.helper.as_str())), ("where", Value::Text(organisation.as_str()))];
            say_with(locale, "notice-who", &parts)
        }
        None => proposed.helper.as_str().to_owned(),
    }
}

/// Whether a letter may name a paper.
fn may_be_named(fields: &DocumentFields) -> bool {
    !fields.private && !fields.kind.category().is_sensitive()
}

fn quoted(locale: Locale, fields: &DocumentFields) -> String {
    let title = within_marks(locale, fields.title.as_str());
    say_with(locale, "notice-title", &[("title", Value::Text(&title))])
}

fn ends(how: How, papers: &[Ending<'_>]) -> String {
    let locale = how.locale;
    let first = papers.first().map(|paper| day_of(locale, paper.last)).unwrap_or_default();
    let values = [("count", Value::Number(papers.len() as u64)), ("day", Value::Text(&first))];
    let mut text = say_with(locale, "notice-papers", &values);
    let named = papers.iter().filter(|paper| how.channel == Channel::Email && may_be_named(paper.fields));
    for paper in named.take(NAMED) {
        let (title, last) = (quoted(locale, paper.fields), day_of(locale, paper.last));
        let line =
            say_with(locale, "notice-papers-one", &[("title", Value::Text(&title)), ("day", Value::Text(&last))]);
        text = format!("{text}\n{line}");
    }
    let between = if text.contains('\n') { '\n' } else { ' ' };
    format!("{text}{between}{}", say(locale, "notice-papers-look"))
}

fn done(how: How, digest: &Digest, opened: &Opened) -> String {
    let locale = how.locale;
    let one = |did: &Did| {
        let who = match did.under {
            Under::Mandate(mandate) => {
                let agreed = opened.under.iter().find(|(one, _)| *one == mandate.0);
                agreed.map_or_else(
                    || say(locale, "notice-digest-somebody"),
                    |(_, agreed)| helper(locale, &agreed.proposed),
                )
            }
            Under::Share(share) => {
                let handed = opened.handed.iter().find(|(one, _)| *one == share.0);
                handed.map_or_else(|| say(locale, "notice-digest-institution"), |(_, name)| name.as_str().to_owned())
            }
        };
        let key = match (did.opened, did.changed) {
            (_, 0) => "notice-digest-opened",
            (0, _) => "notice-digest-changed",
            _ => "notice-digest-both",
        };
        let (read, changed) = (Value::Number(did.opened), Value::Number(did.changed));
        say_with(locale, key, &[("who", Value::Text(&who)), ("opened", read), ("changed", changed)])
    };
    let most = if how.channel == Channel::Sms { PEOPLE.0 } else { PEOPLE.1 };
    let mut parts = vec![say(locale, "notice-digest")];
    parts.extend(digest.by.iter().take(most).map(one));
    if digest.more || digest.by.len() > most {
        parts.push(say(locale, "notice-digest-more"));
    }
    let named = digest.papers.iter().filter_map(|paper| opened.papers.iter().find(|(id, _)| *id == paper.0));
    let named = named.map(|(_, fields)| fields).filter(|fields| how.channel == Channel::Email && may_be_named(fields));
    let titles: Vec<String> = named.take(NAMED).map(|fields| quoted(locale, fields)).collect();
    if !titles.is_empty() {
        parts.push(say_with(locale, "notice-digest-titles", &[("titles", Value::Text(&listed(locale, &titles)))]));
    }
    parts.push(say(locale, "notice-digest-look"));
    parts.join(if how.channel == Channel::Email { "\n" } else { " " })
}
