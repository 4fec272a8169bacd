//! Somebody who can write to the database and to the blob store (an operator, a thief with a way back in), without the root
//! key, changes, cuts, moves and swaps what is stored. Nothing that was touched opens; the rest still does.

mod hand;

use serde_json::Value;

use self::hand::{Cell, Hand, Harm, Rows};
use super::tools::{assert_problem, ids, ignore_references, since};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, World};

/// What must no longer open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// The content alone: the description is whole.
    Content,
    /// The description alone.
    Description,
    /// The paper: content and description.
    Paper,
    /// Every paper of the locker.
    All,
}

fn flipped(mut bytes: Vec<u8>, at: usize) -> Vec<u8> {
    bytes[at] ^= 1;
    bytes
}

/// Where the chunks of a blob begin: after the header's last line and the nonce of 16.
fn payload(bytes: &[u8]) -> usize {
    let mac = bytes.windows(5).position(|w| w == b"\n--- ").unwrap() + 5;
    mac + bytes[mac..].iter().position(|b| *b == b'\n').unwrap() + 1 + 16
}

const CHUNK: usize = 64 * 1024 + 16;

const DOCUMENT: Cell = ("documents", "details");
const VERSION: Cell = ("versions", "details");
const WRAP: Cell = ("wraps", "wrapped");
const SHELF: Cell = ("collections", "label");
const SHELF_WRAP: Cell = ("collection wraps", "wrapped");
const LOCKER_WRAP: Cell = ("locker wraps", "wrapped");

/// The blob: cut, changed, longer, another's.
const ON_BLOBS: &[(&str, Harm, Lost)] = &[
    ("cut to nothing", Harm::Blob(|_, _, _| Vec::new()), Lost::Content),
    (
        "cut by one byte",
        Harm::Blob(|mut b, _, _| {
            b.pop();
            b
        }),
        Lost::Content,
    ),
    (
        "cut by one byte, size too",
        Harm::BlobAndSize(|mut b, _, _| {
            b.pop();
            b
        }),
        Lost::Content,
    ),
    (
        "cut after the first chunk",
        Harm::BlobAndSize(|mut b, _, _| {
            b.truncate(payload(&b) + CHUNK);
            b
        }),
        Lost::Content,
    ),
    (
        "cut to its header",
        Harm::BlobAndSize(|mut b, _, _| {
            b.truncate(payload(&b));
            b
        }),
        Lost::Content,
    ),
    ("a bit of the first line", Harm::Blob(|b, _, _| flipped(b, 3)), Lost::Content),
    ("a bit of the stanza", Harm::Blob(|b, _, _| flipped(b, 40)), Lost::Content),
    (
        "a bit of the header's MAC",
        Harm::Blob(|b, _, _| {
            let at = payload(&b) - 20;
            flipped(b, at)
        }),
        Lost::Content,
    ),
    (
        "a bit of the nonce",
        Harm::Blob(|b, _, _| {
            let at = payload(&b) - 1;
            flipped(b, at)
        }),
        Lost::Content,
    ),
    (
        "a bit of the first chunk",
        Harm::Blob(|b, _, _| {
            let at = payload(&b) + 9;
            flipped(b, at)
        }),
        Lost::Content,
    ),
    (
        "a bit of the second chunk",
        Harm::Blob(|b, _, _| {
            let at = payload(&b) + CHUNK;
            flipped(b, at)
        }),
        Lost::Content,
    ),
    (
        "a bit of the last byte",
        Harm::Blob(|b, _, _| {
            let at = b.len() - 1;
            flipped(b, at)
        }),
        Lost::Content,
    ),
    (
        "two chunks exchanged",
        Harm::Blob(|mut b, _, _| {
            let at = payload(&b);
            let first = b[at..at + CHUNK].to_vec();
            b.copy_within(at + CHUNK..at + 2 * CHUNK, at);
            b[at + CHUNK..at + 2 * CHUNK].copy_from_slice(&first);
            b
        }),
        Lost::Content,
    ),
    (
        "one byte more",
        Harm::Blob(|mut b, _, _| {
            b.push(0);
            b
        }),
        Lost::Content,
    ),
    (
        "one byte more, size too",
        Harm::BlobAndSize(|mut b, _, _| {
            b.push(0);
            b
        }),
        Lost::Content,
    ),
    (
        "a chunk twice, size too",
        Harm::BlobAndSize(|mut b, _, _| {
            let at = payload(&b);
            let last = b[at..at + CHUNK].to_vec();
            b.extend(last);
            b
        }),
        Lost::Content,
    ),
    ("another paper's blob", Harm::BlobAndSize(|_, sibling, _| sibling.to_vec()), Lost::Content),
    ("another locker's blob", Harm::BlobAndSize(|_, _, foreign| foreign.to_vec()), Lost::Content),
];

