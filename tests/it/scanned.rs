//! What is added goes through a scanner for harmful content, where one is configured (decision 30): the real `clamd`, and one that
//! is away, hangs or talks nonsense.

mod away;
mod held;
mod helped;
mod scanner;

use std::time::Duration;

use consigne::config::{Config, WhenSilent};
use consigne::locker::Limits;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, World, multipart, setting};
use scanner::{at, harmful, harmful_at, real, real_takes};

/// With a scanner that has time enough.
pub async fn world(pair: Pair, address: std::net::SocketAddr, when_away: WhenSilent) -> World {
    World::build(pair, Limits::default(), at(address, when_away, 10)).await
}

/// Adds a version.
pub async fn replace(holder: &Holder, paper: &str, content: Vec<u8>) -> Answer {
    let request = holder.client.request(Method::POST, &holder.path(&format!("/documents/{paper}/versions")));
    holder.client.send(request.multipart(multipart(&json!({}), "papier.txt", content))).await
}

/// Adds a paper; gives the answer.
pub async fn add(holder: &Holder, title: &str, content: Vec<u8>) -> Answer {
    holder.deposit_with(&json!({"title": title, "kind": "logement.bail"}), "papier.txt", content).await
}

/// The text of a page, or of a problem, with the typography taken out.
pub fn plain(answer: &Answer) -> String {
    answer.text().replace(['\u{a0}', '\u{202f}'], " ").replace('’', "'").replace("&#39;", "'")
}

pub fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

async fn nothing_kept(world: &World, versions: i64) {
    let mut raw = world.raw().await;
    let blobs = raw.all_blobs().await.len();
    assert_eq!((raw.count("versions").await, raw.count("under_way").await), (versions, 0));
    assert_eq!(i64::try_from(blobs).unwrap(), versions, "no blob is left");
}

