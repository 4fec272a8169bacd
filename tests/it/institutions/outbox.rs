//! What waits to be told to an institution's server stays small, and nothing in it holds up the rest.
//!
//! Who attacks: a holder who changes their mind again and again; somebody who writes SQL.

use std::time::Duration;

use super::webhooks::{lines, told_request, waiting};
use crate::on_both_pairs;
use crate::world::Pair;
use crate::world::receiver::{Mood, Receiver};

async fn hand_over(holder: &crate::world::Holder, request: &str) -> String {
    let paper = holder.deposit("Facture", "logement.justificatif_domicile", b"la facture").await;
    let hand = serde_json::json!({"papers": [{"piece": 0, "document": paper}]});
    let share = holder.client.post_json(&holder.path(&format!("/requests/{request}/answer")), &hand).await;
    share.expect(201).json()["share"].as_str().unwrap().to_owned()
}

on_both_pairs! {
    /// Paused and gone on with in a loop, while the server is away: one thing waits, the last, and nobody is tried more often for it.
    async fn a_change_of_mind_takes_the_place_of_the_last(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let share = hand_over(&angela, &request).await;
        world.lockers.tell_institutions().await.unwrap();
        let told = receiver.told().len();
        let others = hand_over(&angela, &told_request(&world, &caf, &angela, &receiver.callback).await).await;
        world.lockers.tell_institutions().await.unwrap();
        receiver.mood(Mood::Away);
        let press = async |share: &str, what: &str| angela.client.post(&angela.path(&format!("/shares/{share}/{what}"))).await.expect(204);
        press(&others, "pause").await;
        press(&share, "pause").await;
        world.lockers.tell_institutions().await.unwrap();
        // One try: the rest goes the same way.
        let tries = lines(&world, &caf).await.len();
        for _ in 0..20 {
            press(&share, "resume").await;
            press(&share, "pause").await;
            world.lockers.tell_institutions().await.unwrap();
        }
        assert_eq!((waiting(&world).await, lines(&world, &caf).await.len()), (2, tries), "of each share what stands");
        receiver.mood(Mood::Takes);
        press(&share, "revoke").await;
        world.wait(Duration::from_mins(3));
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 2);
        let mut what = receiver.what().split_off(told);
        what.retain(|what| what.starts_with("share."));
        what.sort();
        assert_eq!((what, waiting(&world).await), (vec!["share.over".to_owned(), "share.paused".to_owned()], 0));
    }

    /// What does not read is out of the way at once: what came after it is told, and it is not looked at again and again.
    async fn what_does_not_open_holds_nothing_up(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let share = hand_over(&angela, &request).await;
        world.lockers.tell_institutions().await.unwrap();
        let told = receiver.told().len();
        let mut raw = world.raw().await;
        // Fifty rows that say what there is no word for, before anything else.
        angela.client.post(&angela.path(&format!("/shares/{share}/pause"))).await.expect(204);
        raw.run("UPDATE webhooks SET happened = 99").await.unwrap();
        raw.run("CREATE TABLE kept AS SELECT * FROM webhooks").await.unwrap();
        raw.run("DELETE FROM webhooks").await.unwrap();
        let institution = raw.id(&caf.institution.to_string());
        for number in 0..60 {
            let id = raw.id(&format!("00000000-0000-4000-8000-0000000000{number:02}"));
            raw.run(&format!("INSERT INTO webhooks SELECT {institution}, {id}, happened, request_id, share_id, at - 1, due_at, tries, proof FROM kept")).await.unwrap();
        }
        let other = told_request(&world, &caf, &angela, &receiver.callback).await;
        for _ in 0..3 {
            world.lockers.tell_institutions().await.unwrap();
        }
        assert_eq!(receiver.told().len(), told + 1);
        assert_eq!(receiver.told().last().unwrap().json()["request"], other.as_str());
        assert_eq!(waiting(&world).await, 0);

        // One whose share does not read is put off, longer each time, and given up with a line.
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        let nothing = raw.literal(&[0]);
        raw.run(&format!("UPDATE shares SET papers = {nothing}")).await.unwrap();
        world.lockers.tell_institutions().await.unwrap();
        let due = raw.number("SELECT due_at FROM webhooks").await;
        assert!(due > world.source.now().micros(), "not at once again");
        world.wait(Duration::from_hours(4 * 24));
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(waiting(&world).await, 0);
        assert_eq!(lines(&world, &caf).await.last().unwrap(), "ended:damaged");
        let angela = angela.again(&world, "angela").await;
        told_request(&world, &caf, &angela, &receiver.callback).await;
        assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
    }
}
