//! Nobody has the service speak to what only the service can reach; and what is on its way when a process dies is told by the next.
//!
//! Who attacks: an institution whose name leads inside a network, at once, now and then, or between the look and the connection; somebody
//! on the way, with a certificate of their own.

use std::collections::HashMap;
use std::net::IpAddr;
use std::os::unix::process::ExitStatusExt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use consigne::config::Config;
use consigne::domain::source::{Source, Timestamp};
use consigne::locker::{Issuers, Limits};
use consigne::notify::callbacks::Rehearsal;
use secrecy::ExposeSecret;

use super::webhooks::{lines, told_request, waiting};
use crate::on_both_pairs;
use crate::world::receiver::{HERE, Mood, NAME, Receiver, rehearsing};
use crate::world::{Pair, Program, World, setting};

fn leading(receiver: &Receiver, answers: &[&[&str]], loopback: bool) -> Rehearsal {
    let answers = answers.iter().map(|one| one.iter().map(|ip| ip.parse::<IpAddr>().unwrap()).collect()).collect();
    let names = HashMap::from([(NAME.to_owned(), answers)]);
    Rehearsal { names: Arc::new(Mutex::new(names)), authority: receiver.authority.clone(), loopback }
}

/// Asks somebody, and tries to tell it. Gives the world, who asked, and what its journal says of it.
async fn tried(pair: Pair, receiver: &Receiver, rehearsal: Rehearsal) -> (World, Program, Vec<String>) {
    let world = rehearsing(pair, rehearsal).await;
    let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
    let angela = world.holder("angela").await;
    told_request(&world, &caf, &angela, &receiver.callback).await;
    world.lockers.tell_institutions().await.unwrap();
    let lines = lines(&world, &caf).await;
    (world, caf, lines)
}

on_both_pairs! {
    /// The name leads to this very machine: outside a rehearsal of loopback, nobody is spoken to; for three days, and never more.
    async fn a_name_that_leads_inside_leads_nowhere(pair) {
        let receiver = Receiver::open().await;
        let (world, caf, told) = tried(pair, &receiver, leading(&receiver, &[&["127.0.0.1"]], false)).await;
        assert_eq!((receiver.connections(), told), (0, vec!["try 1".to_owned()]));
        let mut raw = world.raw().await;
        for _ in 0..60 {
            if waiting(&world).await == 0 {
                break;
            }
            let due = raw.number("SELECT due_at FROM webhooks").await;
            world.wait(Duration::from_micros(u64::try_from(due - world.source.now().micros()).unwrap()));
            world.lockers.tell_institutions().await.unwrap();
        }
        let told = lines(&world, &caf).await;
        assert_eq!(told.last().map(String::as_str), Some("ended:callback_inside"), "{told:?}");
        assert_eq!((receiver.connections(), waiting(&world).await), (0, 0));
    }
}

/// Every kind of place inside; and one that is out in the world does not cover for one that is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_inside_is_enough() {
    let receiver = Receiver::open().await;
    let inside = [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "::",
        "fe80::1",
        "fd00::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:db8::1",
    ];
    let world = rehearsing(Pair::Local, leading(&receiver, &[], true)).await;
    let names = Arc::clone(&world.config.notices.rehearsal.as_ref().unwrap().names);
    let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
    let angela = world.holder("angela").await;
    for address in inside {
        // Beside loopback, which is spoken to in this rehearsal: before it, and after it.
        for answer in [[address, "127.0.0.1"], ["127.0.0.1", address]] {
            let answer = answer.iter().map(|ip| ip.parse().unwrap()).collect();
            names.lock().unwrap().insert(NAME.to_owned(), vec![answer]);
            told_request(&world, &caf, &angela, &receiver.callback).await;
            assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0, "{address}");
            assert_eq!(receiver.connections(), 0, "{address}");
        }
    }
    // The same way, with nothing inside.
    names.lock().unwrap().insert(NAME.to_owned(), vec![vec![HERE]]);
    told_request(&world, &caf, &angela, &receiver.callback).await;
    assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
}

