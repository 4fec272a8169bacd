//! Papers for somebody without an account: given by a code, received with the holder's surname, every look a line that the holder sees.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Answer, Client, Holder, Pair, World, day_from_now, metadata_of};

mod attacks;
mod once;
mod pages;

/// A real PDF: one that the service makes.
pub async fn a_pdf(holder: &Holder) -> Vec<u8> {
    holder.get("/receipt").await.expect(200).body
}

/// A PDF of a holder's, as a paper.
pub async fn a_paper(holder: &Holder, title: &str) -> String {
    let pdf = a_pdf(holder).await;
    let answer = holder.deposit_with(&metadata_of(title, "logement.bail", None), "bail.pdf", pdf).await;
    answer.expect(201).json()["id"].as_str().unwrap().to_owned()
}

/// What is given to a landlord, unless a story says otherwise.
pub fn giving(papers: &[&str]) -> Value {
    let papers: Vec<Value> = papers.iter().map(|paper| json!({"document": paper})).collect();
    json!({"papers": papers, "recipient": "Mme Petit, propriétaire", "purpose": "Louer un logement"})
}

/// Gives, and tells share and code.
pub async fn give(holder: &Holder, given: &Value) -> (String, String) {
    let told = holder.client.post_json(&holder.path("/shares"), given).await.expect(201).json();
    (told["share"].as_str().unwrap().to_owned(), told["code"].as_str().unwrap().to_owned())
}

/// Tries to come in.
pub async fn enter(client: &Client, code: &str, surname: &str) -> Answer {
    client.post_json("/api/v1/codes/enter", &json!({"code": code, "surname": surname})).await
}

fn pass_of(answer: &Answer) -> String {
    answer.json()["pass"].as_str().unwrap().to_owned()
}

/// Asks with a pass.
pub async fn with_pass(client: &Client, method: Method, path: &str, pass: &str, body: Option<Value>) -> Answer {
    let request = client.request(method, path).header("consigne-pass", pass);
    client
        .send(match body {
            Some(body) => request.json(&body),
            None => request,
        })
        .await
}

/// Comes in and says who they are.
pub async fn inside(client: &Client, code: &str, surname: &str, name: &str) -> String {
    let pass = pass_of(&enter(client, code, surname).await.expect(200));
    let named = with_pass(client, Method::POST, "/api/v1/codes/name", &pass, Some(json!({"name": name}))).await;
    pass_of(&named.expect(200))
}

/// Looks at the list.
pub async fn list(client: &Client, pass: &str) -> Answer {
    with_pass(client, Method::GET, "/api/v1/codes/papers", pass, None).await
}

/// Opens a paper.
pub async fn open(client: &Client, pass: &str, place: u16) -> Answer {
    with_pass(client, Method::GET, &format!("/api/v1/codes/papers/{place}/content"), pass, None).await
}

/// A copy, as a paper that can be read.
pub fn copy(mut answer: Answer) -> Pdf {
    assert!(answer.header("content-disposition").starts_with("inline"), "{:?}", answer.headers);
    assert_eq!(answer.header("x-robots-tag"), "noindex, nofollow");
    answer.headers.insert("content-disposition", "attachment; filename=\"copy.pdf\"".parse().unwrap());
    Pdf::of(answer)
}

/// Sentences as they are typed on a keyboard.
pub fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'")
}

fn sentences(lines: &[Value], action: &str) -> Vec<String> {
    let of = |line: &&Value| line["action"] == action;
    lines.iter().filter(of).map(|line| plain(line["sentence"].as_str().unwrap())).collect()
}

