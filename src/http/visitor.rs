//! Who a request comes from, and the language they read: the first thing each handler takes.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;

use super::Site;
use super::oauth::is_for_programs;
use crate::access::{Caller, Token};
use crate::domain::ids::{RequestId, VisitId};
use crate::domain::institution::ClientToken;
use crate::locker::institutions::TokenAddresses;
use crate::words::Locale;

/// The session's cookie. `__Host-`: only over TLS (or loopback), only this host, every path.
pub const SESSION_COOKIE: &str = "__Host-consigne";
/// The cookie that binds a sign-in to the browser that began it.
pub const SIGN_IN_COOKIE: &str = "__Host-consigne-entree";
/// The cookie that says, to whoever comes back from signing out at the issuer, that it was they who left.
pub const LEAVING_COOKIE: &str = "__Host-consigne-sortie";
/// A window's cookie: a holder answers by it, on an aidant's device. Nothing else takes it.
pub const WINDOW_COOKIE: &str = "__Host-consigne-fenetre";
/// The cookie that says, to whoever comes back from signing out after a window, how it ended.
pub const WINDOW_LEFT_COOKIE: &str = "__Host-consigne-rendu";
/// The cookie that says that a device was handed to a holder, who is on their way to their issuer for a window.
pub const HANDED_COOKIE: &str = "__Host-consigne-remis";
/// What was typed on the page of messages, while who typed it proves again who they are.
pub const TYPED_COOKIE: &str = "__Host-consigne-saisie";
/// What was said of how a proposal was read, while who said it proves again who they are.
pub const ANSWER_COOKIE: &str = "__Host-consigne-accord";
/// What somebody bears who came in by the code of a share. Nothing else takes it, and it takes nothing of a session.
pub const CODE_COOKIE: &str = "__Host-consigne-code";
/// What a holder typed of whom they give papers to, while they prove again who they are.
pub const GIVING_COOKIE: &str = "__Host-consigne-don";
/// The header in which a helper's program names the visit that a request belongs to.
pub const VISIT_HEADER: &str = "consigne-visit";
/// The cookie that keeps the language.
pub const LANGUAGE_COOKIE: &str = "consigne-langue";

/// A request's bearer.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// For the door.
    pub caller: Caller,
    /// The language to answer in.
    pub locale: Locale,
}

/// The value of a cookie.
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value)
}

fn language(parts: &Parts) -> Locale {
    let asked = parts.uri.query().and_then(|query| {
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(key, _)| key == "lang")
            .map(|(_, value)| value.into_owned())
    });
    asked.as_deref().or_else(|| cookie(&parts.headers, LANGUAGE_COOKIE)).and_then(Locale::from_code).unwrap_or_default()
}

fn address(parts: &Parts, site: &Site) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let told = site.settings().client_address_header.as_ref().and_then(|name| {
        // The last address is the one that our own proxy added; the ones before it are the client's word.
        parts.headers.get_all(name).iter().next_back()?.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
    });
    told.or(peer).unwrap_or(IpAddr::from([0, 0, 0, 0]))
}

/// The part of an address that one household or one operator holds: the whole of IPv4, the /64 of IPv6.
fn neighbourhood(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(v4) => v4.octets().to_vec(),
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or_else(
            || v6.octets().first_chunk::<8>().copied().unwrap_or_default().to_vec(),
            |v4| v4.octets().to_vec(),
        ),
    }
}

/// The token of a program (RFC 6750 §2.1).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut told = headers.get_all(AUTHORIZATION).iter();
    let (scheme, text) = told.next().filter(|_| told.next().is_none())?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| text.trim())
}

fn client(site: &Site, text: &str) -> Option<ClientToken> {
    site.lockers().client_token(&TokenAddresses::of(&site.origin()), text)
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Infallible> {
        let request = RequestId::draw(site.lockers().door().source());
        let (token, client) = if is_for_programs(parts.uri.path()) {
            (None, bearer(&parts.headers).and_then(|text| client(site, text)))
        } else {
            (cookie(&parts.headers, SESSION_COOKIE).and_then(Token::from_cookie), None)
        };
        let origin = site.lockers().origin_of(&neighbourhood(address(parts, site)));
        // One that is no id is one of no visit: nothing of it is theirs.
        let visit = parts.headers.get(VISIT_HEADER).map(|value| {
            let id = value.to_str().ok().and_then(|text| text.parse().ok());
            id.unwrap_or(VisitId::from_uuid(uuid::Uuid::nil()))
        });
        Ok(Self { caller: Caller { token, visit, client, office: None, request, origin }, locale: language(parts) })
    }
}