/// The name leads out once and inside from then on, as who holds it may have it: it is asked once for each try, and the connection goes
/// to what was looked at. The next try looks again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_asked_once_for_each_try() {
    let (receiver, elsewhere) = (Receiver::open().await, Receiver::open().await);
    let rehearsal = leading(&receiver, &[&["127.0.0.1"], &["10.0.0.1"], &["127.0.0.1"]], true);
    let names = Arc::clone(&rehearsal.names);
    let (world, caf, _) = tried(Pair::Local, &receiver, rehearsal).await;
    assert_eq!((receiver.told().len(), names.lock().unwrap()[NAME].len()), (1, 2), "one answer was used");
    let angela = world.holder("angela").await;
    told_request(&world, &caf, &angela, &receiver.callback).await;
    world.lockers.tell_institutions().await.unwrap();
    assert_eq!((receiver.connections(), names.lock().unwrap()[NAME].len()), (1, 1), "no connection is kept for later");
    // Somebody on the way, who answers for the name with a certificate that nobody vouches for.
    let stranger = leading(&elsewhere, &[&["127.0.0.1"]], true);
    let (world, ..) = tried(Pair::Local, &receiver, stranger).await;
    assert_eq!((receiver.told().len(), receiver.connections(), waiting(&world).await), (1, 2, 1));
    // A name that leads nowhere.
    let (world, ..) = tried(Pair::Local, &receiver, leading(&receiver, &[], true)).await;
    assert_eq!((receiver.connections(), waiting(&world).await), (2, 1));
}

/// No file and no variable opens what only tests may open; and a service that is told so by code does not serve.
#[test]
fn nothing_that_is_configured_opens_loopback() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("consigne.toml");
    let usual = "public_url = \"https://consigne.test\"\ndata_dir = \"/nowhere\"\n[issuers.holder]\nissuer = \"https://issuer.test\"\n\
        client_id = \"c\"\nclient_secret = \"s\"\nacr_values = [\"eidas1\"]\n";
    for more in ["[notices.rehearsal]\nloopback = true\nauthority = \"\"\n", "[notices]\nrehearsal = true\n"] {
        std::fs::write(&file, format!("{usual}{more}")).unwrap();
        let read = Config::load(Some(file.as_path()), None);
        assert!(read.is_err() || read.unwrap().notices.rehearsal.is_none(), "{more}");
    }
    std::fs::write(&file, usual).unwrap();
    let mut config = Config::load(Some(file.as_path()), None).unwrap();
    config.check_for_serving().unwrap();
    let names = Arc::default();
    config.notices.rehearsal = Some(Rehearsal { names, authority: String::new(), loopback: true });
    assert!(config.check_for_serving().unwrap_err().to_string().contains("rehearsal"));
}

/// Not a story: what [`who_dies_in_the_middle_leaves_it_to_the_next`] runs in a process of its own, to be killed at a step.
#[tokio::test]
#[ignore = "a part of another story, which runs it"]
async fn tells_institutions_in_a_process_of_its_own() {
    let mut config = Config::load(Some(setting("TELL_BY").as_ref()), None).unwrap();
    let names = HashMap::from([(NAME.to_owned(), vec![vec![HERE]])]);
    let authority = std::fs::read_to_string(setting("TELL_AUTHORITY")).unwrap();
    config.notices.rehearsal = Some(Rehearsal { names: Arc::new(Mutex::new(names)), authority, loopback: true });
    let source = Source::with_manual_clock(Timestamp::from_micros(setting("TELL_AT").parse().unwrap()));
    let opened = consigne::app::open(&config, &source, Limits::default(), Issuers::default(), true).await.unwrap();
    opened.lockers.tell_institutions().await.unwrap();
}

