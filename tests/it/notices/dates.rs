//! What is told before a date comes: help that ends, papers that end. In the morning, once, and only while it is so.

use std::time::Duration;

use serde_json::json;

use super::{contact, lines, told_by_sms};
use crate::on_both_pairs;
use crate::world::gateway::{Gateway, Mood};
use crate::world::{Holder, Pair, World, proposal};

/// On no morning.
pub const NOTHING: [(usize, String); 0] = [];

/// Lets time pass until it is 9 h in Paris.
pub fn morning(world: &World) {
    let now = world.source.now();
    let next = consigne::words::next_morning(now);
    world.wait(Duration::from_micros(u64::try_from(next.micros() - now.micros()).unwrap()));
}

/// The day so many days from now, in Paris.
pub fn day(world: &World, days: i64) -> String {
    let today = consigne::words::date_of(world.source.now());
    today.checked_add(jiff::Span::new().days(days)).unwrap().to_string()
}

/// She adds a paper that is good until a day.
pub async fn paper(lucie: &Holder, title: &str, kind: &str, last: &str) -> String {
    let metadata = json!({"title": title, "kind": kind, "expires_on": last});
    let made = lucie.deposit_with(&metadata, "papier.txt", title.as_bytes().to_vec()).await.expect(201).json();
    made["id"].as_str().unwrap().to_owned()
}

/// What was told on each of the next mornings, by how many mornings it took.
pub async fn mornings(world: &World, gateway: &Gateway, days: usize) -> Vec<(usize, String)> {
    let mut told = Vec::new();
    for at in 1..=days {
        let were = gateway.taken().len();
        morning(world);
        world.lockers.note_expiries().await.unwrap();
        world.lockers.tell_holders().await.unwrap();
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "once");
        told.extend(gateway.taken()[were..].iter().map(|(_, text)| (at, text.clone())));
    }
    told
}

pub async fn looks(lucie: &Holder) -> usize {
    lucie.trail().await.iter().filter(|line| *line == "dates.look done").count()
}

