//! Nothing is sent after the holder said no more, chose another address, stopped the help that would be told, or closed the locker.

use std::time::Duration;

use super::{choose, confirm, contact, figures, lines, told_by_sms};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::gateway::{Gateway, Mood};
use crate::world::{Pair, proposal};

on_both_pairs! {
    async fn nothing_after_it_is_withdrawn(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        // It waits already: the gateway was away when it was tried.
        gateway.mood(Mood::Away);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        // To stop it needs no fresh proof.
        world.wait(Duration::from_mins(10));
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        gateway.mood(Mood::Takes);
        let asked = gateway.asked();
        world.wait(Duration::from_hours(2));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        let lucie = world.holder("lucie").await;
        lucie.stop(&mandate).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!((gateway.taken().len(), gateway.asked()), (1, asked), "not even asked");
        let now = contact(&lucie).await;
        assert_eq!((&now["channel"], &now["address_hint"]), (&serde_json::Value::Null, &serde_json::Value::Null));
        assert_eq!(world.raw().await.count("notices").await, 0, "nothing waits");
        // Twice is once.
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
    }

    async fn nothing_goes_to_the_address_before(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        gateway.mood(Mood::Away);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        world.lockers.tell_holders().await.unwrap();
        gateway.mood(Mood::Takes);
        lucie.client.prove_again().await;
        choose(&lucie, "07 98 76 54 32", false).await.expect(202);
        let code = figures(&gateway.next(1).await);
        world.wait(Duration::from_mins(5));
        lucie.stop(&mandate).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "not confirmed yet");
        confirm(&lucie, &code).await.expect(204);
        // What happened before is not told there either.
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        let told: Vec<String> = gateway.taken().into_iter().map(|(to, _)| to).collect();
        assert_eq!(told, ["+33612345678", "+33798765432", "+33798765432"]);
    }

    async fn help_that_was_stopped_before_is_told_as_stopped_alone(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        lucie.stop(&mandate).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        let told = gateway.taken();
        assert!(told.len() == 2 && told[1].1.contains("arrêtée"), "{told:?}");
    }

    async fn nothing_after_the_locker_is_closed(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        lucie.client.prove_again().await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        lucie.stop(&mandate).await;
        world.wait(Duration::from_hours(1));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!(gateway.taken().len(), 1);
        let lucie = world.holder("lucie").await;
        assert_problem(&choose(&lucie, "0612345678", true).await, 409, "locker-closed", "closed");
        // To be told of nothing is possible still.
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        assert_eq!(lines(&lucie).await.len(), 1);
    }
}
