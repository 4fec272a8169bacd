//! Somebody who has no right on a locker, or no longer: another holder, a professional, nobody at all, a session that was
//! ended, one that slept, one that is too old. They know every address of the API, and the locker's and its papers' ids.

use std::collections::BTreeMap;
use std::time::Duration;

use consigne::domain::entry::Outcome;
use consigne::http::openapi::document;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::tools::{assert_problem, seq, service_chain};
use crate::on_both_pairs;
use crate::world::{Answer, Client, Holder, Pair, World, multipart};

/// What is sent with a deposit.
#[derive(Clone, Copy)]
enum Sent {
    Nothing,
    Good,
    BadMetadata,
    UnknownKind,
    NoFile,
    FileFirst,
    EmptyFile,
    Program,
    NotMultipart,
    LongKey,
}

/// Every way of asking: method, address within a locker (`D`, a paper), what is sent. All of the contract.
const ASKS: &[(&str, &str, Sent)] = &[
    ("GET", "", Sent::Nothing),
    ("HEAD", "", Sent::Nothing),
    ("POST", "/close", Sent::Nothing),
    ("POST", "/reopen", Sent::Nothing),
    ("POST", "/information", Sent::Nothing),
    ("POST", "/information", Sent::NotMultipart),
    ("GET", "/receipt", Sent::Nothing),
    ("GET", "/documents/D/receipt", Sent::Nothing),
    ("GET", "/documents/D/receipt?version=nonsense", Sent::Nothing),
    ("GET", "/documents/D/receipt?nonsense=1", Sent::Nothing),
    ("GET", "/contact", Sent::Nothing),
    ("POST", "/contact", Sent::Nothing),
    ("POST", "/contact", Sent::NotMultipart),
    ("DELETE", "/contact", Sent::Nothing),
    ("PATCH", "/contact", Sent::Nothing),
    ("PATCH", "/contact", Sent::NotMultipart),
    ("POST", "/contact/code", Sent::Nothing),
    ("DELETE", "/contact/waiting", Sent::Nothing),
    ("POST", "/contact/confirm", Sent::Nothing),
    ("POST", "/contact/confirm", Sent::NotMultipart),
    ("GET", "/documents", Sent::Nothing),
    ("GET", "/documents?category=sante&q=bail&trashed=true&limit=3", Sent::Nothing),
    ("GET", "/documents?category=nonsense", Sent::Nothing),
    ("GET", "/documents?after=nonsense", Sent::Nothing),
    ("GET", "/documents?limit=nonsense", Sent::Nothing),
    ("POST", "/documents", Sent::Good),
    ("POST", "/documents", Sent::BadMetadata),
    ("POST", "/documents", Sent::UnknownKind),
    ("POST", "/documents", Sent::NoFile),
    ("POST", "/documents", Sent::FileFirst),
    ("POST", "/documents", Sent::EmptyFile),
    ("POST", "/documents", Sent::Program),
    ("POST", "/documents", Sent::NotMultipart),
    ("POST", "/documents", Sent::LongKey),
    ("GET", "/documents/D", Sent::Nothing),
    ("HEAD", "/documents/D", Sent::Nothing),
    ("DELETE", "/documents/D", Sent::Nothing),
    ("POST", "/documents/D/restore", Sent::Nothing),
    ("PATCH", "/documents/D", Sent::Nothing),
    ("PATCH", "/documents/D", Sent::NotMultipart),
    ("POST", "/documents/D/destroy", Sent::Nothing),
    ("GET", "/documents/D/versions", Sent::Nothing),
    ("POST", "/documents/D/versions", Sent::Good),
    ("POST", "/documents/D/versions", Sent::NoFile),
    ("POST", "/documents/D/versions", Sent::NotMultipart),
    ("POST", "/documents/D/versions/D/original-seen", Sent::Nothing),
    ("POST", "/documents/D/versions/D/withdraw", Sent::Nothing),
    ("POST", "/documents/D/control", Sent::Nothing),
    ("POST", "/control", Sent::Nothing),
    ("GET", "/export", Sent::Nothing),
    ("GET", "/documents/D/content", Sent::Nothing),
    ("HEAD", "/documents/D/content", Sent::Nothing),
    ("GET", "/documents/D/content?download=1", Sent::Nothing),
    ("GET", "/documents/D/content?version=D", Sent::Nothing),
    ("GET", "/documents/D/content?version=nonsense", Sent::Nothing),
    ("POST", "/help-codes", Sent::Nothing),
    ("POST", "/help-codes", Sent::NotMultipart),
    ("DELETE", "/help-codes/paper", Sent::Nothing),
    ("DELETE", "/help-codes/judgment", Sent::Nothing),
    ("GET", "/mandates/D/sheet", Sent::Nothing),
    ("POST", "/mandates/D/acknowledge", Sent::Nothing),
    ("POST", "/mandates/D/acknowledge", Sent::NotMultipart),
    ("GET", "/mandates", Sent::Nothing),
    ("GET", "/mandates/D", Sent::Nothing),
    ("GET", "/mandates/D/attestation", Sent::Nothing),
    ("GET", "/mandates/D?after=5&limit=2", Sent::Nothing),
    ("POST", "/mandates/stop", Sent::Nothing),
    ("POST", "/mandates/D/consent", Sent::Nothing),
    ("POST", "/mandates/D/consent", Sent::NotMultipart),
    ("POST", "/mandates/D/decline", Sent::Nothing),
    ("POST", "/mandates/D/revoke", Sent::Nothing),
    ("POST", "/mandates/D/words", Sent::Nothing),
    ("POST", "/mandates/D/narrow", Sent::Nothing),
    ("POST", "/mandates/D/narrow", Sent::NotMultipart),
    ("POST", "/mandates/D/renew", Sent::Nothing),
    ("POST", "/mandates/D/transfer", Sent::Nothing),
    ("POST", "/visits/D/end", Sent::Nothing),
    ("GET", "/requests", Sent::Nothing),
    ("POST", "/requests", Sent::Nothing),
    ("POST", "/requests", Sent::NotMultipart),
    ("GET", "/requests/D", Sent::Nothing),
    ("POST", "/requests/D/decline", Sent::Nothing),
    ("PUT", "/requests/D/kept", Sent::Nothing),
    ("PUT", "/requests/D/kept", Sent::NotMultipart),
    ("POST", "/requests/D/answer", Sent::Nothing),
    ("POST", "/requests/D/answer", Sent::NotMultipart),
    ("POST", "/requests/D/agree", Sent::Nothing),
    ("POST", "/requests/D/agree", Sent::NotMultipart),
    ("GET", "/agreements", Sent::Nothing),
    ("POST", "/agreements/D/stop", Sent::Nothing),
    ("GET", "/shares", Sent::Nothing),
    ("POST", "/shares", Sent::Nothing),
    ("POST", "/shares", Sent::NotMultipart),
    ("GET", "/shares/D", Sent::Nothing),
    ("POST", "/shares/D/paper", Sent::Nothing),
    ("POST", "/shares/D/paper", Sent::NotMultipart),
    ("POST", "/shares/D/revoke", Sent::Nothing),
    ("POST", "/shares/D/pause", Sent::Nothing),
    ("GET", "/shares/D/receipt", Sent::Nothing),
    ("GET", "/shares/D/signed-receipt", Sent::Nothing),
    ("POST", "/shares/D/resume", Sent::Nothing),
    ("GET", "/journal", Sent::Nothing),
    ("GET", "/journal?after=5&limit=2", Sent::Nothing),
    ("GET", "/journal?limit=nonsense", Sent::Nothing),
    ("GET", "/journal?own_looks=false", Sent::Nothing),
];

