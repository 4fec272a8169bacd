//! `GET /api/v1/lockers/{locker}/export`: everything, as one ZIP. Format: `docs/formats/export.md`.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};

use super::content;
use super::help_page;
use super::journal;
use super::shapes::{InLocker, LockerIds};
use super::truth;
use crate::domain::ids::{LockerId, PersonId};
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::headers::comes_from_elsewhere;
use crate::http::problem::{self, Problem};
use crate::http::sentences::sentence;
use crate::http::visitor::Visitor;
use crate::locker::mandates::{MandateView, ProposalView};
use crate::locker::{Has, HelpTold, JournalLine, LockerError, Telling};
use crate::words::{Locale, Value, date_of, moment, say, say_with};

/// The page of the journal, until its first line.
#[derive(Template)]
#[template(path = "export/journal_start.html")]
struct Start<'a> {
    locale: Locale,
    made: &'a str,
}

impl Start<'_> {
    fn say(&self, key: &str) -> String {
        say(self.locale, key)
    }
}

/// One line of that page.
#[derive(Template)]
#[template(path = "export/journal_line.html")]
struct Line<'a> {
    at: &'a str,
    text: &'a str,
}

/// Says what the archive needs said, to one reader.
struct Teller {
    locale: Locale,
    viewer: PersonId,
}

impl Teller {
    fn made(&self, at: Timestamp) -> String {
        say_with(self.locale, "export-made", &[("moment", Value::Text(&moment(self.locale, at)))])
    }
}

impl Telling for Teller {
    fn locale(&self) -> Locale {
        self.locale
    }

    fn instructions(&self, at: Timestamp, has: Has) -> String {
        let part = |part: &str| say(self.locale, &format!("export-readme-{part}"));
        let parts = [
            "papers", "older", "left-out", "trash", "lists", "help", "messages", "handed", "journal", "sums", "careful",
        ];
        let is_there = |name: &&str| match *name {
            "trash" => has.trash,
            "left-out" => has.left_out,
            "help" => has.help,
            "messages" => has.messages,
            "handed" => has.handed,
            _ => true,
        };
        let rest: Vec<String> = parts.into_iter().filter(is_there).map(part).collect();
        // Line ends that every editor shows.
        format!("{}\n{}\n\n{}\n", part("title"), self.made(at), rest.join("\n\n")).replace('\n', "\r\n")
    }

    fn mandate(&self, view: &MandateView) -> serde_json::Value {
        truth::mandate_value(view)
    }

    fn proposal(&self, view: &ProposalView) -> serde_json::Value {
        truth::proposal_value(view)
    }

    fn help_page(&self, at: Timestamp, told: &HelpTold) -> String {
        help_page::page(self.locale, &self.made(at), told)
    }

    fn line(&self, line: &JournalLine) -> serde_json::Value {
        journal::value(line, self.viewer, self.locale)
    }

    fn page_start(&self, at: Timestamp) -> String {
        Start { locale: self.locale, made: &self.made(at) }.render().unwrap_or_default()
    }

    fn page_line(&self, line: &JournalLine) -> String {
        let at = line.entry.as_ref().map(|entry| moment(self.locale, entry.at)).unwrap_or_default();
        Line { at: &at, text: &sentence(self.locale, line, self.viewer) }.render().unwrap_or_default()
    }

    fn page_end(&self) -> String {
        "</ol>\n</body>\n</html>\n".to_owned()
    }
}

/// Takes everything away.
///
/// One ZIP, made while it is sent: papers under readable names, what describes them, the journal. A stream that breaks off is not
/// whole: the archive does not open then. `HEAD` is not taken.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/export",
    operation_id = "export_locker",
    tag = "lockers",
    params(LockerIds),
    responses(
        (status = 200, description = "The archive (docs/formats/export.md).", body = Vec<u8>,
        content_type = "application/zip", headers(
            ("Content-Disposition" = String, description = "To save, under a name with the date."),
        )),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`). \
            Send the person to `/auth/holder/login?step_up=1`, then ask again."),
    ),
)]
pub async fn export(State(site): State<Site>, InLocker { visitor, locker }: InLocker, headers: HeaderMap) -> Response {
    // A page of another site that leads here would have this device keep a copy of everything.
    if comes_from_elsewhere(&headers) {
        return Problem::new(visitor.locale, StatusCode::FORBIDDEN, "wrong-origin").into_response();
    }
    match send(&site, &visitor, locker).await {
        Ok(response) => response,
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The archive as an answer; also for the page that offers it.
pub async fn send(site: &Site, visitor: &Visitor, locker: LockerId) -> Result<Response, LockerError> {
    // Asked for nothing but the person's id: who the lines call « vous ». A refusal is the export's own to tell.
    let viewer = site.lockers().who(&visitor.caller).await.map(|who| who.person);
    let viewer = viewer.unwrap_or_else(|_| PersonId::from_uuid(locker.uuid()));
    let teller = Arc::new(Teller { locale: visitor.locale, viewer });
    let exporting = site.lockers().export(&visitor.caller, locker, teller).await?;
    let name = format!("consigne-{}.zip", date_of(exporting.at));
    let headers = [
        (CONTENT_TYPE, "application/zip".to_owned()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'".to_owned()),
    ];
    Ok((headers, content::body(exporting.body)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Title;
    use crate::domain::entry::{Action, Actor, Entry, Ground, Line as EntryLine, Object, Outcome};
    use crate::domain::ids::{ChainId, DocumentId, RequestId};
    use crate::domain::source::Source;

    #[test]
    fn the_pages_of_an_export_are_whole_and_escape_what_people_typed() {
        let source = Source::system();
        let viewer = PersonId::draw(&source);
        let at = Timestamp::from_micros(1_790_000_000_000_000);
        for locale in Locale::ALL {
            let teller = Teller { locale, viewer };
            let object = Object::Document(DocumentId::draw(&source));
            let read = EntryLine::new(
                Actor::Holder(viewer),
                Ground::Ownership,
                Action::ReadContent,
                object,
                Outcome::Done,
                RequestId::draw(&source),
            );
            let entry = Entry { chain: ChainId::draw(&source), seq: 1, at, line: read };
            let title = Some(Title::parse("<script>alert(1)</script>").unwrap());
            let line = JournalLine {
                seq: 1,
                entry: Some(entry),
                title,
                is_gone: false,
                helper: None,
                given_to: None,
                times: 1,
            };
            let page = teller.page_start(at) + &teller.page_line(&line) + &teller.page_end();
            assert!(page.starts_with("<!doctype html>") && page.contains("Content-Security-Policy"), "{page}");
            assert!(!page.contains("<script") && page.contains("&#60;script&#62;"), "{page}");
            assert!(page.contains("<meta charset=\"utf-8\">") && page.ends_with("</ol>\n</body>\n</html>\n"));
            let told =
                teller.instructions(at, Has { trash: true, help: true, messages: true, handed: true, left_out: true });
            assert!(!told.contains("export-") && !told.contains("{$") && told.contains("2026"), "{told}");
        }
    }
}
