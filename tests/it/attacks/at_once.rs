//! Readings race with the end of what allows them: somebody with a copied cookie reads as fast as they can while the holder
//! destroys the paper, or ends that session. What they got has a line, and none after the end.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::Value;

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
    let readings = lines.iter().filter(|line| is_reading(line)).count();
    assert_eq!(readings, given, "a line for each, and each with its line");
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
}
