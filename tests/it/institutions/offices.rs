//! People who act for an institution: they ask, and read what was handed over, in a session, as agents in its office. Each line has their name.
//!
//! Who attacks: a member of the office who is no agent, or not any more; an agent of another institution; somebody with a stolen account and no
//! second factor; a referent who would give herself both hats; a program with a session's address, a session with a program's; SQL.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use consigne::locker::institutions::InstitutionChange;
use reqwest::Method;
use serde_json::{Value, json};

use super::requests::asked;
use super::shares::{answer, names};
use crate::attacks::tools::{assert_problem, seq, service_chain};
use crate::on_both_pairs;
use crate::world::{Holder, Organisation, Pair, Professional, Program, World, day_from_now, invite, join};

/// An institution with an office, whose referent is an agent too.
pub async fn office(world: &World, hint: &str) -> (Program, Professional, Organisation) {
    let caf = world.institution("Caisse d'allocations").await;
    let ines = world.professional(hint).await;
    let office = world.office(caf.institution, &ines, Roles::AgentAndReferent).await;
    (caf, ines, office)
}

/// An agent asks, a holder answers with one paper. Gives the share's id.
pub async fn handed(world: &World, (agent, office): (&Professional, &Organisation), holder: &Holder) -> String {
    let made = agent.client.post_json(&office.office("/requests"), &asked(world)).await.expect(201);
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), office.office(&format!("/requests/{id}")));
    let code = made.json()["code"].as_str().unwrap().to_owned();
    holder.client.post_json(&holder.path("/requests"), &json!({"code": code})).await.expect(201);
    let paper = holder.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
    let hand = json!({"papers": [{"piece": 0, "document": paper}]});
    answer(holder, &id, &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned()
}

async fn read(agent: &Professional, office: &Organisation, share: &str) -> crate::world::Answer {
    agent.client.get(&office.office(&format!("/shares/{share}/papers/1/content"))).await
}

fn plain(sentence: &str) -> String {
    sentence.replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'")
}

