//! Claims about a person (OIDC Core §5.3): their signature, and what we keep of them.
//!
//! `openidconnect` 4.1 verifies signed userinfo in RS256 only, and `FranceConnect` signs in ES256 too: verified here,
//! with `jsonwebtoken`.

use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde_json::Value;
use zeroize::Zeroizing;

use super::metadata::Provider;
use super::relying::CLOCK_SKEW;
use super::wire::Reply;
use super::{DecryptionKey, IdentityError, IssuerSettings, Step, TokenFault};
use crate::domain::person::{CivilIdentity, IssuerKind};
use crate::domain::source::Timestamp;

/// Claims, verified.
pub(super) type Claims = serde_json::Map<String, Value>;

/// The claims of a userinfo answer: signed (`application/jwt`) or plain (`application/json`; the channel vouches for
/// them, it is https or loopback).
///
/// # Errors
/// `BadAnswer` when it is neither, `BadToken` when it is not believed.
pub(super) fn read(
    reply: &Reply,
    provider: &Provider,
    settings: &IssuerSettings,
    now: Timestamp,
) -> Result<Claims, IdentityError> {
    if !reply.status.is_success() {
        return Err(IdentityError::BadAnswer(Step::Userinfo));
    }
    match reply.media_type.as_str() {
        "application/jwt" => {
            let token = std::str::from_utf8(&reply.body).map_err(|_| IdentityError::BadAnswer(Step::Userinfo))?;
            let opened = opened(token.trim(), settings.decryption.as_ref()).map_err(IdentityError::BadToken)?;
            let token = opened.as_ref().map_or(token.trim(), |opened| opened.as_str());
            signed(token, provider, &settings.client_id, now).map_err(IdentityError::BadToken)
        }
        "application/json" => serde_json::from_slice(&reply.body).map_err(|_| IdentityError::BadAnswer(Step::Userinfo)),
        _ => Err(IdentityError::BadAnswer(Step::Userinfo)),
    }
}

/// The signed token within an encrypted one; nothing when it isn't encrypted.
pub(super) fn opened(token: &str, key: Option<&DecryptionKey>) -> Result<Option<Zeroizing<String>>, TokenFault> {
    match key {
        Some(key) if unreadable(token) == TokenFault::Encrypted => key.open(token).map(Some),
        _ => Ok(None),
    }
}

/// Why a compact token can't even be opened: five parts are an encrypted one (RFC 7516 §3.1).
pub(super) fn unreadable(token: &str) -> TokenFault {
    if token.split('.').count() == 5 { TokenFault::Encrypted } else { TokenFault::Malformed }
}

/// Verifies a signed userinfo. The library checks the signature; ends, issuer and audience are compared here, by the
/// injected clock and without leeway (its own checks read the system's clock, and let absent claims pass).
fn signed(token: &str, provider: &Provider, client_id: &str, now: Timestamp) -> Result<Claims, TokenFault> {
    if token.split('.').count() != 3 {
        return Err(unreadable(token));
    }
    let header = header_of(token)?;
    let algorithm = match header.get("alg").and_then(Value::as_str) {
        Some("ES256") => Algorithm::ES256,
        Some("RS256") => Algorithm::RS256,
        _ => return Err(TokenFault::Algorithm),
    };
    // RFC 7515 §4.1.11: a critical extension that is not understood. RFC 7519 §5.2: a token within a token.
    if header.contains_key("crit") || header.contains_key("cty") {
        return Err(TokenFault::Malformed);
    }
    let key = key_for(provider, algorithm, header.get("kid").and_then(Value::as_str))?;
    let key = DecodingKey::from_jwk(key).map_err(|_| TokenFault::Signature)?;
    let mut only_signature = Validation::new(algorithm);
    only_signature.required_spec_claims.clear();
    only_signature.validate_exp = false;
    only_signature.validate_nbf = false;
    only_signature.validate_aud = false;
    let claims =
        jsonwebtoken::decode::<Claims>(token, &key, &only_signature).map_err(|_| TokenFault::Signature)?.claims;

    if claims.get("iss").and_then(Value::as_str) != Some(provider.issuer.as_str()) {
        return Err(TokenFault::Issuer);
    }
    // One audience, us, written alone or as a list of one (RFC 7519 §4.1.3).
    let audience = match claims.get("aud") {
        Some(Value::Array(list)) if list.len() == 1 => list.first(),
        other => other,
    };
    if audience.and_then(Value::as_str) != Some(client_id) {
        return Err(TokenFault::Audience);
    }
    if let Some(end) = moment(&claims, "exp")?
        && now >= end
    {
        return Err(TokenFault::Expired);
    }
    for claim in ["iat", "nbf"] {
        if moment(&claims, claim)?.is_some_and(|start| start > now.plus(CLOCK_SKEW)) {
            return Err(TokenFault::NotYet);
        }
    }
    Ok(claims)
}

