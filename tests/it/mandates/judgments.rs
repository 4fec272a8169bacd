//! Help that a court decided (decision 24): a code kept on paper, the decision's photo, a referent's check; own limits, and the holder
//! who sees all of it and can stop it.

use std::time::Duration;

use consigne::domain::ids::OrganisationId;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::pages::{between, page, plain as shown, press, to};
use super::paper::three;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Mandate, Organisation, Pair, Professional, Sheet, World, jpeg, on_paper, proposal};

/// Lucie's day of birth, as the provider vouches for it.
const BORN: &str = "1996-02-29";
const YEAR: Duration = Duration::from_hours(24 * 365);

/// The operator's word on an organisation.
async fn lets(world: &World, organisation: &Organisation, judgments: bool) {
    let id: OrganisationId = organisation.id.parse().unwrap();
    assert!(world.lockers.let_judgments(id, judgments).await.unwrap());
}

/// What is proposed by a court's decision: a tutelle that reaches housing, for three years.
fn decided(world: &World, code: &str, organisation: &Organisation) -> Value {
    let mut body = proposal(code, Some(organisation));
    body["consent"] = json!("judgment");
    body["scope"] = json!([{"category": "logement", "permissions": ["list", "read", "deposit"]}]);
    body["term"] = json!({"until": world.source.now().plus(YEAR * 3).rfc3339()});
    let court = "Tribunal judiciaire de Valserin";
    body["judgment"] = json!({"measure": "tutelle", "court": court, "decided_on": "2026-03-02", "person": false});
    body
}

/// A code that she keeps for help that a court decides.
async fn court_code(lucie: &Holder) -> String {
    let made = lucie.client.post_json(&lucie.path("/help-codes"), &json!({"for": "judgment"})).await.expect(201).json();
    made["code"].as_str().unwrap().to_owned()
}

/// What a referent reads in the decision, with something of it changed.
async fn check(sheet: &Sheet<'_>, referent: &Professional, change: impl FnOnce(&mut Value)) -> Answer {
    let evidence = sheet.seen_by(&referent.client).await["sent"]["evidence"].clone();
    let mut body = json!({"accepts": evidence, "family_name": "Roux", "given_name": "Lucie", "birthdate": BORN, "measure": "tutelle"});
    change(&mut body);
    referent.client.post_json(&sheet.path("/confirm"), &body).await
}

/// A decision that Nadia proposed by Lucie's code, with its photo.
async fn sent<'a>(world: &World, lucie: &Holder, nadia: &'a Professional, ccas: &'a Organisation) -> Sheet<'a> {
    let sheet = Sheet::propose(&nadia.client, ccas, &decided(world, &court_code(lucie).await, ccas)).await;
    sheet.send(jpeg(b" une decision")).await.expect(204);
    sheet
}

fn plain(text: &Value) -> String {
    text.as_str().unwrap().replace(['\u{2068}', '\u{2069}', '\u{202f}', '\u{a0}'], "").replace('’', "'")
}

async fn newest(lucie: &Holder, action: &str) -> Value {
    lucie.journal().await.into_iter().rev().find(|line| line["action"] == action).unwrap_or(Value::Null)
}

