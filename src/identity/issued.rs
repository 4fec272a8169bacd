//! What an institution signs of the papers that it issues: a JWS without its payload (RFC 7515 appendix F), of a text that everybody can make
//! again. Format: `docs/formats/issued.md`.
//!
//! The registered key says which algorithm verifies: never the signature. A header of another type is no signature of a paper, so what a
//! program signs to come in is none, and the other way round.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use super::TokenFault;
use super::assertions::signed;
use super::userinfo::header_of;
use crate::domain::agreement::{SIGNATURE_MAX, Signature};
use crate::domain::institution::{Point, PublicKey};

/// What its header must call its type.
const TYPE: &str = "consigne-issued";

/// Verifies a signature of a text with the registered key that it names.
///
/// # Errors
/// What is wrong with it, for the log alone.
pub fn verify(jws: &str, text: &str, keys: &[PublicKey]) -> Result<Signature, TokenFault> {
    if jws.len() > SIGNATURE_MAX {
        return Err(TokenFault::Malformed);
    }
    let (header, signature) = jws.split_once("..").ok_or(TokenFault::Malformed)?;
    if header.contains('.') || signature.contains('.') {
        return Err(TokenFault::Malformed);
    }
    let whole = format!("{header}.{}.{signature}", BASE64URL_NOPAD.encode(text.as_bytes()));
    let header = header_of(&whole)?;
    let of = |name: &str| header.get(name).and_then(Value::as_str);
    // Three members, and no other: no extension, no key that comes with what it is to prove.
    if header.len() != 3 || of("typ") != Some(TYPE) {
        return Err(TokenFault::Malformed);
    }
    let named = of("kid").ok_or(TokenFault::UnknownKey)?;
    let key = keys.iter().find(|key| key.name == named).ok_or(TokenFault::UnknownKey)?;
    if of("alg") != Some(key.point.algorithm()) {
        return Err(TokenFault::Algorithm);
    }
    signed(&whole, &key.point).ok_or(TokenFault::Signature)?;
    Ok(Signature { jws: jws.to_owned(), key: key.clone() })
}

/// Whether a signature that was kept is still of a text, by the key that was kept with it.
pub fn still_verifies(signature: &Signature, text: &str) -> bool {
    verify(&signature.jws, text, std::slice::from_ref(&signature.key)).is_ok()
}

/// A public key as others read it (RFC 7517).
pub fn jwk(key: &PublicKey) -> Value {
    let (alg, kid) = (key.point.algorithm(), &key.name);
    match &key.point {
        Point::Ed25519 { x } => json!({"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "alg": alg, "use": "sig"}),
        Point::P256 { x, y } => {
            json!({"kty": "EC", "crv": "P-256", "x": x, "y": y, "kid": kid, "alg": alg, "use": "sig"})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

    fn pair() -> (Ed25519KeyPair, Vec<PublicKey>) {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let x = BASE64URL_NOPAD.encode(pair.public_key().as_ref());
        let key = PublicKey { name: "first".to_owned(), point: crate::domain::institution::Point::Ed25519 { x } };
        (pair, vec![key])
    }

    fn sign(pair: &Ed25519KeyPair, header: &Value, text: &str) -> String {
        let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
        let of = format!("{header}.{}", BASE64URL_NOPAD.encode(text.as_bytes()));
        format!("{header}..{}", BASE64URL_NOPAD.encode(pair.sign(of.as_bytes()).as_ref()))
    }

    #[test]
    fn a_signature_is_of_one_text_by_one_key() {
        let (pair, keys) = pair();
        let right = json!({"alg": "EdDSA", "kid": "first", "typ": "consigne-issued"});
        let text = r#"{"institution":"a","issued_on":"2026-11-23","kind":"b","sha256":"c"}"#;
        let jws = sign(&pair, &right, text);
        let kept = verify(&jws, text, &keys).unwrap();
        assert!(kept.jws == jws && still_verifies(&kept, text) && !still_verifies(&kept, "{}"));
        assert!(verify(&jws, &text.replace("2026", "2027"), &keys).is_err());
        assert!(verify(&jws, text, &[]).is_err());
        let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
        assert!(verify(&sign(&other, &right, text), text, &keys).is_err());
        for header in [
            json!({"alg": "EdDSA", "kid": "first"}),
            json!({"alg": "EdDSA", "kid": "first", "typ": "JWT"}),
            json!({"alg": "none", "kid": "first", "typ": "consigne-issued"}),
            json!({"alg": "HS256", "kid": "first", "typ": "consigne-issued"}),
            json!({"alg": "ES256", "kid": "first", "typ": "consigne-issued"}),
            json!({"alg": "EdDSA", "kid": "second", "typ": "consigne-issued"}),
            json!({"alg": "EdDSA", "kid": "first", "typ": "consigne-issued", "b64": false}),
            json!({"alg": "EdDSA", "kid": "first", "typ": "consigne-issued", "jwk": {}}),
        ] {
            assert!(verify(&sign(&pair, &header, text), text, &keys).is_err(), "{header}");
        }
        for broken in
            [String::new(), "..".to_owned(), jws.replace("..", "."), format!("{jws}.x"), jws.replace("..", "...")]
        {
            assert!(verify(&broken, text, &keys).is_err(), "{broken}");
        }
        for at in 0..jws.len() {
            let mut bytes = jws.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(changed) = String::from_utf8(bytes) {
                assert!(verify(&changed, text, &keys).is_err(), "byte {at}");
            }
        }
    }
}
