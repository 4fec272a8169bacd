//! Who opened my papers? The journal by day, newest first, in sentences.

use std::collections::{HashMap, HashSet};

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;

use super::frame::Frame;
use super::{Stop, answer, at_home, frame_at_home, here, page};
use crate::domain::entry::Action;
use crate::domain::ids::PersonId;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::sentences::sentence;
use crate::http::visitor::Visitor;
use crate::locker::{JournalLine, Part};
use crate::words::{Locale, clock, day, say};

/// Lines on one page.
pub(super) const PAGE: u32 = 50;

/// A day with its lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct DayOfLines {
    pub label: String,
    pub lines: Vec<Told>,
}

/// A line, and what belongs to it: how it ended, how it began.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    pub time: String,
    pub text: String,
    pub parts: Vec<String>,
}

/// Puts a line, the next older one, under its day.
pub(super) fn put(days: &mut Vec<DayOfLines>, locale: Locale, at: Option<Timestamp>, text: String, parts: Vec<String>) {
    let label = match (at, days.last()) {
        (Some(at), _) => day(locale, at),
        // A line that can't be read has no date of its own: it stays where it stands.
        (None, Some(last)) => last.label.clone(),
        (None, None) => say(locale, "journal-undated"),
    };
    let told = Told { time: at.map(|at| clock(locale, at)).unwrap_or_default(), text, parts };
    match days.last_mut() {
        Some(last) if last.label == label => last.lines.push(told),
        _ => days.push(DayOfLines { label, lines: vec![told] }),
    }
}

#[derive(Template)]
#[template(path = "pages/journal.html")]
struct Journal {
    f: Frame,
    days: Vec<DayOfLines>,
    older: Option<u64>,
    is_first: bool,
    /// Without what the holder looked at themselves.
    without_own: bool,
}

/// Where to go on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Before {
    pub avant: Option<u64>,
    /// Without what the holder looked at themselves.
    #[serde(default, rename = "sans-moi")]
    pub without_own: Option<String>,
}

/// `GET /qui-a-ouvert`
pub(super) async fn lines(
    State(site): State<Site>,
    visitor: Visitor,
    uri: Uri,
    before: Result<Query<Before>, QueryRejection>,
) -> Response {
    let Before { avant, without_own } = before.map(|Query(before)| before).unwrap_or_default();
    let part = Part { before: avant, limit: PAGE, without_own: without_own.is_some() };
    let shown = journal(&site, &visitor, here(&uri), part).await;
    answer(&site, visitor.locale, shown)
}

async fn journal(site: &Site, visitor: &Visitor, here: &str, part: Part) -> Result<Response, Stop> {
    let (who, locker) = at_home(site, visitor).await?;
    let read = site.lockers().journal(&visitor.caller, locker, part).await?;
    let shown = Journal {
        f: frame_at_home(site, visitor, locker, here).await?,
        days: by_day(visitor.locale, &read.lines, who.person),
        older: read.next,
        is_first: part.before.is_none(),
        without_own: part.without_own,
    };
    Ok(page(StatusCode::OK, &shown))
}

/// The line of this page that another one belongs to: the end of a reading goes with its beginning, the beginning of a
/// deposit with the paper that came of it. Nothing is left out: what belongs together stands together.
fn owners(lines: &[JournalLine]) -> HashMap<u64, u64> {
    let shown: HashSet<u64> = lines.iter().map(|line| line.seq).collect();
    let pairs = lines.iter().filter_map(|line| {
        let entry = line.entry.as_ref()?;
        let closed = entry.line.closes.filter(|seq| shown.contains(seq))?;
        match entry.line.action {
            Action::Close => Some((line.seq, closed)),
            Action::Deposit | Action::NewVersion => Some((closed, line.seq)),
            _ => None,
        }
    });
    pairs.collect()
}