on_both_pairs! {
    async fn help_that_ends_is_told_30_7_and_1_days_before(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        // From noon on: whatever time it is where this runs.
        morning(&world);
        world.wait(Duration::from_hours(3));
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1, "that it begins");
        let told = mornings(&world, &gateway, 32).await;
        let on: Vec<usize> = told.iter().map(|(at, _)| *at).collect();
        assert_eq!(on, [1, 24, 30, 32], "{told:?}");
        for (_, text) in &told[..3] {
            assert!(text.contains("Ahmed") && text.contains("s’arrête bientôt. Dernier jour") && text.contains("nouvelle autorisation"), "{text}");
        }
        assert!(told[3].1.contains("finie"), "{told:?}");
        let lucie = lucie.again(&world, "lucie").await;
        // One look in the first morning (which chose it), one for each time; no day costs a line by which nothing is due.
        assert_eq!(looks(&lucie).await, 4, "{:?}", lucie.trail().await);
        let journal = lucie.journal().await;
        let line = journal.iter().find(|line| line["action"] == "dates.look").unwrap();
        assert_eq!((&line["actor"]["kind"], &line["ground"]), (&"job".into(), &"maintenance".into()), "{line}");
        assert!(line["sentence"].as_str().unwrap().contains("a regardé les dates de vos papiers"), "{line}");
    }

    /// Short help was told when it began; what was renewed, or has another end, is told for that end.
    async fn short_help_and_another_end(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        morning(&world);
        world.wait(Duration::from_hours(3));
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        let mut short = proposal("", None);
        short["term"] = json!({"days": 1});
        lucie.let_help(&ahmed.client, short).await;
        world.lockers.tell_holders().await.unwrap();
        let told = mornings(&world, &gateway, 2).await;
        assert!(told.len() == 1 && told[0].1.contains("finie"), "{told:?}");
        // In its last days, it is stopped: nothing more of it.
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        world.lockers.tell_holders().await.unwrap();
        assert_eq!(mornings(&world, &gateway, 2).await.len(), 1, "30 days");
        gateway.mood(Mood::Away);
        let were = gateway.taken().len();
        mornings(&world, &gateway, 22).await;
        let lucie = lucie.again(&world, "lucie").await;
        lucie.stop(&mandate).await;
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_hours(2));
        world.lockers.tell_holders().await.unwrap();
        let told: Vec<String> = gateway.taken()[were..].iter().map(|(_, text)| text.clone()).collect();
        assert!(told.len() == 1 && told[0].contains("est arrêtée"), "what waited is not told any more: {told:?}");
        assert_eq!(mornings(&world, &gateway, 10).await, NOTHING);
    }

    async fn papers_that_end_are_told_together_and_once(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, false).await;
        let passport = paper(&lucie, "Passeport", "identite.passeport", &day(&world, 60)).await;
        paper(&lucie, "Bail", "logement.bail", &day(&world, 110)).await;
        let hidden = json!({"title": "Secret", "kind": "sante.mutuelle", "expires_on": day(&world, 80), "private": true});
        lucie.deposit_with(&hidden, "papier.txt", b"x".to_vec()).await.expect(201);
        paper(&lucie, "Convocation", "sejour.convocation_prefecture", &day(&world, 40)).await;
        let gone = paper(&lucie, "Jeté", "identite.passeport", &day(&world, 50)).await;
        lucie.client.delete(&lucie.path(&format!("/documents/{gone}"))).await.expect(204);
        let told = mornings(&world, &gateway, 3).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].1.contains("2\u{a0}papiers ne sont bientôt plus bons") || told[0].1.contains("2 papiers ne sont bientôt plus bons"), "{told:?}");
        for title in ["Passeport", "Secret", "Jeté", "Bail"] {
            assert!(!told[0].1.contains(title), "a telephone is read by others: {told:?}");
        }
        // Back from the trash, and another date: each is told.
        let lucie = lucie.again(&world, "lucie").await;
        lucie.client.post(&lucie.path(&format!("/documents/{gone}/restore"))).await.expect(204);
        let change = json!({"expires_on": day(&world, 61)});
        let path = lucie.path(&format!("/documents/{passport}"));
        lucie.client.send(lucie.client.request(reqwest::Method::PATCH, &path).json(&change)).await.expect(200);
        let told = mornings(&world, &gateway, 2).await;
        assert!(told.len() == 1 && told[0].1.contains("papiers"), "{told:?}");
        // The lease at 90 days; what has another title alone is not told again.
        let lucie = lucie.again(&world, "lucie").await;
        lucie.client.send(lucie.client.request(reqwest::Method::PATCH, &path).json(&json!({"title": "Le passeport"}))).await.expect(200);
        let told = mornings(&world, &gateway, 40).await;
        assert_eq!(told.len(), 2, "the lease, and a week before the appointment: {told:?}");
        let lucie = lucie.again(&world, "lucie").await;
        let lines = lines(&lucie).await;
        assert_eq!(lines, vec!["notice.send done"; 5], "the code, and four messages");
    }

    /// It is decided again when it is sent: the paper is gone, or has another date.
    async fn what_is_so_no_more_is_not_sent(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, true).await;
        let passport = paper(&lucie, "Passeport", "identite.passeport", &day(&world, 60)).await;
        gateway.mood(Mood::Away);
        assert_eq!(mornings(&world, &gateway, 1).await, NOTHING);
        assert_eq!(world.raw().await.count("notices").await, 1);
        let lucie = lucie.again(&world, "lucie").await;
        let path = lucie.path(&format!("/documents/{passport}"));
        let change = json!({"expires_on": day(&world, 3000)});
        lucie.client.send(lucie.client.request(reqwest::Method::PATCH, &path).json(&change)).await.expect(200);
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_hours(1));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!((gateway.taken().len(), world.raw().await.count("notices").await), (1, 0));
        let lucie = lucie.again(&world, "lucie").await;
        assert_eq!(lines(&lucie).await.last().unwrap(), "notice.send ended:no_longer_so");
        // Put in the trash meanwhile: not even opened.
        let card = paper(&lucie, "Carte", "identite.carte_nationale", &day(&world, 60)).await;
        gateway.mood(Mood::Away);
        mornings(&world, &gateway, 1).await;
        let lucie = lucie.again(&world, "lucie").await;
        let before = lines(&lucie).await.len();
        lucie.client.delete(&lucie.path(&format!("/documents/{card}"))).await.expect(204);
        gateway.mood(Mood::Takes);
        world.wait(Duration::from_hours(1));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        let lucie = lucie.again(&world, "lucie").await;
        assert_eq!((gateway.taken().len(), lines(&lucie).await.len()), (1, before));
        assert_eq!(world.raw().await.count("notices").await, 0);
    }

    /// Who told us to stop, or closed the locker, is told of no date; nobody looks there any more.
    async fn no_date_after_it_is_withdrawn_or_closed(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, false).await;
        told_by_sms(&ahmed, &gateway, false).await;
        paper(&lucie, "Passeport", "identite.passeport", &day(&world, 60)).await;
        paper(&ahmed, "Passeport", "identite.passeport", &day(&world, 60)).await;
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        ahmed.client.prove_again().await;
        ahmed.client.post(&ahmed.path("/close")).await.expect(200);
        assert_eq!(mornings(&world, &gateway, 3).await, NOTHING);
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        assert_eq!((looks(&lucie).await, looks(&ahmed).await), (0, 0));
        // Open again: what ends is told.
        ahmed.client.post(&ahmed.path("/reopen")).await.expect(200);
        assert_eq!(mornings(&world, &gateway, 2).await.len(), 1);
        let lucie = lucie.again(&world, "lucie").await;
        assert_eq!(contact(&lucie).await["channel"], serde_json::Value::Null);
    }

    /// Discreet: whatever is told, in the same words.
    async fn discreet_before_a_date_too(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, true).await;
        paper(&lucie, "Passeport", "identite.passeport", &day(&world, 60)).await;
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        world.lockers.tell_holders().await.unwrap();
        let told = mornings(&world, &gateway, 33).await;
        assert!(told.len() >= 4, "{told:?}");
        let begun = gateway.taken()[1].1.clone();
        assert!(told.iter().all(|(_, text)| *text == begun), "{told:?}");
    }

    /// Two processes at the same time: one look, one message.
    async fn many_who_look_at_once_tell_it_once(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, false).await;
        paper(&lucie, "Passeport", "identite.passeport", &day(&world, 60)).await;
        morning(&world);
        let rounds = futures_util::future::join_all((0..8).map(|_| world.lockers.tell_holders())).await;
        assert!(rounds.into_iter().all(|round| round.is_ok()));
        world.lockers.tell_holders().await.unwrap();
        assert_eq!(gateway.taken().len(), 2);
        let lucie = lucie.again(&world, "lucie").await;
        assert_eq!(looks(&lucie).await, 1);
    }

    /// At night nobody is told of what can wait, though the service was away in the morning.
    async fn nobody_is_woken(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, false).await;
        paper(&lucie, "Passeport", "identite.passeport", &day(&world, 60)).await;
        world.lockers.tell_holders().await.unwrap();
        morning(&world);
        world.wait(Duration::from_hours(14));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "it is 23 h");
        morning(&world);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
    }
}