on_both_pairs! {
    async fn harmful_content_is_refused_and_nothing_of_it_is_kept(pair) {
        let world = world(pair, real(), WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        let made = add(&lucie, "Bail", b"le bail".to_vec()).await.expect(201).json();
        assert_eq!(made["scanned"], "clean");
        let paper = id(&made);
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"le bail");

        world.settle().await;
        let before = lucie.trail().await.len();
        let refused = add(&lucie, "Facture", harmful()).await;
        assert_problem(&refused, 422, "infected", "a paper");
        let said = plain(&refused);
        assert!(said.contains("Un virus a été trouvé dans ce fichier. Il n'a pas été gardé.") && said.contains("Ajoutez une photo"), "{said}");
        assert!(!said.contains("Test-") && !said.contains("UNOFFICIAL"), "what the scanner calls it is nobody's: {said}");
        world.settle().await;
        let trail = lucie.trail().await;
        let news: Vec<&str> = trail[before..].iter().map(String::as_str).filter(|line| !line.starts_with("journal")).collect();
        assert_eq!(news, ["document.deposit_begin done", "access.close ended:infected"]);
        let last = lucie.journal().await.into_iter().rev().find(|line| line["action"] == "access.close").unwrap();
        assert!(last["sentence"].as_str().unwrap().contains("un virus a été trouvé dans le fichier"), "{last}");
        assert_problem(&replace(&lucie, &paper, harmful_at(10, 400)).await, 422, "infected", "a version");
        nothing_kept(&world, 1).await;

        // In English, and by the form of the page.
        let english = lucie.client.request(Method::POST, &lucie.path("/documents?lang=en"));
        let form = multipart(&json!({"title": "Bail", "kind": "logement.bail"}), "a.txt", harmful());
        assert!(lucie.client.send(english.multipart(form)).await.text().contains("A virus was found in this file. It was not kept."));
        let form = Form::new().text("titre", "Le bail de mars").text("type", "logement.bail").text("pour", "me");
        let form = form.part("fichier", Part::bytes(harmful()).file_name("bail.txt"));
        let request = lucie.client.request(Method::POST, "/papiers/ajouter").header("accept", "text/html").multipart(form);
        let page = lucie.client.send(request).await.expect(422);
        assert!(page.text().contains("role=\"alert\"") && page.text().contains("Le bail de mars"), "what was typed is kept: {}", page.text());
        assert!(plain(&page).contains("Un virus a été trouvé dans ce fichier."), "{}", page.text());
        world.settle().await;
        nothing_kept(&world, 1).await;
        assert_eq!(lucie.get(&format!("/documents/{paper}")).await.json()["version_number"], 1);
    }

    async fn what_is_harmful_is_found_wherever_it_lies(pair) {
        let world = world(pair, real(), WhenSilent::Hold).await;
        let lucie = world.holder("lucie").await;
        // Across what goes to the scanner at a time, what is sealed at a time, what the sender's program sends at a time.
        for at in [64 * 1024 - 30, 128 * 1024 - 1, 512 * 1024 - 40, 1024 * 1024 - 69] {
            assert_problem(&add(&lucie, "Bail", harmful_at(at, 1_200_000)).await, 422, "infected", &at.to_string());
        }
        let clean = add(&lucie, "Bail", vec![b'a'; 1_200_000]).await.expect(201).json();
        assert_eq!(clean["scanned"], "clean");
        world.settle().await;
        nothing_kept(&world, 1).await;
    }

    /// Bytes that come one by one, later than the scanner waits: what is stored is scanned then. Nobody has a paper taken without it
    /// by sending slowly.
    async fn a_slow_sender_does_not_go_round_the_scanner(pair) {
        let world = World::build(pair, Limits::default(), at(real(), WhenSilent::Mark, 2)).await;
        let lucie = world.holder("lucie").await;
        for (content, status) in [(harmful(), 422), (b"le bail de mars".to_vec(), 201)] {
            let (first, rest) = content.split_at(5);
            let pieces = [first.to_vec(), rest.to_vec()].map(Ok::<_, std::io::Error>);
            let slow = futures_util::stream::unfold((pieces.into_iter(), false), async |(mut pieces, waits)| {
                if waits {
                    tokio::time::sleep(Duration::from_millis(1500)).await;
                }
                pieces.next().map(|piece| (piece, (pieces, true)))
            });
            let file = Part::stream(reqwest::Body::wrap_stream(slow)).file_name("a.txt");
            let form = Form::new().text("metadata", json!({"title": "Bail", "kind": "logement.bail"}).to_string());
            let request = lucie.client.request(Method::POST, &lucie.path("/documents")).multipart(form.part("file", file));
            let answer = lucie.client.send(request).await.expect(status);
            if status == 201 {
                assert_eq!(answer.json()["scanned"], "clean");
            }
        }
        world.settle().await;
        nothing_kept(&world, 1).await;
    }

    /// More at a time than there are places: those that find none are scanned once they are stored.
    async fn as_many_as_come_at_once_are_scanned(pair) {
        let world = world(pair, real(), WhenSilent::Mark).await;
        let lucie = world.holder("lucie").await;
        let content = |n: usize| if n.is_multiple_of(2) { harmful_at(n * 50_000, 600_000) } else { vec![b'a'; 600_000] };
        let sent = futures_util::future::join_all((0..8).map(|n| add(&lucie, "Bail", content(n)))).await;
        for (n, answer) in sent.into_iter().enumerate() {
            if n.is_multiple_of(2) {
                assert_problem(&answer, 422, "infected", &n.to_string());
            } else {
                assert_eq!(answer.expect(201).json()["scanned"], "clean", "{n}");
            }
        }
        world.settle().await;
        nothing_kept(&world, 4).await;
    }

    /// Larger than `clamd` takes, than it is sent; and not larger.
    async fn what_is_too_large_for_the_scanner_is_told(pair) {
        let mut world = world(pair, real(), WhenSilent::Mark).await;
        let mut lucie = world.holder("lucie").await;
        let whole = add(&lucie, "Bail", vec![b'a'; real_takes()]).await.expect(201).json();
        assert_eq!(whole["scanned"], "clean", "as large as it takes");
        let more = add(&lucie, "Bail", vec![b'a'; real_takes() + 1]).await.expect(201).json();
        assert_eq!(more["scanned"], "not_scanned", "clamd says so itself");
        lucie.content(&id(&more)).await.expect(200);
        let versions = lucie.get(&format!("/documents/{}/versions", id(&more))).await.json();
        assert_eq!(versions["items"][0]["scanned"], "not_scanned");
        let page = lucie.client.get(&format!("/papiers/{}", id(&more))).await.expect(200);
        assert!(plain(&page).contains("On n'a pas cherché de virus dans ce papier."), "{}", page.text());
        // It goes on as it did: a mark is lifted by nothing but another version.
        let again = replace(&lucie, &id(&more), b"plus petit".to_vec()).await.expect(201).json();
        assert_eq!(again["scanned"], "clean");

        let small = 5 * 1024 * 1024;
        world
            .restart(|config| {
                let scanner = config.scanner.as_mut().unwrap();
                (scanner.largest_bytes, scanner.when_too_large) = (Some(small), Some(WhenSilent::Hold));
            })
            .await;
        lucie = lucie.again(&world, "lucie").await;
        let size = usize::try_from(small).unwrap();
        assert_eq!(add(&lucie, "Bail", vec![b'a'; size]).await.expect(201).json()["scanned"], "clean");
        let held = add(&lucie, "Bail", vec![b'a'; size + 1]).await.expect(201).json();
        assert_eq!(held["scanned"], "held");
        assert_problem(&lucie.content(&id(&held)).await, 503, "not-scanned", "it stays held");
        world.settle().await;
        assert!(lucie.trail().await.contains(&"access.close ended:too_large_to_scan".to_owned()));
        // Its operator lets the scanner take more.
        world.restart(|config| config.scanner.as_mut().unwrap().largest_bytes = None).await;
        lucie = lucie.again(&world, "lucie").await;
        assert_eq!(lucie.content(&id(&held)).await.expect(200).body.len(), size + 1);
    }

    async fn a_unix_socket_is_a_way_too_and_without_a_scanner_nothing_changes(pair) {
        let mut world = World::new(pair).await;
        let mut lucie = world.holder("lucie").await;
        let unseen = add(&lucie, "Bail", harmful()).await.expect(201).json();
        assert_eq!(unseen["scanned"], Value::Null, "{unseen}");
        let socket = setting("CONSIGNE_TEST_CLAMD_SOCKET");
        world
            .restart(|config| {
                at(real(), WhenSilent::Hold, 10)(config);
                config.scanner.as_mut().unwrap().address = format!("unix:{socket}");
            })
            .await;
        lucie = lucie.again(&world, "lucie").await;
        assert_problem(&add(&lucie, "Bail", harmful()).await, 422, "infected", "by the socket");
        assert_eq!(add(&lucie, "Bail", b"bail".to_vec()).await.expect(201).json()["scanned"], "clean");
        // What came before the scanner is as it was.
        assert_eq!(lucie.content(&id(&unseen)).await.expect(200).body, harmful());
        lucie.client.prove_again().await;
        let control = lucie.client.post(&lucie.path("/control")).await.expect(200).json();
        assert_eq!(control["intact"], true, "{control}");
    }
}