pub(super) fn by_day(locale: Locale, lines: &[JournalLine], viewer: PersonId) -> Vec<DayOfLines> {
    let owners = owners(lines);
    let mut parts: HashMap<u64, Vec<String>> = HashMap::new();
    for line in lines {
        if let Some(owner) = owners.get(&line.seq) {
            parts.entry(*owner).or_default().push(sentence(locale, line, viewer));
        }
    }
    let mut days: Vec<DayOfLines> = Vec::new();
    for line in lines.iter().filter(|line| !owners.contains_key(&line.seq)) {
        let at = line.entry.as_ref().map(|entry| entry.at);
        let parts = parts.remove(&line.seq).unwrap_or_default();
        put(&mut days, locale, at, sentence(locale, line, viewer), parts);
    }
    days
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::domain::entry::{Actor, Entry, Ground, Job, Line, Object, Outcome, Reason};
    use crate::domain::ids::{ChainId, DocumentId, LockerId, RequestId, VersionId};
    use crate::domain::source::Source;

    #[test]
    fn ends_stand_with_their_beginnings_and_days_with_their_lines() {
        let source = Source::seeded(Timestamp::from_micros(0), [3; 32]);
        let me = PersonId::draw(&source);
        let paper = Object::Version(DocumentId::draw(&source), VersionId::draw(&source));
        let locker = Object::Locker(LockerId::draw(&source));
        let chain = ChainId::draw(&source);
        let hour = 3_600_000_000_i64;
        let line = |seq: u64, hours: i64, actor, action, object, outcome, closes| {
            let mut line = Line::new(actor, Ground::Ownership, action, object, outcome, RequestId::draw(&source));
            line.closes = closes;
            let entry = Entry { chain, seq, at: Timestamp::from_micros(hours * hour), line };
            JournalLine { seq, entry: Some(entry), title: None, is_gone: false, helper: None, given_to: None, times: 1 }
        };
        let (holder, job) = (Actor::Holder(me), Actor::Job(Job::Closing));
        let lines = [
            line(6, 50, job, Action::Close, paper, Outcome::Ended(Reason::Complete), Some(5)),
            line(5, 50, holder, Action::ReadContent, paper, Outcome::Done, None),
            JournalLine { seq: 4, entry: None, title: None, is_gone: false, helper: None, given_to: None, times: 1 },
            line(3, 2, holder, Action::Deposit, paper, Outcome::Done, Some(2)),
            line(2, 1, holder, Action::BeginDeposit, locker, Outcome::Done, None),
            line(1, 1, job, Action::Close, paper, Outcome::Ended(Reason::Cut), Some(0)),
        ];
        let days = by_day(Locale::Fr, &lines, me);
        let shape: Vec<_> = days
            .iter()
            .map(|d| d.lines.iter().map(|l| (l.time.replace('\u{a0}', " "), l.parts.len())).collect::<Vec<_>>())
            .collect();
        assert_eq!(
            shape,
            [
                vec![("3 h 00".to_owned(), 1), (String::new(), 0)],
                vec![("3 h 00".to_owned(), 1), ("2 h 00".to_owned(), 0)]
            ]
        );
        assert_eq!(days[0].label.replace('\u{a0}', " "), "le 3 janvier 1970");
        assert_eq!(days[1].label.replace('\u{a0}', " "), "le 1er janvier 1970");
    }
    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            let told = Told { time: "14 h 30".into(), text: "a <b>".into(), parts: vec!["c".into()] };
            let days = vec![DayOfLines { label: "le 3 mars 2027".into(), lines: vec![told] }];
            let f = Frame::sample(locale);
            let (is_first, without_own) = (false, false);
            let html = checks::checked(&Journal { f: f.clone(), days, older: Some(7), is_first, without_own });
            assert!(html.contains("?avant=7\"") && html.contains("a &#60;b&#62;"));
            assert!(html.contains("href=\"/qui-a-ouvert?sans-moi=1\""), "{html}");
            let without_own = true;
            let html =
                checks::checked(&Journal { f: f.clone(), days: Vec::new(), older: Some(7), is_first, without_own });
            assert!(html.contains("?avant=7&#38;sans-moi=1\"") || html.contains("?avant=7&amp;sans-moi=1\""), "{html}");
            checks::checked(&Journal { f, days: Vec::new(), older: None, is_first: true, without_own });
        }
    }
}
