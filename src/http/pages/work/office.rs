//! The pages of those who act for an institution: what it has asked for, asking somebody, how it goes on, what was handed over.
//!
//! What lives here: the list, and one request. What must not: rules of rights. The verbs decide, and what people handed over is read by the
//! same ones as by programs.

pub(super) mod asking;
mod form;
pub(super) mod handed;
mod stopped;
pub(super) mod withdrawing;

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::super::asked::one::piece_told;
use super::super::elsewhere::FromHere;
use super::super::frame::Frame;
use super::super::{Stop, page};
use super::{done, frame, organisation_id};
use crate::access::Caller;
use crate::domain::entry::Reason;
use crate::domain::ids::{OrganisationId, PaperRequestId};
use crate::domain::policy::Lasting;
use crate::domain::request::RequestStatus;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::requests::{AskedBy, RequestView};
use crate::words::{Locale, Value, day, moment, say, say_with};

/// Requests on a page.
const PAGE: u32 = 50;

/// The office of an address, and who comes for it.
fn within(visitor: &Visitor, office: &str) -> Result<(OrganisationId, Caller), Stop> {
    let office = organisation_id(office)?;
    Ok((office, Caller { office: Some(office), ..visitor.caller.clone() }))
}

/// Where an office is.
fn at(office: OrganisationId) -> String {
    format!("/bureau/{office}")
}

/// Where a request stands, for who asked.
fn state(locale: Locale, view: &RequestView) -> String {
    let until = day(locale, view.facts.until);
    let until = [("day", Value::Text(until.as_str()))];
    match view.status {
        RequestStatus::Waiting => say_with(locale, "office-waits", &until),
        RequestStatus::Taken => say_with(locale, "office-taken", &until),
        RequestStatus::Answered => say(locale, "office-answered"),
        RequestStatus::Declined => say(locale, "office-declined"),
        RequestStatus::Withdrawn => say(locale, "office-withdrawn"),
        RequestStatus::Over => say(locale, "office-over"),
    }
}

/// What a request is called: its own name for the matter, or what it is for.
fn named(locale: Locale, view: &RequestView) -> String {
    let fields = view.fields.as_ref();
    let reference = fields.and_then(|fields| fields.reference.as_ref()).map(|name| name.as_str().to_owned());
    let purpose = || fields.map(|fields| fields.purpose.as_str().to_owned());
    reference.or_else(purpose).unwrap_or_else(|| say(locale, "office-unnamed"))
}

/// When a request was made, and by whom of the office, where that is known.
fn made(locale: Locale, view: &RequestView) -> String {
    let at = moment(locale, view.facts.made_at);
    let at = ("moment", Value::Text(&at));
    match &view.asked_by {
        Some(AskedBy::Named(name)) => say_with(locale, "office-made-by", &[at, ("name", Value::Text(name.as_str()))]),
        Some(AskedBy::Unread) => say_with(locale, "office-made-unread", &[at]),
        None => say_with(locale, "office-made", &[at]),
    }
}

/// Whether what was handed over can be read, in words.
fn share_state(locale: Locale, view: &RequestView) -> Option<String> {
    Some(match view.share? {
        Lasting::Until(until) => say_with(locale, "office-until", &[("day", Value::Text(&day(locale, until)))]),
        Lasting::Paused => say(locale, "office-paused"),
        Lasting::Over => say(locale, "office-ended"),
    })
}

/// A request in the list.
struct Line {
    at: String,
    name: String,
    made: String,
    state: String,
    /// Whether what was handed over can be read.
    share: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/office.html")]
struct List {
    f: Frame,
    name: String,
    here: String,
    notice: Option<&'static str>,
    members_at: String,
    basis: String,
    requests: Vec<Line>,
    next: Option<String>,
}

/// After which request a page begins, as its address says: when that was made, and its id. One that does not read begins at the newest.
fn after(query: &str) -> Option<(Timestamp, PaperRequestId)> {
    let (_, text) = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "apres")?;
    let (at, request) = text.split_once('.')?;
    Some((Timestamp::from_micros(at.parse().ok()?), request.parse().ok()?))
}

