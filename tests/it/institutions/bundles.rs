//! Everything that was handed over, in one file: a ZIP of what was added, a PDF of copies. Each paper a line before its bytes; nothing after the end.
//!
//! Who attacks: another institution with a right token; the same one with an address and a token from before the end; a name that wants out of
//! its folder; a program that asks for more readings than there are, twice at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use consigne::locker::Limits;
use consigne::locker::institutions::InstitutionChange;
use consigne::pdf::{Block, Paper, Said};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Answer, Holder, Pair, Program, World, day_from_now, hex};

/// A PDF with some words.
pub fn pdf(words: &str) -> Vec<u8> {
    let blocks = vec![Block::Title(Said::plain(words))];
    let (title, foot) = (words.to_owned(), String::new());
    let made_at = consigne::domain::source::Timestamp::from_micros(0);
    consigne::pdf::set(&Paper { title, language: "fr", second: None, made_at, pages: None, foot, blocks }).unwrap()
}

/// The same, locked without a password to open it.
fn locked(words: &str) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let (open, shut) = (folder.path().join("open.pdf"), folder.path().join("shut.pdf"));
    std::fs::write(&open, pdf(words)).unwrap();
    let done =
        Command::new("qpdf").args(["--encrypt", "", "owner", "256", "--"]).args([&open, &shut]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read(&shut).unwrap()
}

fn png() -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 40, 30);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(&[120; 40 * 30 * 3]).unwrap();
    bytes
}

/// A photo as some telephones take it.
const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic";

/// Bytes that look like chance, and like a PDF at their beginning: no archive makes them smaller.
fn noise(size: usize) -> Vec<u8> {
    let mut seed = 7_u64;
    let mut bytes = b"%PDF-1.7\n".to_vec();
    bytes.resize_with(size, || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u8::try_from(seed >> 56).unwrap()
    });
    bytes
}

/// Hands over papers, by title and content, twenty for each piece; and says no to a last piece. Gives the share's id, and the papers'.
pub async fn handed(
    world: &World,
    program: &Program,
    holder: &Holder,
    papers: &[(&str, &str, &[u8])],
    readings: Option<u32>,
) -> (String, Vec<String>) {
    let mut pieces = vec![json!({"kinds": ["logement.justificatif_domicile"], "count": 20}); papers.len().div_ceil(20)];
    pieces.push(json!({"kinds": ["identite.passeport"], "label": "Votre passeport"}));
    let refused = pieces.len() - 1;
    let asked = json!({
        "purpose": "Votre demande de RSA", "reference": "Dossier 12-345", "deadline": day_from_now(world, 30), "days": 60, "pieces": pieces,
    });
    let made = program.post("/api/v1/requests", &asked).await.expect(201).json();
    holder.client.post_json(&holder.path("/requests"), &json!({"code": made["code"]})).await.expect(201);
    let (mut ids, mut chosen) = (Vec::new(), Vec::new());
    for (at, (title, file, content)) in papers.iter().enumerate() {
        let metadata =
            json!({"title": title, "kind": "logement.justificatif_domicile", "issued_on": day_from_now(world, -5)});
        let paper = holder.deposit_with(&metadata, file, content.to_vec()).await.expect(201).json();
        let id = paper["id"].as_str().unwrap().to_owned();
        chosen.push(json!({"piece": at / 20, "document": id}));
        ids.push(id);
    }
    let mut hand = json!({"papers": chosen, "refused": [refused]});
    if let Some(readings) = readings {
        hand["readings"] = json!(readings);
    }
    let path = holder.path(&format!("/requests/{}/answer", made["id"].as_str().unwrap()));
    let share = holder.client.post_json(&path, &hand).await.expect(201).json();
    (share["share"].as_str().unwrap().to_owned(), ids)
}

fn archive(share: &str) -> String {
    format!("/api/v1/shares/{share}/archive")
}

fn merged(share: &str) -> String {
    format!("/api/v1/shares/{share}/merged")
}

async fn fetch_for(program: &Program, path: &str, reader: &str) -> Answer {
    let request = program.request_with(Method::GET, path, &program.token().await).header("consigne-reader", reader);
    program.client.send(request).await
}

/// Every file under a folder, by its path in it.
fn walk(top: &Path, at: &Path, all: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(at).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(top, &path, all);
        } else {
            all.insert(path.strip_prefix(top).unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap());
        }
    }
}

