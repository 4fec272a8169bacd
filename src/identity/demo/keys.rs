//! The demonstration issuers' signing keys: ES256 (RFC 7518 §3.4), made at start, never written anywhere.

use std::sync::{Arc, PoisonError, RwLock};

use data_encoding::BASE64URL_NOPAD;
use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::domain::source::Source;

/// Keys that stay published after a newer one signs.
const KEPT: usize = 1;

struct Key {
    kid: String,
    jwk: Value,
    signing: SigningKey,
}

/// The keys of one issuer, newest first.
pub(super) struct Keys(RwLock<Vec<Arc<Key>>>);

impl Keys {
    pub fn new(source: &Source) -> Self {
        Self(RwLock::new(vec![Arc::new(draw(source))]))
    }

    /// Signs with a new key from now on.
    pub fn rotate(&self, source: &Source) {
        let mut keys = self.0.write().unwrap_or_else(PoisonError::into_inner);
        keys.truncate(KEPT);
        keys.insert(0, Arc::new(draw(source)));
    }

    /// The public halves (RFC 7517 §5).
    pub fn jwks(&self) -> Value {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        json!({ "keys": keys.iter().map(|key| key.jwk.clone()).collect::<Vec<_>>() })
    }

    /// A JWT in compact form.
    pub fn sign(&self, claims: &Map<String, Value>) -> String {
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let Some(key) = keys.first() else { return String::new() };
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": key.kid });
        let part = |text: String| BASE64URL_NOPAD.encode(text.as_bytes());
        let message = format!("{}.{}", part(header.to_string()), part(Value::Object(claims.clone()).to_string()));
        let signature: Signature = key.signing.sign(message.as_bytes());
        format!("{message}.{}", BASE64URL_NOPAD.encode(&signature.to_bytes()))
    }

    /// The claims of a JWT that one of these keys signed, however old.
    pub fn open(&self, token: &str) -> Option<Map<String, Value>> {
        let (message, signature) = token.rsplit_once('.')?;
        let (_, payload) = message.split_once('.')?;
        let signature = Signature::from_slice(&BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?).ok()?;
        let keys = self.0.read().unwrap_or_else(PoisonError::into_inner);
        // Only these keys and only ES256: the header has no say.
        if !keys.iter().any(|key| key.signing.verifying_key().verify(message.as_bytes(), &signature).is_ok()) {
            return None;
        }
        serde_json::from_slice(&BASE64URL_NOPAD.decode(payload.as_bytes()).ok()?).ok()
    }
}

fn draw(source: &Source) -> Key {
    // Nearly every 32 bytes are a scalar of the curve.
    let signing = loop {
        if let Ok(key) = SigningKey::from_slice(&source.bytes::<32>()) {
            break key;
        }
    };
    let point = signing.verifying_key().to_encoded_point(false);
    let coordinate = |bytes: Option<&p256::FieldBytes>| BASE64URL_NOPAD.encode(bytes.map_or(&[], |b| b.as_slice()));
    let (x, y) = (coordinate(point.x()), coordinate(point.y()));
    // RFC 7638 §3.2: the members of the thumbprint in this order, without spaces.
    let thumbprint = Sha256::digest(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#));
    let kid = BASE64URL_NOPAD.encode(&thumbprint);
    let jwk = json!({ "kty": "EC", "crv": "P-256", "x": x, "y": y, "use": "sig", "alg": "ES256", "kid": kid });
    Key { kid, jwk, signing }
}
