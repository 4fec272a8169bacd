//! Readings race with the end of what allows them: somebody with a copied cookie reads as fast as they can while the holder
//! destroys the paper, or ends that session. What they got has a line, and none after the end.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;

use super::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Client, Holder, Pair, World};

const ROUNDS: usize = 25;
const READERS: usize = 4;

/// Reads until told to stop; counts what was given, and refuses to see anything but a content or a refusal.
async fn read_on(client: &Client, path: &str, given: &AtomicUsize, over: &AtomicBool) {
    while !over.load(Ordering::SeqCst) {
        let answer = client.get(path).await;
        match answer.status.as_u16() {
            200 => {
                assert_eq!(answer.body, b"quittance");
                given.fetch_add(1, Ordering::SeqCst);
            }
            401 | 404 => return,
            // What one locker does at once has its limits.
            429 => {}
            status => panic!("{status}: {}", answer.text()),
        }
    }
}

fn is_reading(line: &Value) -> bool {
    line["action"] == "content.read" && line["outcome"]["kind"] == "done"
}

/// The lines of what was read are as many as what was given, and none stands after the end.
#[track_caller]
fn assert_ended(lines: &[Value], given: usize, end: &str) {
    // What was destroyed between the line and the first byte was not given, and its closing says so.
    let is_too_late =
        |line: &&Value| line["action"] == "access.close" && line["outcome"]["reason"] == "unknown_document";
    let readings = lines.iter().filter(|line| is_reading(line)).count();
    let too_late = lines.iter().filter(is_too_late).count();
    assert_eq!(readings, given + too_late, "a line for each, and each with its line");
    let ends = lines.iter().rposition(|line| line["action"] == end && line["outcome"]["kind"] == "done").unwrap();
    assert!(!lines[ends..].iter().any(is_reading), "nothing is read after {end}");
    let seqs: Vec<u64> = lines.iter().map(|line| line["seq"].as_u64().unwrap()).collect();
    assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + 1), "the journal has no gap");
}

