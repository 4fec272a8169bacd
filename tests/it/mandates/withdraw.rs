//! A helper added the wrong paper, perhaps into the wrong locker, and takes it back.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use super::seen::{newest, replace};
use super::visits::helped;
use crate::attacks::tools::{assert_problem, ids};
use crate::export::{read, unpack};
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Visit, World, multipart, proposal};

const HOUR: Duration = Duration::from_hours(1);
const TICK: Duration = Duration::from_micros(1);

/// Takes a version back.
pub async fn withdraw(visit: &Visit<'_>, (paper, version): (&str, &str)) -> Answer {
    visit.post(&format!("/documents/{paper}/versions/{version}/withdraw")).await
}

/// Adds a paper in a visit. Gives its id and its version's.
pub async fn add(visit: &Visit<'_>, title: &str, content: &[u8]) -> (String, String) {
    let new = json!({"title": title, "kind": "logement.quittance_loyer"});
    let made = visit.deposit(&new, content).await.expect(201).json();
    (made["id"].as_str().unwrap().to_owned(), made["version"].as_str().unwrap().to_owned())
}

/// Adds a version in a visit, under a key. Gives the answer.
async fn add_version(visit: &Visit<'_>, paper: &str, metadata: &Value, key: &str) -> Answer {
    let form = multipart(metadata, "papier.txt", b"le papier d'une autre".to_vec());
    let request = visit.request(Method::POST, &format!("/documents/{paper}/versions")).header("idempotency-key", key);
    visit.client.send(request.multipart(form)).await
}

pub fn both((paper, version): &(String, String)) -> (&str, &str) {
    (paper, version)
}

async fn control(holder: &Holder) -> Value {
    holder.client.post(&holder.path("/control")).await.expect(200).json()
}

/// The sentences of the holder's journal about what was taken back.
async fn told(holder: &Holder) -> Vec<String> {
    let lines = holder.journal().await;
    let about = lines.iter().filter(|line| line["action"] == "document.withdraw" && line["outcome"]["kind"] == "done");
    about.map(|line| line["sentence"].as_str().unwrap().replace('’', "'").replace('\u{a0}', " ")).collect()
}

