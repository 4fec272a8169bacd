//! The main story: a holder signs in, deposits, finds and reads a paper, and sees the lines of the journal.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::on_both_pairs;
use crate::world::{Pair, World, hex, multipart};

on_both_pairs! {
    async fn a_holder_deposits_finds_reads_and_sees_who_looked(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;

        let content = "Reçu : 412 €\n".repeat(20_000).into_bytes();
        let sum = hex(&Sha256::digest(&content));
        let metadata = json!({
            "title": "Quittance de mars", "kind": "logement.quittance_loyer", "private": true, "whose": "me",
            "issued_on": "2026-03-05", "expires_on": "2027-03-05", "sha256": sum,
        });
        let made = lucie.deposit_with(&metadata, "quittance.txt", content.clone()).await.expect(201);
        let paper = made.json();
        let id = paper["id"].as_str().unwrap();
        assert_eq!(made.header("location"), lucie.path(&format!("/documents/{id}")));
        assert_eq!(paper["category"], "logement");
        assert_eq!(paper["sha256"], sum);
        assert_eq!(paper["size"], content.len());
        assert_eq!(paper["media_type"], "text/plain; charset=utf-8");
        assert_eq!(paper["private"], true);
        assert_eq!(paper["origin"], "brought");
        assert_eq!(paper["deposited_by"], lucie.person.as_str());
        world.wait(Duration::from_secs(1));
        lucie.deposit("Carte d'identité", "identite.carte_nationale", b"recto verso").await;

        let all = lucie.get("/documents").await.expect(200).json();
        assert_eq!(all["items"].as_array().unwrap().len(), 2);
        assert_eq!(all["items"][1]["title"], "Quittance de mars", "newest first");
        assert!(all["next"].is_null());
        for (query, found) in [
            ("?category=logement", 1), ("?category=sante", 0), ("?q=identite", 1), ("?q=QUITTANCE%20mars", 1),
            ("?q=avril", 0), ("?category=identite&q=quittance", 0), ("?trashed=true", 0),
        ] {
            let list = lucie.get(&format!("/documents{query}")).await.expect(200).json();
            assert_eq!(list["items"].as_array().unwrap().len(), found, "{query}");
        }
        let first = lucie.get("/documents?limit=1").await.expect(200).json();
        let next = first["next"].as_str().unwrap();
        let second = lucie.get(&format!("/documents?limit=1&after={next}")).await.expect(200).json();
        assert_eq!(second["items"][0]["id"], id);
        assert!(second["next"].is_null());

        assert_eq!(lucie.get(&format!("/documents/{id}")).await.expect(200).json(), paper);
        let read = lucie.content(id).await.expect(200);
        assert_eq!(read.body, content);
        assert_eq!(read.header("etag"), format!("\"{sum}\""));
        assert_eq!(read.header("content-length"), content.len().to_string());
        let digest = data_encoding::BASE64.encode(&Sha256::digest(&content));
        assert_eq!(read.header("repr-digest"), format!("sha-256=:{digest}:"));
        assert_eq!(read.header("x-content-type-options"), "nosniff");
        assert_eq!(read.header("cache-control"), "no-store");
        assert!(read.header("content-security-policy").contains("sandbox"));

        let glance = lucie.get("").await.expect(200).json();
        assert_eq!(glance["count"], 2);
        assert_eq!(glance["categories"][3], json!({"code": "logement", "count": 1}));

        world.settle().await;
        let trail = lucie.trail().await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(trail.join("\n"), @r"
            locker.open done
            document.deposit_begin done
            document.deposit done
            document.deposit_begin done
            document.deposit done
            document.list done
            document.list done
            document.list done
            document.list done
            document.list done
            document.list done
            document.list done
            document.list done
            document.list done
            document.list done
            document.view done
            content.read done
            locker.view done
            access.close ended:complete
            ");
        }
        let lines = lucie.journal().await;
        for (place, line) in lines.iter().enumerate() {
            assert_eq!(line["seq"], place + 1, "no gap");
            assert_eq!(line["intact"], true);
            assert!(line["sentence"].as_str().unwrap().len() > 5, "{line}");
        }
        let reading = lines.iter().find(|l| l["action"] == "content.read").unwrap();
        assert_eq!(reading["ground"], "ownership");
        assert_eq!(reading["object"]["id"], id);
        assert_eq!(reading["object"]["title"], "Quittance de mars");
        assert_eq!(reading["actor"]["person"], lucie.person.as_str());
        let closing = lines.iter().find(|l| l["action"] == "access.close").unwrap();
        assert_eq!(closing["closes"], reading["seq"]);
        assert_eq!(closing["bytes"], content.len());
        let deposit = lines.iter().find(|l| l["action"] == "document.deposit").unwrap();
        let blob = world.raw().await.all_blobs().await.into_iter()
            .find(|(_, bytes)| hex(&Sha256::digest(bytes)) == deposit["blob_sha256"].as_str().unwrap());
        assert!(blob.is_some(), "the entry of a deposit names the stored ciphertext");
    }

    async fn ranges_are_one_reading(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let content: Vec<u8> = (0..300_000_u32).flat_map(|i| format!("{i} ").into_bytes()).collect();
        let id = lucie.deposit("Long", "formation.courrier", &content).await;
        let path = lucie.path(&format!("/documents/{id}/content"));
        let size = content.len();
        for (asked, from, to) in [
            ("bytes=0-0".to_owned(), 0, 1),
            ("bytes=65530-65545".to_owned(), 65_530, 65_546),
            (format!("bytes={}-", size - 3), size - 3, size),
            ("bytes=-70000".to_owned(), size - 70_000, size),
            (format!("bytes=1000-{}", size * 2), 1000, size),
        ] {
            let answer = lucie.client.send(lucie.client.request(Method::GET, &path).header("range", &asked)).await.expect(206);
            assert!(answer.body == content[from..to], "{asked}");
            assert_eq!(answer.header("content-range"), format!("bytes {from}-{}/{size}", to - 1), "{asked}");
        }
        let beyond = lucie.client.send(lucie.client.request(Method::GET, &path).header("range", format!("bytes={size}-"))).await;
        assert_eq!(beyond.status, 416);
        assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
        let trail = lucie.trail().await;
        assert_eq!(trail.iter().filter(|l| l.starts_with("content.read")).count(), 1, "{trail:?}");
        // Nobody asks for more: the reading is closed with all that was sent.
        world.wait(Duration::from_secs(121));
        assert_eq!(world.lockers.close_stale(false).await.unwrap(), 1);
        let lines = lucie.journal().await;
        let closing = lines.iter().find(|l| l["action"] == "access.close").unwrap();
        assert_eq!(closing["outcome"]["reason"], "partial");
        assert_eq!(closing["bytes"], 1 + 16 + 3 + 70_000 + size - 1000);

        // The same conditions as any web server's.
        let tag = lucie.get(&format!("/documents/{id}/content")).await.expect(200).header("etag").to_owned();
        let same = lucie.client.send(lucie.client.request(Method::GET, &path).header("if-none-match", &tag)).await;
        assert_eq!((same.status.as_u16(), same.body.len()), (304, 0));
        let stale = lucie.client.request(Method::GET, &path).header("if-range", "\"autre\"").header("range", "bytes=0-3");
        assert_eq!(lucie.client.send(stale).await.expect(200).body.len(), size);
        let head = lucie.client.send(lucie.client.request(Method::HEAD, &path)).await.expect(200);
        assert_eq!((head.header("content-length"), head.body.len()), (size.to_string().as_str(), 0));
    }

    async fn the_trash_gives_back(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let path = lucie.path(&format!("/documents/{id}"));
        lucie.client.delete(&path).await.expect(204);
        assert_eq!(lucie.get("/documents").await.json()["items"].as_array().unwrap().len(), 0);
        let trashed = lucie.get("/documents?trashed=true").await.json();
        assert_eq!(trashed["items"][0]["id"], id.as_str());
        assert_eq!(trashed["items"][0]["state"], "trashed");
        lucie.client.delete(&path).await.expect(409);
        lucie.client.post(&format!("{path}/restore")).await.expect(204);
        lucie.client.post(&format!("{path}/restore")).await.expect(409);
        assert_eq!(lucie.content(&id).await.expect(200).body, b"bail");
        world.settle().await;
        let trail = lucie.trail().await;
        let kept: Vec<_> = trail.iter().filter(|l| l.starts_with("document.trash") || l.starts_with("document.restore")).collect();
        assert_eq!(kept, [
            "document.trash done", "document.trash refused:wrong_state",
            "document.restore done", "document.restore refused:wrong_state",
        ]);
    }

    async fn a_repeated_deposit_is_the_same_deposit(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let send = async |key: &str, title: &str, content: &[u8]| {
            let metadata = json!({"title": title, "kind": "banque.rib"});
            let request = lucie.client.request(Method::POST, &lucie.path("/documents")).header("idempotency-key", key);
            lucie.client.send(request.multipart(multipart(&metadata, "rib.txt", content.to_vec()))).await
        };
        let first = send("k-1", "RIB", b"FR00").await.expect(201);
        let again = send("k-1", "RIB", b"FR00").await.expect(201);
        assert_eq!(first.json()["id"], again.json()["id"]);
        assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("false", "true"));
        send("k-1", "RIB", b"FR01").await.expect(422);
        send("k-1", "Autre titre", b"FR00").await.expect(422);
        let other = send("k-2", "RIB", b"FR00").await.expect(201);
        assert_ne!(first.json()["id"], other.json()["id"]);

        // Eight at once with one key: one paper.
        let answers = futures_util::future::join_all((0..8).map(|_| send("k-3", "RIB", b"FR02"))).await;
        let ids: std::collections::BTreeSet<_> = answers.into_iter().map(|a| a.expect(201).json()["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(lucie.get("/documents").await.json()["items"].as_array().unwrap().len(), 3);
        assert_eq!(world.raw().await.all_blobs().await.len(), 3, "no blob is left over");
    }
}