async fn ask(client: &Client, path: &str, (method, rest, sent): (&str, &str, Sent), document: &str) -> Answer {
    let path = format!("{path}{}", rest.replace('D', document));
    let mut request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), &path);
    if rest.contains("/content") && method == "GET" && !rest.contains('?') {
        request = request.header("range", "bytes=0-3").header("if-none-match", "\"x\"");
    }
    let good = json!({"title": "Intrus", "kind": "banque.rib"});
    let file = || Part::bytes(b"intrus".to_vec()).file_name("intrus.txt");
    let request = match sent {
        Sent::Nothing => request,
        Sent::Good => request.multipart(multipart(&good, "intrus.txt", b"intrus".to_vec())),
        Sent::BadMetadata => request.multipart(Form::new().text("metadata", "{").part("file", file())),
        Sent::UnknownKind => request.multipart(multipart(&json!({"title": "x", "kind": "y"}), "x", b"intrus".to_vec())),
        Sent::NoFile => request.multipart(Form::new().text("metadata", good.to_string())),
        Sent::FileFirst => request.multipart(Form::new().part("file", file())),
        Sent::EmptyFile => request.multipart(multipart(&good, "vide.txt", Vec::new())),
        Sent::Program => request.multipart(multipart(&good, "x.exe", b"MZ\x90\0\x03".to_vec())),
        Sent::NotMultipart => request.json(&good),
        Sent::LongKey => request.header("idempotency-key", "k".repeat(201)).multipart(multipart(
            &good,
            "intrus.txt",
            b"intrus".to_vec(),
        )),
    };
    client.send(request).await
}

