//! `kill -9` at each step of a deposit, on a real `consigne serve`, by the configuration file that an operator would write.

use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use consigne::domain::person::IssuerKind;
use consigne::domain::source::Source;
use consigne::identity::demo::{Codes, DemoClient, DemoProvider};
use consigne::locker::{Issuers, Limits};
use reqwest::Method;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tempfile::TempDir;

use crate::on_both_pairs;
use crate::world::{Client, Holder, Organisation, Pair, Professional, config, join, multipart};

pub const ORIGIN: &str = "https://consigne.test";
const SECRET: &str = "between-us-and-the-provider";

/// Somebody who runs Consigne as a process, by a configuration file.
pub struct Operator {
    dir: TempDir,
    pub file: PathBuf,
    pub address: SocketAddr,
    pub config: consigne::config::Config,
}

impl Operator {
    /// Writes a configuration, starts providers, runs `consigne init`.
    pub async fn new(pair: Pair) -> Self {
        Self::with(pair, "").await
    }

    /// The same with more in the configuration file.
    pub async fn with(pair: Pair, more: &str) -> Self {
        let dir = TempDir::with_prefix("consigne-killed-").unwrap();
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let config = config(pair, address, dir.path().join("data")).await;
        let file = dir.path().join("consigne.toml");
        let [holders, professionals] = providers().await;
        let data_dir = config.data_dir.display();
        let mut text = format!("public_url = \"{ORIGIN}\"\nlisten = \"{address}\"\ndata_dir = \"{data_dir}\"\n");
        if let (Some(url), Some(key)) = (&config.database.url, &config.blobs.secret_key) {
            let get = |v: &Option<String>| v.clone().unwrap();
            text += &format!(
                "[database]\nurl = \"{}\"\n[blobs]\nbucket = \"{}\"\nendpoint = \"{}\"\nprefix = \"{}\"\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
                url.expose_secret(),
                get(&config.blobs.bucket),
                get(&config.blobs.endpoint),
                get(&config.blobs.prefix),
                get(&config.blobs.access_key),
                key.expose_secret(),
            );
        }
        text += &format!(
            "[issuers.holder]\nissuer = \"{holders}\"\nclient_id = \"consigne\"\nclient_secret = \"{SECRET}\"\n\
             scopes = [\"openid\", \"identite_pivot\"]\nacr_values = [\"eidas1\"]\n\
             [issuers.professional]\nissuer = \"{professionals}\"\nclient_id = \"consigne\"\nclient_secret = \"{SECRET}\"\n\
             scopes = [\"given_name\", \"usual_name\"]\nacr_values = [\"eidas1\"]\npkce = true\nstep_up = [\"prompt\"]\n"
        );
        text += more;
        std::fs::write(&file, text).unwrap();
        let operator = Self { dir, file, address, config };
        assert!(operator.consigne(&["init"]).status().unwrap().success());
        assert!(!operator.consigne(&["init"]).status().unwrap().success(), "never twice");
        operator
    }

