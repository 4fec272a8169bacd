//! What somebody has proposed and still waits, for themselves: shown, taken back, and nothing told of the locker.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use super::pages::{begin, helped, page, plain, press, to};
use super::paper::three;
use crate::attacks::tools::{assert_problem, ignore_references};
use crate::on_both_pairs;
use crate::world::{Client, Holder, Pair, Sheet, World, on_paper, present, proposal};

const ALL: &str = "/api/v1/proposals";

/// Proposes by a new code of hers. Gives the mandate to be.
async fn propose(lucie: &Holder, helper: &Client, body: &Value) -> String {
    let mut body = body.clone();
    body["code"] = json!(lucie.help_code().await);
    helper.post_json("/api/v1/mandates", &body).await.expect(201).json()["id"].as_str().unwrap().to_owned()
}

async fn listed(client: &Client) -> Vec<Value> {
    client.get(ALL).await.expect(200).json()["items"].as_array().unwrap().clone()
}

/// What her journal tells, but that she read it.
async fn lines_of(lucie: &Holder) -> Vec<String> {
    let lines = lucie.trail().await.into_iter();
    lines.filter(|line| line != "journal.read done").collect()
}

fn taking_back(mandate: &str) -> String {
    format!("{ALL}/{mandate}/withdraw")
}

