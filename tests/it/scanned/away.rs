//! The scanner is away, hangs, leaves in the middle or talks nonsense.

use std::time::Duration;

use consigne::config::WhenSilent;
use consigne::locker::Limits;
use tokio::time::Instant;

use super::scanner::{Mood, Scanner, at, harmful, real};
use super::{add, id, plain};
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World};

/// How it does not answer, and on what.
const SILENT: &[(Mood, usize)] = &[
    (Mood::Away, 100),
    (Mood::Hangs, 100),
    (Mood::Leaves, 100),
    (Mood::Leaves, 900_000),
    // More than lies on the way between two programs.
    (Mood::Deaf, 6_000_000),
    (Mood::Says(b"stream: OK"), 100),
    (Mood::Says(b"stream: OK\0\0"), 100),
    (Mood::Says(b"stream: Can't allocate memory ERROR\0"), 100),
    (Mood::Says(b"UNKNOWN COMMAND\0"), 100),
    (Mood::Says(b""), 100),
    (Mood::Says(&[b'x'; 5000]), 100),
    (Mood::Says(b"\xff\xfe\0"), 100),
];

on_both_pairs! {
    async fn whoever_wants_it_so_has_papers_taken_and_marked(pair) {
        let scanner = Scanner::new(Mood::Real).await;
        let world = World::build(pair, Limits::default(), at(scanner.address, WhenSilent::Mark, 2)).await;
        let lucie = world.holder("lucie").await;
        for (mood, size) in SILENT {
            scanner.is(*mood);
            let began = Instant::now();
            let made = add(&lucie, "Bail", vec![b'a'; *size]).await.expect(201).json();
            assert!(began.elapsed() < Duration::from_secs(30), "{mood:?}: nobody waits for ever");
            assert_eq!(made["scanned"], "not_scanned", "{mood:?}");
            assert_eq!(lucie.content(&id(&made)).await.expect(200).body.len(), *size, "{mood:?}");
        }
        scanner.is(Mood::Real);
        let asked = scanner.asked();
        let list = lucie.get("/documents").await.json();
        for paper in list["items"].as_array().unwrap() {
            assert_eq!(paper["scanned"], "not_scanned");
            lucie.content(paper["id"].as_str().unwrap()).await.expect(200);
        }
        assert_eq!(scanner.asked(), asked, "what is marked is not scanned later");
        assert_problem(&add(&lucie, "Bail", harmful()).await, 422, "infected", "it is there again");
    }

    async fn held_papers_open_for_nobody_until_they_were_scanned(pair) {
        let scanner = Scanner::new(Mood::Real).await;
        let world = World::build(pair, Limits::default(), at(scanner.address, WhenSilent::Hold, 2)).await;
        let lucie = world.holder("lucie").await;
        let mut held = Vec::new();
        for (mood, size) in SILENT {
            scanner.is(*mood);
            let made = add(&lucie, "Bail", vec![b'a'; *size]).await.expect(201).json();
            assert_eq!(made["scanned"], "held", "{mood:?}");
            let refused = lucie.content(&id(&made)).await;
            assert_problem(&refused, 503, "not-scanned", &format!("{mood:?}"));
            assert_eq!(refused.header("retry-after"), "10");
            held.push((id(&made), *size));
        }
        world.settle().await;
        let trail = lucie.trail().await;
        assert_eq!(trail.iter().filter(|line| *line == "access.close ended:scanner_away").count(), held.len(), "{trail:?}");
        // It comes back: each is scanned once, as somebody opens it.
        scanner.is(Mood::Real);
        for (paper, size) in &held {
            let asked = scanner.asked();
            assert_eq!(lucie.content(paper).await.expect(200).body.len(), *size);
            assert_eq!(lucie.content(paper).await.expect(200).body.len(), *size);
            assert_eq!(scanner.asked(), asked + 1, "the mark is lifted for good");
            assert_eq!(lucie.get(&format!("/documents/{paper}")).await.json()["scanned"], "clean");
        }
        world.settle().await;
        let trail = lucie.trail().await;
        assert_eq!(trail.iter().filter(|line| *line == "content.found_clean done").count(), held.len(), "{trail:?}");
        let told = lucie.journal().await.into_iter().find(|line| line["action"] == "content.found_clean").unwrap();
        let told = told["sentence"].as_str().unwrap().replace('’', "'").replace('\u{a0}', " ");
        assert_eq!(told, "Aucun virus n'a été trouvé dans « Bail ».");
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], true, "{control}");
    }

    /// Nobody listens there at all; then the configuration goes, with papers held.
    async fn a_scanner_that_is_gone_leaves_them_safe(pair) {
        let nobody = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
        let mut world = World::build(pair, Limits::default(), at(nobody, WhenSilent::Hold, 2)).await;
        let mut lucie = world.holder("lucie").await;
        let paper = id(&add(&lucie, "Bail", b"bail".to_vec()).await.expect(201).json());
        assert_problem(&lucie.content(&paper).await, 503, "not-scanned", "away");
        let page = lucie.client.get(&format!("/papiers/{paper}")).await.expect(200);
        assert!(plain(&page).contains("On n'a pas encore cherché de virus dans ce papier."), "{}", page.text());
        // Its button leads to a page that says why, not to words for programs.
        let opening = format!("/papiers/{paper}/contenu");
        assert!(page.text().contains(&format!("href=\"{opening}\"")), "{}", page.text());
        let told = lucie.client.get(&opening).await.expect(503);
        assert_eq!(told.header("retry-after"), "10");
        assert!(plain(&told).contains("Ce papier ne s'ouvre pas encore.") && plain(&told).contains("Le papier est en sécurité."), "{}", told.text());
        world.restart(|config| config.scanner = None).await;
        lucie = lucie.again(&world, "lucie").await;
        assert_problem(&lucie.content(&paper).await, 503, "not-scanned", "held all the same");
        world.restart(at(real(), WhenSilent::Hold, 10)).await;
        lucie = lucie.again(&world, "lucie").await;
        let opened = lucie.client.get(&opening).await.expect(200);
        assert_eq!(opened.body, b"bail");
    }
}
