//! Windows that nobody answers in: their time is over, and the holder's journal says so.

use std::time::Duration;

use consigne::access::{Caller, Token, WindowToken};
use consigne::domain::ids::RequestId;
use consigne::domain::organisation::Roles;
use serde_json::json;

use super::windows::met;
use crate::on_both_pairs;
use crate::world::{Pair, World, present};

on_both_pairs! {
    /// She signs in on Claire's device, reads, and goes away.
    async fn a_window_that_runs_out_leaves_a_line(pair) {
        let world = World::new(pair).await;
        let (_, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let mut raw = world.raw().await;
        let left = raw.number("SELECT until FROM windows").await - world.source.now().micros();
        world.wait(Duration::from_micros(u64::try_from(left - 1).unwrap()));
        assert_eq!(world.lockers.note_windows_over().await.unwrap(), 0, "it goes on");
        world.wait(Duration::from_micros(1));
        assert_eq!(world.lockers.note_windows_over().await.unwrap(), 1);
        assert_eq!(world.lockers.note_windows_over().await.unwrap(), 0, "once");
        world.lockers.tidy().await.unwrap();
        let lucie = world.holder("lucie").await;
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "window.close").unwrap();
        assert_eq!((&line["actor"]["kind"], &line["outcome"]), (&json!("job"), &json!({"kind": "done"})));
        let sentence = line["sentence"].as_str().unwrap();
        assert!(sentence.contains("sans réponse") && sentence.contains("Claire MOREL"), "{sentence}");
        // Whoever comes back to the device is sent to leave their issuer all the same, once.
        assert_eq!(raw.number("SELECT CAST(count(*) AS BIGINT) FROM windows WHERE leaving IS NOT NULL AND details IS NULL").await, 1);
        assert_eq!(lucie.client.post(&lucie.path("/control")).await.expect(200).json()["intact"], true);
    }

    /// Somebody who may write SQL puts the window back as it was before she answered in it. Its time is over; the help that she agreed to
    /// is not, and no line says that she gave no answer.
    async fn a_window_that_is_put_back_ends_nothing(pair) {
        let world = World::new(pair).await;
        let (_, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM windows").await.unwrap();
        window.agree().await.expect(200);
        raw.run("DELETE FROM windows").await.unwrap();
        assert_eq!(raw.run("INSERT INTO windows SELECT * FROM kept").await.unwrap(), 1);
        world.wait(Duration::from_mins(40));
        assert_eq!(world.lockers.note_windows_over().await.unwrap(), 0);
        assert_eq!(raw.number("SELECT CAST(count(*) AS BIGINT) FROM windows WHERE ended_at IS NULL").await, 0, "it is not looked at again");
        let lucie = world.holder("lucie").await;
        let help = lucie.get("/mandates").await.json();
        assert_eq!(help["mandates"][0]["status"], "active", "{help}");
        assert!(lucie.journal().await.iter().all(|line| line["action"] != "window.close"));
    }

    /// She stops all help, from anywhere, while a window of hers is open.
    async fn who_stopped_all_help_gave_an_answer(pair) {
        let world = World::new(pair).await;
        let (_, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
        world.wait(Duration::from_mins(40));
        assert_eq!(world.lockers.note_windows_over().await.unwrap(), 0);
        let lucie = world.holder("lucie").await;
        assert!(lucie.journal().await.iter().all(|line| line["action"] != "window.close"));
    }

    /// Nobody signed in, or she answered: there is nothing to tell.
    async fn what_was_answered_or_never_entered_leaves_none(pair) {
        let world = World::new(pair).await;
        let (_, claire, ccas) = met(&world).await;
        claire.open_window(&present(&ccas)).await;
        let answered = claire.open_window(&present(&ccas)).await;
        answered.enter("lucie").await;
        answered.post("decline").await.expect(200);
        claire.open_window(&present(&ccas)).await;
        world.wait(Duration::from_mins(40));
        assert_eq!(world.lockers.note_windows_over().await.unwrap(), 0);
        let lucie = world.holder("lucie").await;
        assert!(lucie.journal().await.iter().all(|line| line["action"] != "window.close"));
    }

    /// Claire belongs to two structures, and has opened a window for each, one after the other. Somebody holds her place in the first, as
    /// whoever suspends her does: what waits for it holds nothing that comes after places.
    async fn who_asks_what_is_left_of_windows_holds_no_session_meanwhile(pair) {
        let world = World::new(pair).await;
        let (_, claire, ccas) = met(&world).await;
        world.holder("ahmed").await;
        let maison = world.organisation("Maison", &claire, Roles::Both).await;
        let first = claire.open_window(&present(&ccas)).await;
        first.enter("lucie").await;
        let second = claire.open_window(&present(&maison)).await;
        second.enter("ahmed").await;
        let session = claire.client.cookies.lock().unwrap()["__Host-consigne"].clone();
        let token = WindowToken::from_cookie(&second.cookie().unwrap()).unwrap();
        let request = RequestId::draw(&world.source);
        let caller = Caller { token: Token::from_cookie(&session), visit: None, client: None, office: None, request, origin: [0; 16] };
        let lockers = world.lockers.clone();
        let mut holding = world.raw().await;
        let place = holding.id(&ccas.referent);
        if world.pair == Pair::Remote {
            holding.run("BEGIN").await.unwrap();
            holding.run(&format!("SELECT 1 FROM memberships WHERE membership_id = {place} FOR NO KEY UPDATE")).await.unwrap();
        }
        let asking = tokio::spawn(async move { lockers.left_window(&caller, Some(&token)).await });
        if world.pair == Pair::Remote {
            let mut watching = world.until_something_waits().await;
            watching.run("SELECT 1 FROM sessions FOR NO KEY UPDATE NOWAIT").await.expect("every session is free meanwhile");
            holding.run("COMMIT").await.unwrap();
        }
        assert!(asking.await.unwrap().unwrap().is_some(), "where Lucie leaves her issuer");
    }
}
