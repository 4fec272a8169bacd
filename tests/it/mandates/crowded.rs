//! Who asks for too much at once: photos that fill the memory, looks that fill the holder's page.

use std::time::Duration;

use consigne::locker::Limits;
use serde_json::{Value, json};

use super::paper::three;
use super::visits::helped;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, Sheet, World, jpeg, on_paper};

on_both_pairs! {
    /// Eight photos are being received. The ninth waits, and is told to come back; whoever may send none is told that at once.
    async fn eight_photos_at_a_time(pair) {
        let world = World::with(pair, Limits { body_idle: Duration::from_millis(400), ..Limits::default() }).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        let mut places = Vec::new();
        for _ in 0..8 {
            places.push(world.lockers.place_for_photo().await.unwrap());
        }
        assert_problem(&sheet.send(jpeg(b"x")).await, 503, "away", "no place");
        assert_eq!(sheet.seen_by(&claire.client).await["sent"], Value::Null, "nothing of it was kept");
        assert_problem(&sheet.send_as(&claire.client, jpeg(b"x")).await, 403, "not-allowed", "not hers to send");
        places.pop();
        sheet.send(jpeg(b"x")).await.expect(204);
        sheet.send(jpeg(b"y")).await.expect(204);
        sheet.confirm(&claire.client).await.expect(204);
    }

    /// A helper looks at the list again and again, so that nobody sees what else they did.
    async fn a_thousand_looks_are_told_once(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        visit.content(&paper).await.expect(200);
        for _ in 0..130 {
            visit.get("/documents").await.expect(200);
        }
        visit.end().await.expect(204);
        let again = mandate.visit(&claire.client).await;
        for _ in 0..3 {
            again.get("/documents").await.expect(200);
        }
        again.content(&paper).await.expect(200);
        again.get("/documents").await.expect(200);
        world.settle().await;
        let detail = lucie.get(&format!("/mandates/{}?limit=50", mandate.id)).await.expect(200).json();
        let items = detail["done"]["items"].as_array().unwrap();
        let told: Vec<_> = items.iter().filter(|line| line["action"] != "access.close").map(|line| (line["action"].as_str().unwrap(), &line["times"])).collect();
        let null = Value::Null;
        let (three, many) = (json!(3), json!(130));
        assert_eq!(told[..7], [
            ("document.list", &null), ("content.read", &null), ("document.list", &three), ("visit.begin", &null), ("visit.end", &null),
            ("document.list", &many), ("content.read", &null),
        ], "{detail}");
        let sentence = items.iter().find(|line| line["times"] == 130).unwrap()["sentence"].as_str().unwrap();
        assert!(sentence.contains("130 fois"), "{sentence}");
        let page = lucie.client.get(&format!("/aide/{}/fait", mandate.id)).await.expect(200).text();
        assert!(page.contains("130 fois") && page.contains("3 fois") && page.contains("Bail"), "{page}");
        // The journal itself stays as it is.
        let looks = lucie.journal().await.iter().filter(|line| line["action"] == "document.list" && line["actor"]["kind"] == "aidant").count();
        assert_eq!(looks, 134);
    }
}
