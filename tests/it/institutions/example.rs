//! `docs/examples/institution.py` tells the whole story: from a key to the papers, and to the end of it.

use std::path::PathBuf;
use std::process::{Command, Output};

use consigne::domain::institution::{Errand, Errands};
use serde_json::{Value, json};

use super::agreements::proposed;
use super::requests::asked;
use crate::on_both_pairs;
use crate::world::{Pair, World, institution_fields};

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn after<'t>(told: &'t str, start: &str) -> &'t str {
    told.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_else(|| panic!("no {start}: {told}"))
}

on_both_pairs! {
    async fn the_example_tells_the_whole_story(pair) {
        let world = World::new(pair).await;
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/examples/institution.py");
        let python = |arguments: Vec<String>| {
            let mut command = Command::new("python3");
            command.arg("-B").arg(&script).args(arguments);
            async { tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap() }
        };
        said(&python(vec!["key".into(), file("key.pem"), file("keys.json")]).await);
        let keys: Value = serde_json::from_str(&std::fs::read_to_string(file("keys.json")).unwrap()).unwrap();
        assert!(!keys.to_string().contains("\"d\""), "the public half alone");
        let fields = institution_fields("Caisse du Valserin", &keys);
        let errands = Errands::NONE.with(Errand::Requests).with(Errand::Retrieve).with(Errand::Deposit);
        let institution = world.lockers.register_institution(&fields, errands).await.unwrap();

        let angela = world.holder("angela").await;
        let with = |mut arguments: Vec<String>| {
            let usual = ["--service", &angela.client.base, "--institution", &institution.to_string(), "--key", &file("key.pem")].map(str::to_owned);
            arguments.extend(usual);
            arguments.extend(["--reader".to_owned(), "Zoé Durand, bureau 3".to_owned()]);
            python(arguments)
        };
        std::fs::write(file("request.json"), asked(&world).to_string()).unwrap();
        let made = said(&with(vec!["ask".into(), file("request.json")]).await);
        let request = after(&made, "request: ").to_owned();
        assert!(said(&with(vec!["status".into(), request.clone()]).await).contains("waiting"));

        angela.client.post_json(&angela.path("/requests"), &json!({"code": after(&made, "code: ")})).await.expect(201);
        let paper = angela.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
        let hand = json!({"papers": [{"piece": 0, "document": paper}]});
        angela.client.post_json(&angela.path(&format!("/requests/{request}/answer")), &hand).await.expect(201);
        let told = said(&with(vec!["status".into(), request]).await);
        let share = after(&told, "share: ").to_owned();
        let fetched = said(&with(vec!["fetch".into(), share.clone(), file("fetched")]).await);
        assert!(fetched.contains("Angela Claire Louise DUBOIS: Votre demande de RSA") && fetched.contains("Facture, 11 bytes, checked"), "{fetched}");
        assert_eq!(std::fs::read(folder.path().join("fetched/1-papier.txt")).unwrap(), b"une facture");
        let journal = angela.journal().await;
        let reading = journal.iter().find(|line| line["action"] == "content.read").unwrap();
        assert!(reading["sentence"].as_str().unwrap().contains("Zoé Durand, bureau 3"), "{reading}");

        let whole = said(&with(vec!["bundle".into(), share.clone(), file("whole")]).await);
        assert!(whole.contains("receipt: Angela Claire Louise DUBOIS to Caisse du Valserin") && whole.contains("papiers/01 - Facture.txt: checked"), "{whole}");
        let mut kept: Vec<_> = std::fs::read_dir(folder.path().join("whole")).unwrap().map(|one| one.unwrap().file_name()).collect();
        kept.sort();
        assert_eq!(kept, ["papers.pdf", "papers.zip", "receipt.json"]);
        assert!(std::fs::read(folder.path().join("whole/papers.pdf")).unwrap().starts_with(b"%PDF-1.7"));
        // The other way round: she agrees, and it deposits a paper that it signed; the same file twice is once.
        std::fs::write(file("proposal.json"), proposed(&world).to_string()).unwrap();
        let made = said(&with(vec!["ask".into(), file("proposal.json")]).await);
        let agreement = after(&made, "request: ").to_owned();
        angela.client.post_json(&angela.path("/requests"), &json!({"code": after(&made, "code: ")})).await.expect(201);
        angela.client.post_json(&angela.path(&format!("/requests/{agreement}/agree")), &json!({})).await.expect(201);
        let metadata = json!({"title": "Quittance", "kind": "logement.quittance_loyer", "issued_on": "2026-03-31"});
        std::fs::write(file("metadata.json"), metadata.to_string()).unwrap();
        std::fs::write(file("quittance.txt"), "une quittance").unwrap();
        let deposit = || with(vec!["deposit".into(), agreement.clone(), file("metadata.json"), file("quittance.txt")]);
        assert_eq!(said(&deposit().await), said(&deposit().await));
        let papers = angela.get("/documents").await.expect(200).json()["items"].as_array().unwrap().clone();
        let issued: Vec<&Value> = papers.iter().filter(|paper| paper["origin"] == "issued").collect();
        assert_eq!((issued.len(), issued[0]["file_name"].as_str()), (1, Some("quittance.txt")));
        assert!(issued[0]["issued"]["signature"]["jws"].is_string(), "{}", issued[0]);

        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        let over = with(vec!["fetch".into(), share, file("again")]).await;
        assert!(!over.status.success() && String::from_utf8_lossy(&over.stderr).contains("410"), "{over:?}");
        assert!(!folder.path().join("again").exists());
    }
}
