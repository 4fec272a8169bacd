//! The pages of an institution's office, as its people use them: in a hurry, pressing twice, going back, on a telephone, on their first day.

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use super::offices::{handed, office};
use super::requests::asked;
use crate::attacks::tools::{assert_problem, seq};
use crate::on_both_pairs;
use crate::organisations::pages::{member_path, page, path, plain, press, shown_code};
use crate::world::{Client, Organisation, Pair, World, day_from_now, invite, join};

/// What somebody types in the form that they have in front of them.
async fn form(browser: &Client, at: &str, typed: &[(&str, &str)]) -> Vec<(String, String)> {
    let shown = page(browser, &format!("{at}/demander")).await.expect(200).text();
    let key = shown.split("name=\"cle\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let typed = typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    [("cle".to_owned(), key)].into_iter().chain(typed).collect()
}

async fn send(browser: &Client, at: &str, form: &[(String, String)]) -> crate::world::Answer {
    let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    browser.post_form(&format!("{at}/demander"), &form).await
}

fn at_office(office: &Organisation) -> String {
    format!("/bureau/{}", office.id)
}

/// The addresses of the requests in the list.
async fn requests(browser: &Client, at: &str) -> Vec<String> {
    let list = page(browser, at).await.expect(200).text();
    let start = format!("href=\"{at}/demandes/");
    list.split(&start).skip(1).map(|rest| format!("{at}/demandes/{}", rest.split('"').next().unwrap())).collect()
}

on_both_pairs! {
    /// The page with the code is reloaded, and the form is sent twice: one request, and the page says so. What is typed anew is another.
    async fn the_same_form_makes_one_request(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let (browser, at) = (&ines.client, at_office(&office));
        let deadline = day_from_now(&world, 20);
        let typed = [("liste", "rsa"), ("pour", "Votre demande de RSA"), ("dossier", "Dossier 7"), ("avant", deadline.as_str()), ("jours", "30")];
        let sent = form(browser, &at, &typed).await;
        let code = shown_code(&send(browser, &at, &sent).await.expect(201));
        let one = requests(browser, &at).await.remove(0);
        let again = send(browser, &at, &sent).await.expect(200);
        let told = plain(&again);
        assert!(told.contains("Cette demande est déjà faite") && told.contains("Rien de nouveau n'a été demandé") && told.contains("Dossier 7"), "{told}");
        assert!(told.contains(&format!("href=\"{one}\"")) && told.contains(&format!("href=\"{one}/retirer\"")) && !told.contains(&code), "{told}");
        assert_eq!(again.header("cache-control"), "no-store");
        assert_eq!(requests(browser, &at).await, std::slice::from_ref(&one), "one");
        // Both at the same time are one, too.
        let twice = form(browser, &at, &typed).await;
        let (a, b) = tokio::join!(send(browser, &at, &twice), send(browser, &at, &twice));
        let mut both = [a.status.as_u16(), b.status.as_u16()];
        both.sort_unstable();
        assert_eq!((both, requests(browser, &at).await.len()), ([200, 201], 2));
        // She goes back, and asks somebody else by the same form.
        let mut other = sent.clone();
        other[3].1 = "Dossier 8".to_owned();
        send(browser, &at, &other).await.expect(201);
        assert_eq!(requests(browser, &at).await.len(), 3);
        // It stays made, also once it was taken back: nobody is asked again by a page that is reloaded.
        browser.post_form(&format!("{one}/retirer"), &[]).await.expect(303);
        let told = plain(&send(browser, &at, &sent).await.expect(200));
        assert!(told.contains("Cette demande est retirée.") && !told.contains("/retirer\""), "{told}");
        // What was wrong and is corrected is the first that is made.
        let mut wrong = form(browser, &at, &typed).await;
        wrong[2].1 = String::new();
        let shown = send(browser, &at, &wrong).await.expect(422).text();
        assert!(shown.contains(&format!("name=\"cle\" value=\"{}\"", wrong[0].1)), "{shown}");
        wrong[2].1 = "Votre demande".to_owned();
        send(browser, &at, &wrong).await.expect(201);
        // Nobody of another institution is told of it, by whatever they send.
        let other = world.institution("Autre caisse").await;
        let claire = world.professional("claire").await;
        let theirs = world.office(other.institution, &claire, Roles::AgentAndReferent).await;
        send(&claire.client, &at_office(&theirs), &sent).await.expect(201);
        assert_eq!(send(&claire.client, &at, &sent).await.status.as_u16(), 404);
    }

    /// What ends something asks first, on a page of its own; what was done is told afterwards.
    async fn what_ends_something_asks_first(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let (browser, at) = (&ines.client, at_office(&office));
        let deadline = day_from_now(&world, 20);
        let typed = [("liste", "rsa"), ("pour", "Votre demande"), ("dossier", "Dossier 7"), ("avant", deadline.as_str()), ("jours", "30")];
        let made = form(browser, &at, &typed).await;
        send(browser, &at, &made).await.expect(201);
        let one = requests(browser, &at).await.remove(0);
        let shown = plain(&page(browser, &one).await.expect(200));
        assert!(shown.contains(&format!("href=\"{one}/retirer\"")) && !shown.contains(&format!("action=\"{one}/retirer\"")), "nothing is ended at one tap: {shown}");
        let asked = plain(&page(browser, &format!("{one}/retirer")).await.expect(200));
        for words in ["Dossier 7", "Personne n'a encore tapé le code.", "Le code ne servira plus.", "Garder la demande", &format!("action=\"{one}/retirer\"")] {
            assert!(asked.contains(words), "{words}: {asked}");
        }
        assert!(plain(&page(browser, &one).await).contains("Personne n'a encore tapé le code."), "asking ends nothing");
        let done = press(browser, &format!("{one}/retirer")).await.expect(303);
        assert!(plain(&page(browser, done.header("location")).await).contains("C'est fait : la demande est retirée."));
        for again in [page(browser, &format!("{one}/retirer")).await, press(browser, &format!("{one}/retirer")).await] {
            let told = plain(&again.expect(409));
            assert!(told.contains("ne peut plus être retirée") && told.contains(&format!("href=\"{at}\"")), "{told}");
        }

        // The same for the rights of a colleague.
        let paul = world.professional("paul").await;
        let code = invite(&office, &ines, &json!({"name": "Paul", "roles": {"agent": true}})).await;
        let member = join(&paul, &code).await.expect(201).json()["member"].as_str().unwrap().to_owned();
        let (suspend, resume) = (member_path(&office, &member, "suspendre"), member_path(&office, &member, "reprendre"));
        let list = plain(&page(browser, &path(&office, "")).await.expect(200));
        assert!(list.contains(&format!("href=\"{suspend}\"")) && !list.contains(&format!("action=\"{suspend}\"")), "{list}");
        let asked = plain(&page(browser, &suspend).await.expect(200));
        for words in ["Paul GARNIER", "ne demande et ne lit plus de papiers", "Vous pourrez lui redonner ses droits", "Ne rien changer", &format!("action=\"{suspend}\"")] {
            assert!(asked.contains(words), "{words}: {asked}");
        }
        page(browser, &resume).await.expect(409);
        page(&paul.client, &at).await.expect(200);
        let done = press(browser, &suspend).await.expect(303);
        assert!(plain(&page(browser, done.header("location")).await).contains("C'est fait : ses droits sont suspendus."));
        page(&paul.client, &at).await.expect(404);
        page(browser, &suspend).await.expect(409);
        let start = plain(&page(&paul.client, "/").await.expect(200));
        assert!(start.contains("Vous voulez quitter ce bureau ?") && !start.contains("cette structure"), "{start}");
        let asked = plain(&page(browser, &resume).await.expect(200));
        assert!(asked.contains("Vérifiez d'abord que c'est bien elle.") && asked.contains("ce bureau"), "{asked}");
        let done = press(browser, &resume).await.expect(303);
        assert!(plain(&page(browser, done.header("location")).await).contains("lui sont redonnés"));
        page(&paul.client, &at).await.expect(200);
        for (rest, told) in [("code", "ne sert plus"), ("retirer", "ne fait plus partie du bureau")] {
            page(browser, &member_path(&office, &member, rest)).await.expect(200);
            let done = press(browser, &member_path(&office, &member, rest)).await.expect(303);
            assert!(plain(&page(browser, done.header("location")).await).contains(told), "{rest}");
        }
        invite(&office, &ines, &json!({"name": "Jean", "roles": {"agent": true}})).await;
        let list = page(browser, &path(&office, "")).await.text();
        let invited = list.split("/retirer\" aria-label=\"Retirer l").next().unwrap().rsplit('/').next().unwrap().to_owned();
        let asked = page(browser, &member_path(&office, &invited, "retirer")).await.expect(200).text();
        let rest = asked.split(&format!("action=\"{}", member_path(&office, &invited, ""))).nth(1).unwrap().split('"').next().unwrap();
        let done = press(browser, &member_path(&office, &invited, rest)).await.expect(303);
        assert!(plain(&page(browser, done.header("location")).await).contains("C'est fait : l'invitation est retirée."));
        let told = plain(&page(browser, &path(&office, "/journal")).await.expect(200));
        assert!(told.contains("Paul GARNIER a rejoint le bureau") && told.contains("Inès LAURENT a retiré Paul GARNIER du bureau") && !told.contains("structure."), "{told}");
    }

    /// The list says what can be read now, and what can't; nobody is led to a page that says no and nothing else.
    async fn the_list_says_what_can_be_read(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let (browser, at) = (&ines.client, at_office(&office));
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        let one = requests(browser, &at).await.remove(0);
        world.settle().await;
        let mut raw = world.raw().await;
        let before = seq(&mut raw, &angela.locker).await;
        let told = async || (plain(&page(browser, &at).await.expect(200)), plain(&page(browser, &one).await.expect(200)));
        let (list, shown) = told().await;
        assert!(list.contains("Vous pouvez les lire jusqu'à cette date") && shown.contains(&format!("{at}/papiers/{share}\"")), "{list} {shown}");
        world.settle().await;
        assert_eq!(seq(&mut raw, &angela.locker).await, before, "to look at one's own list opens nothing of hers");

        let change = async |what: &str| angela.client.post(&angela.path(&format!("/shares/{share}/{what}"))).await.expect(204);
        change("pause").await;
        let (list, shown) = told().await;
        assert!(list.contains("La personne a mis ces papiers en pause.") && !list.contains("Vous pouvez les lire"), "{list}");
        assert!(!shown.contains(&format!("{at}/papiers/{share}\"")) && shown.contains("La personne peut arrêter la pause."), "{shown}");
        for what in ["", "/1", "/zip", "/recu"] {
            let no = plain(&page(browser, &format!("{at}/papiers/{share}{what}")).await.expect(409));
            assert!(no.contains("Ces papiers sont en pause") && no.contains(&format!("href=\"{at}\"")) && !no.contains("/demander\""), "{what}: {no}");
        }
        change("resume").await;
        assert!(told().await.1.contains(&format!("{at}/papiers/{share}\"")));
        change("revoke").await;
        let (list, shown) = told().await;
        assert!(list.contains("Ces papiers ne s'ouvrent plus.") && shown.contains("Faites une nouvelle demande."), "{list} {shown}");
        assert!(shown.contains(&format!("href=\"{at}/demander\"")) && !shown.contains(&format!("{at}/papiers/{share}\"")), "{shown}");
        let no = plain(&page(browser, &format!("{at}/papiers/{share}")).await.expect(410));
        for words in ["Ces papiers ne s'ouvrent plus", "ou la personne a arrêté", &format!("href=\"{at}/demander\""), &format!("href=\"{at}\"")] {
            assert!(no.contains(words), "{words}: {no}");
        }
        // Its program is told as before, and no more in the list.
        assert_problem(&caf.get(&format!("/api/v1/shares/{share}")).await, 410, "share-over", "as before");
        assert_eq!(caf.get("/api/v1/requests").await.expect(200).json()["items"][0]["status"], "answered");

        // That she closed her locker is told to nobody who does not come to read, with a line.
        let lucie = world.holder("lucie").await;
        handed(&world, (&ines, &office), &lucie).await;
        let is_over = async || plain(&page(browser, &at).await).matches("Ces papiers ne s'ouvrent plus.").count();
        assert_eq!(is_over().await, 1);
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_eq!(is_over().await, 1);
        let gone = format!("{at}/demandes/0b5c0de0-0000-4000-8000-00000000c0de");
        assert!(plain(&page(browser, &gone).await.expect(404)).contains(&format!("href=\"{at}\"")), "a way back");
        let nadia = world.professional("nadia").await;
        let stranger = page(&nadia.client, &format!("{at}/demandes/x")).await.expect(404).text();
        assert!(!stranger.contains(&at), "to a stranger there is no office: {stranger}");
    }

    /// All that is wrong is told at once, at the top and at each field; what was typed stays.
    async fn all_that_is_wrong_is_told_at_once(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let (browser, at) = (&ines.client, at_office(&office));
        let blank = page(browser, &format!("{at}/demander")).await.expect(200).text();
        // The lists first, the papers one by one in a part that opens.
        let (list, alone) = (blank.find("value=\"rsa\"").unwrap(), blank.find("<details class=\"rubric\">").unwrap());
        assert!(list < alone && alone < blank.find("value=\"logement.bail\"").unwrap() && !blank.contains(" checked"), "{blank}");
        let long = "a".repeat(300);
        let typed = [("pour", " "), ("dossier", long.as_str()), ("avant", "2020-01-01"), ("jours", "9999")];
        let wrong = form(browser, &at, &typed).await;
        let told = plain(&send(browser, &at, &wrong).await.expect(422));
        assert!(told.contains("<title>À corriger : demander des papiers"), "{told}");
        for id in ["papiers", "pour", "dossier", "avant", "jours"] {
            assert!(told.contains(&format!("<a href=\"#{id}\">")) && told.contains(&format!("id=\"{id}-faux\"")), "{id}: {told}");
        }
        assert_eq!((told.matches("aria-invalid=\"true\"").count(), told.matches("role=\"alert\"").count()), (4, 1), "{told}");
        assert!(told.contains(&long) && told.contains("2020-01-01") && told.contains("9999"), "{told}");
        // Papers that she chose one by one show.
        let chosen = form(browser, &at, &[("papier", "logement.bail"), ("pour", ""), ("avant", ""), ("jours", "3")]).await;
        let told = send(browser, &at, &chosen).await.expect(422).text();
        assert!(told.contains("<details class=\"rubric\" open>") && told.contains("value=\"logement.bail\" checked"), "{told}");
        assert!(!told.contains("href=\"#papiers\""), "{told}");
        assert!(requests(browser, &at).await.is_empty());
    }

    /// Her first day in an office: from the invitation to what it asks for. Her menu knows no people whom she would help.
    async fn who_joins_an_office_is_led_to_it(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let at = at_office(&office);
        let paul = world.professional("paul").await;
        let nowhere = page(&paul.client, "/").await.expect(200).text();
        assert!(nowhere.contains("href=\"/aider\"") && !nowhere.contains("/bureau/"), "{nowhere}");
        let code = invite(&office, &ines, &json!({"name": "Paul", "roles": {"agent": true}})).await;
        let joined = paul.client.post_form("/invitation", &[("code", &code)]).await.expect(303);
        assert_eq!(joined.header("location"), format!("{at}?fait=rejoint"));
        let first = plain(&page(&paul.client, joined.header("location")).await.expect(200));
        assert!(first.contains("Vous faites maintenant partie de ce bureau.") && first.contains("Bureau : Caisse d'allocations"), "{first}");
        for here in [at.as_str(), "/", "/sessions", &format!("{at}/demander"), &path(&office, "")] {
            let shown = page(&paul.client, here).await.expect(200).text();
            let menu = shown.split("<nav").nth(1).unwrap().split("</nav>").next().unwrap().to_owned();
            assert!(menu.contains(&format!("href=\"{at}\"")) && !menu.contains("href=\"/aider\""), "{here}: {menu}");
        }
        let start = plain(&page(&paul.client, "/").await);
        assert!(start.contains("Vous faites partie de ce bureau.") && start.contains("Quitter ce bureau") && !start.contains("/proposer\""), "{start}");
        // Who manages the members only is led to them.
        let claire = world.professional("claire").await;
        let code = invite(&office, &ines, &json!({"name": "Claire", "roles": {"referent": true}})).await;
        let joined = claire.client.post_form("/invitation", &[("code", &code)]).await.expect(303);
        assert_eq!(joined.header("location"), path(&office, "?fait=rejoint"));
        let members = plain(&page(&claire.client, joined.header("location")).await.expect(200));
        assert!(members.contains("Vous avez rejoint ce bureau.") && !members.contains("/bureau/") && members.contains("Fait partie du bureau.") && members.contains("<h1 dir=\"auto\">Membres du bureau : Caisse d'allocations"), "{members}");
        // Who helps people elsewhere too has both in the menu.
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        world.hire(&ccas, &claire, &paul).await;
        let both = page(&paul.client, "/").await.text();
        assert!(both.contains("href=\"/aider\"") && both.contains(&format!("href=\"{at}\"")), "{both}");
        let leave = member_path(&office, &office.referent, "retirer");
        let asked = plain(&page(&ines.client, &leave).await.expect(200));
        assert!(asked.contains("Quitter ce bureau") && asked.contains("Vous ne pourrez plus demander ni lire de papiers") && !asked.contains("cette structure"), "{asked}");
    }

    /// Who asked stands in the office's list, by the name that their issuer vouches for, for those who act there and for nobody else.
    async fn the_list_says_who_asked(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let (browser, at) = (&ines.client, at_office(&office));
        let angela = world.holder("angela").await;
        handed(&world, (&ines, &office), &angela).await;
        let paul = world.professional("paul").await;
        let code = invite(&office, &ines, &json!({"name": "Chef", "roles": {"agent": true}})).await;
        let member = join(&paul, &code).await.expect(201).json()["member"].as_str().unwrap().to_owned();
        let share = handed(&world, (&paul, &office), &angela).await;
        let list = plain(&page(browser, &at).await.expect(200));
        assert!(list.contains("Par : Inès LAURENT.") && list.contains("Par : Paul GARNIER.") && !list.contains("Chef"), "{list}");
        let one = plain(&page(browser, &requests(browser, &at).await[0]).await);
        assert!(one.contains("Par : "), "{one}");
        // A program's own request has nobody's name, and its list has none.
        caf.post("/api/v1/requests", &asked(&world)).await.expect(201);
        assert_eq!(plain(&page(browser, &at).await).matches("Par : ").count(), 2);
        let told = caf.get("/api/v1/requests").await.expect(200).text();
        assert!(!told.contains("GARNIER") && !told.contains(&member) && !told.contains("asked_by"), "{told}");
        let theirs = angela.get("/requests").await.expect(200).text();
        assert!(!theirs.contains(&member) && !theirs.contains("asked_by"), "{theirs}");
        assert!(!angela.client.get("/demandes").await.text().contains("GARNIER"));
        // Who only manages the members reads nothing of it; nor does who was set aside.
        let patch = browser.request(Method::PATCH, &office.member(&member, "")).json(&json!({"roles": {"referent": true}}));
        browser.send(patch).await.expect(204);
        page(&paul.client, &at).await.expect(404);
        // Whoever has left has asked all the same. A name that SQL put in the place of another is nobody's.
        browser.post(&office.member(&member, "/end")).await.expect(204);
        assert!(plain(&page(browser, &at).await).contains("Par : Paul GARNIER."));
        page(browser, &format!("{at}/papiers/{share}")).await.expect(200);
        let mut raw = world.raw().await;
        let referent = raw.id(&office.referent);
        raw.run(&format!("UPDATE memberships SET details = (SELECT m.details FROM memberships m WHERE m.membership_id <> {referent} LIMIT 1) WHERE membership_id = {referent}")).await.unwrap();
        let list = plain(&page(browser, &at).await);
        assert!(!list.contains("Par : Inès") && list.contains("Le nom de la personne ne se lit plus."), "another name is not hers: {list}");
    }

    /// The code of a request, typed where the codes of shares go: whoever has it learns where it goes, and nobody whether there is one.
    async fn the_code_of_a_request_is_sent_on(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let made = ines.client.post_json(&office.office("/requests"), &asked(&world)).await.expect(201).json();
        let code = made["code"].as_str().unwrap();
        let anybody = world.anonymous();
        let blank = page(&anybody, "/code").await.expect(200).text();
        assert!(!blank.contains("href=\"/demandes\""), "{blank}");
        let typed = async |code: &str| {
            let no = anybody.post_form("/code", &[("code", code), ("nom", "Dubois")]).await;
            (no.status.as_u16(), plain(&no).replace(code, "CODE"))
        };
        let (status, told) = typed(code).await;
        assert!(told.contains("href=\"/demandes\"") && told.contains("Ce code se tape dans votre consigne."), "{told}");
        assert_eq!(typed("ABCD-EFGH-JKMN").await, (status, told), "as for a code that is none");
        // And there it goes.
        let angela = world.holder("angela").await;
        angela.client.post_form("/demandes", &[("code", code)]).await.expect_redirect();
        assert_eq!(angela.get("/requests").await.expect(200).json()["items"][0]["id"], made["id"], "it is hers to answer");
    }
}