/// Rows: cut, changed, exchanged, copied from another locker, moved.
const ON_ROWS: &[(&str, Harm, Lost)] = &[
    ("description cut", Harm::Cut(DOCUMENT), Lost::Paper),
    ("description emptied", Harm::Empty(DOCUMENT), Lost::Paper),
    ("description: its format", Harm::Flip(DOCUMENT, 0), Lost::Paper),
    ("description: its algorithm", Harm::Flip(DOCUMENT, 1), Lost::Paper),
    ("description: its nonce", Harm::Flip(DOCUMENT, 2), Lost::Paper),
    ("description: its tag", Harm::Flip(DOCUMENT, -1), Lost::Paper),
    ("descriptions exchanged", Harm::Swap(DOCUMENT), Lost::Paper),
    ("another locker's description", Harm::Foreign(DOCUMENT), Lost::Paper),
    ("version's description cut", Harm::Cut(VERSION), Lost::Paper),
    ("version's description: a bit", Harm::Flip(VERSION, 60), Lost::Paper),
    ("versions' descriptions exchanged", Harm::Swap(VERSION), Lost::Paper),
    ("another locker's version's description", Harm::Foreign(VERSION), Lost::Paper),
    ("wrap cut", Harm::Cut(WRAP), Lost::Content),
    ("wrap emptied", Harm::Empty(WRAP), Lost::Content),
    ("wrap: its nonce", Harm::Flip(WRAP, 0), Lost::Content),
    ("wrap: the key", Harm::Flip(WRAP, 30), Lost::Content),
    ("wrap: its tag", Harm::Flip(WRAP, -1), Lost::Content),
    ("wraps exchanged", Harm::Swap(WRAP), Lost::Content),
    ("another locker's wrap", Harm::Foreign(WRAP), Lost::Content),
    ("wrap: the wrapper's epoch", Harm::Add(("wraps", "wrapper_epoch"), 1), Lost::Content),
    ("wrap: the wrapper's kind", Harm::Add(("wraps", "wrapper_kind"), 1), Lost::Content),
    ("wrap: as if under the root", Harm::Add(("wraps", "wrapper_kind"), -3), Lost::Content),
    ("wrap: its algorithm", Harm::Add(("wraps", "alg"), 1), Lost::Content),
    ("wrap: under another collection's key", Harm::Swap(("wraps", "wrapper_id")), Lost::Content),
    ("key: its epoch", Harm::Add(("keys", "epoch"), 1), Lost::Content),
    ("key: its kind", Harm::Add(("keys", "kind"), 1), Lost::Content),
    ("versions' keys exchanged", Harm::Swap(("versions", "key_id")), Lost::Content),
    ("versions' blobs exchanged", Harm::Swap(("versions", "blob")), Lost::Content),
    ("another locker's blob, by its name", Harm::Foreign(("versions", "blob")), Lost::Content),
    ("version: the blob's size", Harm::Add(("versions", "blob_size"), -16), Lost::Content),
    ("version: a key of another locker", Harm::Foreign(("versions", "key_id")), Lost::Content),
    ("version: another number", Harm::Add(("versions", "number"), 1), Lost::Paper),
    ("moved to another collection", Harm::Swap(("documents", "collection_id")), Lost::Paper),
    ("moved to another locker's collection", Harm::Foreign(("documents", "collection_id")), Lost::Paper),
    ("label cut", Harm::Cut(SHELF), Lost::Description),
    ("label: a bit", Harm::Flip(SHELF, 50), Lost::Description),
    ("labels exchanged", Harm::Swap(SHELF), Lost::Description),
    ("another locker's label", Harm::Foreign(SHELF), Lost::Description),
    ("collection: another's key", Harm::Swap(("collections", "key_id")), Lost::Paper),
    ("collection's wrap: a bit", Harm::Flip(SHELF_WRAP, 40), Lost::Paper),
    ("collections' wraps exchanged", Harm::Swap(SHELF_WRAP), Lost::Paper),
    ("another locker's collection wrap", Harm::Foreign(SHELF_WRAP), Lost::Paper),
    ("collection key: its epoch", Harm::Add(("collection keys", "epoch"), 1), Lost::Paper),
    ("locker's wrap: a bit", Harm::Flip(LOCKER_WRAP, 40), Lost::All),
    ("another locker's locker key", Harm::Foreign(LOCKER_WRAP), Lost::All),
    ("locker's wrap: the root's epoch", Harm::Add(("locker wraps", "wrapper_epoch"), 1), Lost::All),
];

