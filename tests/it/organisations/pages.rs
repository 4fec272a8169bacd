//! The plain pages of those who come in for their work, as they use them: with a telephone, and no script.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use crate::entrance::through;
use crate::on_both_pairs;
use crate::world::{Answer, Client, Organisation, Pair, World, digits, invite};

/// The text of a page with the typography taken out: plain spaces and apostrophes.
pub fn plain(answer: &Answer) -> String {
    answer.text().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'").replace("&#39;", "'")
}

pub async fn page(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::GET, path).header("accept", "text/html")).await
}

pub async fn press(client: &Client, path: &str) -> Answer {
    client.post_form(path, &[]).await
}

/// Presses a button after another page, which the browser names; follows where it leads.
pub async fn press_from(client: &Client, from: &str, path: &str, fields: &[(&str, &str)]) -> (String, Answer) {
    let to = client.post_form(path, fields).await.expect(303).header("location").to_owned();
    let referer = format!("{}{from}", client.base);
    let answer = client.send(client.request(Method::GET, &to).header("accept", "text/html").header("referer", referer));
    (to, answer.await)
}

/// What stands between two marks.
fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let rest = text.split_once(start).unwrap_or_else(|| panic!("no {start}: {text}")).1;
    rest.split_once(end).unwrap().0
}

/// What is shown large, to be copied.
pub fn shown_code(answer: &Answer) -> String {
    let text = answer.text();
    between(between(&text, "<p class=\"code", "/p>"), ">", "<").to_owned()
}

pub fn path(organisation: &Organisation, rest: &str) -> String {
    format!("/structure/{}{rest}", organisation.id)
}

pub fn member_path(organisation: &Organisation, member: &str, rest: &str) -> String {
    path(organisation, &format!("/membres/{member}/{rest}"))
}

