//! In and out: `/auth/{holder|professional}/login`, its callback, `/auth/logout`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE, USER_AGENT};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Site;
use super::openapi::IssuerCode;
use super::pages::Back;
use super::problem;
use super::sentences;
use super::visitor::{LEAVING_COOKIE, SESSION_COOKIE, SIGN_IN_COOKIE, Visitor, WINDOW_COOKIE, cookie};
use super::windows;
use crate::domain::device::Device;
use crate::domain::person::IssuerKind;
use crate::identity::Answer;
use crate::locker::windows::AtWindow;
use crate::locker::{Arrival, Departure, EntranceError};

/// Its routes.
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::default()
        .routes(routes!(login))
        .routes(routes!(callback))
        .routes(routes!(jwks))
        .routes(routes!(logout))
}

/// How to sign in.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LoginQuery {
    /// Passed on to the provider: whom to propose.
    login_hint: Option<String>,
    /// `1`: somebody signed in proves again who they are.
    step_up: Option<String>,
    /// Where to go on to.
    next: Option<String>,
    /// A window that was opened on this device (`POST /api/v1/windows`): the holder signs in to it, and to nothing else.
    window: Option<String>,
}

/// Longest address that is gone on to.
const NEXT_MAX: usize = 2000;

/// Whether an address stays on this site: one `/` at the start, and nothing that a browser reads as another host.
pub fn is_local(path: &str) -> bool {
    path.starts_with('/')
        && !path.starts_with("//")
        && path.len() <= NEXT_MAX
        // What JSON would write twice as long is in no address of ours.
        && path.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'\\' | b'"'))
}

/// Whether one may be sent on to an address after coming in. Not to the entrance itself: it would go round and round. Not to
/// what programs ask: a link that signs in and goes on to an export would leave a copy of everything on a shared device.
fn may_go_on_to(path: &str) -> bool {
    is_local(path) && ["/auth/", "/api/"].iter().all(|elsewhere| !path.starts_with(elsewhere))
}

pub(super) fn set_cookie(name: &str, value: &str, life: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{life}")).ok()
}

pub(super) fn clear(name: &str) -> Option<HeaderValue> {
    set_cookie(name, "", "; Max-Age=0")
}

pub(super) fn redirect(to: &str, cookies: impl IntoIterator<Item = Option<HeaderValue>>) -> Response {
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_str(to).unwrap_or(HeaderValue::from_static("/")));
    for cookie in cookies.into_iter().flatten() {
        headers.append(SET_COOKIE, cookie);
    }
    response
}

fn failed(site: &Site, visitor: &Visitor, headers: &HeaderMap, error: &EntranceError) -> Response {
    failed_to(site, visitor, headers, (error, Back::of(headers)))
}

