//! People who use their lockers on a hard day, and remember each answer.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use consigne::domain::entry::Action;
use rand::Rng;
use rand_chacha::ChaCha20Rng;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

use super::model::{Change, Complaint, Content, Paper, State, Unanswered};
use crate::world::{Answer, Client, Holder, hex, multipart};

/// In each title, each content: whoever finds it in what is stored has found something in clear.
pub const BRAND: &str = "Xq7ZtKw9vLm2";

const KINDS: [&str; 5] = ["banque.rib", "sante.mutuelle", "logement.bail", "formation.courrier", "sejour.titre_sejour"];

/// How often the journal must and may say something.
#[derive(Debug, Default, Clone, Copy)]
pub struct Times {
    pub sure: u64,
    pub unsure: u64,
}

/// Somebody, what they know of their papers, and what does not fit.
pub struct Person {
    pub hint: &'static str,
    pub holder: Holder,
    pub papers: Vec<Paper>,
    pub unanswered: Vec<Unanswered>,
    /// What the journal must say of this round.
    pub said: BTreeMap<(u16, String), Times>,
    pub complaints: Vec<Complaint>,
    /// Each question and its answer, for whoever looks for what went wrong.
    pub told: Vec<String>,
    /// Answers by status, 0 for none.
    pub answers: BTreeMap<u16, u64>,
    /// Whether sessions may end today.
    pub sessions_end: bool,
    /// Questions in a row without an answer.
    pub silence: u32,
    count: u64,
}

/// How a question was answered.
pub enum Got {
    /// Done.
    Yes(Answer),
    /// No, and it will stay no: the paper is in another state, or not there.
    No(Answer),
    /// Not done, for a reason that says nothing about papers.
    NotNow,
    /// No answer, or one that says that something is away.
    Unknown,
}

impl Person {
    pub fn new(hint: &'static str, holder: Holder) -> Self {
        Self {
            hint,
            holder,
            papers: Vec::new(),
            unanswered: Vec::new(),
            said: BTreeMap::new(),
            complaints: Vec::new(),
            told: Vec::new(),
            answers: BTreeMap::new(),
            sessions_end: false,
            silence: 0,
            count: 0,
        }
    }

    pub fn complain(&mut self, what: impl Into<String>) {
        self.complaints.push(format!("{}: {}", self.hint, what.into()));
    }

    fn note(&mut self, result: Result<(), Complaint>) {
        if let Err(what) = result {
            self.complain(what);
        }
    }

    /// The journal must say so (or may, if it is not known).
    pub fn expect_line(&mut self, action: Action, paper: &str, sure: bool) {
        let times = self.said.entry((action.number(), paper.to_owned())).or_default();
        *(if sure { &mut times.sure } else { &mut times.unsure }) += 1;
    }

    /// Comes in, or tries to.
    pub async fn come_in(&mut self) -> bool {
        let came = try_sign_in(&self.holder.client, self.hint).await;
        self.told.push(format!("sign in: {came}"));
        came
    }

    pub fn path(&self, rest: &str) -> String {
        self.holder.path(rest)
    }

    pub fn request(&self, method: Method, rest: &str) -> RequestBuilder {
        self.holder.client.request(method, &self.path(rest))
    }

    /// Asks, and sorts the answer.
    pub async fn ask(&mut self, what: &str, request: RequestBuilder) -> Got {
        let answer = self.holder.client.try_send(request).await;
        let status = answer.as_ref().map_or(0, |answer| answer.status.as_u16());
        *self.answers.entry(status).or_default() += 1;
        self.told.push(format!("{what}: {status}"));
        let Ok(answer) = answer else {
            self.silence += 1;
            return Got::Unknown;
        };
        self.silence = 0;
        match status {
            200..=299 => Got::Yes(answer),
            404 | 409 => Got::No(answer),
            401 if self.sessions_end => {
                self.come_in().await;
                Got::NotNow
            }
            403 if answer.json()["type"] == "/problems/sign-in-again" => {
                self.come_in().await;
                Got::NotNow
            }
            400 | 416 | 429 => Got::NotNow,
            503 | 507 => {
                if answer.text().contains(BRAND) {
                    self.complain(format!("{what}: {status} tells something"));
                }
                Got::Unknown
            }
            _ => {
                self.complain(format!("{what}: {status} {}", answer.text()));
                Got::Unknown
            }
        }
    }

    /// Goes about their papers for a while.
    pub async fn live(&mut self, rng: &mut ChaCha20Rng, steps: u32) {
        for _ in 0..steps {
            // Nobody is there any more.
            if self.silence > 1 {
                return;
            }
            self.step(rng).await;
            if rng.random_ratio(1, 4) {
                tokio::time::sleep(Duration::from_millis(rng.random_range(0..15))).await;
            }
        }
    }

