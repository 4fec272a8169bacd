//! `consigne institution …`, as the real binary, beside a service that runs: what the operator registers holds on the very next request.

use std::process::{Command, Output};

use aws_lc_rs::signature::Ed25519KeyPair;
use serde_json::json;

use crate::world::{Pair, World, public_set};

fn consigne(world: &World, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
    command.args(["institution"]).args(arguments).args(["--data-dir", world.config.data_dir.to_str().unwrap()]);
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_registers_changes_and_suspends() {
    let world = World::new(Pair::Local).await;
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, keys: &serde_json::Value| {
        let path = folder.path().join(name);
        std::fs::write(&path, keys.to_string()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (first, second) = (Ed25519KeyPair::generate().unwrap(), Ed25519KeyPair::generate().unwrap());
    let keys = file("keys.json", &public_set("first", &first));
    let basis = "Article L. 262-2 du CASF";
    let register = |more: &[&str]| {
        let usual = ["register", "--name", "Caisse d'allocations", "--legal-basis", basis, "--kind", "logement"];
        consigne(&world, &[&usual[..], more].concat())
    };
    // What is not right is told, and nothing is registered.
    let mut private = public_set("first", &first);
    private["keys"][0]["d"] = json!("AAAA");
    let private = file("private.json", &private);
    for (more, words) in [
        (vec!["--keys", private.as_str()], "PRIVATE"),
        (vec!["--keys", "/nowhere/keys.json"], "/nowhere/keys.json"),
        (vec![], "--keys must be given"),
        (vec!["--keys", keys.as_str(), "--kind", "nothing.at_all"], "no such kind"),
        (vec!["--keys", keys.as_str(), "--scope", "everything"], "requests, retrieve and deposit"),
        (vec!["--keys", keys.as_str(), "--callback", "http://caf.example/"], "begins with https://"),
        (vec!["--keys", keys.as_str(), "--callback", "https://127.0.0.1/"], "a public name"),
        (vec!["--keys", keys.as_str(), "--callback", "https://caf.example/", "--no-callback"], "cannot be used with"),
        (vec!["--keys", file("none.json", &json!({"keys": []})).as_str()], "1 to 8"),
        (
            vec!["--keys", file("odd.json", &json!({"keys": [{"kty": "RSA", "kid": "x", "n": "AQAB"}]})).as_str()],
            "not an Ed25519 key",
        ),
        (
            vec![
                "--keys",
                file("nameless.json", &json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA"}]})).as_str(),
            ],
            "kid",
        ),
    ] {
        let told = complaint(&register(&more));
        assert!(told.contains(words), "{more:?}: {told}");
    }
    assert_eq!(said(&consigne(&world, &["list"])), "");

    let told = said(&register(&["--keys", &keys, "--kind", "banque.rib"]));
    let id = told.lines().find_map(|line| line.strip_prefix("institution: ")).unwrap().to_owned();
    let caf = world.program(id.parse().unwrap(), first);
    let own = caf.get("/api/v1/institution").await.expect(200).json();
    assert_eq!((own["name"].as_str(), own["legal_basis"].as_str()), (Some("Caisse d'allocations"), Some(basis)));
    let kinds: Vec<&str> = own["kinds"].as_array().unwrap().iter().map(|kind| kind.as_str().unwrap()).collect();
    assert!(
        kinds.contains(&"logement.bail") && kinds.contains(&"banque.rib") && !kinds.contains(&"emploi.cv"),
        "{kinds:?}"
    );
    assert_eq!(own["scopes"], json!(["requests", "retrieve"]));

    // What is not named stays; what is holds at once.
    let new = file("new.json", &public_set("first", &second));
    said(&consigne(
        &world,
        &["amend", "--institution", &id, "--keys", &new, "--scope", "retrieve", "--name", "Caisse du Valserin"],
    ));
    caf.ask(&caf.assertion(), None).await.expect(401);
    let caf = world.program(id.parse().unwrap(), second);
    let own = caf.get("/api/v1/institution").await.expect(200).json();
    assert_eq!(
        (own["name"].as_str(), own["legal_basis"].as_str(), &own["scopes"]),
        (Some("Caisse du Valserin"), Some(basis), &json!(["retrieve"]))
    );
    // Where its server is told: those that are named take the place of all that were there.
    let (here, there) = ("https://caf.example/consigne", "https://caf.example:8443/autre");
    said(&consigne(&world, &["amend", "--institution", &id, "--callback", here, "--callback", there]));
    assert_eq!(caf.get("/api/v1/institution").await.json()["callbacks"], json!([here, there]));
    said(&consigne(&world, &["amend", "--institution", &id, "--callback", here]));
    assert!(said(&consigne(&world, &["list"])).contains("    told at https://caf.example/consigne\n"));
    said(&consigne(&world, &["amend", "--institution", &id, "--no-callback"]));
    assert_eq!(caf.get("/api/v1/institution").await.json()["callbacks"], json!([]));
    // What it may issue, in the list; and all of it taken away at once.
    assert!(!said(&consigne(&world, &["list"])).contains("issues"));
    let amend = |more: &[&str]| consigne(&world, &[&["amend", "--institution", &id], more].concat());
    said(&amend(&["--issues", "logement.bail", "--issues", "emploi.cv"]));
    let listed = said(&consigne(&world, &["list"]));
    assert!(listed.contains("    issues logement.bail\n    issues emploi.cv\n"), "{listed}");
    let both = complaint(&amend(&["--issues", "logement.bail", "--no-issues"]));
    assert!(both.contains("cannot be used with"), "{both}");
    said(&amend(&["--no-issues"]));
    assert_eq!(caf.get("/api/v1/institution").await.json()["issues"], json!([]));
    let listed = said(&consigne(&world, &["list"]));
    assert!(!listed.contains("issues") && listed.contains("Caisse du Valserin"), "{listed}");
    let told = complaint(&register(&["--keys", &keys, "--issues", "logement", "--no-issues"]));
    assert!(told.contains("cannot be used with"), "{told}");
    said(&consigne(&world, &["suspend", "--institution", &id]));
    caf.ask(&caf.assertion(), None).await.expect(401);
    assert!(said(&consigne(&world, &["list"])).contains("Caisse du Valserin  (suspended)"));
    said(&consigne(&world, &["resume", "--institution", &id]));
    caf.ask(&caf.assertion(), None).await.expect(200);
    let nobody = "00000000-0000-4000-8000-000000000000";
    for id in [nobody, "nonsense"] {
        assert!(
            complaint(&consigne(&world, &["suspend", "--institution", id])).contains("no such institution"),
            "{id}"
        );
    }
}
