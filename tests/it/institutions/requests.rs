//! An institution asks; whoever has the code takes it, sees which papers answer, says no, or hands over.

use std::time::Duration;

use consigne::domain::institution::{Errand, Errands};
use consigne::locker::institutions::InstitutionChange;
use serde_json::{Value, json};

use crate::attacks::tools::{assert_problem, chain};
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, Program, World, day_from_now, metadata_of};

/// A request for a proof of address less than three months old, and, if they have it, three payslips.
pub fn asked(world: &World) -> Value {
    json!({
        "purpose": "Votre demande de RSA", "reference": "Dossier 12-345", "deadline": day_from_now(world, 30), "days": 60,
        "pieces": [
            {"kinds": ["logement.justificatif_domicile", "logement.attestation_hebergement"], "months": 3},
            {"kinds": ["emploi.bulletin_salaire"], "count": 3, "mandatory": false, "label": "Vos 3 derniers bulletins"},
        ],
    })
}

/// Makes a request, and takes it into a holder's locker. Gives its id.
pub async fn taken(world: &World, program: &Program, holder: &Holder) -> String {
    let made = program.post("/api/v1/requests", &asked(world)).await.expect(201).json();
    let code = made["code"].as_str().unwrap();
    let taken = holder.client.post_json(&holder.path("/requests"), &json!({"code": code})).await.expect(201).json();
    assert_eq!(taken["id"], made["id"]);
    made["id"].as_str().unwrap().to_owned()
}

async fn take(holder: &Holder, code: &str) -> Answer {
    holder.client.post_json(&holder.path("/requests"), &json!({"code": code})).await
}