/// The same, where the way back is known otherwise.
fn failed_to(site: &Site, visitor: &Visitor, headers: &HeaderMap, (error, back): (&EntranceError, Back)) -> Response {
    let fault = sentences::entrance_fault(error);
    let mut response = problem::told_to(site, headers, visitor.locale, (fault.status, fault.code), back);
    if let Some(cookie) = clear(SIGN_IN_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Begins to sign in.
///
/// Sends the browser to the identity provider.
#[utoipa::path(
    get,
    path = "/auth/{kind}/login",
    operation_id = "begin_sign_in",
    tag = "sign-in",
    security(()),
    params(("kind" = inline(IssuerCode), Path, description = "Which provider."), LoginQuery),
    responses(
        (status = 303, description = "To the identity provider.", headers(
            ("Location" = String, description = "The provider's page."),
            ("Set-Cookie" = String, description = "Binds this sign-in to this browser, for 15 minutes."),
        )),
        (status = 400, description = "The query does not read (`/problems/bad-request`)."),
        (status = 401, description = "With `window`: nobody is signed in on this device (`/problems/not-signed-in`), or it is not \
                                      the one that opened that window, which is over or taken (`/problems/window-over`)."),
        (status = 429, description = "With `window`: too many refusals (`/problems/too-many`). Wait."),
        (status = 404, description = "There is no such provider (`/problems/no-issuer`)."),
        (status = 502, description = "The provider does not answer (`/problems/issuer-away`)."),
    ),
)]
async fn login(
    State(site): State<Site>,
    visitor: Visitor,
    Path(kind): Path<String>,
    query: Result<Query<LoginQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Some(kind) = IssuerKind::from_code(&kind) else {
        return failed(&site, &visitor, &headers, &EntranceError::NoIssuer);
    };
    let Ok(Query(query)) = query else {
        return problem::told(&site, &headers, visitor.locale, StatusCode::BAD_REQUEST, "bad-request");
    };
    if query.next.as_deref().is_some_and(|next| !may_go_on_to(next)) {
        return problem::told(&site, &headers, visitor.locale, StatusCode::BAD_REQUEST, "bad-request");
    }
    let departure = Departure {
        login_hint: query.login_hint.as_deref(),
        step_up: query.step_up.as_deref() == Some("1"),
        next: query.next.as_deref(),
        window: query.window.as_deref(),
    };
    let window = query.window.as_deref().and_then(|window| window.parse().ok());
    match site.lockers().start_sign_in(&visitor.caller, kind, departure).await {
        Ok((url, way)) => {
            let cookies = [set_cookie(SIGN_IN_COOKIE, &way, "; Max-Age=900"), windows::handed(window, &headers)];
            redirect(url.as_str(), cookies)
        }
        Err(error) => {
            let back = window.map_or_else(|| Back::of(&headers), Back::Device);
            failed_to(&site, &visitor, &headers, (&error, back))
        }
    }
}

/// Ends signing in.
///
/// Where the identity provider sends the browser back to.
#[utoipa::path(
    get,
    path = "/auth/{kind}/callback",
    operation_id = "end_sign_in",
    tag = "sign-in",
    security(()),
    params(
        ("kind" = inline(IssuerCode), Path, description = "Which provider."),
        ("code" = Option<String>, Query, description = "The provider's code."),
        ("state" = Option<String>, Query, description = "What the sign-in was begun with."),
        ("error" = Option<String>, Query, description = "Why the provider says no."),
        ("iss" = Option<String>, Query, description = "Who the provider is (RFC 9207)."),
    ),
    responses(
        (status = 303, description = "Signed in: to the first page. For a window: to what is proposed; or, where that can't be, out of \
                                      the provider again.", headers(
            ("Location" = String, description = "The first page."),
            ("Set-Cookie" = String, description = "The session; or the window, and the session on this device stays as it is."),
        )),
        (status = 400, description = "Unknown or too old (`/problems/unknown-sign-in`), or what the provider says is not \
                                      believed (`/problems/not-believed`)."),
        (status = 403, description = "The person said no (`/problems/declined`)."),
        (status = 404, description = "There is no such provider (`/problems/no-issuer`)."),
        (status = 502, description = "The provider does not answer (`/problems/issuer-away`)."),
    ),
)]
async fn callback(
    State(site): State<Site>,
    visitor: Visitor,
    Path(kind): Path<String>,
    answer: Result<Query<Answer>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Some(kind) = IssuerKind::from_code(&kind) else {
        return failed(&site, &visitor, &headers, &EntranceError::NoIssuer);
    };
    let Ok(Query(answer)) = answer else {
        return failed(&site, &visitor, &headers, &EntranceError::Unknown);
    };
    let brought = cookie(&headers, SIGN_IN_COOKIE);
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let device = Device::of_agent(agent);
    match site.lockers().finish_sign_in(&visitor.caller, kind, answer, brought, device).await {
        Ok(Arrival::In(came_in)) => redirect(
            came_in.next.as_deref().unwrap_or("/"),
            [set_cookie(SESSION_COOKIE, &came_in.cookie, ""), clear(SIGN_IN_COOKIE), windows::handed(None, &headers)],
        ),
        // The session on this device, its aidant's, stays as it is.
        Ok(Arrival::Window(AtWindow::Entered(cookie))) => redirect(
            windows::READ,
            [set_cookie(WINDOW_COOKIE, &cookie, ""), clear(SIGN_IN_COOKIE), windows::handed(None, &headers)],
        ),
        Ok(Arrival::Window(AtWindow::Turned(reason, url))) => {
            let mut response = windows::to_issuer(url.as_ref(), windows::End::of(reason));
            for cookie in [clear(SIGN_IN_COOKIE), windows::handed(None, &headers)].into_iter().flatten() {
                response.headers_mut().append(SET_COOKIE, cookie);
            }
            response
        }
        Err(error) => failed(&site, &visitor, &headers, &error),
    }
}

