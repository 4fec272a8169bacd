//! My papers: the list by category, one paper, the trash and the way back.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{self, Path, Query};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::frame::Frame;
use super::more::{added_by, came};
use super::scanned::{Shown, open_at};
use super::{Stop, answer, at_home, frame_at_home, here, page, paper_id};
use crate::domain::acting::OriginalSeen;
use crate::domain::document::{DocumentState, Whose};
use crate::domain::taxonomy::{CATEGORIES, Category};
use crate::domain::validity::State;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::Filter;
use crate::locker::truth::HelpNews;
use crate::locker::views::PaperView;
use crate::words::{Locale, Value, category_label, day, day_of, kind_label, moment, say, say_with, size};

/// Papers on one page.
const PAGE: usize = 1000;

/// A paper in a list.
pub(super) struct Card {
    pub id: String,
    /// Its page.
    pub at: String,
    pub title: String,
    pub kind: String,
    pub added: String,
    pub is_private: bool,
    pub end: Option<End>,
    pub since: Option<String>,
    pub restore: String,
}

/// The last day a paper is good, as told today.
pub(super) struct End {
    pub told: String,
    pub is_past: bool,
}

fn with_day(locale: Locale, key: &str, day: &str) -> String {
    say_with(locale, key, &[("day", Value::Text(day))])
}

/// Until when a paper is good, in words; nothing for those that nobody asks about.
pub(super) fn end(locale: Locale, paper: &PaperView) -> Option<End> {
    let standing = paper.standing;
    let (key, is_past) = match standing.state {
        State::Good => ("paper-good-until", false),
        State::EndsSoon => ("paper-ends-soon", true),
        State::Ended => ("paper-not-good", true),
        State::TooOld => ("paper-too-old", true),
        State::Permanent | State::Unknown | State::Unstated => return None,
    };
    // « Jusqu'au 3 mars » : the article is in it.
    let day = standing.until.map(|last| day_of(locale, last)).unwrap_or_default();
    Some(End { told: with_day(locale, key, day.strip_prefix("le ").unwrap_or(&day)), is_past })
}

fn card(locale: Locale, base: &str, paper: &PaperView) -> Card {
    let title = paper.fields.title.as_str().to_owned();
    Card {
        id: paper.document.to_string(),
        at: format!("{base}/{}", paper.document),
        kind: kind_label(locale, paper.fields.kind),
        added: came(locale, paper),
        is_private: paper.private,
        end: end(locale, paper),
        since: paper.trashed_at.map(|at| with_day(locale, "trash-since", &day(locale, at))),
        restore: say_with(locale, "trash-restore-named", &[("title", Value::Text(&title))]),
        title,
    }
}

/// A category with its papers.
pub(super) struct Shelf {
    pub code: &'static str,
    pub label: String,
    pub papers: Vec<Card>,
}

/// The categories that hold some papers, and those that hold none. `base` is where papers' pages are.
pub(super) fn shelves(locale: Locale, base: &str, papers: &[PaperView]) -> (Vec<Shelf>, Vec<Shelf>) {
    let shelf = |category: &Category| Shelf {
        code: category.code(),
        label: category_label(locale, *category),
        papers: papers.iter().filter(|p| p.category() == *category).map(|p| card(locale, base, p)).collect(),
    };
    CATEGORIES.iter().map(shelf).partition(|shelf| !shelf.papers.is_empty())
}

/// A category in the search form.
struct Choice {
    code: &'static str,
    label: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "pages/papers.html")]
struct Papers {
    f: Frame,
    count: String,
    is_filtered: bool,
    has_more: bool,
    damaged: Option<String>,
    /// What is new of help.
    help: Vec<String>,
    /// How many papers call for something, and where they are listed.
    attention: Vec<(String, &'static str)>,
    words: String,
    choices: Vec<Choice>,
    shelves: Vec<Shelf>,
    empty: Vec<String>,
}

/// What to show of the list.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    q: Option<String>,
    rubrique: Option<String>,
    /// A state of validity.
    etat: Option<String>,
}

/// `GET /papiers`
pub(super) async fn list(
    extract::State(site): extract::State<Site>,
    visitor: Visitor,
    uri: Uri,
    wanted: Result<Query<Wanted>, QueryRejection>,
) -> Response {
    let Query(wanted) = wanted.unwrap_or_default();
    let shown = papers(&site, &visitor, here(&uri), &wanted).await;
    answer(&site, visitor.locale, shown)
}