on_both_pairs! {
    async fn whoever_proposed_sees_what_waits_and_takes_it_back(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        assert!(listed(&nadia.client).await.is_empty());
        let body = proposal("", Some(&ccas));
        let first = propose(&lucie, &nadia.client, &body).await;
        let own = listed(&nadia.client).await;
        assert_eq!(own.len(), 1);
        assert_eq!((&own[0]["id"], &own[0]["consent"]), (&json!(first), &json!("own_session")));
        assert_eq!((&own[0]["organisation"], &own[0]["organisation_name"]), (&json!(ccas.id), &json!("CCAS de Valserin")));
        assert_eq!(own[0]["purpose"], "Demande de logement social");
        let told = Value::Array(own).to_string().to_lowercase();
        assert!(!told.contains(&lucie.locker) && !told.contains("roux") && !told.contains("lucie"), "whose it is: {told}");
        // It is nobody else's: not a colleague's, not the holder's, not a stranger's.
        let paul = world.professional("paul").await;
        let before = lines_of(&lucie).await;
        for other in [&claire.client, &lucie.client, &paul.client] {
            assert!(listed(other).await.is_empty());
            assert_problem(&other.post(&taking_back(&first)).await, 404, "not-found", "somebody else's");
        }
        assert_eq!(lines_of(&lucie).await, before, "her journal says nothing of it");
        assert_eq!(lucie.get("/mandates").await.json()["proposals"].as_array().unwrap().len(), 1);

        nadia.client.post(&taking_back(&first)).await.expect(204);
        assert!(listed(&nadia.client).await.is_empty());
        assert_eq!(lucie.get("/mandates").await.json()["proposals"], json!([]));
        let lines = lucie.journal().await;
        let line = lines.iter().find(|line| line["action"] == "mandate.withdraw_proposal").unwrap();
        let sentence = line["sentence"].as_str().unwrap().replace('’', "'");
        assert_eq!(sentence, "Nadia BENALI, CCAS de Valserin, a retiré sa proposition d'aide.");
        assert_eq!((&line["object"]["id"], &line["actor"]["kind"]), (&json!(first), &json!("aidant")));
        assert_problem(&nadia.client.post(&taking_back(&first)).await, 404, "not-found", "twice");

        // Answered, it waits no more; nor is it told which answer it was.
        let declined = propose(&lucie, &nadia.client, &body).await;
        lucie.client.post(&lucie.path(&format!("/mandates/{declined}/decline"))).await.expect(204);
        let agreed = propose(&lucie, &nadia.client, &body).await;
        lucie.client.prove_again().await;
        lucie.agree(&agreed).await.expect(204);
        let old = propose(&lucie, &nadia.client, &body).await;
        world.wait(Duration::from_hours(24));
        let nadia = nadia.again(&world, "nadia").await;
        nadia.pass().await.expect(204);
        assert!(listed(&nadia.client).await.is_empty());
        let lucie = world.holder("lucie").await;
        let before = lines_of(&lucie).await;
        for over in [&declined, &agreed, &old] {
            assert_problem(&nadia.client.post(&taking_back(over)).await, 404, "not-found", "it is over");
        }
        assert_eq!(lines_of(&lucie).await, before);
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0]["status"], "active", "what she agreed to goes on");
    }

    /// A second factor, as for everything that one does for one's work; who has left has nothing there.
    async fn what_was_proposed_for_work_needs_the_second_factor_and_the_place(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let first = propose(&lucie, &nadia.client, &proposal("", Some(&ccas))).await;
        let nadia = nadia.again(&world, "nadia").await;
        assert!(listed(&nadia.client).await.is_empty());
        assert_problem(&nadia.client.post(&taking_back(&first)).await, 403, "second-factor", "not passed");
        nadia.pass().await.expect(204);
        assert_eq!(listed(&nadia.client).await.len(), 1);
        // The code of a while ago is enough: nothing is taken from the holder.
        world.wait(Duration::from_mins(6));
        claire.pass().await.expect(204);
        let member = nadia.client.get("/api/v1/me").await.json()["memberships"][0]["id"].as_str().unwrap().to_owned();
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_eq!(listed(&nadia.client).await.len(), 1, "who is suspended may still take it back");
        claire.client.post(&ccas.member(&member, "/end")).await.expect(204);
        assert!(listed(&nadia.client).await.is_empty());
        assert_problem(&nadia.client.post(&taking_back(&first)).await, 404, "not-found", "who has left");
        assert_eq!(lucie.get("/mandates").await.json()["proposals"].as_array().unwrap().len(), 1);
    }

    /// Paper and windows wait too: each says how. A sheet is taken back where it waits.
    async fn each_way_is_named_and_a_sheet_has_its_own_pages(pair) {
        let world = World::new(pair).await;
        let (lucie, _, _, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        world.wait(Duration::from_secs(1));
        nadia.open_window(&present(&ccas)).await;
        let ways: Vec<_> = listed(&nadia.client).await.iter().map(|one| one["consent"].clone()).collect();
        assert_eq!(ways, [json!("window"), json!("paper")]);
        assert_problem(&nadia.client.post(&taking_back(&sheet.id)).await, 404, "not-found", "a sheet");
        assert_eq!(nadia.client.get(&sheet.own_path()).await.expect(200).json()["own"], true, "it waits");
        let list = plain(&page(&nadia.client, "/aider").await.expect(200));
        assert!(list.contains(&format!("href=\"/structure/{}/feuilles/{}\"", ccas.id, sheet.id)), "{list}");
        assert!(list.contains("La personne répond sur cet appareil.") && list.contains("href=\"/avec-moi/"), "{list}");
        assert!(!list.contains("/retirer\""), "{list}");
    }

    /// Somebody who can write SQL puts an answered proposal back: taking it back would put words into her journal.
    async fn an_answered_proposal_that_is_put_back_is_not_taken_back(pair) {
        let world = World::new(pair).await;
        let (lucie, _, _, nadia, ccas) = three(&world).await;
        let mut raw = world.raw().await;
        ignore_references(&mut raw).await;
        for answer in ["declined", "agreed"] {
            let mandate = propose(&lucie, &nadia.client, &proposal("", Some(&ccas))).await;
            raw.run("CREATE TABLE kept AS SELECT * FROM proposals").await.unwrap();
            if answer == "agreed" {
                lucie.client.prove_again().await;
                lucie.agree(&mandate).await.expect(204);
            } else {
                lucie.client.post(&lucie.path(&format!("/mandates/{mandate}/decline"))).await.expect(204);
            }
            raw.run("INSERT INTO proposals SELECT * FROM kept").await.unwrap();
            raw.run("DROP TABLE kept").await.unwrap();
            let before = lines_of(&lucie).await;
            assert_problem(&nadia.client.post(&taking_back(&mandate)).await, 404, "not-found", answer);
            assert_eq!(lines_of(&lucie).await, before, "{answer}");
            raw.run("DELETE FROM proposals").await.unwrap();
        }
        let help = lucie.get("/mandates").await.json();
        assert_eq!(help["mandates"][0]["status"], "active", "{help}");
    }

    async fn a_proposal_is_shown_and_taken_back_by_pages_alone(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let (ahmed, nadia) = (world.sign_in("holder", "ahmed").await, world.professional("nadia").await);
        for (helper, structure, as_what) in [
            (&claire.client, Some(&ccas), "Vous proposez votre aide pour CCAS de Valserin."),
            (&ahmed, None, "Vous proposez votre aide en votre nom."),
        ] {
            let none = plain(&page(helper, "/aider").await.expect(200));
            assert!(none.contains("Aucune proposition n'attend.") && none.contains("n'est plus montrée ici"), "{none}");
            let mandate = propose(&lucie, helper, &proposal("", structure)).await;
            let list = plain(&page(helper, "/aider").await.expect(200));
            for told in ["Proposition faite le ", as_what, "La personne répond dans sa consigne.", "La proposition attend jusqu'au ", "Demande de logement social"] {
                assert!(list.contains(told), "{told}: {list}");
            }
            let at = format!("/proposer/{mandate}/retirer");
            assert!(list.contains(&format!("action=\"{at}\"")) && !list.to_lowercase().contains("roux"), "{list}");
            assert_eq!(to(page(helper, &at).await), "/aider", "what only a form sends");
            // Nobody else's button; whoever presses is told the same as of what was never there.
            assert_eq!(to(press(&nadia.client, &at).await), "/aider?repondu=1");
            assert_eq!(to(press(helper, &at).await), "/aider?retire=1");
            assert!(plain(&page(helper, "/aider?retire=1").await.expect(200)).contains("votre proposition est retirée"));
            assert_eq!(to(press(helper, &at).await), "/aider?repondu=1", "pressed twice");
            assert!(plain(&page(helper, "/aider?repondu=1").await.expect(200)).contains("Cette proposition n'attend plus."));
        }
        assert!(plain(&page(&lucie.client, "/qui-a-ouvert").await.expect(200)).contains("a retiré sa proposition d'aide."));
    }

    /// One visit at a time: whoever has one open goes on with it, from whichever device.
    async fn an_open_visit_is_gone_on_with(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _) = helped(&world).await;
        let visit = begin(&claire.client).await;
        for path in ["/aider", "/"] {
            let list = plain(&page(&claire.client, path).await.expect(200));
            assert!(list.contains(&format!("href=\"{visit}\"")) && list.contains("Continuer la visite"), "{list}");
            assert!(list.contains("Une visite est ouverte jusqu'au ") && !list.contains("action=\"/visite\""), "{list}");
        }
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        page(&claire.client, &visit).await.expect(200);
        assert!(plain(&page(&claire.client, "/aider").await.expect(200)).contains("Continuer la visite"));
        press(&claire.client, &format!("{visit}/finir")).await.expect(303);
        let list = plain(&page(&claire.client, "/aider").await.expect(200));
        assert!(list.contains("action=\"/visite\"") && !list.contains("Continuer la visite"), "{list}");
        // Over by its time.
        begin(&claire.client).await;
        world.wait(Duration::from_hours(4));
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        assert!(page(&claire.client, "/aider").await.expect(200).text().contains("action=\"/visite\""));
        drop(lucie);
    }
}
