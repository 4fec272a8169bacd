//! One person, two organisations: whatever they do in a visit says as whose member, and under which mandate, they did it.

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, proposal, short};

on_both_pairs! {
    async fn each_line_of_a_visit_names_the_place_that_it_was_made_from(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let other = lucie.deposit("RIB", "banque.rib", b"FR00").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let maison = world.organisation("Maison", &claire, Roles::Both).await;
        let named = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let mut body = proposal("", Some(&maison));
        body["desk"] = json!(true);
        let desk = lucie.let_help(&claire.client, body).await;

        let mut expected = Vec::new();
        // From one to the other and back.
        for (mandate, organisation) in [(&named, &ccas), (&desk, &maison), (&named, &ccas), (&desk, &maison)] {
            let since = lucie.journal().await.len();
            let visit = mandate.visit(&claire.client).await;
            assert_eq!(visit.titles().await, ["Bail"]);
            visit.content(&lease).await.expect(200);
            assert_problem(&visit.content(&other).await, 404, "not-found", "out of reach");
            world.settle().await;
            visit.end().await.expect(204);
            let name = if organisation.id == ccas.id { "CCAS" } else { "Maison" };
            let place = (organisation.referent.clone(), name, mandate.id.clone(), visit.id.clone());
            let lines = lucie.journal().await;
            let of_visit: Vec<_> = lines[since..].iter().filter(|line| line["actor"]["kind"] != "holder").cloned().collect();
            expected.push((place, of_visit));
        }
        for ((membership, organisation, mandate, visit), lines) in expected {
            let mut told: Vec<_> = lines.iter().map(short).collect();
            told.sort();
            assert_eq!(told, [
                "access.close ended:complete", "content.read done", "content.read refused:out_of_scope", "document.list done",
                "visit.begin done", "visit.end done",
            ]);
            let seqs: Vec<_> = lines.iter().map(|line| line["seq"].clone()).collect();
            for line in lines {
                if line["action"] == "access.close" {
                    assert!(seqs.contains(&line["closes"]), "how a reading ended names the line that it began with: {line}");
                    continue;
                }
                let helper = &line["helper"];
                // The line that a visit begins with names it as what it is about.
                let is_about_it = line["object"]["kind"] == "visit";
                let visited = if is_about_it { &line["object"]["id"] } else { &helper["visit"] };
                let [of, name, under] = ["membership", "organisation", "mandate"].map(|name| helper[name].clone());
                let named = [of, name, under, visited.clone()];
                let right = [membership.as_str(), organisation, &mandate, &visit].map(Value::from);
                assert_eq!((&line["actor"], named), (&json!({"kind": "aidant", "person": claire.person}), right), "{line}");
            }
        }
    }
}
