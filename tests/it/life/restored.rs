//! A backup from before an erasure is put back: what was erased is erased again, by its tombstone, and by nothing that somebody
//! else has written.

use std::time::Duration;

use consigne::blobs::BlobName;
use consigne::domain::entry::{Outcome, Reason};

use super::erased::assert_gone;
use crate::attacks::tools::service_chain;
use crate::on_both_pairs;
use crate::world::{Pair, World};

const DAY: Duration = Duration::from_secs(24 * 3600);

on_both_pairs! {
    async fn what_was_erased_does_not_come_back(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.holder("ahmed").await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        let kept = ahmed.deposit("RIB", "banque.rib", b"rib").await;
        world.settle().await;
        let backup = world.backup().await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(30 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;

        world.put_back(backup).await;
        assert_eq!(world.raw().await.number("SELECT CAST(count(*) AS BIGINT) FROM lockers").await, 2, "it is back");
        assert_eq!(world.lockers.replay_erasures().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;
        assert_eq!(world.lockers.replay_erasures().await.unwrap(), 0, "once");
        assert_eq!(consigne::app::verify::journals(&world.config).await.unwrap().breaks, Vec::<String>::new());
        let ahmed = world.holder("ahmed").await;
        assert_eq!(ahmed.content(&kept).await.expect(200).body, b"rib");
    }

    /// Somebody can write SQL, and asks for the blobs of a living locker to be removed.
    async fn a_forged_removal_removes_nothing_and_is_told(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut raw = world.raw().await;
        let id = raw.id(&lucie.locker);
        raw.run(&format!("INSERT INTO removals (locker_id) VALUES ({id})")).await.unwrap();
        world.lockers.replay_erasures().await.unwrap();
        world.lockers.erase_due().await.unwrap();
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        assert_eq!(raw.number("SELECT CAST(count(*) AS BIGINT) FROM removals").await, 0);
        let told = service_chain(&mut raw).await;
        let refusals = told.iter().filter(|e| e.line.outcome == Outcome::Refused(Reason::NotProven)).count();
        assert_eq!(refusals, 1, "{told:?}");
    }

    /// Somebody can write blobs, and has seen other tombstones.
    async fn a_forged_tombstone_erases_nothing_and_is_told(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.holder("ahmed").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        ahmed.client.post(&ahmed.path("/close")).await.expect(200);
        world.wait(30 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        let raw = world.raw().await;
        let (_, real) = raw.all_blobs().await.into_iter().find(|(n, _)| n.as_str().starts_with("tombstones/")).unwrap();
        let real = String::from_utf8(real).unwrap();
        let name = BlobName::new(&format!("tombstones/{}", lucie.locker)).unwrap();
        let forgeries =
            [String::new(), "{}".to_owned(), real.clone(), real.replace(&ahmed.locker, &lucie.locker), real.replace("v1", "v2")];
        let count = forgeries.len();
        for forgery in forgeries {
            raw.replace_blob(&name, forgery.clone().into_bytes()).await;
            assert_eq!(world.lockers.replay_erasures().await.unwrap(), 0, "{forgery}");
        }
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        let mut raw = world.raw().await;
        let told = service_chain(&mut raw).await.into_iter().filter(|e| {
            e.line.outcome == Outcome::Refused(Reason::NotProven)
        });
        assert_eq!(told.count(), count);

        // It is not in the way of the real one.
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(30 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;
        let (_, stone) = raw.all_blobs().await.into_iter().find(|(n, _)| *n == name).unwrap();
        assert!(String::from_utf8(stone).unwrap().contains(&lucie.locker));
    }
}
