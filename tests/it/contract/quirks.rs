//! What `docs/api-quirks.md` says and no other story shows.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::on_both_pairs;
use crate::world::{Pair, World};

on_both_pairs! {
    /// The language of sentences is asked for in the address or by the cookie; a browser's own wish is not read.
    async fn sentences_follow_the_address_and_the_cookie(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let newest = async |query: &str| {
            let request = lucie.client.request(Method::GET, &lucie.path(&format!("/journal?limit=1{query}")));
            let page = lucie.client.send(request.header("accept-language", "en")).await.expect(200).json();
            page["items"][0]["sentence"].as_str().unwrap().to_owned()
        };
        let (french, english) = (newest("").await, newest("&lang=en").await);
        assert!(french.starts_with("Vous ") && english.starts_with("You "), "{french} {english}");
        lucie.client.cookies.lock().unwrap().insert("consigne-langue".to_owned(), "en".to_owned());
        assert!(newest("").await.starts_with("You "));
        assert!(newest("&lang=fr").await.starts_with("Vous "), "the address comes before the cookie");
        let problem = lucie.get("/nothing?lang=fr").await.expect(404).json();
        assert_eq!(problem["type"], "/problems/not-found");
    }

    /// Conditions, `HEAD` and ranges: what each of them leaves in the journal.
    async fn what_a_reading_leaves(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"le bail entier").await;
        let path = lucie.path(&format!("/documents/{id}/content"));
        let tag = lucie.content(&id).await.expect(200).header("etag").to_owned();
        world.settle().await;
        let mut before = lucie.trail().await.len();
        let mut left = async || {
            world.settle().await;
            let trail = lucie.trail().await;
            let new: Vec<String> = trail[before..].iter().filter(|l| !l.starts_with("journal.")).cloned().collect();
            before = trail.len();
            new
        };
        left().await;
        lucie.client.send(lucie.client.request(Method::HEAD, &path)).await.expect(200);
        assert_eq!(left().await, ["document.view done"]);
        lucie.client.send(lucie.client.request(Method::GET, &path).header("if-none-match", &tag)).await.expect(304);
        assert_eq!(left().await, ["document.view done"]);
        for nonsense in ["bytes=0-1,4-5", "lines=0-1", "bytes=5-2", "x"] {
            let asked = lucie.client.request(Method::GET, &path).header("range", nonsense);
            assert_eq!(lucie.client.send(asked).await.expect(200).body, b"le bail entier", "{nonsense}");
        }
        left().await;
        // In the trash it still opens.
        lucie.client.delete(&lucie.path(&format!("/documents/{id}"))).await.expect(204);
        assert_eq!(lucie.content(&id).await.expect(200).body, b"le bail entier");
        assert_eq!(lucie.get(&format!("/documents/{id}")).await.expect(200).json()["state"], "trashed");
    }

    /// Cursors and limits: what is out of bounds is bent, what is no number is refused, what is gone ends the list.
    async fn lists_bend_and_refuse(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        for title in ["Un", "Deux", "Trois"] {
            lucie.deposit(title, "logement.bail", title.as_bytes()).await;
            world.wait(Duration::from_secs(1));
        }
        let titles = async |query: &str| {
            let page = lucie.get(&format!("/documents{query}")).await.expect(200).json();
            let titles: Vec<String> =
                page["items"].as_array().unwrap().iter().map(|d| d["title"].as_str().unwrap().to_owned()).collect();
            (titles, page["next"].as_str().map(str::to_owned))
        };
        assert_eq!(titles("?limit=0").await.0, ["Trois"]);
        assert_eq!(titles("?limit=100000").await, (vec!["Trois".into(), "Deux".into(), "Un".into()], None));
        let (_, next) = titles("?limit=2").await;
        assert_eq!(titles(&format!("?after={}", next.unwrap())).await, (vec!["Un".into()], None));
        assert_eq!(titles("?after=00000000-0000-4000-8000-000000000000").await, (Vec::new(), None));
        assert_eq!(titles("?q=TROIS").await.0, ["Trois"]);
        for (query, status) in [("limit=x", 400), ("limit=-1", 400), ("after=x", 422), ("category=x", 422)] {
            lucie.get(&format!("/documents?{query}")).await.expect(status);
        }
        lucie.get("/journal?after=x").await.expect(400);
    }

    /// A parameter that does not read, or that there is not, is named; `lang` is there everywhere.
    async fn a_wrong_parameter_is_named(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let id = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let content = format!("/documents/{id}/content");
        for (address, parameter) in [
            ("/documents?limit=abc", Some("limit")), ("/documents?q=bail&trashed=oui&limit=3", Some("trashed")),
            ("/documents?categorie=sante", Some("categorie")), ("/documents?lang=fr&limit=2&categor%79x=y", Some("categoryx")),
            ("/documents?limit=1&limit=2", None),
            ("/journal?limit=abc", Some("limit")), ("/journal?before=5", Some("before")),
            (&format!("{content}?versoin=x"), Some("versoin")),
        ] {
            let problem = lucie.get(address).await.expect(400).json();
            assert_eq!(problem["type"], "/problems/bad-request", "{address}");
            assert_eq!(problem["field"].as_str(), parameter, "{address}");
        }
        for address in ["/documents?lang=en&q=bail", "/journal?lang=en", "/documents?", &format!("{content}?lang=en&download=1")] {
            lucie.get(address).await.expect(200);
        }
    }

    /// A description with a word too many is refused, and says so.
    async fn a_misspelt_field_is_refused(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let metadata = json!({"title": "Bail", "kind": "logement.bail", "expire_on": "2027-03-31"});
        let answer = lucie.deposit_with(&metadata, "bail.txt", b"bail".to_vec()).await.expect(422);
        assert_eq!(answer.json()["field"], "metadata");
    }
}