/// What was done, as the address says it afterwards.
const DONE: &[(&str, &str)] = &[("retire", "office-done-withdrawn"), ("rejoint", "office-done-joined")];

/// `GET /bureau/{office}`
pub(super) async fn shown(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(office): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let office_named = office.as_str();
    let shown = async || -> Result<Response, Stop> {
        let locale = visitor.locale;
        let (office, caller) = within(&visitor, office_named)?;
        let view = site.lockers().own_institution(&caller).await?;
        let fields = view.fields.as_ref().ok_or(LockerError::Damaged)?;
        let query = query.as_deref().unwrap_or_default();
        let (requests, next) = site.lockers().newest_requests(&caller, after(query), PAGE).await?;
        let line = |one: &RequestView| Line {
            at: format!("{}/demandes/{}", at(office), one.facts.request),
            name: named(locale, one),
            made: made(locale, one),
            state: state(locale, one),
            share: share_state(locale, one),
        };
        let here = at(office);
        let shown = List {
            f: frame(&site, &visitor, &here).await?,
            name: fields.name.as_str().to_owned(),
            notice: done(Some(query), DONE),
            members_at: format!("/structure/{office}"),
            basis: say_with(locale, "office-basis", &[("basis", Value::Text(fields.legal_basis.as_str()))]),
            requests: requests.iter().map(line).collect(),
            next: next.map(|(at, request)| format!("{here}?apres={}.{request}", at.micros())),
            here,
        };
        Ok(page(StatusCode::OK, &shown))
    };
    stopped::answered(&site, &visitor, office_named, shown().await).await
}

/// One request, for who asked.
#[derive(Template)]
#[template(path = "pages/office_request.html")]
struct One {
    f: Frame,
    name: String,
    lines: Vec<String>,
    /// What is asked for, piece by piece: what, and how.
    pieces: Vec<(String, String)>,
    /// What was handed over and can't be read now: what can be done.
    stands: Option<(String, String)>,
    /// Where what was handed over is.
    papers_at: Option<String>,
    /// Where one asks again.
    ask_at: String,
    /// Where it is taken back, if it can be.
    withdraw_at: Option<String>,
    back: String,
}

fn request_id(text: &str) -> Result<PaperRequestId, Stop> {
    text.parse().map_err(|_| LockerError::Refused(Reason::UnknownRequest).into())
}

fn one(f: Frame, office: OrganisationId, view: &RequestView) -> One {
    let (locale, here) = (f.locale, format!("{}/demandes/{}", at(office), view.facts.request));
    let fields = view.fields.as_ref();
    let purpose = fields.map(|fields| fields.purpose.as_str());
    let purpose = purpose.map(|purpose| say_with(locale, "line-purpose", &[("purpose", Value::Text(purpose))]));
    let pieces = fields.map(|fields| fields.pieces.as_slice()).unwrap_or_default();
    let waits = matches!(view.status, RequestStatus::Waiting | RequestStatus::Taken);
    let papers_at = view.facts.share.map(|share| format!("{}/papiers/{share}", at(office)));
    let what = |key| Some((share_state(locale, view).unwrap_or_default(), say(locale, key)));
    let stands = match view.share {
        Some(Lasting::Paused) => what("office-paused-then"),
        Some(Lasting::Over) => what("office-ended-then"),
        Some(Lasting::Until(_)) | None => None,
    };
    One {
        name: named(locale, view),
        lines: purpose.into_iter().chain([made(locale, view), state(locale, view)]).collect(),
        pieces: pieces.iter().map(|piece| piece_told(locale, piece, "office-optional")).collect(),
        papers_at: papers_at.filter(|_| stands.is_none()),
        stands,
        ask_at: format!("{}/demander", at(office)),
        withdraw_at: waits.then(|| format!("{here}/retirer")),
        back: at(office),
        f,
    }
}

