//! The paper that says who helps, and the one that says that help is over.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Client, Holder, Mandate, Pair, World, on_paper, present, proposal};

async fn attested(lucie: &Holder, mandate: &Mandate) -> Pdf {
    Pdf::of(lucie.get(&format!("/mandates/{}/attestation", mandate.id)).await)
}

async fn in_english(client: &Client, path: &str) -> Pdf {
    Pdf::of(client.get(&format!("{path}?lang=en")).await)
}

on_both_pairs! {
    async fn it_says_who_for_whom_what_until_when_and_how_to_stop(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let mut asked = proposal("", Some(&ccas));
        asked["scope"] = json!([{"category": "logement", "permissions": ["list", "read"]}, {"category": "impots", "permissions": ["list"]}]);
        let mandate = lucie.let_help(&claire.client, asked).await;
        let paper = attested(&lucie, &mandate).await;
        let text = paper.flat();
        for word in [
            "Attestation d’autorisation d’aide",
            "Lucie Jeanne ROUX",
            "CCAS de Valserin",
            "Ce qui est permis",
            "voir la liste et ouvrir",
            "Impôts : voir la liste",
            "L’aide a commencé",
            "L’aide s’arrête",
            "Comment arrêter l’aide",
            "« Les personnes qui m’aident »",
            "Choisissez « Arrêter cette aide »",
            "On dit aussi « mandat »",
            "Modèle :",
        ] {
            assert!(text.contains(word), "{word}: {text}");
        }
        // In order: the words of the law's paper first, what to do after.
        let places: Vec<_> = ["La personne aidée", "Ce qui est permis", "Pour vérifier", "Comment arrêter", "Ce que vous pouvez vérifier"]
            .map(|word| text.find(word).unwrap_or_else(|| panic!("{word}: {text}"))).into();
        assert!(places.is_sorted(), "{places:?}: {text}");
        assert_eq!((paper.pages(), paper.about("Tagged").as_str()), (2, "yes"));
        let fonts = paper.fonts();
        assert!(!fonts.is_empty() && fonts.iter().all(|(name, embedded)| *embedded && name.contains("DejaVu")), "{fonts:?}");

        // Made again, it bears the same code, and it is a line each time.
        let again = attested(&lucie, &mandate).await.flat();
        let code = |text: &str| text.split_whitespace().find(|word| word.len() == 14 && word.matches('-').count() == 2).unwrap().to_owned();
        assert_eq!(code(&text), code(&again));
        let lines = lucie.journal().await;
        let made: Vec<_> = lines.iter().filter(|line| line["action"] == "mandate.attest").collect();
        assert_eq!(made.len(), 2);
        assert_eq!((&made[0]["object"]["id"], &made[0]["ground"]), (&mandate.id.as_str().into(), &"ownership".into()), "{}", made[0]);

        // The picture leads to the page that checks it, with that code.
        let picture = paper.picture();
        let plain = code(&text).replace('-', "");
        assert_eq!(picture, format!("{}/verifier?code={plain}", world.config.public_url.as_str().trim_end_matches('/')));
        let path = &picture[picture.find("/verifier").unwrap()..];
        assert!(world.anonymous().get(path).await.expect(200).text().contains("valable"));
    }

    /// While the aidant is suspended the paper says what its code says: that nothing is allowed now.
    async fn while_who_helps_is_suspended_it_says_what_its_code_says(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        nadia.pass().await.expect(204);
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let answers = async |paper: &Pdf| {
            let picture = paper.picture();
            world.anonymous().get(&picture[picture.find("/verifier").unwrap()..]).await.expect(200).text()
        };
        let before = attested(&lucie, &mandate).await;
        assert!(before.flat().contains("Ce qui est permis") && answers(&before).await.contains("valable"));
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        let held = attested(&lucie, &mandate).await;
        let text = held.flat();
        for word in ["Attestation : aide suspendue", "ne permet rien en ce moment", "La réponse est maintenant : terminée", "L’aide devait s’arrêter", "n’est plus active dans sa structure"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(!text.contains("Ce qui est permis") && !text.contains("L’aide s’est arrêtée"), "{text}");
        assert!(answers(&held).await.contains("terminée"));
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
        let after = attested(&lucie, &mandate).await;
        assert!(after.flat().contains("Ce qui est permis") && answers(&after).await.contains("valable"));
    }

    /// Which service, and when; in a demonstration, that it is one.
    async fn it_says_which_service_made_it_and_when(pair) {
        let world = World::build(pair, consigne::locker::Limits::default(), |config| config.operator.name = Some("CCAS de Valserin, service numérique".to_owned())).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let paper = attested(&lucie, &mandate).await;
        let text = paper.flat();
        assert!(text.contains("Papier fait le ") && text.contains("par ce service : CCAS de Valserin, service numérique"), "{text}");
        // The people of the tests are invented.
        assert!(text.contains("Démonstration : ce papier n’a aucune valeur"), "{text}");
        assert_eq!(paper.pages(), 2);
    }

    async fn it_is_made_in_two_languages_for_who_reads_another(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let path = lucie.path(&format!("/mandates/{}/attestation", mandate.id));
        let paper = in_english(&lucie.client, &path).await;
        let text = paper.flat();
        for (french, english) in [
            ("La personne qui aide", "The person who helps"),
            ("Comment arrêter l’aide", "How to stop the help"),
            ("L’aide s’arrête tout de suite.", "The help stops at once."),
        ] {
            let (first, second) = (text.find(french), text.find(english));
            assert!(first.is_some() && first < second, "{french} {english}: {text}");
        }
        assert_eq!(paper.pages(), 2, "{text}");
        // A helper of one's own has no organisation that could be told.
        assert!(!text.contains("structure"), "{text}");
        let french = attested(&lucie, &mandate).await.flat();
        assert!(!french.contains("The person"), "{french}");
    }

    async fn however_much_is_allowed_it_has_two_pages(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let name = "Centre communal d'action sociale de Valserin-les-Deux-Églises et du canton de la Haute-Vallée";
        let ccas = world.organisation(name, &claire, Roles::Both).await;
        let all = ["identite", "sejour", "etat_civil", "logement", "emploi", "prestations", "impots", "sante", "banque", "formation"];
        let mut asked = proposal("", Some(&ccas));
        asked["scope"] = all.map(|category| json!({"category": category, "permissions": ["list", "read", "deposit", "organise", "share"]})).into();
        asked["purpose"] = json!("Aider Lucie à préparer son dossier de demande de logement social, à rassembler les papiers qui manquent, et à répondre aux lettres de la préfecture.");
        let mandate = lucie.let_help(&claire.client, asked).await;
        let path = lucie.path(&format!("/mandates/{}/attestation", mandate.id));
        for paper in [attested(&lucie, &mandate).await, in_english(&lucie.client, &path).await] {
            assert_eq!(paper.pages(), 2, "{}", paper.text());
        }
    }

    async fn the_end_of_help_has_its_paper_too(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let (stopped, over) = (lucie.let_help(&claire.client, proposal("", Some(&ccas))).await, {
            let ahmed = world.holder("ahmed").await;
            lucie.let_help(&ahmed.client, proposal("", None)).await
        });
        lucie.stop(&stopped).await;
        let text = attested(&lucie, &stopped).await.flat();
        for word in ["Attestation de fin d’aide", "L’aide s’est arrêtée", "avant la date prévue", "La réponse est maintenant : terminée."] {
            assert!(text.contains(word), "{word}: {text}");
        }
        assert!(!text.contains("Ce qui est permis"), "{text}");
        world.wait(Duration::from_hours(24 * 400));
        let lucie = world.holder("lucie").await;
        let text = attested(&lucie, &over).await.flat();
        assert!(text.contains("Attestation de fin d’aide") && text.contains("C’était la date prévue."), "{text}");
    }

    /// What consent each mandate rests on stands on its paper.
    async fn it_says_how_the_agreement_was_given(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, nadia) = (world.holder("lucie").await, world.professional("claire").await, world.professional("nadia").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        world.hire(&ccas, &claire, &nadia).await;
        let code = lucie.paper_code().await;
        nadia.pass().await.expect(204);
        let sheet = crate::world::Sheet::propose(&nadia.client, &ccas, &on_paper(&code, &ccas)).await;
        sheet.send(crate::world::jpeg(b"signed")).await.expect(204);
        claire.pass().await.expect(204);
        sheet.confirm(&claire.client).await.expect(204);
        let mandate = sheet.mandate(&lucie);
        let text = attested(&lucie, &mandate).await.flat();
        assert!(text.contains("a signé une feuille") && text.contains("ne l’a pas encore confirmé"), "{text}");
        lucie.client.prove_again().await;
        let kept = lucie.get("/mandates").await.json()["mandates"][0].clone();
        let words = json!({"accepts": lucie.get(&format!("/mandates/{}", mandate.id)).await.json()["evidence"]["sha256"]});
        assert_eq!(kept["consent"], "paper");
        lucie.client.post_json(&lucie.path(&format!("/mandates/{}/acknowledge", mandate.id)), &words).await.expect(204);
        let text = attested(&lucie, &mandate).await.flat();
        assert!(text.contains("puis l’a confirmé dans sa consigne") && !text.contains("pas encore"), "{text}");

        let angela = world.holder("angela").await;
        nadia.pass().await.expect(204);
        let window = nadia.open_window(&present(&ccas)).await;
        window.enter("angela").await;
        window.agree().await.expect(200);
        let given = angela.get("/mandates").await.json()["mandates"][0]["id"].as_str().unwrap().to_owned();
        let text = Pdf::of(angela.get(&format!("/mandates/{given}/attestation")).await).flat();
        assert!(text.contains("sur l’appareil de la personne qui aide"), "{text}");
    }

    /// Who helps prints it with the person beside them, in their visit, of the help that they give, and no other.
    async fn who_helps_makes_it_in_their_visit(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ahmed) = (world.holder("lucie").await, world.professional("claire").await, world.holder("ahmed").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let other = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let visit = mandate.visit(&claire.client).await;
        let own = format!("/mandates/{}/attestation", mandate.id);
        let text = Pdf::of(visit.get(&own).await).flat();
        assert!(text.contains("Lucie Jeanne ROUX") && text.contains("CCAS"), "{text}");
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.attest").unwrap();
        assert_eq!((&line["actor"]["kind"], &line["ground"]), (&"aidant".into(), &"mandate".into()), "{line}");
        assert!(line["sentence"].as_str().unwrap().contains("a fait une attestation"), "{line}");

        assert_problem(&visit.get(&format!("/mandates/{}/attestation", other.id)).await, 404, "not-found", "another's");
        assert_problem(&claire.client.get(&lucie.path(&own)).await, 404, "not-found", "without a visit");
        let before = lucie.trail().await.iter().filter(|line| line.starts_with("mandate.attest done")).count();
        lucie.stop(&mandate).await;
        assert_problem(&visit.get(&own).await, 404, "not-found", "stopped");
        visit.send(Method::GET, &own).await;
        let after = lucie.trail().await.iter().filter(|line| line.starts_with("mandate.attest done")).count();
        assert_eq!(before, after);
    }

    async fn strangers_and_the_proposed_have_none(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ahmed) = (world.holder("lucie").await, world.professional("claire").await, world.holder("ahmed").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        claire.pass().await.expect(204);
        let code = lucie.help_code().await;
        let proposed = claire.client.post_json("/api/v1/mandates", &proposal(&code, Some(&ccas))).await.expect(201).json();
        let path = |id: &str| lucie.path(&format!("/mandates/{id}/attestation"));
        let waiting = proposed["id"].as_str().unwrap();
        assert_problem(&lucie.client.get(&path(waiting)).await, 404, "not-found", "only proposed");
        lucie.client.prove_again().await;
        lucie.agree(waiting).await.expect(204);
        for client in [&ahmed.client, &world.anonymous(), &claire.client] {
            let answer = client.get(&path(waiting)).await;
            assert!([401, 404].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        Pdf::of(lucie.client.get(&path(waiting)).await);
    }

    /// On the pages: the holder's own, and the visit's.
    async fn it_is_made_from_the_pages(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let page = lucie.client.get(&format!("/aide/{}/fait", mandate.id)).await.expect(200).text();
        let at = format!("/aide/{}/attestation", mandate.id);
        assert!(page.contains(&format!("href=\"{at}\"")) && page.contains("Faire l’attestation"), "{page}");
        Pdf::of(lucie.client.get(&at).await);
        let begun = mandate.ask_visit(&claire.client).await.expect(201).json();
        let visit = format!("/visite/{}/{}", lucie.locker, begun["id"].as_str().unwrap());
        let page = claire.client.get(&visit).await.expect(200).text();
        assert!(page.contains(&format!("href=\"{visit}/attestation\"")), "{page}");
        Pdf::of(claire.client.get(&format!("{visit}/attestation")).await);
        // When the visit is over, that is what is said; not that help is.
        claire.client.post(&format!("{visit}/finir")).await.expect_redirect();
        let over = claire.client.get(&format!("{visit}/attestation")).await.expect(403).text();
        assert!(over.contains("visite est finie") && !over.contains("L’aide est arrêtée"), "{over}");
        lucie.stop(&mandate).await;
        let page = lucie.client.get(&format!("/aide/{}/fait", mandate.id)).await.expect(200).text();
        assert!(page.contains("attestation de fin d’aide"), "{page}");
        assert!(Pdf::of(lucie.client.get(&at).await).flat().contains("Attestation de fin d’aide"));
        assert_eq!(claire.client.get(&format!("{visit}/attestation")).await.status.as_u16(), 404);
    }

    /// The sheet that is signed has the words that are proposed, in one language, and their sum.
    async fn the_sheet_to_sign_is_a_pdf_too(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let code = lucie.paper_code().await;
        claire.pass().await.expect(204);
        let sheet = crate::world::Sheet::propose(&claire.client, &ccas, &on_paper(&code, &ccas)).await;
        let page = claire.client.get(&format!("/aide/papier/{}", sheet.id)).await.expect(200).text();
        let at = format!("/aide/papier/{}/pdf", sheet.id);
        assert!(page.contains(&format!("href=\"{at}?lang=fr\"")), "{page}");
        let pdf = Pdf::of(claire.client.get(&at).await);
        let text = pdf.flat();
        for word in ["Accord pour être aidé", "CCAS de Valserin", "Signature", "Texte lu à voix haute par", "À remplir à la main"] {
            assert!(text.contains(word), "{word}: {text}");
        }
        let page = page.replace('\u{a0}', " ");
        let sum = page.split("Texte vérifiable : ").nth(1).map(|rest| rest[..19].to_owned()).unwrap();
        assert!(text.contains(&sum) && pdf.pages() == 1, "{sum}: {text}");
        assert!(Pdf::of(claire.client.get(&format!("{at}?lang=en")).await).flat().contains("Signature"));
        // Nobody else's.
        for client in [&lucie.client, &world.anonymous()] {
            assert_ne!(client.get(&at).await.status.as_u16(), 200);
        }
    }
}