    async fn step(&mut self, rng: &mut ChaCha20Rng) {
        let there: Vec<usize> = (0..self.papers.len()).filter(|i| self.papers[*i].may_be()).collect();
        let open = self.unanswered.iter().filter(|u| u.onto.is_none()).count();
        if there.len() < 2 && open < 4 {
            return self.deposit(rng).await;
        }
        let Some(&at) = (!there.is_empty()).then(|| &there[rng.random_range(0..there.len())]) else { return };
        match rng.random_range(0..100) {
            0..22 if there.len() + open < 7 => self.deposit(rng).await,
            0..30 => self.destroy(at).await,
            30..46 => self.version(rng, at).await,
            46..56 => {
                let change = Change::Amend { title: self.title(rng), kind: kind(rng) };
                self.change(at, change).await;
            }
            56..64 => self.change(at, Change::Trash).await,
            64..71 => self.change(at, Change::Restore).await,
            71..82 => self.read(at).await,
            82..88 => self.range(rng, at).await,
            88..91 => self.plain("list", Method::GET, "/documents", Action::ListDocuments, "").await,
            91..93 => {
                let id = self.papers[at].id.clone();
                self.plain("describe", Method::GET, &format!("/documents/{id}"), Action::ViewDocument, &id).await;
            }
            93..95 => self.export().await,
            95..98 => {
                let id = self.papers[at].id.clone();
                let rest = format!("/documents/{id}/control");
                self.plain("control", Method::POST, &rest, Action::ControlDocument, &id).await;
            }
            _ => self.plain("journal", Method::GET, "/journal", Action::ReadJournal, "").await,
        }
    }

    fn title(&mut self, rng: &mut ChaCha20Rng) -> String {
        self.count += 1;
        format!("{} {BRAND} {} {}", self.hint, self.count, rng.random::<u32>())
    }

    async fn deposit(&mut self, rng: &mut ChaCha20Rng) {
        let title = self.title(rng);
        let what = Unanswered {
            key: format!("cle-{title}").replace(' ', "-"),
            onto: None,
            kind: kind(rng),
            content: content(rng),
            title,
        };
        self.send(what).await;
    }

    async fn version(&mut self, rng: &mut ChaCha20Rng, at: usize) {
        let paper = &self.papers[at];
        if paper.worlds.iter().flatten().any(|state| state.versions.len() > 2) {
            return self.destroy(at).await;
        }
        let id = paper.id.clone();
        let title = self.title(rng);
        let key = format!("cle-{title}").replace(' ', "-");
        self.send(Unanswered { key, onto: Some(id), title, kind: String::new(), content: content(rng) }).await;
    }

    /// Sends a paper, or a version of one.
    async fn send(&mut self, sent: Unanswered) {
        let what = format!("send {} ({} bytes)", sent.title, sent.content.len());
        let got = self.ask(&what, self.sending(&sent)).await;
        match (&sent.onto, got) {
            (None, Got::Yes(answer)) => self.arrived(&sent, &answer),
            (Some(id), Got::Yes(_)) => {
                let (id, change) = (id.clone(), Change::Version(sent.content.clone()));
                let result = self.paper(&id).done(&change);
                self.note(result);
                self.expect_line(Action::NewVersion, &id, true);
            }
            (Some(id), Got::No(_)) => {
                let (id, change) = (id.clone(), Change::Version(sent.content.clone()));
                let result = self.paper(&id).refused(&change);
                self.note(result);
            }
            (None, Got::No(answer)) => self.complain(format!("a deposit was refused: {}", answer.text())),
            (_, Got::NotNow) => {}
            (onto, Got::Unknown) => {
                if let Some(id) = onto.clone() {
                    self.paper(&id).unknown(&Change::Version(sent.content.clone()));
                    self.expect_line(Action::NewVersion, &id, false);
                }
                self.unanswered.push(sent);
            }
        }
    }

    /// The request of a deposit: the same each time.
    pub fn sending(&self, sent: &Unanswered) -> RequestBuilder {
        let (rest, metadata) = match &sent.onto {
            None => ("/documents".to_owned(), json!({"title": sent.title, "kind": sent.kind})),
            Some(id) => (format!("/documents/{id}/versions"), json!({})),
        };
        let form = multipart(&metadata, &format!("{BRAND}.txt"), sent.content.to_vec());
        self.request(Method::POST, &rest).header("idempotency-key", &sent.key).multipart(form)
    }

    /// A deposit was acknowledged.
    pub fn arrived(&mut self, sent: &Unanswered, answer: &Answer) {
        let id = answer.json()["id"].as_str().unwrap_or_default().to_owned();
        if self.papers.iter().any(|paper| paper.id == id) {
            return self.complain(format!("{id} was deposited twice"));
        }
        let state = State {
            title: sent.title.clone(),
            kind: sent.kind.clone(),
            trashed: false,
            versions: vec![sent.content.clone()],
        };
        self.expect_line(Action::Deposit, &id, true);
        self.papers.push(Paper::new(id, state));
    }

    pub fn paper(&mut self, id: &str) -> &mut Paper {
        self.papers.iter_mut().find(|paper| paper.id == id).unwrap()
    }

    async fn destroy(&mut self, at: usize) {
        self.change(at, Change::Destroy).await;
    }

