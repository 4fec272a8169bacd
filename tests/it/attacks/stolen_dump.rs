//! A thief carries away the database (its files, or a dump) and every blob. They don't have the root key.

use std::collections::BTreeSet;

use consigne::domain::person::IssuerKind;
use consigne::identity::demo::subject_for;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXUPPER};
use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::tools::uuid;
use crate::on_both_pairs;
use crate::world::{Pair, Raw, World, hex, multipart};

/// Everything stolen, one character a byte, so that searching is quick.
struct Loot(String);

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// The ways in which bytes may stand in a file: as they are, in hexadecimal, in base64 wherever they begin.
fn guises(bytes: &[u8]) -> Vec<String> {
    let mut all = vec![latin(bytes), hex(bytes), HEXUPPER.encode(bytes)];
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], bytes].concat();
        for text in [BASE64.encode(&shifted), BASE64URL_NOPAD.encode(&shifted)] {
            let text = text.trim_end_matches('=');
            // The first and last characters depend on what stands beside.
            let kept = text.get(if shift == 0 { 0 } else { shift + 1 }..text.len() - 1).unwrap_or_default();
            all.push(kept.to_owned());
        }
    }
    all.retain(|guise| guise.len() >= 5);
    all
}

impl Loot {
    async fn take(raw: &mut Raw) -> Self {
        let mut all = latin(&raw.dump().await);
        for (name, bytes) in raw.all_blobs().await {
            all.push_str(name.as_str());
            all.push_str(&latin(&bytes));
        }
        Self(all)
    }

    fn holds(&self, bytes: &[u8]) -> bool {
        guises(bytes).iter().any(|guise| self.0.contains(guise))
    }
}

