//! The life of an organisation, as its people tell it.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Organisation, Pair, Professional, World, invite, join, short};

const DAY: Duration = Duration::from_hours(24);

/// Who belongs there: name, state, by name.
pub async fn members(organisation: &Organisation, who: &Professional) -> Vec<(String, String)> {
    let view = who.client.get(&organisation.path("")).await.expect(200).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    view["members"].as_array().unwrap().iter().map(|m| (text(&m["name"]), text(&m["state"]))).collect()
}

/// The organisation's journal in short, oldest first.
pub async fn trail(organisation: &Organisation, referent: &Professional) -> Vec<String> {
    let page = referent.client.get(&organisation.path("/journal?limit=200")).await.expect(200).json();
    page["items"].as_array().unwrap().iter().rev().map(short).collect()
}

on_both_pairs! {
    async fn a_referent_invites_suspends_and_ends(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let code = invite(&ccas, &claire, &json!({"name": "Nadia B.", "roles": {"aidant": true}})).await;
        let before = members(&ccas, &claire).await;
        assert_eq!(before, [("Claire MOREL".to_owned(), "active".to_owned()), ("Nadia B.".to_owned(), "invited".to_owned())]);
        // Typed as people type.
        let joined = join(&nadia, &format!(" {} ", code.to_lowercase().replace('-', " "))).await.expect(201).json();
        let member = joined["member"].as_str().unwrap();
        // The name is now the one that her issuer vouches for.
        assert_eq!(members(&ccas, &nadia).await[1], ("Nadia BENALI".to_owned(), "active".to_owned()));
        let me = nadia.client.get("/api/v1/me").await.expect(200).json();
        assert_eq!(me["memberships"], json!([{
            "id": member, "organisation": ccas.id, "name": "CCAS de Valserin", "state": "active",
            "roles": {"aidant": true, "referent": false, "agent": false}, "warned": false,
        }]));

        claire.client.post(&ccas.member(member, "/suspend")).await.expect(204);
        assert_problem(&nadia.client.get(&ccas.path("")).await, 404, "not-found", "suspended, on the very next request");
        claire.client.post(&ccas.member(member, "/suspend")).await.expect(409);
        claire.client.post(&ccas.member(member, "/resume")).await.expect(204);
        nadia.client.get(&ccas.path("")).await.expect(200);
        let roles = json!({"roles": {"aidant": true, "referent": true}});
        let patch = claire.client.request(reqwest::Method::PATCH, &ccas.member(member, "")).json(&roles);
        claire.client.send(patch).await.expect(204);
        invite(&ccas, &nadia, &json!({"name": "Ines"})).await;
        claire.client.post(&ccas.member(member, "/end")).await.expect(204);
        assert_problem(&nadia.client.get(&ccas.path("")).await, 404, "not-found", "ended");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["memberships"], json!([]));

        insta::assert_json_snapshot!("the_trail_of_an_organisation", trail(&ccas, &claire).await);
        let page = claire.client.get(&ccas.path("/journal?limit=200")).await.expect(200).json();
        let sentences: Vec<&str> = page["items"].as_array().unwrap().iter().map(|l| l["sentence"].as_str().unwrap()).collect();
        let plain = sentences.join("\n").replace(['\u{2068}', '\u{2069}'], "");
        for told in ["Claire MOREL a invité", "Nadia BENALI a rejoint la structure", "Claire MOREL a suspendu Nadia BENALI"] {
            assert!(plain.contains(told), "{told}: {plain}");
        }
    }

    /// She leaves when she wants, with her second factor. While she is suspended she asks a referent: whoever suspended her, or had her
    /// second factor taken away elsewhere, may have her account.
    async fn who_belongs_there_leaves_alone(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let end = ccas.member(&member, "/end");
        let nadia = nadia.again(&world, "nadia").await;
        assert_problem(&nadia.client.post(&end).await, 403, "second-factor", "whoever has her account alone");
        nadia.pass().await.expect(204);
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_problem(&nadia.client.post(&ccas.member(&ccas.referent, "/end")).await, 404, "not-found", "somebody else's");
        assert_problem(&nadia.client.post(&end).await, 409, "wrong-state", "suspended");
        claire.pass().await.expect(204);
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
        nadia.client.post(&end).await.expect(204);
        nadia.client.post(&ccas.member(&member, "/end")).await.expect(404);
        assert!(trail(&ccas, &claire).await.contains(&"member.end done".to_owned()));
        // She can be invited again: another place, and her old one stays ended.
        claire.pass().await.expect(204);
        world.hire(&ccas, &claire, &nadia).await;
        nadia.client.get(&ccas.path("")).await.expect(200);
    }

    async fn six_months_without_activity_end_all_rights(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let noted = async |days: u32| {
            world.wait(DAY * days);
            world.lockers.note_idle_members().await.unwrap()
        };
        assert_eq!(noted(149).await, 0);
        assert_eq!(noted(5).await, 2, "both are warned at five months");
        assert_eq!(noted(1).await, 0, "once");
        // Whoever comes is told. To be told is no activity.
        let nadia = nadia.again(&world, "nadia").await;
        nadia.pass().await.expect(204);
        let page = nadia.client.get("/").await.expect(200).text();
        assert!(page.contains("Après 6 mois, vos droits sont suspendus."), "{page}");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["memberships"][0]["warned"], true);
        world.wait(DAY * 31);
        let nadia = nadia.again(&world, "nadia").await;
        nadia.pass().await.expect(204);
        assert_problem(&nadia.client.get(&ccas.path("")).await, 404, "not-found", "idle, whether or not the job has run");
        assert_eq!(noted(0).await, 2, "and suspended");
        assert_eq!(noted(1).await, 0);
        // Nobody is left who could give rights back: the operator invites a referent, who does.
        let organisation = ccas.id.parse().unwrap();
        let name = consigne::domain::organisation::Name::parse("Paul").unwrap();
        let invited = world.lockers.appoint_referent(organisation, name).await.unwrap().unwrap().unwrap();
        let paul = world.professional("paul").await;
        join(&paul, &invited.code.shown()).await.expect(201);
        let states = members(&ccas, &paul).await;
        assert_eq!(states.iter().filter(|(_, state)| state == "suspended").count(), 2, "{states:?}");
        paul.client.post(&ccas.member(&ccas.referent, "/resume")).await.expect(204);
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        let told = trail(&ccas, &claire).await;
        for line in ["member.idle_notice done", "member.suspend done", "member.resume done"] {
            assert!(told.contains(&line.to_owned()), "{told:?}");
        }
    }

    /// Whoever manages the members sees who has not been active for long.
    async fn a_referent_sees_who_is_about_to_lose_their_rights(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        world.wait(DAY * 155);
        let claire = claire.again(&world, "claire").await;
        claire.pass().await.expect(204);
        let list = claire.client.get(&format!("/structure/{}", ccas.id)).await.expect(200).text();
        assert_eq!(list.matches("Absence de plus de 5 mois.").count(), 1, "{list}");
        let told = claire.client.get(&ccas.path("")).await.expect(200).json();
        let warned: Vec<&str> = told["members"].as_array().unwrap().iter().filter(|one| one["warned"] == true).map(|one| one["id"].as_str().unwrap()).collect();
        assert_eq!(warned, [member], "and not who looks");
    }

    /// What gives rights waits for a fresh proof; what takes them away does not.
    async fn what_gives_rights_is_done_freshly(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        world.wait(Duration::from_mins(6));
        let stale = claire.client.post_json(&ccas.path("/members"), &json!({"name": "Paul"})).await;
        assert_problem(&stale, 403, "sign-in-again", "six minutes after");
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(403);
        claire.pass().await.expect(204);
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
    }
}