on_both_pairs! {
    /// From the institution to the person, by a code that they copy by hand, and back.
    async fn a_request_reaches_somebody_by_its_code(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201);
        assert_eq!(made.header("location"), format!("/api/v1/requests/{}", made.json()["id"].as_str().unwrap()));
        let made = made.json();
        let (id, code) = (made["id"].as_str().unwrap(), made["code"].as_str().unwrap());
        let seen = caf.get(&format!("/api/v1/requests/{id}")).await.expect(200).json();
        assert_eq!((seen["status"].as_str(), seen["pieces"][0]["count"].as_u64()), (Some("waiting"), Some(1)));
        assert_eq!(seen.get("code"), None, "its code is told once");

        // As people copy: small letters, spaces.
        let typed = json!({"code": code.to_lowercase().replace('-', " ")});
        angela.client.post_json(&angela.path("/requests"), &typed).await.expect(201);
        let list = angela.get("/requests").await.expect(200).json();
        let told = &list["items"][0];
        assert_eq!((told["institution"].as_str(), told["purpose"].as_str()), (Some("Caisse d'allocations"), Some("Votre demande de RSA")));
        assert!(told["legal_basis"].as_str().unwrap().starts_with("Article L. 262-2"));
        assert_eq!(caf.get(&format!("/api/v1/requests/{id}")).await.expect(200).json()["status"], "taken");
        // Twice is once.
        angela.client.post_json(&angela.path("/requests"), &typed).await.expect(201);
        assert_eq!(angela.get("/requests").await.json()["items"].as_array().unwrap().len(), 1);

        // Which papers answer, which are too old, which lack a date.
        let day = |ago: i64| day_from_now(&world, -ago);
        angela.deposit_with(&metadata_of("Facture récente", "logement.justificatif_domicile", Some(&day(20))), "a.txt", b"a".to_vec()).await.expect(201);
        angela.deposit_with(&metadata_of("Vieille facture", "logement.justificatif_domicile", Some(&day(400))), "b.txt", b"b".to_vec()).await.expect(201);
        angela.deposit("Facture sans date", "logement.justificatif_domicile", b"c").await;
        angela.deposit("Un diplôme", "formation.diplome", b"d").await;
        let gone = angela.deposit("Facture jetée", "logement.justificatif_domicile", b"e").await;
        angela.client.delete(&angela.path(&format!("/documents/{gone}"))).await.expect(204);
        let whole = angela.get(&format!("/requests/{id}")).await.expect(200).json();
        let fits: Vec<(&str, &str)> = whole["pieces"][0]["answers"].as_array().unwrap().iter()
            .map(|one| (one["title"].as_str().unwrap(), one["fit"].as_str().unwrap())).collect();
        assert_eq!(fits, [("Facture récente", "good"), ("Facture sans date", "unknown"), ("Vieille facture", "too_old")]);
        assert_eq!(whole["pieces"][1]["answers"].as_array().unwrap().len(), 0);

        angela.client.post(&angela.path(&format!("/requests/{id}/decline"))).await.expect(204);
        assert_eq!(caf.get(&format!("/api/v1/requests/{id}")).await.expect(200).json()["status"], "declined");
        assert_problem(&angela.client.post(&angela.path(&format!("/requests/{id}/decline"))).await, 409, "wrong-state", "again");
        let trail: Vec<String> = angela.trail().await.into_iter().filter(|line| line.starts_with("request.")).collect();
        assert_eq!(trail, ["request.take done", "request.list done", "request.take done", "request.list done", "request.view done",
            "request.decline done", "request.decline refused:wrong_state"]);
        let lines = chain(&mut world.raw().await, caf.institution.chain()).await;
        assert_eq!(lines.iter().filter(|entry| entry.line.action.code() == "request.make").count(), 1);
    }

    /// Whoever has the code first has the request; whoever guesses is told to wait; nobody learns which codes there are.
    async fn a_code_is_of_one_person_and_of_no_guess(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let code = made["code"].as_str().unwrap();
        take(&angela, code).await.expect(201);
        let (taken, unknown, nothing) = (take(&ahmed, code).await, take(&ahmed, "2345-6789-ABCD").await, take(&ahmed, "nothing").await);
        for answer in [&taken, &unknown, &nothing] {
            assert_problem(answer, 422, "wrong-code", "not his");
        }
        assert_eq!((&taken.body, &unknown.body), (&unknown.body, &nothing.body), "the same words");
        let id = made["id"].as_str().unwrap();
        assert_problem(&ahmed.get(&format!("/requests/{id}")).await, 404, "not-found", "another's");
        assert_problem(&ahmed.client.post(&ahmed.path(&format!("/requests/{id}/decline"))).await, 404, "not-found", "another's");
        assert_eq!(ahmed.get("/requests").await.json()["items"], json!([]));
        // Guesses meet the wall, and stand in the guesser's own journal.
        let mut late = 0;
        for _ in 0..40 {
            late += u32::from(take(&ahmed, "2345-6789-ABCD").await.status == 429);
        }
        assert!(late >= 10, "{late}");
        assert!(ahmed.trail().await.iter().any(|line| line == "request.take refused:wrong_code"));
        // Two at the same time: one of them.
        world.wait(Duration::from_secs(61));
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let code = made["code"].as_str().unwrap();
        let (one, other) = tokio::join!(take(&angela, code), take(&ahmed, code));
        let mut both = [one.status.as_u16(), other.status.as_u16()];
        both.sort_unstable();
        assert_eq!(both, [201, 422]);
        // Taken back, or over: of nobody.
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
        let bearer = caf.token().await;
        caf.client.send(caf.request_with(reqwest::Method::DELETE, &path, &bearer)).await.expect(204);
        assert_problem(&caf.client.send(caf.request_with(reqwest::Method::DELETE, &path, &bearer)).await, 409, "wrong-state", "twice");
        assert_problem(&take(&angela, made["code"].as_str().unwrap()).await, 422, "wrong-code", "withdrawn");
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        world.wait(Duration::from_secs(32 * 24 * 3600));
        let angela = angela.again(&world, "angela").await;
        assert_problem(&take(&angela, made["code"].as_str().unwrap()).await, 422, "wrong-code", "over");
        assert_eq!(caf.get(&format!("/api/v1/requests/{}", made["id"].as_str().unwrap())).await.expect(200).json()["status"], "over");
    }

    /// An institution that was suspended, or registered for less, is handed nothing, whatever it asked before.
    async fn who_may_not_ask_any_more_is_handed_nothing(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (first, second) = (taken(&world, &caf, &angela).await, taken(&world, &caf, &angela).await);
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}]});
        let answer = |request: &str| {
            let (client, path, hand) = (&angela.client, angela.path(&format!("/requests/{request}/answer")), &hand);
            async move { client.post_json(&path, hand).await }
        };
        let change = |change| {
            let (world, id) = (&world, caf.institution);
            async move { assert!(world.lockers.amend_institution(id, change).await.unwrap()) }
        };
        let usual = InstitutionChange::default;
        change(InstitutionChange { suspended: Some(true), ..usual() }).await;
        assert_problem(&answer(&first).await, 403, "institution-suspended", "suspended");
        assert_problem(&take(&angela, made["code"].as_str().unwrap()).await, 422, "wrong-code", "suspended");
        // To say no is always possible.
        angela.client.post(&angela.path(&format!("/requests/{first}/decline"))).await.expect(204);
        change(InstitutionChange { suspended: Some(false), errands: Some(Errands::NONE.with(Errand::Retrieve)), ..usual() }).await;
        assert_problem(&answer(&second).await, 403, "institution-suspended", "another errand");
        let mut fields = crate::world::institution_fields("Caisse d'allocations", &crate::world::public_set("first", &caf.pair));
        fields.kinds.retain(|kind| kind.code() == "emploi.bulletin_salaire");
        let all = Errands::NONE.with(Errand::Retrieve).with(Errand::Requests);
        change(InstitutionChange { fields: Some(fields), errands: Some(all), ..usual() }).await;
        let refused = answer(&second).await;
        assert_eq!((refused.status.as_u16(), refused.json()["field"].as_str()), (422, Some("papers")), "a kind that it may not ask for any more");
        assert_eq!(angela.get("/shares").await.json()["items"], json!([]));
    }

    /// An institution asks for what it is registered for, and sees its own requests alone.
    async fn an_institution_asks_for_what_it_may(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let made = caf.post("/api/v1/requests", &asked(&world)).await.expect(201).json();
        let path = format!("/api/v1/requests/{}", made["id"].as_str().unwrap());
        assert_problem(&other.get(&path).await, 404, "not-found", "another's");
        assert_eq!(other.get("/api/v1/requests").await.expect(200).json()["items"], json!([]));
        let mut narrow = crate::world::institution_fields("Une autre", &crate::world::public_set("first", &other.pair));
        narrow.kinds.retain(|kind| kind.code() == "emploi.bulletin_salaire");
        let change = InstitutionChange { fields: Some(narrow), ..Default::default() };
        assert!(world.lockers.amend_institution(other.institution, change).await.unwrap());
        let refused = other.post("/api/v1/requests", &asked(&world)).await;
        assert_problem(&refused, 422, "bad-field", "unregistered");
        assert_eq!(refused.json()["field"], "pieces.kinds");
        let with = |change: &[(&str, Value)]| {
            let mut body = asked(&world);
            for (name, value) in change {
                body[*name] = value.clone();
            }
            body
        };
        for (field, body) in [
            ("purpose", with(&[("purpose", json!("  "))])),
            ("deadline", with(&[("deadline", json!("2020-01-01"))])),
            ("deadline", with(&[("deadline", json!(day_from_now(&world, 400)))])),
            ("deadline", with(&[("deadline", json!("demain"))])),
            ("days", with(&[("days", json!(0))])),
            ("days", with(&[("days", json!(366))])),
            ("pieces", with(&[("pieces", json!([]))])),
            ("pieces.kinds", with(&[("pieces", json!([{"kinds": []}]))])),
            ("pieces.kinds", with(&[("pieces", json!([{"kinds": ["nothing.at_all"]}]))])),
            ("pieces.count", with(&[("pieces", json!([{"kinds": ["banque.rib"], "count": 0}]))])),
            ("pieces.months", with(&[("pieces", json!([{"kinds": ["banque.rib"], "months": 121}]))])),
            ("list", with(&[("list", json!("rsa"))])),
        ] {
            let answer = caf.post("/api/v1/requests", &body).await;
            assert_eq!((answer.status.as_u16(), answer.json()["field"].as_str()), (422, Some(field)), "{body}");
        }
        // A ready-made list.
        let mut body = asked(&world);
        body.as_object_mut().unwrap().remove("pieces");
        body["list"] = json!("titre_sejour");
        let made = caf.post("/api/v1/requests", &body).await.expect(201).json();
        let seen = caf.get(&format!("/api/v1/requests/{}", made["id"].as_str().unwrap())).await.json();
        assert!(seen["pieces"].as_array().unwrap().len() >= 5);
        // Pages of them.
        let token = caf.token().await;
        let page = caf.get_with("/api/v1/requests?limit=1", &token).await.expect(200).json();
        let next = page["next"].as_str().unwrap();
        let rest = caf.get_with(&format!("/api/v1/requests?limit=5&after={next}"), &token).await.expect(200).json();
        assert_eq!((rest["items"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
        // A token that was made for less asks for nothing.
        let retrieve = caf.ask(&caf.assertion(), Some("retrieve")).await.expect(200).json();
        let token = retrieve["access_token"].as_str().unwrap();
        assert_problem(&caf.get_with("/api/v1/requests", token).await, 403, "scope", "another errand");
    }
}
