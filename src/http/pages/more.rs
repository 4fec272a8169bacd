//! More that one can do: older versions of a paper, whether papers have changed, deleting for ever, taking everything away.

use std::collections::HashSet;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::papers::{Fact, original_seen};
use super::scanned::{Shown, open_at};
use super::{Stop, answer, at_home, closing, frame_at_home, page, paper_id};
use crate::domain::acting::OriginalSeen;
use crate::domain::ids::{DocumentId, LockerId};
use crate::http::Site;
use crate::http::api::export;
use crate::http::visitor::Visitor;
use crate::locker::views::{Control, PaperView, VersionView};
use crate::locker::{AddedBy, HelperSeen};
use crate::words::{Locale, Value, day, moment, say, say_with, size};

/// An older version in the list.
struct Older {
    name: String,
    about: String,
    /// Who has seen the original.
    seen: Vec<String>,
    open_at: String,
    scanned: Shown,
}

#[derive(Template)]
#[template(path = "pages/versions.html")]
struct Versions {
    f: Frame,
    paper: String,
    items: Vec<Older>,
}

fn older(locale: Locale, view: &VersionView, (locker, document): (LockerId, DocumentId)) -> Older {
    let number = Value::Number(view.number);
    let (when, size) = (moment(locale, view.deposited_at), size(locale, view.file.size));
    Older {
        name: say_with(locale, "versions-name", &[("number", number)]),
        about: say_with(locale, "versions-about", &[("moment", Value::Text(&when)), ("size", Value::Text(&size))]),
        seen: view.file.seen.iter().map(|seen| original(locale, seen)).collect(),
        open_at: open_at(locker, document, &view.file, Some(view.version)),
        scanned: Shown::of(locale, &view.file, true),
    }
}

fn original(locale: Locale, seen: &OriginalSeen) -> String {
    let seen = original_seen(locale, seen);
    say_with(locale, "versions-original", &[("seen", Value::Text(&seen))])
}

/// `GET /papiers/{document}/versions`
pub(super) async fn versions(State(site): State<Site>, visitor: Visitor, Path(document): Path<String>) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        let versions = site.lockers().versions(&visitor.caller, locker, document).await?;
        let shown = Versions {
            f: frame_at_home(&site, &visitor, locker, &format!("/papiers/{document}/versions")).await?,
            paper: format!("/papiers/{document}"),
            items: versions.iter().map(|view| older(visitor.locale, view, (locker, document))).collect(),
        };
        Ok(page(StatusCode::OK, &shown))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

#[derive(Template)]
#[template(path = "pages/checked.html")]
struct Checked {
    f: Frame,
    told: String,
    is_intact: bool,
    back: String,
}

fn checked(f: Frame, control: &Control, back: String) -> Response {
    let locale = f.locale;
    let wrong = control.versions.iter().filter(|version| !version.is_intact);
    let damaged = wrong.map(|version| version.document).collect::<HashSet<_>>().len();
    let (key, count) = if damaged == 0 { ("check-good", control.versions.len()) } else { ("check-bad", damaged) };
    let count = Value::Number(u64::try_from(count).unwrap_or(u64::MAX));
    let mut told = Vec::new();
    if !control.is_journal_intact {
        told.push(say(locale, "check-bad-journal"));
    }
    if !control.is_help_intact() {
        let count = control.mandates.len().saturating_add(control.visits.len());
        let count = Value::Number(u64::try_from(count).unwrap_or(u64::MAX));
        told.push(say_with(locale, "check-bad-help", &[("count", count)]));
    }
    if !control.is_handed_intact() {
        told.push(say(locale, "check-bad-handed"));
    }
    if !control.is_agreed_intact() {
        told.push(say(locale, "check-bad-agreed"));
    }
    // All is well only if there was something to compare with.
    if damaged > 0 || control.is_journal_intact {
        told.push(say_with(locale, key, &[("count", count)]));
    }
    let (told, is_intact) = (told.join(" "), control.is_intact());
    page(StatusCode::OK, &Checked { f, told, is_intact, back })
}

/// `POST /papiers/{document}/verifier`
pub(super) async fn check(State(site): State<Site>, visitor: Visitor, Path(document): Path<String>) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        let control = site.lockers().control(&visitor.caller, locker, document).await?;
        let back = format!("/papiers/{document}");
        Ok(checked(frame_at_home(&site, &visitor, locker, &back).await?, &control, back))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

