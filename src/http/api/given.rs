//! `POST /api/v1/lockers/{locker}/shares`: papers for somebody without an account, by a code. `…/{share}`: what was done with one. `…/paper`: the
//! paper that bears a code.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{InLocker, LockerIds};
use super::shares::{GivenIds, OnGiven, Share};
use crate::domain::document::{Day, FieldError};
use crate::domain::help::Purpose;
use crate::domain::organisation::Name;
use crate::http::Site;
use crate::http::printed::{addresses, code_at, pdf};
use crate::http::problem;
use crate::locker::LockerError;
use crate::locker::given_codes::{ToSomebody, Use};

/// A paper for somebody.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenPaper {
    #[schema(format = "uuid")]
    document: String,
    /// The version that was looked at: if there is a newer one by now, nothing is given.
    #[schema(format = "uuid", nullable = false)]
    version: Option<String>,
}

/// What is given to somebody without an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Giving {
    /// The papers, each by itself.
    #[schema(min_items = 1, max_items = 100)]
    papers: Vec<GivenPaper>,
    /// To whom: a name that the holder will know again.
    #[schema(max_length = 120)]
    recipient: String,
    /// What for, in words: it stands across what they see.
    #[schema(max_length = 200)]
    purpose: String,
    /// The last day on which it may be read, at most a year from now; 30 days from now otherwise. With `days`: the last on which the time can
    /// begin and end; 183 days from now otherwise.
    #[schema(format = Date, nullable = false)]
    until: Option<String>,
    /// So many days from the first use: for a code on paper.
    #[schema(nullable = false, minimum = 1, maximum = 365)]
    days: Option<u16>,
    /// How often papers may be opened at most, all together; as often as they like otherwise.
    #[schema(nullable = false, minimum = 1, maximum = 10000)]
    readings: Option<u32>,
    /// Whether papers that can't be marked (other than PDF, JPEG, PNG, WebP) are shown as they are. Otherwise nothing is given if there are such.
    #[serde(default)]
    unmarked: bool,
}

impl Giving {
    fn read(self) -> Result<ToSomebody, LockerError> {
        let wrong = |field, error| LockerError::Field { field, error };
        let nothing = || wrong("papers", FieldError::NoSuchPaper);
        let paper = |one: GivenPaper| {
            let version = one.version.map(|id| id.parse().map_err(|_| nothing())).transpose()?;
            Ok::<_, LockerError>((one.document.parse().map_err(|_| nothing())?, version))
        };
        Ok(ToSomebody {
            papers: self.papers.into_iter().map(paper).collect::<Result<_, _>>()?,
            recipient: Name::parse(&self.recipient).map_err(|error| wrong("recipient", error))?,
            purpose: Purpose::parse(&self.purpose).map_err(|error| wrong("purpose", error))?,
            until: self.until.as_deref().map(Day::parse).transpose().map_err(|error| wrong("until", error))?,
            days: self.days,
            readings: self.readings,
            unmarked: self.unmarked,
        })
    }
}

/// What was given, with its code.
#[derive(Serialize, ToSchema)]
struct GivenTo {
    /// Its id: to look at it, to pause it, to stop it.
    #[schema(format = "uuid")]
    share: String,
    /// Twelve letters and figures, in groups. Told once: it is kept nowhere.
    code: String,
    /// Until when it may be read at the latest (RFC 3339, UTC).
    #[schema(format = DateTime)]
    until: String,
}