    /// What the processes have logged so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.dir.path().join("log")).unwrap_or_default()
    }

    pub fn consigne(&self, command: &[&str]) -> Command {
        let mut consigne = Command::new(env!("CARGO_BIN_EXE_consigne"));
        consigne.args(command).arg("--config").arg(&self.file).stdin(Stdio::null()).stdout(Stdio::null());
        consigne.stderr(std::fs::File::options().create(true).append(true).open(self.dir.path().join("log")).unwrap());
        consigne
    }

    /// Starts `serve`, to be killed at a step; it may die before it is ready.
    pub fn serve_until(&self, step: &str) -> Server {
        Server(self.consigne(&["serve"]).env("CONSIGNE_KILL_AT", step).spawn().unwrap())
    }

    /// Starts `serve`, to be killed at a step or not, and waits until it is ready.
    pub async fn serve(&self, kill_at: Option<&str>) -> Server {
        let set = kill_at.map(|step| ("CONSIGNE_KILL_AT", step.to_owned()));
        self.serve_with(self.address, set.as_slice()).await
    }

    /// Starts `serve` at an address, with more in its environment, and waits until it is ready.
    pub async fn serve_with(&self, address: SocketAddr, more: &[(&str, String)]) -> Server {
        let mut command = self.consigne(&["serve"]);
        let server = Server(command.envs(more.iter().map(|(name, value)| (name, value))).spawn().unwrap());
        for _ in 0..200 {
            if let Ok(answer) = reqwest::get(format!("http://{address}/readyz")).await
                && answer.status() == 200
            {
                return server;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("not ready: {}", std::fs::read_to_string(self.dir.path().join("log")).unwrap());
    }

    /// Starts another `serve` on the same database and blobs, as on another machine: at an address of its own, in a folder of its own
    /// that holds a copy of the root key file.
    pub async fn serve_elsewhere(&self, more: (&str, String)) -> (Server, SocketAddr) {
        let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let folder = self.dir.path().join("elsewhere");
        std::fs::create_dir(&folder).unwrap();
        std::fs::copy(self.config.data_dir.join("root.key"), folder.join("root.key")).unwrap();
        let own = [("CONSIGNE_LISTEN", address.to_string()), ("CONSIGNE_DATA_DIR", folder.display().to_string()), more];
        (self.serve_with(address, &own).await, address)
    }

    /// Somebody with a browser, not signed in.
    pub fn anonymous(&self) -> Client {
        Client::behind(self.address, ORIGIN)
    }

    /// A holder, signed in, who has just opened their locker.
    pub async fn holder(&self, hint: &str) -> Holder {
        let client = self.anonymous();
        client.sign_in("holder", hint).await;
        let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
        Holder { client, locker, person: String::new() }
    }

    /// Somebody signed in by the professional issuer who sets up a second factor.
    pub async fn professional(&self, hint: &str) -> Professional {
        let client = self.anonymous();
        client.sign_in("professional", hint).await;
        Professional::set_up(client, &Source::system()).await
    }

    /// Creates an organisation by the command; its first referent, who helps people too, joins it.
    pub async fn organisation(&self, name: &str, referent: &Professional) -> Organisation {
        let arguments = ["organisation", "create", "--name", name, "--referent", "La référente", "--also-aidant"];
        let output = self.consigne(&arguments).stdout(Stdio::piped()).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let after = |start: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(start)).unwrap_or_else(|| panic!("{said}"));
            line.trim().to_owned()
        };
        let joined = join(referent, &after("code for the referent:")).await.expect(201).json();
        Organisation { id: after("organisation:"), referent: joined["member"].as_str().unwrap().to_owned() }
    }
}

/// A process that serves; killed when dropped.
pub struct Server(pub Child);