    async fn change(&mut self, at: usize, change: Change) {
        let id = self.papers[at].id.clone();
        let rest = format!("/documents/{id}");
        let (action, request) = match &change {
            Change::Trash => (Action::Trash, self.request(Method::DELETE, &rest)),
            Change::Restore => (Action::Restore, self.request(Method::POST, &format!("{rest}/restore"))),
            Change::Destroy => (Action::Destroy, self.request(Method::POST, &format!("{rest}/destroy"))),
            Change::Amend { title, kind } => {
                let body = json!({"title": title, "kind": kind}).to_string();
                let request = self.request(Method::PATCH, &rest).header("content-type", "application/json").body(body);
                (Action::Amend, request)
            }
            Change::Version(_) => return,
        };
        let got = self.ask(&format!("{change:?} {id}"), request).await;
        let result = match got {
            Got::Yes(_) => {
                self.expect_line(action, &id, true);
                self.papers[at].done(&change)
            }
            Got::No(_) => self.papers[at].refused(&change),
            Got::NotNow => return,
            Got::Unknown => {
                self.papers[at].unknown(&change);
                return self.expect_line(action, &id, false);
            }
        };
        self.note(result);
    }

    async fn read(&mut self, at: usize) {
        let id = self.papers[at].id.clone();
        let got = self.ask(&format!("read {id}"), self.request(Method::GET, &format!("/documents/{id}/content"))).await;
        let result = match got {
            Got::Yes(answer) => {
                self.expect_line(Action::ReadContent, &id, true);
                let newest = |state: Option<&State>| {
                    state.is_some_and(|s| s.versions.last().is_some_and(|v| **v == answer.body))
                };
                self.papers[at].seen("other bytes were read", newest)
            }
            Got::No(_) => self.papers[at].seen("it was not found", |state| state.is_none()),
            _ => return,
        };
        self.note(result);
    }

    async fn range(&mut self, rng: &mut ChaCha20Rng, at: usize) {
        let id = self.papers[at].id.clone();
        let (from, length) = (rng.random_range(0..200_usize), rng.random_range(1..90_000_usize));
        let request = self.request(Method::GET, &format!("/documents/{id}/content"));
        let got = self
            .ask(&format!("range of {id}"), request.header("range", format!("bytes={from}-{}", from + length - 1)))
            .await;
        let result = match got {
            Got::Yes(answer) => {
                // Ranges of one reading share a line.
                self.said.entry((Action::ReadContent.number(), id)).or_default().sure = 1;
                let part =
                    |v: &Content| v.get(from..(from + length).min(v.len())).is_some_and(|part| part == answer.body);
                self.papers[at]
                    .seen("other bytes were read", |state| state.is_some_and(|s| s.versions.last().is_some_and(part)))
            }
            Got::No(_) => self.papers[at].seen("it was not found", |state| state.is_none()),
            _ => return,
        };
        self.note(result);
    }

    /// A question that changes nothing.
    async fn plain(&mut self, what: &str, method: Method, rest: &str, action: Action, paper: &str) {
        let request = self.request(method, rest);
        if let Got::Yes(answer) = self.ask(&format!("{what} {paper}"), request).await {
            self.expect_line(action, paper, true);
            if answer.json()["intact"] == false || answer.json()["damaged"].is_array() {
                self.complain(format!("{what} {paper}: {}", answer.text()));
            }
        }
    }

    async fn export(&mut self) {
        if let Got::Yes(answer) = self.ask("export", self.request(Method::GET, "/export")).await {
            self.expect_line(Action::Export, "", true);
            let mark = [b"PK\x05\x06".as_slice(), b"PK\x06\x06"];
            if !mark.iter().any(|mark| answer.body.windows(4).any(|at| at == *mark)) {
                self.complain("an export without an end came as whole");
            }
        }
    }
}

fn kind(rng: &mut ChaCha20Rng) -> String {
    KINDS[rng.random_range(0..KINDS.len())].to_owned()
}

/// Text that says the brand in every line, of no size in particular.
fn content(rng: &mut ChaCha20Rng) -> Content {
    let size: usize = match rng.random_range(0..20) {
        0..12 => rng.random_range(20..4_000),
        12..17 => rng.random_range(4_000..70_000),
        17..19 => rng.random_range(70_000..400_000),
        _ => rng.random_range(400_000..1_500_000),
    };
    let mut text = Vec::with_capacity(size + 100);
    while text.len() < size {
        text.extend_from_slice(format!("{BRAND} {}\n", hex(&rng.random::<[u8; 32]>())).as_bytes());
    }
    text.truncate(size);
    Arc::new(text)
}

/// Signs in as a browser does; whether it came through.
pub async fn try_sign_in(client: &Client, hint: &str) -> bool {
    let mut next = format!("/auth/holder/login?login_hint={hint}");
    for _ in 0..8 {
        let Ok(answer) = client.try_send(client.request(Method::GET, &next)).await else { return false };
        if !answer.status.is_redirection() {
            return false;
        }
        next = answer.header("location").to_owned();
        if next == "/" {
            return true;
        }
    }
    false
}