async fn papers(site: &Site, visitor: &Visitor, here: &str, wanted: &Wanted) -> Result<Response, Stop> {
    let locale = visitor.locale;
    let (_, locker) = at_home(site, visitor).await?;
    let words = wanted.q.as_deref().map(str::trim).unwrap_or_default();
    let category = wanted.rubrique.as_deref().and_then(Category::from_code);
    let state = wanted.etat.as_deref().and_then(State::from_code);
    let words_asked = (!words.is_empty()).then(|| words.to_owned());
    let filter = Filter { category, state, words: words_asked, limit: PAGE, ..Filter::default() };
    let list = site.lockers().list(&visitor.caller, locker, &filter).await?;
    let is_filtered = category.is_some() || state.is_some() || filter.words.is_some();
    let (shelves, empty) = shelves(locale, "/papiers", &list.items);
    let counted = |key: &str, count: usize| {
        say_with(locale, key, &[("count", Value::Number(u64::try_from(count).unwrap_or(u64::MAX)))])
    };
    let shown = Papers {
        f: Frame::at_home(site, locale, here).with(&list.life),
        count: counted(if is_filtered { "papers-found" } else { "papers-count" }, list.items.len()),
        is_filtered,
        has_more: list.next.is_some(),
        damaged: (!list.damaged.is_empty()).then(|| counted("papers-damaged", list.damaged.len())),
        help: if is_filtered {
            Vec::new()
        } else {
            help_news(locale, site.lockers().help_news(&visitor.caller, locker).await?)
        },
        attention: if is_filtered { Vec::new() } else { attention(&list.items, &counted) },
        words: words.to_owned(),
        choices: CATEGORIES
            .iter()
            .map(|c| Choice { code: c.code(), label: category_label(locale, *c), is_chosen: category == Some(*c) })
            .collect(),
        shelves,
        empty: if is_filtered { Vec::new() } else { empty.into_iter().map(|shelf| shelf.label).collect() },
    };
    Ok(page(StatusCode::OK, &shown))
}

/// What is new of help, a sentence for each kind. Nobody is named: the device may be anybody's.
fn help_news(locale: Locale, news: HelpNews) -> Vec<String> {
    [("news-help-waiting", news.waiting), ("news-help-begun", news.begun), ("news-help-ended", news.ended)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(key, count)| say_with(locale, key, &[("count", Value::Number(count))]))
        .collect()
}

/// What calls for something: a sentence with its count, and the state that lists them.
fn attention(papers: &[PaperView], counted: &impl Fn(&str, usize) -> String) -> Vec<(String, &'static str)> {
    [("papers-ends-soon", State::EndsSoon), ("papers-ended", State::Ended), ("papers-too-old", State::TooOld)]
        .into_iter()
        .filter_map(|(key, state)| {
            let count = papers.iter().filter(|paper| paper.standing.state == state).count();
            (count > 0).then(|| (counted(key, count), state.code()))
        })
        .collect()
}

#[derive(Template)]
#[template(path = "pages/paper.html")]
struct Paper {
    f: Frame,
    notice: Option<String>,
    title: String,
    open_at: String,
    scanned: Shown,
    about: String,
    /// The browser saves it rather than shows it.
    is_saved: bool,
    /// Where the other pages about it are.
    here: String,
    has_older: bool,
    is_trashed: bool,
    since: Option<String>,
    end: Option<End>,
    facts: Vec<Fact>,
}

/// A line of a paper's description.
pub(super) struct Fact {
    pub name: String,
    pub value: String,
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    ajoute: Option<String>,
    repris: Option<String>,
    change: Option<String>,
    remplace: Option<String>,
}

/// `GET /papiers/{document}`
pub(super) async fn one(
    extract::State(site): extract::State<Site>,
    visitor: Visitor,
    uri: Uri,
    Path(document): Path<String>,
    happened: Result<Query<Happened>, QueryRejection>,
) -> Response {
    let Query(happened) = happened.unwrap_or_default();
    // The way back from a change of language does not tell the news twice.
    let shown = paper(&site, &visitor, uri.path(), &document, &happened).await;
    answer(&site, visitor.locale, shown)
}

