//! Somebody who helps answers what an institution asks: with the papers that they may hand over, and no others; what is chosen is kept
//! half-way, by either.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::requests::asked;
use crate::attacks::tools::assert_problem;
use crate::mandates::pages::{begin, plain};
use crate::on_both_pairs;
use crate::world::{
    Answer, Holder, Mandate, Pair, Professional, Program, Visit, World, day_from_now, metadata_of, proposal,
};
use consigne::domain::organisation::Roles;

/// A holder with a proof of address and a payslip, an aidant who may hand housing papers over, and somebody who asks.
async fn helped(world: &World, scope: &Value) -> (Holder, Professional, Mandate, Program) {
    let caf = world.institution("Caisse du Valserin").await;
    let lucie = world.holder("lucie").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
    let mut body = proposal("", Some(&ccas));
    body["scope"] = scope.clone();
    let mandate = lucie.let_help(&claire.client, body).await;
    (lucie, claire, mandate, caf)
}

fn housing() -> Value {
    json!([{"category": "logement", "permissions": ["list", "share"]}])
}

async fn bill(world: &World, lucie: &Holder, title: &str) -> String {
    let metadata = metadata_of(title, "logement.justificatif_domicile", Some(&day_from_now(world, -20)));
    lucie.deposit_with(&metadata, "a.txt", title.as_bytes().to_vec()).await.expect(201).json()["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn ask(world: &World, program: &Program) -> (String, String) {
    let made = program.post("/api/v1/requests", &asked(world)).await.expect(201).json();
    (made["id"].as_str().unwrap().to_owned(), made["code"].as_str().unwrap().to_owned())
}

async fn send(visit: &Visit<'_>, method: Method, rest: &str, body: &Value) -> Answer {
    visit.client.send(visit.request(method, rest).json(body)).await
}

async fn take(visit: &Visit<'_>, code: &str) -> Answer {
    send(visit, Method::POST, "/requests", &json!({"code": code})).await
}

fn titles(whole: &Value, piece: usize) -> Vec<String> {
    let answers = whole["pieces"][piece]["answers"].as_array().unwrap();
    answers.iter().map(|one| one["title"].as_str().unwrap().to_owned()).collect()
}

on_both_pairs! {
    async fn a_helper_hands_over_what_their_mandate_names(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate, caf) = helped(&world, &housing()).await;
        let good = bill(&world, &lucie, "Facture").await;
        let hidden = lucie.deposit_with(&json!({"title": "Facture cachée", "kind": "logement.justificatif_domicile", "private": true}), "x.txt", b"x".to_vec()).await.expect(201).json();
        let hidden = hidden["id"].as_str().unwrap().to_owned();
        let payslip = lucie.deposit("Bulletin", "emploi.bulletin_salaire", b"bulletin").await;
        let (id, code) = ask(&world, &caf).await;
        let visit = mandate.visit(&claire.client).await;
        let at = format!("/requests/{id}");
        assert_eq!(take(&visit, &code).await.expect(201).json()["id"], json!(id));
        // What they see of the locker is what they may hand over.
        let whole = visit.get(&at).await.expect(200).json();
        assert_eq!((titles(&whole, 0), titles(&whole, 1)), (vec!["Facture".to_owned()], Vec::new()));

        // A guess of what is hidden, or of another category, is no paper; nothing is handed over.
        for other in [&hidden, &payslip] {
            let piece = u16::from(other == &payslip);
            let hand = json!({"papers": [{"piece": 0, "document": good}, {"piece": piece, "document": other}]});
            let answer = send(&visit, Method::POST, &format!("{at}/answer"), &hand).await;
            assert_problem(&answer, 422, "bad-field", "not theirs to give");
            let kept = send(&visit, Method::PUT, &format!("{at}/kept"), &json!({"papers": [{"piece": piece, "document": other}]})).await;
            assert_problem(&kept, 422, "bad-field", "not theirs to choose");
        }
        assert_eq!(lucie.get("/shares").await.expect(200).json()["items"], json!([]));

        // A recent code is needed.
        world.wait(Duration::from_secs(6 * 60));
        let visit = mandate.visit(&claire.client).await;
        let hand = json!({"papers": [{"piece": 0, "document": good}]});
        let late = send(&visit, Method::POST, &format!("{at}/answer"), &hand).await;
        assert_problem(&late, 403, "sign-in-again", "too long ago");
        claire.pass().await.expect(204);
        let visit = mandate.visit(&claire.client).await;
        // Not for longer than it is asked for.
        let long = json!({"papers": [{"piece": 0, "document": good}], "until": day_from_now(&world, 61)});
        assert_problem(&send(&visit, Method::POST, &format!("{at}/answer"), &long).await, 422, "bad-field", "too long");
        let share = send(&visit, Method::POST, &format!("{at}/answer"), &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned();
        let content = format!("/api/v1/shares/{share}/papers/1/content");
        assert_eq!(caf.get(&content).await.expect(200).body, b"Facture");

        // The holder sees who did it, under what, and stops it; the helper does neither.
        let line = lucie.journal().await.into_iter().rfind(|line| line["action"] == "share.give").unwrap();
        assert_eq!((&line["ground"], &line["outcome"]["kind"]), (&json!("mandate"), &json!("done")), "{line}");
        let sentence = line["sentence"].as_str().unwrap();
        assert!(sentence.contains("Claire") && sentence.contains("Caisse du Valserin"), "{sentence}");
        // Nor do they give papers to whom they like.
        let landlord = json!({"recipient": "Mon cousin", "purpose": "Un logement", "papers": [{"document": good}]});
        let code = send(&visit, Method::POST, "/shares", &landlord).await;
        assert!([403, 404].contains(&code.status.as_u16()), "{}", code.text());
        assert_eq!(lucie.get("/shares").await.json()["items"].as_array().unwrap().len(), 1);
        for (method, rest) in [(Method::GET, "/shares".to_owned()), (Method::GET, "/requests".to_owned()), (Method::POST, format!("/shares/{share}/revoke")),
            (Method::POST, format!("/shares/{share}/pause")), (Method::POST, format!("{at}/decline"))] {
            let answer = visit.send(method, &rest).await;
            assert!([403, 404].contains(&answer.status.as_u16()), "{rest}: {}", answer.status);
        }
        lucie.client.post(&lucie.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        assert_eq!(caf.get(&content).await.status, 410);
    }

    /// Who may read and list, and not hand over; who may hand over, and not see; whose mandate was stopped a moment ago.
    async fn nobody_else_hands_over(pair) {
        let world = World::new(pair).await;
        let scope = json!([{"category": "logement", "permissions": ["list", "read", "deposit", "organise"]}]);
        let (lucie, claire, mandate, caf) = helped(&world, &scope).await;
        let good = bill(&world, &lucie, "Facture").await;
        let (id, code) = ask(&world, &caf).await;
        let visit = mandate.visit(&claire.client).await;
        take(&visit, &code).await.expect(404);
        lucie.client.post_json(&lucie.path("/requests"), &json!({"code": code})).await.expect(201);
        let hand = json!({"papers": [{"piece": 0, "document": good}]});
        let at = format!("/requests/{id}");
        for (method, rest, body) in [(Method::GET, at.clone(), json!({})), (Method::POST, format!("{at}/answer"), hand.clone()), (Method::PUT, format!("{at}/kept"), hand.clone())] {
            send(&visit, method, &rest, &body).await.expect(404);
        }
        assert_eq!(lucie.get(&at).await.expect(200).json()["status"], "taken");
        lucie.stop(&mandate).await;

        // To hand over what one does not see is to hand over blindly: no paper of it is there.
        let organisation = claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].clone();
        let mut body = proposal("", None);
        body["organisation"] = organisation;
        body["scope"] = json!([{"category": "logement", "permissions": ["share"]}, {"category": "emploi", "permissions": ["list"]}]);
        lucie.client.prove_again().await;
        let blind = lucie.let_help(&claire.client, body).await;
        let visit = blind.visit(&claire.client).await;
        assert_eq!(titles(&visit.get(&at).await.expect(200).json(), 0), Vec::<String>::new());
        assert_problem(&send(&visit, Method::POST, &format!("{at}/answer"), &hand).await, 422, "bad-field", "unseen");

        // Stopped: on the very next request.
        lucie.stop(&blind).await;
        send(&visit, Method::POST, &format!("{at}/answer"), &hand).await.expect(404);
        take(&visit, &code).await.expect(404);
        assert!(lucie.get("/shares").await.json()["items"] == json!([]));
    }

    /// Begun with the helper, finished at home: and the other way round. What the helper does not see is not lost.
    async fn choices_are_kept_half_way(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate, caf) = helped(&world, &housing()).await;
        let good = bill(&world, &lucie, "Facture").await;
        let payslip = lucie.deposit("Bulletin", "emploi.bulletin_salaire", b"bulletin").await;
        let (id, code) = ask(&world, &caf).await;
        let at = format!("/requests/{id}");
        lucie.client.post_json(&lucie.path("/requests"), &json!({"code": code})).await.expect(201);
        assert_eq!(lucie.get(&at).await.json().get("kept"), None);
        let keep = async |body: Value| lucie.client.send(lucie.client.request(Method::PUT, &lucie.path(&format!("{at}/kept"))).json(&body)).await;
        let until = day_from_now(&world, 10);
        keep(json!({"papers": [{"piece": 1, "document": payslip}], "until": until})).await.expect(204);
        let kept = lucie.get(&at).await.json()["kept"].clone();
        assert_eq!(kept, json!({"papers": [{"piece": 1, "document": payslip}], "refused": [], "until": until}));
        // It is nowhere in clear, and nothing was handed over.
        let dump = world.raw().await.dump().await;
        let holds = |word: &str| dump.windows(word.len()).any(|part| part == word.as_bytes());
        assert!(!holds(&until) && !holds("\"refused\""), "sealed");
        assert_eq!(caf.get(&format!("/api/v1{at}")).await.json()["status"], "taken");

        // The helper adds the bill: they see nothing of the payslip, and it stays chosen.
        let visit = mandate.visit(&claire.client).await;
        assert_eq!(visit.get(&at).await.expect(200).json()["kept"]["papers"], json!([]));
        send(&visit, Method::PUT, &format!("{at}/kept"), &json!({"papers": [{"piece": 0, "document": good}], "until": until})).await.expect(204);
        let kept = lucie.get(&at).await.json()["kept"].clone();
        assert_eq!(kept["papers"], json!([{"piece": 0, "document": good}, {"piece": 1, "document": payslip}]));
        // What its holder takes out is out; what was destroyed is not offered again.
        keep(json!({"papers": [{"piece": 1, "document": payslip}], "refused": [0]})).await.expect(204);
        assert_eq!(lucie.get(&at).await.json()["kept"], json!({"papers": [{"piece": 1, "document": payslip}], "refused": [0]}));
        lucie.client.delete(&lucie.path(&format!("/documents/{payslip}"))).await.expect(204);
        assert_eq!(lucie.get(&at).await.json()["kept"]["papers"], json!([]));

        // Wrong: told, nothing kept of it.
        for (wrong, field) in [(json!({"papers": [{"piece": 7, "document": good}]}), "piece"), (json!({"papers": [], "refused": [9]}), "piece"),
            (json!({"papers": [{"piece": 0, "document": payslip}]}), "papers"), (json!({"papers": [], "until": "demain"}), "until"), (json!({}), "papers")] {
            let answer = keep(wrong).await;
            assert_problem(&answer, 422, "bad-field", field);
            assert_eq!(answer.json()["field"], field);
        }
        assert_eq!(lucie.get(&at).await.json()["kept"]["refused"], json!([0]));
        let stranger = world.holder("ahmed").await;
        let theirs = stranger.client.request(Method::PUT, &stranger.path(&format!("{at}/kept"))).json(&json!({"papers": []}));
        assert_problem(&stranger.client.send(theirs).await, 404, "not-found", "another's");

        // Handed over: nothing is kept any more, and nothing can be.
        lucie.client.prove_again().await;
        lucie.client.post_json(&lucie.path(&format!("{at}/answer")), &json!({"papers": [{"piece": 0, "document": good}]})).await.expect(201);
        assert_eq!(world.raw().await.number("SELECT CAST(count(*) AS BIGINT) FROM answers").await, 0);
        assert_problem(&keep(json!({"papers": []})).await, 409, "wrong-state", "answered");
    }

    /// What who helps keeps stands beside what the holder chose: it takes the place of nothing, however much it is.
    async fn a_helper_overrides_nothing_that_the_holder_chose(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate, caf) = helped(&world, &housing()).await;
        let (good, other) = (bill(&world, &lucie, "Facture").await, bill(&world, &lucie, "Autre facture").await);
        let payslip = lucie.deposit("Bulletin", "emploi.bulletin_salaire", b"bulletin").await;
        let (id, code) = ask(&world, &caf).await;
        let at = format!("/requests/{id}");
        lucie.client.post_json(&lucie.path("/requests"), &json!({"code": code})).await.expect(201);
        let keep = async |body: Value| lucie.client.send(lucie.client.request(Method::PUT, &lucie.path(&format!("{at}/kept"))).json(&body)).await;
        let until = day_from_now(&world, 10);
        let own = json!({"papers": [{"piece": 1, "document": payslip}], "refused": [0], "until": until});
        keep(own.clone()).await.expect(204);
        let visit = mandate.visit(&claire.client).await;
        for hand in [
            json!({"papers": [], "refused": [], "until": day_from_now(&world, 40)}),
            json!({"papers": [{"piece": 0, "document": good}], "refused": [1]}),
            json!({"papers": vec![json!({"piece": 0, "document": good}); 100]}),
        ] {
            send(&visit, Method::PUT, &format!("{at}/kept"), &hand).await.expect(204);
            assert_eq!(lucie.get(&at).await.json()["kept"], own, "{hand}");
        }
        // Where she says nothing, what they chose is there; a hundred of it push nothing of hers out.
        keep(json!({"papers": [{"piece": 1, "document": payslip}]})).await.expect(204);
        let many: Vec<Value> = (0..100).map(|number| json!({"piece": 0, "document": if number % 2 == 0 { &good } else { &other }})).collect();
        send(&visit, Method::PUT, &format!("{at}/kept"), &json!({"papers": many, "until": until})).await.expect(204);
        let kept = lucie.get(&at).await.json()["kept"].clone();
        let papers = kept["papers"].as_array().unwrap();
        assert!(papers.contains(&json!({"piece": 1, "document": payslip})) && papers.contains(&json!({"piece": 0, "document": other})), "{kept}");
        assert_eq!((papers.len(), &kept["until"]), (100, &json!(until)));
        // What she keeps is all there is then.
        keep(own.clone()).await.expect(204);
        assert_eq!(lucie.get(&at).await.json()["kept"], own);
    }

    /// To say no to a piece that must be there is to say no to the request: that is its holder's, and the attempt is a line.
    async fn a_helper_refuses_no_piece_that_must_be_there(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate, caf) = helped(&world, &housing()).await;
        let (good, other) = (bill(&world, &lucie, "Facture").await, bill(&world, &lucie, "Autre facture").await);
        let mut body = asked(&world);
        body["pieces"] = json!([{"kinds": ["logement.justificatif_domicile"]}, {"kinds": ["logement.justificatif_domicile"]}]);
        let made = caf.post("/api/v1/requests", &body).await.expect(201).json();
        let at = format!("/requests/{}", made["id"].as_str().unwrap());
        let visit = mandate.visit(&claire.client).await;
        take(&visit, made["code"].as_str().unwrap()).await.expect(201);
        let hand = json!({"papers": [{"piece": 0, "document": good}], "refused": [1]});
        let refused = send(&visit, Method::POST, &format!("{at}/answer"), &hand).await;
        assert_problem(&refused, 422, "bad-field", "her own no");
        assert_eq!(refused.json()["field"], "refused");
        let line = lucie.journal().await.into_iter().rfind(|line| line["action"] == "share.give").unwrap();
        assert_eq!((&line["outcome"]["reason"], &line["actor"]["kind"]), (&json!("holders_no"), &json!("aidant")), "{line}");
        let both = json!({"papers": [{"piece": 0, "document": good}, {"piece": 1, "document": other}]});
        send(&visit, Method::POST, &format!("{at}/answer"), &both).await.expect(201);
    }

    /// On plain pages: the code in the visit, the papers, the code of a moment ago, handed over.
    async fn the_pages_of_a_visit_lead_through_it(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, _, caf) = helped(&world, &housing()).await;
        let good = bill(&world, &lucie, "Facture").await;
        let (id, code) = ask(&world, &caf).await;
        let browser = &claire.client;
        let visit = begin(browser).await;
        let page = browser.get(&visit).await.expect(200).text();
        assert!(page.contains(&format!("href=\"{visit}/demande\"")), "{page}");
        let wrong = browser.post_form(&format!("{visit}/demande"), &[("code", "2345 6789 ABCD")]).await.expect(422).text();
        assert!(wrong.contains("Ce code ne va pas.") && wrong.contains("2345 6789 ABCD"), "{wrong}");
        let at = browser.post_form(&format!("{visit}/demande"), &[("code", &code)]).await.expect_redirect().header("location").to_owned();
        assert_eq!(at, format!("{visit}/demande/{id}"));
        let page = plain(&browser.get(&at).await.expect(200));
        for words in ["Papiers demandés par Caisse du Valserin", "Facture", "Vous ne voyez aucun papier qui convient.", "La personne voit chaque ouverture."] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(!page.contains("Refuser cette demande"), "{page}");
        // Kept for later; found again, also by the person at home.
        let choice = format!("0.{good}");
        let kept = browser.post_form(&format!("{at}/garder"), &[("choix", &choice), ("refus", "1")]).await.expect_redirect();
        assert_eq!(kept.header("location"), format!("{at}?fait=garde"));
        let html = browser.get(&format!("{at}?fait=garde")).await.expect(200).text();
        assert!(html.contains("Vos choix sont gardés.") && html.contains("value=\"1\" checked"), "{html}");
        let own = lucie.client.get(&format!("/demandes/{id}")).await.expect(200).text();
        assert!(own.contains(&format!("value=\"{choice}\" checked")) && own.contains("value=\"1\" checked"), "{own}");
        let kept = lucie.client.post_form(&format!("/demandes/{id}/garder"), &[("choix", &choice)]).await.expect_redirect();
        assert_eq!(kept.header("location"), format!("/demandes/{id}?fait=garde"));
        assert!(lucie.client.get(kept.header("location")).await.text().contains("Vos choix sont gardés."));

        // A code of too long ago: what was chosen is kept meanwhile.
        world.wait(Duration::from_secs(6 * 60));
        let to = browser.post_form(&at, &[("choix", &choice), ("refus", "1")]).await.expect_redirect();
        assert_eq!(to.header("location"), "/code-de-securite");
        claire.pass().await.expect(204);
        let html = browser.get(&at).await.expect(200).text();
        assert!(html.contains(&format!("value=\"{choice}\" checked")) && html.contains("value=\"1\" checked"), "{html}");
        let given = browser.post_form(&at, &[("choix", &choice), ("refus", "1")]).await.expect_redirect();
        assert_eq!(given.header("location"), format!("{visit}?transmis=1"));
        assert!(plain(&browser.get(given.header("location")).await).contains("Les papiers sont transmis."));
        let asked_of = caf.get(&format!("/api/v1/requests/{id}")).await.json();
        assert_eq!(asked_of["status"], "answered");
        let list = plain(&lucie.client.get("/demandes").await);
        assert!(list.contains("À Caisse du Valserin") && list.contains("Facture"), "{list}");
        // Who comes back to an address of a form, or without the right to hand over.
        assert_eq!(browser.get(&format!("{at}/garder")).await.expect_redirect().header("location"), at);
        lucie.client.get(&format!("{visit}/demande")).await.expect(404);
    }
}
