//! Somebody who can write SQL, and has no root key, kept rows of institutions, requests and shares, and puts older ones back: each was true
//! once, and bears its proof. An institution that would read more often than it may helps itself the same way, or by asking in other ways. The journals
//! say what came after, and are asked at each use.

use consigne::locker::institutions::InstitutionChange;
use reqwest::Method;
use serde_json::{Value, json};

use super::requests::{asked, taken};
use super::shares::{answer, handed, names, read};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Program, Raw, World, institution_fields, public_set};

/// Keeps a copy of the rows of a table.
async fn keep(raw: &mut Raw, table: &str, name: &str) {
    raw.run(&format!("CREATE TABLE kept_{name} AS SELECT * FROM {table}")).await.unwrap();
}

/// Puts what was kept of some columns back into the rows that are there.
async fn put_back(raw: &mut Raw, (table, key): (&str, &str), columns: &[&str], name: &str) {
    let one =
        |column: &&str| format!("{column} = (SELECT k.{column} FROM kept_{name} k WHERE k.{key} = {table}.{key})");
    let set = columns.iter().map(one).collect::<Vec<_>>().join(", ");
    let changed =
        raw.run(&format!("UPDATE {table} SET {set} WHERE {key} IN (SELECT {key} FROM kept_{name})")).await.unwrap();
    assert!(changed > 0);
}

const SHARES: (&str, &str) = ("shares", "share_id");
const SHARE: [&str; 6] = ["paused_at", "ended_at", "readings", "proof", "details", "shown"];
const REQUESTS: (&str, &str) = ("paper_requests", "request_id");
const REQUEST: [&str; 5] = ["stage", "staged_at", "locker_id", "share_id", "proof"];
const INSTITUTIONS: (&str, &str) = ("institutions", "institution_id");
const INSTITUTION: [&str; 4] = ["errands", "suspended_at", "proof", "details"];