on_both_pairs! {
    /// Her first day: she creates her code, and types the invitation that her referent has told her by telephone.
    async fn a_volunteer_sets_up_her_code_and_joins(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Referent).await;
        let code = invite(&ccas, &claire, &json!({"name": "Nadia B.", "volunteer": true})).await;
        assert!(plain(&page(&world.anonymous(), "/").await).contains("/auth/professional/login"));

        let nadia = world.sign_in("professional", "nadia").await;
        let first = plain(&page(&nadia, "/").await.expect(200));
        assert!(first.contains("action=\"/code-de-securite/creer\"") && first.contains("Créez votre code"), "{first}");
        // Nothing of the rest before: each way leads to the first page.
        for elsewhere in [path(&ccas, ""), path(&ccas, "/journal")] {
            page(&nadia, &elsewhere).await.expect(404);
        }
        assert_eq!(page(&nadia, "/code-de-securite").await.expect(303).header("location"), "/");
        let early = nadia.post_form("/invitation", &[("code", &code)]).await.expect(303);
        assert_eq!(early.header("location"), "/");

        let shown = press(&nadia, "/code-de-securite/creer").await.expect(200);
        assert_eq!(shown.header("cache-control"), "no-store");
        let secret = shown_code(&shown).replace(' ', "");
        let text = plain(&shown);
        assert!(text.contains("<svg") && text.contains("role=\"img\"") && text.contains(&format!("secret={secret}")), "{text}");
        assert!(text.contains("1 seule fois"), "said before: {text}");

        // A wrong first code: what to do, and the secret nowhere. Then the right one, without beginning again.
        let wrong = nadia.post_form("/code-de-securite/confirmer", &[("code", "000000")]).await.expect(422);
        let text = plain(&wrong);
        assert!(text.contains("Ce code n'est pas bon") && text.contains("action=\"/code-de-securite/creer\""), "{text}");
        assert!(text.contains("role=\"alert\"") && !text.contains(&secret) && !text.contains("<svg"), "{text}");
        let right = digits(&secret, &world.source);
        let before = nadia.cookies.lock().unwrap().clone();
        let confirmed = nadia.post_form("/code-de-securite/confirmer", &[("code", &right)]).await.expect(200);
        assert_eq!(confirmed.header("cache-control"), "no-store");
        assert_ne!(*nadia.cookies.lock().unwrap(), before, "the session bears another token");
        let sheet = plain(&confirmed);
        assert_eq!(sheet.matches("<li class=\"code\">").count(), 10, "{sheet}");
        assert!(sheet.contains("1 seule fois") && sheet.contains("Continuer"), "{sheet}");

        // Pressed twice, before the browser had the session's new token: by then it has it, and she is told that it is in place.
        let now = std::mem::replace(&mut *nadia.cookies.lock().unwrap(), before.clone());
        let twice = nadia.post_form("/code-de-securite/confirmer", &[("code", &right)]).await.expect(303);
        assert_eq!(twice.header("location"), "/code-de-securite/confirmer");
        let given = nadia.post_form("/code-de-securite", &[("code", &right), ("retour", "/aider")]).await.expect(303);
        assert_eq!(given.header("location"), "/aider");
        *nadia.cookies.lock().unwrap() = now;
        let stands = plain(&page(&nadia, "/code-de-securite/confirmer").await.expect(200));
        assert!(stands.contains("Votre code de sécurité est en place"), "{stands}");

        // Pressed twice: it is in place, and she is told what to do without the printed codes.
        let twice = plain(&nadia.post_form("/code-de-securite/confirmer", &[("code", &right)]).await.expect(409));
        assert!(twice.contains("Votre code de sécurité est en place") && twice.contains("class=\"button\" href=\"/\""), "{twice}");

        let start = plain(&page(&nadia, "/").await.expect(200));
        assert!(start.contains("Mes structures") && start.contains("10 codes de secours") && start.contains("<nav"), "{start}");
        assert!(start.contains("l'endroit où vous travaillez ou aidez"), "{start}");
        let wrong = nadia.post_form("/invitation", &[("code", "ABCD-<b>")]).await.expect(422);
        let text = plain(&wrong);
        assert!(text.contains("role=\"alert\"") && text.contains("value=\"ABCD-&#60;b&#62;\""), "what was typed is kept: {text}");
        let typed = code.to_lowercase().replace('-', " ");
        let joined = nadia.post_form("/invitation", &[("code", &typed)]).await.expect(303);
        assert_eq!(joined.header("location"), path(&ccas, "?fait=rejoint"));
        let there = plain(&page(&nadia, &path(&ccas, "")).await.expect(200));
        for told in ["CCAS de Valserin", "Nadia BENALI", "Bénévole", "Claire MOREL", "Gère les membres", "Dernier jour d'activité : le "] {
            assert!(there.contains(told), "{told}: {there}");
        }
        let start = plain(&page(&nadia, "/").await.expect(200));
        assert!(start.contains(&format!("href=\"{}\"", path(&ccas, ""))) && start.contains("Vous aidez des personnes."), "{start}");
        // The menu stays on the page of her devices.
        assert!(plain(&page(&nadia, "/sessions").await.expect(200)).contains("<a href=\"/\">Mes structures</a>"));
        // In English by the switch.
        page(&nadia, "/langue?vers=en&retour=%2F").await.expect(303);
        assert!(page(&nadia, "/").await.text().contains("My organisations"));
    }

    /// The next day, on another device; then without her telephone.
    async fn the_code_is_given_in_each_visit(pair) {
        let world = World::new(pair).await;
        let known = world.professional("nadia").await;
        world.wait(Duration::from_mins(1));
        let nadia = world.sign_in("professional", "nadia").await;
        let form = plain(&page(&nadia, "/").await.expect(200));
        assert!(form.contains("action=\"/code-de-securite\"") && form.contains("code de secours"), "{form}");
        assert!(!form.contains("<nav"), "no menu before: {form}");
        let wrong = plain(&nadia.post_form("/code-de-securite", &[("code", "000000")]).await.expect(422));
        assert!(wrong.contains("role=\"alert\"") && wrong.contains("name=\"code\"") && wrong.contains("Vérifiez le code"), "{wrong}");
        let code = digits(&known.secret, &world.source);
        assert_eq!(nadia.post_form("/code-de-securite", &[("code", &code)]).await.expect(303).header("location"), "/");
        assert!(plain(&page(&nadia, "/").await).contains("Mes structures"));
        // By a printed one; never on to another site.
        let elsewhere = world.sign_in("professional", "nadia").await;
        let printed = [("code", known.backup_codes[2].as_str()), ("retour", "https://evil.example/")];
        assert_eq!(elsewhere.post_form("/code-de-securite", &printed).await.expect(303).header("location"), "/");
        assert!(plain(&page(&elsewhere, "/").await).contains("9 codes de secours"));
        // A new sheet; not a while after the code, until it is given again.
        let sheet = plain(&press(&elsewhere, "/code-de-securite/secours").await.expect(200));
        assert_eq!(sheet.matches("<li class=\"code\">").count(), 10, "{sheet}");
        assert!(sheet.contains("Les anciens ne servent plus"), "{sheet}");
        world.wait(Duration::from_mins(6));
        let late = press(&elsewhere, "/code-de-securite/secours").await.expect(303);
        assert_eq!(late.header("location"), "/encore-vous");
        through(&elsewhere, "/auth/professional/login?step_up=1&next=/", "nadia").await.expect(303);
        let late = press(&elsewhere, "/code-de-securite/secours").await.expect(303);
        assert_eq!(late.header("location"), "/code-de-securite");
        let code = digits(&known.secret, &world.source);
        elsewhere.post_form("/code-de-securite", &[("code", &code)]).await.expect(303);
        press(&elsewhere, "/code-de-securite/secours").await.expect(200);
        let form = plain(&page(&elsewhere, "/code-de-securite").await.expect(200));
        assert!(form.contains("Elle demande un code récent") && form.contains("<nav"), "{form}");
        // Too many wrong ones: until when to wait.
        for _ in 0..5 {
            elsewhere.post_form("/code-de-securite", &[("code", "000000")]).await.expect(422);
        }
        let locked = plain(&elsewhere.post_form("/code-de-securite", &[("code", "000000")]).await.expect(429));
        assert!(locked.contains("Trop de mauvais codes") && locked.contains("Vous pourrez donner un code le "), "{locked}");
    }

    async fn a_referent_invites_suspends_resumes_and_removes(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Referent).await;
        let here = path(&ccas, "");
        // What is missing is said where it is, and what was typed is kept.
        let inviting = path(&ccas, "/inviter");
        let unnamed = plain(&claire.client.post_form(&inviting, &[("nom", " "), ("aide", "on")]).await.expect(422));
        assert!(unnamed.contains("role=\"alert\"") && unnamed.contains("Écrivez le nom"), "{unnamed}");
        let idle = plain(&claire.client.post_form(&inviting, &[("nom", "Nadia <B.>"), ("benevole", "on")]).await.expect(422));
        assert!(idle.contains("Cochez au moins 1 case") && idle.contains("value=\"Nadia &#60;B.&#62;\""), "{idle}");
        assert_eq!(page(&claire.client, &inviting).await.expect(303).header("location"), here);

        let invited = claire.client.post_form(&inviting, &[("nom", "Nadia B."), ("aide", "on"), ("benevole", "on")]).await.expect(201);
        assert_eq!(invited.header("cache-control"), "no-store");
        let code = shown_code(&invited);
        let text = plain(&invited);
        assert!(text.contains("1 seule fois") && text.contains("au téléphone") && text.contains("Nadia B."), "{text}");
        let list = plain(&page(&claire.client, &here).await.expect(200));
        assert!(list.contains("Nadia B.") && list.contains("Invitation donnée") && !list.contains(&code), "{list}");

        let nadia = world.professional("nadia").await;
        nadia.client.post_form("/invitation", &[("code", &code)]).await.expect(303);
        let list = plain(&page(&claire.client, &here).await.expect(200));
        let suspend = list.split("/suspendre\"").next().unwrap().rsplit('"').next().unwrap();
        let member = suspend.rsplit('/').next().unwrap().to_owned();
        assert!(suspend.starts_with(&here) && list.contains("aria-label=\"Suspendre ses droits : Nadia BENALI\""), "{list}");

        let done = press(&claire.client, &member_path(&ccas, &member, "suspendre")).await.expect(303);
        assert_eq!(done.header("location"), format!("{here}?fait=suspendre"));
        assert!(plain(&page(&claire.client, done.header("location")).await).contains("C'est fait : ses droits sont suspendus."));
        page(&nadia.client, &here).await.expect(404);
        let start = plain(&page(&nadia.client, "/").await.expect(200));
        assert!(start.contains("Vos droits sont suspendus") && !start.contains(&format!("href=\"{here}\"")), "{start}");
        let twice = plain(&press(&claire.client, &member_path(&ccas, &member, "suspendre")).await.expect(409));
        assert!(twice.contains("C'est déjà fait"), "{twice}");
        assert!(!plain(&page(&claire.client, &here).await).contains("/suspendre\""));

        // What gives rights waits for a recent code, and leads back.
        world.wait(Duration::from_mins(6));
        let resume = member_path(&ccas, &member, "reprendre");
        let (to, form) = press_from(&claire.client, &here, &resume, &[]).await;
        assert_eq!(to, "/code-de-securite");
        let form = plain(&form.expect(200));
        assert!(form.contains("Elle demande un code récent") && form.contains(&format!("value=\"{here}\"")), "{form}");
        let again = digits(&claire.secret, &world.source);
        let given = claire.client.post_form("/code-de-securite", &[("code", &again), ("retour", &here)]).await.expect(303);
        assert_eq!(given.header("location"), here);
        press(&claire.client, &resume).await.expect(303);
        page(&nadia.client, &here).await.expect(200);

        // What happens is told first; asking changes nothing.
        for rest in ["suspendre", "retirer", "code"] {
            let told = plain(&page(&claire.client, &member_path(&ccas, &member, rest)).await.expect(200));
            assert!(told.contains("Nadia BENALI") && told.contains("method=\"post\""), "{told}");
        }
        page(&nadia.client, &here).await.expect(200);
        press(&claire.client, &member_path(&ccas, &member, "code")).await.expect(303);
        let none = plain(&press(&claire.client, &member_path(&ccas, &member, "code")).await.expect(409));
        assert!(none.contains("n'a pas de code de sécurité"), "{none}");
        // Whoever's code was taken away is signed out everywhere.
        assert_eq!(page(&nadia.client, &here).await.expect(303).header("location"), "/?entrer=fin");
        press(&claire.client, &member_path(&ccas, &member, "retirer")).await.expect(303);

        let lines = plain(&page(&claire.client, &path(&ccas, "/journal")).await.expect(200));
        for told in ["Claire MOREL a invité", "Nadia BENALI a rejoint la structure", "Claire MOREL a suspendu Nadia BENALI", "Claire MOREL a retiré Nadia BENALI de la structure"] {
            assert!(lines.contains(told), "{told}: {lines}");
        }
        assert!(lines.contains("<h2>le "), "by day: {lines}");
        let older = plain(&page(&claire.client, &path(&ccas, "/journal?avant=2")).await.expect(200));
        assert!(!older.contains("a suspendu") && older.contains("Lignes les plus récentes"), "{older}");
    }

    /// She sees no button that is not hers, and knows every address.
    async fn an_aidant_is_refused_what_she_has_no_button_for(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let own = world.hire(&ccas, &claire, &nadia).await;
        let here = path(&ccas, "");
        let list = plain(&page(&nadia.client, &here).await.expect(200));
        for never in ["/inviter\"", "/suspendre\"", "/code\"", "/journal\"", &member_path(&ccas, &ccas.referent, "retirer")] {
            assert!(!list.contains(never), "{never}: {list}");
        }
        for rest in ["suspendre", "reprendre", "retirer", "code"] {
            let no = press(&nadia.client, &member_path(&ccas, &ccas.referent, rest)).await.expect(403);
            assert!(plain(&no).contains("Vous ne pouvez pas faire cela"), "{rest}: {}", plain(&no));
        }
        for name in ["Paul", ""] {
            nadia.client.post_form(&path(&ccas, "/inviter"), &[("nom", name), ("aide", "on")]).await.expect(403);
        }
        page(&nadia.client, &path(&ccas, "/journal")).await.expect(403);
        page(&nadia.client, &member_path(&ccas, &ccas.referent, "retirer")).await.expect(403);
        for nowhere in ["/structure/nulle-part", &member_path(&ccas, &own, "effacer"), &member_path(&ccas, "x", "retirer")] {
            page(&nadia.client, nowhere).await.expect(404);
            assert_ne!(press(&nadia.client, nowhere).await.status.as_u16() / 100, 2, "{nowhere}");
        }
        // A holder, at the same addresses.
        let lucie = world.holder("lucie").await;
        page(&lucie.client, &here).await.expect(404);
        page(&lucie.client, "/code-de-securite").await.expect(403);
        press(&lucie.client, "/code-de-securite/creer").await.expect(403);
        assert!(!plain(&page(&lucie.client, "/papiers").await).contains("Mes structures"), "a holder's menu");
        // A stranger is led to the entrance.
        for at in [here.as_str(), "/code-de-securite"] {
            assert!(page(&world.anonymous(), at).await.expect(303).header("location").starts_with("/?entrer"));
        }
        // While she is suspended she asks Claire; otherwise she leaves when she wants, after a page that says what happens.
        press(&claire.client, &member_path(&ccas, &own, "suspendre")).await.expect(303);
        let leave = member_path(&ccas, &own, "retirer");
        let start = plain(&page(&nadia.client, "/").await.expect(200));
        assert!(!start.contains("/retirer\"") && start.contains("Demandez-le aussi à cette personne."), "{start}");
        for answer in [page(&nadia.client, &leave).await, press(&nadia.client, &leave).await] {
            assert!(plain(&answer.expect(409)).contains("Vos droits sont suspendus ici."));
        }
        claire.pass().await.expect(204);
        press(&claire.client, &member_path(&ccas, &own, "reprendre")).await.expect(303);
        let told = plain(&page(&nadia.client, &leave).await.expect(200));
        assert!(told.contains("Quitter cette structure") && told.contains("CCAS"), "{told}");
        let left = press(&nadia.client, &leave).await.expect(303).header("location").to_owned();
        let start = plain(&page(&nadia.client, &left).await.expect(200));
        assert!(start.contains("Vous n'avez pas encore de structure") && start.contains("C'est fait : vous avez quitté cet endroit."), "{start}");
    }

    /// A form on somebody else's site.
    async fn another_site_changes_nothing(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let paths = [
            "/code-de-securite".to_owned(), "/code-de-securite/creer".to_owned(), "/code-de-securite/confirmer".to_owned(),
            "/code-de-securite/secours".to_owned(), "/invitation".to_owned(), path(&ccas, "/inviter"),
            member_path(&ccas, &member, "suspendre"), member_path(&ccas, &member, "reprendre"),
            member_path(&ccas, &member, "retirer"), member_path(&ccas, &member, "code"),
        ];
        for at in &paths {
            let mut request = claire.client.request(Method::POST, at).header("accept", "text/html").form(&[("nom", "x"), ("aide", "on")]).build().unwrap();
            request.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
            request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
            let refused = claire.client.execute(request).await.expect(403);
            assert!(plain(&refused).contains("vient d'un autre site"), "{at}");
        }
        let list = plain(&page(&claire.client, &path(&ccas, "")).await.expect(200));
        assert_eq!(list.matches("Fait partie de la structure").count(), 2, "{list}");
        assert!(!list.contains("Invitation donnée"), "{list}");
    }

    /// She left the page of her secret open over lunch: she proves who she is, by her issuer, and begins again.
    async fn a_code_is_begun_soon_after_coming_in(pair) {
        let world = World::new(pair).await;
        let nadia = world.sign_in("professional", "nadia").await;
        press(&nadia, "/code-de-securite/creer").await.expect(200);
        world.wait(Duration::from_mins(6));
        let (to, asked) = press_from(&nadia, "/", "/code-de-securite/creer", &[]).await;
        assert_eq!(to, "/encore-vous");
        assert!(plain(&asked.expect(200)).contains("/auth/professional/login?step_up=1"));
        // Whoever comes back to the address of a form finds the first page.
        for form in ["/code-de-securite/creer", "/code-de-securite/confirmer", "/code-de-securite/secours", "/invitation"] {
            assert_eq!(page(&nadia, form).await.expect(303).header("location"), "/");
        }
    }
}
