//! An institution deposits papers where somebody agreed to it: what comes in is told as issued, stays the holder's, and nothing else is theirs.
//!
//! Who attacks: an institution after the end, or that is suspended; another one with a right token; one that floods, or sends what was not
//! agreed on; a holder who would pass off what they brought as issued; somebody who writes SQL.

mod bounds;
mod forged;
mod pages;

use std::time::Duration;

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use consigne::locker::institutions::InstitutionChange;
use data_encoding::BASE64URL_NOPAD;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::attacks::tools::{assert_problem, chain};
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Program, World, day_from_now, multipart};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A proposal to deposit receipts and payslips for two months.
pub fn proposed(world: &World) -> Value {
    json!({
        "purpose": "Vos quittances, chaque mois", "reference": "Bail 77", "deadline": day_from_now(world, 30), "days": 60,
        "deposits": ["logement.quittance_loyer", "emploi.bulletin_salaire"],
    })
}

/// Makes a proposal, and takes it into a holder's locker. Gives its id.
async fn taken(world: &World, program: &Program, holder: &Holder) -> String {
    let made = program.post("/api/v1/requests", &proposed(world)).await.expect(201).json();
    let code = json!({"code": made["code"]});
    holder.client.post_json(&holder.path("/requests"), &code).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

async fn agree(holder: &Holder, request: &str, body: &Value) -> Answer {
    holder.client.post_json(&holder.path(&format!("/requests/{request}/agree")), body).await
}

/// The same, and the holder agrees. Gives the agreement's id.
pub async fn agreed(world: &World, program: &Program, holder: &Holder) -> String {
    let request = taken(world, program, holder).await;
    let given = agree(holder, &request, &json!({})).await.expect(201).json();
    assert_eq!(given["agreement"], request.as_str());
    request
}

async fn stop(holder: &Holder, agreement: &str) -> Answer {
    holder.client.post(&holder.path(&format!("/agreements/{agreement}/stop"))).await
}

fn at(agreement: &str) -> String {
    format!("/api/v1/agreements/{agreement}/documents")
}

fn quittance() -> Value {
    json!({"title": "Quittance de mars", "kind": "logement.quittance_loyer", "issued_on": "2026-03-31"})
}

async fn issue_by(program: &Program, token: &str, agreement: &str, metadata: &Value, content: &[u8]) -> Answer {
    let request = program.request_with(Method::POST, &at(agreement), token);
    program.client.send(request.multipart(multipart(metadata, "quittance.txt", content.to_vec()))).await
}

async fn issue(program: &Program, agreement: &str, metadata: &Value, content: &[u8]) -> Answer {
    issue_by(program, &program.token().await, agreement, metadata, content).await
}

async fn issue_with_key(program: &Program, agreement: &str, key: &str, content: &[u8]) -> Answer {
    let request = program.request_with(Method::POST, &at(agreement), &program.token().await);
    let request = request.header("idempotency-key", key);
    program.client.send(request.multipart(multipart(&quittance(), "quittance.txt", content.to_vec()))).await
}

fn sum(content: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(content))
}

/// Signs as `docs/formats/issued.md` says, by hand.
fn signed(program: &Program, header: &Value, text: &str) -> String {
    let header = BASE64URL_NOPAD.encode(header.to_string().as_bytes());
    let of = format!("{header}.{}", BASE64URL_NOPAD.encode(text.as_bytes()));
    format!("{header}..{}", BASE64URL_NOPAD.encode(program.pair.sign(of.as_bytes()).as_ref()))
}

fn text_of(program: &Program, content: &[u8]) -> String {
    let (institution, sum) = (program.institution, sum(content));
    format!(
        r#"{{"institution":"{institution}","issued_on":"2026-03-31","kind":"logement.quittance_loyer","sha256":"{sum}"}}"#
    )
}

fn header() -> Value {
    json!({"alg": "EdDSA", "kid": "first", "typ": "consigne-issued"})
}

fn with(metadata: &Value, change: &[(&str, Value)]) -> Value {
    let mut metadata = metadata.clone();
    for (name, value) in change {
        metadata[*name] = value.clone();
    }
    metadata
}

async fn papers(holder: &Holder) -> Vec<Value> {
    holder.get("/documents").await.expect(200).json()["items"].as_array().unwrap().clone()
}

