//! What was handed over ends by its day: its holder is told once, by a line of their journal.

use std::time::Duration;

use serde_json::Value;

use super::shares::{handed, names};
use crate::export::{read as read_file, unpack};
use crate::on_both_pairs;
use crate::world::{Pair, World};

on_both_pairs! {
    async fn the_end_of_its_day_is_one_line(pair) {
        let mut world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (_, _) = handed(&world, &caf, &angela, b"une facture").await;
        let (stopped, _) = handed(&world, &caf, &angela, b"une facture").await;
        angela.client.post(&angela.path(&format!("/shares/{stopped}/revoke"))).await.expect(204);
        let mut raw = world.raw().await;
        let until = raw.number("SELECT max(until) FROM shares").await;
        let left = u64::try_from(until - world.source.now().micros()).unwrap();
        world.wait(Duration::from_micros(left - 1));
        assert_eq!(world.lockers.note_expiries().await.unwrap(), 0);
        world.wait(Duration::from_micros(1));
        // Two at once write one line; so does a process that comes after.
        let (one, other) = tokio::join!(world.lockers.note_expiries(), world.lockers.note_expiries());
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        world.restart(|_| {}).await;
        assert_eq!(world.lockers.note_expiries().await.unwrap(), 0);
        let angela = world.holder("angela").await;
        let told = names(&angela.journal().await, "share.expire");
        assert_eq!(told.len(), 1);
        let plain = told[0].replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'");
        assert_eq!(plain, "Ce que vous avez transmis à Caisse d'allocations ne s'ouvre plus. C'était la date prévue.");
        let shares = angela.get("/shares").await.json();
        let mut status: Vec<&str> = shares["items"].as_array().unwrap().iter().map(|one| one["status"].as_str().unwrap()).collect();
        status.sort_unstable();
        assert_eq!(status, ["over", "stopped"]);
    }

    /// Somebody writes into a row that its end is on record, or that there is no such row any more: nothing is let in by it, and the others go on.
    async fn a_row_that_bears_no_proof_holds_nothing_up(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        handed(&world, &caf, &angela, b"une facture").await;
        handed(&world, &caf, &ahmed, b"une autre").await;
        let mut raw = world.raw().await;
        let id = raw.id(&ahmed.locker);
        raw.run(&format!("UPDATE shares SET readings = 7 WHERE locker_id = {id}")).await.unwrap();
        world.wait(Duration::from_secs(90 * 24 * 3600));
        world.lockers.note_expiries().await.unwrap();
        let angela = world.holder("angela").await;
        assert_eq!(names(&angela.journal().await, "share.expire").len(), 1);
        let ahmed = world.holder("ahmed").await;
        assert_eq!(names(&ahmed.journal().await, "share.expire").len(), 0);
    }

    /// Who takes everything away takes along what was asked for and handed over, with the names of institutions and of who read for them.
    async fn it_is_in_what_they_take_away(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, paper) = handed(&world, &caf, &angela, b"une facture").await;
        let token = caf.token().await;
        let path = format!("/api/v1/shares/{share}/papers/1/content");
        let reading = caf.request_with(reqwest::Method::GET, &path, &token).header("consigne-reader", "Mme Durand");
        caf.client.send(reading).await.expect(200);
        world.settle().await;
        let dir = unpack(&angela.get("/export").await.expect(200));
        let told: Value = serde_json::from_slice(&read_file(&dir, "Transmis/papiers-transmis.json")).unwrap();
        let (given, asked) = (&told["shares"][0], &told["requests"][0]);
        assert_eq!((given["id"].as_str(), given["institution"].as_str(), given["readings"].as_u64()), (Some(share.as_str()), Some("Caisse d'allocations"), Some(1)));
        assert_eq!((given["papers"][0]["document"].as_str(), given["papers"][0]["title"].as_str()), (Some(paper.as_str()), Some("Facture d'électricité")));
        assert_eq!((asked["status"].as_str(), asked["share"].as_str(), asked["id"].as_str()), (Some("answered"), Some(share.as_str()), given["request"].as_str()));
        let table = String::from_utf8(read_file(&dir, "Transmis/papiers-transmis.csv")).unwrap();
        assert!(table.contains(&share) && table.contains("Votre demande de RSA") && table.lines().count() == 2, "{table}");
        let journal: Value = serde_json::from_slice(&read_file(&dir, "Qui a ouvert/lignes.json")).unwrap();
        let read = names(journal["lines"].as_array().unwrap(), "content.read");
        assert!(read[0].contains("Caisse") && read[0].contains("Mme Durand"), "{read:?}");
        let page = String::from_utf8(read_file(&dir, "Qui a ouvert/qui-a-ouvert-mes-papiers.html")).unwrap();
        assert!(page.contains("Mme Durand"), "{page}");
        // Somebody who was asked for nothing has no such folder.
        let dir = unpack(&world.holder("ahmed").await.get("/export").await.expect(200));
        assert!(!dir.path().join("out/Transmis").exists());
    }
}