const SECRET: &str = "Le loyer est payé. ";
const TITLE: &str = "Quittance du printemps";

/// A victim with two papers in two categories, a third that nobody touches, and somebody else with one.
struct Scene {
    world: World,
    victim: Holder,
    paper: Rows,
    sibling: Rows,
    bystander: String,
    other: Holder,
    foreign: Rows,
    hand: Hand,
}

async fn scene(world: World) -> Scene {
    let (victim, other) = (world.holder("lucie").await, world.holder("ahmed").await);
    let content = SECRET.repeat(11_000);
    let mut raw = world.raw().await;
    let paper = victim.deposit(TITLE, "logement.quittance_loyer", content.as_bytes()).await;
    let sibling = victim.deposit("Un RIB", "banque.rib", content.replace("loyer", "salaire").as_bytes()).await;
    let bystander = victim.deposit("Un visa", "sejour.visa", b"valable").await;
    let foreign = other.deposit("Un bail", "logement.bail", content.replace("loyer", "crayon").as_bytes()).await;
    let paper = Rows::find(&mut raw, &paper).await;
    let sibling = Rows::find(&mut raw, &sibling).await;
    let foreign = Rows::find(&mut raw, &foreign).await;
    ignore_references(&mut raw).await;
    let hand = Hand::new(raw);
    Scene { world, victim, paper, sibling, bystander, other, foreign, hand }
}