on_both_pairs! {
    /// Angela gives her lease to a landlady who has no account, and sees what becomes of it.
    async fn a_landlady_sees_a_marked_copy_and_angela_sees_that_she_did(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail de la rue Haute").await;
        let original = angela.content(&paper).await.expect(200).body;
        let (share, code) = give(&angela, &giving(&[&paper])).await;
        assert_eq!(code.len(), 14, "three groups of four");

        // The code as people type it, and the surname as they do.
        let landlady = world.anonymous();
        let typed = format!(" {} ", code.to_lowercase().replace('-', " "));
        let pass = pass_of(&enter(&landlady, &typed, "dubois").await.expect(200));
        // Nothing before she says who she is.
        let early = list(&landlady, &pass).await;
        assert_problem(&early, 422, "bad-field", "who reads?");
        assert_problem(&open(&landlady, &pass, 1).await, 422, "bad-field", "who reads?");
        let named = with_pass(&landlady, Method::POST, "/api/v1/codes/name", &pass, Some(json!({"name": "Jeanne Petit"}))).await;
        let pass = pass_of(&named.expect(200));
        let again = with_pass(&landlady, Method::POST, "/api/v1/codes/name", &pass, Some(json!({"name": "Quelqu'un d'autre"}))).await;
        assert_problem(&again, 409, "wrong-state", "said once");

        let seen = list(&landlady, &pass).await.expect(200);
        assert_eq!(seen.header("cache-control"), "no-store");
        let seen = seen.json();
        assert_eq!((seen["holder"].as_str(), seen["purpose"].as_str()), (Some("Angela Claire Louise DUBOIS"), Some("Louer un logement")));
        assert_eq!(seen["papers"][0]["title"], "Bail de la rue Haute");
        assert!(!seen.to_string().contains(&paper) && !seen.to_string().contains(&angela.locker), "nothing of where it lies");

        // A copy that says for whom, what for, when (its words across are ink, and told among what it says of itself); the original is as it was.
        let opened = open(&landlady, &pass, 1).await.expect(200);
        assert_ne!(opened.body, original);
        let pass = opened.header("consigne-pass").to_owned();
        let text = plain(&copy(opened).about("Subject"));
        let day = consigne::words::day(consigne::words::Locale::Fr, world.source.now());
        for words in ["Mme Petit, propriétaire", "Louer un logement", &plain(&day)] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(angela.content(&paper).await.expect(200).body, original);
        assert_problem(&open(&landlady, &pass, 2).await, 404, "not-found", "there is one paper");

        world.settle().await;
        let journal = angela.journal().await;
        assert_eq!(sentences(&journal, "share.give"), ["Vous avez transmis des papiers à Mme Petit, propriétaire."]);
        assert_eq!(sentences(&journal, "share.enter"), ["La personne qui a le code pour Mme Petit, propriétaire a tapé le bon code et votre nom de famille. Pour : Louer un logement."]);
        let read = sentences(&journal, "content.read").into_iter().find(|told| told.contains("Jeanne")).unwrap();
        assert_eq!(read, "« Jeanne Petit », avec le code pour Mme Petit, propriétaire, a ouvert « Bail de la rue Haute ». Pour : Louer un logement.");
        let line = journal.iter().find(|line| line["action"] == "share.receive").unwrap();
        assert_eq!((line["actor"]["kind"].as_str(), line["ground"].as_str()), (Some("code_bearer"), Some("share")));
        // And on the share itself: who, when, what.
        let whole = angela.get(&format!("/shares/{share}")).await.expect(200).json();
        assert_eq!((whole["recipient"].as_str(), whole["readings"].as_u64(), whole["status"].as_str()), (Some("Mme Petit, propriétaire"), Some(1), Some("active")));
        let uses: Vec<_> = whole["uses"].as_array().unwrap().iter().map(|one| (one["action"].as_str().unwrap(), one["reader"].as_str(), one["refused"].as_str())).collect();
        assert_eq!(uses, [
            ("content.read", None, Some("unknown_document")),
            ("content.read", Some("Jeanne Petit"), None),
            ("share.receive", Some("Jeanne Petit"), None),
            ("share.enter", None, None),
        ]);
        assert!(!whole.to_string().contains(&code) && !angela.get("/shares").await.text().contains(&code), "the code is told once");
        // The whole journal is sound.
        let mut broken = 0;
        consigne::locker::verify_journals(&world.db, |report| broken += u32::from(report.broken.is_some())).await.unwrap();
        assert_eq!(broken, 0);
    }

    /// Stopped, paused, over, used, destroyed, closed: no byte, whatever pass was made before; and it is said to whoever knows the surname.
    async fn what_is_over_is_over_whatever_was_opened_before(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let (share, code) = give(&angela, &giving(&[&paper])).await;
        let landlady = world.anonymous();
        let pass = inside(&landlady, &code, "Dubois", "Jeanne Petit").await;
        open(&landlady, &pass, 1).await.expect(200);
        let press = |what: &str| { let (client, path) = (&angela.client, angela.path(&format!("/shares/{share}/{what}"))); async move { client.post(&path).await } };
        press("pause").await.expect(204);
        for answer in [open(&landlady, &pass, 1).await, list(&landlady, &pass).await, enter(&landlady, &code, "Dubois").await] {
            assert_problem(&answer, 409, "share-paused", "paused");
        }
        press("resume").await.expect(204);
        open(&landlady, &pass, 1).await.expect(200);
        press("revoke").await.expect(204);
        for answer in [open(&landlady, &pass, 1).await, list(&landlady, &pass).await, enter(&landlady, &code, "Dubois").await] {
            assert_problem(&answer, 410, "share-over", "stopped");
        }
        assert_problem(&enter(&landlady, &code, "Dupont").await, 422, "wrong-code-or-name", "told to who knows the surname");
        let (whole, all) = (angela.get(&format!("/shares/{share}")).await.json(), angela.get("/shares").await.json());
        assert_eq!((whole["status"].as_str(), all["items"].as_array().unwrap().len()), (Some("stopped"), 1), "it stays to be seen");

        // So often, and no more.
        let mut twice = giving(&[&paper]);
        twice["readings"] = json!(2);
        let (_, code) = give(&angela, &twice).await;
        let pass = inside(&landlady, &code, "Dubois", "Jeanne Petit").await;
        for _ in 0..2 {
            open(&landlady, &pass, 1).await.expect(200);
        }
        assert_problem(&open(&landlady, &pass, 1).await, 410, "share-over", "used");
        assert_problem(&enter(&landlady, &code, "Dubois").await, 410, "share-over", "used");

        // To the last day, and no further.
        let mut short = giving(&[&paper]);
        short["until"] = json!(day_from_now(&world, 1));
        let (_, code) = give(&angela, &short).await;
        world.wait(Duration::from_secs(47 * 3600));
        world.wait(Duration::from_secs(2 * 3600));
        assert_problem(&enter(&landlady, &code, "Dubois").await, 410, "share-over", "the day has passed");

        // A paper that is put away; a locker that is closed.
        let angela = angela.again(&world, "angela").await;
        let (_, code) = give(&angela, &giving(&[&paper])).await;
        let pass = inside(&landlady, &code, "Dubois", "Jeanne Petit").await;
        angela.client.delete(&angela.path(&format!("/documents/{paper}"))).await.expect(204);
        assert_problem(&open(&landlady, &pass, 1).await, 410, "share-over", "in the trash");
        angela.client.post(&angela.path("/close")).await.expect(200);
        assert_problem(&list(&landlady, &pass).await, 410, "share-over", "closed");
    }

    /// A code on paper: its time begins when it is typed, and there is a last day all the same.
    async fn the_time_of_a_code_on_paper_begins_at_its_first_use(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let mut on_paper = giving(&[&paper]);
        on_paper["days"] = json!(30);
        let (share, code) = give(&angela, &on_paper).await;
        // The sheet tells how.
        let path = angela.path(&format!("/shares/{share}/paper"));
        let sheet = Pdf::of(angela.client.post_json(&path, &json!({"code": code})).await);
        let words = plain(&sheet.flat());
        for told in ["Un code pour voir des papiers", &code, "Mme Petit, propriétaire", "/code", "Vous avez alors 30 jours"] {
            assert!(words.contains(told), "{told}: {words}");
        }
        // Whoever finds it has the code, and not the name that goes with it.
        for secret in ["Angela", "DUBOIS"] {
            assert!(!words.to_lowercase().contains(&secret.to_lowercase()), "{secret}: {words}");
        }
        assert_problem(&angela.client.post_json(&path, &json!({"code": "2345-6789-ABCD"})).await, 422, "wrong-code", "another code");
        let until = |whole: &Value| consigne::domain::source::Timestamp::parse_rfc3339(whole["until"].as_str().unwrap()).unwrap();
        let landlady = world.anonymous();
        world.wait(Duration::from_secs(100 * 24 * 3600));
        enter(&landlady, &code, "Dubois").await.expect(200);
        let now = world.source.now();
        let angela = angela.again(&world, "angela").await;
        let whole = angela.get(&format!("/shares/{share}")).await.expect(200).json();
        let left = until(&whole).micros() - now.micros();
        assert!((left - 30 * 24 * 3600 * 1_000_000).abs() < 60_000_000, "{left}");
        world.wait(Duration::from_secs(29 * 24 * 3600));
        // Used again: the time goes on, and does not begin anew.
        enter(&landlady, &code, "Dubois").await.expect(200);
        world.wait(Duration::from_secs(24 * 3600 + 60));
        assert_problem(&enter(&landlady, &code, "Dubois").await, 410, "share-over", "thirty days");

        // Never used: it ends on the last day to begin.
        let angela = angela.again(&world, "angela").await;
        let (_, code) = give(&angela, &on_paper).await;
        world.wait(Duration::from_secs(185 * 24 * 3600));
        assert_problem(&enter(&landlady, &code, "Dubois").await, 410, "share-over", "half a year");
    }

    /// The family name or the name in use, however it is typed; nothing else of a name.
    async fn either_surname_is_right(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = a_paper(&lucie, "Bail").await;
        // Hidden from helpers: it is hers to give all the same.
        let hide = lucie.client.request(Method::PATCH, &lucie.path(&format!("/documents/{paper}"))).json(&json!({"private": true}));
        lucie.client.send(hide).await.expect(200);
        let (_, code) = give(&lucie, &giving(&[&paper])).await;
        let landlady = world.anonymous();
        for right in ["Petit", "Roux", " r o u x ", "ROÛX"] {
            enter(&landlady, &code, right).await.expect(200);
        }
        for wrong in ["Lucie", "Lucie Roux", "Rou"] {
            assert_problem(&enter(&landlady, &code, wrong).await, 422, "wrong-code-or-name", wrong);
        }
        let pass = inside(&landlady, &code, "roux", "Jeanne Petit").await;
        copy(open(&landlady, &pass, 1).await.expect(200));
    }

    /// Nothing is given by mistake, by somebody else, or without a fresh proof; what can't be marked only if its holder says so.
    async fn what_is_given_is_what_was_meant(pair) {
        let world = World::new(pair).await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        let paper = a_paper(&angela, "Bail").await;
        let text = angela.deposit("Une note", "formation.courrier", b"une note").await;
        let health = angela.deposit_with(&metadata_of("Ordonnance", "sante.ordonnance_certificat", None), "o.pdf", a_pdf(&angela).await).await.expect(201).json();
        let anothers = a_paper(&ahmed, "Le sien").await;
        let path = angela.path("/shares");
        let with = |name: &str, value: Value| { let mut given = giving(&[&paper]); given[name] = value; given };
        for (field, given) in [
            ("papers", giving(&[])),
            ("papers", giving(&[&anothers])),
            ("papers", giving(&[&paper, &paper])),
            ("papers", giving(&["nonsense"])),
            ("recipient", with("recipient", json!(" "))),
            ("purpose", with("purpose", json!(""))),
            ("until", with("until", json!(day_from_now(&world, 366)))),
            ("until", with("until", json!(day_from_now(&world, -1)))),
            ("days", with("days", json!(0))),
            ("days", with("days", json!(366))),
            ("readings", with("readings", json!(0))),
            ("unmarked", giving(&[&paper, &text])),
        ] {
            let answer = angela.client.post_json(&path, &given).await;
            assert_problem(&answer, 422, "bad-field", field);
            assert_eq!(answer.json()["field"], field, "{}", answer.text());
        }
        assert!(angela.get("/shares").await.json()["items"].as_array().unwrap().is_empty());
        assert_problem(&ahmed.client.post_json(&path, &giving(&[&paper])).await, 404, "not-found", "not his");
        // Health is given as anything else is: named by itself. What can't be marked, as it is.
        let mut all = giving(&[&paper, &text, health["id"].as_str().unwrap()]);
        all["unmarked"] = json!(true);
        let (_, code) = give(&angela, &all).await;
        let landlady = world.anonymous();
        let pass = inside(&landlady, &code, "DUBOIS", "Jeanne Petit").await;
        copy(open(&landlady, &pass, 1).await.expect(200));
        let note = open(&landlady, &pass, 2).await.expect(200);
        assert!(note.body == b"une note" && note.header("content-disposition").starts_with("attachment"));
        copy(open(&landlady, &pass, 3).await.expect(200));

        // It says to be a picture, and can't be read as one: not shown, unless its holder said that it may go as it is.
        let broken = angela.deposit_with(&metadata_of("Photo", "identite.photo", None), "p.jpg", crate::world::jpeg(b"cut")).await.expect(201).json();
        let (_, code) = give(&angela, &giving(&[broken["id"].as_str().unwrap()])).await;
        let pass = inside(&landlady, &code, "DUBOIS", "Jeanne Petit").await;
        assert_problem(&open(&landlady, &pass, 1).await, 409, "not-marked", "no mark, no copy");

        world.wait(Duration::from_secs(6 * 60));
        assert_problem(&angela.client.post_json(&path, &giving(&[&paper])).await, 403, "sign-in-again", "gives rights");
        // A version that is not the newest any more is not the one that was looked at.
        angela.client.prove_again().await;
        let version = angela.get(&format!("/documents/{paper}")).await.json()["version"].as_str().unwrap().to_owned();
        angela.client.send(angela.client.request(Method::POST, &angela.path(&format!("/documents/{paper}/versions")))
            .multipart(crate::world::multipart(&json!({}), "neuf.pdf", a_pdf(&angela).await))).await.expect(201);
        let old = json!({"papers": [{"document": paper, "version": version}], "recipient": "a", "purpose": "b"});
        assert_problem(&angela.client.post_json(&path, &old).await, 422, "bad-field", "an older version");
    }
}