/// Unpacks a ZIP with two readers of other people's; gives every file by its path.
fn unpacked(answer: &Answer) -> BTreeMap<String, Vec<u8>> {
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/zip"), "{}", answer.text());
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("all.zip");
    std::fs::write(&file, &answer.body).unwrap();
    let run = |command: &mut Command| {
        let done = command.current_dir(folder.path()).env("LC_ALL", "C.UTF-8").output().unwrap();
        let told = String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{told}");
        told
    };
    run(Command::new("python3").args(["-m", "zipfile", "--test", "all.zip"]));
    let told = run(Command::new("unzip").args(["-q", "all.zip", "-d", "out"]));
    assert!(told.is_empty(), "no warning: {told}");
    let (out, mut all) = (folder.path().join("out"), BTreeMap::new());
    walk(&out, &out, &mut all);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing climbed out");
    all
}

fn list(files: &BTreeMap<String, Vec<u8>>) -> Value {
    serde_json::from_slice(&files["liste.json"]).unwrap()
}

fn sheet(files: &BTreeMap<String, Vec<u8>>) -> Pdf {
    Pdf::of_bytes(&files["feuille-de-transmission.pdf"])
}

/// Lines of an action, the oldest first: how each ended, and its sentence.
fn lines(journal: &[Value], action: &str) -> Vec<(String, String)> {
    let of = |line: &&Value| line["action"] == action;
    let told = |line: &Value| {
        let how = line["outcome"]["reason"].as_str().or(line["outcome"]["kind"].as_str()).unwrap_or("done").to_owned();
        let sentence = line["sentence"].as_str().unwrap().replace(['\u{a0}', '\u{202f}'], " ").replace('\u{2019}', "'");
        (how, sentence)
    };
    journal.iter().filter(of).map(told).collect()
}

/// How many lines of an action say that it was done.
fn done(journal: &[Value], action: &str) -> usize {
    journal
        .iter()
        .filter(|line| line["action"] == action && line["outcome"].get("reason").is_none_or(Value::is_null))
        .count()
}

async fn readings(holder: &Holder, share: &str) -> u64 {
    let own = holder.get("/shares").await.expect(200).json();
    own["items"].as_array().unwrap().iter().find(|one| one["id"] == share).unwrap()["readings"].as_u64().unwrap()
}

