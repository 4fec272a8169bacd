//! Members who are not active are written to at work, before their rights end and when they have: against a real mail server.

use std::time::Duration;

use consigne::access::Caller;
use consigne::domain::ids::RequestId;
use consigne::domain::organisation::Roles;
use consigne::domain::person::{CivilIdentity, IssuerKind};
use consigne::http::visitor::SESSION_COOKIE;
use consigne::identity::SignedIn;
use consigne::locker::Limits;
use secrecy::SecretString;

use super::life::trail;
use crate::attacks::tools::assert_problem;
use crate::notices::mailbox::{Mailbox, config, text};
use crate::on_both_pairs;
use crate::world::{Client, Pair, Professional, World};

const DAY: Duration = Duration::from_hours(24);

async fn world(pair: Pair) -> World {
    World::build(pair, Limits::default(), |changed| changed.notices.email = Some(config())).await
}

/// Somebody comes in whom the professional issuer knows by this address, or by none.
async fn comes_in(world: &World, subject: &str, email: Option<&str>) -> Client {
    let request = RequestId::draw(&world.source);
    let caller = Caller { token: None, visit: None, client: None, office: None, request, origin: [0; 16] };
    let signed_in = SignedIn {
        kind: IssuerKind::Professional,
        issuer: "https://issuer.test".to_owned(),
        subject: subject.to_owned(),
        identity: CivilIdentity {
            given_name: "Nadia".to_owned(),
            family_name: "Benali".to_owned(),
            email: email.map(str::to_owned),
            ..CivilIdentity::default()
        },
        acr: None,
        auth_time: Some(world.source.now()),
        id_token: SecretString::from(String::new()),
    };
    let came_in = world.lockers.admit(&caller, signed_in, "issuer").await.unwrap();
    let client = world.anonymous();
    client.cookies.lock().unwrap().insert(SESSION_COOKIE.to_owned(), came_in.cookie.to_string());
    client
}

async fn nadia(world: &World, email: Option<&str>) -> Professional {
    Professional::set_up(comes_in(world, "nadia", email).await, &world.source).await
}

/// Notes who is away, and writes to those who are. Gives how many letters went.
async fn told(world: &World) -> u64 {
    world.lockers.note_idle_members().await.unwrap();
    world.lockers.tell_members().await.unwrap()
}

/// The lines about letters.
fn letters_in(trail: Vec<String>) -> Vec<String> {
    trail.into_iter().filter(|line| line.starts_with("member.remind")).collect()
}

