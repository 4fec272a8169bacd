//! A paper that its holder destroys goes from what they had handed over too: its name, its dates, its hash. Somebody who kept rows from before
//! does not bring these back.

use serde_json::{Value, json};

use super::requests::asked;
use super::shares::{answer, names, read};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Mandate, Pair, Program, Raw, World, proposal};

/// Asks for two papers, and hands both over. Gives the share, and the papers.
pub async fn two(world: &World, program: &Program, holder: &Holder) -> (String, [String; 2]) {
    let mut body = asked(world);
    body["pieces"] = json!([{"kinds": ["logement.justificatif_domicile"], "count": 2}]);
    let made = program.post("/api/v1/requests", &body).await.expect(201).json();
    let code = json!({"code": made["code"]});
    holder.client.post_json(&holder.path("/requests"), &code).await.expect(201);
    let first = holder.deposit("Lettre du foyer", "logement.justificatif_domicile", b"du foyer").await;
    let second = holder.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
    let hand = json!({"papers": [{"piece": 0, "document": first}, {"piece": 0, "document": second}]});
    let share = answer(holder, made["id"].as_str().unwrap(), &hand).await.expect(201).json();
    (share["share"].as_str().unwrap().to_owned(), [first, second])
}

pub async fn destroy(holder: &Holder, paper: &str) {
    holder.client.delete(&holder.path(&format!("/documents/{paper}"))).await.expect(204);
    holder.client.post(&holder.path(&format!("/documents/{paper}/destroy"))).await.expect(204);
}

pub async fn put_back(raw: &mut Raw) {
    raw.run("DELETE FROM shares").await.unwrap();
    raw.run("INSERT INTO shares SELECT * FROM kept").await.unwrap();
}

fn gone(list: &Value) -> bool {
    !list.to_string().contains("foyer")
        && list["destroyed"] == json!([{"place": 1, "piece": 0, "kind": "logement.justificatif_domicile"}])
        && list["papers"].as_array().unwrap().len() == 1
        && list["papers"][0]["place"] == 2
}

on_both_pairs! {
    async fn what_describes_it_goes_from_what_was_handed_over(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, [letter, _]) = two(&world, &caf, &angela).await;
        let path = format!("/api/v1/shares/{share}");
        let before = caf.get(&path).await.expect(200).json();
        assert_eq!((before["papers"].as_array().unwrap().len(), before.get("destroyed")), (2, None));
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM shares").await.unwrap();
        destroy(&angela, &letter).await;
        let list = caf.get(&path).await.expect(200).json();
        assert!(gone(&list), "{list}");
        let own = angela.get("/shares").await.expect(200).json()["items"][0].clone();
        assert!(gone(&own), "{own}");
        let page = angela.client.get("/demandes").await.expect(200).text();
        assert!(page.contains("Un papier détruit") && page.contains("Facture") && !page.contains("foyer"), "{page}");
        assert_problem(&read(&caf, &share).await, 410, "share-over", "the paper");
        caf.get(&format!("{path}/papers/2/content")).await.expect(200);
        let told = names(&angela.journal().await, "share.take_out");
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("Un papier détruit ne figure plus") && told[0].contains("Caisse"), "{told:?}");

        // The row from before, with its proof: it tells nothing, to anybody, and leads nowhere.
        put_back(&mut raw).await;
        for at in [path.clone(), format!("{path}/papers/2/content")] {
            assert_problem(&caf.get(&at).await, 410, "share-over", "not what the journal says");
        }
        assert_eq!(angela.get("/shares").await.json()["items"][0]["status"], "stopped");
    }

    /// The row was away while the paper was destroyed, so that nothing was taken out of it. It is put back: the paper is not there, nor its name.
    async fn a_row_that_was_away_tells_nothing_either(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (share, [letter, bill]) = two(&world, &caf, &angela).await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM shares").await.unwrap();
        raw.run("DELETE FROM shares").await.unwrap();
        destroy(&angela, &letter).await;
        put_back(&mut raw).await;
        let path = format!("/api/v1/shares/{share}");
        let list = caf.get(&path).await.expect(200).json();
        assert!(gone(&list), "{list}");
        // The next one that goes takes what is left of the first along.
        destroy(&angela, &bill).await;
        let list = caf.get(&path).await.expect(200).json();
        assert_eq!((list["papers"].as_array().unwrap().len(), list["destroyed"].as_array().unwrap().len()), (0, 2));
        let own = angela.get("/shares").await.expect(200).json()["items"][0].to_string();
        assert!(!own.contains("foyer") && !own.contains("Facture"), "{own}");
    }

    /// A helper takes back what they added by mistake, and it had been handed over.
    async fn what_a_helper_takes_back_goes_too(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let ahmed = world.anonymous();
        ahmed.sign_in("holder", "ahmed").await;
        let mut body = proposal("", None);
        body["scope"][0]["permissions"] = json!(["list", "deposit"]);
        let mandate: Mandate = angela.let_help(&ahmed, body).await;
        let visit = mandate.visit(&ahmed).await;
        let kind = "logement.quittance_loyer";
        let wrong = visit.deposit(&json!({"title": "Papier d'une autre", "kind": kind}), b"d'une autre").await.expect(201).json();
        let mut asks = asked(&world);
        asks["pieces"] = json!([{"kinds": [kind]}]);
        let made = caf.post("/api/v1/requests", &asks).await.expect(201).json();
        angela.client.post_json(&angela.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
        let hand = json!({"papers": [{"piece": 0, "document": wrong["id"]}]});
        let share = answer(&angela, made["id"].as_str().unwrap(), &hand).await.expect(201).json();
        let path = format!("/api/v1/shares/{}", share["share"].as_str().unwrap());
        assert!(caf.get(&path).await.expect(200).text().contains("une autre"));
        let (id, version) = (wrong["id"].as_str().unwrap(), wrong["version"].as_str().unwrap());
        let done = visit.post(&format!("/documents/{id}/versions/{version}/withdraw")).await;
        assert!(done.status.is_success(), "{}", done.text());
        let list = caf.get(&path).await.expect(200).json();
        assert_eq!((list["papers"].as_array().unwrap().len(), list["destroyed"].as_array().unwrap().len()), (0, 1));
        assert!(!list.to_string().contains("une autre"), "{list}");
        assert_eq!(names(&angela.journal().await, "share.take_out").len(), 1);
    }
}
