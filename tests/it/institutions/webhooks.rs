//! An institution's server is told how its requests go on: once, signed, nothing of content, as long as it may know; and tried again for
//! three days where it does not answer.
//!
//! Who attacks (`reaching`): an institution that wants us to speak to what only we can reach; somebody who forges what it is told, or
//! shows it as something else; somebody who writes SQL.

use std::time::Duration;

use consigne::domain::institution::{Errand, Errands};
use consigne::locker::institutions::InstitutionChange;
use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};

use crate::attacks::tools::{assert_problem, chain};
use crate::institutions::requests::{asked, taken};
use crate::on_both_pairs;
use crate::world::receiver::{Mood, Receiver, Told};
use crate::world::{Holder, Pair, Program, World};

fn encode(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

/// A detached signature with its body put back.
fn whole(signature: &str, body: &[u8]) -> String {
    signature.replacen("..", &format!(".{}.", encode(body)), 1)
}

/// Makes a request that is told at a callback, and takes it into a holder's locker. Gives its id.
pub async fn told_request(world: &World, program: &Program, holder: &Holder, callback: &str) -> String {
    let mut body = asked(world);
    body["callback"] = callback.into();
    let made = program.post("/api/v1/requests", &body).await.expect(201).json();
    holder.client.post_json(&holder.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
    made["id"].as_str().unwrap().to_owned()
}

/// Answers it with one paper. Gives the share's id and the paper's.
async fn hand_over(holder: &Holder, request: &str) -> (String, String) {
    let paper = holder.deposit("Facture d'eau", "logement.justificatif_domicile", b"le contenu de la facture").await;
    let path = holder.path(&format!("/requests/{request}/answer"));
    let hand = json!({"papers": [{"piece": 0, "document": paper}]});
    let share = holder.client.post_json(&path, &hand).await.expect(201).json();
    (share["share"].as_str().unwrap().to_owned(), paper)
}

async fn press(holder: &Holder, share: &str, what: &str) {
    holder.client.post(&holder.path(&format!("/shares/{share}/{what}"))).await.expect(204);
}

/// Lines of an institution's journal about telling it.
pub async fn lines(world: &World, program: &Program) -> Vec<String> {
    let of = |entry: &consigne::domain::entry::Entry| {
        let line = &entry.line;
        (line.action.code() == "webhook.send").then(|| match line.outcome {
            consigne::domain::entry::Outcome::Done => format!("try {}", line.count.unwrap()),
            consigne::domain::entry::Outcome::Ended(reason) => format!("ended:{}", reason.code()),
            consigne::domain::entry::Outcome::Refused(reason) => format!("refused:{}", reason.code()),
        })
    };
    chain(&mut world.raw().await, program.institution.chain()).await.iter().filter_map(of).collect()
}

/// How many wait.
pub async fn waiting(world: &World) -> i64 {
    world.raw().await.number("SELECT CAST(count(*) AS BIGINT) FROM webhooks").await
}

/// Whether a signature is one of the service over these bytes, by its published keys and a library of others.
async fn verifies(program: &Program, signature: &str, body: &[u8]) -> bool {
    let keys = program.get_with("/oauth/jwks.json", "").await.expect(200).json();
    let whole = whole(signature, body);
    let Ok(header) = jsonwebtoken::decode_header(&whole) else { return false };
    if header.typ.as_deref() != Some("consigne-webhook") {
        return false;
    }
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"].as_str() == header.kid.as_deref());
    let Some(key) = key else { return false };
    let key = jsonwebtoken::DecodingKey::from_jwk(&serde_json::from_value(key.clone()).unwrap()).unwrap();
    let mut checks = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::EdDSA);
    checks.required_spec_claims.clear();
    checks.validate_exp = false;
    checks.validate_aud = false;
    jsonwebtoken::decode::<Value>(&whole, &key, &checks).is_ok()
}

on_both_pairs! {
    /// From the code to the end: each step is told once, and says what the API says, in ids that the institution knows.
    async fn a_server_is_told_once_of_each_step(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        let own = caf.get("/api/v1/institution").await.json();
        assert_eq!(own["callbacks"], json!([receiver.callback]));
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        assert_eq!(caf.get(&format!("/api/v1/requests/{request}")).await.json()["callback"], receiver.callback.as_str());
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0);
        let (share, paper) = hand_over(&angela, &request).await;
        for (what, come) in [("", 2), ("pause", 3), ("resume", 4), ("revoke", 5)] {
            if !what.is_empty() {
                press(&angela, &share, what).await;
            }
            world.lockers.tell_institutions().await.unwrap();
            world.lockers.tell_institutions().await.unwrap();
            assert_eq!(receiver.told().len(), come, "{what}");
        }
        assert_eq!(receiver.what(), ["request.taken", "request.answered", "share.paused", "share.resumed", "share.over"]);
        assert_eq!(waiting(&world).await, 0);
        let told = receiver.told();
        for (number, one) in told.iter().enumerate() {
            let body = one.json();
            let mut names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
            names.sort_unstable();
            let mut expected = vec!["at", "id", "institution", "request", "sent_at", "share", "type"];
            expected.retain(|name| number > 0 || *name != "share");
            assert_eq!(names, expected);
            assert_eq!((body["request"].as_str(), body["institution"].as_str()), (Some(request.as_str()), Some(caf.institution.to_string().as_str())));
            if number > 0 {
                assert_eq!(body["share"], share.as_str());
            }
            assert_eq!(one.headers["idempotency-key"].to_str().unwrap(), body["id"].as_str().unwrap());
            assert_eq!(one.headers["content-type"], "application/json");
            assert!(verifies(&caf, one.signature(), &one.body).await);
            // Nothing of content, of the person, of where it lies; and no way in.
            let all = format!("{:?} {}", one.headers, String::from_utf8_lossy(&one.body));
            for secret in [angela.locker.as_str(), &angela.person, &paper, "Facture", "facture", "justificatif", "Angela", "DUBOIS", "demande", "Dossier", "earer", "ookie"] {
                assert!(!all.contains(secret), "{secret}: {all}");
            }
        }
        let ids: std::collections::BTreeSet<String> = told.iter().map(|one| one.json()["id"].to_string()).collect();
        assert_eq!(ids.len(), 5);
        // Each was a line first, in the institution's journal; the holder's has none of it.
        assert_eq!(lines(&world, &caf).await, ["try 1"; 5]);
        assert!(angela.trail().await.iter().all(|line| !line.starts_with("webhook")));
        let (mut chains, mut broken) = (0, 0);
        consigne::locker::verify_journals(&world.db, |report| { chains += 1; broken += u32::from(report.broken.is_some()); }).await.unwrap();
        assert!(chains >= 3 && broken == 0);
    }

    /// Who names no callback is told nothing; who names another than is registered is told so, and asks nobody.
    async fn only_what_is_registered_is_told(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let other = world.institution_told("Une autre", &["https://autre.example/"]).await;
        let angela = world.holder("angela").await;
        taken(&world, &caf, &angela).await;
        assert_eq!((world.lockers.tell_institutions().await.unwrap(), receiver.connections(), waiting(&world).await), (0, 0, 0));
        let near = [receiver.callback.to_uppercase(), format!("{}/", receiver.callback), format!("{}?a=b", receiver.callback),
            "https://127.0.0.1/".to_owned(), "http://169.254.169.254/latest/meta-data/".to_owned(), String::new()];
        for callback in near {
            let mut body = asked(&world);
            body["callback"] = callback.clone().into();
            assert_problem(&caf.post("/api/v1/requests", &body).await, 422, "bad-field", &callback);
        }
        // Another institution's is not its own.
        let mut body = asked(&world);
        body["callback"] = receiver.callback.clone().into();
        assert_problem(&other.post("/api/v1/requests", &body).await, 422, "bad-field", "another's");
        assert_eq!(other.get("/api/v1/requests").await.json()["items"], json!([]));
        // Taken out of the registration, it is told nothing more, also of what was asked before.
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let mut fields = world.lockers.institutions().await.unwrap().into_iter().find(|one| one.institution == caf.institution).unwrap().fields.unwrap();
        fields.callbacks.clear();
        let change = InstitutionChange { fields: Some(fields), ..InstitutionChange::default() };
        assert!(world.lockers.amend_institution(caf.institution, change).await.unwrap());
        hand_over(&angela, &request).await;
        assert_eq!((world.lockers.tell_institutions().await.unwrap(), receiver.connections(), waiting(&world).await), (0, 0, 0));
    }

    /// What has moved on since is told as it stands, and the institution never learns of a change that it could not see.
    async fn what_is_no_longer_so_is_not_told(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        let declined = told_request(&world, &caf, &angela, &receiver.callback).await;
        // Typed twice is taken once.
        angela.client.post(&angela.path(&format!("/requests/{declined}/decline"))).await.expect(204);
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(receiver.what(), ["request.declined"]);
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let (share, _) = hand_over(&angela, &request).await;
        world.wait(Duration::from_secs(1));
        press(&angela, &share, "pause").await;
        press(&angela, &share, "resume").await;
        press(&angela, &share, "pause").await;
        press(&angela, &share, "revoke").await;
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(receiver.what(), ["request.declined", "request.answered", "share.over"]);
        // Taken back by the institution before its server was told: it knows.
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let token = caf.token().await;
        caf.client.send(caf.request_with(reqwest::Method::DELETE, &format!("/api/v1/requests/{request}"), &token)).await.expect(204);
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!((receiver.told().len(), waiting(&world).await), (3, 0));
    }

    /// Suspended, or registered for less, it is told nothing, also of what happened before.
    async fn who_may_not_ask_is_not_told(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let suspend = |suspended| InstitutionChange { suspended: Some(suspended), ..InstitutionChange::default() };
        world.lockers.amend_institution(caf.institution, suspend(true)).await.unwrap();
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0);
        world.lockers.amend_institution(caf.institution, suspend(false)).await.unwrap();
        assert_eq!((world.lockers.tell_institutions().await.unwrap(), receiver.connections()), (0, 0), "it asks, now that it may");
        // Suspended while it is tried again.
        receiver.mood(Mood::Away);
        let (share, _) = hand_over(&angela, &request).await;
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(waiting(&world).await, 1);
        world.lockers.amend_institution(caf.institution, suspend(true)).await.unwrap();
        receiver.mood(Mood::Takes);
        world.wait(Duration::from_mins(2));
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!((receiver.told().len(), waiting(&world).await), (0, 0));
        world.lockers.amend_institution(caf.institution, suspend(false)).await.unwrap();
        // It may not fetch: it is told of its requests, and of no share.
        let errands = Some(Errands::NONE.with(Errand::Requests));
        world.lockers.amend_institution(caf.institution, InstitutionChange { errands, ..InstitutionChange::default() }).await.unwrap();
        press(&angela, &share, "pause").await;
        told_request(&world, &caf, &angela, &receiver.callback).await;
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!((receiver.what(), waiting(&world).await), (vec!["request.taken".to_owned()], 0));
    }

    /// Away for three days, it is tried less and less often, and given up; away for less, it is told once, of what is so then.
    async fn who_is_away_is_tried_again_for_three_days(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        receiver.mood(Mood::Away);
        told_request(&world, &caf, &angela, &receiver.callback).await;
        let mut tries = Vec::new();
        // Five days, by quarters of an hour.
        for quarter in 0..480 {
            let before = receiver.connections();
            world.lockers.tell_institutions().await.unwrap();
            if receiver.connections() > before {
                tries.push(quarter);
            }
            world.wait(Duration::from_mins(15));
        }
        assert!((15..40).contains(&tries.len()), "{tries:?}");
        assert!(*tries.last().unwrap() < 3 * 96 && *tries.last().unwrap() > 2 * 96, "{tries:?}");
        let gaps: Vec<i32> = tries.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(gaps.iter().all(|gap| *gap <= 21) && gaps.iter().any(|gap| *gap >= 12), "{gaps:?}");
        let told = lines(&world, &caf).await;
        assert_eq!((told.len(), told.last().map(String::as_str)), (tries.len() + 1, Some("ended:callback_away")));
        assert_eq!(waiting(&world).await, 0);
        receiver.mood(Mood::Takes);
        assert_eq!((world.lockers.tell_institutions().await.unwrap(), receiver.told().len()), (0, 0));

        // For a while: told when it is back, under the id of every try.
        let angela = world.holder("angela").await;
        receiver.mood(Mood::Away);
        told_request(&world, &caf, &angela, &receiver.callback).await;
        world.lockers.tell_institutions().await.unwrap();
        receiver.mood(Mood::Takes);
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0, "not before its time");
        world.wait(Duration::from_mins(2));
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
        let one = receiver.told()[0].json();
        assert!(one["sent_at"].as_str() > one["at"].as_str(), "what was signed says when it was sent: {one}");

        // Nobody served for four days: it is given up, with a line, and nobody is told of what is old.
        told_request(&world, &caf, &angela, &receiver.callback).await;
        world.wait(Duration::from_hours(4 * 24));
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0);
        assert_eq!((receiver.told().len(), waiting(&world).await), (1, 0));
        assert_eq!(lines(&world, &caf).await.last().unwrap(), "ended:callback_away");
    }

    /// What it answers: gone, twice, too much, elsewhere.
    async fn an_answer_is_a_status_and_nothing_else(pair) {
        let (receiver, elsewhere) = (Receiver::open().await, Receiver::open().await);
        let mut rehearsal = receiver.rehearsal();
        rehearsal.authority += &elsewhere.authority;
        let world = crate::world::receiver::rehearsing(pair, rehearsal).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        let ask = || told_request(&world, &caf, &angela, &receiver.callback);
        // It took it, and its answer was lost: it comes again, under the same id.
        receiver.mood(Mood::LosesItsAnswer);
        ask().await;
        world.lockers.tell_institutions().await.unwrap();
        receiver.mood(Mood::Takes);
        world.wait(Duration::from_mins(2));
        world.lockers.tell_institutions().await.unwrap();
        let ids: Vec<Value> = receiver.told().iter().map(|one| one.json()["id"].clone()).collect();
        assert!(ids.len() == 2 && ids[0] == ids[1], "{ids:?}");
        // Much is answered: none of it is waited for.
        receiver.mood(Mood::Floods);
        ask().await;
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
        // Elsewhere: nobody goes there, whether it is inside or out in the world.
        for address in [elsewhere.callback.clone(), format!("https://127.0.0.1:{}/", elsewhere.callback.rsplit(':').next().unwrap().split('/').next().unwrap()),
            "http://169.254.169.254/latest/meta-data/".to_owned()] {
            receiver.mood(Mood::SendsTo(address));
            ask().await;
            assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0);
        }
        assert_eq!((elsewhere.connections(), waiting(&world).await), (0, 3));
        // Gone: not again; what happens next is tried anew, as the operator says where it is told, not the server.
        receiver.mood(Mood::Gone);
        world.wait(Duration::from_mins(2));
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(waiting(&world).await, 0);
        assert!(lines(&world, &caf).await.ends_with(&["ended:callback_gone".to_owned()]));
        receiver.mood(Mood::Takes);
        ask().await;
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
    }

    /// One whose server is dead or slow holds nobody else up; many that wait for it are not tried one by one.
    async fn one_that_is_dead_holds_nobody_up(pair) {
        let (dead, lively) = (Receiver::open().await, Receiver::open().await);
        let mut rehearsal = dead.rehearsal();
        rehearsal.authority += &lively.authority;
        rehearsal.names.lock().unwrap().insert("vif.caf.example".to_owned(), vec![vec![crate::world::receiver::HERE]]);
        let world = crate::world::receiver::rehearsing(pair, rehearsal).await;
        let callback = lively.callback.replace("recoit.", "vif.");
        let (caf, other) = (world.institution_told("Caisse", &[&dead.callback]).await, world.institution_told("Une autre", &[&callback]).await);
        let angela = world.holder("angela").await;
        dead.mood(Mood::Slow(Duration::from_mins(5)));
        for _ in 0..4 {
            told_request(&world, &caf, &angela, &dead.callback).await;
        }
        told_request(&world, &other, &angela, &callback).await;
        let lockers = world.lockers.clone();
        let round = tokio::spawn(async move { lockers.tell_institutions().await.unwrap() });
        for _ in 0..400 {
            if !lively.told().is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(!lively.told().is_empty() && !round.is_finished(), "it is told while the other is waited for");
        assert_eq!(round.await.unwrap(), 1);
        assert_eq!((dead.connections(), lines(&world, &caf).await), (1, vec!["try 1".to_owned()]), "the others wait without a try");
        assert_eq!(waiting(&world).await, 4);
        dead.mood(Mood::Takes);
        world.wait(Duration::from_mins(2));
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 4);
    }

    /// Several processes: each thing is told by one of them.
    async fn two_that_tell_tell_once(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        // A second process of the same installation; with SQLite, where there is one, a second round in it.
        let opened = match pair {
            Pair::Remote => {
                let limits = *world.lockers.limits();
                Some(consigne::app::open(&world.config, &world.source, limits, consigne::locker::Issuers::default(), true).await.unwrap())
            }
            Pair::Local => None,
        };
        let second = opened.as_ref().map_or(&world.lockers, |opened| &opened.lockers);
        receiver.mood(Mood::Slow(Duration::from_millis(100)));
        for _ in 0..6 {
            told_request(&world, &caf, &angela, &receiver.callback).await;
        }
        let (one, two) = tokio::join!(world.lockers.tell_institutions(), second.tell_institutions());
        assert_eq!(one.unwrap() + two.unwrap(), 6);
        assert_eq!((receiver.told().len(), waiting(&world).await), (6, 0));
        assert_eq!(lines(&world, &caf).await, ["try 1"; 6]);
    }

    /// Somebody who writes SQL can't have us sign what is not so, nor tell it for longer.
    async fn a_row_by_hand_is_told_to_nobody(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let (caf, other) = (world.institution_told("Caisse", &[&receiver.callback]).await, world.institution_told("Une autre", &[&receiver.callback]).await);
        let (angela, lucie) = (world.holder("angela").await, world.holder("lucie").await);
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        world.lockers.tell_institutions().await.unwrap();
        let (share, _) = hand_over(&angela, &request).await;
        let theirs = told_request(&world, &other, &lucie, &receiver.callback).await;
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(receiver.told().len(), 3);
        receiver.mood(Mood::Away);
        let mut raw = world.raw().await;
        let (request_id, share_id, theirs_id) = (raw.id(&request), raw.id(&share), raw.id(&theirs));
        let forgeries = [
            "UPDATE webhooks SET happened = 6".to_owned(),
            "UPDATE webhooks SET happened = 4".to_owned(),
            format!("UPDATE webhooks SET request_id = {theirs_id}"),
            "UPDATE webhooks SET share_id = NULL".to_owned(),
            "UPDATE webhooks SET at = at + 1".to_owned(),
            format!("UPDATE webhooks SET happened = 2, request_id = {request_id}, share_id = {share_id}"),
        ];
        for (number, forgery) in forgeries.iter().enumerate() {
            // Something that waits, and that they may change before it is tried again.
            press(&angela, &share, if number % 2 == 0 { "pause" } else { "resume" }).await;
            world.lockers.tell_institutions().await.unwrap();
            assert_eq!(raw.run(forgery).await.unwrap(), 1, "{forgery}");
            receiver.mood(Mood::Takes);
            world.wait(Duration::from_mins(2));
            // They all but the last say what is not so; the last says what is so, and was not written by us.
            assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0, "{forgery}");
            assert_eq!(waiting(&world).await, 0, "{forgery}");
            receiver.mood(Mood::Away);
            if number % 2 == 0 {
                angela.client.prove_again().await;
            }
        }
        assert_eq!(receiver.told().len(), 3);
    }
}

