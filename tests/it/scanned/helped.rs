//! Helpers: what they add, what they open, what they say and take back; photos of sheets.

use consigne::config::WhenSilent;
use consigne::domain::organisation::Roles;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::scanner::{Mood, Scanner, harmful, real};
use super::{add, id, plain, world};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Mandate, Pair, Professional, Sheet, World, jpeg, on_paper, proposal};

/// Lucie, and Claire who helps her with some permissions on housing.
async fn two(world: &World, permissions: &Value) -> (Holder, Professional, Mandate) {
    let lucie = world.holder("lucie").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
    let mut body = proposal("", Some(&ccas));
    body["scope"] = json!([{"category": "logement", "permissions": permissions}]);
    let mandate = lucie.let_help(&claire.client, body).await;
    (lucie, claire, mandate)
}

const BAIL: &str = "logement.bail";

on_both_pairs! {
    /// She may add and see nothing: her refusal is the holder's, word for word.
    async fn a_helpers_refusal_tells_no_more_than_the_holders(pair) {
        let world = world(pair, real(), WhenSilent::Hold).await;
        let (lucie, claire, mandate) = two(&world, &json!(["deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let theirs = visit.deposit(&json!({"title": "Bail", "kind": BAIL}), &harmful()).await;
        assert_problem(&theirs, 422, "infected", "a helper");
        let own = add(&lucie, "Bail", harmful()).await;
        assert_eq!((theirs.json(), theirs.status), (own.json(), own.status));
        let form = Form::new().text("titre", "Bail").text("type", BAIL).text("pour", "me");
        let form = form.part("fichier", Part::bytes(harmful()).file_name("bail.txt"));
        let at = format!("/visite/{}/{}/ajouter", lucie.locker, visit.id);
        let page = claire.client.request(Method::POST, &at).header("accept", "text/html").multipart(form);
        let page = claire.client.send(page).await.expect(422);
        assert!(plain(&page).contains("Un virus a été trouvé dans ce fichier. Il n'a pas été gardé."), "{}", page.text());
        world.settle().await;
        let mut raw = world.raw().await;
        assert_eq!((raw.count("versions").await, raw.count("deposits").await, raw.all_blobs().await.len()), (0, 0, 0));
        // The holder reads who tried; nobody reads what the scanner calls it.
        let journal = lucie.journal().await;
        let begun = journal.iter().find(|line| line["action"] == "document.deposit_begin").unwrap();
        assert!(begun["sentence"].as_str().unwrap().contains("Claire MOREL"), "{begun}");
        assert!(!Value::from(journal).to_string().contains("UNOFFICIAL"));
    }

    async fn what_helpers_do_with_held_papers_goes_on(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let (lucie, claire, mandate) = two(&world, &json!(["list", "read", "deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let added = visit.deposit(&json!({"title": "Bail", "kind": BAIL}), b"bail").await.expect(201).json();
        let (paper, version) = (id(&added), added["version"].as_str().unwrap().to_owned());
        assert_eq!(added["scanned"], "held");
        assert_problem(&visit.content(&paper).await, 503, "not-scanned", "a helper");
        let at = format!("/visite/{}/{}/papiers/{paper}", lucie.locker, visit.id);
        let page = claire.client.get(&at).await.expect(200);
        assert!(plain(&page).contains("On n'a pas encore cherché de virus dans ce papier."), "{}", page.text());
        let told = claire.client.get(&format!("{at}/contenu")).await.expect(503);
        assert_eq!(told.header("retry-after"), "10");
        assert!(plain(&told).contains("Ce papier ne s'ouvre pas encore."), "{}", told.text());
        visit.post(&format!("/documents/{paper}/versions/{version}/original-seen")).await.expect(204);
        let control = lucie.client.post(&lucie.path(&format!("/documents/{paper}/control"))).await.expect(200).json();
        assert_eq!(control["intact"], true, "{control}");
        lucie.get(&format!("/documents/{paper}/receipt")).await.expect(200);
        // Filed elsewhere and back, described anew: it waits all the same.
        for kind in ["identite.passeport", BAIL] {
            let request = lucie.client.request(Method::PATCH, &lucie.path(&format!("/documents/{paper}")));
            let amended = lucie.client.send(request.json(&json!({"kind": kind}))).await.expect(200).json();
            assert_eq!(amended["scanned"], "held");
        }
        // She opens it: scanned under her right, in her name, and lifted for everybody.
        scanner.is(Mood::Real);
        assert_eq!(visit.content(&paper).await.expect(200).body, b"bail");
        let asked = scanner.asked();
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        assert_eq!(scanner.asked(), asked);
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "content.found_clean").unwrap();
        assert_eq!((&line["actor"]["kind"], &line["ground"]), (&json!("aidant"), &json!("mandate")), "{line}");
        let seen = lucie.get(&format!("/documents/{paper}")).await.json();
        assert_eq!((&seen["origin"], &seen["scanned"]), (&json!("original_seen"), &json!("clean")), "her word stands");
        // One that is held is taken back as others are.
        scanner.is(Mood::Away);
        let added = visit.deposit(&json!({"title": "Facture", "kind": BAIL}), &harmful()).await.expect(201).json();
        let (wrong, version) = (id(&added), added["version"].as_str().unwrap());
        scanner.is(Mood::Real);
        assert_problem(&visit.content(&wrong).await, 403, "found-infected", "found under her right");
        let page = claire.client.get(&format!("/visite/{}/{}/papiers/{wrong}", lucie.locker, visit.id)).await.expect(200);
        assert!(plain(&page).contains("Dites-le à la personne que vous aidez.") && !page.text().contains("/contenu"), "{}", page.text());
        assert_problem(&lucie.content(&wrong).await, 403, "found-infected", "for its holder too");
        visit.post(&format!("/documents/{wrong}/versions/{version}/withdraw")).await.expect(204);
        assert_problem(&lucie.get(&format!("/documents/{wrong}")).await, 404, "not-found", "gone");
        assert_eq!(lucie.client.post(&lucie.path("/control")).await.expect(200).json()["intact"], true);
    }

    /// Who may see that a paper is there, and not open it, does not have it scanned.
    async fn without_the_right_to_read_nothing_is_scanned(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let (lucie, claire, mandate) = two(&world, &json!(["list"])).await;
        let paper = id(&add(&lucie, "Bail", b"bail".to_vec()).await.expect(201).json());
        scanner.is(Mood::Real);
        let asked = scanner.asked();
        let visit = mandate.visit(&claire.client).await;
        assert_problem(&visit.content(&paper).await, 404, "not-found", "listing is not reading");
        assert_eq!(scanner.asked(), asked);
        assert_eq!(lucie.get(&format!("/documents/{paper}")).await.json()["scanned"], "held");
    }

    /// A photo of a signed sheet has no place to wait in: it is scanned before it is kept, or, where papers are held, not taken.
    async fn photos_of_signed_sheets_are_scanned_too(pair) {
        let scanner = Scanner::new(Mood::Real).await;
        let world = world(pair, scanner.address, WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        let mut photo = jpeg(b" une signature ");
        photo.extend(harmful());
        assert_problem(&sheet.send(photo.clone()).await, 422, "infected", "a photo");
        scanner.is(Mood::Hangs);
        let refused = sheet.send(jpeg(b" une signature")).await;
        assert_problem(&refused, 503, "scanner-away", "nobody looks");
        assert!(plain(&refused).contains("La photo n'a pas été gardée."), "{}", refused.text());
        let mut raw = world.raw().await;
        assert_eq!(raw.count("sheets").await, 0);
        let trail = lucie.trail().await;
        for line in ["sheet.send refused:infected", "sheet.send refused:scanner_away"] {
            assert!(trail.contains(&line.to_owned()), "{line}: {trail:?}");
        }
        scanner.is(Mood::Real);
        sheet.send(jpeg(b" une signature")).await.expect(204);
    }

    /// Where papers are marked, a photo is taken as they are.
    async fn photos_are_taken_without_a_scanner_where_papers_are(pair) {
        let scanner = Scanner::new(Mood::Away).await;
        let world = world(pair, scanner.address, WhenSilent::Mark).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let sheet = Sheet::propose(&claire.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b" une signature")).await.expect(204);
    }
}