async fn paper(
    site: &Site,
    visitor: &Visitor,
    here: &str,
    document: &str,
    happened: &Happened,
) -> Result<Response, Stop> {
    let locale = visitor.locale;
    let (_, locker) = at_home(site, visitor).await?;
    let document = paper_id(document)?;
    let (view, by) = site.lockers().describe_with_giver(&visitor.caller, locker, document).await?;
    let is_trashed = view.state == DocumentState::Trashed;
    let news = [
        (&happened.ajoute, "paper-just-added"),
        (&happened.repris, "paper-just-restored"),
        (&happened.change, "paper-just-changed"),
        (&happened.remplace, "paper-just-replaced"),
    ];
    let told = news.iter().find(|(happened, _)| happened.is_some() && !is_trashed);
    let mut notice = told.map(|(_, key)| say(locale, key));
    let has_new_file = happened.ajoute.is_some() || happened.remplace.is_some();
    if let Some(notice) = notice.as_mut().filter(|_| has_new_file && view.fields.kind.is_two_sided()) {
        *notice = format!("{notice} {}", say(locale, "paper-two-sides"));
    }
    let seen_by = if view.private { "paper-seen-by-me" } else { "paper-seen-by-helpers" };
    let shown = Paper {
        f: frame_at_home(site, visitor, locker, here).await?,
        notice,
        title: view.fields.title.as_str().to_owned(),
        open_at: open_at(locker, document, &view.file, None),
        scanned: Shown::of(locale, &view.file, true),
        about: about(locale, &view),
        is_saved: !view.is_safe_to_show(),
        here: format!("/papiers/{document}"),
        has_older: view.number > 1,
        is_trashed,
        since: view.trashed_at.map(|at| with_day(locale, "paper-in-trash-since", &day(locale, at))),
        end: end(locale, &view),
        facts: facts(locale, &view, Some(seen_by)).into_iter().chain([added_by(locale, &by)]).collect(),
    };
    Ok(page(StatusCode::OK, &shown))
}

/// What sort of file it is, and how large.
pub(super) fn about(locale: Locale, view: &PaperView) -> String {
    let media = say(locale, media_key(&view.file.media_type));
    let about = [("media", Value::Text(&media)), ("size", Value::Text(&size(locale, view.file.size)))];
    say_with(locale, "paper-open-about", &about)
}

/// What describes a paper, line by line. `seen_by` is the key that tells its holder who may see it.
pub(super) fn facts(locale: Locale, view: &PaperView, seen_by: Option<&str>) -> Vec<Fact> {
    // Whoever helps is not « me ».
    let whose = match (view.fields.whose, seen_by) {
        (Whose::Me, Some(_)) => "whose-me",
        (Whose::Child, Some(_)) => "whose-child",
        (Whose::Spouse, Some(_)) => "whose-spouse",
        (Whose::Me, None) => "whose-helped",
        (Whose::Child, None) => "whose-helped-child",
        (Whose::Spouse, None) => "whose-helped-spouse",
    };
    let fact = |key: &str, value: String| Fact { name: say(locale, key), value };
    let mut facts = vec![
        fact("paper-kind", kind_label(locale, view.fields.kind)),
        fact("paper-category", category_label(locale, view.category())),
        fact("paper-whose", say(locale, whose)),
    ];
    if let Some(seen_by) = seen_by {
        facts.push(fact("paper-seen-by", say(locale, seen_by)));
    }
    facts.push(fact("paper-when", with_day(locale, "paper-added", &moment(locale, view.deposited_at))));
    if let Some(issued) = view.fields.issued_on {
        facts.push(fact("paper-date", day_of(locale, issued)));
    }
    for seen in &view.file.seen {
        facts.push(fact("paper-original", original_seen(locale, seen)));
    }
    facts.push(fact("paper-file", view.file.file_name.as_str().to_owned()));
    facts.push(fact("paper-size", size(locale, view.file.size)));
    facts
}

/// Who has seen the original of a version, and when.
pub(super) fn original_seen(locale: Locale, seen: &OriginalSeen) -> String {
    let (name, organisation) = (Value::Text(seen.name.as_str()), Value::Text(seen.organisation.as_str()));
    let day = day(locale, seen.at());
    say_with(locale, "original-seen", &[("name", name), ("organisation", organisation), ("day", Value::Text(&day))])
}

/// The word for a sort of file.
fn media_key(media_type: &str) -> &'static str {
    match media_type.split(['/', ';']).next().unwrap_or_default() {
        "image" => "media-image",
        "text" => "media-text",
        "audio" => "media-sound",
        "video" => "media-video",
        "application" if media_type == "application/pdf" => "media-pdf",
        "application" => "media-office",
        _ => "media-other",
    }
}

/// `POST /papiers/{document}/corbeille`
pub(super) async fn trash(
    extract::State(site): extract::State<Site>,
    visitor: Visitor,
    Path(document): Path<String>,
) -> Response {
    let done = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        site.lockers().trash(&visitor.caller, locker, document).await?;
        Ok(Redirect::to(&format!("/papiers/{document}")).into_response())
    };
    let done = done.await;
    answer(&site, visitor.locale, done)
}