on_both_pairs! {
    async fn a_court_decides_a_referent_checks_and_the_person_sees_all(pair) {
        let world = World::new(pair).await;
        let (lucie, lease, claire, nadia, ccas) = three(&world).await;
        let paul = world.professional("paul").await;
        world.hire(&ccas, &claire, &paul).await;
        lets(&world, &ccas, true).await;
        let sheet = sent(&world, &lucie, &nadia, &ccas).await;
        let own = nadia.client.get(&sheet.own_path()).await.expect(200).json();
        assert!(!own.to_string().contains(&lucie.locker) && !own.to_string().to_lowercase().contains("roux"), "whose it is: {own}");
        assert_eq!((&own["judgment"]["measure"], &own["judgment"]["court"]), (&json!("tutelle"), &json!("Tribunal judiciaire de Valserin")));
        let words = plain(&own["text"]);
        let words: Vec<&str> = words.lines().filter(|line| !line.starts_with("Durée")).collect();
        insta::assert_snapshot!("words_of_a_judgment", words.join("\n"));

        // She reads that it waits; it is no offer of hers to take, and she may turn it down.
        let waits = lucie.get("/mandates").await.expect(200).json();
        assert_eq!(waits["proposals"][0]["consent"], "judgment", "{waits}");
        let consent = lucie.path(&format!("/mandates/{}/consent", sheet.id));
        let here = json!({"accepts": waits["proposals"][0]["sha256"]});
        assert_problem(&lucie.client.post_json(&consent, &here).await, 404, "not-found", "a court's decision is not answered here");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["helping"], json!([]), "nothing before it is checked");

        // An aidant does not check it, nor who proposed: a referent.
        for (who, code) in [(&paul, "not-allowed"), (&nadia, "second-person")] {
            assert_problem(&who.client.get(&sheet.path("/content")).await, 403, code, "looking");
            assert_problem(&check(&sheet, who, |_| {}).await, 403, code, "confirming");
        }
        assert_problem(&paul.client.post(&sheet.path("/refuse")).await, 403, "not-allowed", "turning it down");
        assert_eq!(sheet.seen_by(&paul.client).await, Value::Null, "nor does he read what a court decided of her");
        // Nobody signed it: how its words were told is nobody's agreement.
        assert_eq!(sheet.seen_by(&claire.client).await["sent"]["read_aloud"], false);
        assert!(claire.client.get(&sheet.path("/content")).await.expect(200).body.ends_with(b" une decision"));
        check(&sheet, &claire, |_| {}).await.expect(204);
        let me = nadia.client.get("/api/v1/me").await.expect(200).json();
        assert_eq!((&me["helping"][0]["by_judgment"], &me["helping"][0]["on_paper"]), (&json!(true), &json!(false)), "{me}");
        let mandate = sheet.mandate(&lucie);
        let visit = mandate.visit(&nadia.client).await;
        visit.content(&lease).await.expect(200);
        visit.deposit(&json!({"title": "Quittance", "kind": "logement.quittance_loyer"}), b"q").await.expect(201);
        visit.end().await.expect(204);
        world.settle().await;

        insta::assert_json_snapshot!("lucies_trail_by_judgment", lucie.trail().await);
        let confirmed = newest(&lucie, "sheet.confirm").await;
        let told = plain(&confirmed["sentence"]);
        assert_eq!((told.as_str(), &confirmed["ground"]),
            ("Claire MOREL, CCAS de Valserin, a vérifié une décision de justice. L'aide a commencé.", &json!("judgment")));
        let read = newest(&lucie, "content.read").await;
        assert_eq!(read["ground"], "judgment");
        assert!(plain(&read["sentence"]).contains("a ouvert «Bail». Sur décision de justice. Pour:"), "{}", plain(&read["sentence"]));
        let tried = lucie.journal().await.into_iter().filter(|line| line["action"] == "sheet.confirm" && line["outcome"]["kind"] == "refused");
        assert_eq!(tried.count(), 2, "each attempt is a line of hers");
        // A first photo, put back by SQL beside what was confirmed, is not shown for it: asked in `who_would_abuse_it`.

        let list = lucie.get("/mandates").await.expect(200).json();
        let kept = &list["mandates"][0];
        assert_eq!((&kept["status"], &kept["consent"], &kept["signed"]["confirmed_by"]), (&json!("active"), &json!("judgment"), &json!("Claire MOREL")));
        assert_eq!((&kept["what"]["judgment"], &kept["text"]), (&own["judgment"], &own["text"]));
        assert!(lucie.client.get(&lucie.path(&format!("/mandates/{}/sheet", sheet.id))).await.expect(200).body.ends_with(b" une decision"));
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!((&control["intact"], &control["mandates"]), (&json!(true), &json!([])), "{control}");
        // There is nothing to confirm: a court decided.
        let acknowledge = json!({"accepts": kept["sha256"]});
        lucie.client.prove_again().await;
        let path = lucie.path(&format!("/mandates/{}/acknowledge", sheet.id));
        assert_problem(&lucie.client.post_json(&path, &acknowledge).await, 404, "not-found", "no word of hers");

        // She stops it alone, at once.
        let visit = mandate.visit(&nadia.client).await;
        lucie.stop(&mandate).await;
        assert_problem(&visit.content(&lease).await, 404, "not-found", "the very next request");
        assert_problem(&mandate.ask_visit(&nadia.client).await, 404, "not-found", "nor again");
    }

    async fn what_a_court_may_decide_has_limits_of_its_own(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let ask = async |body: &Value| nadia.client.post_json("/api/v1/mandates", body).await;
        let code = court_code(&lucie).await;
        assert_problem(&ask(&decided(&world, &code, &ccas)).await, 403, "no-judgments", "an organisation that the operator does not let");
        lets(&world, &ccas, true).await;
        let with = |change: &dyn Fn(&mut Value)| {
            let mut body = decided(&world, &code, &ccas);
            change(&mut body);
            body
        };
        let scope = |category: &str, may: Value| json!([{"category": category, "permissions": may}]);
        let now = world.source.now();
        for (change, what) in [
            (&(|body: &mut Value| body["term"] = json!({"days": 365})) as &dyn Fn(&mut Value), "so many days"),
            (&|body| body["term"] = json!({"present": true}), "while she is present"),
            (&|body| body["term"] = json!({"until": now.plus(YEAR * 5 + Duration::from_hours(24 * 3)).rfc3339()}), "more than five years"),
            (&|body| body["term"] = json!({"until": now.minus(YEAR).rfc3339()}), "over"),
            (&|body| body["desk"] = json!(true), "the desk"),
            (&|body| body["scope"] = scope("sante", json!(["list"])), "health, where it is about property"),
            (&|body| body["judgment"]["measure"] = json!("sauvegarde"), "another measure"),
            (&|body| body["judgment"]["court"] = json!(" "), "no court"),
            (&|body| body["judgment"]["decided_on"] = json!("2026-02-30"), "no day"),
            (&|body| body["judgment"]["decided_on"] = json!("2093-03-02"), "a day to come"),
            (&|body| { body.as_object_mut().unwrap().remove("judgment"); }, "no decision"),
            (&|body| body["consent"] = json!("paper"), "a decision on a signed sheet"),
            (&|body| { body["consent"] = json!("own_session"); body["term"] = json!({"days": 31}); }, "a decision that she answers"),
            (&|body| { body["judgment"]["measure"] = json!("curatelle"); body["scope"] = scope("logement", json!(["list", "organise"])); }, "a curator tidies"),
            (&|body| { body["judgment"]["measure"] = json!("curatelle"); body["scope"] = scope("logement", json!(["list", "share"])); }, "a curator hands over"),
        ] {
            assert_problem(&ask(&with(change)).await, 422, "bad-field", what);
        }
        let (shown, paper) = (lucie.help_code().await, lucie.paper_code().await);
        for (other, what) in [(&shown, "a code that was shown for half an hour"), (&paper, "one that was kept for a month of help")] {
            assert_problem(&ask(&decided(&world, other, &ccas)).await, 422, "wrong-code", what);
        }
        assert_problem(&ask(&on_paper(&code, &ccas)).await, 422, "wrong-code", "nor the reverse");
        let ahmed = world.sign_in("holder", "ahmed").await;
        let mut alone = decided(&world, &code, &ccas);
        alone.as_object_mut().unwrap().remove("organisation");
        assert_problem(&ahmed.post_json("/api/v1/mandates", &alone).await, 422, "bad-field", "a relative");
        // None of them used the code. Health, named, where it is about the person too; a private paper stays out of it.
        let health = with(&|body| { body["judgment"]["person"] = json!(true); body["scope"] = scope("sante", json!(["list", "read"])); });
        let sheet = Sheet::propose(&nadia.client, &ccas, &health).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        check(&sheet, &claire, |body| body["person"] = json!(true)).await.expect(204);
        let metadata = json!({"title": "Ordonnance", "kind": "sante.ordonnance_certificat", "private": true});
        let hidden = lucie.deposit_with(&metadata, "o.txt", b"o".to_vec()).await.expect(201).json();
        let hidden = hidden["id"].as_str().unwrap();
        let mandate = sheet.mandate(&lucie);
        let visit = mandate.visit(&nadia.client).await;
        assert_problem(&visit.content(hidden).await, 404, "not-found", "hidden is hidden");
        assert_eq!(visit.titles().await, Vec::<String>::new());
        assert_problem(&visit.get("/export").await, 403, "not-allowed", "nobody takes all of it away");
        visit.end().await.expect(204);

        // Neither carried on nor handed over by an agreement: another decision is needed.
        let renew = lucie.path(&format!("/mandates/{}/renew", sheet.id));
        assert_problem(&nadia.client.post_json(&renew, &json!({"term": {"days": 31}})).await, 409, "by-judgment", "carried on");
        let members = claire.client.get(&ccas.path("")).await.expect(200).json();
        let colleague = members["members"].as_array().unwrap().iter().find(|m| m["own"] == true).unwrap()["id"].clone();
        let transfer = lucie.path(&format!("/mandates/{}/transfer", sheet.id));
        let to_claire = json!({"membership": colleague});
        assert_problem(&nadia.client.post_json(&transfer, &to_claire).await, 409, "by-judgment", "handed over");
        assert_eq!(newest(&lucie, "mandate.propose_transfer").await["outcome"], json!({"kind": "refused", "reason": "by_judgment"}));

        // She leaves less of it, and it ends on its day.
        let left = json!({"scope": [{"category": "sante", "permissions": ["list"]}]});
        lucie.client.post_json(&lucie.path(&format!("/mandates/{}/narrow", sheet.id)), &left).await.expect(204);
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0]["consent"], "judgment");
        world.wait(YEAR * 3);
        world.lockers.note_expiries().await.unwrap();
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.get("/mandates").await.json()["mandates"][0]["status"], "expired");
    }

    /// Two colleagues with a code and a forged decision, in an organisation that the operator trusts no more; and what replaces what.
    async fn who_would_abuse_it_is_stopped_or_seen(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        lets(&world, &ccas, true).await;
        let first = sent(&world, &lucie, &nadia, &ccas).await;
        assert_problem(&check(&first, &claire, |body| body["family_name"] = json!("Dupont")).await, 422, "wrong-holder", "another person's decision");
        // A decision about her mother, who bears her name; another measure than the document's; health that it does not carry.
        for (change, status, code) in [
            (&(|body: &mut Value| body["given_name"] = json!("Jeanne")) as &dyn Fn(&mut Value), 422, "wrong-holder"),
            (&|body| body["birthdate"] = json!("1966-02-28"), 422, "wrong-holder"),
            (&|body| { body.as_object_mut().unwrap().remove("birthdate"); }, 422, "wrong-holder"),
            (&|body| body["measure"] = json!("curatelle"), 422, "bad-field"),
            (&|body| body["person"] = json!(true), 422, "bad-field"),
        ] {
            assert_problem(&check(&first, &claire, change).await, status, code, code);
        }
        lets(&world, &ccas, false).await;
        assert_problem(&check(&first, &claire, |_| {}).await, 403, "no-judgments", "trusted no more, since");
        lets(&world, &ccas, true).await;
        check(&first, &claire, |_| {}).await.expect(204);
        // Nobody is both: whoever a decision names does not check it, referent or not.
        let own = Sheet::propose(&claire.client, &ccas, &decided(&world, &court_code(&lucie).await, &ccas)).await;
        own.send(jpeg(b"x")).await.expect(204);
        assert_problem(&check(&own, &claire, |_| {}).await, 403, "second-person", "alone");
        assert_problem(&check(&own, &nadia, |_| {}).await, 403, "not-allowed", "no referent");

        // A sheet does not replace it; a newer decision does.
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        assert_problem(&sheet.confirm(&claire.client).await, 409, "by-judgment", "a sheet");
        let second = sent(&world, &lucie, &nadia, &ccas).await;
        check(&second, &claire, |_| {}).await.expect(204);
        let list = lucie.get("/mandates").await.json();
        let status = |id: &str| list["mandates"].as_array().unwrap().iter().find(|m| m["id"] == id).unwrap()["status"].clone();
        assert_eq!((status(&first.id), status(&second.id)), (json!("ended"), json!("active")));
        // By name, who checked it, not who helps.
        let replaced = newest(&lucie, "mandate.supersede").await;
        assert!(plain(&replaced["sentence"]).starts_with("Claire MOREL, CCAS de Valserin, "), "{replaced}");
        // She stops it while the next one waits already: that one goes too.
        let next = sent(&world, &lucie, &nadia, &ccas).await;
        lucie.stop(&second.mandate(&lucie)).await;
        assert_problem(&check(&next, &claire, |_| {}).await, 404, "not-found", "what would let the same helper in again without her");
        let gone: Vec<Value> = lucie.journal().await.into_iter().filter(|line| line["action"] == "mandate.decline").map(|line| line["object"]["id"].clone()).collect();
        assert!(gone.contains(&json!(next.id)) && gone.contains(&json!(sheet.id)), "{gone:?}");
        // Nor does a decision replace what she agreed to herself.
        let sure = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let third = sent(&world, &lucie, &nadia, &ccas).await;
        assert_problem(&check(&third, &claire, |_| {}).await, 409, "surer-consent", "her own word");
        sure.visit(&nadia.client).await;
        // She turns it down while it waits.
        lucie.client.post(&lucie.path(&format!("/mandates/{}/decline", third.id))).await.expect(204);
        assert_problem(&check(&third, &claire, |_| {}).await, 404, "not-found", "turned down");
        // Whoever may write SQL makes a sheet of a decision, or a decision of a sheet: neither bears its proof.
        let fourth = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        fourth.send(jpeg(b"x")).await.expect(204);
        world.raw().await.run("UPDATE proposals SET basis = 2 WHERE basis = 1").await.unwrap();
        assert_problem(&fourth.confirm(&claire.client).await, 404, "not-found", "a row that was changed");
    }

    async fn by_pages_from_the_decision_to_the_end_of_it(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        assert!(!shown(&page(&nadia.client, "/proposer").await.expect(200)).contains("/proposer/decision"), "not where nobody lets it");
        assert_eq!(to(page(&nadia.client, "/proposer/decision").await), "/proposer");
        lets(&world, &ccas, true).await;
        assert!(shown(&page(&nadia.client, "/proposer").await.expect(200)).contains("Un tribunal a décidé une tutelle ou une curatelle"));
        let form = page(&nadia.client, "/proposer/decision").await.expect(200).text();
        assert!(form.contains("name=\"tribunal\"") && !form.contains("name=\"duree\"") && !form.contains("name=\"comment\""), "{form}");
        let kept = lucie.client.post_form("/aide/code-papier", &[("pour", "decision")]).await.expect(200);
        assert!(shown(&kept).contains("Code pour une tutelle ou une curatelle") && !shown(&kept).contains("31 jours"), "{}", shown(&kept));
        let code = between(&kept.text(), "<p class=\"code big\" dir=\"ltr\">", "<").to_owned();
        assert!(shown(&page(&lucie.client, "/aide").await.expect(200)).contains("Vous avez un code pour une tutelle ou une curatelle."));
        let mut typed = vec![("code", code.as_str()), ("structure", ccas.id.as_str()), ("mesure", "curatelle"), ("tribunal", "Tribunal de Valserin"),
            ("date", "2026-03-02"), ("fin", "2027-03-01"), ("logement-organise", "on"), ("demarche", "logement"), ("pour", "Le bail")];
        let wrong = shown(&nadia.client.post_form("/proposer/decision", &typed).await.expect(422));
        assert!(wrong.contains("Décochez le reste."), "{wrong}");
        assert!(wrong.contains("href=\"#rubriques\"") && wrong.contains("value=\"Tribunal de Valserin\""), "a curator tidies nothing: {wrong}");
        typed[6] = ("logement-read", "on");
        typed[5] = ("fin", "2077-03-01");
        let wrong = shown(&nadia.client.post_form("/proposer/decision", &typed).await.expect(422));
        assert!(wrong.contains("href=\"#fin\"") && wrong.contains("5 ans au plus") && wrong.contains("« Dernier jour »"), "fifty years: {wrong}");
        typed[5] = ("fin", "2027-03-01");
        let at = to(nadia.client.post_form("/proposer/decision", &typed).await);
        assert!(at.starts_with(&format!("/structure/{}/feuilles/", ccas.id)), "{at}");
        let own = page(&nadia.client, &at).await.expect(200).text();
        assert!(own.contains("name=\"fichier\"") && !own.contains("name=\"lu\"") && !own.contains("/aide/papier/"), "nobody signs: {own}");
        let waits = shown(&page(&lucie.client, "/aide").await.expect(200));
        assert!(waits.contains("Une décision de justice attend d'être vérifiée.") && waits.contains("C'est une curatelle."), "{waits}");
        let words = between(&own, "name=\"mots\" value=\"", "\"").to_owned();
        let part = Part::bytes(jpeg(b" une decision")).file_name("decision.jpg");
        let sending = Form::new().text("mots", words).part("fichier", part);
        let sent = nadia.client.request(Method::POST, &format!("{at}/envoyer")).header("accept", "text/html").multipart(sending);
        assert_eq!(to(nadia.client.send(sent).await), at);
        let check = page(&claire.client, &at).await.expect(200);
        assert!(shown(&check).contains("Lisez la décision. Répondez avec ce qu'elle dit.") && shown(&check).contains("C'est une curatelle."), "{}", shown(&check));
        let evidence = between(&check.text(), "name=\"accepts\" value=\"", "\"").to_owned();
        let seen = [("accepts", evidence.as_str()), ("nom", "Roux"), ("prenom", "Lucie"), ("naissance", BORN), ("mesure", "curatelle")];
        let mut other = seen;
        other[4] = ("mesure", "tutelle");
        let wrong = claire.client.post_form(&format!("{at}/confirmer"), &other).await.expect(422);
        assert!(wrong.text().contains(&format!("name=\"naissance\" type=\"date\" required value=\"{BORN}\"")), "{}", wrong.text());
        lets(&world, &ccas, false).await;
        let refused = claire.client.post_form(&format!("{at}/confirmer"), &seen).await.expect(403);
        assert!(shown(&refused).contains("Votre structure n'aide pas sur décision de justice"), "{}", shown(&refused));
        lets(&world, &ccas, true).await;
        let done = claire.client.post_form(&format!("{at}/confirmer"), &seen).await;
        assert!(to(done).ends_with("?commence=1"));
        let helped = page(&nadia.client, "/aider").await.expect(200);
        assert!(shown(&helped).contains("Sur décision de justice") && !helped.text().contains("/prolonger") && !helped.text().contains("/passer"));
        // Her first page says so as long as it is in force.
        let first = shown(&page(&lucie.client, "/papiers").await.expect(200));
        assert!(first.contains("Une personne vous aide sur décision de justice."), "{first}");
        let list = page(&lucie.client, "/aide").await.expect(200);
        for told in ["Sur décision de justice", "Décision vérifiée par Claire MOREL.", "Voir la décision"] {
            assert!(shown(&list).contains(told), "{told}: {}", shown(&list));
        }
        let id = at.rsplit('/').next().unwrap().to_owned();
        assert!(page(&lucie.client, &format!("/aide/{id}/feuille")).await.expect(200).body.ends_with(b" une decision"));
        world.wait(Duration::from_hours(24 * 32));
        let lucie = world.holder("lucie").await;
        assert!(shown(&page(&lucie.client, "/papiers").await.expect(200)).contains("sur décision de justice"), "whenever she comes back");
        let stop = shown(&page(&lucie.client, &format!("/aide/{id}/arreter")).await.expect(200));
        assert!(stop.contains("La décision du tribunal reste valable en dehors de cette consigne."), "{stop}");
        press(&lucie.client, &format!("/aide/{id}/arreter")).await;
        assert!(!shown(&page(&lucie.client, "/papiers").await.expect(200)).contains("décision de justice"));
        assert_eq!(to(lucie.client.post_form("/aide/code-papier/retirer", &[("pour", "decision")]).await), "/aide?retire=1");
        let nadia = nadia.again(&world, "nadia").await;
        nadia.pass().await.expect(204);
        let over = Mandate { id, locker: lucie.locker.clone() };
        assert_problem(&over.ask_visit(&nadia.client).await, 404, "not-found", "stopped");
    }
}
