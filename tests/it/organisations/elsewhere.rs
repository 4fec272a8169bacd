//! A second factor is taken away in one organisation: what the others of that person hear of it, and what stays of its rights
//! there. A referent vouches for their own organisation only.

use std::time::Duration;

use consigne::domain::organisation::{Name, Roles};
use serde_json::{Value, json};

use super::life::{members, trail};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Organisation, Pair, Professional, World, invite, join, proposal};

const PASS: &str = "/api/v1/me/second-factor/pass";

/// The lines of an organisation's journal with an action, as a referent reads them.
async fn lines(organisation: &Organisation, referent: &Professional, action: &str, lang: &str) -> Vec<Value> {
    let path = organisation.path(&format!("/journal?limit=200&lang={lang}"));
    let page = referent.client.get(&path).await.expect(200).json();
    page["items"].as_array().unwrap().iter().filter(|line| line["action"] == action).cloned().collect()
}

fn plain(line: &Value) -> String {
    let text = line["sentence"].as_str().unwrap();
    text.replace(['\u{2068}', '\u{2069}'], "").replace('\u{a0}', " ").replace('’', "'")
}

async fn state(organisation: &Organisation, who: &Professional, name: &str) -> String {
    members(organisation, who).await.into_iter().find(|(one, _)| one == name).unwrap().1
}

