//! What a member does, changed on a page; a telephone changed on a page. With a recent code, and told before the button.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use super::pages::{member_path, page, path, plain, press, press_from, shown_code};
use crate::attacks::tools::assert_problem;
use crate::entrance::through;
use crate::on_both_pairs;
use crate::world::{Pair, World, digits, proposal};

on_both_pairs! {
    async fn a_referent_changes_what_somebody_does(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let lucie = world.holder("lucie").await;
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let (here, change) = (path(&ccas, ""), member_path(&ccas, &member, "changer"));
        let list = plain(&page(&claire.client, &here).await.expect(200));
        assert!(list.contains(&format!("href=\"{change}\"")) && list.contains("Changer ce qu'elle fait : Nadia BENALI"), "{list}");
        // Told before the button, for each choice; asking changes nothing.
        let asked = plain(&page(&claire.client, &change).await.expect(200));
        for told in [
            "Nadia BENALI", "Aide des personnes.", "value=\"gere\"", "value=\"les-deux\"", "Elle n'ouvrira plus les papiers", "tout de suite",
            "Elle pourra inviter, suspendre et retirer", "Le changement reste écrit",
        ] {
            assert!(asked.contains(told), "{told}: {asked}");
        }
        assert!(!asked.contains("value=\"aide\""), "what she does now is no choice: {asked}");
        for none in [&[][..], &[("fait", "tout")]] {
            let wrong = plain(&claire.client.post_form(&change, none).await.expect(422));
            assert!(wrong.contains("role=\"alert\"") && wrong.contains("Choisissez 1 réponse"), "{wrong}");
        }
        mandate.ask_visit(&nadia.client).await.expect(201);

        // A recent code, and back.
        world.wait(Duration::from_mins(6));
        let (to, form) = press_from(&claire.client, &change, &change, &[("fait", "gere")]).await;
        assert_eq!(to, "/code-de-securite");
        assert!(plain(&form.expect(200)).contains(&format!("value=\"{change}\"")), "comes back to the choice");
        mandate.ask_visit(&nadia.client).await.expect(201);
        let code = digits(&claire.secret, &world.source);
        let given = claire.client.post_form("/code-de-securite", &[("code", &code), ("retour", &change)]).await.expect(303);
        assert_eq!(given.header("location"), change);
        assert_eq!(claire.client.post_form(&change, &[("fait", "gere")]).await.expect(303).header("location"), format!("{here}?fait=changer"));
        // On the very next request: she helps nobody, and manages.
        assert_problem(&mandate.ask_visit(&nadia.client).await, 404, "not-found", "she helps no more");
        assert!(plain(&page(&nadia.client, &here).await.expect(200)).contains("/inviter\""));
        let lines = plain(&page(&nadia.client, &path(&ccas, "/journal")).await.expect(200));
        assert!(lines.contains("Claire MOREL a changé ce que fait Nadia BENALI"), "{lines}");
        // And back: her mandates serve again.
        claire.client.post_form(&change, &[("fait", "les-deux")]).await.expect(303);
        mandate.ask_visit(&nadia.client).await.expect(201);
        claire.client.post_form(&change, &[("fait", "aide")]).await.expect(303);
        page(&nadia.client, &path(&ccas, "/journal")).await.expect(403);
        // In English too.
        page(&claire.client, "/langue?vers=en&retour=%2F").await.expect(303);
        assert!(page(&claire.client, &change).await.text().contains("Change what this person does"));
    }

    /// Nobody changes their own place: the last referent would leave an organisation that nobody can mend.
    async fn no_referent_stops_being_one_alone(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let (own, hers) = (member_path(&ccas, &ccas.referent, "changer"), member_path(&ccas, &member, "changer"));
        assert!(!plain(&page(&claire.client, &path(&ccas, "")).await).contains(&own));
        for refused in [page(&claire.client, &own).await, claire.client.post_form(&own, &[("fait", "aide")]).await] {
            let text = plain(&refused.expect(403));
            assert!(text.contains("Vous ne pouvez pas changer cela vous-même") && text.contains("Demandez à une autre personne"), "{text}");
        }
        let aidant = json!({"roles": {"aidant": true, "referent": false}});
        let patch = |client: &crate::world::Client, member: &str| client.request(Method::PATCH, &ccas.member(member, "")).json(&aidant);
        assert_problem(&claire.client.send(patch(&claire.client, &ccas.referent)).await, 403, "not-allowed", "by the API neither");
        // Two referents take it from each other at once: one of them stays.
        for round in 0..6 {
            claire.client.post_form(&hers, &[("fait", "les-deux")]).await.expect(303);
            let (one, other) = if round % 2 == 0 {
                tokio::join!(claire.client.send(patch(&claire.client, &member)), nadia.client.send(patch(&nadia.client, &ccas.referent)))
            } else {
                let (other, one) = tokio::join!(nadia.client.send(patch(&nadia.client, &ccas.referent)), claire.client.send(patch(&claire.client, &member)));
                (one, other)
            };
            match (one.status.as_u16(), other.status.as_u16()) {
                (204, 403) => {}
                (403, 204) => {
                    nadia.client.post_form(&own, &[("fait", "les-deux")]).await.expect(303);
                }
                both => panic!("{both:?}"),
            }
        }
        claire.client.send(patch(&claire.client, &member)).await.expect(204);
        // An aidant has no such page, nor has a stranger, nor somebody who has left.
        for at in [&own, &hers] {
            for refused in [page(&nadia.client, at).await, nadia.client.post_form(at, &[("fait", "les-deux")]).await] {
                assert!(plain(&refused.expect(403)).contains("Vous ne pouvez pas faire cela"), "{at}");
            }
        }
        let paul = world.professional("paul").await;
        page(&paul.client, &hers).await.expect(404);
        paul.client.post_form(&hers, &[("fait", "les-deux")]).await.expect(404);
        press(&claire.client, &member_path(&ccas, &member, "retirer")).await.expect(303);
        for gone in [page(&claire.client, &hers).await, claire.client.post_form(&hers, &[("fait", "gere")]).await] {
            assert!(plain(&gone.expect(409)).contains("C'est déjà fait"));
        }
        for nowhere in [member_path(&ccas, "x", "changer"), "/structure/x/membres/y/changer".to_owned()] {
            page(&claire.client, &nowhere).await.expect(404);
        }
    }

    /// Her new telephone lies beside the old one.
    async fn a_telephone_is_changed_on_a_page(pair) {
        let world = World::new(pair).await;
        let nadia = world.professional("nadia").await;
        let start = plain(&page(&nadia.client, "/").await.expect(200));
        assert!(start.contains("href=\"/nouveau-telephone\""), "{start}");
        world.wait(Duration::from_mins(6));
        let told = plain(&page(&nadia.client, "/nouveau-telephone").await.expect(200));
        for said in ["L'ancien code reste bon jusqu'au premier code du nouveau", "ne servent plus", "tous vos autres appareils", "method=\"post\""] {
            assert!(told.contains(said), "{said}: {told}");
        }
        // She proves who she is, gives her code, and is where she was.
        let (to, again) = press_from(&nadia.client, "/nouveau-telephone", "/nouveau-telephone", &[]).await;
        assert_eq!(to, "/encore-vous");
        assert!(plain(&again.expect(200)).contains("next=%2Fnouveau-telephone"));
        let back = through(&nadia.client, "/auth/professional/login?step_up=1&next=/nouveau-telephone", "nadia").await.expect(303);
        assert_eq!(back.header("location"), "/nouveau-telephone");
        let form = plain(&page(&nadia.client, "/nouveau-telephone").await.expect(200));
        assert!(form.contains("action=\"/code-de-securite\"") && form.contains("value=\"/nouveau-telephone\""), "{form}");
        // Before the code nothing begins.
        assert_eq!(press(&nadia.client, "/nouveau-telephone").await.expect(303).header("location"), "/code-de-securite");
        let code = digits(&nadia.secret, &world.source);
        let given = nadia.client.post_form("/code-de-securite", &[("code", &code), ("retour", "/nouveau-telephone")]).await.expect(303);
        assert_eq!(given.header("location"), "/nouveau-telephone");
        let shown = press(&nadia.client, "/nouveau-telephone").await.expect(200);
        assert_eq!(shown.header("cache-control"), "no-store");
        let secret = shown_code(&shown).replace(' ', "");
        assert!(plain(&shown).contains("<svg") && plain(&shown).contains("Votre ancien code est toujours bon"), "{}", plain(&shown));
        // A wrong first code: what to do, and the secret nowhere.
        let wrong = plain(&nadia.client.post_form("/nouveau-telephone/confirmer", &[("code", "000000")]).await.expect(422));
        assert!(wrong.contains("role=\"alert\"") && !wrong.contains("<svg") && wrong.contains("action=\"/nouveau-telephone\""), "{wrong}");
        let typed = digits(&secret, &world.source);
        let sheet = nadia.client.post_form("/nouveau-telephone/confirmer", &[("code", &typed)]).await.expect(200);
        assert_eq!(sheet.header("cache-control"), "no-store");
        let sheet = plain(&sheet);
        assert_eq!(sheet.matches("<li class=\"code\">").count(), 10, "{sheet}");
        assert!(sheet.contains("Votre nouveau code de sécurité est en place"), "{sheet}");
        assert!(plain(&page(&nadia.client, "/").await.expect(200)).contains("Mes structures"));
        // Pressed twice: it is in place, and she is told what to do without the printed codes.
        let late = plain(&nadia.client.post_form("/nouveau-telephone/confirmer", &[("code", &typed)]).await.expect(409));
        assert!(late.contains("Votre code de sécurité est en place") && late.contains("Faites-en de nouveaux"), "{late}");
        assert_eq!(page(&nadia.client, "/nouveau-telephone/confirmer").await.expect(303).header("location"), "/nouveau-telephone");

        // Begun, and left for a quarter of an hour: said plainly, and nothing has changed.
        press(&nadia.client, "/nouveau-telephone").await.expect(200);
        world.wait(Duration::from_mins(8));
        page(&nadia.client, "/").await.expect(200);
        world.wait(Duration::from_mins(8));
        let over = plain(&nadia.client.post_form("/nouveau-telephone/confirmer", &[("code", "123456")]).await.expect(409));
        assert!(over.contains("Plus de 15 minutes ont passé") && over.contains("votre ancien code est toujours bon"), "{over}");

        // A holder, a stranger, somebody who has no code, another site.
        let lucie = world.holder("lucie").await;
        page(&lucie.client, "/nouveau-telephone").await.expect(403);
        press(&lucie.client, "/nouveau-telephone").await.expect(403);
        assert!(page(&world.anonymous(), "/nouveau-telephone").await.expect(303).header("location").starts_with("/?entrer"));
        let bare = world.sign_in("professional", "ines").await;
        assert_eq!(page(&bare, "/nouveau-telephone").await.expect(303).header("location"), "/");
        assert_eq!(press(&bare, "/nouveau-telephone").await.expect(303).header("location"), "/");
        for at in ["/nouveau-telephone", "/nouveau-telephone/confirmer"] {
            let mut request = nadia.client.request(Method::POST, at).header("accept", "text/html").form(&[("code", "x")]).build().unwrap();
            request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
            request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
            nadia.client.execute(request).await.expect(403);
        }
    }
}
