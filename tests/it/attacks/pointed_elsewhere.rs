//! Somebody may write SQL, has no root key, and has an account of their own like anybody. They point the rows that say who is
//! who at another person, and then use the service in the ordinary way.

use consigne::domain::source::Source;
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, World};

async fn two(world: &World) -> (Holder, String, Holder) {
    let victim = world.holder("lucie").await;
    let id = victim.deposit("Un secret", "logement.bail", b"le secret de Lucie").await;
    (victim, id, world.holder("ahmed").await)
}

/// Not a word of the victim's comes out, whatever the answer is.
#[track_caller]
fn nothing_of_hers(answer: &Answer) {
    assert_ne!(answer.status, 200, "{}", answer.text());
    assert!(!answer.text().contains("secret"), "{}", answer.text());
}

on_both_pairs! {
    async fn an_identity_pointed_at_somebody_else_signs_nobody_in(pair) {
        let world = World::new(pair).await;
        let (victim, id, thief) = two(&world).await;
        let mut raw = world.raw().await;
        let (hers, theirs) = (raw.id(&victim.person), raw.id(&thief.person));
        assert_eq!(raw.run(&format!("UPDATE identities SET person_id = {hers} WHERE person_id = {theirs}")).await.unwrap(), 1);
        let again = world.anonymous();
        let mut next = "/auth/holder/login?login_hint=ahmed".to_owned();
        for _ in 0..4 {
            next = again.get(&next).await.header("location").to_owned();
        }
        assert_eq!(again.get("/api/v1/me").await.status, 401, "nobody came in");
        nothing_of_hers(&again.get(&victim.path(&format!("/documents/{id}/content"))).await);
        victim.content(&id).await.expect(200);
    }

    async fn a_session_pointed_at_somebody_else_is_no_session(pair) {
        let world = World::new(pair).await;
        let (victim, id, thief) = two(&world).await;
        let mut raw = world.raw().await;
        let (hers, theirs) = (raw.id(&victim.person), raw.id(&thief.person));
        let content = victim.path(&format!("/documents/{id}/content"));
        assert_eq!(raw.run(&format!("UPDATE sessions SET person_id = {hers} WHERE person_id = {theirs}")).await.unwrap(), 1);
        nothing_of_hers(&thief.client.get(&content).await);
        thief.client.get("/api/v1/me").await.expect(401);
    }

    async fn a_session_given_a_known_token_is_no_session(pair) {
        let world = World::new(pair).await;
        let (victim, id, _) = two(&world).await;
        let mut raw = world.raw().await;
        let secret = Source::system().bytes::<32>();
        let (hers, token) = (raw.id(&victim.person), raw.literal(&Sha256::digest(secret)));
        assert!(raw.run(&format!("UPDATE sessions SET token = {token} WHERE person_id = {hers}")).await.unwrap() > 0);
        let thief = world.anonymous();
        thief.cookies.lock().unwrap().insert("__Host-consigne".to_owned(), BASE64URL_NOPAD.encode(&secret));
        nothing_of_hers(&thief.get(&victim.path(&format!("/documents/{id}/content"))).await);
        thief.get("/api/v1/me").await.expect(401);
    }

    async fn a_locker_given_another_holder_opens_for_nobody(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let id = victim.deposit("Un secret", "logement.bail", b"le secret de Lucie").await;
        let thief = world.sign_in("holder", "ahmed").await;
        let person = thief.get("/api/v1/me").await.json()["person"]["id"].as_str().unwrap().to_owned();
        let mut raw = world.raw().await;
        let (theirs, locker) = (raw.id(&person), raw.id(&victim.locker));
        assert_eq!(raw.run(&format!("UPDATE lockers SET person_id = {theirs} WHERE locker_id = {locker}")).await.unwrap(), 1);
        nothing_of_hers(&thief.get(&victim.path(&format!("/documents/{id}/content"))).await);
        assert!(thief.get("/api/v1/me").await.expect(200).json()["locker"].is_null());
    }
}
