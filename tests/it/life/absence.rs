//! Holders who have not come for months: a line in their journal at each stage, and nothing else, ever.

use std::time::Duration;

use crate::on_both_pairs;
use crate::world::{Holder, Pair, World, short};

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Lines that note an absence.
async fn notices(holder: &Holder) -> usize {
    let journal = holder.journal().await;
    journal.iter().filter(|line| short(line) == "locker.inactive_notice done").count()
}

on_both_pairs! {
    async fn each_stage_is_noted_once_and_nothing_is_ever_erased(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let note = async || world.lockers.note_absences().await.unwrap();
        world.wait(270 * DAY);
        assert_eq!(note().await, 0, "not yet nine months");
        world.wait(7 * DAY);
        assert_eq!((note().await, note().await), (1, 0), "nine, once");
        world.wait(60 * DAY);
        assert_eq!((note().await, note().await), (1, 0), "eleven, once");
        world.wait(31 * DAY);
        assert_eq!((note().await, note().await), (1, 0), "twelve, once");
        world.wait(3650 * DAY);
        assert_eq!((note().await, world.lockers.erase_due().await.unwrap()), (0, 0), "ten years: nothing more");

        // The holder is back: all is there, and the count starts again.
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        assert_eq!(notices(&lucie).await, 3);
        assert_eq!(note().await, 0);
        // The service was stopped for a long time: one line, not three.
        world.wait(400 * DAY);
        assert_eq!((note().await, note().await), (1, 0));
        let lucie = world.holder("lucie").await;
        assert_eq!(notices(&lucie).await, 4);

        // Closed by its holder: on its way out, nobody is missed.
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(400 * DAY);
        assert_eq!(note().await, 0);
    }
}
