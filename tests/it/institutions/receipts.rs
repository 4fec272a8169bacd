//! Receipts of what was handed over: for people a PDF, for whoever they show it to something signed, that an ordinary library checks.
//!
//! Who attacks: somebody who shows a receipt as a token, or a token as a receipt; who changes a byte of one.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::bundles::handed;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Answer, Pair, Program, World, hex};

fn compact(signed: &Value) -> String {
    ["protected", "payload", "signature"].map(|part| signed[part].as_str().unwrap()).join(".")
}

/// Checks a receipt as anybody would: by the key that its head names, among those that are published.
async fn checked(program: &Program, answer: &Answer) -> Value {
    assert_eq!(answer.header("content-type"), "application/jose+json");
    let text = compact(&answer.json());
    let header = jsonwebtoken::decode_header(&text).unwrap();
    assert_eq!(header.typ.as_deref(), Some("consigne-receipt+jwt"));
    let keys = program.get_with("/oauth/jwks.json", "").await.expect(200).json();
    let keys = keys["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 3);
    let key = keys.iter().find(|key| key["kid"].as_str() == header.kid.as_deref()).unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(&serde_json::from_value(key.clone()).unwrap()).unwrap();
    let mut checks = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    checks.required_spec_claims.clear();
    checks.validate_exp = false;
    checks.set_issuer(&[&program.client.base]);
    let told = jsonwebtoken::decode::<Value>(&text, &key, &checks).unwrap().claims;
    // Another byte is another receipt: none.
    for at in 0..text.len() {
        let mut changed = text.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        let read = jsonwebtoken::decode::<Value>(&changed, &key, &checks);
        // The last letter of a signature has bits that count for nothing.
        assert!(read.is_err() || at + 1 == text.len(), "byte {at}");
    }
    told
}

on_both_pairs! {
    async fn a_receipt_says_what_to_whom_and_when(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let (share, ids) = handed(&world, &caf, &angela, &[("Facture", "f.txt", b"une facture"), ("Bail", "b.txt", b"un bail")], None).await;
        let receipt = Pdf::of(angela.get(&format!("/shares/{share}/receipt")).await);
        let text = receipt.flat().replace('\u{2019}', "'");
        for word in ["Reçu des papiers transmis", "Angela Claire Louise DUBOIS", "Caisse d'allocations", "Votre demande de RSA", "Facture", "Bail", "Votre passeport", "Une copie ne remplace pas un original."] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(receipt.words().contains(&hex(&Sha256::digest(b"une facture"))), "{text}");
        assert_eq!((receipt.pages(), receipt.about("Tagged").as_str()), (1, "yes"));

        let own = angela.get(&format!("/shares/{share}/signed-receipt")).await.expect(200);
        let told = checked(&caf, &own).await;
        let theirs = checked(&caf, &caf.get(&format!("/api/v1/shares/{share}/receipt")).await.expect(200)).await;
        for part in ["share", "holder", "institution", "purpose", "given_at", "until", "papers", "refused", "notice", "format"] {
            assert!(told.get(part).is_some() && told[part] == theirs[part], "{part}: {told}");
        }
        assert_eq!((told["papers"][0]["sha256"].as_str(), told["institution"]["id"].as_str()), (Some(hex(&Sha256::digest(b"une facture")).as_str()), Some(caf.institution.to_string().as_str())));
        assert_eq!((told["refused"].clone(), told["notice"].as_str()), (json!([1]), Some("Une copie ne remplace pas un original.")));
        let whole = told.to_string();
        assert!(told.get("status").is_none() && !whole.contains("active") && !whole.contains(&angela.locker) && ids.iter().all(|id| !whole.contains(id)), "{whole}");
        for claim in ["aud", "exp", "scope", "client_id", "sub"] {
            assert!(told.get(claim).is_none(), "{claim}");
        }

        // It opens nothing; and a token is no receipt.
        let token = compact(&own.json());
        for path in [format!("/api/v1/shares/{share}"), "/api/v1/institution".to_owned()] {
            assert_eq!(caf.get_with(&path, &token).await.status.as_u16(), 401, "{path}");
        }
        let token = caf.token().await;
        let head: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(token.split('.').next().unwrap().as_bytes()).unwrap()).unwrap();
        let signed: Value = serde_json::from_slice(&BASE64URL_NOPAD.decode(own.json()["protected"].as_str().unwrap().as_bytes()).unwrap()).unwrap();
        assert!(head["kid"] != signed["kid"] && head["typ"] != signed["typ"], "{head} {signed}");

        // Nobody else's, nor one that is none.
        let ahmed = world.holder("ahmed").await;
        for which in ["receipt", "signed-receipt"] {
            assert_problem(&ahmed.get(&format!("/shares/{share}/{which}")).await, 404, "not-found", "another's");
            assert_problem(&angela.get(&format!("/shares/{}/{which}", ids[0])).await, 404, "not-found", "none");
        }
        assert_problem(&other.get(&format!("/api/v1/shares/{share}/receipt")).await, 404, "not-found", "another's");

        // After the end, it is the holder's still; and it is what it was.
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        let after = checked(&caf, &angela.get(&format!("/shares/{share}/signed-receipt")).await.expect(200)).await;
        assert_eq!((&after["until"], &after["papers"]), (&told["until"], &told["papers"]));
        Pdf::of(angela.get(&format!("/shares/{share}/receipt")).await);
        assert_problem(&caf.get(&format!("/api/v1/shares/{share}/receipt")).await, 410, "share-over", "over");
        let made = |line: &&String| line.starts_with("share.receipt done");
        assert_eq!(angela.trail().await.iter().filter(made).count(), 4);
        assert_eq!(angela.trail().await.iter().filter(|line| line.starts_with("share.receive_receipt")).count(), 2);
        // From the page too.
        let page = angela.client.get("/demandes").await.expect(200).text();
        assert!(page.contains(&format!("/transmis/{share}/recu\"")) && page.contains(&format!("/transmis/{share}/recu-signe\"")), "{page}");
        Pdf::of(angela.client.get(&format!("/transmis/{share}/recu")).await);
        checked(&caf, &angela.client.get(&format!("/transmis/{share}/recu-signe")).await.expect(200)).await;
        assert_eq!(angela.client.get(&format!("/transmis/{}/recu", ids[0])).await.status.as_u16(), 404);
    }
}
