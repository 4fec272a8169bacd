//! Somebody who has no right knows every address of the pages that bears an id, and the ids: another holder, a professional of
//! another structure who helps somebody else, nobody at all. They try each, and learn no more than from ids of nothing.
//!
//! The addresses are read from the sources, so that a page cannot be forgotten: one with an id of a new kind fails here until
//! the story has such an id.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use consigne::domain::organisation::Roles;
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::tools::seq;
use crate::institutions::requests::taken;
use crate::on_both_pairs;
use crate::world::{Answer, Client, Holder, Pair, Sheet, World, jpeg, on_paper, present, proposal};

const NOWHERE: &str = "0b5c0de0-0000-4000-8000-00000000c0de";

/// Pages that only send on to another one, which is tried too: the address of a form, whoever asks and whatever the id; or a choice
/// among what is one's own, where an id that is not leads back to the page that lists them.
const SENDS_ON: &[(&str, &str)] = &[
    ("GET", "/aide/{mandate}/accord"),
    ("GET", "/aide/{mandate}/refus"),
    ("GET", "/aide/{mandate}/choisir"),
    // Pressed twice, it is done already: so is one that never was, in the same words.
    ("POST", "/aide/{mandate}/refus"),
    ("GET", "/proposer/{mandate}/retirer"),
    ("POST", "/proposer/{mandate}/retirer"),
    ("GET", "/demandes/{request}/garder"),
    ("GET", "/visite/{locker}/{visit}/demande/{request}/garder"),
    ("GET", "/structure/{organisation}/inviter"),
    ("GET", "/structure/{organisation}/feuilles/{mandate}/envoyer"),
    ("GET", "/structure/{organisation}/feuilles/{mandate}/confirmer"),
    ("GET", "/structure/{organisation}/feuilles/{mandate}/refuser"),
    ("GET", "/visite/{locker}/{visit}/papiers/{document}/original"),
    ("GET", "/visite/{locker}/{visit}/retirer/{document}/{version}"),
];

