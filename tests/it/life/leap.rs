//! The machine's clock leaps ahead, by a mistake or by somebody's hand: a closed locker must not be erased for that.

use std::time::Duration;

use super::erased::assert_gone;
use crate::on_both_pairs;
use crate::world::{Pair, World};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

on_both_pairs! {
    /// It leaps while the service runs, and is put right within the day: nothing is lost.
    async fn a_clock_that_leaps_erases_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.source.set_forward(60 * DAY);
        for _ in 0..23 {
            assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
            world.wait(HOUR);
        }
        world.source.set_back(60 * DAY);
        world.wait(2 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        lucie.client.post(&lucie.path("/reopen")).await.expect(200);
    }

    /// Nobody puts it back, since it was right: it was wrong before. A day later all goes on.
    async fn after_a_day_the_clock_is_believed(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.source.set_forward(60 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        // Leaping again, people wait again.
        world.wait(20 * HOUR);
        world.source.set_forward(2 * HOUR);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.wait(23 * HOUR);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.wait(HOUR);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;
    }

    /// The machine starts with a clock far ahead: no line was written for so long that it may be that.
    async fn a_start_with_a_clock_far_ahead_erases_nothing(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.settle().await;
        world.source.set_forward(60 * DAY);
        world.restart(|_| {}).await;
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.wait(23 * HOUR);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.wait(HOUR);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
    }

    /// The ordinary case: the service is used, is started again, and erases on the day.
    async fn a_start_among_people_who_come_waits_for_nothing(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(29 * DAY);
        world.holder("ahmed").await;
        world.wait(DAY);
        world.restart(|_| {}).await;
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;
    }

    /// A power cut while a reading was at rest, and a clock far ahead when the machine comes back. `run` closes what was
    /// left before the eraser first looks: those lines bear the false time, and no silence is seen.
    async fn closings_at_the_start_hide_no_silence(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        let ahmed = world.holder("ahmed").await;
        let paper = ahmed.deposit("RIB", "banque.rib", b"rib de Ahmed").await;
        let part = ahmed.client.request(reqwest::Method::GET, &ahmed.path(&format!("/documents/{paper}/content")));
        ahmed.client.send(part.header("range", "bytes=0-1")).await.expect(206);
        world.settle().await;
        world.source.set_forward(60 * DAY);
        world.restart(|_| {}).await;
        // What `app::run` does, in its order.
        assert!(world.lockers.report_in(true).await.unwrap());
        world.lockers.replay_erasures().await.unwrap();
        assert_eq!(world.lockers.close_stale(true).await.unwrap(), 1);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0, "erased 30 days early, for ever");
    }

    /// The same by anybody who asks for anything before the eraser's first look (it comes after the sweep of all
    /// blobs, while the door is open).
    async fn a_stranger_hides_no_silence(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.settle().await;
        world.source.set_forward(60 * DAY);
        world.restart(|_| {}).await;
        world.anonymous().get(&lucie.path("/documents")).await.expect(401);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0, "erased 30 days early, for ever");
    }

    /// The same by the sweep, which the jobs run before the eraser and which writes a line.
    async fn the_sweep_hides_no_silence(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        let name = format!("{}/{}", lucie.locker, "0b5c0de0-0000-4000-8000-00000000c0de");
        let name = consigne::blobs::BlobName::new(&name).unwrap();
        let mut orphan = world.lockers.blobs().put_new(&name).await.unwrap();
        orphan.write(bytes::Bytes::from_static(b"cut by the power")).await.unwrap();
        orphan.finish().await.unwrap();
        world.settle().await;
        world.source.set_forward(60 * DAY);
        world.restart(|_| {}).await;
        let swept = world.lockers.sweep().await.unwrap();
        assert_eq!(swept.blobs, 1, "needed for this attack");
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0, "erased 30 days early, for ever");
    }

    /// The clock leaps, the holder of a closed locker looks in during that hour, the clock is put right. Their journal
    /// bears the false time, and their locker is judged by it: they can't take it back any more, and are erased on the day.
    async fn a_leap_that_is_put_right_leaves_a_way_back(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.source.set_forward(60 * DAY);
        world.sign_in("holder", "lucie").await;
        assert_eq!(world.lockers.erase_due().await.unwrap(), 0);
        world.source.set_back(60 * DAY);
        world.wait(2 * DAY);
        let lucie = world.holder("lucie").await;
        let answer = lucie.client.post(&lucie.path("/reopen")).await;
        world.wait(29 * DAY);
        let erased = world.lockers.erase_due().await.unwrap();
        assert_eq!((answer.status.as_u16(), erased), (200, 0), "{}", answer.text());
        assert_eq!(world.holder("lucie").await.content(&paper).await.expect(200).body, b"bail");
    }
}
