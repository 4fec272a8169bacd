//! What happened in an organisation: its journal by day, newest first, in sentences. For its referents.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::super::frame::Frame;
use super::super::journal::{Before, DayOfLines, PAGE, put};
use super::super::{Stop, here, page};
use super::{answered, frame, organisation_id};
use crate::http::Site;
use crate::http::sentences::organisation_sentence;
use crate::http::visitor::Visitor;
use crate::locker::OrganisationLine;
use crate::words::Locale;

#[derive(Template)]
#[template(path = "pages/structure_lines.html")]
struct Lines {
    f: Frame,
    /// The organisation's page.
    back: String,
    is_office: bool,
    days: Vec<DayOfLines>,
    older: Option<u64>,
    is_first: bool,
}

fn by_day(locale: Locale, lines: &[OrganisationLine], is_office: bool) -> Vec<DayOfLines> {
    let mut days = Vec::new();
    for line in lines {
        let at = line.entry.as_ref().map(|entry| entry.at);
        put(&mut days, locale, at, organisation_sentence(locale, line, is_office), Vec::new());
    }
    days
}

/// `GET /structure/{organisation}/journal`
pub(super) async fn lines(
    State(site): State<Site>,
    visitor: Visitor,
    uri: Uri,
    Path(organisation): Path<String>,
    before: Result<Query<Before>, QueryRejection>,
) -> Response {
    let before = before.ok().and_then(|Query(before)| before.avant);
    let shown = async || -> Result<Response, Stop> {
        let organisation = organisation_id(&organisation)?;
        let read = site.lockers().organisation_journal(&visitor.caller, organisation, before, PAGE).await?;
        let shown = Lines {
            f: frame(&site, &visitor, here(&uri)).await?,
            is_office: read.is_office,
            back: format!("/structure/{organisation}"),
            days: by_day(visitor.locale, &read.lines, read.is_office),
            older: read.next,
            is_first: before.is_none(),
        };
        Ok(page(StatusCode::OK, &shown))
    };
    answered(&site, visitor.locale, shown().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::entry::{Action, Actor, Entry, Ground, Line, Object, Outcome};
    use crate::domain::ids::{ChainId, MembershipId, PersonId, RequestId};
    use crate::domain::organisation::Name;
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn the_page_is_whole_and_names_people() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [8; 32]);
        let (actor, object) = (Actor::Person(PersonId::draw(&source)), Object::Membership(MembershipId::draw(&source)));
        let request = RequestId::draw(&source);
        let line = Line::new(actor, Ground::None, Action::SuspendMember, object, Outcome::Done, request);
        let entry = Entry { chain: ChainId::draw(&source), seq: 2, at: source.now(), line };
        let (who, whom) = (Name::parse("Claire").ok(), Name::parse("Nadia <b>").ok());
        let told = OrganisationLine { seq: 2, entry: Some(entry), who, whom };
        let damaged = OrganisationLine { seq: 1, entry: None, who: None, whom: None };
        for locale in Locale::ALL {
            let days = by_day(locale, &[told.clone(), damaged.clone()], false);
            assert_eq!(days.len(), 1, "what can't be read stays where it stands: {days:?}");
            let (f, back) = (Frame::sample_at_work(locale), "/structure/1".to_owned());
            let all =
                Lines { f: f.clone(), back: back.clone(), is_office: false, days, older: Some(3), is_first: false };
            let html = checks::checked(&all);
            assert!(html.contains("Claire") && html.contains("Nadia &#60;b&#62;"), "{html}");
            assert!(html.contains("/structure/1/journal?avant=3"), "{html}");
            let none = Lines { f, back, is_office: true, days: Vec::new(), older: None, is_first: true };
            assert_ne!(checks::checked(&none), html);
        }
    }
}