/// `POST /papiers/{document}/reprendre`
pub(super) async fn restore(
    extract::State(site): extract::State<Site>,
    visitor: Visitor,
    Path(document): Path<String>,
) -> Response {
    let done = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        site.lockers().restore(&visitor.caller, locker, document).await?;
        Ok(Redirect::to(&format!("/papiers/{document}?repris=1")).into_response())
    };
    let done = done.await;
    answer(&site, visitor.locale, done)
}

#[derive(Template)]
#[template(path = "pages/trash.html")]
struct Trash {
    f: Frame,
    papers: Vec<Card>,
    has_more: bool,
}

/// `GET /corbeille`
pub(super) async fn trashed(extract::State(site): extract::State<Site>, visitor: Visitor, uri: Uri) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let filter = Filter { trashed: true, limit: PAGE, ..Filter::default() };
        let list = site.lockers().list(&visitor.caller, locker, &filter).await?;
        let papers = list.items.iter().map(|p| card(visitor.locale, "/papiers", p)).collect();
        let f = Frame::at_home(&site, visitor.locale, here(&uri)).with(&list.life);
        Ok(page(StatusCode::OK, &Trash { f, papers, has_more: list.next.is_some() }))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    fn a_card() -> Card {
        Card {
            id: "3f0c".into(),
            at: "/papiers/3f0c".into(),
            title: "عقد <إيجار>".into(),
            kind: "Bail".into(),
            added: "Ajouté".into(),
            is_private: true,
            end: Some(End { told: "N'est plus bon".into(), is_past: true }),
            since: Some("depuis".into()),
            restore: "Reprendre".into(),
        }
    }

    #[test]
    fn the_pages_are_whole_and_escape_what_people_wrote() {
        for locale in Locale::ALL {
            let f = Frame::sample_open(locale);
            let papers = |f: &Frame| Papers {
                help: vec!["Une aide".into()],
                attention: vec![("1 papier".into(), "ended")],
                f: f.clone(),
                count: "1".into(),
                is_filtered: true,
                has_more: true,
                damaged: Some("1".into()),
                words: "\" onfocus=\"".into(),
                choices: vec![Choice { code: "logement", label: "Logement".into(), is_chosen: true }],
                shelves: vec![Shelf { code: "logement", label: "Logement".into(), papers: vec![a_card()] }],
                empty: vec!["Santé".into()],
            };
            let html = checks::checked(&papers(&f));
            assert!(html.contains(r#"dir="auto">عقد &#60;إيجار&#62;</a>"#) && !html.contains("\" onfocus"));
            assert_eq!(html.matches("/papiers/ajouter").count(), 3, "in the menu, wide and folded, and as a button");
            let closed = Frame::sample(locale);
            let html = checks::checked(&papers(&closed));
            assert!(!html.contains("/papiers/ajouter") && html.contains("/consigne/rouvrir"), "{html}");
            checks::checked(&Trash { f: f.clone(), papers: vec![a_card()], has_more: true });
            checks::checked(&Trash { f: f.clone(), papers: Vec::new(), has_more: false });
            let html = checks::checked(&Trash { f: closed.clone(), papers: vec![a_card()], has_more: true });
            assert!(!html.contains("/reprendre"), "{html}");
            for (is_trashed, f) in [(false, &f), (true, &f), (false, &closed), (true, &closed)] {
                let html = checks::checked(&Paper {
                    f: f.clone(),
                    notice: Some("fait".into()),
                    title: "Bail".into(),
                    open_at: "/api".into(),
                    scanned: Shown { told: Some("virus".into()), opens: true },
                    about: "PDF".into(),
                    is_saved: true,
                    here: "/papiers/1".into(),
                    has_older: true,
                    is_trashed,
                    since: Some("depuis".into()),
                    end: a_card().end,
                    facts: vec![Fact { name: "Type".into(), value: "Bail".into() }],
                });
                let shown = |rest: &str| html.contains(&format!("\"/papiers/1/{rest}\""));
                assert!(shown("verifier") != is_trashed && html.contains("\"/api\""));
                for (rest, when_trashed) in [
                    ("changer", false),
                    ("remplacer", false),
                    ("corbeille", false),
                    ("reprendre", true),
                    ("supprimer", true),
                ] {
                    assert_eq!(shown(rest), is_trashed == when_trashed && !f.is_closed(), "{rest}: {html}");
                }
            }
        }
    }

    #[test]
    fn files_have_a_word() {
        for (media, key) in [
            ("application/pdf", "media-pdf"),
            ("image/heic", "media-image"),
            ("text/plain; charset=utf-8", "media-text"),
            ("application/rtf", "media-office"),
            ("font/woff", "media-other"),
        ] {
            assert_eq!(media_key(media), key);
        }
    }
}
