//! What was handed over ends by its day: its holder is told once, by a line of their journal.

use std::time::Duration;

use super::shares::{handed, names};
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
}
