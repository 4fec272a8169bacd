//! The commands, as the real binary: the demonstration twice, what `serve` refuses, what a wrong root key says.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use crate::world::Client;

fn consigne(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
    command.args(arguments).stdin(Stdio::null());
    command
}

fn output(arguments: &[&str]) -> Output {
    consigne(arguments).output().unwrap()
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

struct Demo {
    process: Child,
    address: std::net::SocketAddr,
    said: String,
}

impl Demo {
    /// Starts the demonstration in a folder, and reads what it says until it has told everything.
    fn start(folder: &Path) -> Self {
        let folder = folder.to_str().unwrap();
        let mut process = consigne(&["demo", "--listen", "127.0.0.1:0", "--data-dir", folder])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            said += &line;
            said.push('\n');
            if line.starts_with("Ctrl-C") {
                break;
            }
        }
        let url = said.split_whitespace().find(|w| w.starts_with("http://")).unwrap_or_else(|| panic!("{said}"));
        let address = url.trim_start_matches("http://").trim_end_matches('/').parse().unwrap();
        Self { process, address, said }
    }

    /// Ctrl-C.
    fn stop(mut self) {
        let pid = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
        assert!(self.process.wait().unwrap().success(), "it stops in order");
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn papers_of(demo: &Demo, hint: &str) -> (String, Vec<String>) {
    let client = Client::new(demo.address);
    client.sign_in("holder", hint).await;
    let locker = client.get("/api/v1/me").await.json()["locker"].as_str().unwrap().to_owned();
    let list = client.get(&format!("/api/v1/lockers/{locker}/documents")).await.expect(200).json();
    let mut titles = Vec::new();
    for item in list["items"].as_array().unwrap() {
        let content = format!("/api/v1/lockers/{locker}/documents/{}/content", item["id"].as_str().unwrap());
        let pdf = client.get(&content).await.expect(200).text();
        assert!(pdf.starts_with("%PDF-") && pdf.contains("SP\\311CIMEN"), "sample papers are marked");
        titles.push(item["title"].as_str().unwrap().to_owned());
    }
    (locker, titles)
}

/// Each way in that it prints leads in; what it says to try is there for Angela.
async fn what_it_says_to_try_can_be_tried(demo: &Demo) {
    let said = |start: &str| {
        let line = demo.said.lines().find_map(|line| line.trim().strip_prefix(start));
        line.unwrap_or_else(|| panic!("no {start}: {}", demo.said)).trim().to_owned()
    };
    assert_eq!(said("Try"), "look at a paper, add one, put one in the trash, then see who looked");
    let mut came_in = Vec::new();
    for way in demo.said.split_whitespace().filter(|word| word.contains("/auth/")) {
        let way = url::Url::parse(way).unwrap();
        let kind = way.path_segments().unwrap().nth(1).unwrap().to_owned();
        let hint = way.query_pairs().find(|(name, _)| name == "login_hint").unwrap().1.into_owned();
        let client = Client::new(demo.address);
        client.sign_in(&kind, &hint).await;
        let me = client.get("/api/v1/me").await.expect(200).json();
        came_in.push((kind, hint, me["locker"].is_string()));
        if came_in.len() == 1 {
            let list = client.get("/papiers").await.expect(200).text();
            let paper = list.split('"').find(|part| part.starts_with("/papiers/") && part.len() == 45).unwrap();
            let shown = client.get(paper).await.expect(200).text();
            assert!(shown.contains(&format!("action=\"{paper}/corbeille\"")), "{shown}");
            for page in ["/papiers/ajouter", "/corbeille", "/qui-a-ouvert"] {
                client.get(page).await.expect(200);
            }
        }
    }
    let expected = [
        ("holder", "angela", true),
        ("holder", "ahmed", true),
        ("holder", "lucie", false),
        ("professional", "nadia", false),
        ("professional", "ines", false),
        ("professional", "bruno", false),
    ];
    assert_eq!(came_in, expected.map(|(kind, hint, has_locker)| (kind.to_owned(), hint.to_owned(), has_locker)));
    let codes = said("Codes");
    let codes = codes.split_whitespace().next().unwrap();
    assert!(codes.ends_with("/demo/codes"), "{codes}");
    let page = Client::new(demo.address).get("/demo/codes").await.expect(200).text();
    for who in ["Nadia BENALI", "Claire", "Paul", "Caisse de Valserin"] {
        assert!(page.contains(who), "{who}");
    }
    somebody_is_asked_for_papers(demo, &page, &said("Program")).await;
}

/// The code of the request that waits is typed; the program that the demonstration tells of follows it.
async fn somebody_is_asked_for_papers(demo: &Demo, page: &str, told: &str) {
    let codes = page.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap());
    let code = codes.filter(|code| code.len() == 14).last().unwrap_or_else(|| panic!("{page}")).to_owned();
    let client = Client::new(demo.address);
    client.sign_in("holder", "angela").await;
    let taken = client.post_form("/demandes", &[("code", &code)]).await.expect_redirect();
    let at = taken.header("location").to_owned();
    let request = at.strip_prefix("/demandes/").unwrap();
    assert!(client.get(&at).await.expect(200).text().contains("Papiers demandés par Caisse de Valserin"));
    let mut example = std::process::Command::new("python3");
    example.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/examples/institution.py")).args(["status", request]);
    let output = example.args(told.split_whitespace()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("status: taken"), "{said}");
    // Answered, so that the next start asks anew.
    client.post_form(&format!("{at}/refuser"), &[]).await.expect_redirect();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demonstration_starts_and_is_found_again() {
    let dir = tempfile::TempDir::with_prefix("consigne-demo-").unwrap();
    let folder = dir.path().join("essai");
    let demo = Demo::start(&folder);
    assert!(demo.said.contains(folder.to_str().unwrap()), "it names its folder: {}", demo.said);
    what_it_says_to_try_can_be_tried(&demo).await;
    let (locker, titles) = papers_of(&demo, "angela").await;
    assert_eq!(titles.len(), 6);
    let (_, ahmed) = papers_of(&demo, "ahmed").await;
    assert_eq!(ahmed.len(), 3);
    let first_institution =
        demo.said.split_whitespace().skip_while(|word| *word != "--institution").nth(1).unwrap().to_owned();
    demo.stop();

    let again = Demo::start(&folder);
    let (same, mut same_titles) = papers_of(&again, "angela").await;
    let mut titles = titles;
    titles.sort();
    same_titles.sort();
    assert_eq!((same, same_titles), (locker, titles));
    let second = complaint(&output(&["demo", "--listen", "127.0.0.1:0", "--data-dir", folder.to_str().unwrap()]));
    assert!(second.contains("another Consigne is using"), "{second}");
    let verified = output(&["journal", "verify", "--data-dir", folder.to_str().unwrap()]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
    // What was asked for is answered: the institution asks anew, and is the same.
    let page = Client::new(again.address).get("/demo/codes").await.expect(200).text();
    let program = |demo: &Demo| demo.said.lines().find(|line| line.trim().starts_with("Program")).unwrap().to_owned();
    let of =
        |said: &str| said.split_whitespace().skip_while(|word| *word != "--institution").nth(1).unwrap().to_owned();
    assert_eq!(of(&program(&again)), first_institution);
    somebody_is_asked_for_papers(&again, &page, program(&again).trim().strip_prefix("Program").unwrap()).await;
    again.stop();

    // Invented people are never served for real.
    let config = dir.path().join("consigne.toml");
    std::fs::write(
        &config,
        format!(
            "public_url = \"https://consigne.test\"\ndata_dir = \"{}\"\nlisten = \"127.0.0.1:0\"\n[issuers.holder]\n\
             issuer = \"https://issuer.test\"\nclient_id = \"c\"\nclient_secret = \"s\"\n\
             acr_values = [\"eidas1\"]\n",
            folder.display()
        ),
    )
    .unwrap();
    let refused = complaint(&output(&["serve", "--config", config.to_str().unwrap()]));
    assert!(refused.contains("demonstration"), "{refused}");
}

#[test]
fn the_demonstration_stays_on_this_machine_unless_told() {
    let refused = complaint(&output(&["demo", "--listen", "0.0.0.0:0"]));
    assert!(refused.contains("--insecure-listen"), "{refused}");
}

#[test]
fn serve_tells_every_mistake_at_once() {
    let dir = tempfile::TempDir::new().unwrap();
    let config = dir.path().join("consigne.toml");
    std::fs::write(
        &config,
        "public_url = \"http://consigne.test/app\"\ndata_dir = \"x\"\n[blobs]\nbucket = \"b\"\n\
         [retention]\nclosure_days = 29\nbackup_days = 0\nsession_days = 400\nnotice_months = [11, 9]\n",
    )
    .unwrap();
    let refused = complaint(&output(&["serve", "--config", config.to_str().unwrap()]));
    for mistake in [
        "https://",
        "without a path",
        "issuers",
        "blobs.access_key",
        "blobs.secret_key",
        "blobs.prefix",
        "retention.closure_days",
        "retention.backup_days",
        "retention.session_days",
        "retention.notice_months",
    ] {
        assert!(refused.contains(mistake), "{mistake}: {refused}");
    }
    std::fs::write(
        &config,
        "public_url = \"https://consigne.test\"\ndata_dir = \"x\"\n[issuers.holder]\nissuer = \"https://issuer.test\"\n\
         client_id = \"c\"\nclient_secret = \"s\"\n",
    )
    .unwrap();
    let refused = complaint(&output(&["serve", "--config", config.to_str().unwrap()]));
    assert!(refused.contains("issuers.holder.acr_values") && refused.contains("any_level"), "{refused}");
    std::fs::write(&config, "data_dir = 3\nlimits = \"many\"\npublic_urll = \"x\"\n").unwrap();
    assert!(complaint(&output(&["serve", "--config", config.to_str().unwrap()])).contains("configuration"));
    let missing = complaint(&output(&["serve", "--config", "nowhere.toml"]));
    assert!(missing.contains("nowhere.toml"), "{missing}");
}

#[test]
fn a_root_key_that_is_not_right_is_said_and_nothing_starts() {
    let dir = tempfile::TempDir::new().unwrap();
    let (one, two) = (dir.path().join("one"), dir.path().join("two"));
    for folder in [&one, &two] {
        assert!(output(&["init", "--data-dir", folder.to_str().unwrap()]).status.success());
    }
    let key = one.join("root.key");
    assert_eq!(std::fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&one).unwrap().permissions().mode() & 0o777, 0o700);
    let config = dir.path().join("consigne.toml");
    std::fs::write(
        &config,
        format!(
            "public_url = \"https://consigne.test\"\ndata_dir = \"{}\"\nlisten = \"127.0.0.1:0\"\n[issuers.holder]\n\
             issuer = \"https://issuer.test\"\nclient_id = \"c\"\nclient_secret = \"s\"\n\
             acr_values = [\"eidas1\"]\n",
            one.display()
        ),
    )
    .unwrap();
    let serve = || complaint(&output(&["serve", "--config", config.to_str().unwrap()]));
    let whole = std::fs::read(&key).unwrap();

    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(serve().contains("chmod 600"));
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&key, &whole[..whole.len() / 2]).unwrap();
    assert!(serve().contains("not whole"));
    std::fs::copy(two.join("root.key"), &key).unwrap();
    assert!(serve().contains("does not open this installation"));
    std::fs::remove_file(&key).unwrap();
    assert!(serve().contains("no root key"));
}

/// The operator creates an organisation beside the service that runs; its referent comes in with the code.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_operator_creates_an_organisation_beside_the_service() {
    let dir = tempfile::TempDir::with_prefix("consigne-demo-").unwrap();
    let folder = dir.path().join("essai");
    let demo = Demo::start(&folder);
    // The people of the demonstration are at work already, and their codes are on its own page.
    let page = Client::new(demo.address).get("/demo/codes").await.expect(200).text();
    let code_of = |page: &str, name: &str| {
        let after = page.split(name).nth(1).unwrap_or_else(|| panic!("{name}: {page}"));
        after.split("<code>").nth(1).unwrap().split("</code>").next().unwrap().to_owned()
    };
    assert_eq!(code_of(&page, "Nadia BENALI").len(), 6);
    let nadia = Client::new(demo.address);
    nadia.sign_in("professional", "nadia").await;
    let me = nadia.get("/api/v1/me").await.expect(200).json();
    assert_eq!(me["memberships"][0]["name"], "CCAS de Valserin");
    assert_eq!(nadia.get("/api/v1/me/second-factor").await.json()["set_up"], true);

    let told = |arguments: &[&str]| {
        let mut all = vec!["organisation"];
        all.extend(arguments);
        all.extend(["--data-dir", folder.to_str().unwrap()]);
        let output = output(&all);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let created = told(&["create", "--name", "Association l'Abri", "--referent", "Ines L."]);
    let after = |start: &str, said: &str| {
        let line = said.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_else(|| panic!("{said}"));
        line.trim().to_owned()
    };
    let (id, code) = (after("organisation:", &created), after("code for the referent:", &created));
    assert!(told(&["list"]).lines().any(|line| line.starts_with(&id) && line.ends_with("Association l'Abri")));
    assert!(told(&["judgments", "--organisation", &id]).contains("may help by a court's decision"));
    assert!(told(&["list"]).lines().any(|line| line.starts_with(&id) && line.ends_with("(judgments)")));
    assert!(told(&["judgments", "--organisation", &id, "--no-more"]).contains("no more"));
    assert!(told(&["list"]).lines().any(|line| line.starts_with(&id) && line.ends_with("Association l'Abri")));
    let second = told(&["referent", "--organisation", &id, "--referent", "Paul"]);
    assert_ne!(after("code for the referent:", &second), code);
    let nowhere = "0b5c0de0-0000-4000-8000-00000000c0de";
    let folder_text = folder.to_str().unwrap();
    let refused = complaint(&output(&[
        "organisation",
        "referent",
        "--organisation",
        nowhere,
        "--referent",
        "x",
        "--data-dir",
        folder_text,
    ]));
    assert!(refused.contains("there is no such organisation"), "{refused}");

    let bruno = Client::new(demo.address);
    bruno.sign_in("professional", "bruno").await;
    let shown = bruno.post("/api/v1/me/second-factor").await.expect(201).json();
    let digits = crate::world::digits(shown["secret"].as_str().unwrap(), &consigne::domain::source::Source::system());
    let body = |code: &str| serde_json::json!({"code": code});
    bruno.post_json("/api/v1/me/second-factor/confirm", &body(&digits)).await.expect(200);
    bruno.post_json("/api/v1/me/memberships", &body(&code)).await.expect(201);
    let view = bruno.get(&format!("/api/v1/organisations/{id}")).await.expect(200).json();
    assert_eq!(view["name"], "Association l'Abri");
    demo.stop();
    let verified = output(&["journal", "verify", "--data-dir", folder_text]);
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
}
