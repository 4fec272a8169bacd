//! Gateways on their bad days: away, slow, refusing, losing their answer, sending elsewhere. A message is sent once, and not for ever tried.

use std::time::Duration;

use super::{lines, told_by_sms};
use crate::on_both_pairs;
use crate::world::gateway::{Gateway, Mood};
use crate::world::{Holder, Pair, World, proposal};

/// She is told by text message, and something is to be told.
async fn scene(gateway: &Gateway, world: &World) -> Holder {
    let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
    told_by_sms(&lucie, gateway, false).await;
    // Long enough for no other message to come meanwhile: that it ends is another story.
    let mut long = proposal("", None);
    long["term"] = serde_json::json!({"days": 182});
    lucie.let_help(&ahmed.client, long).await;
    lucie
}

on_both_pairs! {
    async fn away_is_tried_again_and_once_is_enough(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = scene(&gateway, &world).await;
        for mood in [Mood::Away, Mood::SendsElsewhere] {
            gateway.mood(mood);
            assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
            assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "not at once");
            world.wait(Duration::from_mins(5));
        }
        assert_eq!(gateway.asked(), 3, "the code, and two attempts; nobody is followed elsewhere");
        gateway.mood(Mood::Takes);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        world.wait(Duration::from_hours(48));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!(gateway.taken().len(), 2);
        let lucie = Holder { client: world.sign_in("holder", "lucie").await, ..lucie };
        assert_eq!(lines(&lucie).await, ["notice.send done"; 4], "each attempt shows the message to somebody: a line");
    }

    async fn an_answer_that_is_lost_is_not_a_second_message(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        scene(&gateway, &world).await;
        gateway.mood(Mood::LosesItsAnswer);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "as far as we know");
        assert_eq!(gateway.taken().len(), 2, "it was taken");
        world.wait(Duration::from_mins(2));
        // It says that it has that one.
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        assert_eq!((gateway.taken().len(), gateway.asked()), (2, 3));
    }

    async fn a_refusal_is_final_and_told(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = scene(&gateway, &world).await;
        gateway.mood(Mood::Refuses);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_hours(1));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        let lucie = Holder { client: world.sign_in("holder", "lucie").await, ..lucie };
        assert_eq!(lines(&lucie).await, ["notice.send done", "notice.send done", "notice.send ended:not_delivered"]);
    }

    async fn it_is_given_up_after_some_days(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = scene(&gateway, &world).await;
        gateway.mood(Mood::Away);
        for _ in 0..20 {
            world.lockers.tell_holders().await.unwrap();
            world.wait(Duration::from_hours(25));
        }
        assert_eq!(gateway.asked(), 10, "the code, the first attempt, eight more");
        let lucie = Holder { client: world.sign_in("holder", "lucie").await, ..lucie };
        assert_eq!(lines(&lucie).await.last().unwrap(), "notice.send ended:gateway_away");
        assert_eq!(world.raw().await.count("notices").await, 0);
    }

    /// It takes half a minute to answer, and never does: nobody else waits for it.
    async fn a_gateway_that_hangs_holds_nobody_up(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = scene(&gateway, &world).await;
        gateway.mood(Mood::Hangs);
        let asked = async {
            for _ in 0..1000 {
                if gateway.asked() == 2 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            lucie.get("/documents").await.expect(200);
            lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        };
        let (sent, ()) = tokio::join!(world.lockers.tell_holders(), asked);
        assert_eq!(sent.unwrap(), 0);
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_mins(10));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "withdrawn meanwhile");
        assert_eq!((gateway.taken().len(), gateway.asked()), (1, 2));
    }
}
