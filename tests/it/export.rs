//! Taking everything away: one request, one ZIP that ordinary tools open, whole and provable without us.

use std::path::{Path, PathBuf};
use std::process::Command;

use consigne::domain::ids::ChainId;
use consigne::journal::chain::{Kept, Verifier, link};
use data_encoding::{BASE64, HEXLOWER};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::mandates::visits::helped;
use crate::on_both_pairs;
use crate::world::{Answer, Holder, Pair, World, hex, multipart, proposal};

/// Unpacks with Info-ZIP, as anybody could; the test of Python's reader goes with it.
pub fn unpack(answer: &Answer) -> TempDir {
    let dir = TempDir::with_prefix("consigne-export-").unwrap();
    let file = dir.path().join("consigne.zip");
    std::fs::write(&file, &answer.body).unwrap();
    let run = |command: &mut Command| {
        let out = command.current_dir(dir.path()).output().unwrap();
        let told = String::from_utf8_lossy(&out.stdout).into_owned() + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{told}");
        told
    };
    let told = run(Command::new("unzip").args(["-q", "consigne.zip", "-d", "out"]).env("LC_ALL", "C.UTF-8"));
    assert!(told.is_empty(), "no warning: {told}");
    run(Command::new("python3").args(["-m", "zipfile", "--test", "consigne.zip"]));
    let out = dir.path().join("out");
    let sums = Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict", "SHA256SUMS"])
        .current_dir(&out)
        .output()
        .unwrap();
    assert!(sums.status.success(), "{}", String::from_utf8_lossy(&sums.stdout));
    dir
}