/// `POST /consigne/verifier`
pub(super) async fn check_all(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let control = site.lockers().control_all(&visitor.caller, locker).await?;
        let back = "/consigne".to_owned();
        Ok(checked(frame_at_home(&site, &visitor, locker, &back).await?, &control, back))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

#[derive(Template)]
#[template(path = "pages/destroy.html")]
struct Destroy {
    f: Frame,
    title: String,
    here: String,
}

/// `GET /papiers/{document}/supprimer`: what will happen, before the button.
pub(super) async fn destroy_form(State(site): State<Site>, visitor: Visitor, Path(document): Path<String>) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        let here = format!("/papiers/{document}");
        let f = frame_at_home(&site, &visitor, locker, &format!("{here}/supprimer")).await?;
        if f.is_closed() {
            return Ok(closing::shut(f, "destroy-title"));
        }
        let paper = site.lockers().describe(&visitor.caller, locker, document).await?;
        Ok(page(StatusCode::OK, &Destroy { f, title: paper.fields.title.as_str().to_owned(), here }))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

/// `POST /papiers/{document}/supprimer`
pub(super) async fn destroy(State(site): State<Site>, visitor: Visitor, Path(document): Path<String>) -> Response {
    let done = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        site.lockers().destroy(&visitor.caller, locker, paper_id(&document)?).await?;
        Ok(Redirect::to("/corbeille").into_response())
    };
    let done = done.await;
    answer(&site, visitor.locale, done)
}

#[derive(Template)]
#[template(path = "pages/locker.html")]
struct Locker {
    f: Frame,
    held: String,
    /// Where they are told of things, or that they are told nowhere.
    told: String,
}

/// `POST /consigne/emporter`: everything, as one file. A form, so that no other site's link makes this device keep a copy.
pub(super) async fn export(State(site): State<Site>, visitor: Visitor) -> Response {
    let sent = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        Ok(export::send(&site, &visitor, locker).await?)
    };
    let sent = sent.await;
    answer(&site, visitor.locale, sent)
}

/// `GET /consigne`: how full it is, what one can do with all of it.
pub(super) async fn locker(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let view = site.lockers().view(&visitor.caller, locker).await?;
        let locale = visitor.locale;
        let (used, quota) = (size(locale, view.used), size(locale, view.quota));
        let held = [("count", Value::Number(view.count)), ("used", Value::Text(&used)), ("quota", Value::Text(&quota))];
        let f = Frame::at_home(&site, locale, "/consigne").with(&view.life);
        let told = super::contact::told(locale, &site.lockers().contact(&visitor.caller, locker).await?);
        Ok::<_, Stop>(page(StatusCode::OK, &Locker { f, held: say_with(locale, "locker-held", &held), told }))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

/// How and when a paper came in: added, or sent by who issued it.
pub(super) fn came(locale: Locale, view: &PaperView) -> String {
    let on = day(locale, view.deposited_at);
    let on = ("day", Value::Text(&on));
    match &view.file.issued {
        Some(issued) => say_with(locale, "paper-sent", &[("name", Value::Text(issued.name.as_str())), on]),
        None => say_with(locale, "paper-added", &[on]),
    }
}

/// Who added a paper: its holder, or somebody who helped, by their name where it is known.
pub(super) fn added_by(locale: Locale, by: &AddedBy) -> Fact {
    let value = match by {
        AddedBy::Holder => say(locale, "paper-by-you"),
        AddedBy::Somebody => say(locale, "paper-by-helper"),
        AddedBy::Institution(name) => {
            return Fact { name: say(locale, "paper-sent-by"), value: name.as_str().to_owned() };
        }
        AddedBy::Helper(HelperSeen { name, organisation: None, .. }) => name.as_str().to_owned(),
        AddedBy::Helper(HelperSeen { name, organisation: Some(of), .. }) => {
            let named = [("name", Value::Text(name.as_str())), ("organisation", Value::Text(of.as_str()))];
            say_with(locale, "whom-named", &named)
        }
    };
    Fact { name: say(locale, "paper-by"), value }
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    #[test]
    fn the_further_pages_are_whole() {
        for locale in Locale::ALL {
            let f = Frame::sample(locale);
            let seen = vec!["Original vu par <b>".into()];
            let (name, about) = ("Version 1".into(), "le 3 mars".into());
            let scanned = Shown { told: Some("virus".into()), opens: true };
            let one = Older { name, about, seen, open_at: "/api?version=1".into(), scanned };
            checks::checked(&Versions { f: f.clone(), paper: "/papiers/1".into(), items: vec![one] });
            for is_intact in [true, false] {
                checks::checked(&Checked { f: f.clone(), told: "dit".into(), is_intact, back: "/consigne".into() });
            }
            let html = checks::checked(&Destroy { f: f.clone(), title: "<b>".into(), here: "/papiers/1".into() });
            assert!(html.contains("&#60;b&#62;") && html.contains(r#"method="post" action="/papiers/1/supprimer""#));
            checks::checked(&Locker { f, held: "12".into(), told: "<b>".into() });
        }
    }
}
