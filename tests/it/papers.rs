//! The life of a paper after its deposit: replaced, described anew, filed elsewhere, checked, destroyed.

use std::time::Duration;

use consigne::locker::Limits;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Answer, Client, Holder, Pair, World, hex, multipart};

/// Sends a new version of a paper.
async fn replace(holder: &Holder, id: &str, metadata: &Value, content: &[u8]) -> Answer {
    let request = holder.client.request(Method::POST, &holder.path(&format!("/documents/{id}/versions")));
    holder.client.send(request.multipart(multipart(metadata, "nouveau.txt", content.to_vec()))).await
}

async fn change(holder: &Holder, id: &str, changes: &Value) -> Answer {
    let request = holder.client.request(Method::PATCH, &holder.path(&format!("/documents/{id}")));
    holder.client.send(request.header("content-type", "application/json").body(changes.to_string())).await
}

async fn act(holder: &Holder, rest: &str) -> Answer {
    holder.client.post(&holder.path(rest)).await
}

async fn count(world: &World, table: &str) -> i64 {
    world.raw().await.count(table).await
}

on_both_pairs! {
    /// Angela's permit is renewed: the new one takes the old one's place, the old one is still there.
    async fn a_new_version_takes_the_place_of_the_old(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let metadata = json!({"title": "Titre de séjour", "kind": "sejour.titre_sejour", "expires_on": "2026-12-01", "private": true, "whose": "child"});
        let old = lucie.deposit_with(&metadata, "ancien.txt", b"ancien".to_vec()).await.expect(201).json();
        let id = old["id"].as_str().unwrap();
        world.wait(Duration::from_secs(60));
        let made = replace(&lucie, id, &json!({"expires_on": "2036-12-01", "sha256": hex(&Sha256::digest(b"nouveau"))}), b"nouveau").await.expect(201);
        let new = made.json();
        assert_eq!(made.header("location"), lucie.path(&format!("/documents/{id}")));
        for kept in ["id", "title", "kind", "private", "whose"] {
            assert_eq!(new[kept], old[kept], "{kept}");
        }
        assert_eq!((&new["version_number"], &new["expires_on"], &new["size"]), (&json!(2), &json!("2036-12-01"), &json!(7)));
        assert_ne!(new["version"], old["version"]);
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.expect(200).json(), new);
        assert_eq!(lucie.content(id).await.expect(200).body, b"nouveau");
        let first = lucie.get(&format!("/documents/{id}/content?version={}", old["version"].as_str().unwrap())).await.expect(200);
        assert_eq!(first.body, b"ancien");

        let versions = lucie.get(&format!("/documents/{id}/versions")).await.expect(200).json();
        let items = versions["items"].as_array().unwrap();
        assert_eq!(items.iter().map(|v| v["number"].as_u64().unwrap()).collect::<Vec<_>>(), [2, 1]);
        assert_eq!((&items[0]["id"], &items[1]["id"]), (&new["version"], &old["version"]));
        for (item, content) in items.iter().zip([&b"nouveau"[..], b"ancien"]) {
            assert_eq!(item["sha256"], hex(&Sha256::digest(content)));
            assert_eq!((&item["hash_algorithm"], &item["size"]), (&json!("sha-256"), &json!(content.len())));
            assert_eq!((&item["deposited_by"], &item["origin"]), (&json!(lucie.person), &json!("brought")));
            assert!(item["stored_size"].as_u64().unwrap() > content.len() as u64);
        }
        // What the journal names is what is stored.
        let lines = lucie.journal().await;
        let line = lines.iter().find(|l| l["action"] == "document.new_version").unwrap();
        assert_eq!(line["blob_sha256"], items[0]["stored_sha256"]);
        assert_eq!(line["object"]["version"], new["version"]);
        assert_eq!(line["sentence"].as_str().unwrap().replace('\u{a0}', " "), "Vous avez remplacé « Titre de séjour » par une version plus récente.");
        let begun = lines.iter().rfind(|l| l["action"] == "document.deposit_begin").unwrap()["sentence"].as_str().unwrap();
        assert_eq!(begun.replace('\u{a0}', " "), "Vous avez commencé à remplacer « Titre de séjour » par une version plus récente.");
        // Both count in what the locker holds; the paper is one.
        let glance = lucie.get("").await.expect(200).json();
        assert_eq!(glance["count"], 1);
        let stored: u64 = items.iter().map(|v| v["stored_size"].as_u64().unwrap()).sum();
        assert_eq!(glance["size"], stored);

        // A version without a date of its own does not inherit the old one's.
        let third = replace(&lucie, id, &json!({}), b"troisieme").await.expect(201).json();
        assert_eq!((&third["expires_on"], &third["validity"]["state"]), (&Value::Null, &json!("unknown")));
        // Wrong sums, unknown fields and the trash are refused, and nothing is half done.
        replace(&lucie, id, &json!({"sha256": "00".repeat(32)}), b"x").await.expect(422);
        replace(&lucie, id, &json!({"kind": "banque.rib"}), b"x").await.expect(422);
        lucie.client.delete(&lucie.path(&format!("/documents/{id}"))).await.expect(204);
        replace(&lucie, id, &json!({}), b"x").await.expect(409);
        act(&lucie, &format!("/documents/{id}/restore")).await.expect(204);
        assert_eq!(lucie.get(&format!("/documents/{id}/versions")).await.json()["items"].as_array().unwrap().len(), 3);
        world.settle().await;
        assert_eq!(world.raw().await.all_blobs().await.len(), 3, "no blob is left over");
    }

    async fn a_repeated_version_is_one_version(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("RIB", "banque.rib", b"FR00").await;
        let other = lucie.deposit("Autre", "banque.rib", b"FR01").await;
        let send = async |id: &str, content: &[u8]| {
            let request = lucie.client.request(Method::POST, &lucie.path(&format!("/documents/{id}/versions"))).header("idempotency-key", "v-1");
            lucie.client.send(request.multipart(multipart(&json!({}), "rib.txt", content.to_vec()))).await
        };
        assert_eq!(send(&id, b"FR02").await.expect(201).header("idempotency-replayed"), "false");
        assert_eq!(send(&id, b"FR02").await.expect(201).header("idempotency-replayed"), "true");
        send(&id, b"FR03").await.expect(422);
        // The same key for another paper is another request.
        send(&other, b"FR02").await.expect(422);
        assert_eq!(lucie.get(&format!("/documents/{id}/versions")).await.json()["items"].as_array().unwrap().len(), 2);
        // Eight at once: eight versions, numbered without a gap.
        let all = (0..8_u8).map(|n| { let (lucie, id) = (&lucie, &id); async move { replace(lucie, id, &json!({}), &[b'0' + n; 9]).await } });
        for answer in futures_util::future::join_all(all).await {
            answer.expect(201);
        }
        let versions = lucie.get(&format!("/documents/{id}/versions")).await.json();
        let numbers: Vec<_> = versions["items"].as_array().unwrap().iter().map(|v| v["number"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (1..=10).rev().collect::<Vec<_>>());
        assert_eq!(act(&lucie, &format!("/documents/{id}/control")).await.expect(200).json()["checked"], 10);
    }

    /// What describes a paper changes; its content does not, even when it moves to another category and its keys are wrapped anew.
    async fn a_paper_is_described_anew_and_filed_elsewhere(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Courier", "formation.courrier", b"un").await;
        replace(&lucie, &id, &json!({}), b"deux").await.expect(201);
        let before = lucie.get(&format!("/documents/{id}")).await.json();
        let wraps = count(&world, "wraps").await;
        let changed = change(&lucie, &id, &json!({
            "title": "Avis d'imposition", "kind": "impots.avis_imposition", "private": true, "whose": "spouse",
            "issued_on": "2026-09-01", "expires_on": "2027-09-01", "good_until": "2027-12-31",
        })).await.expect(200).json();
        assert_eq!((&changed["category"], &changed["title"], &changed["private"], &changed["whose"]), (&json!("impots"), &json!("Avis d'imposition"), &json!(true), &json!("spouse")));
        assert_eq!(changed["validity"], json!({"state": "good", "until": "2027-12-31"}));
        for same in ["version", "sha256", "size", "deposited_at", "file_name"] {
            assert_eq!(changed[same], before[same], "{same}");
        }
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.expect(200).json(), changed);
        assert_eq!(lucie.content(&id).await.expect(200).body, b"deux");
        let versions = lucie.get(&format!("/documents/{id}/versions")).await.json();
        let first = versions["items"][1]["id"].as_str().unwrap();
        assert_eq!(lucie.get(&format!("/documents/{id}/content?version={first}")).await.expect(200).body, b"un");
        assert_eq!(count(&world, "wraps").await, wraps, "the old wraps are gone");
        assert_eq!(lucie.get("/documents?category=formation").await.json()["items"].as_array().unwrap().len(), 0);

        // Left out stays; null goes.
        let again = change(&lucie, &id, &json!({"good_until": null, "private": false})).await.expect(200).json();
        assert_eq!((&again["good_until"], &again["expires_on"], &again["private"]), (&Value::Null, &json!("2027-09-01"), &json!(false)));
        for (wrong, field) in [
            (json!({"title": ""}), "title"), (json!({"kind": "x"}), "kind"), (json!({"issued_on": "demain"}), "issued_on"),
            (json!({"whose": "voisin"}), "whose"), (json!({"sha256": "00"}), "body"), (json!({"title": "é".repeat(201)}), "title"),
        ] {
            assert_eq!(change(&lucie, &id, &wrong).await.expect(422).json()["field"], field, "{wrong}");
        }
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.json(), again, "nothing is half changed");
        let trail = lucie.trail().await;
        assert_eq!(trail.iter().filter(|l| *l == "document.amend done").count(), 2, "{trail:?}");

        // In the trash nothing changes.
        lucie.client.delete(&lucie.path(&format!("/documents/{id}"))).await.expect(204);
        change(&lucie, &id, &json!({"title": "Non"})).await.expect(409);
    }

    /// Several at once that move a paper about, and put versions on it: each is wholly done or refused, and everything opens after.
    async fn changes_at_once_leave_a_paper_that_opens(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Papier", "formation.courrier", b"zero").await;
        let kinds = ["banque.rib", "sante.mutuelle", "logement.bail", "formation.courrier"];
        let changes = kinds.iter().cycle().take(12).map(|kind| { let (lucie, id) = (&lucie, &id); async move { change(lucie, id, &json!({"kind": kind})).await.status.as_u16() } });
        let versions = (0..6_u8).map(|n| { let (lucie, id) = (&lucie, &id); async move { replace(lucie, id, &json!({}), &vec![b'a' + n; 90_000]).await.status.as_u16() } });
        let (moved, added) = futures_util::future::join(futures_util::future::join_all(changes), futures_util::future::join_all(versions)).await;
        assert!(moved.iter().all(|s| *s == 200), "{moved:?}");
        // Filed elsewhere while it streamed: that version is refused whole.
        assert!(added.iter().all(|s| [201, 409].contains(s)), "{added:?}");
        let kept = added.iter().filter(|s| **s == 201).count() + 1;
        let report = act(&lucie, &format!("/documents/{id}/control")).await.expect(200).json();
        assert_eq!((&report["intact"], &report["checked"]), (&json!(true), &json!(kept)));
        world.settle().await;
        assert_eq!(world.raw().await.all_blobs().await.len(), kept);
    }

    /// NF Z42-020's control: a bit that changed in the store is found, named, and written down; the rest is intact.
    async fn a_control_finds_what_changed(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let good = lucie.deposit("Bon", "banque.rib", b"FR00").await;
        let bad = lucie.deposit("Abîmé", "banque.rib", &vec![b'x'; 200_000]).await;
        replace(&lucie, &bad, &json!({}), b"plus court").await.expect(201);
        let all = act(&lucie, "/control").await.expect(200).json();
        assert_eq!((&all["intact"], &all["checked"], &all["bytes"], &all["hash_algorithm"]), (&json!(true), &json!(3), &json!(200_014), &json!("sha-256")));

        let lines = lucie.journal().await;
        let sum = lines.iter().find(|l| l["action"] == "document.deposit" && l["object"]["id"] == bad.as_str()).unwrap()["blob_sha256"].clone();
        let raw = world.raw().await;
        let (name, mut bytes) = raw.all_blobs().await.into_iter().find(|(_, b)| hex(&Sha256::digest(b)) == sum.as_str().unwrap()).unwrap();
        bytes[150_000] ^= 1;
        raw.replace_blob(&name, bytes).await;
        let report = act(&lucie, &format!("/documents/{bad}/control")).await.expect(200).json();
        assert_eq!(report["intact"], false);
        let verdicts: Vec<_> = report["versions"].as_array().unwrap().iter().map(|v| (v["number"].as_u64().unwrap(), v["intact"].as_bool().unwrap())).collect();
        assert_eq!(verdicts, [(2, true), (1, false)]);
        let all = act(&lucie, "/control").await.expect(200).json();
        assert_eq!(all["intact"], false);
        assert_eq!(act(&lucie, &format!("/documents/{good}/control")).await.expect(200).json()["intact"], true);
        // A blob that is gone is found too, and so is a whole other blob in its place.
        raw.replace_blob(&name, b"rien".to_vec()).await;
        assert_eq!(act(&lucie, &format!("/documents/{bad}/control")).await.expect(200).json()["intact"], false);

        world.settle().await;
        let trail = lucie.trail().await;
        let kept: Vec<_> = trail.iter().filter(|l| l.contains("control") || l.contains("access.close")).map(String::as_str).collect();
        assert_eq!(kept, [
            "locker.control done", "access.close ended:complete",
            "document.control done", "document.control ended:damaged", "access.close ended:damaged",
            "locker.control done", "locker.control ended:damaged", "access.close ended:damaged",
            "document.control done", "access.close ended:complete",
            "document.control done", "document.control ended:damaged", "access.close ended:damaged",
        ]);
        let lines = lucie.journal().await;
        let told: Vec<_> = lines.iter().filter(|l| l["of"].as_str().is_some_and(|of| of.ends_with(".control"))).map(|l| l["sentence"].as_str().unwrap()).collect();
        assert_eq!((told[0], told[1]), ("La vérification est finie. Rien n’a changé.", "La vérification est finie. Un papier est abîmé."));
    }

    /// Destroyed for good: no key, no blob, no description is left; the lines stay, and name a paper that is gone.
    async fn a_destroyed_paper_is_gone_and_its_lines_stay(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let kept = lucie.deposit("Gardé", "banque.rib", b"FR00").await;
        let (wraps, keys) = (count(&world, "wraps").await, count(&world, "keys").await);
        let id = lucie.deposit("Secret", "formation.courrier", b"un").await;
        replace(&lucie, &id, &json!({}), b"deux").await.expect(201);
        lucie.client.delete(&lucie.path(&format!("/documents/{id}"))).await.expect(204);
        let held = world.raw().await.bytes("SELECT wrapped FROM wraps").await;
        act(&lucie, &format!("/documents/{id}/destroy")).await.expect(204);
        // A copy of the files taken now holds no key of it.
        let mut raw = world.raw().await;
        let left = raw.bytes("SELECT wrapped FROM wraps").await;
        let dump = raw.dump().await;
        let gone: Vec<_> = held.iter().filter(|wrap| !left.contains(wrap)).collect();
        assert_eq!(gone.len(), 2);
        for wrap in gone {
            let is_there = |bytes: &[u8]| dump.windows(bytes.len()).any(|w| w == bytes);
            assert!(!is_there(wrap) && !is_there(hex(wrap).as_bytes()), "a destroyed key is still in the files");
        }
        for rest in ["", "/content", "/versions"] {
            lucie.get(&format!("/documents/{id}{rest}")).await.expect(404);
        }
        act(&lucie, &format!("/documents/{id}/destroy")).await.expect(404);
        act(&lucie, &format!("/documents/{id}/restore")).await.expect(404);
        assert_eq!(lucie.get("/documents?trashed=true").await.json()["items"].as_array().unwrap().len(), 0);
        assert_eq!((count(&world, "wraps").await, count(&world, "keys").await), (wraps, keys));
        assert_eq!((count(&world, "documents").await, count(&world, "versions").await), (1, 1));
        world.settle().await;
        assert_eq!(world.raw().await.all_blobs().await.len(), 1);
        assert_eq!(lucie.content(&kept).await.expect(200).body, b"FR00");
        let lines = lucie.journal().await;
        let line = lines.iter().find(|l| l["action"] == "document.destroy").unwrap();
        assert_eq!(line["sentence"], "Vous avez supprimé un papier pour toujours.");
        let added = lines.iter().find(|l| l["action"] == "document.deposit" && l["object"]["id"] == id.as_str()).unwrap();
        assert_eq!(added["sentence"], "Vous avez ajouté un papier supprimé.");
        // A paper that is not in the trash can be destroyed too.
        act(&lucie, &format!("/documents/{kept}/destroy")).await.expect(204);
        assert_eq!(lucie.get("").await.json()["size"], 0);
    }

    /// A request that is sent again after its paper was destroyed: it is told what became of it, and brings nothing back.
    async fn a_repeated_deposit_of_a_destroyed_paper_is_told_so(pair) {
        let world = World::new(pair).await;
        let (lucie, paul) = (world.holder("lucie").await, world.holder("ahmed").await);
        let send = async |who: &Client, rest: &str, key: &str, content: &[u8]| {
            let metadata = if rest == "/documents" { json!({"title": "RIB", "kind": "banque.rib"}) } else { json!({}) };
            let request = who.request(Method::POST, &lucie.path(rest)).header("idempotency-key", key);
            who.send(request.multipart(multipart(&metadata, "rib.txt", content.to_vec()))).await
        };
        let id = send(&lucie.client, "/documents", "k-1", b"FR00").await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let versions = format!("/documents/{id}/versions");
        send(&lucie.client, &versions, "v-1", b"FR01").await.expect(201);
        lucie.client.delete(&lucie.path(&format!("/documents/{id}"))).await.expect(204);
        assert_eq!(send(&lucie.client, "/documents", "k-1", b"FR00").await.expect(201).json()["state"], "trashed");
        act(&lucie, &format!("/documents/{id}/destroy")).await.expect(204);
        let before = lucie.trail().await.len();
        for (rest, key, content) in [("/documents", "k-1", &b"FR00"[..]), (versions.as_str(), "v-1", b"FR01"), ("/documents", "k-1", b"FR00")] {
            let told = send(&lucie.client, rest, key, content).await;
            assert_problem(&told, 410, "paper-destroyed", rest);
            assert_eq!(told.json()["title"], "Ce papier avait été ajouté, puis supprimé pour toujours.");
        }
        world.settle().await;
        let trail = lucie.trail().await;
        let closed: Vec<_> = trail.iter().skip(before).filter(|l| l.starts_with("access.close")).collect();
        assert_eq!(closed, ["access.close ended:paper_destroyed", "access.close ended:paper_destroyed"], "{trail:?}");
        // Another content is another request; another key for a paper that is gone, or a stranger's, learns nothing.
        assert_problem(&send(&lucie.client, "/documents", "k-1", b"FR99").await, 422, "repeat-key", "another content");
        assert_problem(&send(&lucie.client, &versions, "v-2", b"FR01").await, 404, "not-found", "another key");
        for (rest, key) in [("/documents", "k-1"), (versions.as_str(), "v-1")] {
            assert_problem(&send(&paul.client, rest, key, b"FR00").await, 404, "not-found", "a stranger");
            assert_problem(&send(&world.anonymous(), rest, key, b"FR00").await, 401, "not-signed-in", "nobody");
        }
        assert_eq!(count(&world, "documents").await + count(&world, "versions").await, 0);
        assert!(world.raw().await.all_blobs().await.is_empty());
        // With a new key the same content is a new paper.
        assert_ne!(send(&lucie.client, "/documents", "k-2", b"FR00").await.expect(201).json()["id"], id.as_str());
    }

    /// What ends soon, what is over, what is too old: found by asking, counted at a glance, and time moves them on.
    async fn papers_grow_old(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let today = jiff::Timestamp::from_microsecond(world.source.now().micros()).unwrap().to_zoned(jiff::tz::TimeZone::get("Europe/Paris").unwrap()).date();
        let day = |days: i64| today.checked_add(jiff::Span::new().days(days)).unwrap().to_string();
        for (title, kind, metadata) in [
            ("passeport", "identite.passeport", json!({"expires_on": day(89)})),
            ("carte", "identite.carte_nationale", json!({"expires_on": day(-400), "good_until": day(1000)})),
            ("visa", "sejour.visa", json!({"expires_on": day(-1), "whose": "child"})),
            ("facture", "logement.justificatif_domicile", json!({"issued_on": day(-100)})),
            ("quittance", "logement.justificatif_domicile", json!({"issued_on": day(-80)})),
            ("diplôme", "formation.diplome", json!({})),
        ] {
            let mut metadata = metadata;
            metadata["title"] = json!(title);
            metadata["kind"] = json!(kind);
            lucie.deposit_with(&metadata, "p.txt", title.as_bytes().to_vec()).await.expect(201);
        }
        let titles = async |query: &str| {
            let list = lucie.get(&format!("/documents?{query}")).await.expect(200).json();
            let mut titles: Vec<String> = list["items"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap().to_owned()).collect();
            titles.sort();
            titles.join(" ")
        };
        assert_eq!(titles("validity=ends_soon").await, "passeport");
        assert_eq!(titles("validity=ended").await, "visa");
        assert_eq!(titles("validity=too_old").await, "facture");
        assert_eq!(titles("validity=good").await, "carte quittance");
        assert_eq!(titles("validity=permanent").await, "diplôme");
        assert_eq!(titles("whose=child").await, "visa");
        for wrong in ["validity=vieux", "whose=voisin"] {
            lucie.get(&format!("/documents?{wrong}")).await.expect(422);
        }
        let counts = json!([{"code": "ends_soon", "count": 1}, {"code": "ended", "count": 1}, {"code": "too_old", "count": 1}]);
        assert_eq!(lucie.get("").await.json()["attention"], counts);
        world.wait(Duration::from_hours(24 * 90));
        let lucie = world.holder("lucie").await;
        let ended = lucie.get("/documents?validity=ended").await.json();
        assert_eq!(ended["items"].as_array().unwrap().len(), 2);
        assert_eq!(lucie.get("/documents?validity=too_old").await.json()["items"].as_array().unwrap().len(), 2);
    }

    /// Somebody else, signed in or not, learns nothing from any of these doors, and changes nothing.
    async fn strangers_find_none_of_these_doors(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Secret", "formation.courrier", b"un").await;
        let paul = world.holder("ahmed").await;
        let own = paul.deposit("À moi", "formation.courrier", b"deux").await;
        let nobody = world.anonymous();
        let before = lucie.get(&format!("/documents/{id}")).await.json();
        for (method, rest) in [
            (Method::PATCH, format!("/documents/{id}")), (Method::POST, format!("/documents/{id}/versions")),
            (Method::GET, format!("/documents/{id}/versions")), (Method::POST, format!("/documents/{id}/control")),
            (Method::POST, format!("/documents/{id}/destroy")), (Method::POST, "/control".to_owned()),
        ] {
            for (who, status) in [(&paul.client, 404), (&nobody, 401)] {
                let request = who.request(method.clone(), &lucie.path(&rest));
                let request = match (method.as_str(), rest.ends_with("/versions")) {
                    ("PATCH", _) => request.body("{\"title\": \"Volé\"}"),
                    ("POST", true) => request.multipart(multipart(&json!({}), "x.txt", b"x".to_vec())),
                    _ => request,
                };
                who.send(request).await.expect(status);
            }
        }
        // Wrong bodies are told to nobody who may not send right ones.
        paul.client.send(paul.client.request(Method::PATCH, &lucie.path(&format!("/documents/{id}"))).body("{")).await.expect(404);
        // Another's paper through one's own locker.
        for rest in [format!("/documents/{id}/versions"), format!("/documents/{id}")] {
            paul.get(&rest).await.expect(404);
        }
        for rest in [format!("/documents/{id}/control"), format!("/documents/{id}/destroy")] {
            act(&paul, &rest).await.expect(404);
        }
        change(&paul, &id, &json!({"title": "Volé"})).await.expect(404);
        replace(&paul, &id, &json!({}), b"x").await.expect(404);
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.json(), before);
        assert_eq!(paul.content(&own).await.expect(200).body, b"deux");
        let trail = lucie.trail().await;
        assert!(!trail.iter().any(|l| l.contains("refused")), "nothing of it stands in her journal: {trail:?}");
    }

    /// A locker that is nearly full: what does not fit is refused while it streams, and many at once do not pass the limit.
    async fn the_quota_holds_for_many_at_once(pair) {
        let world = World::with(pair, Limits { locker_bytes: 1_000_000, ..Limits::default() }).await;
        let lucie = world.holder("lucie").await;
        let all = (0..24_u8).map(|n| { let lucie = &lucie; async move {
            let metadata = json!({"title": format!("{n}"), "kind": "formation.courrier"});
            lucie.deposit_with(&metadata, "p.txt", vec![b'x'; 190_000]).await
        }});
        let answers = futures_util::future::join_all(all).await;
        let statuses: Vec<u16> = answers.iter().map(|a| a.status.as_u16()).collect();
        let kept = statuses.iter().filter(|s| **s == 201).count();
        assert!((1..=5).contains(&kept), "{statuses:?}");
        assert!(statuses.iter().all(|s| [201, 413, 429].contains(s)), "{statuses:?}");
        let glance = lucie.get("").await.json();
        assert!(glance["size"].as_u64().unwrap() <= 1_000_000, "{glance}");
        assert_eq!(glance["count"], kept);
        let metadata = json!({"title": "Trop", "kind": "formation.courrier"});
        let answer = lucie.deposit_with(&metadata, "p.txt", vec![b'x'; 990_000]).await.expect(413);
        assert_eq!(answer.json()["type"], "/problems/quota");
        world.settle().await;
        assert_eq!(world.raw().await.all_blobs().await.len(), kept, "what was refused left nothing behind");
    }
}