/// Has several read while `end` is done; gives how many readings were given.
async fn race(readers: &[&Client], path: &str, end: impl Future<Output = ()>) -> usize {
    let (given, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let reading = join_all(readers.iter().map(|reader| read_on(reader, path, &given, &over)));
    let ending = async {
        while given.load(Ordering::SeqCst) < 3 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        end.await;
        over.store(true, Ordering::SeqCst);
    };
    tokio::join!(reading, ending);
    given.load(Ordering::SeqCst)
}

async fn content_of(lucie: &Holder) -> (String, String) {
    let paper = lucie.deposit("Quittance", "logement.quittance_loyer", b"quittance").await;
    let path = lucie.path(&format!("/documents/{paper}/content"));
    (paper, path)
}

on_both_pairs! {
    async fn nothing_is_read_after_a_paper_is_destroyed(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let mut given = 0;
        for _ in 0..ROUNDS {
            let (paper, path) = content_of(&lucie).await;
            given += race(&[&lucie.client; READERS], &path, async {
                lucie.client.post(&lucie.path(&format!("/documents/{paper}/destroy"))).await.expect(204);
            })
            .await;
            assert_ended(&lucie.journal().await, given, "document.destroy");
        }
    }

    async fn nothing_is_read_after_a_session_is_ended(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (_, path) = content_of(&lucie).await;
        let mut given = 0;
        for _ in 0..ROUNDS {
            let copied = world.sign_in("holder", "lucie").await;
            given += race(&[&copied; READERS], &path, async {
                lucie.client.post("/api/v1/me/sessions/end-others").await.expect(204);
            })
            .await;
            assert_ended(&lucie.journal().await, given, "session.end");
        }
    }

    /// Somebody with a copied cookie makes codes to let a friend in, while the session is ended elsewhere. Each code that they got has its
    /// line, none after the end, and only the last one of all is kept.
    async fn no_code_is_made_after_a_session_is_ended(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let path = lucie.path("/help-codes");
        let is_code = |line: &&Value| line["action"] == "help.code" && line["outcome"]["kind"] == "done";
        let mut made = 0;
        for _ in 0..ROUNDS {
            let copied = world.sign_in("holder", "lucie").await;
            let before = made;
            let (count, over) = (AtomicUsize::new(0), AtomicBool::new(false));
            let makes = async || {
                while !over.load(Ordering::SeqCst) {
                    match copied.post(&path).await.status.as_u16() {
                        201 => { count.fetch_add(1, Ordering::SeqCst); }
                        401 => return,
                        status => panic!("{status}"),
                    }
                }
            };
            let ends = async {
                while count.load(Ordering::SeqCst) < 3 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                lucie.client.post("/api/v1/me/sessions/end-others").await.expect(204);
                over.store(true, Ordering::SeqCst);
            };
            tokio::join!(makes(), makes(), makes(), ends);
            made = before + count.load(Ordering::SeqCst);
            let lines = lucie.journal().await;
            assert_eq!(lines.iter().filter(is_code).count(), made, "a line for each, and each with its line");
            let ended = lines.iter().rposition(|line| line["action"] == "session.end").unwrap();
            assert!(!lines[ended..].iter().any(|line| is_code(&line)), "none after the end");
        }
        assert_eq!(world.raw().await.count("help_codes").await, 1, "each takes the place of the one before");
    }

    /// Many read the same paper at the same time: every reading has a line of its own, whichever way it was decided.
    async fn readings_at_the_same_time_do_not_lose_a_line(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (_, path) = content_of(&lucie).await;
        let given = race(&[&lucie.client; 8], &path, async {
            for _ in 0..40 {
                lucie.get("/documents").await.expect(200);
            }
        })
        .await;
        let lines = lucie.journal().await;
        assert_eq!(lines.iter().filter(|line| is_reading(line)).count(), given);
        let lists = lines.iter().filter(|line| line["action"] == "document.list").count();
        assert_eq!(lists, 40);
    }

    /// A copied cookie at the end of its session's life: the reading is decided on, then has to wait until that life is over.
    async fn what_was_decided_does_not_outlive_the_session(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (_, path) = content_of(&lucie).await;
        let mut raw = world.raw().await;
        let chain = raw.id(&lucie.locker);
        let hold = match pair {
            Pair::Local => "BEGIN IMMEDIATE".to_owned(),
            Pair::Remote => format!("BEGIN; SELECT 1 FROM chains WHERE chain_id = {chain} FOR UPDATE"),
        };
        raw.run(&hold).await.unwrap();
        let release = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            world.wait(Duration::from_hours(9));
            raw.run("COMMIT").await.unwrap();
        };
        let (answer, ()) = tokio::join!(lucie.client.get(&path), release);
        assert_problem(&answer, 401, "session-over", "after the end of its life");
    }

    /// A cookie is copied while its owner opens their first locker elsewhere. They sign out; the line waits on the service's
    /// journal. Once they are told that they are out, the copy opens nothing.
    async fn signing_out_while_the_locker_is_being_opened_is_the_end(pair) {
        let world = World::new(pair).await;
        let (leaving, elsewhere) = (world.sign_in("holder", "lucie").await, world.sign_in("holder", "lucie").await);
        let copied = world.anonymous();
        copied.cookies.lock().unwrap().clone_from(&leaving.cookies.lock().unwrap());
        let mut raw = world.raw().await;
        if pair == Pair::Remote {
            raw.run("BEGIN; SELECT 1 FROM chains WHERE kind = 1 FOR UPDATE").await.unwrap();
        }
        let opens = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            elsewhere.open_locker().await.expect(201)
        };
        let releases = async {
            tokio::time::sleep(Duration::from_millis(600)).await;
            if pair == Pair::Remote {
                raw.run("COMMIT").await.unwrap();
            }
        };
        let (out, _, ()) = tokio::join!(leaving.post("/auth/logout"), opens, releases);
        assert!(out.status.is_redirection());
        let me = elsewhere.get("/api/v1/me").await.expect(200).json();
        let locker = me["locker"].as_str().unwrap().to_owned();
        let lucie = Holder { client: elsewhere, locker, person: me["person"]["id"].as_str().unwrap().to_owned() };
        let (_, path) = content_of(&lucie).await;
        assert_problem(&copied.get(&path).await, 401, "session-over", "its owner is out");
        assert!(!lucie.journal().await.iter().any(is_reading));
    }

    /// Somebody who writes SQL takes the keys away: one attempt is one line, closed as what it was.
    async fn a_reading_that_does_not_open_has_one_line(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let (_, path) = content_of(&lucie).await;
        let mut raw = world.raw().await;
        let locker = raw.id(&lucie.locker);
        let kept = format!("CREATE TABLE kept AS SELECT * FROM wraps WHERE locker_id = {locker}");
        raw.run(&kept).await.unwrap();
        raw.run(&format!("DELETE FROM wraps WHERE locker_id = {locker}")).await.unwrap();
        assert_problem(&lucie.client.get(&path).await, 500, "damaged", "no keys");
        world.settle().await;
        raw.run("INSERT INTO wraps SELECT * FROM kept").await.unwrap();
        let lines = lucie.journal().await;
        assert_eq!(lines.iter().filter(|line| is_reading(line)).count(), 1);
        assert_eq!(raw.count("under_way").await, 0, "nothing is left open");
    }

    /// Ranges that end where the rights are looked at again are still one reading.
    async fn ranges_of_sixteen_mebibytes_are_one_reading(pair) {
        const RANGE: usize = 16 * 1024 * 1024;
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let content = [b"%PDF-1.7\n".to_vec(), vec![b'x'; 2 * RANGE]].concat();
        let metadata = serde_json::json!({"title": "Long", "kind": "formation.courrier"});
        let paper = lucie.deposit_with(&metadata, "l.pdf", content).await.expect(201).json();
        let path = lucie.path(&format!("/documents/{}/content", paper["id"].as_str().unwrap()));
        for from in [0, RANGE] {
            let range = format!("bytes={from}-{}", from + RANGE - 1);
            let request = lucie.client.request(reqwest::Method::GET, &path).header("range", range);
            assert_eq!(lucie.client.send(request).await.expect(206).body.len(), RANGE);
        }
        let lines = lucie.journal().await;
        assert_eq!(lines.iter().filter(|line| is_reading(line)).count(), 1);
        let mut raw = world.raw().await;
        assert_eq!(raw.count("under_way WHERE resting").await, 1, "it waits for the next range");
    }
}