on_both_pairs! {
    /// From a desk, without any program: asked, handed over, read; and the holder reads who.
    async fn an_agent_asks_and_reads_by_name(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let angela = world.holder("angela").await;
        let own = ines.client.get(&office.office("")).await.expect(200).json();
        assert_eq!(own["name"], "Caisse d'allocations");
        let share = handed(&world, (&ines, &office), &angela).await;
        let list = ines.client.get(&office.office("/requests")).await.expect(200).json();
        assert_eq!((list["items"][0]["status"].as_str(), list["items"][0]["share"].as_str()), (Some("answered"), Some(share.as_str())));
        let received = ines.client.get(&office.office(&format!("/shares/{share}"))).await.expect(200).json();
        assert_eq!(received["holder"], "Angela Claire Louise DUBOIS");
        // For whom she reads is not hers to say.
        let path = office.office(&format!("/shares/{share}/papers/1/content"));
        let request = ines.client.request(Method::GET, &path).header("consigne-reader", "Madame le Maire");
        assert_eq!(ines.client.send(request).await.expect(200).body, b"une facture");
        let zip = ines.client.get(&office.office(&format!("/shares/{share}/archive"))).await.expect(200);
        assert!(zip.body.starts_with(b"PK"));
        assert!(ines.client.get(&office.office(&format!("/shares/{share}/merged"))).await.status.is_success());
        ines.client.get(&office.office(&format!("/shares/{share}/receipt"))).await.expect(200);
        // A colleague, whom she invites, reads by her own name.
        let paul = world.professional("paul").await;
        let code = invite(&office, &ines, &json!({"name": "Paul", "roles": {"agent": true}})).await;
        join(&paul, &code).await.expect(201);
        read(&paul, &office, &share).await.expect(200);
        world.settle().await;
        let journal = angela.journal().await;
        let readings: Vec<String> = names(&journal, "content.read").iter().map(|told| plain(told)).collect();
        let by = |name: &str| format!("{name}, Caisse d'allocations, a ouvert « Facture ». Pour : Votre demande de RSA.");
        assert_eq!(readings, [by("Inès LAURENT"), by("Inès LAURENT"), by("Paul GARNIER")], "alone, in the ZIP, by a colleague; the PDF has no text file in it");
        assert!(!journal.iter().any(|line| line.to_string().contains("Maire")));
        let line = journal.iter().find(|line| line["action"] == "content.read").unwrap();
        assert_eq!((line["actor"]["kind"].as_str(), line["ground"].as_str()), (Some("agent"), Some("share")));
        // The institution's program sees the same requests.
        assert_eq!(caf.get("/api/v1/requests").await.json()["items"].as_array().unwrap().len(), 1);
        let taken_back = ines.client.post_json(&office.office("/requests"), &asked(&world)).await.expect(201).json();
        let at = office.office(&format!("/requests/{}", taken_back["id"].as_str().unwrap()));
        ines.client.delete(&at).await.expect(204);
        assert_eq!(ines.client.get(&at).await.expect(200).json()["status"], "withdrawn");
        // What she did there is in what her holder takes away, with her name.
        let told = crate::export::unpack(&angela.get("/export").await.expect(200));
        let taken: Value = serde_json::from_slice(&crate::export::read(&told, "Qui a ouvert/lignes.json")).unwrap();
        assert!(names(taken["lines"].as_array().unwrap(), "content.read").iter().any(|told| told.contains("Inès LAURENT")));
        let report = consigne::app::verify::journals(&world.config).await.unwrap();
        assert_eq!(report.breaks, Vec::<String>::new());
    }

    /// What ends an agent's rights ends them on the very next request, and gives them back where it should.
    async fn rights_end_at_once(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let paul = world.professional("paul").await;
        let code = invite(&office, &ines, &json!({"name": "Paul", "roles": {"agent": true}})).await;
        let member = join(&paul, &code).await.expect(201).json()["member"].as_str().unwrap().to_owned();
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        read(&paul, &office, &share).await.expect(200);
        world.settle().await;
        let before = names(&angela.journal().await, "content.read").len();
        let ask = |rest: &str| office.member(&member, rest);
        let refused = async |status: u16, kind: &str, told: &str| {
            for path in ["", "/requests", &format!("/shares/{share}"), &format!("/shares/{share}/papers/1/content"),
                &format!("/shares/{share}/archive"), &format!("/shares/{share}/merged"), &format!("/shares/{share}/receipt")] {
                assert_problem(&paul.client.get(&office.office(path)).await, status, kind, told);
            }
            assert_problem(&paul.client.post_json(&office.office("/requests"), &asked(&world)).await, status, kind, told);
        };
        ines.client.post(&ask("/suspend")).await.expect(204);
        refused(404, "not-found", "suspended").await;
        ines.client.post(&ask("/resume")).await.expect(204);
        read(&paul, &office, &share).await.expect(200);
        ines.client.send(ines.client.request(Method::PATCH, &ask("")).json(&json!({"roles": {"referent": true}}))).await.expect(204);
        refused(404, "not-found", "who manages the members only reads nothing").await;
        ines.client.send(ines.client.request(Method::PATCH, &ask("")).json(&json!({"roles": {"agent": true}}))).await.expect(204);
        read(&paul, &office, &share).await.expect(200);
        let change = |suspended| InstitutionChange { suspended: Some(suspended), ..InstitutionChange::default() };
        assert!(world.lockers.amend_institution(caf.institution, change(true)).await.unwrap());
        refused(403, "institution-suspended", "the institution is").await;
        assert!(world.lockers.amend_institution(caf.institution, change(false)).await.unwrap());
        read(&paul, &office, &share).await.expect(200);
        ines.client.post(&ask("/end")).await.expect(204);
        refused(404, "not-found", "who has left").await;
        // Her holder stops it: over for whoever acts for the institution, and no byte.
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        assert_problem(&read(&ines, &office, &share).await, 410, "share-over", "stopped");
        world.settle().await;
        let opened = angela.journal().await.iter().filter(|line| line["action"] == "content.read" && line["outcome"]["kind"] == "done").count();
        assert_eq!(opened, before + 3, "three times when he could, and no other");
    }

    /// Six months away, an agent has no rights; nor without the second factor in the session at hand.
    async fn a_session_alone_and_a_long_absence_open_nothing(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        let ines = ines.again(&world, "ines").await;
        assert_problem(&read(&ines, &office, &share).await, 403, "second-factor", "who has the account alone");
        assert_problem(&ines.client.get(&office.office("/requests")).await, 403, "second-factor", "and asks");
        ines.pass().await.expect(204);
        read(&ines, &office, &share).await.expect(200);
        world.wait(Duration::from_hours(24 * 200));
        let ines = ines.again(&world, "ines").await;
        ines.pass().await.expect(204);
        assert_problem(&ines.client.get(&office.office("")).await, 404, "not-found", "away for half a year");
    }

    /// Strangers of every kind are told that there is nothing, and write nothing into the holder's journal.
    async fn whoever_is_not_of_the_office_finds_nothing(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let other = world.institution("Autre caisse").await;
        let claire = world.professional("claire").await;
        let theirs = world.office(other.institution, &claire, Roles::AgentAndReferent).await;
        let paul = world.professional("paul").await;
        let ccas = world.organisation("CCAS", &paul, Roles::Both).await;
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        world.settle().await;
        let mut raw = world.raw().await;
        let before = seq(&mut raw, &angela.locker).await;
        let content = format!("/shares/{share}/papers/1/content");
        // Through their own office, and through hers.
        for at in [theirs.office(&content), office.office(&content), theirs.office(&format!("/shares/{share}"))] {
            assert_problem(&claire.client.get(&at).await, 404, "not-found", &at);
        }
        assert_problem(&claire.client.get(&theirs.office(&format!("/requests/{share}"))).await, 404, "not-found", "what is no request");
        for at in [ccas.office(&content), office.office(&content), ccas.office(""), ccas.office("/requests")] {
            assert_problem(&paul.client.get(&at).await, 404, "not-found", &at);
        }
        for client in [&angela.client, &world.holder("ahmed").await.client] {
            assert_problem(&client.get(&office.office(&content)).await, 404, "not-found", "a holder");
        }
        assert_problem(&world.anonymous().get(&office.office(&content)).await, 401, "not-signed-in", "nobody");
        // A program's token counts only where programs come in, and a session only where people do.
        assert_problem(&caf.get(&office.office(&content)).await, 401, "not-signed-in", "a token of the same institution");
        assert_problem(&ines.client.get(&format!("/api/v1{content}")).await, 401, "not-signed-in", "her session");
        assert_problem(&ines.client.get("/api/v1/requests").await, 401, "not-signed-in", "her session");
        // Nor does another site's page make her browser read.
        let led = ines.client.request(Method::GET, &office.office(&content)).header("sec-fetch-site", "cross-site");
        assert_problem(&ines.client.send(led).await, 403, "wrong-origin", "another site");
        // HEAD would be a reading whose bytes nobody sees.
        assert_eq!(ines.client.send(ines.client.request(Method::HEAD, &office.office(&content))).await.status.as_u16(), 405);
        world.settle().await;
        assert_eq!(seq(&mut raw, &angela.locker).await, before, "nothing of it is hers to read");
        let service = service_chain(&mut raw).await;
        assert!(service.iter().any(|entry| entry.line.action == consigne::domain::entry::Action::ReadContent), "it is in the service's");
    }

    /// Nobody helps people where they act for an institution: neither invited so, nor made so, nor proposed to.
    async fn an_office_is_no_place_where_people_are_helped(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let members = |organisation: &Organisation| organisation.path("/members");
        for roles in [json!({"aidant": true}), json!({"aidant": true, "referent": true})] {
            let body = json!({"name": "Quelqu'un", "roles": roles});
            assert_problem(&ines.client.post_json(&members(&office), &body).await, 403, "not-allowed", "an aidant in an office");
        }
        for roles in [json!({"agent": true}), json!({"agent": true, "referent": true})] {
            let body = json!({"name": "Quelqu'un", "roles": roles});
            assert_problem(&claire.client.post_json(&members(&ccas), &body).await, 403, "not-allowed", "an agent elsewhere");
        }
        let both = json!({"name": "Quelqu'un", "roles": {"agent": true, "aidant": true}});
        assert_problem(&ines.client.post_json(&members(&office), &both).await, 422, "bad-field", "both");
        let paul = world.professional("paul").await;
        let code = invite(&office, &ines, &json!({"name": "Paul", "roles": {"referent": true}})).await;
        let member = join(&paul, &code).await.expect(201).json()["member"].as_str().unwrap().to_owned();
        let made = ines.client.request(Method::PATCH, &office.member(&member, "")).json(&json!({"roles": {"aidant": true}}));
        assert_problem(&ines.client.send(made).await, 403, "not-allowed", "made one");
        // By the code of somebody who wants help, an agent proposes nothing.
        let lucie = world.holder("lucie").await;
        let proposed = crate::world::proposal(&lucie.help_code().await, Some(&office));
        assert_problem(&ines.client.post_json("/api/v1/mandates", &proposed).await, 404, "not-found", "no aidant");
        assert!(lucie.get("/mandates").await.expect(200).json()["proposals"].as_array().unwrap().is_empty());
        // The operator opens one office, once.
        let again = world.lockers.open_office(caf_of(&world).await, consigne::domain::organisation::Name::parse("X").unwrap(), Roles::Referent).await;
        assert!(again.unwrap().unwrap().is_none(), "it has one");
    }

    /// A referent of another organisation who takes somebody's second factor away gets no agent's rights by it.
    async fn a_second_factor_taken_away_elsewhere_suspends(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let member = world.hire(&ccas, &claire, &ines).await;
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        claire.client.post(&ccas.member(&member, "/reset-second-factor")).await.expect(204);
        // Whoever has her account now sets up a factor of their own.
        let thief = Professional::set_up(world.sign_in("professional", "ines").await, &world.source).await;
        assert_problem(&read(&thief, &office, &share).await, 404, "not-found", "set aside until a referent there has seen her");
    }

    /// Somebody who writes SQL makes nobody an agent, and gives no institution another office.
    async fn rows_that_sql_wrote_open_nothing(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let claire = world.professional("claire").await;
        let mine = world.institution("La mienne").await;
        let theirs = world.office(mine.institution, &claire, Roles::AgentAndReferent).await;
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        let content = format!("/shares/{share}/papers/1/content");
        let mut raw = world.raw().await;
        let (institution, own) = (raw.id(&caf.institution.to_string()), raw.id(&mine.institution.to_string()));
        let (hers, hiss) = (raw.id(&office.id), raw.id(&theirs.id));
        raw.run(&format!("UPDATE institutions SET office_id = NULL WHERE institution_id IN ({institution}, {own})")).await.unwrap();
        raw.run(&format!("UPDATE institutions SET office_id = {hiss} WHERE institution_id = {institution}")).await.unwrap();
        assert_problem(&claire.client.get(&theirs.office(&content)).await, 404, "not-found", "pointed at her office");
        raw.run(&format!("UPDATE institutions SET office_id = {hers} WHERE institution_id = {institution}")).await.unwrap();
        read(&ines, &office, &share).await.expect(200);
        // Her own place there, pointed at the office of others.
        raw.run(&format!("UPDATE memberships SET organisation_id = {hers} WHERE organisation_id = {hiss}")).await.unwrap();
        assert_problem(&claire.client.get(&office.office(&content)).await, 404, "not-found", "a place that is not hers");
        raw.run(&format!("UPDATE memberships SET roles = 6 WHERE organisation_id = {hers}")).await.unwrap();
        assert_problem(&claire.client.get(&office.office(&content)).await, 404, "not-found", "nor with another role");
    }

    /// A slow reading stops soon after who reads is suspended.
    async fn a_slow_reading_stops_with_the_rights(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let paul = world.professional("paul").await;
        let code = invite(&office, &ines, &json!({"name": "Paul", "roles": {"agent": true}})).await;
        let member = join(&paul, &code).await.expect(201).json()["member"].as_str().unwrap().to_owned();
        let angela = world.holder("angela").await;
        let made = ines.client.post_json(&office.office("/requests"), &asked(&world)).await.expect(201).json();
        angela.client.post_json(&angela.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
        let size = 60 << 20;
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", &vec![b'x'; size]).await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}]});
        let share = answer(&angela, made["id"].as_str().unwrap(), &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned();
        let path = office.office(&format!("/shares/{share}/papers/1/content"));
        let mut response = paul.client.request(Method::GET, &path).send().await.unwrap();
        let mut got = response.chunk().await.unwrap().unwrap().len();
        ines.client.post(&office.member(&member, "/suspend")).await.expect(204);
        while let Ok(Some(more)) = response.chunk().await {
            got += more.len();
        }
        assert!(got < 40 << 20, "{got} bytes of {size} after it was stopped");
    }

    /// What goes on by itself keeps nobody signed in: whoever sits down at a session that an agent left is out after fifteen minutes.
    async fn a_reading_keeps_no_session_awake(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let angela = world.holder("angela").await;
        let made = ines.client.post_json(&office.office("/requests"), &asked(&world)).await.expect(201).json();
        angela.client.post_json(&angela.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", &vec![b'x'; 60 << 20]).await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}]});
        let share = answer(&angela, made["id"].as_str().unwrap(), &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned();
        ines.client.get("/api/v1/me").await.expect(200);
        let mut response = ines.client.request(Method::GET, &office.office(&format!("/shares/{share}/papers/1/content"))).send().await.unwrap();
        let mut got = response.chunk().await.unwrap().unwrap().len();
        world.wait(Duration::from_mins(10));
        while got < 30 << 20 {
            match response.chunk().await {
                Ok(Some(more)) => got += more.len(),
                _ => break,
            }
        }
        world.wait(Duration::from_mins(6));
        assert_problem(&ines.client.get(&office.office("")).await, 401, "session-over", "nobody was there for sixteen minutes");
    }

    /// The name in a line is the one of then: another one, put there since, is not shown as theirs; nor is none taken for a program's.
    async fn a_name_that_was_changed_is_not_shown(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let ines = world.professional("ines").await;
        let named = consigne::domain::organisation::Name::parse("Marie Durand").unwrap();
        let invited = world.lockers.open_office(caf.institution, named, Roles::AgentAndReferent).await.unwrap().unwrap().unwrap();
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept_details AS SELECT membership_id, details FROM memberships").await.unwrap();
        join(&ines, &invited.code.shown()).await.expect(201);
        let office = Organisation { id: invited.organisation.to_string(), referent: invited.membership.to_string() };
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        read(&ines, &office, &share).await.expect(200);
        world.settle().await;
        let told = async || names(&angela.journal().await, "content.read").iter().map(|told| plain(told)).collect::<Vec<_>>();
        assert_eq!(told().await, ["Inès LAURENT, Caisse d'allocations, a ouvert « Facture ». Pour : Votre demande de RSA."]);
        // What the invitation said, which a referent had typed.
        raw.run("UPDATE memberships SET details = (SELECT k.details FROM kept_details k WHERE k.membership_id = memberships.membership_id)").await.unwrap();
        let told = told().await;
        assert!(!told[0].contains("Durand") && told[0].contains("dont le nom ne se lit pas"), "{told:?}");
    }

    /// However many read at once, the operator's word comes through, and holds for all of them.
    async fn many_who_read_keep_no_operator_waiting(pair) {
        let world = std::sync::Arc::new(World::new(pair).await);
        let (caf, ines, office) = office(&world, "ines").await;
        let angela = world.holder("angela").await;
        let share = handed(&world, (&ines, &office), &angela).await;
        let token = caf.token().await;
        let url = format!("{}/api/v1/shares/{share}", caf.client.base);
        let readers: Vec<_> = (0..8).map(|_| {
            let (url, token) = (url.clone(), token.clone());
            tokio::spawn(async move {
                let client = reqwest::Client::builder().no_proxy().build().unwrap();
                for _ in 0..2_000 {
                    let status = client.get(&url).bearer_auth(&token).send().await.unwrap().status().as_u16();
                    if status == 403 {
                        return true;
                    }
                    assert!(matches!(status, 200 | 429), "{status}");
                }
                false
            })
        }).collect();
        tokio::time::sleep(Duration::from_millis(300)).await;
        let change = InstitutionChange { suspended: Some(true), ..InstitutionChange::default() };
        assert!(world.lockers.amend_institution(caf.institution, change).await.unwrap(), "it is done, not refused for waiting too long");
        for reader in readers {
            assert!(reader.await.unwrap(), "each of them is out");
        }
    }

    /// One PDF is held whole while it is made: an institution has one place, whoever acts for it.
    async fn an_agent_has_no_place_of_their_own_for_one_pdf(pair) {
        let world = World::new(pair).await;
        let (caf, ines, office) = office(&world, "ines").await;
        let angela = world.holder("angela").await;
        let one = crate::institutions::bundles::pdf("Une page");
        let papers: Vec<(&str, &str, &[u8])> = vec![("Facture", "facture.pdf", one.as_slice()); 40];
        let (share, _) = crate::institutions::bundles::handed(&world, &caf, &angela, &papers, None).await;
        let path = office.office(&format!("/shares/{share}/merged"));
        let fetch = || ines.client.get(&path);
        let (a, b, c, d) = tokio::join!(fetch(), fetch(), fetch(), fetch());
        let mut told: Vec<u16> = [a, b, c, d].iter().map(|answer| answer.status.as_u16()).collect();
        told.sort_unstable();
        assert_eq!((told[0], told[3]), (200, 429), "{told:?}");
        fetch().await.expect(200);
    }

    /// The same with a browser: from the first page to a paper, and back.
    async fn an_agent_works_on_the_pages(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        let angela = world.holder("angela").await;
        let browser = &ines.client;
        let first = browser.get("/").await.expect(200).text();
        let at = format!("/bureau/{}", office.id);
        assert!(first.contains(&format!("href=\"{at}\"")), "{first}");
        let page = browser.get(&at).await.expect(200).text();
        assert!(page.contains("Il n’y a pas encore de demande.") && page.contains("L. 262-2"), "{page}");
        let form = browser.get(&format!("{at}/demander")).await.expect(200).text();
        assert!(form.contains("value=\"rsa\"") && form.contains("value=\"logement.bail\""), "{form}");
        // What is wrong is told, and what was typed is kept.
        let deadline = day_from_now(&world, 20);
        let nothing = [("pour", "Votre demande d'aide"), ("avant", deadline.as_str()), ("jours", "30")];
        let wrong = browser.post_form(&format!("{at}/demander"), &nothing).await.expect(422).text();
        assert!(wrong.contains("Choisissez une liste") && wrong.contains(&deadline) && wrong.contains("Votre demande d&#39;aide"), "{wrong}");
        let mut asked = nothing.to_vec();
        asked.extend([("papier", "logement.justificatif_domicile"), ("dossier", "Dossier 7"), ("liste", "")]);
        let made = browser.post_form(&format!("{at}/demander"), &asked).await.expect(201).text();
        let code = made.split("/demandes?code=").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let list = browser.get(&at).await.expect(200).text();
        assert!(list.contains("Dossier 7") && list.contains("Personne n’a encore tapé le code."), "{list}");
        let one = list.split("/demandes/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let request = browser.get(&format!("{at}/demandes/{one}")).await.expect(200).text();
        assert!(request.contains("Retirer la demande") && !request.contains(&code), "the code is told once: {request}");

        angela.client.post_json(&angela.path("/requests"), &json!({"code": code})).await.expect(201);
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}]});
        let share = answer(&angela, &one, &hand).await.expect(201).json()["share"].as_str().unwrap().to_owned();
        let request = browser.get(&format!("{at}/demandes/{one}")).await.expect(200).text();
        assert!(request.contains(&format!("{at}/papiers/{share}\"")) && !request.contains("Retirer la demande"), "{request}");
        let papers = browser.get(&format!("{at}/papiers/{share}")).await.expect(200).text();
        for words in ["Angela Claire Louise DUBOIS", "Facture", "Papier ajouté par la personne.", "avec votre nom", "/zip\"", "/pdf\"", "/recu\""] {
            assert!(papers.contains(words), "{words}: {papers}");
        }
        let opened = browser.get(&format!("{at}/papiers/{share}/1")).await.expect(200);
        assert_eq!(opened.body, b"une facture");
        assert!(opened.header("content-disposition").starts_with("attachment"));
        assert!(browser.get(&format!("{at}/papiers/{share}/zip")).await.expect(200).body.starts_with(b"PK"));
        browser.get(&format!("{at}/papiers/{share}/recu")).await.expect(200);
        browser.get(&format!("{at}/papiers/{share}/9")).await.expect(404);
        assert_eq!(browser.send(browser.request(Method::HEAD, &format!("{at}/papiers/{share}/1"))).await.status.as_u16(), 405);
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        let over = browser.get(&format!("{at}/papiers/{share}")).await.expect(410);
        assert!(over.header("content-type").starts_with("text/html"), "told as a page");

        let told = angela.client.get(&format!("/transmis/{share}")).await.expect(200).text();
        assert!(told.contains("Inès LAURENT") && told.contains("a pris tous les papiers dans un fichier ZIP"), "{told}");

        // One that waits is taken back; and the page of the members offers what an office has.
        browser.post_form(&format!("{at}/demander"), &asked).await.expect(201);
        let list = browser.get(&at).await.text();
        let waiting = list.split("/demandes/").skip(1).map(|rest| rest.split('"').next().unwrap()).find(|id| *id != one).unwrap();
        let back = browser.post_form(&format!("{at}/demandes/{waiting}/retirer"), &[]).await.expect_redirect();
        assert!(browser.get(back.header("location")).await.expect(200).text().contains("la demande est retirée."));
        let members = browser.get(&format!("/structure/{}", office.id)).await.expect(200).text();
        assert!(members.contains("name=\"agit\"") && !members.contains("name=\"aide\"") && !members.contains("/feuilles"), "{members}");
        let invited = browser.post_form(&format!("/structure/{}/inviter", office.id), &[("nom", "Paul"), ("agit", "on")]).await.expect(201);
        assert!(invited.text().contains("Paul"));
    }

    /// As many as there are, the newest first, also where all were made at the same moment.
    async fn the_list_goes_on_where_it_stopped(pair) {
        let world = World::new(pair).await;
        let (_, ines, office) = office(&world, "ines").await;
        for _ in 0..53 {
            ines.client.post_json(&office.office("/requests"), &asked(&world)).await.expect(201);
        }
        let at = format!("/bureau/{}", office.id);
        let seen = |page: &str| page.split(&format!("{at}/demandes/")).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>();
        let first = ines.client.get(&at).await.expect(200).text();
        let next = first.split("?apres=").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let second = ines.client.get(&format!("{at}?apres={next}")).await.expect(200).text();
        let mut all = [seen(&first), seen(&second)].concat();
        assert_eq!((seen(&first).len(), seen(&second).len()), (50, 3));
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 53, "each once");
        assert!(!second.contains("?apres="), "there are no more");
    }
}

async fn caf_of(world: &World) -> consigne::domain::ids::InstitutionId {
    world.lockers.institutions().await.unwrap()[0].institution
}
