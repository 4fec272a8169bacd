//! The authorization endpoint (OIDC Core §3.1.2) and the page where one chooses who to be.
//!
//! Like the real issuers, it answers a wrong request with an HTML page, never by a redirect.

use std::sync::Arc;

use axum::extract::{RawForm, RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use url::{Url, form_urlencoded};

use super::memory::Granted;
use super::people::{DemoPerson, PEOPLE, person};
use super::{Issuer, page};
use crate::domain::person::IssuerKind;

/// `FranceConnect`'s least length of a nonce.
const MIN_NONCE: usize = 22;
/// What `ProConnect` documents, PKCE included; it refuses anything else.
const PROFESSIONAL_KNOWS: [&str; 14] = [
    "acr_values",
    "claims",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "idp_hint",
    "login_hint",
    "nonce",
    "prompt",
    "redirect_uri",
    "response_type",
    "scope",
    "siret_hint",
    "state",
];

/// A request that is right.
struct Asked {
    client_id: String,
    redirect_uri: Url,
    state: String,
    nonce: String,
    scope: String,
    challenge: Option<String>,
    hint: Option<&'static DemoPerson>,
    no_page: bool,
}

/// The parameter in cause, and what it should be.
struct Mistake(String, &'static str);

/// `GET authorize`: straight back with a code when `login_hint` names somebody, the page otherwise.
pub(super) async fn show(State(issuer): State<Arc<Issuer>>, RawQuery(query): RawQuery) -> Response {
    let parameters = pairs(query.unwrap_or_default().as_bytes());
    let asked = match read(&issuer, &parameters) {
        Ok(asked) => asked,
        Err(Mistake(parameter, rule)) => return page::wrong(&parameter, rule),
    };
    match asked.hint {
        Some(person) => grant(&issuer, &asked, person, StatusCode::FOUND),
        None if asked.no_page => back(&issuer, &asked, &[("error", "login_required")], StatusCode::FOUND),
        None => {
            let people = PEOPLE.iter().filter(|person| person.kind == issuer.kind).collect();
            let choose = page::Choose { kind: issuer.kind, people, parameters: &parameters };
            page::page(StatusCode::OK, &choose, Some(&asked.redirect_uri))
        }
    }
}

/// `POST choose`: the page's form. It carries the request, which is checked again.
pub(super) async fn choose(State(issuer): State<Arc<Issuer>>, RawForm(form): RawForm) -> Response {
    let (ours, parameters): (Vec<_>, Vec<_>) =
        pairs(&form).into_iter().partition(|(name, _)| name == "person" || name == "refuse");
    let asked = match read(&issuer, &parameters) {
        Ok(asked) => asked,
        Err(Mistake(parameter, rule)) => return page::wrong(&parameter, rule),
    };
    match ours.as_slice() {
        [(name, _)] if name == "refuse" => {
            let said = [("error", "access_denied"), ("error_description", "User auth aborted")];
            back(&issuer, &asked, &said, StatusCode::SEE_OTHER)
        }
        [(_, hint)] => match person(issuer.kind, hint) {
            Some(person) => grant(&issuer, &asked, person, StatusCode::SEE_OTHER),
            None => page::wrong("person", "une personne de la liste"),
        },
        _ => page::wrong("person", "une seule personne"),
    }
}

/// Gives a code.
fn grant(issuer: &Issuer, asked: &Asked, person: &'static DemoPerson, status: StatusCode) -> Response {
    let code = issuer.draw();
    let now = issuer.source.now();
    let granted = Granted {
        client_id: asked.client_id.clone(),
        redirect_uri: asked.redirect_uri.to_string(),
        person,
        nonce: asked.nonce.clone(),
        scope: asked.scope.clone(),
        challenge: asked.challenge.clone(),
        at: now,
    };
    match issuer.memory().keep_code(code.clone(), granted, now) {
        Ok(()) => back(issuer, asked, &[("code", &code)], status),
        Err(_) => back(issuer, asked, &[("error", "temporarily_unavailable")], status),
    }
}

/// Sends the person back with `state` and `iss` (RFC 9207).
fn back(issuer: &Issuer, asked: &Asked, said: &[(&str, &str)], status: StatusCode) -> Response {
    let mut url = asked.redirect_uri.clone();
    url.query_pairs_mut().extend_pairs(said).append_pair("state", &asked.state).append_pair("iss", issuer.url.as_str());
    redirect(&url, status)
}

/// A redirect with an exact status.
pub(super) fn redirect(url: &Url, status: StatusCode) -> Response {
    match HeaderValue::try_from(url.as_str()) {
        Ok(location) => (status, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Names and values, in order, repetitions kept.
pub(super) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

/// The one value of a parameter. RFC 6749 §3.1: repeated is wrong, empty is absent.
pub(super) fn one<'p>(parameters: &'p [(String, String)], name: &str) -> Result<Option<&'p str>, ()> {
    let mut values = parameters.iter().filter(|(n, _)| n == name).map(|(_, value)| value.as_str());
    match (values.next(), values.next()) {
        (value, None) => Ok(value.filter(|value| !value.is_empty())),
        _ => Err(()),
    }
}

fn read(issuer: &Issuer, parameters: &[(String, String)]) -> Result<Asked, Mistake> {
    let optional =
        |name: &'static str| one(parameters, name).map_err(|()| Mistake(name.to_owned(), "une seule valeur"));
    let needed =
        |name: &'static str| optional(name)?.ok_or_else(|| Mistake(name.to_owned(), "ce paramètre est obligatoire"));
    let wrong = |name: &str, rule| Err(Mistake(name.to_owned(), rule));

    let client_id = needed("client_id")?;
    let Some(client) = issuer.client(client_id) else {
        return wrong("client_id", "un programme connu de ce fournisseur");
    };
    let redirect_uri = needed("redirect_uri")?;
    let Some(redirect_uri) = client.redirect_uris.iter().find(|known| known.as_str() == redirect_uri) else {
        return wrong("redirect_uri", "une adresse déclarée, à l’identique");
    };
    if needed("response_type")? != "code" {
        return wrong("response_type", "code");
    }
    let scope = needed("scope")?;
    if !scope.split(' ').any(|one| one == "openid") {
        return wrong("scope", "contient openid");
    }
    let state = needed("state")?;
    let nonce = needed("nonce")?;
    if nonce.len() < MIN_NONCE {
        return wrong("nonce", "au moins 22 caractères");
    }
    let challenge = optional("code_challenge")?;
    match issuer.kind {
        IssuerKind::Holder => {
            needed("acr_values")?;
            for name in ["code_challenge", "code_challenge_method"] {
                if optional(name)?.is_some() {
                    return wrong(name, "ce fournisseur ne l’accepte pas");
                }
            }
        }
        IssuerKind::Professional => {
            if let Some((name, _)) = parameters.iter().find(|(n, _)| !PROFESSIONAL_KNOWS.contains(&n.as_str())) {
                return wrong(name, "ce fournisseur ne connaît pas ce paramètre");
            }
            let method = optional("code_challenge_method")?;
            // RFC 7636 §4.3: without a method the challenge is `plain`, which is refused too.
            if challenge.is_some() != method.is_some() || method.is_some_and(|method| method != "S256") {
                return wrong("code_challenge_method", "S256");
            }
            // §4.2: the base64url of 32 bytes.
            if challenge.is_some_and(|challenge| challenge.len() != 43) {
                return wrong("code_challenge", "43 caractères");
            }
        }
    }
    Ok(Asked {
        client_id: client_id.to_owned(),
        redirect_uri: redirect_uri.clone(),
        state: state.to_owned(),
        nonce: nonce.to_owned(),
        scope: scope.to_owned(),
        challenge: challenge.map(str::to_owned),
        hint: optional("login_hint")?.and_then(|hint| person(issuer.kind, hint)),
        no_page: optional("prompt")? == Some("none"),
    })
}
