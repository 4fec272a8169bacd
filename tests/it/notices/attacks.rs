//! Attacks: somebody guesses the code, has codes sent to a stranger all day, reads the address as a helper; somebody who writes SQL has
//! notices sent elsewhere, again, or after their end.

use std::time::Duration;

use serde_json::json;

use super::{NUMBER, choose, confirm, contact, figures, lines, told_by_sms};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::gateway::{Gateway, Mood};
use crate::world::{Pair, proposal};

/// Another code than this one.
fn other(code: &str) -> String {
    format!("{:06}", (code.parse::<u32>().unwrap() + 1) % 1_000_000)
}

on_both_pairs! {
    /// They have her session for a while, and chose their own number: five guesses, no more.
    async fn guesses_are_counted(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        assert_problem(&confirm(&lucie, "123456").await, 409, "no-contact", "nothing chosen");
        choose(&lucie, NUMBER, true).await.expect(202);
        let code = figures(&gateway.next(0).await);
        for _ in 0..4 {
            assert_problem(&confirm(&lucie, &other(&code)).await, 422, "wrong-code", "a guess");
        }
        assert_problem(&confirm(&lucie, "not a code").await, 422, "wrong-code", "a guess too");
        assert_problem(&confirm(&lucie, &code).await, 409, "no-contact", "even the right one");
        assert_eq!(contact(&lucie).await["confirmed"], false);
        let refused = lucie.trail().await.iter().filter(|line| *line == "contact.confirm refused:wrong_code").count();
        assert_eq!(refused, 5, "each in the journal");
        // At once: not one more than five are looked at.
        choose(&lucie, NUMBER, true).await.expect(202);
        let code = figures(&gateway.next(1).await);
        let wrong = other(&code);
        let guesses = futures_util::future::join_all((0..20).map(|_| confirm(&lucie, &wrong))).await;
        let looked_at = guesses.iter().filter(|answer| answer.status == 422).count();
        assert_eq!(looked_at, 5, "{:?}", guesses.iter().map(|answer| answer.status).collect::<Vec<_>>());
    }

    async fn a_code_is_good_for_a_quarter_of_an_hour(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        choose(&lucie, NUMBER, true).await.expect(202);
        let code = figures(&gateway.next(0).await);
        world.wait(Duration::from_mins(14));
        assert!(contact(&lucie).await["code_expires_at"].is_string());
        world.wait(Duration::from_mins(1));
        assert_problem(&confirm(&lucie, &code).await, 409, "no-contact", "too late");
    }

    /// A stranger's telephone is not to ring all day.
    async fn codes_are_not_sent_all_day(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        for sent in 0..5 {
            choose(&lucie, "0712345678", true).await.expect(202);
            gateway.next(sent).await;
            if sent == 2 {
                // Forgetting the address does not forget that.
                lucie.client.delete(&lucie.path("/contact")).await.expect(204);
            }
        }
        assert_problem(&choose(&lucie, "0712345679", true).await, 429, "codes-over", "a sixth");
        world.wait(Duration::from_hours(25));
        let lucie = world.holder("lucie").await;
        choose(&lucie, NUMBER, true).await.expect(202);
        gateway.next(5).await;
        assert_eq!(gateway.taken().len(), 6);
    }

    /// Whoever helps, with everything that can be given, neither sees nor changes where she is told of it.
    async fn a_helper_neither_sees_nor_changes_it(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        let mut body = proposal("", None);
        body["scope"][0]["permissions"] = json!(["list", "read", "deposit", "organise", "share"]);
        let mandate = lucie.let_help(&ahmed.client, body).await;
        let visit = mandate.visit(&ahmed.client).await;
        visit.get("/contact").await.expect(403);
        visit.send(reqwest::Method::DELETE, "/contact").await.expect(403);
        visit.post("/contact").await.expect(403);
        visit.post("/contact/confirm").await.expect(403);
        let told = lucie.journal().await.iter().filter(|line| line["action"].as_str().unwrap().starts_with("contact.") && line["outcome"]["kind"] == "refused").count();
        assert_eq!(told, 4, "each attempt in her journal");
    }

    /// A row from before is put back whole, with its proof: she had withdrawn it, or chosen another one.
    async fn an_older_choice_put_back_is_not_believed(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM contacts").await.unwrap();
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        raw.run("DELETE FROM contacts").await.unwrap();
        raw.run("INSERT INTO contacts SELECT * FROM kept").await.unwrap();
        assert_eq!(contact(&lucie).await["channel"], serde_json::Value::Null);
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!(gateway.taken().len(), 1);
    }

    /// The same with one whose code had not come back: the code that was sent confirms nothing any more, and that is a line.
    async fn an_older_choice_put_back_is_not_confirmed(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        choose(&lucie, NUMBER, false).await.expect(202);
        let code = figures(&gateway.next(0).await);
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM contacts").await.unwrap();
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        raw.run("DELETE FROM contacts").await.unwrap();
        raw.run("INSERT INTO contacts SELECT * FROM kept").await.unwrap();
        assert_problem(&confirm(&lucie, &code).await, 409, "no-contact", "withdrawn since");
        let tried: Vec<_> = lucie.trail().await.into_iter().filter(|line| line.starts_with("contact.confirm")).collect();
        assert_eq!(tried, ["contact.confirm refused:no_contact"]);
    }

    /// Her notices are pointed at another number; confirmed by SQL; made to be sent again; moved to another locker.
    async fn rows_that_sql_has_changed_send_nothing(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        choose(&ahmed, "0700000000", false).await.expect(202);
        gateway.next(1).await;
        let mut raw = world.raw().await;
        let (of_lucie, of_ahmed) = (raw.id(&lucie.locker), raw.id(&ahmed.locker));
        // His address in her row.
        raw.run("CREATE TABLE kept AS SELECT * FROM contacts").await.unwrap();
        raw.run(&format!("UPDATE contacts SET details = (SELECT details FROM kept WHERE locker_id = {of_ahmed}), contact_id = (SELECT contact_id FROM kept WHERE locker_id = {of_ahmed}) WHERE locker_id = {of_lucie}")).await.unwrap();
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "the address of somebody else");
        raw.run(&format!("DELETE FROM contacts WHERE locker_id = {of_lucie}")).await.unwrap();
        raw.run(&format!("INSERT INTO contacts SELECT * FROM kept WHERE locker_id = {of_lucie}")).await.unwrap();
        // His, confirmed by nobody.
        raw.run(&format!("UPDATE contacts SET confirmed_at = made_at WHERE locker_id = {of_ahmed}")).await.unwrap();
        gateway.mood(Mood::Away);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        gateway.mood(Mood::Takes);
        // Made due again and again, or given to another locker.
        raw.run("UPDATE notices SET due_at = 0, stage = 0, tries = 0").await.unwrap();
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "changed");
        assert_eq!(raw.count("notices").await, 0, "and gone");
        lucie.stop(&mandate).await;
        gateway.mood(Mood::Away);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        raw.run(&format!("UPDATE notices SET locker_id = {of_ahmed}")).await.unwrap();
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_mins(10));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "moved");
        assert_eq!(gateway.taken().len(), 2, "the two codes");
        let lucie = world.holder("lucie").await;
        assert_eq!(lines(&lucie).await.len(), 3);
    }

    /// Two processes, or two rounds of one job, at the same time.
    async fn many_who_send_at_once_send_it_once(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        let rounds = futures_util::future::join_all((0..8).map(|_| world.lockers.tell_holders())).await;
        assert_eq!(rounds.into_iter().map(Result::unwrap).sum::<u64>(), 1);
        assert_eq!((gateway.taken().len(), gateway.asked()), (2, 2), "nobody even asked twice");
        assert_eq!(lines(&lucie).await, ["notice.send done"; 2]);
    }
}