/// Gives papers to somebody without an account, each in the version that it has now: a code, which they use with the holder's surname.
///
/// Needs a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/shares",
    operation_id = "give_by_code",
    tag = "requests",
    params(LockerIds),
    request_body = Giving,
    responses(
        (status = 201, description = "Given.", body = GivenTo, headers(("Location" = String, description = "Its address."))),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "A field is wrong, a paper is not there or can't be marked (`/problems/bad-field`): `field` names it. Nothing \
            was given."),
    ),
)]
pub async fn give(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    body: Result<Json<Giving>, JsonRejection>,
) -> Response {
    let missing = LockerError::Field { field: "papers", error: FieldError::Missing };
    let given = match body.map_err(|_| missing).and_then(|Json(body)| body.read()) {
        Ok(given) => site.lockers().give_by_code(&visitor.caller, locker, &given).await,
        // Who may not is told so first.
        Err(error) => site.lockers().note_unread_giving(&visitor.caller, locker).await.and(Err(error)),
    };
    match given {
        Ok(given) => {
            let location = format!("/api/v1/lockers/{locker}/shares/{}", given.share);
            let told = GivenTo {
                share: given.share.to_string(),
                code: given.code.shown().as_str().to_owned(),
                until: given.until.rfc3339(),
            };
            (StatusCode::CREATED, [(LOCATION, location)], Json(told)).into_response()
        }
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Something that was done with what was handed over.
#[derive(Serialize, ToSchema)]
struct UseShape {
    /// When (RFC 3339, UTC).
    #[schema(format = DateTime)]
    at: String,
    /// `share.enter`: came in by the code. `share.receive`: looked at the list. `content.read`: opened a paper.
    action: &'static str,
    /// Why it was refused, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refused: Option<&'static str>,
    /// Who, as they or their program said.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reader: Option<String>,
    /// Which of the papers, by its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    place: Option<u16>,
}

impl From<&Use> for UseShape {
    fn from(one: &Use) -> Self {
        Self {
            at: one.at.rfc3339(),
            action: one.action.code(),
            refused: one.refused.map(crate::domain::entry::Reason::code),
            reader: one.reader.as_ref().map(|name| name.as_str().to_owned()),
            place: one.place,
        }
    }
}

/// What was handed over, with what was done with it.
#[derive(Serialize, ToSchema)]
struct ShareWhole {
    #[serde(flatten)]
    share: Share,
    /// The newest first.
    uses: Vec<UseShape>,
}

/// One of what the holder handed over, and what was done with it: by whom, when, what.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/shares/{share}",
    operation_id = "view_share",
    tag = "requests",
    params(GivenIds),
    responses((status = 200, description = "What it is, and its uses.", body = ShareWhole)),
)]
pub async fn view(State(site): State<Site>, on: OnGiven) -> Response {
    match site.lockers().share(&on.visitor.caller, (on.locker, on.share)).await {
        Ok((view, uses)) => {
            let uses = uses.iter().map(UseShape::from).collect();
            Json(ShareWhole { share: Share::of(&view, false), uses }).into_response()
        }
        Err(error) => problem::of(on.visitor.locale, &error),
    }
}

/// The code of a share.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShareCode {
    /// As it was told; case, spaces and dashes don't matter.
    code: String,
}

/// Makes the paper that bears a code, for whoever it was made for: how to use it, until when. The code is kept nowhere: it is sent here.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/shares/{share}/paper",
    operation_id = "print_code",
    tag = "requests",
    params(GivenIds),
    request_body = ShareCode,
    responses(
        (status = 200, description = "A PDF (PDF/UA-1, PDF/A-2a).", body = Vec<u8>, content_type = "application/pdf", headers(
            ("Content-Disposition" = String, description = "The name to save it under."),
        )),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 410, description = "It has ended (`/problems/share-over`)."),
        (status = 422, description = "It is not the code of that share (`/problems/wrong-code`)."),
    ),
)]
pub async fn paper(State(site): State<Site>, on: OnGiven, body: Result<Json<ShareCode>, JsonRejection>) -> Response {
    let code = body.map(|Json(body)| body.code).unwrap_or_default();
    let of = (on.locker, on.share);
    match site.lockers().code_on_paper(&on.visitor.caller, of, &code, &addresses(&site), &code_at(&site)).await {
        Ok(bytes) => pdf("code", bytes),
        Err(error) => problem::of(on.visitor.locale, &error),
    }
}
