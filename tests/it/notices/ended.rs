//! Nothing is sent after the holder said no more, stopped the help that would be told, or closed the locker.

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

    /// A number mistyped tells nobody anything: the old one holds until the new one is shown to be hers, and hears of it.
    async fn the_old_number_holds_until_the_new_one_is_confirmed(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        // Not read yet when she chooses anew.
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        lucie.client.prove_again().await;
        choose(&lucie, "07 98 76 54 32", false).await.expect(202);
        let code = figures(&gateway.next(1).await);
        let now = contact(&lucie).await;
        assert_eq!((&now["confirmed"], &now["address_hint"], &now["waiting"]["address_hint"]), (&true.into(), &"+33 … 78".into(), &"+33 … 32".into()));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1, "what had begun before");
        world.wait(Duration::from_mins(5));
        lucie.stop(&mandate).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1, "and meanwhile");
        confirm(&lucie, &code).await.expect(204);
        let last = gateway.next(4).await;
        assert!(last.contains("vont maintenant ailleurs"), "{last}");
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        world.wait(Duration::from_hours(1));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "it hears that once");
        let told: Vec<String> = gateway.taken().into_iter().map(|(to, _)| to).collect();
        let (old, new) = ("+33612345678", "+33798765432");
        assert_eq!(told, [old, new, old, old, old, new]);
        let lucie = world.holder("lucie").await;
        assert_eq!(lines(&lucie).await, ["notice.send done"; 6]);
        let now = contact(&lucie).await;
        assert_eq!((&now["address_hint"], &now["waiting"]), (&"+33 … 32".into(), &serde_json::Value::Null));
    }

    /// What waited to be sent goes where she is told now, once.
    async fn what_waits_goes_to_the_new_number(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, true).await;
        choose(&lucie, "07 98 76 54 32", false).await.expect(202);
        let code = figures(&gateway.next(1).await);
        gateway.mood(Mood::Away);
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        // Not read yet when the code comes back.
        lucie.client.prove_again().await;
        let second = lucie.let_help(&ahmed.client, proposal("", None)).await;
        confirm(&lucie, &code).await.expect(204);
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_mins(10));
        let sent = world.lockers.tell_holders().await.unwrap();
        let told = gateway.taken();
        let to_old: Vec<&String> = told.iter().filter(|(to, _)| to == "+33612345678").map(|(_, text)| text).collect();
        assert_eq!(to_old.len(), 2, "its code, and that: {told:?}");
        assert!(!to_old[1].to_lowercase().contains("consigne") && !to_old[1].contains("ailleurs"), "it was discreet, and is to the end: {}", to_old[1]);
        let began = told.iter().filter(|(to, text)| to == "+33798765432" && text.contains("une aide a commencé")).count();
        assert_eq!((began, second.id.is_empty(), sent >= 1), (1, false, true), "the first one ended by the second: {told:?}");
    }

    async fn a_choice_that_is_not_confirmed_or_is_taken_back_changes_nothing(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, false).await;
        choose(&lucie, "0798765432", false).await.expect(202);
        let code = figures(&gateway.next(1).await);
        lucie.client.delete(&lucie.path("/contact/waiting")).await.expect(204);
        assert_problem(&confirm(&lucie, &code).await, 409, "no-contact", "taken back");
        assert_eq!(contact(&lucie).await["waiting"], serde_json::Value::Null);
        // Another one, whose code is never typed; and one whose code is guessed wrong.
        choose(&lucie, "0798765432", false).await.expect(202);
        gateway.next(2).await;
        for _ in 0..5 {
            assert_problem(&confirm(&lucie, "not it").await, 422, "wrong-code", "a guess");
        }
        world.wait(Duration::from_mins(16));
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        lucie.stop(&mandate).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "all is silent at once");
        let told: Vec<String> = gateway.taken().into_iter().map(|(to, _)| to).collect();
        assert_eq!(told, ["+33612345678", "+33798765432", "+33798765432", "+33612345678"]);
        assert_problem(&lucie.client.delete(&lucie.path("/contact/waiting")).await, 409, "no-contact", "nothing is chosen");
    }

    /// Nothing after the end, also not that messages go elsewhere.
    async fn what_the_old_number_is_to_hear_ends_with_the_rest(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, false).await;
        choose(&lucie, "0798765432", false).await.expect(202);
        let code = figures(&gateway.next(1).await);
        gateway.mood(Mood::Away);
        confirm(&lucie, &code).await.expect(204);
        world.settle().await;
        // Chosen anew before it went: it is told all the same.
        world.wait(Duration::from_mins(2));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_hours(2));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!(gateway.taken().len(), 2);
        assert_eq!(world.raw().await.count("notices").await, 0);
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
