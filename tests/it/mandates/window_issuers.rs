//! Windows between two real issuers: the holder comes by FranceConnect's shape on the device of an aidant whom ProConnect's vouches for.
//! What the holder began there is over at their issuer too; what is the aidant's goes on, here and there.

use consigne::domain::organisation::Roles;
use serde_json::json;

use crate::attacks::tools::assert_problem;
use crate::entrance::issuer::{
    Shape, asked, at_work, come_in, follow, is_known_there, parameter, say_yes, to_callback, with, world_of_both,
};
use crate::entrance::{SESSION, cookie};
use crate::on_both_pairs;
use crate::world::{Client, Holder, Pair, WINDOW, World, present};

const HOLDER: Shape = Shape::HOLDER;
const PROFESSIONAL: Shape = Shape::PROFESSIONAL;

/// Angela, who comes in on her own device and opens her locker.
async fn angela(world: &World) -> Holder {
    let client = world.anonymous();
    come_in(&client, &HOLDER.login()).await.expect(303);
    let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let person = client.get("/api/v1/me").await.expect(200).json()["person"]["id"].as_str().unwrap().to_owned();
    Holder { client, locker, person }
}

/// Goes out by the holder's issuer, and comes back to the page that gives the device back.
async fn out(device: &Client, issuer: &str, out: &str) {
    assert!(out.starts_with(issuer), "{out}");
    assert_eq!(parameter(out, "id_token_hint").split('.').count(), 3);
    let back = say_yes(device, out).await;
    assert_eq!(parameter(&back, "state"), parameter(out, "state"));
    assert_eq!(device.get(&back).await.expect(303).header("location"), "/avec-moi/fini");
    let end = device.send(device.request(reqwest::Method::GET, "/avec-moi/fini").header("accept", "text/html")).await;
    assert!(end.expect(200).text().contains("Claire MOREL"), "to whom the device goes back");
}

on_both_pairs! {
    async fn the_holder_is_out_at_their_issuer_and_the_aidant_stays(pair) {
        let (world, [holders, _]) = world_of_both(pair).await;
        let angela = angela(&world).await;
        let lease = angela.deposit("Bail", "logement.bail", b"bail").await;
        let claire = at_work(&world, "claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let (device, session) = (&claire.client, cookie(&claire.client, SESSION));
        assert!(!is_known_there(device, HOLDER).await && is_known_there(device, PROFESSIONAL).await);

        for answer in ["close", "decline", "consent"] {
            let window = claire.open_window(&present(&ccas)).await;
            let (callback, through) = to_callback(device, &window.sign_in).await;
            assert!(asked(&through) && through[0].contains("prompt=login"), "{through:?}");
            assert_eq!(device.get(&callback).await.expect(303).header("location"), "/avec-moi/lire");
            let shown = window.read().await.expect(200).json();
            assert_eq!((&shown["helper"], &shown["organisation"]), (&json!("Claire MOREL"), &json!("CCAS de Valserin")));
            // As long as she reads, whoever asks her issuer on this device is told that it is she.
            assert!(is_known_there(device, HOLDER).await, "{answer}");
            let done = if answer == "consent" { window.agree().await } else { window.post(answer).await };
            let url = done.expect(200).json()["logout_url"].as_str().unwrap().to_owned();
            out(device, holders.url().as_str(), &url).await;

            assert!(!is_known_there(device, HOLDER).await, "{answer}: her issuer knows nobody on this device any more");
            assert!(!device.cookies.lock().unwrap().contains_key(WINDOW), "{answer}");
            assert_eq!(cookie(device, SESSION), session, "{answer}: the aidant's own session, as it was");
            assert_eq!(device.get("/api/v1/me").await.expect(200).json()["person"]["id"], claire.person.as_str());
            assert!(is_known_there(device, PROFESSIONAL).await, "{answer}: and at the aidant's issuer");
        }
        // Somebody who then goes there without being told to prove anything is asked who they are.
        let (_, through) = to_callback(device, &HOLDER.login()).await;
        assert!(asked(&through), "{through:?}");

        // It holds: the aidant goes on in the same session.
        let kept = angela.get("/mandates").await.expect(200).json()["mandates"][0].clone();
        assert_eq!((&kept["status"], &kept["consent"]), (&json!("active"), &json!("window")));
        let mandate = crate::world::Mandate { id: kept["id"].as_str().unwrap().to_owned(), locker: angela.locker.clone() };
        assert_eq!(mandate.visit(device).await.content(&lease).await.expect(200).body, b"bail");
        angela.get("").await.expect(200);
    }

    /// Who has no locker has signed in all the same: they are sent out of their issuer at once.
    async fn who_can_not_answer_is_out_at_their_issuer_too(pair) {
        let (world, [holders, _]) = world_of_both(pair).await;
        let claire = at_work(&world, "claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        holders.change(json!({"account": "ahmed"})).await;
        let window = claire.open_window(&present(&ccas)).await;
        let turned = come_in(&claire.client, &window.sign_in).await.expect(303);
        assert!(is_known_there(&claire.client, HOLDER).await);
        out(&claire.client, holders.url().as_str(), turned.header("location")).await;
        assert!(!is_known_there(&claire.client, HOLDER).await);
        assert!(is_known_there(&claire.client, PROFESSIONAL).await);
        claire.client.get("/api/v1/me").await.expect(200);
    }

    /// They say no at their issuer. Or they are still signed in there on this device, and the aidant takes out of the address that they
    /// are to be asked: what comes back is no proof of who sits there.
    async fn an_answer_that_nobody_gave_lets_nobody_in(pair) {
        let (world, [holders, _]) = world_of_both(pair).await;
        angela(&world).await;
        let claire = at_work(&world, "claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let (device, window) = (&claire.client, claire.open_window(&present(&ccas)).await);
        holders.change(json!({"refuse": true})).await;
        assert_problem(&come_in(device, &window.sign_in).await, 403, "declined", "no is no");
        assert!(!is_known_there(device, HOLDER).await && window.cookie().is_none());

        holders.change(json!({"refuse": false})).await;
        to_callback(device, &HOLDER.login()).await;
        assert!(is_known_there(device, HOLDER).await);
        let away = device.get(&window.sign_in).await.expect(303).header("location").to_owned();
        let (callback, through) = follow(device, &with(&with(&away, "prompt", None), "max_age", None)).await;
        assert!(!asked(&through), "{through:?}");
        assert_problem(&device.get(&callback).await, 403, "not-proven-again", "she may be far away");
        assert!(window.cookie().is_none());
        window.read().await.expect(401);

        // Asked as it should be, it is she.
        assert_eq!(come_in(device, &window.sign_in).await.expect(303).header("location"), "/avec-moi/lire");
        window.read().await.expect(200);
    }
}