/// Tells what an identity provider encrypts its answers to.
///
/// The public keys of one way in (RFC 7517). Only where the provider encrypts.
#[utoipa::path(
    get,
    path = "/auth/{kind}/jwks.json",
    operation_id = "provider_keys",
    tag = "sign-in",
    security(()),
    params(("kind" = inline(IssuerCode), Path, description = "Which provider.")),
    responses(
        (status = 200, description = "A key set.", content_type = "application/jwk-set+json", body = serde_json::Value),
        (status = 404, description = "There is no such way in, or nothing is encrypted there (`/problems/no-issuer`)."),
    ),
)]
async fn jwks(State(site): State<Site>, visitor: Visitor, Path(kind): Path<String>, headers: HeaderMap) -> Response {
    match IssuerKind::from_code(&kind).and_then(|kind| site.lockers().issuer_keys(kind)) {
        Some(keys) => {
            ([(CONTENT_TYPE, "application/jwk-set+json")], Json(keys).into_response().into_body()).into_response()
        }
        None => failed(&site, &visitor, &headers, &EntranceError::NoIssuer),
    }
}

/// How to sign out.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct LogoutQuery {
    /// `1`: every session of this person.
    everywhere: Option<String>,
}

/// Whether somebody comes back from signing out at the issuer, and it was they who left.
pub fn has_left(headers: &HeaderMap, state: Option<&str>) -> bool {
    state.is_some() && state == cookie(headers, LEAVING_COOKIE)
}

/// Makes a browser forget that it was leaving.
pub fn forget_leaving(response: &mut Response) {
    if let Some(cookie) = clear(LEAVING_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Has a browser bear another session's cookie from now on.
pub fn keep_session(response: &mut Response, value: &str) {
    if let Some(cookie) = set_cookie(SESSION_COOKIE, value, "") {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Makes a browser forget its session.
pub fn forget_session(response: &mut Response) {
    if let Some(cookie) = clear(SESSION_COOKIE) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Signs out.
///
/// The session ends here, then at the identity provider. Without a session there is nothing to end, which is no error.
#[utoipa::path(
    post,
    path = "/auth/logout",
    operation_id = "sign_out",
    tag = "sign-in",
    params(LogoutQuery),
    security(()),
    responses(
        (status = 303, description = "Signed out.", headers(
            ("Location" = String, description = "The provider's page for signing out, or the first page."),
            ("Set-Cookie" = String, description = "Forgets the session."),
        )),
    ),
)]
async fn logout(
    State(site): State<Site>,
    visitor: Visitor,
    query: Result<Query<LogoutQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let Ok(Query(query)) = query else {
        return problem::told(&site, &headers, visitor.locale, StatusCode::BAD_REQUEST, "bad-request");
    };
    let left = if query.everywhere.as_deref() == Some("1") {
        site.lockers().sign_out_everywhere(&visitor.caller).await
    } else {
        site.lockers().sign_out(&visitor.caller).await
    };
    match left {
        Ok(url) => {
            // It comes back with the person (RP-Initiated Logout 1.0 §2), and then tells that they have left there too.
            let state = url.as_ref().and_then(|url| url.query_pairs().find(|(name, _)| name == "state"));
            let leaving = state.and_then(|(_, state)| set_cookie(LEAVING_COOKIE, &state, "; Max-Age=600"));
            redirect(url.as_ref().map_or("/", |url| url.as_str()), [clear(SESSION_COOKIE), leaving])
        }
        Err(error) => {
            let fault = sentences::fault(&error);
            problem::told(&site, &headers, visitor.locale, fault.status, fault.code)
        }
    }
}
