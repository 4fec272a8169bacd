//! The pages: somebody makes the victim open a link, or sends them a file whose name is a trap; a holder tries the ids of
//! another's papers in the addresses.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::tools::seq;
use crate::on_both_pairs;
use crate::world::{Pair, World};

const TRAP: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>";

/// Nothing of the trap is markup.
#[track_caller]
fn assert_harmless(html: &str, what: &str) {
    for live in ["<script", "<img src=x", "'><", "\"'>"] {
        assert!(!html.contains(live), "{what}: {live} in {html}");
    }
}

on_both_pairs! {
    /// What people typed, and what links carry, is shown as text.
    async fn nothing_typed_becomes_markup(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let metadata = json!({"title": TRAP, "kind": "logement.bail"});
        let made = lucie.deposit_with(&metadata, TRAP, b"texte".to_vec()).await.expect(201).json();
        let id = made["id"].as_str().unwrap();
        lucie.content(id).await.expect(200);
        let trap = url::form_urlencoded::byte_serialize(TRAP.as_bytes()).collect::<String>();
        let mut shown = 0;
        for path in [
            "/papiers".to_owned(), format!("/papiers/{id}"), format!("/papiers/{id}?ajoute=1"), "/qui-a-ouvert".to_owned(),
            "/corbeille".to_owned(), format!("/papiers?q={trap}"), format!("/papiers?rubrique={trap}"), format!("/?entrer={trap}"),
            format!("/papiers?{trap}={trap}"), format!("/papiers/{trap}"), format!("/nulle-part/{trap}?lang={trap}"),
            format!("/langue?vers={trap}&retour={trap}"), format!("/qui-a-ouvert?avant={trap}"),
        ] {
            let request = lucie.client.request(Method::GET, &path).header("accept", "text/html");
            let answer = lucie.client.send(request).await;
            assert_harmless(&answer.text(), &path);
            assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
            shown += answer.text().matches("alert(1)").count();
        }
        assert!(shown >= 3, "the trap is shown, as text: the test looks at something");

        // A form that comes back to be corrected shows what was typed.
        let file = Part::bytes(b"texte".to_vec()).file_name("x.txt");
        let form = Form::new().text("titre", TRAP).text("type", TRAP).text("cle", TRAP).part("fichier", file);
        let answer = lucie.client.send(lucie.client.request(Method::POST, "/papiers/ajouter").multipart(form)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("alert(1)"));
        assert_harmless(&answer.text(), "form");
    }

    /// A link to our site that would go on elsewhere.
    async fn no_page_redirects_elsewhere(pair) {
        let world = World::new(pair).await;
        for back in ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/%09/evil.example", "evil.example",
            "javascript:alert(1)", "/%0d%0aLocation:%20https://evil.example", "%2F%2Fevil.example", "/%5Cevil.example"] {
            let answer = world.anonymous().get(&format!("/langue?vers=en&retour={back}")).await;
            assert_eq!(answer.status, 303, "{back}");
            let to = answer.header("location");
            let base = url::Url::parse(&format!("http://{}/langue", world.address)).unwrap();
            let end = base.join(to).unwrap();
            assert_eq!(end.origin(), base.origin(), "{back} leads to {to}");
            assert_eq!(answer.headers.get_all("location").iter().count(), 1);
        }
    }

    /// Ahmed knows the id of Lucie's paper, and tries it in every address.
    async fn another_ones_papers_are_not_there(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let paper = lucie.deposit("Le bail de Lucie", "logement.bail", b"bail").await;
        world.settle().await;
        let mut raw = world.raw().await;
        let mine = seq(&mut raw, &lucie.locker).await;
        for (method, rest) in [(Method::GET, ""), (Method::POST, "/corbeille"), (Method::POST, "/reprendre")] {
            let path = format!("/papiers/{paper}{rest}");
            let before = ahmed.journal().await.len();
            let answer = ahmed.client.send(ahmed.client.request(method, &path)).await;
            assert_eq!(answer.status, 404, "{path}");
            assert!(!answer.text().contains("Lucie"), "{path}");
            let trail = ahmed.trail().await;
            assert!(trail[before].ends_with(" refused:unknown_document"), "{path}: {:?}", &trail[before..]);
        }
        for client in [&world.anonymous(), &world.sign_in("professional", "nadia").await] {
            for path in ["/papiers", "/corbeille", "/qui-a-ouvert", "/papiers/ajouter", &format!("/papiers/{paper}")] {
                let answer = client.get(path).await;
                assert!(!answer.status.is_success() && !answer.text().contains("Lucie"), "{path}: {}", answer.text());
            }
        }
        assert_eq!(seq(&mut raw, &lucie.locker).await, mine);
        lucie.get(&format!("/documents/{paper}")).await.expect(200);
    }

    /// What the form refuses is in the journal too, as it is by the API.
    async fn a_refused_form_leaves_a_line(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let before = lucie.journal().await.len();
        let file = Part::bytes(b"texte".to_vec()).file_name("x.txt");
        let form = Form::new().text("titre", "x".repeat(300)).text("type", "logement.bail").part("fichier", file);
        let answer = lucie.client.send(lucie.client.request(Method::POST, "/papiers/ajouter").multipart(form)).await;
        assert_eq!(answer.status, 422);
        let trail = lucie.trail().await;
        assert!(trail[before..].contains(&"access.close ended:bad_field".to_owned()), "{:?}", &trail[before..]);
        assert!(world.raw().await.all_blobs().await.is_empty());
    }
}