/// A page: how it is asked for, its address as the sources write it.
type Page = (&'static str, String);

fn folder(path: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(path).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            folder(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

/// Every page whose address bears an id.
fn pages() -> Vec<Page> {
    let mut files = Vec::new();
    folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http"), &mut files);
    let mut found = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        for route in text.split(".route(").skip(1) {
            let (address, rest) = route.split_once(',').unwrap();
            if !address.trim().starts_with('"') {
                // A name: none of those stands for an address with an id.
                continue;
            }
            let address = address.trim().trim_matches('"').to_owned();
            // The handlers end where the next call, or the statement, begins.
            let handlers = rest.split(['\n', ';']).find(|line| line.contains('(')).unwrap_or(rest);
            let methods = [("GET", "get("), ("POST", "post(")];
            let methods: Vec<_> = methods.into_iter().filter(|(_, call)| handlers.contains(call)).collect();
            assert!(!methods.is_empty(), "{}: how {address} is asked for is not read", file.display());
            if address.contains('{') {
                found.extend(methods.iter().map(|(method, _)| (*method, address.clone())));
            }
        }
        for line in text.lines().filter(|line| line.contains("const ") && line.contains("= \"/")) {
            assert!(!line.contains('{'), "an address with an id has a name, and is not read: {line}");
        }
    }
    found.sort();
    found
}

/// The names between braces.
fn names(address: &str) -> Vec<&str> {
    address.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
}

/// Ids by what the sources call them; several where there are several to try.
type Ids = BTreeMap<&'static str, Vec<String>>;

/// Every way to fill an address.
fn filled(address: &str, ids: &Ids) -> Vec<String> {
    let mut all = vec![address.to_owned()];
    for name in names(address) {
        let values = ids.get(name).unwrap_or_else(|| panic!("{address}: this story has no {name}"));
        let mark = format!("{{{name}}}");
        all = all.iter().flat_map(|one| values.iter().map(|value| one.replacen(&mark, value, 1))).collect();
    }
    all
}

/// The same with these names' ids in place of a story's own.
fn mixed(own: &Ids, theirs: &Ids, which: &[&'static str]) -> Ids {
    let taken = which.iter().map(|name| (*name, theirs[name].clone()));
    own.clone().into_iter().chain(taken).collect()
}

/// Asks for a page as its form does.
async fn ask(client: &Client, method: &str, address: &str, version: &str) -> Answer {
    let request = client.request(Method::from_bytes(method.as_bytes()).unwrap(), address).header("accept", "text/html");
    let words = "0".repeat(64);
    let request = match (method, address.rsplit('/').next().unwrap()) {
        ("GET", _) => request,
        (_, "remplacer" | "ajouter" | "envoyer") => {
            let file = Part::bytes(jpeg(b"intrus")).file_name("intrus.jpg");
            let form = Form::new().text("titre", "Intrus").text("type", "logement.bail").text("mots", words);
            request.multipart(form.part("fichier", file))
        }
        _ => request.form(&[
            ("accepts", words.as_str()),
            ("titre", "Intrus"),
            ("type", "logement.bail"),
            ("nom", "Roux"),
            ("aide", "on"),
            ("fait", "les-deux"),
            ("choix", "31"),
            ("duree", "31"),
            ("version", version),
        ]),
    };
    client.send(request).await
}

/// Whether an address only sends on: of what is pressed on another page, too.
fn sends_on((method, address): &Page) -> bool {
    SENDS_ON.contains(&(*method, address.as_str()))
}

/// What somebody can compare: everything that was answered, but for the ids that they sent themselves, and the form's own key,
/// which is drawn anew each time.
fn seen(answer: &Answer, ids: &[String]) -> (u16, String, String) {
    const KEY: &str = "name=\"cle\" value=\"";
    let (mut to, mut text) = (answer.header("location").to_owned(), answer.text());
    for id in ids {
        (to, text) = (to.replace(id, "ID"), text.replace(id, "ID"));
    }
    if let Some((before, after)) = text.split_once(KEY) {
        text = format!("{before}{}", after.split_once('"').unwrap().1);
    }
    (answer.status.as_u16(), to, text)
}

/// Somebody who tries what is not theirs.
struct Stranger<'w> {
    world: &'w World,
    client: &'w Client,
    /// A version of the victim's paper.
    version: &'w str,
    /// What was not as it should be.
    wrong: Vec<String>,
    tried: usize,
}

impl Stranger<'_> {
    /// Tries a page with somebody's ids, and with ids of nothing in their place. What was answered to each.
    async fn compare(&mut self, (method, address): &Page, real: &Ids, nothing: &Ids) -> Vec<(String, Answer)> {
        let ids: Vec<String> = real.values().chain(nothing.values()).flatten().cloned().collect();
        let mut answers = Vec::new();
        for (one, none) in filled(address, real).iter().zip(filled(address, nothing)) {
            // What is refused is counted by the minute.
            if self.tried % 100 == 99 {
                self.world.wait(Duration::from_secs(61));
            }
            self.tried += 1;
            let answer = ask(self.client, method, one, self.version).await;
            let other = ask(self.client, method, &none, self.version).await;
            if seen(&answer, &ids) != seen(&other, &ids) {
                let (answer, other) = (seen(&answer, &ids), seen(&other, &ids));
                self.wrong.push(format!("{method} {one}: {answer:?} and {other:?}"));
            }
            if !matches!(answer.status.as_u16(), 303 | 403 | 404) {
                self.wrong.push(format!("{method} {one}: {}", answer.status));
            }
            for told in ["Lucie", "Roux", "CCAS de Valserin", "Claire", "Caisse du Valserin", "RSA"] {
                if answer.text().contains(told) {
                    self.wrong.push(format!("{method} {one}: {told}"));
                }
            }
            answers.push((one.clone(), answer));
        }
        answers
    }

    /// The same, where it is their kind of page: it is not there, unless the address only sends on.
    async fn not_there(&mut self, page: &Page, real: &Ids, nothing: &Ids) {
        for (asked, answer) in self.compare(page, real, nothing).await {
            let expected = if sends_on(page) { 303 } else { 404 };
            if answer.status.as_u16() != expected {
                self.wrong.push(format!("{} {asked}: {} {}", page.0, answer.status, answer.header("location")));
            }
        }
    }
}

/// Ids of nothing, as many as there are of something.
fn of_nothing(real: &Ids) -> Ids {
    let nowhere = |values: &Vec<String>| vec![NOWHERE.to_owned(); values.len()];
    real.iter()
        .map(|(name, ids)| (*name, if matches!(*name, "action" | "what") { ids.clone() } else { nowhere(ids) }))
        .collect()
}

fn actions() -> Vec<String> {
    ["suspendre", "reprendre", "retirer", "code"].map(str::to_owned).into()
}

/// Whether a page is for holders at home.
fn is_for_holders(address: &str) -> bool {
    let is_sheet = address.starts_with("/aide/papier/");
    ["/papiers/", "/aide/", "/sessions/", "/demandes/", "/transmis/", "/accords/"]
        .iter()
        .any(|start| address.starts_with(start))
        && !is_sheet
}

/// What Lucie and those who help her have: every kind of id that an address bears.
async fn everything_of(world: &World, lucie: &Holder) -> Ids {
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
    let paul = world.professional("paul").await;
    let member = world.hire(&ccas, &claire, &paul).await;
    let paper = lucie.deposit("Le bail de Lucie", "logement.bail", b"bail").await;
    let proof = lucie.deposit("La facture de Lucie", "logement.justificatif_domicile", b"facture").await;
    let given = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
    let visit = given.visit(&claire.client).await;
    let metadata = json!({"title": "La quittance de Lucie", "kind": "logement.quittance_loyer"});
    let added = visit.deposit(&metadata, b"quittance").await.expect(201).json();
    // One that was given on paper, one whose sheet waits, one that waits for her answer.
    let on_sheet = Sheet::propose(&paul.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
    on_sheet.send(jpeg(b"feuille")).await.expect(204);
    on_sheet.confirm(&claire.client).await.expect(204);
    let sheet = Sheet::propose(&paul.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
    sheet.send(jpeg(b"feuille")).await.expect(204);
    let waits = proposal(&lucie.help_code().await, Some(&ccas));
    let waits = claire.client.post_json("/api/v1/mandates", &waits).await.expect(201).json();
    // One request of an institution that she answered, one that waits.
    let program = world.institution("Caisse du Valserin").await;
    let (answered, asked) = (taken(world, &program, lucie).await, taken(world, &program, lucie).await);
    let hand = json!({"papers": [{"piece": 0, "document": proof}]});
    let share =
        lucie.client.post_json(&lucie.path(&format!("/requests/{answered}/answer")), &hand).await.expect(201).json();
    let ines = world.professional("ines").await;
    let office = world.office(program.institution, &ines, Roles::AgentAndReferent).await;
    let sessions = lucie.client.get("/api/v1/me/sessions").await.expect(200).json();
    let window = paul.open_window(&present(&ccas)).await.sign_in;
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    Ids::from([
        ("document", vec![paper, text(&added["id"])]),
        ("version", vec![text(&added["version"])]),
        ("session", vec![text(&sessions["items"][0]["id"])]),
        ("organisation", vec![ccas.id.clone()]),
        ("member", vec![member, ccas.referent.clone()]),
        ("mandate", vec![given.id, on_sheet.id, sheet.id, text(&waits["id"])]),
        ("locker", vec![lucie.locker.clone()]),
        ("visit", vec![visit.id]),
        ("window", vec![window.rsplit('=').next().unwrap().to_owned()]),
        ("request", vec![answered, asked]),
        ("share", vec![text(&share["share"])]),
        ("agreement", vec![crate::institutions::agreements::agreed(world, &program, lucie).await]),
        ("office", vec![office.id]),
        ("what", ["1", "zip", "pdf", "recu"].map(str::to_owned).to_vec()),
        ("action", actions()),
    ])
}

#[test]
fn the_pages_with_an_id_are_found_in_the_sources() {
    let all = pages();
    assert!(all.len() >= 55, "only {} were found", all.len());
    for known in [
        ("GET", "/papiers/{document}/changer"),
        ("POST", "/papiers/{document}/supprimer"),
        ("POST", "/visite/{locker}/{visit}/retirer/{document}/{version}"),
        ("POST", "/structure/{organisation}/membres/{member}/{action}"),
    ] {
        assert!(all.contains(&(known.0, known.1.to_owned())), "{known:?}: {all:?}");
    }
    for (method, address) in SENDS_ON {
        assert!(
            all.contains(&(*method, (*address).to_owned())),
            "{method} {address} is excused, and there is no such page"
        );
    }
}

on_both_pairs! {
    async fn whoever_knows_the_ids_of_others_finds_nothing(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let theirs = everything_of(&world, &lucie).await;
        let nothing = of_nothing(&theirs);
        let version = theirs["version"][0].clone();
        let (ahmed, anonymous) = (world.holder("ahmed").await, world.anonymous());
        let nadia = world.professional("nadia").await;
        let other = world.organisation("Autre", &nadia, Roles::Both).await;
        world.settle().await;
        let mut raw = world.raw().await;
        let before = (seq(&mut raw, &lucie.locker).await, seq(&mut raw, &theirs["organisation"][0]).await);
        let stranger = |client| Stranger { world: &world, client, version: &version, wrong: Vec::new(), tried: 0 };

        // Ahmed holds a locker of his own. What he tries of papers stands in his journal.
        let mut he = stranger(&ahmed.client);
        for page in &pages() {
            if is_for_holders(&page.1) {
                he.not_there(page, &theirs, &nothing).await;
            } else {
                he.compare(page, &theirs, &nothing).await;
            }
        }
        let mut wrong = he.wrong;
        let trail = ahmed.trail().await;
        let papers = pages().into_iter().filter(|(_, at)| at.starts_with("/papiers/")).count();
        let unknown = trail.iter().filter(|line| line.ends_with(" refused:unknown_document")).count();
        assert!(papers >= 11 && unknown >= papers * 4, "{papers} pages, each of 2 papers and twice of none: {trail:?}");

        // Nobody is led to the entrance.
        world.wait(Duration::from_secs(61));
        let mut nobody = stranger(&anonymous);
        for page in &pages() {
            for (_, answer) in nobody.compare(page, &theirs, &nothing).await {
                if !sends_on(page) && !answer.header("location").starts_with("/?entrer=") {
                    nobody.wrong.push(format!("nobody, {page:?}: {} {}", answer.status, answer.header("location")));
                }
            }
        }
        wrong.extend(nobody.wrong);

        // Nadia manages a structure of her own.
        world.wait(Duration::from_secs(61));
        nadia.pass().await.expect(204);
        let mut she = stranger(&nadia.client);
        for page in &pages() {
            if is_for_holders(&page.1) || page.1.starts_with("/avec-moi/") {
                she.compare(page, &theirs, &nothing).await;
            } else {
                she.not_there(page, &theirs, &nothing).await;
            }
        }
        wrong.extend(she.wrong);

        // She helps Ahmed, and puts an id of Lucie's, or of her helpers', among her own.
        world.wait(Duration::from_secs(61));
        nadia.pass().await.expect(204);
        let given = ahmed.let_help(&nadia.client, proposal("", Some(&other))).await;
        let visit = given.visit(&nadia.client).await;
        let metadata = json!({"title": "Quittance", "kind": "logement.quittance_loyer"});
        let added = visit.deposit(&metadata, b"quittance").await.expect(201).json();
        let program = world.institution("Autre caisse").await;
        let request = taken(&world, &program, &ahmed).await;
        let text = |value: &serde_json::Value| vec![value.as_str().unwrap().to_owned()];
        let own = Ids::from([
            ("request", vec![request]),
            ("document", text(&added["id"])), ("version", text(&added["version"])), ("organisation", vec![other.id.clone()]),
            ("member", vec![other.referent.clone()]), ("mandate", vec![given.id.clone()]),
            ("locker", vec![ahmed.locker.clone()]), ("visit", vec![visit.id.clone()]), ("action", actions()),
        ]);
        let mut she = stranger(&nadia.client);
        for page in pages() {
            let names: Vec<&'static str> =
                own.keys().copied().filter(|name| *name != "action" && names(&page.1).contains(name)).collect();
            // Each choice of some, but not all of them.
            for choice in 1..(1_usize << names.len()).saturating_sub(1) {
                let which: Vec<_> = names.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1).map(|(_, name)| *name).collect();
                she.compare(&page, &mixed(&own, &theirs, &which), &mixed(&own, &nothing, &which)).await;
            }
        }
        wrong.extend(she.wrong);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(she.tried > 100, "{} were tried", she.tried);

        // Nothing was changed, and nothing stands in Lucie's journal or her helpers'.
        world.settle().await;
        let after = (seq(&mut raw, &lucie.locker).await, seq(&mut raw, &theirs["organisation"][0]).await);
        assert_eq!(after, before);
        assert_eq!(visit.titles().await, ["Quittance"], "her own visit goes on");
        let lucie = world.holder("lucie").await;
        assert_eq!(lucie.content(&theirs["document"][0]).await.expect(200).body, b"bail");
    }
}
