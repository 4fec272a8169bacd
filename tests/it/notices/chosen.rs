//! How one is told is changed without a code; a code is asked for again; where one is told stands on the page of the locker; what codes cost
//! has a ceiling.

use std::time::Duration;

use consigne::domain::entry::{Outcome, Reason};
use consigne::locker::Limits;
use serde_json::json;

use super::{NUMBER, choose, confirm, contact, figures, told_by_sms};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::gateway::Gateway;
use crate::world::{Pair, World, proposal};

on_both_pairs! {
    async fn discreet_and_weekly_are_changed_without_a_code(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let amend = async |body: serde_json::Value| {
            lucie.client.send(lucie.client.request(reqwest::Method::PATCH, &lucie.path("/contact")).json(&body)).await
        };
        assert_problem(&amend(json!({"discreet": false})).await, 409, "no-contact", "nothing is chosen");
        told_by_sms(&lucie, &gateway, true).await;
        // What is to be told and was not read yet is not lost by it.
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        world.wait(Duration::from_mins(6));
        assert_problem(&amend(json!({"discreet": false})).await, 403, "sign-in-again", "who finds the session open does not make messages tell");
        lucie.client.prove_again().await;
        assert_problem(&amend(json!({"discreet": false, "language": "xx"})).await, 422, "bad-field", "no such language");
        amend(json!({"discreet": false, "digest": true})).await.expect(204);
        let now = contact(&lucie).await;
        assert_eq!((&now["discreet"], &now["digest"], &now["confirmed"], &now["address_hint"]), (&json!(false), &json!(true), &json!(true), &json!("+33 … 78")));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        assert!(gateway.taken()[1].1.contains("une aide a commencé"), "{:?}", gateway.taken());
        assert!(lucie.trail().await.contains(&"contact.amend done".to_owned()));
        // On the page, and kept while she proves who she is.
        world.wait(Duration::from_mins(6));
        let sent = lucie.client.post_form("/consigne/me-prevenir/reglages", &[("discret", "on")]).await;
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/encore-vous"));
        lucie.client.prove_again().await;
        let page = lucie.client.get("/consigne/me-prevenir").await.expect(200).text();
        let box_of = |name: &str| page.split(&format!("id=\"{name}\"")).nth(1).unwrap().split('>').next().unwrap().contains("checked");
        assert_eq!((box_of("comment-discret"), box_of("comment-resume")), (true, false), "{page}");
        lucie.client.post_form("/consigne/me-prevenir/reglages", &[("discret", "on")]).await.expect_redirect();
        let now = contact(&lucie).await;
        assert_eq!((&now["discreet"], &now["digest"]), (&json!(true), &json!(false)));
        assert_eq!(gateway.taken().len(), 2, "and no code went");
    }

    async fn a_code_is_asked_for_again(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        let again = async || lucie.client.post(&lucie.path("/contact/code")).await;
        assert_problem(&again().await, 409, "no-contact", "nothing is chosen");
        choose(&lucie, NUMBER, true).await.expect(202);
        let first = figures(&gateway.next(0).await);
        again().await.expect(202);
        let second = figures(&gateway.next(1).await);
        if first != second {
            assert_problem(&confirm(&lucie, &first).await, 422, "wrong-code", "the one before");
        }
        // Too late for that one: the page offers another.
        world.wait(Duration::from_mins(16));
        lucie.client.prove_again().await;
        let page = lucie.client.get("/consigne/me-prevenir").await.expect(200).text();
        assert!(page.contains("Il ne sert plus.") && !page.contains("name=\"code\""), "{page}");
        lucie.client.post_form("/consigne/me-prevenir/autre-code", &[]).await.expect_redirect();
        let third = figures(&gateway.next(2).await);
        confirm(&lucie, &third).await.expect(204);
        assert!(gateway.taken().iter().all(|(to, _)| to == "+33612345678"));
        assert_problem(&again().await, 409, "no-contact", "it has come back");
    }

    /// Five in a day for one locker: then it is tomorrow, and not in a minute.
    async fn too_many_codes_are_for_tomorrow(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, true).await;
        for _ in 0..4 {
            choose(&lucie, "0712345678", true).await.expect(202);
        }
        let refused = choose(&lucie, "0712345679", true).await;
        assert_problem(&refused, 429, "codes-over", "a sixth");
        assert!(refused.text().contains("Recommencez demain") && !refused.text().contains("minute"), "{}", refused.text());
        assert_problem(&lucie.client.post(&lucie.path("/contact/code")).await, 429, "codes-over", "the same one again");
        let typed = [("par", "sms"), ("numero", "0712345679")];
        let page = lucie.client.post_form("/consigne/me-prevenir", &typed).await.expect(429).text();
        assert!(page.contains("Recommencez demain") && page.contains("value=\"0712345679\""), "{page}");
        assert!(lucie.trail().await.contains(&"contact.change refused:codes_over".to_owned()));
        assert_eq!(contact(&lucie).await["address_hint"], "+33 … 78", "what stands holds");
    }

    async fn a_landline_takes_no_text_messages(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        let refused = choose(&lucie, "04 74 00 00 00", true).await;
        assert_problem(&refused, 422, "bad-field", "a landline");
        assert!(refused.text().contains("numéro de portable"), "{}", refused.text());
        let typed = [("par", "sms"), ("numero", "0474000000")];
        let page = lucie.client.post_form("/consigne/me-prevenir", &typed).await.expect(422).text();
        assert!(page.contains("ne reçoit pas de SMS"), "{page}");
        assert_eq!(gateway.asked(), 0);
    }

    async fn where_one_is_told_stands_on_the_page_of_the_locker(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        let page = async || lucie.client.get("/consigne").await.expect(200).text();
        assert!(page().await.contains("prévenu nulle part"));
        choose(&lucie, NUMBER, true).await.expect(202);
        let code = figures(&gateway.next(0).await);
        assert!(page().await.contains("prévenu nulle part"), "not shown to be hers");
        confirm(&lucie, &code).await.expect(204);
        let shown = page().await;
        assert!(shown.contains("par SMS, au +33 … 78") && shown.contains("/consigne/me-prevenir") && !shown.contains("12345678"), "{shown}");
    }

    /// Many lockers, and one purse: the service stops at its ceiling, says so, and notes it once.
    async fn codes_have_a_ceiling_for_the_service(pair) {
        let gateway = Gateway::open().await;
        let (url, token) = (gateway.url.clone(), Some("a-token-of-the-gateway".to_owned().into()));
        let world = World::build(pair, Limits::default(), |config| {
            config.notices.sms = Some(consigne::config::SmsConfig { url, token, codes_a_day: Some(2) });
        })
        .await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        choose(&lucie, NUMBER, true).await.expect(202);
        choose(&ahmed, "0798765432", true).await.expect(202);
        let many = futures_util::future::join_all((0..3).map(|_| choose(&ahmed, "0798765433", true))).await;
        for refused in &many {
            assert_problem(refused, 429, "service-codes-over", "a third");
            assert!(refused.text().contains("Recommencez demain"), "{}", refused.text());
        }
        gateway.next(1).await;
        assert_eq!(gateway.taken().len(), 2);
        assert_eq!(contact(&ahmed).await["waiting"]["address_hint"], "+33 … 32", "what waited waits");
        let refused = ahmed.trail().await.iter().filter(|line| *line == "contact.change refused:service_codes_over").count();
        assert_eq!(refused, 3);
        let noted = async || {
            let lines = service_chain(&mut world.raw().await).await;
            let refused = Outcome::Refused(Reason::ServiceCodesOver);
            let ours = |entry: &&consigne::domain::entry::Entry| entry.line.outcome == refused && entry.line.count == Some(2);
            lines.iter().filter(ours).count()
        };
        assert_eq!(noted().await, 1, "once");
        world.wait(Duration::from_hours(25));
        let ahmed = world.holder("ahmed").await;
        choose(&ahmed, "0798765433", true).await.expect(202);
        assert_eq!((noted().await, world.raw().await.count("code_days").await), (1, 1));
    }
}