impl Server {
    pub fn wait_for_its_death(&mut self) {
        for _ in 0..200 {
            if let Some(status) = self.0.try_wait().unwrap() {
                assert_eq!(status.signal(), Some(9), "killed, not stopped");
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("it lives on");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// An identity provider of its own for each way in, as the issuers of a real installation are: the first for holders.
async fn providers() -> [String; 2] {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/idp", listener.local_addr().unwrap()).parse().unwrap();
    let ways = [IssuerKind::Holder, IssuerKind::Professional];
    let clients = ways.map(|kind| DemoClient {
        kind,
        client_id: "consigne".to_owned(),
        client_secret: SecretString::from(SECRET.to_owned()),
        redirect_uris: vec![format!("{ORIGIN}/auth/{}/callback", kind.code()).parse().unwrap()],
        post_logout_redirect_uris: vec![format!("{ORIGIN}/").parse().unwrap()],
    });
    let provider = DemoProvider::new(&base, &Source::system(), &clients, Codes::none());
    let issuers = ways.map(|kind| provider.issuer(kind).to_string());
    let router = axum::Router::new().nest("/idp", provider.router());
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    issuers
}

async fn deposit(holder: &Holder, content: &[u8]) -> Result<(u16, bool, String), reqwest::Error> {
    let metadata = json!({"title": "Le papier en danger", "kind": "logement.bail"});
    let request =
        holder.client.request(Method::POST, &holder.path("/documents")).header("idempotency-key", "en-danger");
    let answer = holder.client.try_send(request.multipart(multipart(&metadata, "bail.txt", content.to_vec()))).await?;
    let replayed = answer.header("idempotency-replayed") == "true";
    Ok((answer.status.as_u16(), replayed, answer.json()["id"].as_str().unwrap_or_default().to_owned()))
}

/// Blobs that are stored, and those left once a sweeper has come two hours later.
pub async fn blobs_before_and_after_the_sweeper(operator: &Operator, data_dir: &Path) -> (usize, usize) {
    assert!(data_dir.exists());
    let source = Source::with_manual_clock(Source::system().now().plus(Duration::from_secs(2 * 3600)));
    let opened =
        consigne::app::open(&operator.config, &source, Limits::default(), Issuers::default(), false).await.unwrap();
    let count = async || {
        let all = opened.lockers.blobs().list_older_than(source.now(), 100, None).await.unwrap();
        all.iter().filter(|name| !name.as_str().starts_with("probe/")).count()
    };
    let before = count().await;
    // Nothing of a locker goes while a deposit is under way there; this one is closed first, as the jobs do.
    opened.lockers.close_stale(true).await.unwrap();
    opened.lockers.sweep().await.unwrap();
    let after = count().await;
    opened.db.close().await;
    (before, after)
}

async fn killed_at(pair: Pair, step: &str) {
    let operator = Operator::new(pair).await;
    let content = "papier ".repeat(40_000).into_bytes();
    let mut server = operator.serve(None).await;
    let lucie = operator.holder("lucie").await;
    let safe = lucie.deposit("En sûreté", "banque.rib", b"FR00").await;
    server.0.kill().unwrap();
    server.wait_for_its_death();

    let mut server = operator.serve(Some(step)).await;
    assert!(deposit(&lucie, &content).await.is_err(), "no answer comes");
    server.wait_for_its_death();

    // The session, the acknowledged paper and the journal are there; the same key says how it stands with the other.
    let server = operator.serve(None).await;
    assert_eq!(lucie.content(&safe).await.expect(200).body, b"FR00");
    let seen = lucie.get("/documents").await.expect(200).json()["items"].as_array().unwrap().len();
    let committed = step == "deposit.committed";
    assert_eq!(seen, if committed { 2 } else { 1 }, "wholly there or not at all");
    let (status, replayed, id) = deposit(&lucie, &content).await.unwrap();
    assert_eq!((status, replayed), (201, committed));
    assert_eq!(lucie.content(&id).await.expect(200).body, content);
    assert_eq!(lucie.get("/documents").await.json()["items"].as_array().unwrap().len(), 2, "once");
    if pair == Pair::Local {
        let interrupted = lucie.trail().await.iter().filter(|l| *l == "access.close ended:interrupted").count();
        assert_eq!(interrupted, usize::from(!committed), "the deposit that was cut short is closed in the journal");
    }
    drop(server);
    let (before, after) = blobs_before_and_after_the_sweeper(&operator, &operator.config.data_dir).await;
    let orphans = usize::from(matches!(step, "deposit.blob_written" | "deposit.before_commit"));
    assert_eq!((before, after), (2 + orphans, 2), "orphans go after an hour, papers stay");
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
}

on_both_pairs! {
    async fn when_it_has_begun(pair) { killed_at(pair, "deposit.begun").await; }
    async fn while_it_streams(pair) { killed_at(pair, "deposit.streaming").await; }
    async fn before_the_blob_is_published(pair) { killed_at(pair, "deposit.before_blob").await; }
    async fn when_the_blob_is_written(pair) { killed_at(pair, "deposit.blob_written").await; }
    async fn before_the_commit(pair) { killed_at(pair, "deposit.before_commit").await; }
    async fn when_it_is_committed(pair) { killed_at(pair, "deposit.committed").await; }
}
