//! The pages of codes, as browsers use them: the holder's, and that of somebody without an account.

use std::time::Duration;

use super::{a_paper, copy, plain};
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Pair, World};

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap().to_owned()
}

on_both_pairs! {
    async fn somebody_gives_a_code_and_somebody_uses_it(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let paper = a_paper(&angela, "Bail de la rue Haute").await;
        let note = angela.deposit("Une note", "formation.courrier", b"une note").await;
        assert!(browser.get("/demandes").await.expect(200).text().contains("href=\"/transmettre\""));
        let form = browser.get("/transmettre").await.expect(200).text();
        for words in ["Bail de la rue Haute", "On ne peut pas écrire sur ce papier pour qui est la copie.", "À qui ?"] {
            assert!(plain(&form).contains(words), "{words}: {form}");
        }
        assert!(!form.contains(" checked"), "nothing is chosen for them: {form}");
        // Something is wrong: told, and what was typed is kept.
        let both = [("papier", paper.as_str()), ("papier", note.as_str()), ("nom", "Mme Petit"), ("pour", "Louer un logement")];
        let wrong = browser.post_form("/transmettre", &both).await.expect(422).text();
        assert!(plain(&wrong).contains("On ne peut pas écrire sur un papier choisi") && wrong.contains("value=\"Mme Petit\""), "{wrong}");
        assert!(wrong.contains(&format!("value=\"{paper}\" checked")), "{wrong}");

        // They prove again who they are: what they chose and wrote is there, and no address tells what they wrote.
        world.wait(Duration::from_secs(6 * 60));
        let right = [("papier", paper.as_str()), ("nom", "Mme Petit"), ("pour", "Louer un logement"), ("debut", "1")];
        let sent = browser.post_form("/transmettre", &right).await.expect_redirect();
        let to = sent.header("location").to_owned();
        assert!(to.starts_with("/auth/holder/login?step_up=1&next=") && !to.contains("Petit") && !to.contains("Louer"), "{to}");
        let next = url::form_urlencoded::parse(to.split_once('?').unwrap().1.as_bytes()).find(|(name, _)| name == "next").unwrap().1.into_owned();
        browser.prove_again().await;
        let back = browser.get(&next).await.expect(200).text();
        assert!(back.contains("value=\"Mme Petit\"") && back.contains(&format!("value=\"{paper}\" checked")), "{back}");
        let shown = browser.post_form("/transmettre", &right).await.expect(200);
        assert_eq!(shown.header("cache-control"), "no-store");
        let shown = shown.text();
        let code = hidden(&shown, "code");
        assert!(plain(&shown).contains("Ce code ne s'affiche qu'une fois") && plain(&shown).contains("30 jours"), "{shown}");
        let at = shown.split("action=\"/transmis/").nth(1).unwrap().split("/code\"").next().unwrap().to_owned();
        let sheet = Pdf::of(browser.post_form(&format!("/transmis/{at}/code"), &[("code", &code)]).await);
        assert!(sheet.flat().contains(&code));

        // Somebody without an account.
        let landlady = world.anonymous();
        let first = landlady.get("/code").await.expect(200);
        assert_eq!(first.header("x-robots-tag"), "noindex, nofollow");
        for early in ["/code/nom", "/code/papiers"] {
            assert_eq!(landlady.get(early).await.expect_redirect().header("location"), "/code?fin=1");
        }
        let wrong = landlady.post_form("/code", &[("code", &code), ("nom", "Dupont")]).await.expect(422).text();
        assert!(plain(&wrong).contains("ne vont pas ensemble") && wrong.contains("value=\"Dupont\""), "{wrong}");
        assert_eq!(landlady.post_form("/code", &[("code", &code), ("nom", "du bois")]).await.expect_redirect().header("location"), "/code/nom");
        // The list asks who reads, first.
        assert_eq!(landlady.get("/code/papiers").await.expect_redirect().header("location"), "/code/nom");
        assert!(!landlady.get("/code/nom").await.expect(200).text().contains("Angela"), "nothing is shown before");
        landlady.post_form("/code/nom", &[("nom", " ")]).await.expect(422);
        assert_eq!(landlady.post_form("/code/nom", &[("nom", "Jeanne <Petit>")]).await.expect_redirect().header("location"), "/code/papiers");
        let page = landlady.get("/code/papiers").await.expect(200).text();
        assert!(plain(&page).contains("Bail de la rue Haute") && plain(&page).contains("Angela"), "{page}");
        copy(landlady.post_form("/code/papiers", &[("papier", "1")]).await.expect(200));
        // Another site's page opens nothing.
        let mut elsewhere = landlady.request(reqwest::Method::POST, "/code/papiers").body("papier=1").build().unwrap();
        elsewhere.headers_mut().insert("origin", "https://evil.example".parse().unwrap());
        landlady.execute(elsewhere).await.expect(403);
        assert_eq!(landlady.post("/code/sortir").await.expect_redirect().header("location"), "/code");
        assert_eq!(landlady.get("/code/papiers").await.expect_redirect().header("location"), "/code?fin=1");

        // The holder sees who, when, what; and stops it.
        world.settle().await;
        let told = plain(&browser.get(&format!("/transmis/{at}")).await.expect(200).text());
        for words in ["« Jeanne &#60;Petit&#62; » a ouvert « Bail de la rue Haute ».", "Quelqu'un a tapé le code avec un mauvais nom de famille.", "Louer un logement"] {
            assert!(told.replace("&#39;", "'").contains(words), "{words}: {told}");
        }
        browser.post(&format!("/transmis/{at}/arreter")).await.expect_redirect();
        landlady.post_form("/code", &[("code", &code), ("nom", "Dubois")]).await.expect(410);
    }
}