/// One attack: what was touched does not open and says so, nothing of it comes out, the rest opens, the journal tells.
async fn attack(scene: &mut Scene, name: &str, harm: Harm, lost: Lost) {
    let Scene { world, victim, paper, sibling, bystander, other, foreign, hand } = scene;
    // Ranges of one reading have one line; each attack is to have its own.
    world.wait(std::time::Duration::from_secs(61));
    world.settle().await;
    let before = victim.journal().await.len();
    hand.harm(harm, (victim, paper), sibling, (other, foreign)).await;

    if lost != Lost::Description {
        let answer = victim.content(&paper.document).await;
        assert_problem(&answer, 500, "damaged", name);
        assert!(!answer.text().contains(SECRET) && !answer.text().contains(TITLE), "{name}");
    }
    let described = victim.get(&format!("/documents/{}", paper.document)).await;
    if lost == Lost::Content {
        assert_eq!(described.expect(200).json()["title"], TITLE, "{name}");
    } else {
        assert_problem(&described, 500, "damaged", name);
    }
    let listed = victim.get("/documents").await;
    match lost {
        Lost::All => assert_problem(&listed, 500, "damaged", name),
        Lost::Paper | Lost::Description => {
            let all = listed.expect(200).json();
            assert!(!ids(&all).contains(&paper.document), "{name}");
            let damaged: Vec<&str> = all["damaged"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
            assert!(damaged.contains(&paper.document.as_str()), "{name}: {damaged:?}");
            assert!(ids(&all).contains(bystander), "{name}: the others are still listed");
        }
        Lost::Content => assert!(ids(&listed.expect(200).json()).contains(&paper.document), "{name}"),
    }
    if lost != Lost::All {
        assert_eq!(victim.content(bystander).await.expect(200).body, b"valable", "{name}: the others still open");
    }
    assert_eq!(other.content(&foreign.document).await.expect(200).body.len(), SECRET.len() * 11_000 + 11_000, "{name}");

    world.settle().await;
    let trail = victim.trail().await;
    let new = since(&trail, before);
    if lost != Lost::Description {
        assert!(new.contains(&"content.read ended:damaged"), "{name}: {new:?}");
        assert!(new.contains(&"access.close ended:damaged"), "{name}: {new:?}");
    }
    if lost != Lost::Content {
        assert!(new.contains(&"document.view ended:damaged"), "{name}: {new:?}");
        assert!(new.contains(&"document.list ended:damaged"), "{name}: {new:?}");
    }
    hand.put_back().await;
}

async fn attack_each(world: World, table: &[(&str, Harm, Lost)]) {
    let mut scene = scene(world).await;
    for (name, harm, lost) in table {
        attack(&mut scene, name, *harm, *lost).await;
    }
    // Put back as it was, everything opens: it was the harm, not the test, that kept it closed.
    let whole = scene.victim.content(&scene.paper.document).await.expect(200);
    assert_eq!(whole.text(), SECRET.repeat(11_000));
}

on_both_pairs! {
    async fn no_changed_blob_opens(pair) {
        attack_each(World::new(pair).await, ON_BLOBS).await;
    }

    async fn no_changed_row_opens(pair) {
        attack_each(World::new(pair).await, ON_ROWS).await;
    }

    /// The damage lies far into a long content: what comes before may go out, nothing of the damaged chunk, and the reader
    /// sees that it is not whole.
    async fn a_late_damage_breaks_the_connection(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let content: Vec<u8> = (0..600_000_u32).flat_map(|i| format!("{i}\n").into_bytes()).collect();
        let id = victim.deposit("Long", "formation.courrier", &content).await;
        let mut raw = world.raw().await;
        let rows = Rows::find(&mut raw, &id).await;
        let chunks = content.len().div_ceil(64 * 1024);
        for chunk in [chunks / 2, chunks - 1] {
            world.wait(std::time::Duration::from_secs(61));
            raw.replace_blob(&rows.blob, flipped(rows.bytes.clone(), payload(&rows.bytes) + chunk * CHUNK + 5)).await;
            let request = victim.client.request(reqwest::Method::GET, &victim.path(&format!("/documents/{id}/content")));
            let mut response = request.send().await.unwrap();
            assert_eq!(response.status(), 200);
            let mut got = Vec::new();
            let error = loop {
                match response.chunk().await {
                    Ok(Some(piece)) => got.extend_from_slice(&piece),
                    Ok(None) => panic!("ended as if it were whole, after {} bytes", got.len()),
                    Err(error) => break error,
                }
            };
            assert!(error.is_body() || error.is_decode() || error.is_request(), "{error:?}");
            assert!(got.len() <= chunk * 64 * 1024, "{} bytes came, the damage is in chunk {chunk}", got.len());
            assert!(content.starts_with(&got), "only what was deposited comes out");
        }
        // A range that lies in the damaged chunk: nothing at all. One that does not: what it asks for.
        world.wait(std::time::Duration::from_secs(61));
        let path = victim.path(&format!("/documents/{id}/content"));
        let range = async |from: usize| {
            let request = victim.client.request(reqwest::Method::GET, &path);
            victim.client.send(request.header("range", format!("bytes={from}-{}", from + 9))).await
        };
        assert_problem(&range((chunks - 1) * 64 * 1024 + 20).await, 500, "damaged", "range");
        assert_eq!(range(70_000).await.expect(206).body, content[70_000..70_010]);
        world.settle().await;
        let trail = victim.trail().await;
        assert_eq!(trail.iter().filter(|l| *l == "content.read ended:damaged").count(), 3, "{trail:?}");
        assert_eq!(trail.iter().filter(|l| *l == "access.close ended:damaged").count(), 3, "{trail:?}");
    }

    /// An operator with SQL takes the mark off a paper that its holder hid from helpers, to have a mandate reach it.
    async fn a_hidden_paper_is_not_shown_by_a_change_of_its_row(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let hidden = serde_json::json!({"title": "Mon secret", "kind": "sante.ordonnance_certificat", "private": true});
        let id = victim.deposit_with(&hidden, "secret.txt", b"secret".to_vec()).await.expect(201).json()["id"].clone();
        let id = id.as_str().unwrap();
        let mut raw = world.raw().await;
        let unmarked = if pair == Pair::Local { "0" } else { "false" };
        raw.run(&format!("UPDATE documents SET private = {unmarked}")).await.unwrap();
        assert_problem(&victim.get(&format!("/documents/{id}")).await, 500, "damaged", "description");
        assert_problem(&victim.content(id).await, 500, "damaged", "content");
    }

    /// A row that can't even be read as one takes nothing else with it: neither the list, nor the journal.
    async fn one_unreadable_row_does_not_close_the_locker(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let bad = victim.deposit("Un bail", "logement.bail", b"bail").await;
        let good = victim.deposit("Un visa", "sejour.visa", b"visa").await;
        let mut raw = world.raw().await;
        let rows = Rows::find(&mut raw, &bad).await;
        let mut hand = Hand::new(raw);
        for harm in [Harm::Cut(("versions", "blob_sha256")), Harm::Add(("documents", "state"), 6)] {
            hand.harm(harm, (&victim, &rows), &rows, (&victim, &rows)).await;
            assert_eq!(victim.content(&good).await.expect(200).body, b"visa");
            assert_problem(&victim.content(&bad).await, 500, "damaged", "unreadable row");
            let list = victim.get("/documents").await.expect(200).json();
            assert_eq!(ids(&list), [good.as_str()]);
            assert_eq!(list["damaged"], serde_json::json!([bad]));
            assert!(victim.journal().await.len() > 4, "who looked is still told");
            hand.put_back().await;
        }
    }
}