/// The header, read leniently: `none` must be found out, not make the parser fail.
pub(super) fn header_of(token: &str) -> Result<Claims, TokenFault> {
    let encoded = token.split('.').next().unwrap_or_default();
    let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes()).map_err(|_| TokenFault::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| TokenFault::Malformed)
}

/// The one key that may have signed: right type, right `alg` if it has one, right `kid` if the token has one.
fn key_for<'p>(provider: &'p Provider, algorithm: Algorithm, kid: Option<&str>) -> Result<&'p Jwk, TokenFault> {
    let mut fitting = provider.jwks.iter().filter(|jwk| {
        let (typed, meant) = match (&jwk.algorithm, algorithm) {
            (AlgorithmParameters::EllipticCurve(key), Algorithm::ES256) => {
                (key.curve == EllipticCurve::P256, KeyAlgorithm::ES256)
            }
            (AlgorithmParameters::RSA(_), Algorithm::RS256) => (true, KeyAlgorithm::RS256),
            _ => return false,
        };
        typed
            && jwk.common.key_algorithm.is_none_or(|alg| alg == meant)
            && (kid.is_none() || jwk.common.key_id.as_deref() == kid)
    });
    match (fitting.next(), fitting.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err(TokenFault::UnknownKey),
        // Core §10.1: with several keys, the token must say which.
        (Some(_), Some(_)) => Err(TokenFault::Signature),
    }
}

/// A `NumericDate` (RFC 7519 §2). Fractions are cut.
pub(super) fn moment(claims: &Claims, name: &str) -> Result<Option<Timestamp>, TokenFault> {
    let Some(value) = claims.get(name) else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| *seconds >= 0.0).ok_or(TokenFault::Malformed)?;
    let since = Duration::try_from_secs_f64(seconds.trunc()).map_err(|_| TokenFault::Malformed)?;
    Ok(Some(Timestamp::default().plus(since)))
}

/// What we keep of the claims. Nothing else is copied, so nothing that we must not hold can enter (CNIL: no social
/// security number). A claim that is absent, or is not text, is absent.
pub(super) fn civil_identity(kind: IssuerKind, claims: &Claims) -> CivilIdentity {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(|value| value.trim().to_owned());
    let filled = |name: &str| text(name).filter(|value| !value.is_empty());
    match kind {
        IssuerKind::Holder => CivilIdentity {
            given_name: text("given_name").unwrap_or_default(),
            family_name: text("family_name").unwrap_or_default(),
            preferred_username: filled("preferred_username"),
            birthdate: filled("birthdate"),
            gender: filled("gender"),
            // Empty says "born abroad"; absent says nothing.
            birthplace: text("birthplace"),
            birthcountry: filled("birthcountry"),
            email: filled("email"),
        },
        IssuerKind::Professional => CivilIdentity {
            given_name: text("given_name").unwrap_or_default(),
            // `usual_name` is ProConnect's word; other providers have only the standard one.
            family_name: filled("usual_name").or_else(|| filled("family_name")).unwrap_or_default(),
            email: filled("email"),
            ..CivilIdentity::default()
        },
    }
}