/// Hands over one paper that may be read so often.
async fn counted(world: &World, program: &Program, holder: &Holder, readings: u32) -> String {
    let request = taken(world, program, holder).await;
    let paper = holder.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
    let hand = json!({"papers": [{"piece": 0, "document": paper}], "readings": readings});
    answer(holder, &request, &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned()
}

async fn ask(program: &Program, method: Method, share: &str, range: Option<&str>) -> Answer {
    let token = program.token().await;
    let mut request = program.request_with(method, &format!("/api/v1/shares/{share}/papers/1/content"), &token);
    if let Some(range) = range {
        request = request.header("range", range);
    }
    program.client.send(request).await
}

async fn share_of(holder: &Holder) -> (u64, String) {
    let one = holder.get("/shares").await.expect(200).json()["items"][0].clone();
    (one["readings"].as_u64().unwrap(), one["status"].as_str().unwrap().to_owned())
}

on_both_pairs! {
    /// To ask what an answer would be, or for bytes that are not there, is no reading; it is a look, and stands in the journal.
    async fn what_moves_no_byte_uses_no_reading_up(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let share = counted(&world, &caf, &angela, 1).await;
        let head = ask(&caf, Method::HEAD, &share, None).await.expect(200);
        assert_eq!((head.header("content-length"), head.body.len()), ("11", 0));
        assert!(head.header("content-disposition").starts_with("attachment"));
        for range in ["bytes=11-", "bytes=400-500", "bytes=-0"] {
            let beyond = ask(&caf, Method::GET, &share, Some(range)).await;
            assert_problem(&beyond, 416, "bad-range", range);
            assert_eq!(beyond.header("content-range"), "bytes */11");
        }
        assert_eq!(share_of(&angela).await, (0, "active".to_owned()));
        let journal = angela.journal().await;
        assert_eq!((names(&journal, "content.read").len(), names(&journal, "share.receive").len()), (0, 4));
        let whole = ask(&caf, Method::GET, &share, None).await.expect(200);
        assert_eq!((whole.body.as_slice(), whole.header("etag")), (b"une facture".as_slice(), head.header("etag")));
        // Used up: nothing is told any more, nor of a paper that is put away.
        assert_problem(&ask(&caf, Method::GET, &share, Some("bytes=400-")).await, 410, "share-over", "used");
        ask(&caf, Method::HEAD, &share, None).await.expect(410);
        let (share, paper) = handed(&world, &caf, &angela, b"une facture").await;
        angela.client.delete(&angela.path(&format!("/documents/{paper}"))).await.expect(204);
        ask(&caf, Method::HEAD, &share, None).await.expect(410);
        let other = world.institution("Une autre").await;
        ask(&other, Method::HEAD, &share, None).await.expect(404);
    }

    /// A reading is the bytes of the paper, once: whoever has asked for all of them by a range reads anew with the next.
    async fn a_range_of_all_of_it_is_a_whole_reading(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let share = counted(&world, &caf, &angela, 3).await;
        let token = caf.token().await;
        let by_range = async |range: &str| {
            let path = format!("/api/v1/shares/{share}/papers/1/content");
            caf.client.send(caf.request_with(Method::GET, &path, &token).header("range", range)).await
        };
        // In two halves, it is one; then all of it, by a range: another.
        assert_eq!(by_range("bytes=0-4").await.expect(206).body, b"une f");
        assert_eq!(by_range("bytes=5-10").await.expect(206).body, b"acture");
        world.settle().await;
        assert_eq!(share_of(&angela).await.0, 1);
        by_range("bytes=0-10").await.expect(206);
        world.settle().await;
        assert_eq!(share_of(&angela).await.0, 2);
        // Nor does what is left over of one stretch to more than the paper has.
        by_range("bytes=0-9").await.expect(206);
        world.settle().await;
        assert_eq!(share_of(&angela).await.0, 3);
        for range in ["bytes=0-10", "bytes=-11", "bytes=0-1"] {
            assert_problem(&by_range(range).await, 410, "share-over", range);
        }
    }

    /// The row from before its readings gives none back: neither here, nor in a process that has not seen it before.
    async fn readings_that_were_had_are_not_given_back(pair) {
        let mut world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let share = counted(&world, &caf, &angela, 3).await;
        let mut raw = world.raw().await;
        keep(&mut raw, "shares", "before").await;
        for _ in 0..2 {
            read(&caf, &share).await.expect(200);
            put_back(&mut raw, SHARES, &SHARE, "before").await;
        }
        assert_eq!(share_of(&angela).await, (2, "active".to_owned()));
        // The control of the whole locker names it, with a line.
        let control = async |holder: &Holder| {
            let report = holder.client.post(&holder.path("/control")).await.expect(200).json();
            (report["intact"] == true, report["shares"].clone())
        };
        assert_eq!(control(&angela).await, (false, json!([share])));
        let line = angela.journal().await.into_iter().rfind(|line| line["outcome"]["reason"] == "damaged" && line["object"]["kind"] == "share").unwrap();
        assert_eq!((&line["object"]["kind"], &line["object"]["id"]), (&json!("share"), &json!(share)), "{line}");
        assert!(line["sentence"].as_str().unwrap().starts_with("Des papiers transmis"), "{line}");
        world.restart(|_| {}).await;
        let caf = world.program(caf.institution, caf.pair);
        read(&caf, &share).await.expect(200);
        put_back(&mut raw, SHARES, &SHARE, "before").await;
        for _ in 0..2 {
            assert_problem(&read(&caf, &share).await, 410, "share-over", "three were had");
        }
        let angela = world.holder("angela").await;
        assert_eq!(share_of(&angela).await, (3, "used".to_owned()));
    }

    /// What the control finds: nothing where nothing was put back; a row that is gone, or from before a pause or an end, where it was.
    async fn the_control_finds_what_was_put_back(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, paper) = handed(&world, &caf, &angela, b"une facture").await;
        let mut raw = world.raw().await;
        keep(&mut raw, "shares", "before").await;
        let control = async |what: &str| {
            let report = angela.client.post(&angela.path("/control")).await.expect(200).json();
            assert_eq!(report["intact"] == true, report["shares"] == json!([]), "{what}: {report}");
            report["shares"] == json!([share])
        };
        let press = async |what: &str| {
            angela.client.post(&angela.path(&format!("/shares/{share}/{what}"))).await.expect(204);
        };
        read(&caf, &share).await.expect(200);
        assert!(!control("read").await);
        for what in ["pause", "resume"] {
            press(what).await;
            assert!(!control(what).await);
        }
        angela.client.delete(&angela.path(&format!("/documents/{paper}"))).await.expect(204);
        angela.client.post(&angela.path(&format!("/documents/{paper}/destroy"))).await.expect(204);
        assert!(!control("destroyed").await);
        keep(&mut raw, "shares", "after").await;
        put_back(&mut raw, SHARES, &SHARE, "before").await;
        assert!(control("from before").await);
        put_back(&mut raw, SHARES, &SHARE, "after").await;
        press("revoke").await;
        assert!(!control("revoked").await);
        put_back(&mut raw, SHARES, &SHARE, "after").await;
        assert!(control("from before its end").await);
        raw.run("DELETE FROM shares").await.unwrap();
        assert!(control("gone").await);
    }

    /// Suspended, or with other keys: the registration from before lets nobody in, whatever they hold.
    async fn an_older_registration_is_none(pair) {
        let mut world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        let mut raw = world.raw().await;
        let change = async |world: &World, change| assert!(world.lockers.amend_institution(caf.institution, change).await.unwrap());
        let bearer = caf.token().await;
        keep(&mut raw, "institutions", "before").await;
        change(&world, InstitutionChange { suspended: Some(true), ..Default::default() }).await;
        put_back(&mut raw, INSTITUTIONS, &INSTITUTION, "before").await;
        let path = format!("/api/v1/shares/{share}/papers/1/content");
        let ways = async |caf: &Program, what: &str| {
            caf.ask(&caf.assertion(), None).await.expect(401);
            assert_problem(&caf.get_with(&path, &bearer).await, 401, "not-signed-in", what);
        };
        ways(&caf, "suspended").await;
        // Nothing is handed over to it meanwhile, and the operator's command does not take it for what it was.
        let waits = raw.count("paper_requests").await;
        assert!(!world.lockers.amend_institution(caf.institution, InstitutionChange::default()).await.unwrap());
        assert!(world.lockers.institutions().await.unwrap().is_empty());
        assert_eq!(raw.count("paper_requests").await, waits);
        world.restart(|_| {}).await;
        ways(&world.program(caf.institution, aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap()), "another process").await;
        // A key that was taken out, back in force.
        let old = world.institution("Une autre").await;
        let new = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
        keep(&mut raw, "institutions", "keys").await;
        let fields = institution_fields("Une autre", &public_set("first", &new));
        let amended = world.lockers.amend_institution(old.institution, InstitutionChange { fields: Some(fields), ..Default::default() });
        assert!(amended.await.unwrap());
        old.ask(&old.assertion(), None).await.expect(401);
        put_back(&mut raw, INSTITUTIONS, &INSTITUTION, "keys").await;
        old.ask(&old.assertion(), None).await.expect(401);
    }

    /// Answered, declined, or taken back: the row from before makes it open for nobody.
    async fn an_older_request_is_not_open_again(pair) {
        let mut world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}]});
        let (answered, declined, withdrawn) =
            (taken(&world, &caf, &angela).await, taken(&world, &caf, &angela).await, taken(&world, &caf, &angela).await);
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let (waiting, code) = (made["id"].as_str().unwrap().to_owned(), made["code"].as_str().unwrap().to_owned());
        let mut raw = world.raw().await;
        keep(&mut raw, "paper_requests", "before").await;
        answer(&angela, &answered, &hand).await.expect(201);
        angela.client.post(&angela.path(&format!("/requests/{declined}/decline"))).await.expect(204);
        let bearer = caf.token().await;
        for one in [&withdrawn, &waiting] {
            caf.client.send(caf.request_with(Method::DELETE, &format!("/api/v1/requests/{one}"), &bearer)).await.expect(204);
        }
        put_back(&mut raw, REQUESTS, &REQUEST, "before").await;
        let list = angela.get("/requests").await.expect(200).json();
        let status = |list: &Value, id: &str| {
            let one = list["items"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
            one["status"].as_str().unwrap().to_owned()
        };
        assert_eq!((status(&list, &answered), status(&list, &declined)), ("answered".to_owned(), "declined".to_owned()));
        for round in ["here", "in another process"] {
            for (one, status, kind) in
                [(&answered, 409, "wrong-state"), (&declined, 409, "wrong-state"), (&withdrawn, 403, "institution-suspended")]
            {
                let angela = world.holder("angela").await;
                assert_problem(&answer(&angela, one, &hand).await, status, kind, round);
            }
            let angela = world.holder("angela").await;
            let typed = angela.client.post_json(&angela.path("/requests"), &json!({"code": code})).await;
            assert_problem(&typed, 422, "wrong-code", round);
            assert_eq!(angela.get("/shares").await.json()["items"].as_array().unwrap().len(), 1, "{round}");
            world.restart(|_| {}).await;
        }
        // One that is said to be in a locker whose journal says nothing of it is not there: the row of another that SQL had signed by nobody.
        let angela = world.holder("angela").await;
        assert_eq!(angela.get("/requests").await.json()["items"].as_array().unwrap().len(), 3);
    }

    /// An institution that asks without end is told to stop, with a line; what is answered or taken back makes room.
    async fn so_many_requests_wait_and_no_more(pair) {
        let limits = consigne::locker::Limits { requests_waiting: 3, ..Default::default() };
        let world = World::with(pair, limits).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let first = taken(&world, &caf, &angela).await;
        let mut last = String::new();
        for _ in 0..2 {
            let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
            made["id"].as_str().unwrap().clone_into(&mut last);
        }
        let refused = caf.post("/api/v1/requests", &asked(&world)).await;
        assert_problem(&refused, 429, "requests-full", "as many as may");
        assert!(refused.text().contains("attendent"), "{}", refused.text());
        let lines = service_chain(&mut world.raw().await).await;
        assert!(lines.iter().any(|entry| entry.line.action.code() == "request.make"
            && entry.line.outcome == consigne::domain::entry::Outcome::Refused(consigne::domain::entry::Reason::RequestsFull)));
        other.post("/api/v1/requests", &asked(&world)).await.expect(201);
        angela.client.post(&angela.path(&format!("/requests/{first}/decline"))).await.expect(204);
        caf.post("/api/v1/requests", &asked(&world)).await.expect(201);
        caf.post("/api/v1/requests", &asked(&world)).await.expect(429);
        let bearer = caf.token().await;
        caf.client.send(caf.request_with(Method::DELETE, &format!("/api/v1/requests/{last}"), &bearer)).await.expect(204);
        caf.post("/api/v1/requests", &asked(&world)).await.expect(201);
        caf.post("/api/v1/requests", &asked(&world)).await.expect(429);
    }

    /// Whoever takes the name away for whom a program read does not make it a reading for nobody.
    async fn a_reader_without_a_name_is_told_of(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, _) = handed(&world, &caf, &angela, b"une facture").await;
        let token = caf.token().await;
        let path = format!("/api/v1/shares/{share}/papers/1/content");
        let request = caf.request_with(Method::GET, &path, &token).header("consigne-reader", "Mme Durand");
        caf.client.send(request).await.expect(200);
        world.raw().await.run("DELETE FROM share_readers").await.unwrap();
        let told = names(&angela.journal().await, "content.read");
        let plain = told[0].replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'");
        assert!(plain.starts_with("Caisse d'allocations, pour quelqu'un dont le nom ne se lit pas, a ouvert"), "{plain}");
    }
}
