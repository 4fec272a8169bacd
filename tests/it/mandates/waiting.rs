//! What changes while a helper's request waits for its locks. On PostgreSQL these are taken by one statement, which began before the
//! change: it is decided on what is so once they are had. On SQLite nobody waits for a row, and the change comes first.

use consigne::domain::organisation::Roles;
use reqwest::Method;
use serde_json::json;

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Mandate, Organisation, Pair, Professional, World, proposal};

/// A holder, a referent, an aidant of theirs by their membership, and where.
struct Scene {
    world: World,
    lucie: Holder,
    claire: Professional,
    nadia: Professional,
    ccas: Organisation,
    member: String,
}

impl Scene {
    async fn new(pair: Pair) -> Self {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        Self { world, lucie, claire, nadia, ccas, member }
    }

    async fn help(&self) -> Mandate {
        self.lucie.let_help(&self.nadia.client, proposal("", Some(&self.ccas))).await
    }

    /// Asks while somebody holds the lock of the aidant's membership; `change` happens once the request waits for it. `behind`:
    /// whether the change waits for that lock too, before the request does.
    async fn meanwhile(
        &self,
        behind: bool,
        change: impl Future<Output = ()>,
        asked: impl Future<Output = Answer>,
    ) -> Answer {
        let member = self.world.raw().await.id(&self.member);
        self.held(&format!("memberships WHERE membership_id = {member}"), behind, change, asked).await
    }

    /// The same while somebody holds the lock of a row.
    async fn held(
        &self,
        row: &str,
        behind: bool,
        change: impl Future<Output = ()>,
        asked: impl Future<Output = Answer>,
    ) -> Answer {
        if self.world.pair == Pair::Local {
            change.await;
            return asked.await;
        }
        let (mut holds, mut looks) = (self.world.raw().await, self.world.raw().await);
        holds.run(&format!("BEGIN; SELECT 1 FROM {row} FOR NO KEY UPDATE")).await.unwrap();
        let (mut change, mut asked) = (Box::pin(change), Box::pin(asked));
        if behind {
            tokio::select! {
                () = &mut change => panic!("it does not wait"),
                () = looks.until_waiting(1) => {}
            }
            tokio::select! {
                _ = &mut asked => panic!("it does not wait"),
                () = &mut change => panic!("it does not wait"),
                () = looks.until_waiting(2) => {}
            }
            holds.run("ROLLBACK").await.unwrap();
            return tokio::join!(change, asked).1;
        }
        tokio::select! {
            _ = &mut asked => panic!("it does not wait"),
            () = looks.until_waiting(1) => {}
        }
        change.await;
        holds.run("ROLLBACK").await.unwrap();
        asked.await
    }
}