on_both_pairs! {
    async fn who_does_not_come_is_written_to_before_their_rights_end_and_then(pair) {
        let world = world(pair).await;
        let claire = Professional::set_up(comes_in(&world, "claire", None).await, &world.source).await;
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Referent).await;
        let mailbox = Mailbox::new("nadia");
        let nadia = nadia(&world, Some(&mailbox.address)).await;
        world.hire(&ccas, &claire, &nadia).await;
        // She reads where, and no more than she needs to know it again.
        let page = nadia.client.get("/").await.expect(200).text();
        assert!(page.contains("n…@exemple.fr") && !page.contains(&mailbox.address), "{page}");
        assert_eq!(nadia.client.get("/api/v1/me").await.json()["work_address_hint"], "n…@exemple.fr");
        assert_eq!(claire.client.get("/api/v1/me").await.json()["work_address_hint"], serde_json::Value::Null);
        world.wait(DAY * 149);
        assert_eq!(told(&world).await, 0);
        world.wait(DAY * 5);
        assert_eq!(told(&world).await, 1, "the referent's issuer tells no address");
        world.wait(DAY);
        assert_eq!((told(&world).await, mailbox.letters().len()), (0, 1), "once");
        let letter = text(&mailbox.letters()[0]).replace(['\u{2068}', '\u{2069}'], "");
        assert!(letter.contains("depuis 5 mois") && letter.contains("CCAS de Valserin"), "{letter}");
        assert!(!letter.contains("http"), "no link that somebody could imitate: {letter}");
        let (_, day) = letter.split_once("Vos droits y seront suspendus le ").unwrap();
        assert!(day.starts_with(|first: char| first.is_ascii_digit()), "{letter}");
        world.wait(DAY * 31);
        assert_eq!((told(&world).await, mailbox.letters().len()), (1, 2));
        let letter = text(&mailbox.letters()[1]);
        assert!(letter.contains("depuis 6 mois") && letter.contains("Vos droits y sont suspendus."), "{letter}");
        assert_eq!(world.raw().await.count("reminders").await, 0, "nothing waits");
        // Her rights are given back, she works, and she is away again: that is told anew.
        let name = consigne::domain::organisation::Name::parse("Paul").unwrap();
        let invited = world.lockers.appoint_referent(ccas.id.parse().unwrap(), name).await.unwrap().unwrap().unwrap();
        let paul = world.professional("paul").await;
        crate::world::join(&paul, &invited.code.shown()).await.expect(201);
        let view = paul.client.get(&ccas.path("")).await.expect(200).json();
        let members = view["members"].as_array().unwrap();
        let hers = members.iter().find(|one| one["name"] == "Nadia Benali" && one["id"] != ccas.referent).unwrap();
        paul.client.post(&ccas.member(hers["id"].as_str().unwrap(), "/resume")).await.expect(204);
        assert_eq!(letters_in(trail(&ccas, &paul).await), ["member.remind done", "member.remind done"]);
        let lines = paul.client.get(&format!("/structure/{}/journal", ccas.id)).await.expect(200).text();
        assert!(lines.contains("au sujet de son absence"), "{lines}");
        world.wait(DAY * 154);
        assert_eq!(told(&world).await, 2, "Paul's issuer tells an address as well");
        assert_eq!(mailbox.letters().len(), 3);
    }

    /// What is true when it is noted need not be when it is sent: she came back, was suspended by her referent, or left.
    async fn what_is_so_no_more_is_not_written(pair) {
        for then in ["comes", "leaves", "suspended"] {
            let world = world(pair).await;
            let referent = format!("claire-{then}");
            let claire = Professional::set_up(comes_in(&world, &referent, None).await, &world.source).await;
            let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
            let mailbox = Mailbox::new("nadia");
            let nadia = Professional::set_up(comes_in(&world, then, Some(&mailbox.address)).await, &world.source).await;
            let member = world.hire(&ccas, &claire, &nadia).await;
            world.wait(DAY * 155);
            let claire = claire.with(comes_in(&world, &referent, None).await);
            claire.pass().await.expect(204);
            claire.client.get(&ccas.path("")).await.expect(200);
            world.lockers.note_idle_members().await.unwrap();
            assert_eq!(world.raw().await.count("reminders").await, 1, "{then}");
            match then {
                "comes" => {
                    let nadia = nadia.with(comes_in(&world, then, Some(&mailbox.address)).await);
                    nadia.pass().await.expect(204);
                    nadia.client.get(&ccas.path("")).await.expect(200);
                }
                "leaves" => drop(claire.client.post(&ccas.member(&member, "/end")).await.expect(204)),
                _ => drop(claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204)),
            }
            assert_eq!(world.lockers.tell_members().await.unwrap(), 0, "{then}");
            assert_eq!(mailbox.letters().len(), 0, "{then}");
            let lines = letters_in(trail(&ccas, &claire).await);
            assert_eq!((world.raw().await.count("reminders").await, lines), (0, Vec::new()), "{then}");
        }
    }

    /// Where somebody is written to is what their issuer said last; who belongs nowhere leaves no address.
    async fn an_address_is_the_newest_and_goes_with_the_last_place(pair) {
        let world = world(pair).await;
        let kept = async || world.raw().await.count("work_addresses").await;
        let claire = Professional::set_up(comes_in(&world, "claire", None).await, &world.source).await;
        let (ccas, other) = (world.organisation("CCAS", &claire, Roles::Referent).await, world.organisation("Accueil", &claire, Roles::Referent).await);
        let (old, new) = (Mailbox::new("nadia"), Mailbox::new("nadia"));
        let nadia = nadia(&world, Some(&old.address)).await;
        assert_eq!(kept().await, 0, "she belongs nowhere yet");
        let (here, there) = (world.hire(&ccas, &claire, &nadia).await, world.hire(&other, &claire, &nadia).await);
        assert_eq!(kept().await, 1);
        let dump = world.raw().await.dump().await;
        assert!(!String::from_utf8_lossy(&dump).contains(&old.address), "sealed");
        comes_in(&world, "nadia", Some(&new.address)).await;
        assert_eq!(kept().await, 1);
        world.wait(DAY * 155);
        assert_eq!(told(&world).await, 2, "a letter for each place");
        assert_eq!((old.letters().len(), new.letters().len()), (0, 2));
        // The issuer tells none any more: who knows whose the old one is by now.
        comes_in(&world, "nadia", None).await;
        assert_eq!(kept().await, 0);
        comes_in(&world, "nadia", Some(&new.address)).await;
        let claire = claire.with(comes_in(&world, "claire", Some("not an address")).await);
        claire.pass().await.expect(204);
        claire.client.post(&ccas.member(&here, "/end")).await.expect(204);
        assert_eq!(kept().await, 1, "she belongs to the other");
        let mut raw = world.raw().await;
        let bytes = raw.bytes("SELECT details FROM work_addresses").await.remove(0);
        claire.client.post(&other.member(&there, "/end")).await.expect(204);
        assert_eq!(kept().await, 0);
        // One that came back at that very moment goes with the next round.
        let (person, details) = (raw.id(&nadia.person), raw.literal(&bytes));
        raw.run(&format!("INSERT INTO work_addresses (person_id, details) VALUES ({person}, {details})")).await.unwrap();
        world.lockers.note_idle_members().await.unwrap();
        assert_eq!(kept().await, 0);
    }

    async fn a_server_that_refuses_or_says_to_come_back(pair) {
        let world = world(pair).await;
        for (name, waits, lines) in [
            ("refuse", 0, ["member.remind done", "member.remind ended:not_delivered"].as_slice()),
            ("later", 1, &["member.remind done"]),
            // The bytes are there, and no answer: it is not sent again.
            ("cut", 0, &["member.remind done", "member.remind ended:delivery_unknown"]),
        ] {
            let claire = Professional::set_up(comes_in(&world, &format!("claire-{name}"), None).await, &world.source).await;
            let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
            let mailbox = Mailbox::new(name);
            let nadia = Professional::set_up(comes_in(&world, name, Some(&mailbox.address)).await, &world.source).await;
            world.hire(&ccas, &claire, &nadia).await;
            world.wait(DAY * 155);
            assert_eq!(told(&world).await, 0, "{name}");
            assert_eq!(world.raw().await.count("reminders").await, waits, "{name}");
            let claire = claire.with(comes_in(&world, &format!("claire-{name}"), None).await);
            claire.pass().await.expect(204);
            assert_eq!(letters_in(trail(&ccas, &claire).await), *lines, "{name}");
            world.wait(Duration::from_mins(2));
            assert_eq!(world.lockers.tell_members().await.unwrap(), 0, "{name}");
            assert_eq!(mailbox.letters().len(), usize::from(name == "cut"), "{name}: not twice");
            world.raw().await.run("DELETE FROM reminders").await.unwrap();
            world.raw().await.run("DELETE FROM work_addresses").await.unwrap();
        }
    }

    /// Who writes SQL makes letters up: of five months to somebody who was there yesterday, or over and over.
    async fn rows_that_sql_made_send_nothing(pair) {
        let world = world(pair).await;
        let claire = Professional::set_up(comes_in(&world, "claire", None).await, &world.source).await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let mailbox = Mailbox::new("nadia");
        let nadia = nadia(&world, Some(&mailbox.address)).await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let mut raw = world.raw().await;
        let (organisation, membership) = (raw.id(&ccas.id), raw.id(&member));
        let proof = raw.literal(&[7; 32]);
        let made_up = format!("INSERT INTO reminders (organisation_id, membership_id, months, due_at, stage, tries, proof) VALUES ({organisation}, {membership}, 5, 0, 0, 0, {proof})");
        raw.run(&made_up).await.unwrap();
        assert_eq!((world.lockers.tell_members().await.unwrap(), raw.count("reminders").await), (0, 0), "forgotten");
        world.wait(DAY * 155);
        world.lockers.note_idle_members().await.unwrap();
        raw.run("UPDATE reminders SET months = 6").await.unwrap();
        assert_eq!(world.lockers.tell_members().await.unwrap(), 0);
        assert_eq!(mailbox.letters().len(), 0);
        let nadia = nadia.with(comes_in(&world, "nadia", Some(&mailbox.address)).await);
        assert_problem(&nadia.client.get(&ccas.path("/journal")).await, 403, "second-factor", "as before");
    }
}