on_both_pairs! {
    /// The mandate lets her add papers and see none. She sees at once that it was the wrong one.
    async fn a_wrong_paper_is_gone_at_once_for_everybody(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["deposit"])).await;
        let kept = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        let wrong = add(&visit, "Titre de séjour d'une autre", b"le papier d'une autre").await;
        assert_eq!(world.raw().await.all_blobs().await.len(), 2);
        withdraw(&visit, both(&wrong)).await.expect(204);
        for rest in ["", "/content", "/versions"] {
            assert_problem(&lucie.get(&format!("/documents/{}{rest}", wrong.0)).await, 404, "not-found", rest);
        }
        assert_eq!(ids(&lucie.get("/documents").await.json()), [kept.as_str()]);
        let mut raw = world.raw().await;
        assert_eq!((raw.all_blobs().await.len(), raw.count("versions").await, raw.count("deposits").await), (1, 1, 0));
        let documents = raw.number("SELECT CAST(count(*) AS BIGINT) FROM keys WHERE kind = 3").await;
        assert_eq!(documents, 1, "its key went with it");
        // Entries stay; nothing is missed, nobody else is told.
        let trail = lucie.trail().await;
        assert!(trail.contains(&"document.deposit done".to_owned()), "{trail:?}");
        let said = told(&lucie).await;
        assert_eq!(said, ["Claire MOREL, CCAS, a retiré un papier : ce n'était pas le bon. Pour : Remplir la demande de logement."]);
        assert_eq!(control(&lucie).await["intact"], true);
        let lines = claire.client.get(&organisation_path(&claire.client, "/journal").await).await.expect(200).json();
        assert!(!lines.to_string().contains("withdrew"), "nobody had opened it: {lines}");
        // Twice is once.
        assert_problem(&withdraw(&visit, both(&wrong)).await, 404, "not-found", "twice");
    }

    /// Whatever the holder did with it meanwhile: it may be somebody else's paper.
    async fn it_goes_wherever_it_stands(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        for change in ["private", "moved", "trashed", "renamed"] {
            let wrong = add(&visit, "Faux", change.as_bytes()).await;
            let path = lucie.path(&format!("/documents/{}", wrong.0));
            match change {
                "trashed" => {
                    lucie.client.delete(&path).await.expect(204);
                }
                change => {
                    let body = match change {
                        "private" => json!({"private": true}),
                        "moved" => json!({"kind": "sante.mutuelle"}),
                        _ => json!({"title": "Autre"}),
                    };
                    lucie.client.send(lucie.client.request(Method::PATCH, &path).json(&body)).await.expect(200);
                }
            }
            withdraw(&visit, both(&wrong)).await.expect(204);
            assert_problem(&lucie.client.get(&path).await, 404, "not-found", change);
        }
        assert_eq!(control(&lucie).await["intact"], true);
        assert_eq!(world.raw().await.count("documents").await, 0);
    }

    /// A wrong version of a paper that was there: the one before is the newest again, with its dates.
    async fn a_wrong_version_leaves_the_one_before(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read", "deposit"])).await;
        let dated = json!({"title": "Bail", "kind": "logement.bail", "issued_on": "2026-01-01", "expires_on": "2032-01-01"});
        let paper = lucie.deposit_with(&dated, "bail.txt", b"bail".to_vec()).await.expect(201).json();
        let paper = paper["id"].as_str().unwrap();
        let first = newest(&lucie, paper).await;
        let visit = mandate.visit(&claire.client).await;
        let made = add_version(&visit, paper, &json!({"issued_on": "2027-03-03"}), "k").await.expect(201).json();
        let second = made["version"].as_str().unwrap();
        let changed = lucie.client.request(Method::PATCH, &lucie.path(&format!("/documents/{paper}")));
        lucie.client.send(changed.json(&json!({"title": "Mon bail"}))).await.expect(200);
        withdraw(&visit, (paper, second)).await.expect(204);
        let shown = lucie.get(&format!("/documents/{paper}")).await.expect(200).json();
        let seen = [&shown["version"], &shown["title"], &shown["issued_on"], &shown["expires_on"]];
        assert_eq!(seen, [&json!(first), &json!("Mon bail"), &json!("2026-01-01"), &json!("2032-01-01")]);
        assert_eq!(lucie.content(paper).await.expect(200).body, b"bail");
        assert_eq!(control(&lucie).await["intact"], true);
        // Sent again, the same request is told what became of it, and brings nothing back.
        let again = add_version(&visit, paper, &json!({"issued_on": "2027-03-03"}), "k").await;
        assert_problem(&again, 410, "deposit-withdrawn", "repeated");
        // Under a newer version, only that one goes; its number is free again only at the end.
        let made = add_version(&visit, paper, &json!({}), "l").await.expect(201).json();
        assert_eq!(made["version_number"], 2);
        let wrong = made["version"].as_str().unwrap();
        let third = replace(&lucie, paper, b"nouveau bail").await;
        withdraw(&visit, (paper, wrong)).await.expect(204);
        let versions = lucie.get(&format!("/documents/{paper}/versions")).await.expect(200).json();
        assert_eq!(ids(&versions), [third.as_str(), first.as_str()]);
        assert_eq!(versions["items"][0]["number"], 3);
        assert_eq!(lucie.content(paper).await.expect(200).body, b"nouveau bail");
        assert_eq!(control(&lucie).await["intact"], true);
        // The first of several, which the helper brought: the paper stays.
        let (own, brought) = add(&visit, "Quittance", b"fausse").await;
        replace(&lucie, &own, b"vraie").await;
        withdraw(&visit, (&own, &brought)).await.expect(204);
        assert_eq!(lucie.content(&own).await.expect(200).body, b"vraie");
        assert_eq!(control(&lucie).await["intact"], true);
        let list = export_list(&lucie).await;
        assert_eq!((list["papers"].as_array().unwrap().len(), &list["damaged"]), (2, &json!([])));
        let trail = lucie.trail().await;
        assert!(!trail.iter().any(|line| line.ends_with(":damaged")), "{trail:?}");
    }

    async fn a_new_paper_that_was_taken_back_does_not_come_back(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let send = async || {
            let new = json!({"title": "Faux", "kind": "logement.bail"});
            let form = multipart(&new, "papier.txt", b"faux".to_vec());
            let request = visit.request(Method::POST, "/documents").header("idempotency-key", "clef");
            claire.client.send(request.multipart(form)).await
        };
        let made = send().await.expect(201).json();
        withdraw(&visit, (made["id"].as_str().unwrap(), made["version"].as_str().unwrap())).await.expect(204);
        assert_problem(&send().await, 410, "deposit-withdrawn", "repeated");
        assert_eq!(ids(&lucie.get("/documents").await.json()), Vec::<String>::new());
        let trail = lucie.trail().await;
        assert!(trail.contains(&"access.close ended:deposit_withdrawn".to_owned()), "{trail:?}");
    }

    /// The holder opened it, or took everything away. Her referent reads that, and nothing that leads to the locker.
    async fn referents_are_told_when_it_had_been_opened(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let visit = mandate.visit(&nadia.client).await;
        for how in ["nobody", "oneself", "opened", "exported"] {
            let wrong = add(&visit, "Faux", how.as_bytes()).await;
            match how {
                "oneself" => { visit.content(&wrong.0).await.expect(200); }
                "opened" => { lucie.content(&wrong.0).await.expect(200); }
                "exported" => { lucie.get("/export").await.expect(200); }
                _ => {}
            }
            withdraw(&visit, both(&wrong)).await.expect(204);
            let lines = claire.client.get(&ccas.path("/journal")).await.expect(200).json();
            let about: Vec<_> = lines["items"].as_array().unwrap().iter().filter(|line| line["action"] == "member.withdrew_opened").collect();
            let count = ["nobody", "oneself", "opened", "exported"].iter().position(|one| *one == how).unwrap().saturating_sub(1);
            assert_eq!(about.len(), count, "{how}");
            if let Some(line) = about.first() {
                assert_eq!((&line["object"]["id"], &line["membership"]), (&json!(member), &json!(member)));
                let sentence = line["sentence"].as_str().unwrap().replace('’', "'").replace('\u{a0}', " ");
                assert!(sentence.contains("a retiré un papier : ce n'était pas le bon. Quelqu'un l'avait déjà ouvert."), "{sentence}");
                for secret in [&lucie.locker, &wrong.0, &wrong.1, &mandate.id, &visit.id] {
                    assert!(!line.to_string().contains(secret.as_str()), "{line}");
                }
                let own = lucie.journal().await;
                let own = own.iter().rfind(|line| line["action"] == "document.withdraw").unwrap();
                assert_ne!(own["request"], line["request"], "nothing leads from one to the other");
                assert_eq!(own["opened"], 1);
            }
        }
        let page = claire.client.get(&format!("/structure/{}/journal", ccas.id)).await.expect(200).text();
        assert!(page.contains("a retiré un papier"), "{page}");
        let said = told(&lucie).await;
        let opened = said.iter().map(|sentence| sentence.contains("Quelqu'un l'avait déjà ouvert.")).collect::<Vec<_>>();
        assert_eq!(opened, [false, false, true, true]);
        // Family has no referent: the holder's own journal says it.
        let ahmed = world.sign_in("holder", "ahmed").await;
        let family = lucie.let_help(&ahmed, proposal("", None)).await;
        let visit = family.visit(&ahmed).await;
        let wrong = add(&visit, "Faux", b"faux").await;
        lucie.content(&wrong.0).await.expect(200);
        withdraw(&visit, both(&wrong)).await.expect(204);
        assert!(told(&lucie).await.last().unwrap().contains("Quelqu'un l'avait déjà ouvert."));
        assert_eq!(control(&lucie).await["intact"], true);
    }

    /// 48 hours, to the microsecond, and in another visit than the one it was added in.
    async fn it_is_taken_back_within_two_days(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, mandate) = helped(&world, &json!(["deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let (first, second) = (add(&visit, "Un", b"un").await, add(&visit, "Deux", b"deux").await);
        drop(visit);
        // Passing the second factor takes the half-minute that is left.
        world.wait(Duration::from_secs(48 * 3600 - 30));
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        let visit = mandate.visit(&claire.client).await;
        // The clock stands still but for what a story lets go by: to the microsecond.
        withdraw(&visit, both(&first)).await.expect(204);
        world.wait(TICK);
        assert_problem(&withdraw(&visit, both(&second)).await, 409, "withdrawal-over", "too late");
        let lucie = world.holder("lucie").await;
        assert_eq!(ids(&lucie.get("/documents").await.json()), [second.0.as_str()]);
        let trail = lucie.trail().await;
        assert!(trail.contains(&"document.withdraw refused:withdrawal_over".to_owned()), "{trail:?}");
        // After a week nobody knows any more who added it, but by what is sealed.
        assert_eq!(world.raw().await.count("deposits").await, 1);
        world.wait(HOUR * 24 * 5 + TICK);
        world.lockers.tidy().await.unwrap();
        assert_eq!(world.raw().await.count("deposits").await, 0);
    }
}

/// The address of an organisation that somebody belongs to.
async fn organisation_path(client: &crate::world::Client, rest: &str) -> String {
    let me = client.get("/api/v1/me").await.json();
    format!("/api/v1/organisations/{}{rest}", me["memberships"][0]["organisation"].as_str().unwrap())
}

/// What describes the papers of an export.
pub async fn export_list(holder: &Holder) -> Value {
    let dir = unpack(&holder.get("/export").await.expect(200));
    serde_json::from_slice(&read(&dir, "Liste/papiers.json")).unwrap()
}