/// `GET /bureau/{office}/demandes/{request}`
pub(super) async fn request(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path((office_named, request)): Path<(String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (office, caller) = within(&visitor, &office_named)?;
        let view = site.lockers().own_request(&caller, request_id(&request)?).await?;
        let f = frame(&site, &visitor, &format!("{}/demandes/{}", at(office), view.facts.request)).await?;
        Ok(page(StatusCode::OK, &one(f, office, &view)))
    };
    stopped::answered(&site, &visitor, &office_named, shown().await).await
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::help::Purpose;
    use crate::domain::ids::{InstitutionId, ShareId};
    use crate::domain::institution::LegalBasis;
    use crate::domain::organisation::Name;
    use crate::domain::request::{RequestFacts, RequestFields, Stage, ready};
    use crate::domain::source::Source;

    fn view(source: &Source, status: RequestStatus) -> RequestView {
        let facts = RequestFacts {
            institution: InstitutionId::draw(source),
            request: PaperRequestId::draw(source),
            made_at: source.now(),
            until: source.now(),
            stage: Stage::Waiting,
            staged_at: source.now(),
            locker: None,
            share: (status == RequestStatus::Answered).then(|| ShareId::draw(source)),
        };
        let fields = RequestFields {
            institution: Name::parse("Caisse").unwrap(),
            legal_basis: LegalBasis::parse("Un texte").unwrap(),
            purpose: Purpose::parse("Votre demande <b>").unwrap(),
            reference: None,
            pieces: ready("rsa").unwrap(),
            deposits: Vec::new(),
            days: 30,
            callback: None,
            asked_by: None,
        };
        RequestView { facts, status, fields: Some(fields), share: None, asked_by: None }
    }

    #[test]
    fn a_request_says_where_it_stands_and_leads_on() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [4; 32]);
        let office = OrganisationId::draw(&source);
        for locale in Locale::ALL {
            let mut told = Vec::new();
            for status in RequestStatus::ALL {
                let html = checks::checked(&one(Frame::sample_at_work(locale), office, &view(&source, status)));
                assert!(html.contains("&#60;b&#62;") && !html.contains("<b>"), "{html}");
                let waits = matches!(status, RequestStatus::Waiting | RequestStatus::Taken);
                assert_eq!(html.contains("/retirer\""), waits, "{status:?}");
                assert_eq!(html.contains("/papiers/"), status == RequestStatus::Answered, "{status:?}");
                told.push(state(locale, &view(&source, status)));
            }
            told.sort();
            told.dedup();
            assert_eq!(told.len(), RequestStatus::ALL.len(), "each says something else");
            // What can't be read leads to no dead end.
            let answered = view(&source, RequestStatus::Answered);
            for (lasting, opens) in
                [(Lasting::Until(source.now()), true), (Lasting::Paused, false), (Lasting::Over, false)]
            {
                let view = RequestView { share: Some(lasting), ..answered.clone() };
                let html = checks::checked(&one(Frame::sample_at_work(locale), office, &view));
                assert_eq!(
                    (html.contains("/papiers/"), html.contains("/demander\"")),
                    (opens, !opens),
                    "{lasting:?}: {html}"
                );
                assert!(share_state(locale, &view).is_some());
            }
            let by = |asked_by| made(locale, &RequestView { asked_by, ..answered.clone() });
            let named = by(Some(AskedBy::Named(Name::parse("Inès LAURENT").unwrap())));
            assert!(named.contains("Inès LAURENT") && by(None) != by(Some(AskedBy::Unread)), "{named}");
        }
    }

    #[test]
    fn a_page_begins_after_what_its_address_says() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [4; 32]);
        let request = PaperRequestId::draw(&source);
        assert_eq!(after(&format!("apres=17.{request}")), Some((Timestamp::from_micros(17), request)));
        for none in ["", "apres=", "apres=17", "apres=x.y", "autre=1"] {
            assert_eq!(after(none), None, "{none}");
        }
        assert_eq!(done(Some("fait=retire"), DONE), Some("office-done-withdrawn"));
        assert_eq!((done(Some("fait=autre"), DONE), done(None, DONE)), (None, None));
    }
}