on_both_pairs! {
    /// Papers bit by bit, under names that people read, with a sheet for people and a list for programs.
    async fn one_zip_has_all_of_it_as_it_was_added(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (facture, shut, png) = (pdf("Facture de mars"), locked("Bail"), png());
        let papers: [(&str, &str, &[u8]); 5] = [
            ("Facture", "facture.pdf", &facture), ("Facture", "autre.pdf", &shut), ("../../../etc/passwd", "../../x.png", &png),
            ("Photo", "photo.heic", HEIC), ("Lettre", "lettre.rtf", b"{\\rtf1 bonjour}"),
        ];
        let (share, ids) = handed(&world, &caf, &angela, &papers, None).await;
        let files = unpacked(&fetch_for(&caf, &archive(&share), "Mme Durand").await);
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(names, [
            "feuille-de-transmission.pdf", "liste.json", "papiers/01 - Facture.pdf", "papiers/02 - Facture.pdf", "papiers/03 - etc passwd.png",
            "papiers/04 - Photo.heic", "papiers/05 - Lettre.rtf",
        ]);
        let list = list(&files);
        assert_eq!((list["format"].as_str(), list["holder"].as_str()), (Some("consigne-papers-1"), Some("Angela Claire Louise DUBOIS")));
        let whole = list.to_string();
        assert!(ids.iter().all(|id| !whole.contains(id)) && !whole.contains(&angela.locker), "nothing of where it lies");
        let sheet = sheet(&files);
        let (text, told) = (sheet.flat(), list["papers"].as_array().unwrap());
        for (paper, (title, _, content)) in told.iter().zip(&papers) {
            let file = &files[paper["file"].as_str().unwrap()];
            assert_eq!(file.as_slice(), *content, "{title}");
            let sum = hex(&Sha256::digest(content));
            assert_eq!((paper["title"].as_str(), paper["sha256"].as_str(), paper["size"].as_u64()), (Some(*title), Some(sum.as_str()), Some(content.len() as u64)));
            assert!(sheet.words().contains(&sum), "{sum}: {text}");
        }
        for word in ["Angela Claire Louise DUBOIS", "Caisse d'allocations", "Votre demande de RSA", "Article L. 262-2", "Dossier 12-345", "Votre passeport", "ne remplace pas un original"] {
            assert!(text.replace('\u{2019}', "'").contains(word), "{word}: {text}");
        }
        assert_eq!(sheet.about("Tagged"), "yes");

        // Each is a line of its own, for the reader who was named; and each is closed.
        world.settle().await;
        let journal = angela.journal().await;
        let read = lines(&journal, "content.read");
        assert_eq!(read.len(), 5, "{read:?}");
        assert!(read.iter().all(|(_, told)| told.starts_with("Caisse d'allocations, pour « Mme Durand », a ouvert «") && told.ends_with("Pour : Votre demande de RSA.")), "{read:?}");
        let fetched = lines(&journal, "share.archive");
        assert_eq!(fetched.len(), 1);
        assert_eq!(fetched[0].1, "Caisse d'allocations, pour « Mme Durand », a demandé tous les papiers transmis en un seul fichier. Pour : Votre demande de RSA.");
        let closed = lines(&journal, "access.close");
        let read_whole = |title: &str| closed.iter().filter(|(how, told)| how == "complete" && told.contains("La lecture") && told.contains(title)).count();
        assert_eq!((read_whole("Facture"), read_whole("Photo"), read_whole("Lettre")), (2, 1, 1), "{closed:?}");
        assert!(closed.iter().any(|(_, told)| told == "Le fichier avec les papiers transmis a été envoyé en entier."), "{closed:?}");
        assert_eq!(readings(&angela, &share).await, 5, "one for each paper");
        // The line of the whole comes before those of papers, and each of these before its end.
        let seq = |line: &Value| line["seq"].as_u64().unwrap();
        let all = journal.iter().find(|line| line["action"] == "share.archive").unwrap();
        assert!(journal.iter().filter(|line| line["action"] == "content.read").all(|line| seq(line) > seq(all)));
        // It is asked for, not looked for.
        let token = caf.token().await;
        assert_eq!(caf.client.send(caf.request_with(Method::HEAD, &archive(&share), &token)).await.status.as_u16(), 405);
        assert_eq!(caf.client.send(caf.request_with(Method::HEAD, &merged(&share), &token)).await.status.as_u16(), 405);
        assert_problem(&fetch_for(&caf, &archive(&share), "%20").await, 422, "bad-field", "nobody's name");
        assert_eq!(readings(&angela, &share).await, 5);
    }

    /// Copies of what can be put in a PDF; the sheet says what can't, and where it is.
    async fn one_pdf_has_copies_and_says_what_it_has_not(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (facture, shut, png) = (pdf("Facture de mars"), locked("Bail"), png());
        let papers: [(&str, &str, &[u8]); 5] = [
            ("Facture", "facture.pdf", &facture), ("Bail", "bail.pdf", &shut), ("Photo", "photo.png", &png), ("Telephone", "photo.heic", HEIC),
            ("Faux", "faux.pdf", b"%PDF-1.7\nrien"),
        ];
        let (share, _) = handed(&world, &caf, &angela, &papers, None).await;
        let answer = fetch_for(&caf, &merged(&share), "Mme Durand").await.expect(200);
        assert_eq!(answer.header("content-length"), answer.body.len().to_string());
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("all.pdf"), &answer.body).unwrap();
        let checked = Command::new("qpdf").arg("--check").arg(folder.path().join("all.pdf")).output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
        let whole = Pdf::of(answer);
        let text = whole.flat().replace('\u{2019}', "'");
        assert_eq!(whole.pages(), 3, "a sheet, a paper, a picture: {text}");
        for word in ["Page 2", "Page 3", "Ces papiers sont dans le ZIP seulement", "Facture de mars", "Une copie ne remplace pas un original.", "Ces copies ne sont pas les fichiers ajoutés."] {
            assert!(text.contains(word), "{word}: {text}");
        }
        let words = whole.words();
        for word in ["cePDFestverrouillé", "cetypedefichiernevapasdansunPDF", "cefichierneselitpas"] {
            assert!(words.contains(word), "{word}: {words}");
        }
        assert!(words.contains(&hex(&Sha256::digest(&facture))));
        world.settle().await;
        let journal = angela.journal().await;
        // What is read is a line, though it can't be put in: what is of another kind is not read at all.
        let read = lines(&journal, "content.read");
        assert_eq!(read.len(), 4, "{read:?}");
        assert!(!read.iter().any(|(_, told)| told.contains("Telephone")), "{read:?}");
        assert_eq!(lines(&journal, "share.merged").len(), 1);
        let closed = lines(&journal, "access.close");
        assert_eq!(closed.iter().filter(|(how, told)| how == "left_out" && (told.contains("Bail") || told.contains("Faux"))).count(), 2, "{closed:?}");
        assert_eq!(readings(&angela, &share).await, 5, "one for each paper of the share");
        // The paper itself is as it was.
        let one = caf.get(&format!("/api/v1/shares/{share}/papers/1/content")).await.expect(200);
        assert_eq!(one.body, facture);
    }

    /// Nobody else finds it, nothing goes out after the end, whatever was made before.
    async fn what_is_over_is_over_in_one_file_too(pair) {
        let world = World::new(pair).await;
        let (caf, other) = (world.institution("Caisse d'allocations").await, world.institution("Une autre").await);
        let angela = world.holder("angela").await;
        let (share, _) = handed(&world, &caf, &angela, &[("Facture", "f.txt", b"une facture")], None).await;
        let (mine, theirs) = (caf.token().await, other.token().await);
        let receipt = format!("/api/v1/shares/{share}/receipt");
        let paths = [archive(&share), merged(&share), receipt];
        for path in &paths {
            let ghost = other.get_with(&path.replace(&share, "00000000-0000-4000-8000-000000000000"), &theirs).await;
            let anothers = other.get_with(path, &theirs).await;
            assert_problem(&anothers, 404, "not-found", path);
            assert_eq!(ghost.body, anothers.body, "{path}");
            // An assertion is no token; nor is what is signed by another.
            assert_eq!(caf.get_with(path, &caf.assertion()).await.status.as_u16(), 401, "{path}");
            // What an institution is registered for, and its token was made for, is asked at each use.
            let narrow = caf.ask(&caf.assertion(), Some("requests")).await.expect(200).json();
            assert_eq!(caf.get_with(path, narrow["access_token"].as_str().unwrap()).await.status.as_u16(), 403, "{path}");
            caf.get_with(path, &mine).await.expect(200);
        }
        let press = |what: &str| { let (client, path) = (&angela.client, angela.path(&format!("/shares/{share}/{what}"))); async move { client.post(&path).await.expect(204); } };
        press("pause").await;
        for path in &paths {
            assert_problem(&caf.get_with(path, &mine).await, 409, "share-paused", path);
        }
        press("revoke").await;
        let before = readings(&angela, &share).await;
        for path in &paths {
            let over = caf.get_with(path, &mine).await;
            assert_problem(&over, 410, "share-over", path);
            assert!(!over.text().contains("facture"));
            assert_problem(&other.get_with(path, &theirs).await, 404, "not-found", path);
        }
        assert_eq!(readings(&angela, &share).await, before);
        let journal = angela.journal().await;
        assert!(!journal.iter().any(|line| line["outcome"]["reason"] == "unknown_share"), "a stranger writes nothing here");
        assert_eq!(journal.iter().filter(|line| line["outcome"]["reason"] == "share_over").count(), 3, "the rightful one does");
        // By the clock alone, to the microsecond.
        let (share, _) = handed(&world, &caf, &angela, &[("Facture", "f.txt", b"une facture")], None).await;
        let until = angela.get("/shares").await.json()["items"][0]["until"].as_str().unwrap().to_owned();
        let until = consigne::domain::source::Timestamp::parse_rfc3339(&until).unwrap();
        world.wait(Duration::from_micros(u64::try_from(until.micros() - world.source.now().micros()).unwrap()));
        assert_problem(&caf.get(&archive(&share)).await, 410, "share-over", "its day has come");
    }

    /// Where readings are counted, one for each paper or none at all; also for two that begin at once.
    async fn readings_are_taken_all_or_none(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let two: [(&str, &str, &[u8]); 2] = [("Une", "a.txt", b"une"), ("Deux", "b.txt", b"deux")];
        let (share, _) = handed(&world, &caf, &angela, &two, Some(3)).await;
        caf.get(&format!("/api/v1/shares/{share}/papers/1/content")).await.expect(200);
        caf.get(&format!("/api/v1/shares/{share}/papers/1/content")).await.expect(200);
        for path in [archive(&share), merged(&share)] {
            assert_problem(&caf.get(&path).await, 409, "too-few-readings", "one is left, and there are two papers");
        }
        assert_eq!(readings(&angela, &share).await, 2);
        let journal = angela.journal().await;
        assert_eq!(journal.iter().filter(|line| line["outcome"]["reason"] == "too_few_readings").count(), 2);
        assert_eq!(done(&journal, "content.read"), 2, "nothing of it was opened");
        caf.get(&format!("/api/v1/shares/{share}/papers/2/content")).await.expect(200);
        assert_problem(&caf.get(&archive(&share)).await, 410, "share-over", "used");

        let (share, _) = handed(&world, &caf, &angela, &two, Some(3)).await;
        let (path, token) = (archive(&share), caf.token().await);
        let (one, another) = tokio::join!(caf.get_with(&path, &token), caf.get_with(&path, &token));
        let mut told = [one.status.as_u16(), another.status.as_u16()];
        told.sort_unstable();
        assert_eq!(told, [200, 409]);
        assert_eq!(readings(&angela, &share).await, 2);
        // The last one that is left opens one paper, and no more.
        let (share, _) = handed(&world, &caf, &angela, &two, Some(2)).await;
        assert_eq!(unpacked(&caf.get(&archive(&share)).await).len(), 4, "as many as there are");
        assert_problem(&caf.get(&merged(&share)).await, 410, "share-over", "used");
    }

    /// What its holder puts away is left out, and sheet and list say so; the rest is there.
    async fn what_was_put_away_is_left_out(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let (kept, gone) = (pdf("Gardée"), pdf("Jetée"));
        let papers: [(&str, &str, &[u8]); 3] = [("Gardée", "a.pdf", &kept), ("Jetée", "b.pdf", &gone), ("Détruite", "c.pdf", &gone)];
        let (share, ids) = handed(&world, &caf, &angela, &papers, None).await;
        for id in &ids[1..] {
            angela.client.delete(&angela.path(&format!("/documents/{id}"))).await.expect(204);
        }
        angela.client.post(&angela.path(&format!("/documents/{}/destroy", ids[2]))).await.expect(204);
        let files = unpacked(&caf.get(&archive(&share)).await);
        assert_eq!(files.len(), 3, "{:?}", files.keys());
        assert_eq!(files["papiers/01 - Gardée.pdf"], kept);
        let list = list(&files);
        assert_eq!((list["papers"][1]["left_out"].as_str(), list["papers"].as_array().unwrap().len()), (Some("gone"), 2));
        assert_eq!((list["destroyed"][0]["place"].as_u64(), list["destroyed"][0].get("title")), (Some(3), None));
        // Nothing that describes what is not there is told.
        let words = list.to_string() + &sheet(&files).flat();
        assert!(!words.contains("Jetée") && !words.contains("Détruite") && words.contains("Gardée"), "{words}");
        assert!(list["papers"][1].get("file").is_none() && list["papers"][0].get("left_out").is_none());
        assert!(sheet(&files).words().contains("lapersonnel'aretiré"), "{}", sheet(&files).flat());
        let whole = Pdf::of(caf.get(&merged(&share)).await);
        assert_eq!(whole.pages(), 2);
        assert!(whole.words().contains("lapersonnel'aretiré") && !whole.flat().contains("dans le ZIP seulement"), "{}", whole.flat());
        world.settle().await;
        let journal = angela.journal().await;
        let told = lines(&journal, "access.close");
        assert_eq!(told.iter().filter(|(how, told)| how == "left_out" && told.contains("Il manque")).count(), 2, "{told:?}");
        assert_eq!(done(&journal, "content.read"), 2, "what is gone was not opened");
    }

    /// While it goes out, the holder pauses, a paper is put in the trash, the operator suspends the institution: it stops, and is no ZIP.
    async fn a_zip_stops_with_its_share(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let content = noise(60 * 1024 * 1024);
        let (share, ids) = handed(&world, &caf, &angela, &[("Grand", "grand.pdf", &content)], None).await;
        let suspended = |is: bool| {
            let change = InstitutionChange { suspended: Some(is), ..InstitutionChange::default() };
            let (world, id) = (&world, caf.institution);
            async move { assert!(world.lockers.amend_institution(id, change).await.unwrap()) }
        };
        for (way, reason) in [("suspend", "institution_suspended"), ("pause", "share_paused"), ("trash", "share_over")] {
            let token = caf.token().await;
            let mut response = caf.request_with(Method::GET, &archive(&share), &token).send().await.unwrap();
            assert_eq!(response.status().as_u16(), 200, "{way}");
            let mut got = response.chunk().await.unwrap().unwrap().len();
            match way {
                "suspend" => suspended(true).await,
                "pause" => drop(angela.client.post(&angela.path(&format!("/shares/{share}/pause"))).await.expect(204)),
                _ => drop(angela.client.delete(&angela.path(&format!("/documents/{}", ids[0]))).await.expect(204)),
            }
            let end = loop {
                match response.chunk().await {
                    Ok(Some(piece)) => got += piece.len(),
                    end => break end,
                }
            };
            assert!(end.is_err() && got < 40 * 1024 * 1024, "{way}: {got}");
            world.settle().await;
            match way {
                "suspend" => suspended(false).await,
                "pause" => drop(angela.client.post(&angela.path(&format!("/shares/{share}/resume"))).await.expect(204)),
                _ => {}
            }
            let journal = angela.journal().await;
            let closed = lines(&journal, "access.close");
            assert!(closed.iter().rev().take(3).filter(|(how, _)| how == reason).count() >= 1, "{way}: {closed:?}");
            assert!(closed.iter().rev().take(3).any(|(how, told)| how == reason && told.contains("Grand")), "{way}: {closed:?}");
        }
    }

    /// As many papers as a share may have.
    async fn a_hundred_papers_are_one_file(pair) {
        let world = World::new(pair).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let one = pdf("Une page");
        let papers: Vec<(&str, &str, &[u8])> = vec![("Facture", "facture.pdf", one.as_slice()); 100];
        let (share, _) = handed(&world, &caf, &angela, &papers, None).await;
        let files = unpacked(&caf.get(&archive(&share)).await);
        assert_eq!(files.len(), 102);
        assert_eq!(files["papiers/100 - Facture.pdf"], one);
        let whole = Pdf::of(caf.get(&merged(&share)).await);
        let pages = whole.pages();
        assert!(whole.words().contains(&format!("Page{pages}")), "the last one stands where the sheet says");
        assert!(pages > 101 && pages < 115, "{pages}");
        assert_eq!(readings(&angela, &share).await, 200);
        // Each is a line that its holder is to find the others among: an hour has room for no more than some.
        let mut later = 0;
        for _ in 0..12 {
            later = caf.get(&archive(&share)).await.status.as_u16();
            if later != 200 {
                break;
            }
        }
        assert_eq!(later, 429);
    }

    /// What is larger than is held whole is not made, is told so, and takes no reading; the ZIP has it.
    async fn one_pdf_is_no_larger_than_it_may_be(pair) {
        let small = Limits { merged_bytes: 70_000, merged_pages: 2, ..Limits::default() };
        let world = World::with(pair, small).await;
        let caf = world.institution("Caisse d'allocations").await;
        let angela = world.holder("angela").await;
        let one = pdf("Une page");
        assert!(one.len() < 23_000, "{}", one.len());
        let (share, _) = handed(&world, &caf, &angela, &[("Grand", "g.pdf", &noise(70_001))], None).await;
        assert_problem(&caf.get(&merged(&share)).await, 413, "too-large-to-merge", "too large");
        assert_eq!(readings(&angela, &share).await, 0);
        assert_eq!(lines(&angela.journal().await, "share.merged")[0].0, "too_large_to_merge");
        assert_eq!(unpacked(&caf.get(&archive(&share)).await).len(), 3);
        // What is of a kind that is not put in takes no room; pages that are too many are left out, and the sheet says so.
        let text = vec![b'x'; 80_000];
        let papers: [(&str, &str, &[u8]); 4] = [("Texte", "t.txt", &text), ("Une", "1.pdf", &one), ("Deux", "2.pdf", &one), ("Trois", "3.pdf", &one)];
        let (share, _) = handed(&world, &caf, &angela, &papers, None).await;
        let whole = Pdf::of(caf.get(&merged(&share)).await);
        assert_eq!(whole.pages(), 3);
        assert!(whole.words().contains("cefichieresttropgrand"), "{}", whole.flat());
    }
}
