//! What an institution's program shows to get a token: a JWT signed with a key that the operator has registered (RFC 7523, `private_key_jwt`).
//!
//! The key says which algorithm verifies: never the assertion. No leeway: an assertion is good from its `nbf` to its `exp`, to the second.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;

use super::TokenFault;
use super::userinfo::{Claims, header_of, moment};
use crate::domain::ids::InstitutionId;
use crate::domain::institution::{KEY_NAME_MAX, KEYS_MAX, Point, PublicKey};
use crate::domain::source::Timestamp;

/// Longest assertion, in bytes.
const ASSERTION_MAX: usize = 4_096;
/// Longest time between now and an assertion's end: what was stolen from a log is soon worth nothing.
pub const ASSERTION_LIFE: Duration = Duration::from_mins(5);
/// Longest name of an assertion (`jti`), in bytes.
const NAME_MAX: usize = 256;
/// What a header may call its type (RFC 7523bis §4 and, before it, nothing or `JWT`).
const TYPES: [&str; 2] = ["jwt", "client-authentication+jwt"];

/// An assertion that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asserted {
    /// Its name: it is taken once.
    pub name: String,
    /// Its end.
    pub until: Timestamp,
}

/// Whom an assertion says it is of: nothing of it is verified.
pub fn named(assertion: &str) -> Option<InstitutionId> {
    if assertion.len() > ASSERTION_MAX {
        return None;
    }
    let claims = BASE64URL_NOPAD.decode(assertion.split('.').nth(1)?.as_bytes()).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    claims.get("iss")?.as_str()?.parse().ok()
}

/// Verifies an assertion. `audience`: the address of the token endpoint. An institution that is not registered has no keys; the work is
/// the same.
///
/// # Errors
/// What is wrong with it, for the log alone: whoever showed it is told that it is wrong.
pub fn verify(
    assertion: &str,
    institution: Option<InstitutionId>,
    keys: &[PublicKey],
    audience: &str,
    now: Timestamp,
) -> Result<Asserted, TokenFault> {
    if assertion.len() > ASSERTION_MAX || assertion.split('.').count() != 3 {
        return Err(TokenFault::Malformed);
    }
    let header = header_of(assertion)?;
    let of = |name: &str| header.get(name).and_then(Value::as_str);
    // A critical extension that is not understood; a token within a token; a key that comes with what it is to prove.
    if ["crit", "cty", "jwk", "jku", "x5u", "x5c"].iter().any(|name| header.contains_key(*name)) {
        return Err(TokenFault::Malformed);
    }
    if header.contains_key("typ") && !of("typ").is_some_and(|typ| TYPES.contains(&typ.to_ascii_lowercase().as_str())) {
        return Err(TokenFault::Malformed);
    }
    let named = of("kid").ok_or(TokenFault::UnknownKey)?;
    let known = keys.iter().find(|key| key.name == named);
    let decoy = decoy(of("alg"));
    let point = known.map_or(&decoy, |key| &key.point);
    let is_its_algorithm = of("alg") == Some(point.algorithm());
    let claims = if is_its_algorithm || known.is_none() { signed(assertion, point) } else { None };
    if known.is_none() {
        return Err(TokenFault::UnknownKey);
    }
    if !is_its_algorithm {
        return Err(TokenFault::Algorithm);
    }
    let claims = claims.ok_or(TokenFault::Signature)?;
    claimed(&claims, institution, audience, now)
}

/// What is claimed, once the signature is right.
fn claimed(
    claims: &Claims,
    institution: Option<InstitutionId>,
    audience: &str,
    now: Timestamp,
) -> Result<Asserted, TokenFault> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let institution = institution.ok_or(TokenFault::Issuer)?.to_string();
    if text("iss") != Some(institution.as_str()) {
        return Err(TokenFault::Issuer);
    }
    if text("sub") != Some(institution.as_str()) {
        return Err(TokenFault::Subject);
    }
    // One audience, us, written alone or as a list of one (RFC 7519 §4.1.3): what is meant for others too may be shown by them.
    let meant = match claims.get("aud") {
        Some(Value::Array(list)) if list.len() == 1 => list.first(),
        other => other,
    };
    if meant.and_then(Value::as_str) != Some(audience) {
        return Err(TokenFault::Audience);
    }
    let until = moment(claims, "exp")?.ok_or(TokenFault::Malformed)?;
    if now >= until {
        return Err(TokenFault::Expired);
    }
    if until > now.plus(ASSERTION_LIFE) {
        return Err(TokenFault::NotYet);
    }
    for claim in ["nbf", "iat"] {
        if moment(claims, claim)?.is_some_and(|start| start > now) {
            return Err(TokenFault::NotYet);
        }
    }
    let name = text("jti").filter(|name| (1..=NAME_MAX).contains(&name.len())).ok_or(TokenFault::Malformed)?;
    Ok(Asserted { name: name.to_owned(), until })
}