/// Changes one thing in what was told; gives the signature and the body.
fn forged(told: &Told, change: impl FnOnce(&mut Value)) -> (String, Vec<u8>) {
    let mut body = told.json();
    change(&mut body);
    (told.signature().to_owned(), serde_json::to_vec(&body).unwrap())
}

/// Who forges what a server is told: the documented check refuses it; and what was signed is nothing else.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_forged_is_told_apart() {
    let receiver = Receiver::open().await;
    let world = receiver.world(Pair::Local).await;
    let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
    let angela = world.holder("angela").await;
    let request = told_request(&world, &caf, &angela, &receiver.callback).await;
    world.lockers.tell_institutions().await.unwrap();
    let told = receiver.told().remove(0);
    let folder = tempfile::tempdir().unwrap();
    let script = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/examples/webhook.py");
    let check = async |institution: &str, signature: &str, body: &[u8]| {
        let file = folder.path().join("body");
        std::fs::write(&file, body).unwrap();
        let seen = folder.path().join("seen");
        let mut python = std::process::Command::new("python3");
        python.arg("-B").arg(&script).args(["--service", &caf.client.base, "--institution", institution]);
        python.arg("--seen").arg(seen).arg(format!("--signature={signature}")).arg(file);
        let output = tokio::task::spawn_blocking(move || python.output().unwrap()).await.unwrap();
        (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    let us = caf.institution.to_string();
    let (signature, body) = (told.signature(), told.body.as_slice());
    // The service's token as a signature, and other heads with the right signature bytes.
    let token = caf.token().await;
    let (signed, last) = token.rsplit_once('.').unwrap();
    let as_token = format!("{}..{last}", signed.split('.').next().unwrap());
    let tail = signature.rsplit('.').next().unwrap();
    let head = |value: Value| format!("{}..{tail}", encode(value.to_string().as_bytes()));
    let keys = caf.get_with("/oauth/jwks.json", "").await.expect(200).json();
    let (first, second) = (keys["keys"][0]["kid"].clone(), keys["keys"][1]["kid"].clone());
    let (changed, other_body) = forged(&told, |body| body["type"] = "request.answered".into());
    for (what, institution, signature, body) in [
        ("another body", us.as_str(), changed.as_str(), other_body.as_slice()),
        ("a space more", us.as_str(), signature, &[body, b" "].concat()[..]),
        ("somebody else's", "00000000-0000-4000-8000-000000000000", signature, body),
        ("a token", us.as_str(), as_token.as_str(), body),
        (
            "no algorithm",
            us.as_str(),
            head(json!({"alg": "none", "kid": second, "typ": "consigne-webhook"})).as_str(),
            body,
        ),
        ("another type", us.as_str(), head(json!({"alg": "EdDSA", "kid": second, "typ": "at+jwt"})).as_str(), body),
        (
            "the tokens' key",
            us.as_str(),
            head(json!({"alg": "EdDSA", "kid": first, "typ": "consigne-webhook"})).as_str(),
            body,
        ),
        (
            "nobody's key",
            us.as_str(),
            head(json!({"alg": "EdDSA", "kid": "x", "typ": "consigne-webhook"})).as_str(),
            body,
        ),
        ("no signature", us.as_str(), "", body),
        ("nonsense", us.as_str(), "a.b.c", body),
    ] {
        let (is_right, words) = check(institution, signature, body).await;
        assert!(!is_right, "{what}: {words}");
        assert!(words.contains("refused: "), "{what}: {words}");
    }
    let (is_right, words) = check(&us, signature, body).await;
    assert!(is_right && words.contains(&format!("request.taken {request}")), "{words}");
    let (is_right, words) = check(&us, signature, body).await;
    assert!(is_right && words.contains("known already"), "twice is once: {words}");
    // And it opens nothing here.
    for shown in [signature.to_owned(), whole(signature, body)] {
        caf.get_with("/api/v1/institution", &shown).await.expect(401);
        caf.ask(&shown, None).await.expect(401);
    }
}