/// Every file under a folder, by its path in it, in order.
fn files(dir: &TempDir) -> Vec<String> {
    fn walk(top: &Path, at: &Path, all: &mut Vec<String>) {
        for entry in std::fs::read_dir(at).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                walk(top, &path, all);
            } else {
                all.push(path.strip_prefix(top).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    let (top, mut all) = (dir.path().join("out"), Vec::new());
    walk(&top, &top, &mut all);
    all.sort();
    all
}

pub fn read(dir: &TempDir, path: &str) -> Vec<u8> {
    std::fs::read(dir.path().join("out").join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn read_json(dir: &TempDir, path: &str) -> Value {
    serde_json::from_slice(&read(dir, path)).unwrap()
}

async fn put(holder: &Holder, title: &str, kind: &str, file: &str, content: &[u8]) -> String {
    let metadata = json!({"title": title, "kind": kind});
    let answer = holder.deposit_with(&metadata, file, content.to_vec()).await.expect(201);
    answer.json()["id"].as_str().unwrap().to_owned()
}

on_both_pairs! {
    async fn everything_comes_whole_and_readable(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let long: Vec<u8> = (0..700_000_u32).flat_map(u32::to_be_bytes).collect();
        let pdf = [b"%PDF-1.7\n".as_slice(), &long].concat();
        put(&lucie, "Bail", "logement.bail", "scan.PDF", &pdf).await;
        put(&lucie, "bail", "logement.bail", "b.txt", b"un autre").await;
        put(&lucie, "bail", "logement.bail", "b.txt", b"encore un").await;
        put(&lucie, "=HYPERLINK(\"http://x\")", "banque.rib", "../../../etc/passwd", b"FR00").await;
        put(&lucie, "../../CON", "banque.rib", "x", b"FR01").await;
        put(&lucie, "عقد إيجار", "logement.bail", "عقد.txt", "عقد".as_bytes()).await;
        let permit = put(&lucie, "Titre de séjour", "sejour.titre_sejour", "t.txt", b"ancien").await;
        let request = lucie.client.request(Method::POST, &lucie.path(&format!("/documents/{permit}/versions")));
        lucie.client.send(request.multipart(multipart(&json!({"expires_on": "2036-12-01"}), "t.txt", b"nouveau".to_vec()))).await.expect(201);
        let trashed = put(&lucie, "Brouillon", "formation.courrier", "b.txt", b"jeter").await;
        lucie.client.delete(&lucie.path(&format!("/documents/{trashed}"))).await.expect(204);

        let answer = lucie.get("/export").await.expect(200);
        assert_eq!(answer.header("content-type"), "application/zip");
        assert!(answer.header("content-disposition").starts_with("attachment; filename=\"consigne-20"));
        assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
        let dir = unpack(&answer);
        insta::allow_duplicates! {
            insta::assert_snapshot!(files(&dir).join("\n"), @r"
            Corbeille/Diplômes et autres papiers/Brouillon.txt
            LISEZ-MOI.txt
            Liste/papiers.csv
            Liste/papiers.json
            Papiers/Banque/=HYPERLINK(_http_ x_).txt
            Papiers/Banque/_CON.txt
            Papiers/Logement/Bail.pdf
            Papiers/Logement/bail (2).txt
            Papiers/Logement/bail.txt
            Papiers/Logement/عقد إيجار.txt
            Papiers/Séjour en France/Titre de séjour.txt
            Papiers/Séjour en France/Versions plus anciennes/Titre de séjour (1).txt
            Qui a ouvert/lignes.json
            Qui a ouvert/qui-a-ouvert-mes-papiers.html
            SHA256SUMS
            ");
        }
        assert!(read(&dir, "Papiers/Logement/Bail.pdf") == pdf);
        assert_eq!(read(&dir, "Papiers/Séjour en France/Titre de séjour.txt"), b"nouveau");
        assert_eq!(read(&dir, "Papiers/Séjour en France/Versions plus anciennes/Titre de séjour (1).txt"), b"ancien");
        assert_eq!(read(&dir, "Papiers/Logement/عقد إيجار.txt"), "عقد".as_bytes());

        let list = read_json(&dir, "Liste/papiers.json");
        assert_eq!((&list["format"], &list["locker"]), (&json!("consigne-export-1"), &json!(lucie.locker)));
        assert_eq!(list["holder"]["given_name"], "Lucie Jeanne");
        assert_eq!((list["papers"].as_array().unwrap().len(), &list["damaged"]), (8, &json!([])));
        let paper = list["papers"].as_array().unwrap().iter().find(|p| p["id"] == permit.as_str()).unwrap();
        assert_eq!((&paper["kind_label"], &paper["expires_on"]), (&json!("Titre de séjour"), &json!("2036-12-01")));
        let versions = paper["versions"].as_array().unwrap();
        assert_eq!(versions.iter().map(|v| (v["number"].as_u64().unwrap(), v["intact"].as_bool().unwrap())).collect::<Vec<_>>(), [(2, true), (1, true)]);
        for version in list["papers"].as_array().unwrap().iter().flat_map(|p| p["versions"].as_array().unwrap()) {
            let content = read(&dir, version["path"].as_str().unwrap());
            assert_eq!((hex(&Sha256::digest(&content)), content.len() as u64), (version["sha256"].as_str().unwrap().to_owned(), version["size"].as_u64().unwrap()));
        }
        let csv = String::from_utf8(read(&dir, "Liste/papiers.csv")).unwrap();
        assert_eq!(csv.lines().count(), 1 + 9);
        assert!(csv.starts_with("\u{feff}\"path\",\"title\",") && csv.contains("\"'=HYPERLINK(\"\"http://x\"\")\""), "{csv}");
        let told = String::from_utf8(read(&dir, "LISEZ-MOI.txt")).unwrap();
        for said in ["Dossier «\u{a0}Papiers\u{a0}»", "Dossier «\u{a0}Corbeille\u{a0}»", "\r\n"] {
            assert!(told.contains(said), "{said}: {told}");
        }

        // The journal proves itself: leaves, links and bodies, without anything of ours but the format.
        world.settle().await;
        let journal = read_json(&dir, "Qui a ouvert/lignes.json");
        let lines = journal["lines"].as_array().unwrap();
        let chain: ChainId = journal["chain"].as_str().unwrap().parse().unwrap();
        let mut verifier = Verifier::new(chain, false);
        let mut head = Vec::new();
        for line in lines {
            let bytes = |name: &str| HEXLOWER.decode(line[name].as_str().unwrap().as_bytes()).unwrap();
            let (previous, leaf) = (bytes("previous"), bytes("leaf"));
            let body = Some((bytes("salt"), BASE64.decode(line["entry"].as_str().unwrap().as_bytes()).unwrap()));
            head = link(&previous.clone().try_into().unwrap(), &leaf.clone().try_into().unwrap()).to_vec();
            verifier.take(&Kept { seq: line["seq"].as_u64().unwrap(), previous, leaf, body }).unwrap();
        }
        assert_eq!(verifier.finish(lines.len() as u64, &head), Ok(lines.len() as u64));
        let own = lines.last().unwrap();
        assert_eq!((&own["action"], &own["sentence"]), (&json!("locker.export"), &json!("Vous avez tout emporté : vos papiers et leur histoire.".replace(" :", "\u{a0}:"))));
        let page = String::from_utf8(read(&dir, "Qui a ouvert/qui-a-ouvert-mes-papiers.html")).unwrap();
        assert_eq!(page.matches("<li>").count(), lines.len());
        assert!(page.contains("Vous avez ajouté « Bail ».".replace("« ", "«\u{a0}").replace(" »", "\u{a0}»").as_str()), "{page}");

        let trail = lucie.trail().await;
        assert_eq!(trail.iter().filter(|l| l.contains("export")).collect::<Vec<_>>(), ["locker.export done"]);
        let lines = lucie.journal().await;
        let closing = lines.iter().find(|l| l["of"] == "locker.export").unwrap();
        assert_eq!((&closing["outcome"]["reason"], &closing["bytes"]), (&json!("complete"), &json!(answer.body.len())));
    }

    /// Who helps, who has helped, who offers to: with the words of consent and every visit.
    async fn help_is_told(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let visit = mandate.visit(&claire.client).await;
        visit.end().await.expect(204);
        lucie.stop(&mandate).await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let mut body = proposal(&lucie.help_code().await, None);
        body["purpose"] = json!("=1+1 <b>");
        let waits = ahmed.post_json("/api/v1/mandates", &body).await.expect(201).json()["id"].clone();
        let dir = unpack(&lucie.get("/export").await.expect(200));
        assert_eq!(files(&dir)[..4], [
            "Aide/autorisations-d-aide.csv", "Aide/autorisations-d-aide.json", "Aide/les-personnes-qui-m-aident.html", "LISEZ-MOI.txt",
        ]);
        let told = read_json(&dir, "Aide/autorisations-d-aide.json");
        let one = &told["mandates"][0];
        assert_eq!((&told["format"], &one["id"], &one["status"]), (&json!("consigne-help-1"), &json!(mandate.id), &json!("ended")));
        let text = one["evidence"]["text"].as_str().unwrap();
        assert_eq!(hex(&Sha256::digest(text)), one["evidence"]["sha256"].as_str().unwrap(), "the words prove themselves");
        let lines = read_json(&dir, "Qui a ouvert/lignes.json");
        let given = lines["lines"].as_array().unwrap().iter().find(|l| l["action"] == "mandate.give" && l["outcome"]["kind"] == "done").unwrap();
        assert_eq!(given["evidence"], one["evidence"]["sha256"]);
        assert_eq!((&told["proposals"][0]["id"], &told["proposals"][0]["purpose"]), (&waits, &json!("=1+1 <b>")));
        let visits = told["visits"].as_array().unwrap();
        assert_eq!((visits.len(), &visits[0]["id"], &visits[0]["mandate"]), (1, &json!(visit.id), &json!(mandate.id)));
        assert_eq!((&visits[0]["helper"], &visits[0]["purpose"]), (&json!("Claire MOREL"), &json!("Remplir la demande de logement")));
        assert!(visits[0]["ended_at"].is_string());
        let csv = String::from_utf8(read(&dir, "Aide/autorisations-d-aide.csv")).unwrap();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.starts_with("\u{feff}\"id\",\"status\",\"helper\",") && csv.contains("\"Claire MOREL\",\"CCAS\""), "{csv}");
        let page = String::from_utf8(read(&dir, "Aide/les-personnes-qui-m-aident.html")).unwrap();
        assert!(page.contains("Claire MOREL") && page.contains("Remplir la demande de logement") && page.contains("Content-Security-Policy"), "{page}");
        assert!(page.contains("&#60;b&#62;") && !page.contains("<b>") && !page.contains("<script"), "{page}");
        let instructions = String::from_utf8(read(&dir, "LISEZ-MOI.txt")).unwrap();
        assert!(instructions.contains("Dossier «\u{a0}Aide\u{a0}»"), "{instructions}");
    }

    async fn an_english_reader_gets_english_names(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        put(&lucie, "Lease", "logement.bail", "l.txt", b"lease").await;
        let dir = unpack(&lucie.get("/export?lang=en").await.expect(200));
        assert_eq!(files(&dir), [
            "List/papers.csv", "List/papers.json", "Papers/Housing/Lease.txt", "README.txt", "SHA256SUMS",
            "Who opened/lines.json", "Who opened/who-opened-my-papers.html",
        ]);
        let told = String::from_utf8(read(&dir, "README.txt")).unwrap();
        assert!(told.contains("“Papers”") && !told.contains("Trash"), "there is no such folder: {told}");
    }

    /// One paper is damaged in the store: the others come, and the archive says which one is not whole.
    async fn a_damaged_paper_does_not_keep_the_others(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        put(&lucie, "Bon", "banque.rib", "b.txt", b"FR00").await;
        put(&lucie, "Coupé", "banque.rib", "c.txt", &vec![b'x'; 300_000]).await;
        put(&lucie, "Perdu", "banque.rib", "p.txt", b"perdu").await;
        let raw = world.raw().await;
        for (name, mut bytes) in raw.all_blobs().await {
            if bytes.len() > 300_000 {
                bytes[200_000] ^= 1;
                raw.replace_blob(&name, bytes).await;
            }
        }
        let lines = lucie.journal().await;
        let gone = lines.iter().filter(|l| l["action"] == "document.deposit").find(|l| l["object"]["title"] == "Perdu").unwrap();
        let (name, _) = raw.all_blobs().await.into_iter().find(|(_, b)| hex(&Sha256::digest(b)) == gone["blob_sha256"].as_str().unwrap()).unwrap();
        raw.blobs.delete(&name).await.unwrap();

        let dir = unpack(&lucie.get("/export").await.expect(200));
        let list = read_json(&dir, "Liste/papiers.json");
        let intact: Vec<_> = list["papers"].as_array().unwrap().iter().map(|p| (p["title"].as_str().unwrap().to_owned(), p["versions"][0]["intact"].as_bool().unwrap())).collect();
        assert!(intact.contains(&("Bon".to_owned(), true)) && intact.contains(&("Coupé".to_owned(), false)) && intact.contains(&("Perdu".to_owned(), false)), "{intact:?}");
        let names = files(&dir);
        assert!(names.iter().filter(|n| n.ends_with("papier abîmé.txt")).count() == 2, "{names:?}");
        assert_eq!(read(&dir, "Papiers/Banque/Bon.txt"), b"FR00");
        world.settle().await;
        let lines = lucie.journal().await;
        let closing = lines.iter().find(|l| l["of"] == "locker.export").unwrap();
        assert_eq!((&closing["outcome"]["reason"], &closing["sentence"]), (&json!("damaged"), &json!("Tout a été emporté, sauf ce qui est abîmé.")));
    }

    /// A copied cookie takes everything away; the victim signs out. What came does not open as an archive.
    async fn an_export_stops_when_the_session_ends(pair) {
        const MIB: usize = 1024 * 1024;
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        // Noise that does not come again within what packing looks at, so that it does not become small.
        let noise: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(consigne::domain::source::Source::system().bytes::<65_536>().into_iter().cycle().take(45 * MIB)).collect();
        put(&lucie, "Long", "formation.courrier", "l.pdf", &noise).await;
        let mut reading = lucie.client.request(Method::GET, &lucie.path("/export")).send().await.unwrap();
        assert_eq!(reading.status(), 200);
        let mut got = 0;
        while got < MIB {
            got += reading.chunk().await.unwrap().unwrap().len();
        }
        lucie.client.post("/auth/logout").await;
        let broken = loop {
            match reading.chunk().await {
                Ok(Some(piece)) => got += piece.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(broken && got < 40 * MIB, "{got} bytes came after the session had ended");
        world.settle().await;
        let lucie = world.holder("lucie").await;
        let lines = lucie.journal().await;
        let closing = lines.iter().find(|l| l["of"] == "locker.export").unwrap();
        assert_eq!(closing["outcome"]["reason"], "session_ended");
        assert!(closing["bytes"].as_u64().unwrap() >= got as u64);
    }

    /// A paper is destroyed while everything is being packed: it is not called damaged, and neither is the export.
    async fn a_paper_destroyed_meanwhile_is_not_damaged(pair) {
        const MIB: usize = 1024 * 1024;
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let gone = put(&lucie, "Bientôt parti", "formation.courrier", "p.txt", b"parti").await;
        world.wait(std::time::Duration::from_secs(1));
        let noise: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(consigne::domain::source::Source::system().bytes::<65_536>().into_iter().cycle().take(24 * MIB)).collect();
        put(&lucie, "Long", "formation.courrier", "l.pdf", &noise).await;
        // The long one is packed first; nothing more is taken until the other is gone.
        let mut reading = lucie.client.request(Method::GET, &lucie.path("/export")).send().await.unwrap();
        let mut body = reading.chunk().await.unwrap().unwrap().to_vec();
        lucie.client.post(&lucie.path(&format!("/documents/{gone}/destroy"))).await.expect(204);
        while let Some(piece) = reading.chunk().await.unwrap() {
            body.extend_from_slice(&piece);
        }
        let archive = Answer { status: reqwest::StatusCode::OK, headers: reqwest::header::HeaderMap::new(), body };
        let dir = unpack(&archive);
        assert!(!files(&dir).iter().any(|name| name.contains("abîmé") || name.contains("parti")), "{:?}", files(&dir));
        world.settle().await;
        let lines = lucie.journal().await;
        let closing = lines.iter().find(|l| l["of"] == "locker.export").unwrap();
        assert_eq!(closing["outcome"]["reason"], "complete");
        assert!(!lines.iter().any(|l| l["outcome"]["reason"] == "damaged"));
    }

    /// Another site's link, or a link to the entrance that goes on to the export, leaves no copy on a shared device. And one
    /// person does not have the whole service busy with exports.
    async fn no_link_takes_everything_away_and_few_go_at_once(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        put(&lucie, "Long", "formation.courrier", "l.txt", &vec![b'x'; 3_000_000]).await;
        for from in ["cross-site", "same-site"] {
            let request = lucie.client.request(Method::GET, &lucie.path("/export")).header("sec-fetch-site", from);
            let refused = lucie.client.send(request).await.expect(403);
            assert_eq!(refused.json()["type"], "/problems/wrong-origin", "{from}");
        }
        let next = lucie.path("/export");
        lucie.client.get(&format!("/auth/holder/login?next={next}")).await.expect(400);
        // Noise that fills every buffer on the way: these stay under way until they are read.
        let noise: Vec<u8> = b"%PDF-1.7\n".iter().copied().chain(consigne::domain::source::Source::system().bytes::<65_536>().into_iter().cycle().take(40 * 1024 * 1024)).collect();
        put(&lucie, "Très long", "formation.courrier", "t.pdf", &noise).await;
        let mut open = Vec::new();
        for _ in 0..4 {
            let reading = lucie.client.request(Method::GET, &lucie.path("/export")).send().await.unwrap();
            assert_eq!(reading.status(), 200);
            open.push(reading);
        }
        lucie.get("/export").await.expect(429);
        lucie.client.post(&lucie.path("/control")).await.expect(429);
        drop(open);
    }

    async fn nobody_else_takes_anything_away(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        put(&lucie, "Secret", "banque.rib", "s.txt", b"FR00").await;
        let ahmed = world.holder("ahmed").await;
        ahmed.client.get(&lucie.path("/export")).await.expect(404);
        world.anonymous().get(&lucie.path("/export")).await.expect(401);
        lucie.client.send(lucie.client.request(Method::HEAD, &lucie.path("/export"))).await.expect(405);
        world.settle().await;
        assert!(!lucie.trail().await.iter().any(|l| l.contains("export")), "nothing of it is in her journal");
    }
}
