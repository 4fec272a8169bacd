//! What is typed is kept while one proves who one is; what was chosen and what waits goes along when everything is taken.

use std::time::Duration;

use serde_json::{Value, json};

use super::{NUMBER, told_by_sms};
use crate::export::{read, unpack};
use crate::on_both_pairs;
use crate::world::gateway::{Gateway, Mood};
use crate::world::{Holder, Pair, proposal};

/// The file about messages in what she takes away, if there is one.
async fn taken(lucie: &Holder) -> Option<Value> {
    let dir = unpack(&lucie.get("/export").await.expect(200));
    let name = "Messages/etre-prevenu.json";
    let is_there = dir.path().join("out").join(name).exists();
    is_there.then(|| serde_json::from_slice(&read(&dir, name)).unwrap())
}

on_both_pairs! {
    async fn what_was_typed_is_there_again(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        world.wait(Duration::from_mins(6));
        let typed = [("par", "sms"), ("numero", NUMBER), ("resume", "on")];
        let sent = lucie.client.post_form("/consigne/me-prevenir", &typed).await;
        assert_eq!((sent.status.as_u16(), sent.header("location")), (303, "/encore-vous"), "in no address");
        assert!(sent.header("set-cookie").starts_with("__Host-consigne-saisie=") && !sent.header("set-cookie").contains("6123456"), "sealed: {}", sent.header("set-cookie"));
        lucie.client.prove_again().await;
        let page = lucie.client.get("/consigne/me-prevenir").await.expect(200).text();
        assert!(page.contains(&format!("value=\"{NUMBER}\"")), "{page}");
        let box_of = |name: &str| page.split(&format!("id=\"{name}\"")).nth(1).unwrap().split('>').next().unwrap().contains("checked");
        assert_eq!((box_of("discret"), box_of("resume")), (false, true));
        // Somebody else on this device, in their own locker: nothing of it.
        let cookie = sent.header("set-cookie").split(';').next().unwrap().to_owned();
        let theirs = ahmed.client.request(reqwest::Method::GET, "/consigne/me-prevenir").header("cookie", cookie);
        assert!(!ahmed.client.send(theirs).await.text().contains(NUMBER));
        // It goes, and is forgotten.
        lucie.client.post_form("/consigne/me-prevenir", &typed).await.expect_redirect();
        gateway.next(0).await;
        assert!(!lucie.client.get("/consigne/me-prevenir").await.expect(200).text().contains(NUMBER));
        // Too long ago.
        world.wait(Duration::from_mins(6));
        lucie.client.post_form("/consigne/me-prevenir", &typed).await.expect_redirect();
        world.wait(Duration::from_mins(10));
        lucie.client.prove_again().await;
        assert!(!lucie.client.get("/consigne/me-prevenir").await.expect(200).text().contains(NUMBER));
    }

    async fn it_goes_along_when_everything_is_taken(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        assert_eq!(taken(&lucie).await, None, "never chosen");
        told_by_sms(&lucie, &gateway, true).await;
        gateway.mood(Mood::Away);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        world.lockers.tell_holders().await.unwrap();
        let told = taken(&lucie).await.unwrap();
        let chosen = &told["chosen"];
        assert_eq!((&chosen["channel"], &chosen["address"], &chosen["confirmed"]), (&json!("sms"), &json!("+33612345678"), &json!(true)));
        assert_eq!((&chosen["discreet"], &chosen["digest"], &chosen["language"]), (&json!(true), &json!(false), &json!("fr")));
        assert_eq!((&told["waiting"][0]["tells"], &told["waiting"][0]["mandate"], &told["waiting"][0]["tries"]), (&json!("given"), &json!(mandate.id), &json!(1)));
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        let told = taken(&lucie).await.unwrap();
        assert_eq!((&told["chosen"]["address"], &told["waiting"]), (&json!(null), &json!([])));
    }
}
