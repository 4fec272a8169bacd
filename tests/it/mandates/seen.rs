//! An aidant has held an original in their hands, and says which version shows it. Who would make more of that than it is.

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use super::visits::helped;
use super::withdraw::export_list;
use crate::attacks::tools::{assert_problem, ignore_references};
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Visit, World, multipart, proposal};

/// Says that one has seen the original of a version.
pub async fn vouch(visit: &Visit<'_>, paper: &str, version: &str) -> Answer {
    visit.post(&format!("/documents/{paper}/versions/{version}/original-seen")).await
}

/// The newest version of a paper, as its holder's page names it.
pub async fn newest(holder: &Holder, paper: &str) -> String {
    let shown = holder.get(&format!("/documents/{paper}")).await.expect(200).json();
    shown["version"].as_str().unwrap().to_owned()
}

/// The holder adds a version. Gives its id.
pub async fn replace(holder: &Holder, paper: &str, content: &[u8]) -> String {
    let request = holder.client.request(Method::POST, &holder.path(&format!("/documents/{paper}/versions")));
    let form = multipart(&json!({}), "papier.txt", content.to_vec());
    holder.client.send(request.multipart(form)).await.expect(201).json()["version"].as_str().unwrap().to_owned()
}

/// Where a paper's newest version comes from, and who has seen its original.
async fn origin(holder: &Holder, paper: &str) -> (Value, Vec<String>) {
    let shown = holder.get(&format!("/documents/{paper}")).await.expect(200).json();
    let seen = shown["original_seen"].as_array().cloned().unwrap_or_default();
    let name = |one: &Value| format!("{}, {}", one["name"].as_str().unwrap(), one["organisation"].as_str().unwrap());
    (shown["origin"].clone(), seen.iter().map(name).collect())
}

async fn control(holder: &Holder) -> Value {
    holder.client.post(&holder.path("/control")).await.expect(200).json()
}

/// The versions that a control of everything finds wrong.
async fn wrong(holder: &Holder) -> Vec<Value> {
    let report = control(holder).await;
    let all = report["versions"].as_array().unwrap().iter();
    all.filter(|one| one["intact"] == false).map(|one| one["version"].clone()).collect()
}

