//! What is proposed and comes to nothing: refused before it is anything, or never answered.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use super::paper::three;
use super::visits::helped;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Sheet, World, jpeg, on_paper, proposal};

const DAY: Duration = Duration::from_hours(24);

/// The refusals that stand in the holder's journal, of what would come after a mandate.
async fn refused(lucie: &Holder) -> Vec<Value> {
    let lines = lucie.journal().await;
    let of_proposing = |line: &Value| line["action"].as_str().unwrap().starts_with("mandate.propose");
    let about = |line: &&Value| line["outcome"]["kind"] == "refused" && of_proposing(line);
    lines.iter().filter(about).map(|line| json!([line["action"], line["outcome"]["reason"]])).collect()
}

on_both_pairs! {
    /// Whoever asks for too much is told of, also when what they ask for does not read.
    async fn what_is_refused_before_it_is_proposed_is_written_down(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let renew = lucie.path(&format!("/mandates/{}/renew", mandate.id));
        let transfer = lucie.path(&format!("/mandates/{}/transfer", mandate.id));
        assert_problem(&claire.client.post_json(&renew, &json!({"term": {"days": 4000}})).await, 422, "bad-field", "a wrong term");
        let nobody = json!({"membership": "00000000-0000-4000-8000-000000000000"});
        assert_problem(&claire.client.post_json(&transfer, &nobody).await, 422, "bad-field", "nobody's place");
        let page = format!("/aider/{}/{}", lucie.locker, mandate.id);
        for (rest, what) in [("prolonger", "no term chosen"), ("passer", "nobody chosen")] {
            let form = claire.client.request(Method::POST, &format!("{page}/{rest}")).form(&[("choix", "")]);
            assert_eq!(claire.client.send(form).await.status, 422, "{what}");
        }
        let (term, to) = (json!(["mandate.propose", "bad_field"]), json!(["mandate.propose_transfer", "bad_field"]));
        assert_eq!(refused(&lucie).await, [term.clone(), to.clone(), term, to]);
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.propose_transfer").unwrap();
        assert!(line["sentence"].as_str().unwrap().contains("Claire MOREL"), "{line}");
        // Strangers: the service's journal has them, hers does not.
        let before = refused(&lucie).await.len();
        let paul = world.professional("paul").await;
        world.organisation("Maison", &paul, Roles::Both).await;
        let mut raw = world.raw().await;
        let written = "SELECT seq FROM chains WHERE kind = 1";
        let service = raw.number(written).await;
        assert_problem(&paul.client.post_json(&renew, &json!({"term": {"days": 31}})).await, 404, "not-found", "a stranger");
        assert_problem(&paul.client.post_json(&transfer, &nobody).await, 404, "not-found", "a stranger");
        assert_eq!(raw.number(written).await, service + 2);
        // Over: it names her all the same.
        lucie.stop(&mandate).await;
        assert_problem(&claire.client.post_json(&renew, &json!({"term": {"days": 31}})).await, 404, "not-found", "stopped");
        assert_eq!(refused(&lucie).await[before..], [json!(["mandate.propose", "mandate_over"])]);
    }

    /// What somebody wrote of her, and she never answered, is not kept.
    async fn what_is_never_answered_goes_a_day_after_its_end(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let asked = claire.client.post_json("/api/v1/mandates", &proposal(&lucie.help_code().await, Some(&ccas))).await;
        asked.expect(201);
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        let mut raw = world.raw().await;
        world.wait(DAY + Duration::from_mins(23 * 60 + 59));
        world.lockers.forget_old_offers().await.unwrap();
        assert_eq!(raw.count("proposals").await, 2, "over since a day, but for a minute");
        world.wait(Duration::from_mins(1));
        world.lockers.forget_old_offers().await.unwrap();
        assert_eq!((raw.count("proposals").await, raw.count("sheets").await), (1, 1), "the one on paper waits for a week");
        world.wait(DAY * 6);
        world.lockers.forget_old_offers().await.unwrap();
        assert_eq!((raw.count("proposals").await, raw.count("sheets").await), (0, 0));
        // Nothing is missed: neither by the control, nor by the journal's page.
        let lucie = world.holder("lucie").await;
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], true, "{control}");
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.propose").unwrap();
        assert!(line["sentence"].as_str().unwrap().contains("Claire MOREL"), "{line}");
    }
}