/// The claims, if the signature is of that key.
pub(super) fn signed(assertion: &str, point: &Point) -> Option<Claims> {
    let (key, algorithm) = match point {
        Point::Ed25519 { x } => (DecodingKey::from_ed_components(x).ok()?, Algorithm::EdDSA),
        Point::P256 { x, y } => (DecodingKey::from_ec_components(x, y).ok()?, Algorithm::ES256),
    };
    let mut only_signature = Validation::new(algorithm);
    only_signature.required_spec_claims.clear();
    only_signature.validate_exp = false;
    only_signature.validate_nbf = false;
    only_signature.validate_aud = false;
    jsonwebtoken::decode::<Claims>(assertion, &key, &only_signature).ok().map(|token| token.claims)
}

/// A key of an algorithm, so that the work is the same where none is registered. (The examples of RFC 7517 §A.1 and RFC 8037 §A.2.)
fn decoy(algorithm: Option<&str>) -> Point {
    if algorithm == Some("ES256") {
        let (x, y) = ("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4", "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
        return Point::P256 { x: x.to_owned(), y: y.to_owned() };
    }
    Point::Ed25519 { x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned() }
}

/// Why a file of public keys is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    /// It is no JWK set.
    #[error("it is not a set of public keys: JSON with a list `keys` (RFC 7517 §5) is expected")]
    NotASet,
    /// A private key: whoever has seen it can sign.
    #[error("it holds a PRIVATE key. Treat that key as stolen: make another, and send only its public half")]
    Private,
    /// None, or too many.
    #[error("it must hold 1 to {KEYS_MAX} keys")]
    Number,
    /// A key has no name, or two have the same.
    #[error("each key must have a name of its own (`kid`), of 1 to {KEY_NAME_MAX} characters")]
    Name,
    /// Another algorithm, or a point that is none.
    #[error("the key {0} is not an Ed25519 key (`kty` OKP) nor a P-256 key (`kty` EC) with a valid point")]
    Key(String),
}

/// Reads a JWK set (RFC 7517 §5) of public keys.
///
/// # Errors
/// [`KeySetError`].
pub fn key_set(text: &str) -> Result<Vec<PublicKey>, KeySetError> {
    let set: Value = serde_json::from_str(text).map_err(|_| KeySetError::NotASet)?;
    let list = set.get("keys").and_then(Value::as_array).ok_or(KeySetError::NotASet)?;
    // Private members of every kind of key (RFC 7518 §6).
    if list.iter().any(|key| ["d", "k", "p", "q"].iter().any(|member| key.get(member).is_some())) {
        return Err(KeySetError::Private);
    }
    if list.is_empty() || list.len() > KEYS_MAX {
        return Err(KeySetError::Number);
    }
    let mut keys: Vec<PublicKey> = Vec::with_capacity(list.len());
    for key in list {
        let text = |member: &str| key.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let name = text("kid");
        let is_new = !keys.iter().any(|known| known.name == name);
        if !(1..=KEY_NAME_MAX).contains(&name.len()) || !is_new {
            return Err(KeySetError::Name);
        }
        let point = match (text("kty").as_str(), text("crv").as_str()) {
            ("OKP", "Ed25519") => Point::Ed25519 { x: text("x") },
            ("EC", "P-256") => Point::P256 { x: text("x"), y: text("y") },
            _ => return Err(KeySetError::Key(name)),
        };
        let meant = key.get("alg").and_then(Value::as_str);
        if !is_point(&point) || meant.is_some_and(|meant| meant != point.algorithm()) {
            return Err(KeySetError::Key(name));
        }
        keys.push(PublicKey { name, point });
    }
    Ok(keys)
}

/// Whether coordinates are of a point on the curve.
fn is_point(point: &Point) -> bool {
    let bytes = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
    match point {
        Point::Ed25519 { x } => bytes(x).is_some(),
        Point::P256 { x, y } => bytes(x).zip(bytes(y)).is_some_and(|(x, y)| {
            let encoded = p256::EncodedPoint::from_affine_coordinates(&x.into(), &y.into(), false);
            p256::PublicKey::from_sec1_bytes(encoded.as_bytes()).is_ok()
        }),
    }
}
