//! What institutions sign of papers: `issued.md`.

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use consigne::domain::agreement::signed_text;
use consigne::domain::document::{Day, Sha256Sum};
use consigne::domain::institution::{Point, PublicKey};
use consigne::domain::taxonomy::Kind;
use consigne::identity::issued::{jwk, verify};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use super::{array, id, list, text, vectors};

const PAGE: &str = include_str!("../../../docs/formats/issued.md");

#[test]
fn a_signature_on_paper_is_one_of_the_program() {
    for case in list(&vectors("issued"), "cases") {
        let sum: [u8; 32] = Sha256::digest(text(case, "content").as_bytes()).into();
        assert_eq!(Sha256Sum::from_bytes(sum).to_string(), text(case, "sha256"));
        let (kind, day) = (Kind::from_code(text(case, "kind")).unwrap(), Day::parse(text(case, "issued_on")).unwrap());
        let signed = signed_text(id(case, "institution"), kind, day, &Sha256Sum::from_bytes(sum));
        assert_eq!(signed, text(case, "signed"));
        // The program reads it.
        let point = Point::Ed25519 { x: text(case, "x").to_owned() };
        let key = PublicKey { name: text(case, "kid").to_owned(), point };
        let kept = verify(text(case, "jws"), &signed, std::slice::from_ref(&key)).unwrap();
        assert_eq!((kept.jws.as_str(), &kept.key), (text(case, "jws"), &key));
        assert_eq!(jwk(&key)["x"], text(case, "x"));
        // By hand, from the page alone: made again, and checked.
        let encode = |text: &str| BASE64URL_NOPAD.encode(text.as_bytes());
        let of = format!("{}.{}", encode(text(case, "header")), encode(&signed));
        let pair = Ed25519KeyPair::from_seed_unchecked(&array::<32>(case, "seed")).unwrap();
        let signature = BASE64URL_NOPAD.encode(pair.sign(of.as_bytes()).as_ref());
        assert_eq!(format!("{}..{signature}", encode(text(case, "header"))), text(case, "jws"));
        let x = BASE64URL_NOPAD.decode(text(case, "x").as_bytes()).unwrap();
        let bytes = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
        UnparsedPublicKey::new(&ED25519, &x).verify(of.as_bytes(), &bytes).unwrap();
        for shown in [text(case, "signed"), text(case, "header"), text(case, "jws")] {
            assert!(PAGE.contains(shown), "{shown}");
        }
    }
}
