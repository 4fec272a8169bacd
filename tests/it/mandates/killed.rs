//! `kill -9` on a real `consigne serve`, while a helper takes a paper back, while a holder agrees to help, and while somebody confirms a
//! signed sheet: it is done whole, or not at all.

use serde_json::{Value, json};

use super::withdraw::{add, both, withdraw};
use crate::bad_days::killed::{Operator, blobs_before_and_after_the_sweeper};
use crate::on_both_pairs;
use crate::world::{Mandate, Pair, Sheet, invite, join, jpeg, on_paper, proposal};

async fn killed_at(pair: Pair, step: &str) {
    let operator = Operator::new(pair).await;
    let mut server = operator.serve(None).await;
    let lucie = operator.holder("lucie").await;
    let safe = lucie.deposit("En sûreté", "banque.rib", b"FR00").await;
    let ahmed = operator.anonymous();
    ahmed.sign_in("holder", "ahmed").await;
    let mut body = proposal("", None);
    body["scope"][0]["permissions"] = json!(["deposit"]);
    let mandate = lucie.let_help(&ahmed, body).await;
    let visit = mandate.visit(&ahmed).await;
    let wrong = add(&visit, "Le papier d'une autre", b"le papier d'une autre").await;
    server.0.kill().unwrap();
    server.wait_for_its_death();

    let mut server = operator.serve(Some(step)).await;
    let path = format!("/documents/{}/versions/{}/withdraw", wrong.0, wrong.1);
    let asked = visit.request(reqwest::Method::POST, &path);
    assert!(ahmed.try_send(asked).await.is_err(), "no answer comes");
    server.wait_for_its_death();

    let server = operator.serve(None).await;
    let committed = step == "withdraw.committed";
    let said = async || lucie.trail().await.iter().filter(|line| *line == "document.withdraw done").count();
    assert_eq!(said().await, usize::from(committed), "the line is there with what it says, or neither is");
    let content = lucie.content(&wrong.0).await;
    if committed {
        content.expect(404);
    } else {
        assert_eq!(content.expect(200).body, b"le papier d'une autre");
    }
    let listed = lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len();
    assert_eq!(listed, if committed { 1 } else { 2 });
    assert_eq!(lucie.client.post(&lucie.path("/control")).await.expect(200).json()["intact"], true);
    // Asked again, it is taken back, once.
    withdraw(&visit, both(&wrong)).await.expect(if committed { 404 } else { 204 });
    assert_eq!(said().await, 1);
    lucie.content(&wrong.0).await.expect(404);
    assert_eq!(lucie.content(&safe).await.expect(200).body, b"FR00");
    assert_eq!(lucie.client.post(&lucie.path("/control")).await.expect(200).json()["intact"], true);
    drop(server);
    // What was cut between the end of the paper and that of its blob is the sweeper's.
    let (before, after) = blobs_before_and_after_the_sweeper(&operator, &operator.config.data_dir).await;
    assert_eq!((before, after), (1 + usize::from(committed), 1));
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
}

/// She agrees to a newer proposal of somebody who helps already: the line, the mandate, the end of the proposal and that of the older
/// mandate come together, or none of them does.
async fn agreeing_is_cut_at(pair: Pair, step: &str) {
    let operator = Operator::new(pair).await;
    let mut server = operator.serve(None).await;
    let lucie = operator.holder("lucie").await;
    let ahmed = operator.anonymous();
    ahmed.sign_in("holder", "ahmed").await;
    let older = lucie.let_help(&ahmed, proposal("", None)).await;
    let made = ahmed.post_json("/api/v1/mandates", &proposal(&lucie.help_code().await, None)).await.expect(201).json();
    let newer = made["id"].as_str().unwrap().to_owned();
    let words = lucie.get("/mandates").await.expect(200).json()["proposals"][0]["sha256"].clone();
    lucie.client.prove_again().await;
    server.0.kill().unwrap();
    server.wait_for_its_death();

    let mut server = operator.serve(Some(step)).await;
    let path = lucie.path(&format!("/mandates/{newer}/consent"));
    let agree = || lucie.client.request(reqwest::Method::POST, &path).json(&json!({"accepts": words}));
    assert!(lucie.client.try_send(agree()).await.is_err(), "no answer comes");
    server.wait_for_its_death();

    let server = operator.serve(None).await;
    let stands = async || {
        let help = lucie.get("/mandates").await.expect(200).json();
        let all = help["mandates"].as_array().unwrap().clone();
        let status = |id: &str| all.iter().find(|one| one["id"] == id).map_or(Value::Null, |one| one["status"].clone());
        let lines = lucie.journal().await;
        let of = |action: &str, id: &str| {
            lines
                .iter()
                .filter(|l| l["action"] == action && l["object"]["id"] == id && l["outcome"]["kind"] == "done")
                .count()
        };
        let told = (of("mandate.give", &newer), of("mandate.supersede", &older.id));
        (help["proposals"].as_array().unwrap().len(), status(&older.id), status(&newer), told)
    };
    let (neither, both) = ((1, json!("active"), Value::Null, (0, 0)), (0, json!("ended"), json!("active"), (1, 1)));
    let committed = step == "mandate.committed";
    assert_eq!(stands().await, if committed { both.clone() } else { neither });
    older.ask_visit(&ahmed).await.expect(if committed { 404 } else { 201 });
    // Asked again, it has begun, once.
    lucie.client.send(agree()).await.expect(if committed { 404 } else { 204 });
    assert_eq!(stands().await, both);
    older.ask_visit(&ahmed).await.expect(404);
    let newer = Mandate { id: newer, locker: lucie.locker.clone() };
    newer.visit(&ahmed).await;
    drop(server);
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
}