/// Has a process of its own tell, which dies at a step.
async fn dies_at(world: &World, receiver: &Receiver, step: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (file, authority) = (folder.path().join("consigne.toml"), folder.path().join("authority.pem"));
    let mut text =
        format!("public_url = \"https://consigne.test\"\ndata_dir = \"{}\"\n", world.config.data_dir.display());
    if let (Some(url), Some(key)) = (&world.config.database.url, &world.config.blobs.secret_key) {
        let blobs = &world.config.blobs;
        let get = |value: &Option<String>| value.clone().unwrap();
        text += &format!(
            "[database]\nurl = \"{}\"\nconnections = 2\n[blobs]\nbucket = \"{}\"\nendpoint = \"{}\"\nprefix = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
            url.expose_secret(),
            get(&blobs.bucket),
            get(&blobs.endpoint),
            get(&blobs.prefix),
            get(&blobs.access_key),
            key.expose_secret(),
        );
    }
    std::fs::write(&file, text).unwrap();
    std::fs::write(&authority, &receiver.authority).unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "institutions::reaching::tells_institutions_in_a_process_of_its_own", "--ignored"]);
    child.env("TELL_BY", &file).env("TELL_AUTHORITY", &authority).env("CONSIGNE_KILL_AT", step);
    child.env("TELL_AT", world.source.now().micros().to_string()).stdout(std::process::Stdio::null());
    let ended = tokio::task::spawn_blocking(move || child.status().unwrap()).await.unwrap();
    assert_eq!(ended.signal(), Some(9), "{step}");
}

on_both_pairs! {
    /// `kill -9` after its line, and after the server has it: it is told by the next, under the same id, and never lost.
    async fn who_dies_in_the_middle_leaves_it_to_the_next(pair) {
        for (step, told) in [("webhook.taken", 1), ("webhook.handed", 2)] {
            let receiver = Receiver::open().await;
            let world = receiver.world(pair).await;
            let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
            let angela = world.holder("angela").await;
            told_request(&world, &caf, &angela, &receiver.callback).await;
            dies_at(&world, &receiver, step).await;
            assert_eq!(receiver.told().len(), told - 1);
            assert_eq!(world.lockers.tell_institutions().await.unwrap(), 0, "somebody may have it still");
            world.wait(Duration::from_mins(2));
            assert_eq!(world.lockers.tell_institutions().await.unwrap(), 1);
            assert_eq!((receiver.told().len(), waiting(&world).await), (told, 0), "{step}");
            let ids: std::collections::BTreeSet<String> = receiver.told().iter().map(|one| one.json()["id"].to_string()).collect();
            assert_eq!(ids.len(), 1);
            assert_eq!(lines(&world, &caf).await, ["try 1", "try 2"]);
        }
    }

    /// The change and what tells it are one: where the change is not written, nothing is told; and the other way round.
    async fn a_change_and_its_word_are_one(pair) {
        let receiver = Receiver::open().await;
        let world = receiver.world(pair).await;
        let caf = world.institution_told("Caisse d'allocations", &[&receiver.callback]).await;
        let angela = world.holder("angela").await;
        receiver.mood(Mood::Away);
        let request = told_request(&world, &caf, &angela, &receiver.callback).await;
        let mut raw = world.raw().await;
        // Nothing can be kept to be told: then nothing is changed either.
        raw.run("ALTER TABLE webhooks RENAME TO gone").await.unwrap();
        let path = angela.path(&format!("/requests/{request}/decline"));
        assert!(angela.client.post(&path).await.status.is_server_error());
        raw.run("ALTER TABLE gone RENAME TO webhooks").await.unwrap();
        assert_eq!(caf.get(&format!("/api/v1/requests/{request}")).await.json()["status"], "taken");
        assert_eq!(waiting(&world).await, 1);
        angela.client.post(&path).await.expect(204);
        assert_eq!(waiting(&world).await, 2);
        receiver.mood(Mood::Takes);
        world.lockers.tell_institutions().await.unwrap();
        assert_eq!(receiver.what(), ["request.declined"]);
    }
}