#[test]
fn every_mistake_of_a_scanners_configuration_is_told_at_start() {
    let dir = tempfile::TempDir::new().unwrap();
    let file = dir.path().join("consigne.toml");
    let read = |scanner: &str| {
        let text = format!(
            "public_url = \"https://a.test\"\ndata_dir = \"/nowhere\"\n[limits]\nconnections = 1\n[scanner]\n{scanner}\n"
        );
        std::fs::write(&file, text).unwrap();
        match Config::load(Some(&file), None).map(|config| config.check_for_serving()) {
            Ok(checked) => checked.unwrap_err().to_string(),
            Err(errors) => errors.to_string(),
        }
    };
    let told = read(
        "address = \"tcp://192.168.1.4:3310\"\nwhen_away = \"hold\"\nlargest_bytes = 100\nseconds = 0\nconnect_seconds = 90",
    );
    for said in [
        "scanner.address: is not on this machine",
        "not encrypted",
        "scanner.largest_bytes: must be at least 5242880",
        "scanner.seconds: must be between 1 and 40",
        "scanner.connect_seconds",
        "limits.connections",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
    assert!(
        read("address = \"localhost\"\nwhen_away = \"mark\"").contains("scanner.address: write tcp://127.0.0.1:3310")
    );
    assert!(read("address = \"tcp://127.0.0.1:3310\"").contains("when_away"), "what is done without it has to be said");
    assert!(read("address = \"tcp://127.0.0.1:3310\"\nwhen_away = \"refuse\"").contains("refuse"));
    assert!(!read("address = \"tcp://127.0.0.1:3310\"\nwhen_away = \"mark\"").contains("scanner"));
}

/// A world with the real scanner, and something harmful.
pub async fn scanning(pair: Pair) -> (World, Vec<u8>) {
    (world(pair, real(), WhenSilent::Hold).await, harmful())
}
