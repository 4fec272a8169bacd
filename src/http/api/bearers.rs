//! `/api/v1/codes`: what somebody without an account does who has the code of a share. No session counts here: they bear what coming in gave
//! them, in `Consigne-Pass`.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::content::{answer, body, described};
use crate::http::Site;
use crate::http::openapi::KindCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::bearers::{GivenView, Opened};
use crate::locker::{LockerError, Pieces};

/// The header in which somebody bears what coming in by a code gave them.
const PASS_HEADER: &str = "consigne-pass";

fn pass(headers: &HeaderMap) -> &str {
    headers.get(PASS_HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// No search engine keeps what is seen by a code.
pub fn unlisted(mut response: Response) -> Response {
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
    response
}

/// A code and a surname.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeAndSurname {
    /// Twelve letters and figures; case, spaces and dashes don't matter.
    code: String,
    /// The holder's: their family name or the name that they use; case, accents, spaces and dashes don't matter.
    surname: String,
}

/// What coming in gives.
#[derive(Serialize, ToSchema)]
struct PassShape {
    /// To be sent in `Consigne-Pass`: for 15 minutes after the last use, for four hours at most.
    pass: String,
}

fn given(pass: String) -> Response {
    unlisted(Json(PassShape { pass }).into_response())
}

/// Comes in by a code and its holder's surname. The answer is the same, and takes as long, whichever of the two is wrong.
///
/// Four tries in vain, and there is a wait, longer each time: by the code, and by the place that tries come from.
#[utoipa::path(
    post,
    path = "/api/v1/codes/enter",
    operation_id = "enter_code",
    tag = "codes",
    security(()),
    request_body = CodeAndSurname,
    responses(
        (status = 200, description = "Right. Say who you are next.", body = PassShape),
        (status = 409, description = "Right, and its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "Right, and it has ended or was stopped (`/problems/share-over`)."),
        (status = 422, description = "Code or surname are wrong (`/problems/wrong-code-or-name`)."),
        (status = 429, description = "Too many tries in vain (`/problems/too-many`)."),
    ),
)]
pub async fn enter(
    State(site): State<Site>,
    visitor: Visitor,
    body: Result<Json<CodeAndSurname>, JsonRejection>,
) -> Response {
    let CodeAndSurname { code, surname } = body.map(|Json(body)| body).unwrap_or_default();
    match site.lockers().enter_by_code(&visitor.caller, &code, &surname).await {
        Ok(pass) => given(pass),
        Err(error) => unlisted(problem::of(visitor.locale, &error)),
    }
}

/// A name.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReaderName {
    /// Who reads: the holder sees it with each look.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
}

/// Says who reads. Nothing is shown before; it is said once.
#[utoipa::path(
    post,
    path = "/api/v1/codes/name",
    operation_id = "name_reader",
    tag = "codes",
    security(()),
    params(("Consigne-Pass" = Option<String>, Header, description = "What coming in gave.")),
    request_body = ReaderName,
    responses(
        (status = 200, description = "What is borne from now on.", body = PassShape),
        (status = 401, description = "The time is over: come in again (`/problems/pass-over`)."),
        (status = 409, description = "It was said already (`/problems/wrong-state`)."),
        (status = 422, description = "It is no name (`/problems/bad-field`)."),
    ),
)]
pub async fn name(
    State(site): State<Site>,
    visitor: Visitor,
    headers: HeaderMap,
    body: Result<Json<ReaderName>, JsonRejection>,
) -> Response {
    let ReaderName { name } = body.map(|Json(body)| body).unwrap_or_default();
    match site.lockers().name_reader(pass(&headers), &name) {
        Ok(pass) => given(pass),
        Err(error) => unlisted(problem::of(visitor.locale, &error)),
    }
}

/// A paper, as somebody sees it who has a code.
#[derive(Serialize, ToSchema)]
struct SeenPaper {
    /// Its place: `/api/v1/codes/papers/{place}/content`.
    place: u16,
    title: String,
    #[schema(value_type = KindCode)]
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    issued_on: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date, nullable = false)]
    expires_on: Option<String>,
}

/// What somebody was given.
#[derive(Serialize, ToSchema)]
struct SeenShare {
    /// Whose papers.
    holder: String,
    /// For whom.
    recipient: String,
    /// What for.
    purpose: String,
    /// Until when it may be read (RFC 3339, UTC).
    #[schema(format = DateTime)]
    until: String,
    papers: Vec<SeenPaper>,
    /// What is borne from now on.
    pass: String,
}

impl From<GivenView> for SeenShare {
    fn from(view: GivenView) -> Self {
        let papers = view.fields.papers.iter().map(|paper| SeenPaper {
            place: paper.place,
            title: paper.title.as_str().to_owned(),
            kind: paper.kind.code(),
            issued_on: paper.issued_on.map(|day| day.to_string()),
            expires_on: paper.expires_on.map(|day| day.to_string()),
        });
        Self {
            holder: view.fields.holder.as_str().to_owned(),
            recipient: view.fields.institution.as_str().to_owned(),
            purpose: view.fields.purpose.as_str().to_owned(),
            until: view.row.until.rfc3339(),
            papers: papers.collect(),
            pass: view.pass,
        }
    }
}