on_both_pairs! {
    async fn what_changes_while_a_reading_waits_is_seen(pair) {
        let scene = Scene::new(pair).await;
        let Scene { lucie, nadia, .. } = &scene;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let first = scene.help().await;
        let visit = first.visit(&nadia.client).await;
        visit.content(&paper).await.expect(200);
        // The journal has gone on: its head is the newest.
        let deposit = async { lucie.deposit("Quittance", "logement.quittance_loyer", b"x").await; };
        scene.meanwhile(false, deposit, visit.content(&paper)).await.expect(200);
        let trash = async { lucie.client.delete(&lucie.path(&format!("/documents/{paper}"))).await.expect(204); };
        let answer = scene.meanwhile(false, trash, visit.content(&paper)).await;
        assert_problem(&answer, 404, "not-found", "in the trash");
        lucie.client.post(&lucie.path(&format!("/documents/{paper}/restore"))).await.expect(204);
        visit.content(&paper).await.expect(200);
        let answer = scene.meanwhile(false, lucie.stop(&first), visit.content(&paper)).await;
        assert_problem(&answer, 404, "not-found", "stopped");

        let second = scene.help().await;
        let visit = second.visit(&nadia.client).await;
        visit.content(&paper).await.expect(200);
        let out = async { nadia.client.post("/auth/logout").await.expect(303); };
        // As it was asked, with the cookie that the sign-out takes.
        let path = visit.path(&format!("/documents/{paper}/content"));
        let asked = nadia.client.request(Method::GET, &path).header("consigne-visit", &visit.id);
        let answer = scene.meanwhile(false, out, nadia.client.send(asked)).await;
        assert_problem(&answer, 401, "session-over", "signed out");
        scene.world.settle().await;
        let read = |line: &&String| *line == "content.read done";
        assert_eq!(lucie.trail().await.iter().filter(read).count(), 4, "a line for each that was given, and no other");
    }

    async fn a_suspension_that_a_reading_waits_behind_is_seen(pair) {
        let scene = Scene::new(pair).await;
        let Scene { lucie, claire, nadia, ccas, member, .. } = &scene;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mandate = scene.help().await;
        let visit = mandate.visit(&nadia.client).await;
        visit.content(&paper).await.expect(200);
        let suspend = async { claire.client.post(&ccas.member(member, "/suspend")).await.expect(204); };
        let answer = scene.meanwhile(true, suspend, visit.content(&paper)).await;
        assert_problem(&answer, 404, "not-found", "suspended");
        claire.client.post(&ccas.member(member, "/resume")).await.expect(204);
        visit.content(&paper).await.expect(200);
    }

    async fn what_changes_while_a_proposal_waits_is_seen(pair) {
        let scene = Scene::new(pair).await;
        let Scene { lucie, claire, nadia, ccas, member, .. } = &scene;
        let body = proposal(&lucie.help_code().await, Some(ccas));
        let another = async { lucie.help_code().await; };
        let answer = scene.meanwhile(false, another, nadia.client.post_json("/api/v1/mandates", &body)).await;
        assert_problem(&answer, 422, "wrong-code", "only the newest serves");
        let body = proposal(&lucie.help_code().await, Some(ccas));
        let suspend = async { claire.client.post(&ccas.member(member, "/suspend")).await.expect(204); };
        let answer = scene.meanwhile(true, suspend, nadia.client.post_json("/api/v1/mandates", &body)).await;
        assert_problem(&answer, 404, "not-found", "suspended");
        claire.client.post(&ccas.member(member, "/resume")).await.expect(204);
        // The code has not served.
        nadia.client.post_json("/api/v1/mandates", &body).await.expect(201);
    }

    async fn what_changes_while_the_holder_waits_is_seen(pair) {
        let scene = Scene::new(pair).await;
        let Scene { world, lucie, nadia, ccas, .. } = &scene;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let body = proposal(&lucie.help_code().await, Some(ccas));
        let made = nadia.client.post_json("/api/v1/mandates", &body).await.expect(201).json();
        let mandate = made["id"].as_str().unwrap();
        lucie.client.prove_again().await;
        let shown = lucie.get("/mandates").await.expect(200).json()["proposals"][0]["sha256"].clone();
        let agreement = json!({"accepts": shown});
        // The same person on another device, whose requests wait for nobody.
        let elsewhere = world.sign_in("holder", "lucie").await;
        let all = lucie.client.get("/api/v1/me/sessions").await.expect(200).json();
        let own = all["items"].as_array().unwrap().iter().find(|one| one["current"] == true).unwrap();
        let session = world.raw().await.id(own["id"].as_str().unwrap());
        let row = format!("sessions WHERE session_id = {session}");

        let (declines, agrees) = (format!("/mandates/{mandate}/decline"), format!("/mandates/{mandate}/consent"));
        let (declines, agrees) = (lucie.path(&declines), lucie.path(&agrees));
        let says_no = async { elsewhere.post(&declines).await.expect(204); };
        let answer = scene.held(&row, false, says_no, lucie.client.post_json(&agrees, &agreement)).await;
        assert_problem(&answer, 404, "not-found", "declined meanwhile");

        let at = lucie.path(&format!("/documents/{paper}"));
        let trashed = async { elsewhere.delete(&at).await.expect(204); };
        let rename = || lucie.client.send(lucie.client.request(Method::PATCH, &at).json(&json!({"title": "Autre"})));
        let answer = scene.held(&row, false, trashed, rename()).await;
        assert_eq!(answer.status, rename().await.status, "as one that comes after: {}", answer.text());
        assert!(answer.status.is_client_error(), "{}", answer.text());
    }
}