/// What a stranger can compare: status, headers but the date, body.
fn seen(answer: &Answer) -> (u16, BTreeMap<String, String>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "date");
    let headers = headers.map(|(n, v)| (n.to_string(), String::from_utf8_lossy(v.as_bytes()).into_owned())).collect();
    (answer.status.as_u16(), headers, answer.text())
}

/// Asks everything of everything: a locker that exists and one that doesn't, a paper that exists and one that doesn't.
/// Gives what was not the one answer it should be.
async fn knock(
    world: &World,
    client: &Client,
    victim: &Holder,
    paper: &str,
    (status, kind): (u16, &str),
) -> Vec<String> {
    let nowhere = "0b5c0de0-0000-4000-8000-00000000c0de";
    let mut wrong = Vec::new();
    for (number, one) in ASKS.iter().enumerate() {
        // However many ways there are of asking: whoever asks too often in a minute is told to wait.
        if number % 50 == 49 {
            world.wait(Duration::from_secs(61));
        }
        let what = format!("{} {:?}", one.0, one.1);
        let mut answers = Vec::new();
        for locker in [victim.locker.as_str(), nowhere] {
            // Where no paper is named, one is asked about as well as the other.
            let papers = if one.1.contains("/D") { &[paper, nowhere][..] } else { &[paper] };
            for document in papers {
                answers.push(ask(client, &format!("/api/v1/lockers/{locker}"), *one, document).await);
            }
        }
        let first = seen(&answers[0]);
        if first.0 != status {
            wrong.push(format!("{what}: {} instead of {status}", first.0));
        } else if one.0 != "HEAD" {
            assert_problem(&answers[0], status, kind, &what);
        }
        for other in &answers[1..] {
            if seen(other) != first {
                wrong.push(format!("{what}: the answers differ: {first:?} and {:?}", seen(other)));
            }
        }
    }
    wrong
}

#[test]
fn every_operation_of_the_api_is_asked() {
    let asked = |method: &str, path: &str| {
        let path = path.trim_start_matches("/api/v1/lockers/{locker}").replace("{document}", "D");
        let path = path.replace("{mandate}", "D").replace("{visit}", "D").replace("{version}", "D");
        let path = path.replace("{request}", "D").replace("{share}", "D").replace("{agreement}", "D");
        ASKS.iter().any(|(m, rest, _)| *m == method && rest.split('?').next().unwrap() == path)
    };
    let mut found = 0;
    for (path, item) in document().value()["paths"].as_object().unwrap() {
        // What is not within a locker has stories of its own.
        if !path.starts_with("/api/v1/lockers/{locker}") {
            continue;
        }
        for method in item.as_object().unwrap().keys() {
            found += 1;
            let method = method.to_uppercase();
            assert!(asked(&method, path), "{method} {path} is not in the table of strangers");
        }
    }
    assert!(found >= 8, "only {found} operations were found in the document");
}

