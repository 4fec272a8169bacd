//! What helpers do in a visit: what their mandate names, and nothing else.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Mandate, Pair, Professional, Visit, World, proposal};

/// A holder with papers, an aidant with a mandate on housing.
pub async fn helped(world: &World, permissions: &Value) -> (Holder, Professional, Mandate) {
    let lucie = world.holder("lucie").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
    let mut body = proposal("", Some(&ccas));
    body["scope"] = json!([{"category": "logement", "permissions": permissions}]);
    let mandate = lucie.let_help(&claire.client, body).await;
    (lucie, claire, mandate)
}

const ALL: [&str; 4] = ["list", "read", "deposit", "organise"];

/// What an answer is, in one word.
fn told(answer: &crate::world::Answer) -> u16 {
    answer.status.as_u16()
}

on_both_pairs! {
    /// Each permission alone, with each thing that a helper may ask.
    async fn each_permission_allows_what_it_says(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list"])).await;
        lucie.stop(&first).await;
        let organisation = claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].clone();
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut table = Vec::new();
        for permission in ["list", "read", "deposit", "organise", "share"] {
            let mut body = proposal("", None);
            body["organisation"] = organisation.clone();
            body["scope"][0]["permissions"] = json!([permission]);
            let mandate = lucie.let_help(&claire.client, body).await;
            let visit = mandate.visit(&claire.client).await;
            let new = json!({"title": "Quittance", "kind": "logement.quittance_loyer"});
            let row = [
                ("list", told(&visit.get("/documents").await)),
                ("view", told(&visit.get(&format!("/documents/{paper}")).await)),
                ("read", told(&visit.content(&paper).await)),
                ("versions", told(&visit.get(&format!("/documents/{paper}/versions")).await)),
                ("control", told(&visit.post(&format!("/documents/{paper}/control")).await)),
                ("deposit", told(&visit.deposit(&new, b"quittance").await)),
                ("amend", told(&visit.patch(&paper, &json!({"title": "Mon bail"})).await)),
            ];
            table.push(format!("{permission}: {}", row.map(|(what, status)| format!("{what} {status}")).join(", ")));
            visit.end().await.expect(204);
            lucie.stop(&mandate).await;
        }
        insta::assert_json_snapshot!("what_each_permission_allows", table);
    }

    async fn what_is_outside_does_not_appear(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(ALL)).await;
        let bail = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let rib = lucie.deposit("RIB", "banque.rib", b"rib").await;
        let hidden = lucie.deposit_with(&json!({"title": "Caché", "kind": "logement.bail", "private": true}), "x.txt", b"x".to_vec()).await.expect(201).json();
        let hidden = hidden["id"].as_str().unwrap().to_owned();
        let trashed = lucie.deposit("Vieux bail", "logement.bail", b"vieux").await;
        lucie.client.delete(&lucie.path(&format!("/documents/{trashed}"))).await.expect(204);
        let visit = mandate.visit(&claire.client).await;
        assert_eq!(visit.titles().await, ["Bail"]);
        for query in ["?trashed=true", "?q=RIB", "?category=banque"] {
            assert_eq!(visit.get(&format!("/documents{query}")).await.expect(200).json()["items"], json!([]), "{query}");
        }
        let view = visit.get("").await.expect(200).json();
        assert_eq!((&view["count"], &view["trashed"], &view["information"]["accepted"]), (&json!(1), &json!(0), &json!(null)));
        // A guess is 404, and a line that the holder reads.
        for paper in [&rib, &hidden, &trashed] {
            for rest in ["", "/content", "/versions"] {
                assert_problem(&visit.get(&format!("/documents/{paper}{rest}")).await, 404, "not-found", rest);
            }
            assert_problem(&visit.patch(paper, &json!({"title": "x"})).await, 404, "not-found", "amend");
        }
        let lines = lucie.journal().await;
        let refused: Vec<_> = lines.iter().filter(|l| l["outcome"]["reason"] == "out_of_scope").collect();
        assert_eq!(refused.len(), 12);
        assert!(refused.iter().all(|l| l["helper"]["name"] == "Claire MOREL" && l["actor"]["kind"] == "aidant"), "{refused:?}");
        // Never, whatever the mandate says.
        for (method, rest, status) in [
            ("GET", "/journal", 403), ("GET", "/export", 403), ("POST", "/control", 403), ("POST", "/close", 403), ("GET", "/mandates", 403),
            ("POST", "/help-codes", 403), ("POST", "/mandates/stop", 403), ("POST", "/information", 403),
        ] {
            let answer = visit.send(method.parse().unwrap(), rest).await;
            assert!([status, 422].contains(&told(&answer)), "{method} {rest}: {} {}", answer.status, answer.text());
        }
        for (method, rest) in [("POST", "/destroy"), ("DELETE", ""), ("POST", "/restore")] {
            let answer = visit.send(method.parse().unwrap(), &format!("/documents/{bail}{rest}")).await;
            assert_problem(&answer, 403, "not-allowed", rest);
        }
        assert_eq!(lucie.content(&bail).await.expect(200).body, b"bail");
    }

    async fn an_aidant_adds_tidies_and_hides(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(ALL)).await;
        let visit = mandate.visit(&claire.client).await;
        let new = json!({"title": "Quittance", "kind": "logement.quittance_loyer"});
        let made = visit.deposit(&new, b"quittance").await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        assert_eq!(made["deposited_by"], claire.person.as_str());
        assert_eq!(lucie.content(id).await.expect(200).body, b"quittance");
        // Not in a category that the mandate does not name.
        let elsewhere = json!({"title": "RIB", "kind": "banque.rib"});
        assert_problem(&visit.deposit(&elsewhere, b"rib").await, 404, "not-found", "another category");
        assert_problem(&visit.patch(id, &json!({"kind": "banque.rib"})).await, 404, "not-found", "moved to another category");
        visit.patch(id, &json!({"title": "Quittance de mars", "kind": "logement.bail"})).await.expect(200);
        visit.patch(id, &json!({"private": true})).await.expect(200);
        assert_problem(&visit.patch(id, &json!({"private": false})).await, 404, "not-found", "never made visible");
        assert_eq!(visit.titles().await, Vec::<String>::new());
        let kept = lucie.get(&format!("/documents/{id}")).await.expect(200).json();
        assert_eq!((&kept["title"], &kept["private"]), (&json!("Quittance de mars"), &json!(true)));
    }

    /// Nobody acts without a visit, in another's visit, or after it.
    async fn one_acts_in_ones_own_visit(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(ALL)).await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        let outside = claire.client.get(&format!("/api/v1/lockers/{}/documents", lucie.locker)).await;
        assert_problem(&outside, 404, "not-found", "no visit: a stranger");
        let visit = mandate.visit(&claire.client).await;
        let ahmed = world.holder("ahmed").await;
        let elsewhere = claire.client.request(reqwest::Method::GET, &ahmed.path("/documents")).header("consigne-visit", &visit.id);
        assert_problem(&claire.client.send(elsewhere).await, 404, "not-found", "in another locker");
        let borrowed = Visit { client: &ahmed.client, ..mandate.visit(&claire.client).await };
        assert_problem(&borrowed.get("/documents").await, 404, "not-found", "somebody else's visit");
        let own = Visit { client: &lucie.client, ..mandate.visit(&claire.client).await };
        let visit = mandate.visit(&claire.client).await;
        assert_problem(&own.get("/documents").await, 404, "not-found", "not even the holder");
        assert_problem(&lucie.client.post(&lucie.path(&format!("/visits/{}/end", visit.id))).await, 404, "not-found", "nor ends it");
        visit.end().await.expect(204);
        assert_problem(&visit.get("/documents").await, 403, "not-allowed", "it is over");
        assert_problem(&visit.end().await, 403, "not-allowed", "twice");
        // Four hours at the longest.
        let visit = mandate.visit(&claire.client).await;
        for _ in 0..17 {
            world.wait(Duration::from_mins(14));
            visit.get("/documents").await.expect(200);
        }
        world.wait(Duration::from_mins(2));
        assert_problem(&visit.get("/documents").await, 403, "not-allowed", "four hours");
        let nonsense = claire.client.request(reqwest::Method::GET, &lucie.path("/documents")).header("consigne-visit", "nonsense");
        assert_problem(&claire.client.send(nonsense).await, 404, "not-found", "no id");
    }

    /// Two organisations on one category: the holder sees it.
    async fn overlaps_are_told(pair) {
        let world = World::new(pair).await;
        let (lucie, _claire, first) = helped(&world, &json!(ALL)).await;
        world.wait(Duration::from_secs(1));
        let paul = world.professional("paul").await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        let second = lucie.let_help(&paul.client, proposal("", Some(&maison))).await;
        let list = lucie.get("/mandates").await.expect(200).json();
        assert_eq!(list["mandates"][0]["overlaps"], json!([first.id]));
        assert_eq!(list["mandates"][1]["overlaps"], json!([second.id]));
        lucie.stop(&first).await;
        let list = lucie.get("/mandates").await.expect(200).json();
        assert_eq!((&list["mandates"][0]["overlaps"], &list["mandates"][1]["overlaps"]), (&json!([]), &json!([])));
        assert_eq!(list["mandates"][1]["status"], "ended");
    }
}