fn sentences(lines: &[Value], what: &str) -> Vec<String> {
    let of = |line: &&Value| line["action"] == what;
    let told = |found: &str| found.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'");
    lines.iter().filter(of).map(|line| told(line["sentence"].as_str().unwrap())).collect()
}

on_both_pairs! {
    /// Proposed by a code, read, agreed to; deposited; told as issued, wherever it goes; and anybody can check who signed it.
    async fn a_paper_comes_from_who_issued_it(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une mairie").await);
        let angela = world.holder("angela").await;
        let request = taken(&world, &caf, &angela).await;
        let seen = angela.get(&format!("/requests/{request}")).await.expect(200).json();
        assert_eq!((&seen["deposits"], &seen["pieces"]), (&json!(["logement.quittance_loyer", "emploi.bulletin_salaire"]), &json!([])));
        // What proposes to deposit is not answered with papers, nor the other way round.
        let brought = angela.deposit("Ma quittance", "logement.quittance_loyer", b"apportee").await;
        let hand = json!({"papers": [{"piece": 0, "document": brought}]});
        let answered = angela.client.post_json(&angela.path(&format!("/requests/{request}/answer")), &hand).await;
        assert_eq!(answered.status.as_u16(), 422, "{}", answered.text());
        let asks = crate::institutions::requests::taken(&world, &caf, &angela).await;
        assert_problem(&agree(&angela, &asks, &json!({})).await, 409, "wrong-state", "asks for papers");
        assert_problem(&issue(&caf, &request, &quittance(), b"x").await, 404, "not-found", "not agreed to yet");
        let agreement = agree(&angela, &request, &json!({})).await.expect(201).json()["agreement"].as_str().unwrap().to_owned();
        assert_problem(&agree(&angela, &request, &json!({})).await, 409, "wrong-state", "agreed to already");
        assert_eq!(caf.get(&format!("/api/v1/requests/{request}")).await.json()["status"], "answered");
        let own = caf.get(&format!("/api/v1/agreements/{agreement}")).await.expect(200).json();
        let mut members: Vec<&String> = own.as_object().unwrap().keys().collect();
        members.sort();
        assert_eq!(members, ["id", "kinds", "status", "until"]);
        assert_eq!((&own["status"], &own["kinds"]), (&json!("active"), &seen["deposits"]));

        let content = b"quittance de mars";
        let jws = signed(&caf, &header(), &text_of(&caf, content));
        let metadata = with(&quittance(), &[("sha256", json!(sum(content))), ("signature", json!(jws))]);
        let told = issue(&caf, &agreement, &metadata, content).await.expect(201);
        assert_eq!(told.header("idempotency-replayed"), "false");
        let told = told.json();
        assert_eq!(told.as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
        let found = papers(&angela).await;
        assert_eq!(found.len(), 2);
        let paper = found.iter().find(|paper| paper["id"] != brought.as_str()).unwrap();
        let document = paper["id"].as_str().unwrap();
        assert_ne!(told["id"], paper["id"], "what they know it by leads nowhere");
        assert_eq!((&paper["origin"], &paper["title"], &paper["private"]), (&json!("issued"), &json!("Quittance de mars"), &json!(false)));
        assert_eq!((&paper["issued"]["name"], &paper["issued"]["institution"]), (&json!("Caisse d'allocations"), &json!(caf.institution.to_string())));
        assert_eq!(angela.content(document).await.expect(200).body, content);
        // Anybody can check it, with what stands there alone.
        let check = |issued: &Value| {
            let part = |name: &str| issued["signature"][name].as_str().unwrap().to_owned();
            let (head, signature) = part("jws").split_once("..").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            let x = BASE64URL_NOPAD.decode(issued["signature"]["key"]["x"].as_str().unwrap().as_bytes()).unwrap();
            let of = format!("{head}.{}", BASE64URL_NOPAD.encode(part("signed").as_bytes()));
            assert!(part("signed").contains(&sum(content)));
            UnparsedPublicKey::new(&ED25519, &x).verify(of.as_bytes(), &BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap()).unwrap();
        };
        check(&paper["issued"]);
        // The journal says who, what for, by what right; the integrity control agrees.
        let journal = angela.journal().await;
        let told = "Caisse d'allocations a ajouté « Quittance de mars ». Pour : Vos quittances, chaque mois.";
        assert!(sentences(&journal, "document.deposit").iter().any(|one| *one == told), "{:?}", sentences(&journal, "document.deposit"));
        let line = journal.iter().find(|line| line["action"] == "document.deposit" && line["ground"] == "agreement").unwrap();
        assert_eq!((&line["ground"], &line["actor"]["kind"]), (&json!("agreement"), &json!("institution")));
        let given = sentences(&journal, "agreement.give");
        assert!(given.iter().any(|one| one.contains("Caisse d'allocations peut vous envoyer des papiers")), "{given:?}");
        let control = angela.client.post(&angela.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], json!(true), "{control}");
        // Its holder may call it otherwise, and file it as something else: who issued it, as what, stays.
        let other_name = json!({"title": "Mon titre de séjour", "kind": "emploi.bulletin_salaire"});
        let body = angela.client.request(Method::PATCH, &angela.path(&format!("/documents/{document}"))).json(&other_name);
        let renamed = angela.client.send(body).await.expect(200).json();
        assert_eq!((&renamed["origin"], &renamed["issued"]["title"], &renamed["issued"]["kind"]),
            (&json!("issued"), &json!("Quittance de mars"), &json!("logement.quittance_loyer")));
        // Handed over to somebody else, it says so too; what was brought does not.
        let mut asks = crate::institutions::requests::asked(&world);
        asks["pieces"] = json!([{"kinds": ["emploi.bulletin_salaire", "logement.quittance_loyer"], "count": 2}]);
        let made = other.post("/api/v1/requests", &asks).await.expect(201).json();
        angela.client.post_json(&angela.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
        let hand = json!({"papers": [{"piece": 0, "document": document}, {"piece": 0, "document": brought}]});
        let path = angela.path(&format!("/requests/{}/answer", made["id"].as_str().unwrap()));
        let share = angela.client.post_json(&path, &hand).await.expect(201).json();
        let received = other.get(&format!("/api/v1/shares/{}", share["share"].as_str().unwrap())).await.expect(200).json();
        let (first, second) = (&received["papers"][0], &received["papers"][1]);
        assert_eq!((&first["origin"], &first["issued"]["title"], &second["origin"]), (&json!("issued"), &json!("Quittance de mars"), &json!("brought")));
        assert!(second.get("issued").is_none() && !received.to_string().contains(&agreement), "{received}");
        check(&first["issued"]);
        // A version that its holder adds is brought; the one that was issued stays so.
        let request = angela.client.request(Method::POST, &angela.path(&format!("/documents/{document}/versions")));
        let added = angela.client.send(request.multipart(multipart(&json!({}), "b.txt", b"autre".to_vec()))).await.expect(201).json();
        assert!(added["origin"] == "brought" && added.get("issued").is_none(), "{added}");
        let versions = angela.get(&format!("/documents/{document}/versions")).await.expect(200).json();
        let origins: Vec<&str> = versions["items"].as_array().unwrap().iter().map(|one| one["origin"].as_str().unwrap()).collect();
        assert_eq!(origins, ["brought", "issued"]);
        // What is taken away says it as well.
        let export = angela.get("/export").await.expect(200).body;
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(export)).unwrap();
        let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
        let list = names.iter().find(|name| name.ends_with("documents.json") || name.ends_with("papiers.json")).unwrap();
        let list: Value = serde_json::from_reader(archive.by_name(list).unwrap()).unwrap();
        let all = list["papers"].as_array().unwrap().iter().flat_map(|paper| paper["versions"].as_array().unwrap());
        let issued: Vec<&Value> = all.map(|version| &version["issued"]).filter(|issued| !issued.is_null()).collect();
        assert_eq!(issued.len(), 1);
        check(issued[0]);
        assert_eq!(angela.client.post(&angela.path("/control")).await.expect(200).json()["intact"], json!(true));
        // What became of it is not theirs to know: destroyed, the same key still says that it was taken.
        let id = issue_with_key(&caf, &agreement, "k1", b"avril").await.expect(201).json()["id"].clone();
        let april = papers(&angela).await[0]["id"].as_str().unwrap().to_owned();
        angela.client.post(&angela.path(&format!("/documents/{april}/destroy"))).await.expect(204);
        let again = issue_with_key(&caf, &agreement, "k1", b"avril").await.expect(201);
        assert_eq!((again.header("idempotency-replayed"), &again.json()["id"]), ("true", &id));
        assert_eq!(papers(&angela).await.len(), 2, "nothing is brought back");
    }

    /// After the end there is no deposit, whatever token was made before; for anybody else there never was an agreement.
    async fn what_is_over_is_over_and_what_is_anothers_is_nothing(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let agreement = agreed(&world, &caf, &angela).await;
        let before = angela.trail().await.len();
        let (mine, theirs) = (caf.token().await, other.token().await);
        let anothers = issue_by(&other, &theirs, &agreement, &quittance(), b"x").await;
        let ghost = issue_by(&other, &theirs, NOBODY, &quittance(), b"x").await;
        for answer in [&anothers, &ghost, &other.get_with(&format!("/api/v1/agreements/{agreement}"), &theirs).await] {
            assert_problem(answer, 404, "not-found", "another's");
        }
        assert_eq!(anothers.body, ghost.body);
        let retrieve = caf.ask(&caf.assertion(), Some("requests retrieve")).await.expect(200).json();
        let narrow = retrieve["access_token"].as_str().unwrap();
        assert_problem(&issue_by(&caf, narrow, &agreement, &quittance(), b"x").await, 403, "scope", "another errand");
        assert_eq!(angela.trail().await.len(), before + 1, "none of it is in her journal but her own look");
        // It deposits, and nothing else: no address of the locker is theirs.
        for path in [angela.path("/documents"), angela.path("/agreements"), angela.path("")] {
            assert_problem(&caf.get_with(&path, &mine).await, 401, "not-signed-in", &path);
        }
        // What was not agreed on is refused, in her journal.
        let cv = json!({"title": "CV", "kind": "emploi.cv"});
        assert_problem(&issue_by(&caf, &mine, &agreement, &cv, b"x").await, 403, "out-of-agreement", "another kind");
        for (field, wrong) in [("metadata", json!({"title": "Q", "kind": "logement.quittance_loyer", "private": true})),
            ("metadata", json!({"title": "Q", "kind": "logement.quittance_loyer", "origin": "issued"})), ("title", json!({"kind": "logement.quittance_loyer"})),
            ("kind", json!({"title": "Q", "kind": "nothing"})), ("sha256", json!({"title": "Q", "kind": "logement.quittance_loyer", "signature": "a..b"})),
        ] {
            let answer = issue_by(&caf, &mine, &agreement, &wrong, b"x").await;
            assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (422, Some(field)), "{wrong}");
        }
        // Registered for less, or suspended: so it is on the next request.
        let change = |change| { let (world, id) = (&world, caf.institution); async move { assert!(world.lockers.amend_institution(id, change).await.unwrap()) } };
        let mut fields = crate::world::institution_fields("Caisse d'allocations", &crate::world::public_set("first", &caf.pair));
        fields.issues.clear();
        change(InstitutionChange { fields: Some(fields.clone()), ..Default::default() }).await;
        assert_problem(&issue_by(&caf, &mine, &agreement, &quittance(), b"x").await, 403, "out-of-agreement", "registered for less");
        fields.issues = consigne::domain::taxonomy::KINDS.to_vec();
        change(InstitutionChange { fields: Some(fields), suspended: Some(true), ..Default::default() }).await;
        assert_problem(&issue_by(&caf, &mine, &agreement, &quittance(), b"x").await, 403, "institution-suspended", "suspended");
        change(InstitutionChange { suspended: Some(false), ..Default::default() }).await;
        issue_by(&caf, &mine, &agreement, &quittance(), b"x").await.expect(201);
        // Stopped at once, with a proof that is old, in a locker that is closed: for the token that was made before.
        angela.client.post(&angela.path("/close")).await.expect(200);
        assert_problem(&issue_by(&caf, &mine, &agreement, &quittance(), b"x").await, 410, "agreement-over", "closed");
        assert_eq!(caf.get_with(&format!("/api/v1/agreements/{agreement}"), &mine).await.json()["status"], "over");
        world.wait(Duration::from_secs(6 * 60));
        assert_eq!(angela.get("/agreements").await.expect(200).json()["items"][0]["status"], "active");
        stop(&angela, &agreement).await.expect(204);
        assert_problem(&stop(&angela, &agreement).await, 409, "wrong-state", "twice");
        assert_problem(&stop(&angela, NOBODY).await, 404, "not-found", "none such");
        angela.client.prove_again().await;
        angela.client.post(&angela.path("/reopen")).await.expect(200);
        assert_problem(&issue(&caf, &agreement, &quittance(), b"x").await, 410, "agreement-over", "stopped");
        assert_eq!(caf.get(&format!("/api/v1/agreements/{agreement}")).await.json()["status"], "stopped");
        assert_problem(&issue(&other, &agreement, &quittance(), b"x").await, 404, "not-found", "another's, still nothing");
        // Its day comes; before, the holder had made it shorter.
        let request = taken(&world, &caf, &angela).await;
        for (until, what) in [(day_from_now(&world, -1), "past"), (day_from_now(&world, 400), "far"), ("demain".to_owned(), "none")] {
            let answer = agree(&angela, &request, &json!({"until": until})).await;
            assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (422, Some("until")), "{what}");
        }
        agree(&angela, &request, &json!({"until": day_from_now(&world, 3)})).await.expect(201);
        issue(&caf, &request, &quittance(), b"y").await.expect(201);
        world.wait(Duration::from_secs(5 * 24 * 3_600));
        assert_problem(&issue(&caf, &request, &quittance(), b"z").await, 410, "agreement-over", "its day has passed");
        let angela = angela.again(&world, "angela").await;
        assert_eq!(angela.get("/agreements").await.json()["items"][0]["status"], "over");
        assert_eq!(papers(&angela).await.len(), 2);
        let trail = angela.trail().await;
        for line in ["document.deposit_begin refused:agreement_over", "document.deposit_begin refused:out_of_agreement"] {
            assert!(trail.iter().any(|found| found == line), "{line}: {trail:?}");
        }
        // To agree takes a fresh proof.
        let request = taken(&world, &caf, &angela).await;
        world.wait(Duration::from_secs(6 * 60));
        assert_problem(&agree(&angela, &request, &json!({})).await, 403, "sign-in-again", "gives rights");
        // The service's journal and the institution's are sound.
        let lines = chain(&mut world.raw().await, caf.institution.chain()).await;
        assert!(lines.iter().any(|entry| entry.line.action.code() == "agreement.view"));
    }

    /// An institution proposes what it is registered to issue, and nothing else; and asks for papers or to send some, not both.
    async fn an_institution_proposes_what_it_may(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let mut fields = crate::world::institution_fields("Caisse d'allocations", &crate::world::public_set("first", &caf.pair));
        fields.issues.retain(|kind| kind.code() == "logement.quittance_loyer");
        let change = InstitutionChange { fields: Some(fields), ..Default::default() };
        assert!(world.lockers.amend_institution(caf.institution, change).await.unwrap());
        assert_eq!(caf.get("/api/v1/institution").await.expect(200).json()["issues"], json!(["logement.quittance_loyer"]));
        for (field, change) in [
            ("deposits.kinds", json!(["emploi.bulletin_salaire"])),
            ("deposits.kinds", json!(["nothing"])),
            ("deposits.kinds", json!([])),
        ] {
            let body = with(&proposed(&world), &[("deposits", change)]);
            let answer = caf.post("/api/v1/requests", &body).await;
            assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (422, Some(field)), "{body}");
        }
        let both = with(&proposed(&world), &[("deposits", json!(["logement.quittance_loyer"])), ("list", json!("rsa"))]);
        assert_eq!(caf.post("/api/v1/requests", &both).await.json()["field"], "deposits.kinds");
        let right = with(&proposed(&world), &[("deposits", json!(["logement.quittance_loyer"]))]);
        let made = caf.post("/api/v1/requests", &right).await.expect(201).json();
        // Registered for nothing by now: the proposal leads to nothing.
        let angela = world.holder("angela").await;
        angela.client.post_json(&angela.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
        let mut fields = crate::world::institution_fields("Caisse d'allocations", &crate::world::public_set("first", &caf.pair));
        fields.issues.clear();
        let change = InstitutionChange { fields: Some(fields), ..Default::default() };
        assert!(world.lockers.amend_institution(caf.institution, change).await.unwrap());
        let refused = agree(&angela, made["id"].as_str().unwrap(), &json!({})).await;
        assert_problem(&refused, 403, "institution-suspended", "registered for less");
        assert_eq!(angela.get("/agreements").await.json()["items"], json!([]));
    }
}