on_both_pairs! {
    /// Nadia helps for the CCAS, and on Fridays at Paul's house. Paul is a referent there, and has got hold of her account at her
    /// issuer. He takes her second factor away and sets up his own.
    async fn a_rogue_referent_elsewhere_opens_nothing_here(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        let at_ccas = world.hire(&ccas, &claire, &nadia).await;
        let at_maison = world.hire(&maison, &paul, &nadia).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        assert_eq!(mandate.visit(&nadia.client).await.content(&paper).await.expect(200).body, b"bail");

        paul.client.post(&maison.member(&at_maison, "/reset-second-factor")).await.expect(204);
        assert_problem(&nadia.client.get("/api/v1/me").await, 401, "session-over", "what was passed with it counts no more");
        let thief = world.professional("nadia").await;
        // Where Paul vouches for her, she has her rights; elsewhere she has none.
        thief.client.get(&maison.path("")).await.expect(200);
        assert_problem(&thief.client.get(&ccas.path("")).await, 404, "not-found", "her organisation");
        assert_problem(&mandate.ask_visit(&thief.client).await, 404, "not-found", "her mandates there");
        let own = |answer: Value| answer["memberships"].as_array().unwrap().iter().find(|one| one["id"] == at_ccas.as_str()).unwrap()["state"].clone();
        assert_eq!(own(thief.client.get("/api/v1/me").await.json()), "suspended");
        // Nobody but a referent there gives them back.
        for who in [&thief, &paul] {
            assert_problem(&who.client.post(&ccas.member(&at_ccas, "/resume")).await, 404, "not-found", "from outside");
        }
        assert_eq!(state(&ccas, &claire, "Nadia BENALI").await, "suspended");

        // Its referent reads what happened, in her language, and not where.
        let told = lines(&ccas, &claire, "member.set_aside", "fr").await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert_eq!(told[0]["object"]["id"], at_ccas.as_str());
        assert_eq!(told[0]["actor"]["kind"], "anonymous", "{}", told[0]);
        let text = plain(&told[0]);
        assert!(text.starts_with("Dans une autre structure") && text.contains("a retiré à Nadia BENALI son code de sécurité. Ses droits ici sont suspendus."), "{text}");
        let english = plain(&lines(&ccas, &claire, "member.set_aside", "en").await[0]);
        assert!(english.starts_with("In another organisation") && english.contains("the security code of Nadia BENALI. Their rights here are suspended."), "{english}");
        let whole = told[0].to_string();
        for secret in [&paul.person, &maison.id, &maison.referent, &at_maison, &"Paul".to_owned(), &"Maison".to_owned()] {
            assert!(!whole.contains(secret.as_str()), "{secret}: {whole}");
        }
        // Paul's own journal says that it was he.
        assert_eq!(lines(&maison, &paul, "second_factor.reset", "fr").await[0]["membership"], maison.referent.as_str());
        assert!(lines(&maison, &paul, "member.set_aside", "fr").await.is_empty());

        // Nadia comes to see Claire, who knows her.
        paul.client.post(&maison.member(&at_maison, "/reset-second-factor")).await.expect(204);
        let nadia = world.professional("nadia").await;
        claire.pass().await.expect(204);
        claire.client.post(&ccas.member(&at_ccas, "/resume")).await.expect(204);
        assert_eq!(mandate.visit(&nadia.client).await.content(&paper).await.expect(200).body, b"bail");
        // The second time she was suspended already: a line all the same.
        let again = lines(&ccas, &claire, "member.factor_reset_elsewhere", "fr").await;
        assert_eq!(again.len(), 1, "{again:?}");
        assert!(plain(&again[0]).contains("a retiré à Nadia BENALI son code de sécurité"), "{again:?}");
    }

    /// A place that has ended hears of nothing; one's own organisation keeps its member.
    async fn only_where_somebody_belongs(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let (left, idle) = (world.organisation("Ancienne", &claire, Roles::Referent).await, world.organisation("Loin", &claire, Roles::Referent).await);
        let maison = world.organisation("Maison", &paul, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        for organisation in [&ccas, &left, &idle] {
            let member = world.hire(organisation, &claire, &nadia).await;
            if organisation.id == left.id {
                nadia.client.post(&left.member(&member, "/end")).await.expect(204);
            }
            if organisation.id == idle.id {
                claire.client.post(&idle.member(&member, "/suspend")).await.expect(204);
            }
        }
        let member = world.hire(&maison, &paul, &nadia).await;
        let before = trail(&left, &claire).await;
        paul.client.post(&maison.member(&member, "/reset-second-factor")).await.expect(204);
        assert_eq!(trail(&left, &claire).await[before.len()..], ["organisation.journal_read done"]);
        assert_eq!(state(&left, &claire, "Nadia BENALI").await, "left");
        assert!(trail(&idle, &claire).await.contains(&"member.factor_reset_elsewhere done".to_owned()));
        assert!(trail(&ccas, &claire).await.contains(&"member.set_aside done".to_owned()));
        assert_eq!(state(&maison, &paul, "Nadia BENALI").await, "active");
        // Refused, it changes nothing anywhere: there is no factor any more, and Claire is no referent there.
        let (aside, kept) = (trail(&ccas, &claire).await.len(), trail(&idle, &claire).await.len());
        assert_problem(&paul.client.post(&maison.member(&member, "/reset-second-factor")).await, 409, "factor-state", "none");
        assert!(trail(&maison, &paul).await.contains(&"second_factor.reset refused:factor_state".to_owned()));
        assert_problem(&claire.client.post(&maison.member(&member, "/reset-second-factor")).await, 404, "not-found", "a stranger");
        assert_eq!((trail(&ccas, &claire).await.len(), trail(&idle, &claire).await.len()), (aside + 1, kept + 1));
    }

    /// She is the only referent of the CCAS, and helps at Paul's house. The operator invites somebody who gives her rights back.
    async fn who_alone_manages_an_organisation_is_set_aside_too(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let maison = world.organisation("Maison", &paul, Roles::Referent).await;
        let member = world.hire(&maison, &paul, &claire).await;
        paul.client.post(&maison.member(&member, "/reset-second-factor")).await.expect(204);
        let claire = world.professional("claire").await;
        assert_problem(&claire.client.get(&ccas.path("/journal")).await, 404, "not-found", "suspended");
        assert_problem(&claire.client.post(&ccas.member(&ccas.referent, "/resume")).await, 404, "not-found", "by herself");
        let start = claire.client.send(claire.client.request(reqwest::Method::GET, "/").header("accept", "text/html")).await.expect(200);
        let start = start.text().replace('’', "'").replace("&#39;", "'").replace(['\u{a0}', '\u{202f}'], " ");
        for told in [
            "Demandez à la personne qui gère les membres de vous les redonner", "quand une autre structure a retiré votre code de sécurité",
            "Personne d'autre ne gère les membres ici ?",
        ] {
            assert!(start.contains(told), "{told}: {start}");
        }
        let invited = world.lockers.appoint_referent(ccas.id.parse().unwrap(), Name::parse("Ines").unwrap()).await.unwrap().unwrap().unwrap();
        let ines = world.professional("ines").await;
        join(&ines, &invited.code.shown()).await.expect(201);
        ines.client.post(&ccas.member(&ccas.referent, "/resume")).await.expect(204);
        claire.client.get(&ccas.path("/journal")).await.expect(200);
    }

    /// Claire and Paul each manage an organisation, and each belongs to the other's. They take each other's factor away at the same
    /// moment: one of them does, the other has no session any more, and nobody waits for the other for ever.
    async fn two_referents_reset_each_other_at_once(pair) {
        let world = World::new(pair).await;
        let (mut claire, mut paul) = (world.professional("claire").await, world.professional("paul").await);
        let mut won = [0, 0];
        for round in 0..8 {
            let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
            let maison = world.organisation("Maison", &paul, Roles::Referent).await;
            let (at_ccas, at_maison) = (world.hire(&ccas, &claire, &paul).await, world.hire(&maison, &paul, &claire).await);
            let (by_claire, by_paul) = (ccas.member(&at_ccas, "/reset-second-factor"), maison.member(&at_maison, "/reset-second-factor"));
            // Each asked first, by turns.
            let (one, other) = if round % 2 == 0 {
                tokio::join!(claire.client.post(&by_claire), paul.client.post(&by_paul))
            } else {
                let (other, one) = tokio::join!(paul.client.post(&by_paul), claire.client.post(&by_claire));
                (one, other)
            };
            match (one.status.as_u16(), other.status.as_u16()) {
                (204, 401) => {
                    won[0] += 1;
                    assert_eq!(state(&ccas, &claire, "Paul GARNIER").await, "active");
                    paul = world.professional("paul").await;
                    assert_problem(&paul.client.get(&maison.path("")).await, 404, "not-found", "set aside where he managed");
                }
                (401, 204) => {
                    won[1] += 1;
                    assert_eq!(state(&maison, &paul, "Claire MOREL").await, "active");
                    claire = world.professional("claire").await;
                    assert_problem(&claire.client.get(&ccas.path("")).await, 404, "not-found", "set aside where she managed");
                }
                both => panic!("{both:?}: {} {}", one.text(), other.text()),
            }
        }
        assert_eq!(won[0] + won[1], 8);
    }

    /// She types a code, or joins a third organisation, while her factor is taken away: whichever is first, nothing hangs, and no
    /// organisation of hers has missed it.
    async fn whatever_she_does_at_that_moment(pair) {
        let world = World::new(pair).await;
        let (claire, paul) = (world.professional("claire").await, world.professional("paul").await);
        let maison = world.organisation("Maison", &paul, Roles::Referent).await;
        let mut nadia = world.professional("nadia").await;
        let member = world.hire(&maison, &paul, &nadia).await;
        let reset = maison.member(&member, "/reset-second-factor");
        let (mut joined, mut refused) = (0, 0);
        for round in 0..8 {
            let new = world.organisation("CCAS", &claire, Roles::Referent).await;
            let code = invite(&new, &claire, &json!({"name": "Nadia"})).await;
            let pause = Duration::from_micros(500 * round);
            let joining = async {
                tokio::time::sleep(Duration::from_millis(2)).await;
                join(&nadia, &code).await.status.as_u16()
            };
            let resetting = async {
                tokio::time::sleep(pause).await;
                paul.client.post(&reset).await.status.as_u16()
            };
            let (answer, done) = tokio::join!(joining, resetting);
            assert_eq!(done, 204, "round {round}");
            let told = trail(&new, &claire).await.contains(&"member.set_aside done".to_owned());
            match answer {
                201 => {
                    joined += 1;
                    assert!(told && state(&new, &claire, "Nadia BENALI").await == "suspended", "round {round}");
                }
                401 => {
                    refused += 1;
                    assert!(!told, "round {round}");
                }
                other => panic!("{other} in round {round}"),
            }
            nadia = world.professional("nadia").await;
            // Codes are typed one after the other meanwhile.
            let typing = async |place: u64| {
                tokio::time::sleep(Duration::from_micros(400 * place)).await;
                nadia.client.post_json(PASS, &json!({"code": "000000"})).await.status.as_u16()
            };
            let (first, second, third, fourth, fifth, done) = tokio::join!(typing(0), typing(2), typing(4), typing(6), typing(8), paul.client.post(&reset));
            assert_eq!(done.status.as_u16(), 204, "round {round}: {}", done.text());
            for typed in [first, second, third, fourth, fifth] {
                assert!([401, 422].contains(&typed), "round {round}: {typed}");
            }
            nadia = world.professional("nadia").await;
            for who in [&claire, &paul] {
                who.pass().await.expect(204);
            }
        }
        assert_eq!(joined + refused, 8);
    }
}