/// A second person confirms a signed sheet: the line, the mandate with its photo, and the end of what waited come together, or none of
/// them does.
async fn confirming_is_cut_at(pair: Pair, step: &str) {
    let operator = Operator::new(pair).await;
    let mut server = operator.serve(None).await;
    let lucie = operator.holder("lucie").await;
    let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
    let claire = operator.professional("claire").await;
    let ccas = operator.organisation("CCAS de Valserin", &claire).await;
    let nadia = operator.professional("nadia").await;
    join(&nadia, &invite(&ccas, &claire, &json!({"name": "Nadia"})).await).await.expect(201);
    let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
    let photo = jpeg(b" une signature");
    sheet.send(photo.clone()).await.expect(204);
    let evidence = sheet.seen_by(&claire.client).await["sent"]["evidence"].clone();
    server.0.kill().unwrap();
    server.wait_for_its_death();

    let mut server = operator.serve(Some(step)).await;
    let typed = json!({"accepts": evidence, "family_name": "petit"});
    let confirm = || claire.client.request(reqwest::Method::POST, &sheet.path("/confirm")).json(&typed);
    assert!(claire.client.try_send(confirm()).await.is_err(), "no answer comes");
    server.wait_for_its_death();

    let server = operator.serve(None).await;
    let stands = async || {
        let help = lucie.get("/mandates").await.expect(200).json();
        let all = help["mandates"].as_array().unwrap();
        let status = all.iter().find(|one| one["id"] == sheet.id).map_or(Value::Null, |one| one["status"].clone());
        let told = lucie.trail().await.iter().filter(|line| *line == "sheet.confirm done").count();
        let waits = !sheet.seen_by(&claire.client).await.is_null();
        // Whichever of the two keeps it, the photo is there.
        let own = lucie.path(&format!("/mandates/{}/sheet", sheet.id));
        assert_eq!(lucie.client.get(&own).await.expect(200).body, photo);
        (help["proposals"].as_array().unwrap().len(), status, told, waits)
    };
    let (neither, whole) = ((1, Value::Null, 0, true), (0, json!("active"), 1, false));
    let committed = step == "mandate.committed";
    assert_eq!(stands().await, if committed { whole.clone() } else { neither });
    let mandate = sheet.mandate(&lucie);
    mandate.ask_visit(&nadia.client).await.expect(if committed { 201 } else { 404 });
    // Asked again, it has begun, once.
    claire.client.send(confirm()).await.expect(if committed { 404 } else { 204 });
    assert_eq!(stands().await, whole);
    assert_eq!(mandate.visit(&nadia.client).await.content(&lease).await.expect(200).body, b"bail");
    assert_eq!(lucie.client.post(&lucie.path("/control")).await.expect(200).json()["intact"], true);
    drop(server);
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
}

on_both_pairs! {
    async fn confirming_a_sheet_is_cut_before_its_commit(pair) {
        confirming_is_cut_at(pair, "mandate.before_commit").await;
    }

    async fn confirming_a_sheet_is_cut_after_its_commit(pair) {
        confirming_is_cut_at(pair, "mandate.committed").await;
    }

    async fn agreeing_is_cut_before_its_commit(pair) {
        agreeing_is_cut_at(pair, "mandate.before_commit").await;
    }

    async fn agreeing_is_cut_after_its_commit(pair) {
        agreeing_is_cut_at(pair, "mandate.committed").await;
    }

    async fn taking_back_is_cut_before_its_commit(pair) {
        killed_at(pair, "withdraw.before_commit").await;
    }

    async fn taking_back_is_cut_after_its_commit(pair) {
        killed_at(pair, "withdraw.committed").await;
    }
}
