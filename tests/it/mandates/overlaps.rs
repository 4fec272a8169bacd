//! Who reaches the same papers: a category and single papers that stand in it.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::{Value, json};

use crate::export::{read, unpack};
use crate::on_both_pairs;
use crate::world::{Holder, Mandate, Organisation, Pair, Professional, World, proposal};

/// Agrees to a proposal for single papers of its category alone.
async fn let_see(
    lucie: &Holder,
    helper: &Professional,
    there: &Organisation,
    category: &str,
    papers: &[&str],
) -> Mandate {
    let mut body = proposal(&lucie.help_code().await, Some(there));
    body["scope"] = json!([{"category": category, "permissions": ["list", "read"]}]);
    let made = helper.client.post_json("/api/v1/mandates", &body).await.expect(201).json();
    let id = made["id"].as_str().unwrap().to_owned();
    let only = json!([{"category": category, "documents": papers}]);
    let words = lucie.path(&format!("/mandates/{id}/words"));
    let shown = lucie.client.post_json(&words, &json!({"only": only})).await.expect(200).json();
    lucie.client.prove_again().await;
    let agreed = json!({"accepts": shown["sha256"], "only": only});
    lucie.client.post_json(&lucie.path(&format!("/mandates/{id}/consent")), &agreed).await.expect(204);
    Mandate { id, locker: lucie.locker.clone() }
}

/// Which mandates one overlaps, as the holder's list says.
async fn overlaps(lucie: &Holder, of: &Mandate) -> Value {
    let list = lucie.get("/mandates").await.expect(200).json();
    let all = list["mandates"].as_array().unwrap();
    all.iter().find(|one| one["id"] == of.id.as_str()).unwrap()["overlaps"].clone()
}

on_both_pairs! {
    /// One organisation sees all of housing, two others a single paper of it each.
    async fn a_single_paper_overlaps_its_category_wherever_it_stands(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let rent = lucie.deposit("Quittance", "logement.quittance_loyer", b"quittance").await;
        let (claire, paul, ines) = (world.professional("claire").await, world.professional("paul").await, world.professional("ines").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        let foyer = world.organisation("Foyer", &ines, Roles::Both).await;
        let one = let_see(&lucie, &paul, &maison, "logement", &[&lease]).await;
        world.wait(Duration::from_secs(1));
        let other = let_see(&lucie, &ines, &foyer, "logement", &[&rent]).await;
        assert_eq!((overlaps(&lucie, &one).await, overlaps(&lucie, &other).await), (json!([]), json!([])), "two papers");
        world.wait(Duration::from_secs(1));
        let all = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let both = json!([one.id, other.id]);
        assert_eq!(overlaps(&lucie, &all).await, both);
        assert_eq!((overlaps(&lucie, &one).await, overlaps(&lucie, &other).await), (json!([all.id]), json!([all.id])));
        // On the page of one, and in what she takes away.
        let detail = lucie.get(&format!("/mandates/{}", one.id)).await.expect(200).json();
        assert_eq!(detail["overlaps"].as_array().unwrap().len(), 1, "{detail}");
        let archive = unpack(&lucie.get("/export").await.expect(200));
        let help: Value = serde_json::from_slice(&read(&archive, "Aide/autorisations-d-aide.json")).unwrap();
        assert_eq!(help["mandates"][0]["overlaps"], both, "{help}");
        // The paper moves: its present category counts.
        let path = lucie.path(&format!("/documents/{lease}"));
        let moved = lucie.client.request(Method::PATCH, &path).json(&json!({"kind": "sante.mutuelle"}));
        lucie.client.send(moved).await.expect(200);
        assert_eq!((overlaps(&lucie, &one).await, overlaps(&lucie, &all).await), (json!([]), json!([other.id])));
        // The same paper for two.
        lucie.stop(&other).await;
        world.wait(Duration::from_secs(1));
        let same = let_see(&lucie, &ines, &foyer, "sante", &[&lease]).await;
        assert_eq!((overlaps(&lucie, &one).await, overlaps(&lucie, &same).await), (json!([same.id]), json!([one.id])));
    }
}
