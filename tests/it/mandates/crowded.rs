//! Who asks for too much at once: photos that fill the memory, looks that fill the holder's page.

use std::time::Duration;

use consigne::domain::ids::PersonId;
use consigne::locker::Limits;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::paper::three;
use super::visits::helped;
use crate::attacks::tools::{assert_problem, send_bytes};
use crate::on_both_pairs;
use crate::world::{Client, Pair, Sheet, World, jpeg, on_paper};

on_both_pairs! {
    /// Eight photos are being received. The ninth waits, and is told to come back; whoever may send none is told that at once.
    async fn eight_photos_at_a_time(pair) {
        let world = World::with(pair, Limits { body_idle: Duration::from_millis(400), ..Limits::default() }).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        let mut places = Vec::new();
        for _ in 0..8 {
            places.push(world.lockers.place_for_photo(PersonId::draw(&world.source)).await.unwrap());
        }
        assert_problem(&sheet.send(jpeg(b"x")).await, 503, "away", "no place");
        assert_eq!(sheet.seen_by(&claire.client).await["sent"], Value::Null, "nothing of it was kept");
        assert_problem(&sheet.send_as(&claire.client, jpeg(b"x")).await, 403, "not-allowed", "not hers to send");
        places.pop();
        // One at a time of hers, however many she sends.
        let own = world.lockers.place_for_photo(nadia.person.parse().unwrap()).await.unwrap();
        assert_problem(&sheet.send(jpeg(b"x")).await, 503, "away", "another of hers is being received");
        drop(own);
        sheet.send(jpeg(b"x")).await.expect(204);
        sheet.send(jpeg(b"y")).await.expect(204);
        sheet.confirm(&claire.client).await.expect(204);
    }

    /// An aidant with a sheet of her own opens connections, says that a photo follows, and is silent; or sends bytes without end in which
    /// no part begins. None of them takes a place, and none is held for long.
    async fn who_is_silent_takes_no_place(pair) {
        let world = World::with(pair, Limits { body_idle: Duration::from_millis(700), ..Limits::default() }).await;
        let (lucie, _, _, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        let (at, to) = (sheet.own_path(), lucie.path("/documents"));
        let head = |verb: &str, path: &str, client: &Client, length: usize| {
            let cookie = client.cookies.lock().unwrap()["__Host-consigne"].clone();
            let host = world.address;
            format!(
                "{verb} {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: __Host-consigne={cookie}\r\nConnection: close\r\n\
                 Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
            )
        };
        let silent = head("PUT", &at, &nadia.client, 100_000).into_bytes();
        let asked: Vec<_> = (0..8).map(|_| send_bytes(&world, &silent)).collect();
        let (answers, meanwhile) = tokio::join!(futures_util::future::join_all(asked), sheet.send(jpeg(b"x")));
        meanwhile.expect(204);
        for answer in answers {
            assert_eq!(answer.status, 408, "{}", answer.body);
        }
        // No boundary anywhere, and a head of a part that does not end.
        for begun in ["", "--x\r\nContent-Disposition: form-data; name=\"metadata\"; a=\""] {
            for (verb, path, client) in [("PUT", &at, &nadia.client), ("POST", &to, &lucie.client)] {
                let length = 64 * 1024 * 1024;
                let mut stream = TcpStream::connect(world.address).await.unwrap();
                stream.write_all(head(verb, path, client, length).as_bytes()).await.unwrap();
                stream.write_all(begun.as_bytes()).await.unwrap();
                let mut sent = 0;
                while sent < length / 2 && stream.write_all(&[b'a'; 8_192]).await.is_ok() {
                    sent += 8_192;
                }
                assert!(sent < length / 2, "{path}: all of it is taken");
            }
        }
    }

    /// What is listed by a rubric, in words and as a count is told apart: a milder look does not stand for another.
    async fn looks_of_another_kind_are_told_apart(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        for path in ["/documents", "/documents?q=loyer", "", "/documents"] {
            visit.get(path).await.expect(200);
        }
        world.wait(Duration::from_mins(11));
        visit.get("/documents").await.expect(200);
        let detail = lucie.get(&format!("/mandates/{}?limit=50", mandate.id)).await.expect(200).json();
        let told: Vec<_> = detail["done"]["items"].as_array().unwrap().iter().map(|line| json!([line["action"], line["times"]])).collect();
        assert_eq!(told[..4], [
            json!(["document.list", null]), json!(["document.list", null]), json!(["locker.view", null]), json!(["document.list", 2]),
        ], "{told:?}");
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