/// The list of what was given. The holder's journal says who looked.
#[utoipa::path(
    get,
    path = "/api/v1/codes/papers",
    operation_id = "list_given",
    tag = "codes",
    security(()),
    params(("Consigne-Pass" = Option<String>, Header, description = "What saying who you are gave.")),
    responses(
        (status = 200, description = "The list.", body = SeenShare),
        (status = 401, description = "The time is over: come in again (`/problems/pass-over`)."),
        (status = 404, description = "Nothing was given, or it is not there any more (`/problems/not-found`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`)."),
        (status = 410, description = "It has ended, was stopped, or was read as often as it may be (`/problems/share-over`)."),
        (status = 422, description = "Say who you are first (`/problems/bad-field`)."),
        (status = 429, description = "Too often in an hour (`/problems/too-many`)."),
    ),
)]
pub async fn list(State(site): State<Site>, visitor: Visitor, headers: HeaderMap) -> Response {
    unlisted(match site.lockers().given_by_pass(&visitor.caller, pass(&headers)).await {
        Ok(view) => Json(SeenShare::from(view)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    })
}

/// A paper's place, in an address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct PlaceIds {
    /// The paper's place, from 1.
    #[param(minimum = 1)]
    place: String,
}

/// A paper that opens, as it is answered.
pub fn sent(opened: Opened) -> Response {
    unlisted(match opened {
        Opened::Marked { title, size, body } => copy(&title, size, body),
        Opened::AsItIs(reading) => {
            let mut out = described(&reading.paper, true);
            out.retain(|(name, _)| name != "accept-ranges");
            out.push((CONTENT_LENGTH, (reading.range.end - reading.range.start).to_string()));
            answer(StatusCode::OK, out, body(reading.body))
        }
    })
}

fn copy(title: &str, size: u64, pieces: Pieces) -> Response {
    let plain: String =
        title.chars().map(|c| if c.is_ascii_alphanumeric() || " -_".contains(c) { c } else { '_' }).collect();
    let real: String = title
        .bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect();
    let headers = vec![
        (CONTENT_TYPE, "application/pdf".to_owned()),
        (CONTENT_LENGTH, size.to_string()),
        (CONTENT_DISPOSITION, format!("inline; filename=\"{plain}.pdf\"; filename*=UTF-8''{real}.pdf")),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'".to_owned(),
        ),
    ];
    answer(StatusCode::OK, headers, body(pieces))
}

/// Opens a paper: a PDF with words across each page, for whom it is, what for, of which day. The holder's journal says so before the first byte.
///
/// What can't be marked comes as it is where its holder said that it may.
#[utoipa::path(
    get,
    path = "/api/v1/codes/papers/{place}/content",
    operation_id = "read_given",
    tag = "codes",
    security(()),
    params(PlaceIds, ("Consigne-Pass" = Option<String>, Header, description = "What saying who you are gave.")),
    responses(
        (status = 200, description = "The copy, whole.", body = Vec<u8>, content_type = "*/*", headers(
            ("Content-Disposition" = String, description = "Its file name (RFC 6266)."),
            ("Consigne-Pass" = String, description = "What is borne from now on."),
        )),
        (status = 401, description = "The time is over: come in again (`/problems/pass-over`)."),
        (status = 404, description = "Nothing was given at that place (`/problems/not-found`)."),
        (status = 409, description = "Its holder has paused it (`/problems/share-paused`), or it can't be marked (`/problems/not-marked`)."),
        (status = 410, description = "It has ended, was stopped, was read as often as it may be, or its holder has put that paper away \
            (`/problems/share-over`)."),
        (status = 422, description = "Say who you are first (`/problems/bad-field`)."),
        (status = 429, description = "Too often in an hour (`/problems/too-many`)."),
    ),
)]
pub async fn read(
    State(site): State<Site>,
    visitor: Visitor,
    Path(PlaceIds { place }): Path<PlaceIds>,
    headers: HeaderMap,
) -> Response {
    // No paper has the place 0.
    let place = place.parse().unwrap_or(0);
    match site.lockers().open_by_pass(&visitor.caller, pass(&headers), place).await {
        Ok((opened, pass)) => {
            let mut response = sent(opened);
            if let Ok(pass) = HeaderValue::from_str(&pass) {
                response.headers_mut().insert(HeaderName::from_static(PASS_HEADER), pass);
            }
            response
        }
        Err(error) => unlisted(problem::of(visitor.locale, &error)),
    }
}

/// What is read of an error by a page.
pub fn is_over(error: &LockerError) -> bool {
    *error == LockerError::Refused(crate::domain::entry::Reason::PassOver)
}