on_both_pairs! {
    /// The thief looks for anything that says who the people are, what papers they have, what stands in them.
    async fn nothing_that_describes_a_person_or_a_paper_is_found(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        world.sign_in("professional", "nadia").await;
        let content = "Le montant tenu secret est de 41 289 francs. ".repeat(40).into_bytes();
        let sum = Sha256::digest(&content);
        let metadata = json!({
            "title": "Zéphyrine et le bail", "kind": "sante.ordonnance_certificat", "whose": "spouse",
            "issued_on": "1987-11-23", "expires_on": "2091-04-17", "sha256": hex(&sum),
        });
        let key = "cle-de-repetition-7351";
        let request = lucie.client.request(Method::POST, &lucie.path("/documents")).header("idempotency-key", key);
        let form = multipart(&metadata, "bordereau-xylophone.txt", content.clone());
        let made = lucie.client.send(request.multipart(form)).await.expect(201).json();
        assert_eq!(made["whose"], "spouse");
        lucie.content(made["id"].as_str().unwrap()).await.expect(200);
        let cookie = lucie.client.cookies.lock().unwrap()["__Host-consigne"].clone();
        world.settle().await;

        let mut raw = world.raw().await;
        let loot = Loot::take(&mut raw).await;

        // The search must be able to find: what is in clear by design is found, as text and as bytes.
        assert!(loot.holds(lucie.locker.as_bytes()), "the locker's id, in the name of the blob");
        let blob_sum = raw.bytes("SELECT blob_sha256 FROM versions").await.remove(0);
        assert!(loot.holds(&blob_sum), "the ciphertext's SHA-256");
        assert!(loot.holds(b"age-encryption.org/v1"), "the header of a blob");
        assert!(Loot(latin(BASE64.encode(b"..le xylophone").as_bytes())).holds(b"xylophone"), "base64, shifted");

        let subject = subject_for(IssuerKind::Holder, "lucie").unwrap();
        let session = BASE64URL_NOPAD.decode(cookie.as_bytes()).unwrap();
        let mut secrets: Vec<(&str, Vec<u8>)> = [
            "Zéphyrine", "Zephyrine", "et le bail", "xylophone", "bordereau",
            "ordonnance", "sante", "spouse", "1987-11-23", "2091-04-17",
            "Lucie", "Jeanne", "PETIT", "ROUX", "1996-02-29", "female", "\"69383\"", "BENALI", "Nadia", "00000101600013",
            "lucie.roux", "courriel.example", "ccas-valserin", "text/plain", "tenu secret", "41 289",
            key, &subject, &cookie,
        ].into_iter().map(|text| (text, text.as_bytes().to_vec())).collect();
        secrets.push(("content", content[..64].to_vec()));
        secrets.push(("the content's SHA-256", sum.to_vec()));
        secrets.push(("the content's SHA-256, in hexadecimal", hex(&sum).into_bytes()));
        secrets.push(("the session's secret", session));
        secrets.push(("professional subject", subject_for(IssuerKind::Professional, "nadia").unwrap().into_bytes()));
        let found: Vec<_> = secrets.iter().filter(|(_, bytes)| loot.holds(bytes)).map(|(name, _)| name).collect();
        assert!(found.is_empty(), "in clear: {found:?}");
    }

    /// The thief has a list of people and tries it against the lookups, as one does with bare hashes.
    async fn lookups_tell_nothing_to_who_guesses(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let key = "cle-devinable";
        let request = lucie.client.request(Method::POST, &lucie.path("/documents")).header("idempotency-key", key);
        let form = multipart(&json!({"title": "RIB", "kind": "banque.rib"}), "rib.txt", b"FR76".to_vec());
        lucie.client.send(request.multipart(form)).await.expect(201);
        let mut raw = world.raw().await;
        let lookup = raw.bytes("SELECT lookup FROM identities").await.remove(0);
        let repeat = raw.bytes("SELECT lookup FROM idempotency").await.remove(0);
        let print = raw.bytes("SELECT fingerprint FROM idempotency").await.remove(0);
        assert_eq!((lookup.len(), repeat.len(), print.len()), (32, 32, 32));

        let subject = subject_for(IssuerKind::Holder, "lucie").unwrap();
        let issuer = world.config.issuers.holder.as_ref().unwrap().issuer.to_string();
        let framed = |parts: &[&[u8]]| -> Vec<u8> {
            parts.iter().flat_map(|p| [&u16::try_from(p.len()).unwrap().to_be_bytes()[..], p].concat()).collect()
        };
        let mut guesses: Vec<Vec<u8>> = vec![subject.clone().into_bytes(), key.into(), b"FR76".to_vec()];
        for name in [issuer.as_str(), issuer.trim_end_matches('/'), "demo:holder", "holder", ""] {
            for between in ["", "|", ":", "\n", "\0", " ", "#", "/"] {
                guesses.push(format!("{name}{between}{subject}").into_bytes());
                guesses.push(format!("{subject}{between}{name}").into_bytes());
            }
            guesses.push(framed(&[b"identity", name.as_bytes(), subject.as_bytes()]));
            guesses.push(framed(&[name.as_bytes(), subject.as_bytes()]));
        }
        let person: sqlx::types::Uuid = lucie.person.parse().unwrap();
        guesses.push(framed(&[b"repeat", person.as_bytes(), key.as_bytes()]));
        guesses.push([lucie.person.as_bytes(), key.as_bytes()].concat());
        let hashes: BTreeSet<Vec<u8>> = guesses.iter().map(|g| Sha256::digest(g).to_vec()).collect();
        for (what, value) in [("identity", &lookup), ("repeat key", &repeat), ("fingerprint", &print)] {
            assert!(!hashes.contains(value), "{what} is a bare hash");
        }

        // It is a key that makes the difference: elsewhere, the same person has another lookup.
        let elsewhere = World::new(Pair::Local).await;
        elsewhere.holder("lucie").await;
        let other = elsewhere.raw().await.bytes("SELECT lookup FROM identities").await.remove(0);
        assert_ne!(lookup, other);
    }

    /// The thief measures: a short title and a long one, one category and another, one person and another.
    async fn lengths_tell_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        world.holder("ahmed").await;
        world.holder("angela").await;
        for (title, kind, file) in [
            ("A", "banque.rib", "a.txt"),
            ("Une attestation pour la caisse", "etat_civil.jugement_divorce_garde", "une-attestation-de-la-caisse.txt"),
        ] {
            lucie.deposit_with(&json!({"title": title, "kind": kind}), file, b"x".to_vec()).await.expect(201);
        }
        let mut raw = world.raw().await;
        for (what, count) in [
            ("details) FROM documents", 2), ("details) FROM versions", 2), ("details) FROM profiles", 3),
            ("label) FROM collections", 36), ("wrapped) FROM wraps WHERE wrapper_kind <> 1", 38),
        ] {
            let table = format!("SELECT CAST(length({what}");
            let table = table.replacen(')', ") AS BIGINT)", 1);
            let distinct = table.replacen("SELECT ", "SELECT DISTINCT ", 1);
            let rows = raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM ({table}) AS t")).await;
            let lengths = raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM ({distinct}) AS t")).await;
            assert_eq!((rows, lengths), (count, 1), "{what}");
        }
    }

    /// The thief knows the program: if rows stood in the order of the categories, their place would name them.
    async fn the_place_of_a_collection_does_not_name_its_category(pair) {
        let world = World::new(pair).await;
        let kinds = ["identite.photo", "sante.ame", "banque.rib", "sejour.visa"];
        let mut orders = BTreeSet::new();
        let mut by_id = BTreeSet::new();
        for hint in ["lucie", "ahmed", "angela"] {
            let holder = world.holder(hint).await;
            let mut raw = world.raw().await;
            let locker = raw.id(&holder.locker);
            let mut collections = Vec::new();
            for kind in kinds {
                let document = raw.id(&holder.deposit("Un papier", kind, b"contenu").await);
                let sql = format!("SELECT collection_id FROM documents WHERE document_id = {document}");
                collections.push(raw.bytes(&sql).await.remove(0));
            }
            let distinct: BTreeSet<_> = collections.iter().map(|c| uuid(c)).collect();
            assert_eq!(distinct.len(), kinds.len(), "a collection for each category");
            for (sorted, seen) in [("", &mut orders), (" ORDER BY key_id", &mut by_id)] {
                let sql = format!("SELECT collection_id FROM collections WHERE locker_id = {locker}{sorted}");
                let stored = raw.bytes(&sql).await;
                assert_eq!(stored.len(), 12);
                let places = collections.iter().map(|c| stored.iter().position(|s| s == c).unwrap());
                seen.insert(places.collect::<Vec<_>>());
            }
        }
        // Three times the same place for four of twelve: once in a hundred million by chance.
        assert!(orders.len() > 1, "always in one order: {orders:?}");
        assert!(by_id.len() > 1, "always in one order of keys: {by_id:?}");
    }
}
