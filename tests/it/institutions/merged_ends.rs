//! One PDF is made of many papers before any of it goes out. What its holder stops meanwhile is stopped: no paper more is opened, and nothing
//! is sent.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use super::bundles::{handed, pdf};
use crate::attacks::tools::seq;
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Program, World};

/// Begins to fetch one PDF; once a first paper of it is opened, `stop` does something. Gives the answer's status and the journal, oldest first.
async fn stopped(
    world: &World,
    (program, holder): (&Program, &Holder),
    share: &str,
    stop: impl AsyncFnOnce(),
) -> (u16, usize, Vec<Value>) {
    world.settle().await;
    let mut raw = world.raw().await;
    let before = seq(&mut raw, &holder.locker).await;
    let token = program.token().await;
    let path = format!("/api/v1/shares/{share}/merged");
    let request = program.request_with(Method::GET, &path, &token);
    let fetching = tokio::spawn(async move {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.bytes().await.map_or(0, |bytes| bytes.len()))
    });
    // The line of the whole, then those of its papers.
    for _ in 0..2_000 {
        if seq(&mut raw, &holder.locker).await >= before + 3 || fetching.is_finished() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stop().await;
    let (status, bytes) = fetching.await.unwrap();
    world.settle().await;
    let mut journal = holder.journal().await;
    journal.sort_by_key(|line| line["seq"].as_u64());
    (status, bytes, journal)
}

fn place(journal: &[Value], action: &str) -> usize {
    let found = journal.iter().rposition(|line| line["action"] == action && line["outcome"]["kind"] == "done");
    found.unwrap_or_else(|| panic!("no {action}"))
}

on_both_pairs! {
    async fn no_paper_is_opened_for_one_pdf_once_it_is_stopped(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let one = pdf("Une page");
        let papers: Vec<(&str, &str, &[u8])> = vec![("Facture", "facture.pdf", one.as_slice()); 60];
        let (share, ids) = handed(&world, &caf, &angela, &papers, None).await;

        // The last paper goes to the trash: it is not opened after that, and what is sent leaves it out.
        let trash = async || drop(angela.client.delete(&angela.path(&format!("/documents/{}", ids[59]))).await.expect(204));
        let (status, bytes, journal) = stopped(&world, (&caf, &angela), &share, trash).await;
        assert!(status == 200 && bytes > 0, "{status}");
        let trashed = place(&journal, "document.trash");
        let late = |line: &&Value| {
            line["action"] == "content.read" && line["outcome"]["kind"] == "done" && line["object"]["id"] == ids[59].as_str()
        };
        assert_eq!(journal[trashed..].iter().filter(late).count(), 0, "what is put away");
        let read = journal.iter().filter(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done").count();

        let revoke = async || drop(angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204));
        let (status, bytes, journal) = stopped(&world, (&caf, &angela), &share, revoke).await;
        let stop = place(&journal, "share.revoke");
        let after = journal[stop..].iter().filter(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done").count();
        assert_eq!(after, 0, "not one more");
        let opened = journal.iter().filter(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done").count() - read;
        // It was stopped in the middle, unless all of it had been made before.
        assert!(status != 200 || opened >= 59, "{opened} papers, {status}, {bytes} bytes");
    }
}
