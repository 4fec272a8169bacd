//! The form by which papers are given: once, whatever is pressed or loaded again; all that is wrong at once; what is said of it is true.

use std::time::Duration;

use super::{a_paper, copy, plain};
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Client, Pair, World, day_from_now};

fn value<'p>(page: &'p str, name: &str) -> &'p str {
    let start = format!("name=\"{name}\" value=\"");
    page.split(&start).nth(1).unwrap_or_else(|| panic!("no {name}: {page}")).split('"').next().unwrap()
}

async fn key(browser: &Client) -> String {
    value(&browser.get("/transmettre").await.expect(200).text(), "cle").to_owned()
}

on_both_pairs! {
    /// Loaded again, pressed twice, sent again after a new proof: one code, which is shown once.
    async fn the_same_form_makes_one_code(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let paper = a_paper(&angela, "Bail").await;
        let key = key(browser).await;
        let fields = [("cle", key.as_str()), ("papier", &paper), ("nom", "Mme Petit"), ("pour", "Louer un logement")];
        let shown = browser.post_form("/transmettre", &fields).await.expect(200).text();
        let code = value(&shown, "code").to_owned();
        let again = plain(&browser.post_form("/transmettre", &fields).await.expect(200).text());
        assert!(again.contains("Ce code a déjà été montré") && !again.contains(&code) && !again.contains("name=\"code\""), "{again}");
        let share = angela.get("/shares").await.json()["items"].as_array().unwrap().clone();
        assert_eq!(share.len(), 1);
        let share = share[0]["id"].as_str().unwrap().to_owned();
        assert!(again.contains(&format!("href=\"/transmis/{share}\"")), "{again}");
        let dump = world.raw().await.dump().await;
        assert!(!dump.windows(code.len()).any(|part| part == code.as_bytes()), "the code is kept nowhere");

        // Much later: they prove who they are first, and the form that comes back is the same.
        world.wait(Duration::from_secs(6 * 60));
        let to = browser.post_form("/transmettre", &fields).await.expect_redirect().header("location").to_owned();
        let next = url::form_urlencoded::parse(to.split_once('?').unwrap().1.as_bytes()).find(|(name, _)| name == "next").unwrap().1.into_owned();
        browser.prove_again().await;
        let form = browser.get(&next).await.expect(200).text();
        assert_eq!(value(&form, "cle"), key);
        let again = plain(&browser.post_form("/transmettre", &fields).await.expect(200).text());
        assert!(again.contains("Ce code a déjà été montré"), "{again}");
        assert_eq!(angela.get("/shares").await.json()["items"].as_array().unwrap().len(), 1);

        // Another word is another form; so is another key. What was shown before still works.
        let other = [fields[0], fields[1], ("nom", "M. Roux"), fields[3]];
        let shown = browser.post_form("/transmettre", &other).await.expect(200).text();
        assert_ne!(value(&shown, "code"), code);
        let key = self::key(browser).await;
        let fresh = [("cle", key.as_str()), fields[1], fields[2], fields[3]];
        value(&browser.post_form("/transmettre", &fresh).await.expect(200).text(), "code");
        assert_eq!(angela.get("/shares").await.json()["items"].as_array().unwrap().len(), 3);
        // The same key is nothing in another's locker.
        let ahmed = world.holder("ahmed").await;
        let his = a_paper(&ahmed, "Bail").await;
        let form = [fields[0], ("papier", his.as_str()), fields[2], fields[3]];
        value(&ahmed.client.post_form("/transmettre", &form).await.expect(200).text(), "code");
    }

    /// At the same moment.
    async fn pressed_twice_at_once_it_is_one_code(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let paper = a_paper(&angela, "Bail").await;
        let key = key(browser).await;
        let fields = [("cle", key.as_str()), ("papier", &paper), ("nom", "Mme Petit"), ("pour", "Louer un logement")];
        let press = || async { browser.post_form("/transmettre", &fields).await.expect(200).text() };
        let (a, b, c) = tokio::join!(press(), press(), press());
        assert_eq!([a, b, c].iter().filter(|page| page.contains("name=\"code\"")).count(), 1);
        assert_eq!(angela.get("/shares").await.json()["items"].as_array().unwrap().len(), 1);
    }

    /// All that is wrong at once, at the top and at each field; what was typed is kept.
    async fn all_that_is_wrong_with_the_form_is_told(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let note = angela.deposit("Une note", "formation.courrier", b"une note").await;
        let past = day_from_now(&world, -2);
        let fields = [("cle", "k"), ("nom", " "), ("pour", ""), ("jusqua", &past), ("fois", "0")];
        let told = plain(&browser.post_form("/transmettre", &fields).await.expect(422).text());
        assert!(told.contains("<title>À corriger : donner des papiers à quelqu'un") || told.contains("<title>À corriger : donner des papiers à quelqu&#39;un"), "{told}");
        assert!(told.contains("Il y a 5 choses à corriger."), "{told}");
        for id in ["nom", "pour", "papiers", "jusqua", "fois"] {
            assert!(told.contains(&format!("<a href=\"#{id}\">")) && told.contains(&format!("id=\"{id}-faux\"")), "{id}: {told}");
        }
        for id in ["nom", "pour", "jusqua", "fois"] {
            assert!(told.contains(&format!("aria-describedby=\"{id}-aide {id}-faux\" aria-invalid=\"true\"")), "{id}: {told}");
        }
        assert!(told.contains(&format!("value=\"{past}\"")) && told.contains("name=\"cle\" value=\"k\""), "{told}");
        // What only the papers tell is told with the rest.
        let fields = [("papier", note.as_str()), ("nom", ""), ("pour", "Le bail")];
        let told = plain(&browser.post_form("/transmettre", &fields).await.expect(422).text());
        assert!(told.contains("<a href=\"#nom\">") && told.contains("<a href=\"#telquel\">") && told.contains("Il y a 2 choses"), "{told}");
        let fields = [("papier", note.as_str()), ("nom", "Mme Petit"), ("pour", "Le bail")];
        let told = plain(&browser.post_form("/transmettre", &fields).await.expect(422).text());
        assert!(told.contains("<a href=\"#telquel\">") && told.contains("id=\"telquel-faux\"") && told.contains("Il y a 1 chose"), "{told}");
        assert_eq!(angela.get("/shares").await.json()["items"].as_array().unwrap().len(), 0);
    }

    /// Where the code is typed stands beside it; what somebody said of themselves is between marks; copies say what they are in one line.
    async fn what_is_said_of_a_code_is_true(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let browser = &angela.client;
        let paper = a_paper(&angela, "Bail").await;
        let fields = [("papier", paper.as_str()), ("nom", "Mme Petit"), ("pour", "Louer un studio.")];
        let shown = plain(&browser.post_form("/transmettre", &fields).await.expect(200).text());
        let (_, address) = shown.split_once("Adresse où taper ce code").unwrap();
        let address = address.split("<p class=\"code\" dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap();
        assert!(address.ends_with("/code") && !address.contains("://") && !address.contains('?'), "{address}");
        let (code, at) = (value(&shown, "code").to_owned(), shown.split("action=\"/transmis/").nth(1).unwrap().split("/code\"").next().unwrap().to_owned());
        let sheet = plain(&Pdf::of(browser.post_form(&format!("/transmis/{at}/code"), &[("code", &code)]).await).flat());
        assert!(sheet.contains(address) && sheet.contains("Sur chaque copie, il est écrit pour qui elle est : Mme Petit."), "{sheet}");
        assert!(!sheet.contains("Votre nom est écrit") && !sheet.contains("1/1"), "{sheet}");
        // The receipt: one page, and no number on it.
        let receipt = plain(&Pdf::of(browser.get(&format!("/transmis/{at}/recu")).await).flat());
        assert!(receipt.contains("Mme Petit") && !receipt.contains("1/1"), "{receipt}");
        assert!(plain(&browser.get("/demandes").await.text()).contains("C'est un fichier pour les logiciels. Il prouve ce que vous avez transmis"));

        let landlady = world.anonymous();
        // What is left empty is told, at each field, and is no try.
        let told = plain(&landlady.post_form("/code", &[("code", " "), ("nom", "")]).await.expect(422).text());
        for words in ["<title>À corriger", "Il y a 2 choses à corriger.", "<a href=\"#code\">", "<a href=\"#nom\">", "aria-describedby=\"nom-aide nom-faux\" aria-invalid=\"true\""] {
            assert!(told.contains(words), "{words}: {told}");
        }
        landlady.post_form("/code", &[("code", &code), ("nom", "Dubois")]).await.expect_redirect();
        let told = landlady.post_form("/code/nom", &[("nom", "")]).await.expect(422).text();
        assert!(told.contains("<a href=\"#nom\">") && told.contains("id=\"nom-faux\""), "{told}");
        landlady.post_form("/code/nom", &[("nom", "Angela « elle-même »")]).await.expect_redirect();
        let marked = copy(landlady.post_form("/code/papiers", &[("papier", "1")]).await.expect(200));
        let marked = plain(&marked.about("Subject"));
        assert!(marked.contains("Copie pour Mme Petit · Louer un studio · le "), "{marked}");
        world.settle().await;
        let told = plain(&browser.get(&format!("/transmis/{at}")).await.expect(200).text());
        assert!(told.contains("« Angela “elle-même” » a ouvert « Bail »."), "{told}");
    }
}
