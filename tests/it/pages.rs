//! The plain pages, as somebody with a browser and no script uses them.

use reqwest::Method;
use reqwest::multipart::{Form, Part};

use crate::on_both_pairs;
use crate::world::{Answer, Client, Pair, World};

fn form(title: &str, kind: &str, key: &str, file: Option<&[u8]>) -> Form {
    let form = Form::new().text("titre", title.to_owned()).text("type", kind.to_owned()).text("pour", "me");
    let form = form.text("cache", "on").text("date_fin", "2030-01-31").text("cle", key.to_owned());
    let part = Part::bytes(file.unwrap_or_default().to_vec()).file_name(if file.is_some() { "bail.txt" } else { "" });
    form.part("fichier", part)
}

async fn send(client: &Client, path: &str, form: Form) -> Answer {
    client.send(client.request(Method::POST, path).header("accept", "text/html").multipart(form)).await
}

/// The text of a page with the typography taken out: plain spaces and apostrophes.
fn plain(answer: &Answer) -> String {
    answer.text().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'").replace("&#39;", "'")
}

async fn page(client: &Client, path: &str) -> Answer {
    client.send(client.request(Method::GET, path).header("accept", "text/html")).await
}

on_both_pairs! {
    async fn somebody_opens_their_locker_adds_a_paper_looks_and_sees_who_looked(pair) {
        let world = World::new(pair).await;
        let stranger = world.anonymous();
        let home = page(&stranger, "/").await.expect(200).text();
        assert!(home.contains("<html lang=\"fr\">") && home.contains("/auth/holder/login"), "{home}");
        assert!(!home.contains("<script"));
        for private in ["/papiers", "/papiers/ajouter", "/corbeille", "/qui-a-ouvert"] {
            let answer = page(&stranger, private).await.expect(303);
            assert!(answer.header("location").starts_with("/?"), "{private}");
        }

        let lucie = world.sign_in("holder", "lucie").await;
        let welcome = page(&lucie, "/").await.expect(200).text();
        assert!(welcome.contains("action=\"/consigne/ouvrir\""), "{welcome}");
        let told = lucie.information().await;
        let agreement = [("lu", "oui"), ("accepte", told.as_str())];
        assert_eq!(lucie.post_form("/consigne/ouvrir", &agreement).await.expect(303).header("location"), "/papiers");
        assert_eq!(page(&lucie, "/").await.expect(303).header("location"), "/papiers");

        // No title: the kind's own name is one. A second press of the button adds nothing.
        let added = send(&lucie, "/papiers/ajouter", form("", "logement.bail", "une-fois", Some(b"le bail"))).await.expect(303);
        let twice = send(&lucie, "/papiers/ajouter", form("", "logement.bail", "une-fois", Some(b"le bail"))).await.expect(303);
        assert_eq!(added.header("location"), twice.header("location"));
        let paper = added.header("location").split('?').next().unwrap().to_owned();
        let list = plain(&page(&lucie, "/papiers").await.expect(200));
        assert_eq!(list.matches(&paper).count(), 1, "{list}");
        assert!(list.contains("Logement") && list.contains("Bail") && list.contains("31 janvier 2030"), "{list}");
        assert!(list.contains("caché à mes aidants") || list.contains("Caché à mes aidants"), "{list}");

        let detail = page(&lucie, &paper).await.expect(200).text();
        // It is hidden: those who help do not see it.
        assert!(detail.contains("Vous, et personne d’autre") && detail.contains("Vos aidants ne le voient pas"), "{detail}");
        assert!(plain(&page(&lucie, "/papiers/ajouter").await).contains("Les personnes qui vous aident ne verront pas ce papier."));
        let content = detail.split('"').find(|part| part.ends_with("/content")).unwrap().to_owned();
        assert_eq!(page(&lucie, &content).await.expect(200).body, b"le bail");

        lucie.post(&format!("{paper}/corbeille")).await.expect(303);
        assert!(!page(&lucie, "/papiers").await.text().contains(&paper));
        assert!(page(&lucie, "/corbeille").await.expect(200).text().contains(&paper));
        lucie.post(&format!("{paper}/reprendre")).await.expect(303);
        assert!(page(&lucie, "/papiers?q=bail&rubrique=logement").await.text().contains(&paper));

        world.settle().await;
        let journal = plain(&page(&lucie, "/qui-a-ouvert").await.expect(200));
        for sentence in ["Vous avez ouvert « Bail ».", "Vous avez ajouté « Bail ».", "corbeille"] {
            assert!(journal.contains(sentence), "{sentence}: {journal}");
        }

        // English by switch, back by switch; never to somebody else's site.
        let switch = page(&lucie, "/langue?vers=en&retour=%2Fqui-a-ouvert").await.expect(303);
        assert_eq!(switch.header("location"), "/qui-a-ouvert");
        let english = page(&lucie, "/qui-a-ouvert").await.expect(200).text();
        assert!(english.contains("<html lang=\"en\">") && english.contains("You opened"), "{english}");
        for elsewhere in ["https%3A%2F%2Fevil.test", "%2F%2Fevil.test", "%2F%5Cevil.test", "evil.test"] {
            let answer = page(&lucie, &format!("/langue?vers=fr&retour={elsewhere}")).await;
            assert!(!answer.header("location").contains("evil"), "{elsewhere}: {}", answer.header("location"));
        }

        let out = lucie.post("/auth/logout").await.expect(303);
        assert!(out.header("location").contains("/demo/holder/session/end"), "the issuer is told too: {}", out.header("location"));
        page(&lucie, "/papiers").await.expect(303);
    }

    async fn what_is_wrong_is_said_where_it_is_and_what_was_typed_is_kept(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let long = "x".repeat(201);
        for (title, kind, file, status, said) in [
            (long.as_str(), "logement.bail", Some(b"le bail".as_slice()), 422, "200"),
            ("Mon bail", "", Some(b"le bail"), 422, "Mon bail"),
            ("Mon bail", "logement.bail", None, 422, "Mon bail"),
            ("Mon bail", "logement.bail", Some(b"MZ\x90\0 un programme"), 415, "Mon bail"),
            ("Mon bail", "logement.bail", Some(b""), 422, "Mon bail"),
        ] {
            let answer = send(&lucie.client, "/papiers/ajouter", form(title, kind, "cle", file)).await;
            assert_eq!(answer.status.as_u16(), status, "{title:.10} {kind}: {}", answer.text());
            assert!(answer.text().contains(said) && answer.text().contains("role=\"alert\""), "{said}: {}", answer.text());
        }
        assert_eq!(lucie.get("/documents").await.json()["items"].as_array().unwrap().len(), 0);

        // A form that was sent before, whose paper is destroyed: a page says so, and the paper stays gone.
        let sent = async || send(&lucie.client, "/papiers/ajouter", form("", "logement.bail", "deja-servi", Some(b"le bail"))).await;
        let added = sent().await.expect(303);
        let paper = added.header("location").split('?').next().unwrap();
        lucie.client.post(&format!("{paper}/supprimer")).await.expect(303);
        let told = plain(&sent().await.expect(410));
        assert!(told.contains("supprimé pour toujours") && told.contains("ouvrez la page « Ajouter un papier »"), "{told}");
        assert_eq!(lucie.get("/documents").await.json()["items"].as_array().unwrap().len(), 0);

        let nowhere = page(&lucie.client, "/papiers/00000000-0000-4000-8000-000000000000").await.expect(404).text();
        assert!(nowhere.contains("<h1"), "{nowhere}");
        page(&lucie.client, "/papiers/nimporte").await.expect(404);
        page(&lucie.client, "/nulle-part").await.expect(404);
        // A professional has no locker: a plain page says so.
        let nadia = world.sign_in("professional", "nadia").await;
        assert!(page(&nadia, "/").await.expect(200).text().contains("/auth/logout"));
        nadia.post("/consigne/ouvrir").await.expect(403);
    }

    /// A permit photographed on one side alone is refused at a desk weeks later: it is said where one adds it, and once it is there.
    async fn papers_with_two_sides_are_told(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await.client;
        let asked = plain(&page(&lucie, "/papiers/ajouter").await.expect(200));
        let all = "Ces papiers ont 2 côtés : Carte d'identité, Permis de conduire, Titre de séjour. Ajoutez les deux.";
        assert!(asked.contains(all), "{asked}");
        let alone = "Ce papier a 2 côtés. Ajoutez les deux. Mettez-les dans 1 seul fichier.";
        let again = plain(&send(&lucie, "/papiers/ajouter", form("", "sejour.titre_sejour", "a", None)).await.expect(422));
        assert!(again.contains(alone) && !again.contains(all), "{again}");

        let there = "Ce papier a 2 côtés. Regardez si les deux sont dans le fichier.";
        for (kind, two_sides) in [("sejour.titre_sejour", true), ("logement.bail", false)] {
            let added = send(&lucie, "/papiers/ajouter", form("", kind, kind, Some(b"un seul"))).await.expect(303);
            let told = added.header("location").to_owned();
            assert_eq!(plain(&page(&lucie, &told).await.expect(200)).contains(there), two_sides, "{kind}");
            let paper = told.split('?').next().unwrap();
            assert!(!plain(&page(&lucie, paper).await.expect(200)).contains(there), "{kind}: once");
            let newer = format!("{paper}/remplacer");
            assert_eq!(plain(&page(&lucie, &newer).await.expect(200)).contains(alone), two_sides, "{kind}");
            let file = Part::bytes(b"deux".to_vec()).file_name("deux.txt");
            let sent = send(&lucie, &newer, Form::new().text("cle", format!("{kind}-2")).part("fichier", file)).await.expect(303);
            assert_eq!(plain(&page(&lucie, sent.header("location")).await.expect(200)).contains(there), two_sides, "{kind}");
        }
    }
}