on_both_pairs! {
    /// Others with a session of their own: they learn nothing, not even whether there is such a locker.
    async fn other_people_learn_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let ahmed = world.holder("ahmed").await;
        let nadia = world.sign_in("professional", "nadia").await;
        world.settle().await;
        let mut raw = world.raw().await;
        let mine = seq(&mut raw, &lucie.locker).await;
        let theirs = seq(&mut raw, &ahmed.locker).await;
        let mut wrong = Vec::new();
        for client in [&ahmed.client, &nadia] {
            let before = service_chain(&mut raw).await.len();
            wrong.extend(knock(&world, client, &lucie, &paper, (404, "not-found")).await);
            // Besides them stand the counts of the minute before, one a kind.
            let lines = service_chain(&mut raw).await;
            let grown = lines.iter().skip(before).filter(|entry| entry.line.count == Some(1)).count();
            assert!((5..ASKS.len()).contains(&grown), "one line a minute for each kind of attempt, not {grown}");
            world.wait(Duration::from_secs(61));
        }
        assert_eq!(seq(&mut raw, &lucie.locker).await, mine, "strangers write nothing into somebody's journal");
        assert_eq!(seq(&mut raw, &ahmed.locker).await, theirs, "nor into their own, for what is not theirs");
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        assert_eq!(raw.all_blobs().await.len(), 1);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Nobody, and sessions that are over, the holder's own among them: somebody may have copied the cookie.
    async fn sessions_that_are_over_open_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut wrong = knock(&world, &world.anonymous(), &lucie, &paper, (401, "not-signed-in")).await;
        world.wait(Duration::from_secs(61));

        let copied = world.anonymous();
        *copied.cookies.lock().unwrap() = lucie.client.cookies.lock().unwrap().clone();
        copied.get(&lucie.path("")).await.expect(200);
        assert!(lucie.client.post("/auth/logout").await.status.is_redirection());
        world.settle().await;
        let mut raw = world.raw().await;
        let mine = seq(&mut raw, &lucie.locker).await;
        wrong.extend(knock(&world, &copied, &lucie, &paper, (401, "session-over")).await);
        assert_eq!(seq(&mut raw, &lucie.locker).await, mine, "an ended session proves nothing about who bears it");

        // Fifteen minutes without a request.
        let sleepy = world.holder("lucie").await;
        world.wait(Duration::from_secs(15 * 60 - 1));
        sleepy.client.get("/api/v1/me").await.expect(200);
        world.wait(Duration::from_mins(15));
        world.settle().await;
        let mine = seq(&mut raw, &lucie.locker).await;
        wrong.extend(knock(&world, &sleepy.client, &lucie, &paper, (401, "session-over")).await);

        // Eight hours, however busy.
        world.wait(Duration::from_secs(61));
        assert_eq!(seq(&mut raw, &lucie.locker).await, mine);
        let busy = world.holder("lucie").await;
        for _ in 0..34 {
            world.wait(Duration::from_mins(14));
            busy.get("").await.expect(200);
        }
        world.wait(Duration::from_mins(4));
        world.settle().await;
        let mine = seq(&mut raw, &lucie.locker).await;
        wrong.extend(knock(&world, &busy.client, &lucie, &paper, (401, "session-over")).await);
        assert_eq!(seq(&mut raw, &lucie.locker).await, mine);
        assert_problem(&busy.client.get("/api/v1/me").await, 401, "session-over", "me");
        assert_problem(&busy.client.post("/api/v1/lockers").await, 401, "session-over", "open");
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// A curious person asks again and again: one line at once, the rest as a count, then "later".
    async fn a_flood_of_refusals_is_counted_not_written(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let nadia = world.sign_in("professional", "nadia").await;
        let mut raw = world.raw().await;
        let before = service_chain(&mut raw).await.len();
        let path = lucie.path("/documents");
        for _ in 0..50 {
            nadia.get(&path).await.expect(404);
        }
        let lines = service_chain(&mut raw).await;
        assert_eq!(lines.len() - before, 1, "fifty refusals in a minute are one line at once");
        let first = &lines[before].line;
        assert_eq!(first.action.code(), "document.list");
        assert!(matches!(first.outcome, Outcome::Refused(reason) if reason.code() == "no_relation"));
        assert_eq!(first.count, Some(1));
        assert!(first.origin.is_some());

        world.wait(Duration::from_secs(61));
        world.lockers.tidy().await.unwrap();
        let lines = service_chain(&mut raw).await;
        assert_eq!(lines.len() - before, 2);
        assert_eq!(lines[before + 1].line.count, Some(49), "and the rest is counted");
        assert_eq!(lines[before + 1].line.origin, first.origin);

        for _ in 0..305 {
            nadia.get(&path).await;
        }
        let later = nadia.get(&path).await;
        assert_eq!(later.status, 429, "{}", later.text());
        assert!(!later.header("retry-after").is_empty());
        lucie.get("/documents").await.expect(200);
        world.wait(Duration::from_secs(61));
        nadia.get(&path).await.expect(404);
        assert!(service_chain(&mut raw).await.len() - before <= 6);
    }

    /// A holder who knows the ids of somebody else's papers tries them under their own locker.
    async fn ids_of_others_are_unknown_at_home(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let theirs = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let own = ahmed.deposit("RIB", "banque.rib", b"rib").await;
        let version = lucie.get(&format!("/documents/{theirs}")).await.json()["version"].as_str().unwrap().to_owned();
        world.settle().await;
        let mut raw = world.raw().await;
        let mine = seq(&mut raw, &lucie.locker).await;
        let mut asks = vec![format!("/documents/{own}/content?version={version}")];
        asks.extend(["", "/content", "/content?version=V"].map(|rest| format!("/documents/{theirs}{rest}")));
        for rest in &asks {
            let before = ahmed.journal().await.len();
            assert_problem(&ahmed.get(&rest.replace('V', &version)).await, 404, "not-found", rest);
            let trail = ahmed.trail().await;
            assert!(trail[before].ends_with(" refused:unknown_document"), "{rest}: {:?}", &trail[before..]);
        }
        let path = ahmed.path(&format!("/documents/{theirs}"));
        assert_problem(&ahmed.client.delete(&path).await, 404, "not-found", "delete");
        assert_problem(&ahmed.client.post(&format!("{path}/restore")).await, 404, "not-found", "restore");
        let head = ahmed.client.send(ahmed.client.request(Method::HEAD, &format!("{path}/content"))).await;
        assert_eq!(head.status, 404);
        let trail = ahmed.trail().await;
        for action in ["document.trash", "document.restore", "document.view", "content.read"] {
            let line = format!("{action} refused:unknown_document");
            assert!(trail.contains(&line), "{line}: {trail:?}");
        }
        assert_eq!(seq(&mut raw, &lucie.locker).await, mine);
        lucie.get(&format!("/documents/{theirs}")).await.expect(200);
    }

    /// What can't be an id is an id of nothing.
    async fn nonsense_is_not_found(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let loud = paper.to_uppercase();
        let (bare, long) = (paper.replace('-', ""), "a".repeat(5000));
        let braces = format!("%7B{paper}%7D");
        let nonsense = [
            "x", "%20", "%00", "%FF", "%2e%2e", "..%2f..", "%27%20OR%201=1", "00000000-0000-0000-0000-000000000000",
            &loud, &bare, &long, &braces,
        ];
        let mut wrong = Vec::new();
        for id in nonsense {
            for path in [
                format!("/api/v1/lockers/{id}"), format!("/api/v1/lockers/{id}/documents"), format!("/api/v1/lockers/{id}/journal"),
                lucie.path(&format!("/documents/{id}")), lucie.path(&format!("/documents/{id}/content")),
            ] {
                let answer = lucie.client.get(&path).await;
                let kind = serde_json::from_slice(&answer.body).unwrap_or(json!({}))["type"].to_string();
                if answer.status != 404 || kind != "\"/problems/not-found\"" {
                    wrong.push(format!("{path}: {} {}", answer.status, answer.text()));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }
}