on_both_pairs! {
    async fn who_has_seen_an_original_is_told_wherever_the_version_is(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read", "organise"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let version = newest(&lucie, &paper).await;
        assert_eq!(origin(&lucie, &paper).await, (json!("brought"), vec![]));
        let visit = mandate.visit(&claire.client).await;
        vouch(&visit, &paper, &version).await.expect(204);
        let told = vec!["Claire MOREL, CCAS".to_owned()];
        assert_eq!(origin(&lucie, &paper).await, (json!("original_seen"), told.clone()));
        let versions = lucie.get(&format!("/documents/{paper}/versions")).await.expect(200).json();
        assert_eq!(versions["items"][0]["origin"], "original_seen");
        assert_eq!(versions["items"][0]["original_seen"][0]["person"], claire.person.as_str());
        assert_eq!(visit.get("/documents").await.json()["items"][0]["origin"], "original_seen");
        // The entry is bound to the bytes.
        let lines = lucie.journal().await;
        let line = lines.iter().find(|line| line["action"] == "document.original_seen").unwrap();
        assert_eq!(line["blob_sha256"], versions["items"][0]["stored_sha256"]);
        assert_eq!(line["object"]["version"], version.as_str());
        let sentence = line["sentence"].as_str().unwrap().replace('\u{a0}', " ").replace('’', "'");
        assert!(sentence.starts_with("Claire MOREL, CCAS, a vu l'original de « Bail »."), "{sentence}");
        // On the pages of both.
        for page in [
            lucie.client.get(&format!("/papiers/{paper}")).await,
            claire.client.get(&format!("/visite/{}/{}/papiers/{paper}", visit.locker, visit.id)).await,
        ] {
            assert!(page.expect(200).text().contains("vu par Claire MOREL, CCAS, le "));
        }
        // Said again: one word a member, with its newest date. Moved and renamed, it stays.
        world.wait(std::time::Duration::from_hours(1));
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        let visit = mandate.visit(&claire.client).await;
        vouch(&visit, &paper, &version).await.expect(204);
        let lucie = world.holder("lucie").await;
        assert_eq!(origin(&lucie, &paper).await, (json!("original_seen"), told.clone()));
        let changed = lucie.client.request(Method::PATCH, &lucie.path(&format!("/documents/{paper}")));
        lucie.client.send(changed.json(&json!({"kind": "banque.rib", "title": "Autre"}))).await.expect(200);
        assert_eq!(origin(&lucie, &paper).await.1, told);
        assert_eq!(control(&lucie).await["intact"], true);
        // What is taken away bears it.
        let list = export_list(&lucie).await;
        let exported = &list["papers"][0]["versions"][0];
        assert_eq!((&exported["origin"], &exported["original_seen"][0]["name"]), (&json!("original_seen"), &json!("Claire MOREL")));
        // Of a new version nobody has seen the original.
        replace(&lucie, &paper, b"nouveau").await;
        assert_eq!(origin(&lucie, &paper).await, (json!("brought"), vec![]));
        let versions = lucie.get(&format!("/documents/{paper}/versions")).await.expect(200).json();
        assert_eq!((&versions["items"][0]["origin"], &versions["items"][1]["origin"]), (&json!("brought"), &json!("original_seen")));
        assert_eq!(control(&lucie).await["intact"], true);
    }

    /// Each with an account, and some with a mandate: nobody vouches for more than they may open.
    async fn nobody_vouches_for_what_they_may_not_open(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let rib = lucie.deposit("RIB", "banque.rib", b"rib").await;
        let hidden = json!({"title": "Caché", "kind": "logement.bail", "private": true});
        let hidden = lucie.deposit_with(&hidden, "x.txt", b"x".to_vec()).await.expect(201).json();
        let hidden = hidden["id"].as_str().unwrap();
        let version = newest(&lucie, &paper).await;
        let visit = mandate.visit(&claire.client).await;
        for (what, paper) in [("private", hidden), ("out of scope", rib.as_str())] {
            let version = newest(&lucie, paper).await;
            assert_problem(&vouch(&visit, paper, &version).await, 404, "not-found", what);
        }
        assert_problem(&vouch(&visit, &paper, &newest(&lucie, &rib).await).await, 404, "not-found", "another paper's version");
        lucie.client.delete(&lucie.path(&format!("/documents/{paper}"))).await.expect(204);
        assert_problem(&vouch(&visit, &paper, &version).await, 404, "not-found", "in the trash");
        lucie.client.post(&lucie.path(&format!("/documents/{paper}/restore"))).await.expect(204);
        // The holder themselves.
        let own = lucie.path(&format!("/documents/{paper}/versions/{version}/original-seen"));
        assert_problem(&lucie.client.post(&own).await, 403, "not-allowed", "the holder");
        // Without having passed the second factor in this session.
        let (id, locker) = (visit.id.clone(), visit.locker.clone());
        let again = claire.again(&world, "claire").await;
        let without = Visit { client: &again.client, id, locker };
        assert_problem(&vouch(&without, &paper, &version).await, 403, "second-factor", "no second factor");
        // Who may only read, or only see the list.
        let organisation = again.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].clone();
        again.pass().await.expect(204);
        crate::entrance::through(&lucie.client, "/auth/holder/login?step_up=1&next=/papiers", "lucie").await.expect(303);
        for permissions in [json!(["read"]), json!(["list"]), json!(["list", "deposit", "organise", "share"])] {
            let mut body = proposal("", None);
            body["organisation"] = organisation.clone();
            body["scope"][0]["permissions"] = permissions.clone();
            let mandate = lucie.let_help(&again.client, body).await;
            let visit = mandate.visit(&again.client).await;
            assert_problem(&vouch(&visit, &paper, &version).await, 404, "not-found", &permissions.to_string());
        }
        // Family, whatever it may do.
        let ahmed = world.sign_in("holder", "ahmed").await;
        let family = lucie.let_help(&ahmed, proposal("", None)).await;
        let visit = family.visit(&ahmed).await;
        visit.content(&paper).await.expect(200);
        assert_problem(&vouch(&visit, &paper, &version).await, 403, "not-allowed", "family");
        assert_eq!(origin(&lucie, &paper).await, (json!("brought"), vec![]));
        let trail = lucie.trail().await;
        let refused = trail.iter().filter(|line| line.starts_with("document.original_seen refused")).count();
        assert_eq!(refused, 10, "each is a line: {trail:?}");
        assert!(!trail.contains(&"document.original_seen done".to_owned()));
    }

    /// The holder replaces the paper while the aidant looks at the one before. The word is about that one.
    async fn a_word_on_an_old_version_says_nothing_of_the_newest(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"ancien").await;
        let old = newest(&lucie, &paper).await;
        let visit = mandate.visit(&claire.client).await;
        replace(&lucie, &paper, b"nouveau").await;
        vouch(&visit, &paper, &old).await.expect(204);
        assert_eq!(origin(&lucie, &paper).await, (json!("brought"), vec![]));
        let versions = visit.get(&format!("/documents/{paper}/versions")).await.expect(200).json();
        assert_eq!((&versions["items"][0]["origin"], &versions["items"][1]["origin"]), (&json!("brought"), &json!("original_seen")));
        assert_eq!(control(&lucie).await["intact"], true);
    }

    /// Somebody writes SQL, and has an older copy of the rows and of another paper's.
    async fn a_word_is_neither_forged_nor_moved_nor_taken_back_by_sql(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let seen = lucie.deposit("Vu", "logement.bail", b"vu").await;
        let other = lucie.deposit("Faux", "logement.bail", b"faux").await;
        let (seen_version, other_version) = (newest(&lucie, &seen).await, newest(&lucie, &other).await);
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        raw.run("CREATE TABLE before_versions AS SELECT * FROM versions").await.unwrap();
        let visit = mandate.visit(&claire.client).await;
        vouch(&visit, &seen, &seen_version).await.expect(204);
        raw.run("CREATE TABLE after_versions AS SELECT * FROM versions").await.unwrap();
        assert_eq!(control(&lucie).await["intact"], true);
        let (s, o) = (raw.id(&seen_version), raw.id(&other_version));

        // The word moved to another version: it does not open there.
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM after_versions WHERE version_id = {s}) WHERE version_id = {o}")).await.unwrap();
        assert_problem(&lucie.get(&format!("/documents/{other}")).await, 500, "damaged", "moved");
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM after_versions WHERE version_id = {o}) WHERE version_id = {o}")).await.unwrap();
        assert_eq!(control(&lucie).await["intact"], true);
        // Other bytes under the same word.
        raw.run(&format!("UPDATE versions SET blob_sha256 = (SELECT blob_sha256 FROM after_versions WHERE version_id = {o}) WHERE version_id = {s}")).await.unwrap();
        assert_problem(&lucie.get(&format!("/documents/{seen}")).await, 500, "damaged", "other bytes");
        raw.run(&format!("UPDATE versions SET blob_sha256 = (SELECT blob_sha256 FROM after_versions WHERE version_id = {s}) WHERE version_id = {s}")).await.unwrap();
        // Taken back: it opens, and the control names it.
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM before_versions WHERE version_id = {s}) WHERE version_id = {s}")).await.unwrap();
        assert_eq!(origin(&lucie, &seen).await.0, "brought");
        assert_eq!(wrong(&lucie).await, [json!(seen_version)]);
        // What is said on top of it does not wash it clean of another's word.
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM after_versions WHERE version_id = {s}) WHERE version_id = {s}")).await.unwrap();
        assert_eq!(origin(&lucie, &seen).await.0, "original_seen");
        assert!(wrong(&lucie).await.is_empty());
        // An older word of the same member, put back after a newer one. What is said twice within ten minutes is one word.
        world.wait(std::time::Duration::from_mins(11));
        vouch(&visit, &seen, &seen_version).await.expect(204);
        assert!(wrong(&lucie).await.is_empty());
        raw.run(&format!("UPDATE versions SET details = (SELECT details FROM after_versions WHERE version_id = {s}) WHERE version_id = {s}")).await.unwrap();
        assert_eq!(wrong(&lucie).await, [json!(seen_version)]);
    }
}
