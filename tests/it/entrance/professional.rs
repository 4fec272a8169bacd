//! Professionals come in through a real provider in ProConnect's shape: an aidant's first days, and what it does that FranceConnect
//! doesn't. What is true of both stands in `provider`.

use consigne::domain::organisation::Roles;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::issuer::{
    Shape, asked, at_work, come_in, follow, is_known_there, parameter, say_yes, to_callback, with, world,
    world_of_both, world_with,
};
use super::provider::{identity, nobody_came_in};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::organisations::life::members;
use crate::world::{Holder, Pair, Professional, invite, join};

const SHAPE: Shape = Shape::PROFESSIONAL;
/// A challenge that fits no verifier of ours.
const ANOTHERS: &str = "4M5w0lDjNFWp0W4ndtf9V7zVKkhzuHlZqK2e5M1Wn1w";

on_both_pairs! {
    /// A referent tells her a code; she comes in, proves it again, sets up six digits, joins. The next day she comes in and types them.
    async fn an_aidant_begins_her_work(pair) {
        let (world, _) = world(pair, SHAPE, |_| {}).await;
        let claire = at_work(&world, "claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Referent).await;
        let code = invite(&ccas, &claire, &json!({"name": "Nadia B."})).await;

        let client = world.anonymous();
        let away = client.get(&SHAPE.login()).await.expect(303).header("location").to_owned();
        assert_eq!(parameter(&away, "scope"), "openid given_name usual_name email uid siret");
        assert_eq!(parameter(&away, "acr_values"), "eidas1");
        let (callback, _) = follow(&client, &away).await;
        assert_eq!(client.get(&callback).await.expect(303).header("location"), "/");
        let known = identity(&world, &client).await;
        assert_eq!((known.given_name.as_str(), known.family_name.as_str()), ("Nadia", "BENALI"), "the name in use");
        assert_eq!(known.email.as_deref(), Some("nadia.benali@ccas-valserin.example"));
        let me = client.get("/api/v1/me").await.expect(200).json();
        assert_eq!((&me["person"]["family_name"], &me["locker"], &me["memberships"]), (&json!("BENALI"), &Value::Null, &json!([])));
        assert_problem(&join_as(&client, &code).await, 403, "second-factor", "an account alone joins nothing");

        // Her issuer does not say when she proved who she is: that is no fresh proof. It asks her again when it is told to.
        assert_problem(&client.post("/api/v1/me/second-factor").await, 403, "sign-in-again", "no date");
        let (_, through) = to_callback(&client, &SHAPE.login()).await;
        assert!(!asked(&through), "she is still signed in there: {through:?}");
        let (callback, through) = to_callback(&client, &SHAPE.again()).await;
        assert!(asked(&through), "{through:?}");
        assert!(through[0].contains("prompt=login") && !through[0].contains("max_age"), "{through:?}");
        assert_eq!(client.get(&callback).await.expect(303).header("location"), "/sessions");
        let nadia = Professional::set_up(client, &world.source).await;
        join(&nadia, &code).await.expect(201);
        assert_eq!(members(&ccas, &nadia).await[1], ("Nadia BENALI".to_owned(), "active".to_owned()));

        // The next day, on another device: the account, then the six digits.
        let next = world.anonymous();
        come_in(&next, &SHAPE.login()).await.expect(303);
        assert_eq!(next.get("/api/v1/me").await.json()["person"]["id"], nadia.person.as_str(), "the same person");
        assert_problem(&next.get(&ccas.path("")).await, 403, "second-factor", "not yet");
        let nadia = nadia.with(next);
        nadia.pass().await.expect(204);
        nadia.client.get(&ccas.path("")).await.expect(200);
    }

    /// Asked to prove it again, an issuer that answers without a date has asked; one that answers with an old date has not.
    async fn a_proof_asked_for_counts_without_a_date_and_not_with_an_old_one(pair) {
        let (world, issuer) = world(pair, SHAPE, |_| {}).await;
        let client = world.anonymous();
        come_in(&client, &SHAPE.login()).await.expect(303);
        let an_hour_ago = world.source.now().micros() / 1_000_000 - 3600;
        issuer.change(json!({"lie": {"id_token": {"auth_time": an_hour_ago}}})).await;
        assert_problem(&come_in(&client, &SHAPE.again()).await, 403, "not-proven-again", "an hour ago");
        assert_problem(&client.post("/api/v1/me/second-factor").await, 403, "sign-in-again", "nothing was proven");
        issuer.change(json!({"lie": {"id_token": {"auth_time": null}}})).await;
        come_in(&client, &SHAPE.again()).await.expect(303);
        client.post("/api/v1/me/second-factor").await.expect(201);
        // Somebody else, who signs in there after her, proves nothing for her.
        client.cookies.lock().unwrap().retain(|name, _| name.starts_with("__Host-"));
        issuer.change(json!({"account": "claire"})).await;
        assert_problem(&come_in(&client, &SHAPE.again()).await, 403, "another-person", "claire");
    }

    /// The issuer of professionals vouches for nobody's papers, whatever names it gives: both issuers call these two by one subject.
    async fn a_professional_is_nobodys_holder(pair) {
        let (world, issuers) = world_of_both(pair).await;
        for issuer in &issuers {
            issuer.change(json!({"sub": "the-same-at-both"})).await;
        }
        let client = world.anonymous();
        come_in(&client, &Shape::HOLDER.login()).await.expect(303);
        let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
        let person = client.get("/api/v1/me").await.json()["person"]["id"].as_str().unwrap().to_owned();
        let angela = Holder { client, locker, person };
        let paper = angela.deposit("Bail", "logement.bail", b"bail").await;

        let nadia = at_work(&world, "nadia").await;
        let me = nadia.client.get("/api/v1/me").await.expect(200).json();
        assert_ne!(me["person"]["id"], angela.person.as_str());
        assert_eq!((&me["person"]["family_name"], &me["locker"]), (&json!("BENALI"), &Value::Null));
        assert_problem(&nadia.client.open_locker().await, 403, "not-allowed", "no locker by that way in");
        for rest in ["", "/documents", &format!("/documents/{paper}/content"), "/journal", "/mandates", "/export"] {
            assert_problem(&nadia.client.get(&angela.path(rest)).await, 404, "not-found", rest);
        }
        // Nor does her session prove anything by the other way in, or the other's answer by this one.
        assert_problem(&nadia.client.get(&Shape::HOLDER.again()).await, 404, "no-issuer", "the other way in");
        let other = world.anonymous();
        let (callback, _) = to_callback(&other, &Shape::HOLDER.login()).await;
        let crossed = callback.replace("/auth/holder/", "/auth/professional/");
        assert_problem(&other.get(&crossed).await, 400, "unknown-sign-in", "an answer of the other issuer");
        assert_eq!(angela.content(&paper).await.expect(200).body, b"bail");

        // In one browser she is at both: each way out leads out of its own.
        come_in(&nadia.client, &Shape::HOLDER.login()).await.expect(303);
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["person"]["id"], angela.person.as_str());
        let out = nadia.client.post("/auth/logout").await.expect(303).header("location").to_owned();
        assert!(out.starts_with(issuers[0].url().as_str()), "{out}");
        say_yes(&nadia.client, &out).await;
        assert!(!is_known_there(&nadia.client, Shape::HOLDER).await);
        assert!(is_known_there(&nadia.client, SHAPE).await, "signed in at hers as before");
    }

    /// The challenge that we send must be answered by our verifier. Somebody on the way puts in their own, or takes ours out; somebody
    /// has the code and our secret.
    async fn a_challenge_is_answered_by_its_verifier_alone(pair) {
        let (world, issuer) = world(pair, SHAPE, |_| {}).await;
        let away = async |client: &crate::world::Client| client.get(&SHAPE.login()).await.expect(303).header("location").to_owned();
        for theirs in [Some(ANOTHERS), None] {
            let client = world.anonymous();
            let asked = away(&client).await;
            assert_eq!((parameter(&asked, "code_challenge_method").as_str(), parameter(&asked, "code_challenge").len()), ("S256", 43));
            let method = theirs.map(|_| "S256");
            let changed = with(&with(&asked, "code_challenge", theirs), "code_challenge_method", method);
            let (callback, _) = follow(&client, &changed).await;
            nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;
        }
        // Said without being hidden: refused where it is asked.
        let client = world.anonymous();
        let plain = with(&away(&client).await, "code_challenge_method", Some("plain"));
        let (callback, _) = follow(&client, &plain).await;
        assert_eq!(parameter(&callback, "error"), "invalid_request");
        nobody_came_in(&world, &client, &callback, 400, "not-believed", "BadAnswer").await;

        let secret = world.config.issuers.professional.as_ref().unwrap().client_secret.expose_secret();
        let redirect = format!("{}auth/professional/callback", world.config.public_url);
        for verifier in [None, Some("v".repeat(43))] {
            let (callback, _) = to_callback(&world.anonymous(), &SHAPE.login()).await;
            let code = parameter(&callback, "code");
            let mut form = vec![
                ("grant_type", "authorization_code"), ("client_id", "consigne"), ("client_secret", secret),
                ("redirect_uri", &redirect), ("code", &code),
            ];
            form.extend(verifier.as_deref().map(|verifier| ("code_verifier", verifier)));
            let said = issuer.exchange(&form).await;
            assert_eq!(said["error"], "invalid_grant", "{verifier:?}: {said}");
        }
        come_in(&world.anonymous(), &SHAPE.login()).await.expect(303);
    }

    /// What it does not document it refuses with a page of its own: we send nothing of the kind, unless an operator says so.
    async fn what_it_does_not_document_ends_at_its_page(pair) {
        let (world, _) = world(pair, SHAPE, |_| {}).await;
        let client = world.anonymous();
        let away = client.get(&SHAPE.login()).await.expect(303).header("location").to_owned();
        assert!(parameter(&away, "nonce").len() >= 32 && parameter(&away, "state").len() >= 32);
        let (nonce, state) = (with(&away, "nonce", Some(&"n".repeat(31))), with(&away, "state", Some(&"s".repeat(31))));
        for wrong in [format!("{away}&max_age=0"), format!("{away}&made_up=1"), nonce, state] {
            assert!(client.get(&wrong).await.expect(400).text().contains("Y000400"), "{wrong}");
        }
    }

    /// An operator who has every parameter sent: people come in, and end at its page when they are to prove themselves again.
    async fn a_parameter_too_many_is_found_at_the_first_step_up(pair) {
        let (world, _) = world_with(pair, SHAPE, |config| SHAPE.way(config).step_up = None, |_| {}).await;
        let client = world.anonymous();
        come_in(&client, &SHAPE.login()).await.expect(303);
        let away = client.get(&SHAPE.again()).await.expect(303).header("location").to_owned();
        assert!(away.contains("prompt=login") && away.contains("max_age=0"), "{away}");
        assert!(client.get(&away).await.expect(400).text().contains("Y000400"));
        client.get("/api/v1/me").await.expect(200);
    }
}

async fn join_as(client: &crate::world::Client, code: &str) -> crate::world::Answer {
    client.post_json("/api/v1/me/memberships", &json!({"code": code})).await
}
