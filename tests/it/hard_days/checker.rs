//! Looks at everything once a hard day is over, and says what does not fit with what was acknowledged: first as each person
//! sees it, over HTTP; then in what is stored.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use consigne::domain::entry::{Action, Entry, Object, Outcome};
use consigne::journal::canonical;
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXUPPER};
use reqwest::Method;
use serde_json::Value;

use super::model::{Complaint, Paper, State};
use super::people::{BRAND, Person};
use crate::world::{Raw, hex};

/// What the journal says of a paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    versions: usize,
    trashed: bool,
}

/// What has been read of a locker's journal so far.
#[derive(Debug, Default)]
pub struct Followed {
    seq: u64,
    papers: BTreeMap<String, Told>,
    /// Lines that began something, not closed yet.
    open: BTreeMap<u64, Action>,
}

/// What the checker remembers from round to round.
#[derive(Debug, Default)]
pub struct Checker {
    journals: BTreeMap<String, Followed>,
    /// Blobs that were searched already: they never change.
    searched: BTreeSet<String>,
}

impl Person {
    /// A question that must be answered now.
    async fn must(&mut self, what: &str, method: Method, rest: &str) -> Option<Value> {
        let answer = self.holder.client.try_send(self.request(method, rest)).await;
        match answer {
            Ok(answer) if answer.status == 200 => Some(answer.json()),
            Ok(answer) => {
                self.complain(format!("{what}: {} {}", answer.status, answer.text()));
                None
            }
            Err(error) => {
                self.complain(format!("{what}: {error}"));
                None
            }
        }
    }

    /// All papers are fetched and compared; what was not answered is asked again.
    pub async fn check(&mut self) {
        self.silence = 0;
        if self.sessions_end && !self.come_in().await {
            return self.complain("nobody lets them in");
        }
        let Some(mut there) = self.fetch().await else { return };
        for paper in &mut self.papers {
            let found = there.remove(&paper.id);
            let what = format!("found {found:?}");
            if let Err(wrong) = paper.seen(&what, |state| state == found.as_ref()) {
                self.complaints.push(format!("{}: {wrong}", self.hint));
                paper.worlds = vec![found];
            }
        }
        for sent in std::mem::take(&mut self.unanswered) {
            self.settle(&sent, &mut there).await;
        }
        for (id, state) in there {
            self.complain(format!("{id} is there and nobody sent it: {state:?}"));
        }
        let versions: usize = self.papers.iter().filter_map(Paper::known).map(|s| s.versions.len()).sum();
        if let Some(report) = self.must("control", Method::POST, "/control").await {
            self.expect_line(Action::ControlLocker, "", true);
            if report["intact"] != true || report["checked"] != versions {
                self.complain(format!("{versions} versions are there; the control says {report}"));
            }
        }
    }

    /// The same key again says what became of a deposit, and that must be what was seen.
    async fn settle(&mut self, sent: &super::model::Unanswered, there: &mut BTreeMap<String, State>) {
        let whole = |state: &State| {
            !state.trashed
                && state.title == sent.title
                && state.kind == sent.kind
                && state.versions == [sent.content.clone()]
        };
        let found = match &sent.onto {
            None => there.iter().find(|(_, state)| whole(state)).map(|(id, _)| id.clone()),
            Some(id) => match self.paper(id).known() {
                Some(state) if state.trashed => return,
                Some(state) => state.versions.contains(&sent.content).then(|| id.clone()),
                None => return,
            },
        };
        let answer = match self.holder.client.try_send(self.sending(sent)).await {
            Ok(answer) if answer.status == 201 => answer,
            Ok(answer) => return self.complain(format!("asked again: {} {}", answer.status, answer.text())),
            Err(error) => return self.complain(format!("asked again: {error}")),
        };
        let replayed = answer.header("idempotency-replayed") == "true";
        if replayed != found.is_some() {
            self.complain(format!("replayed: {replayed}, seen: {found:?}, sent: {}", sent.title));
        }
        match &sent.onto {
            None => {
                let id = answer.json()["id"].as_str().unwrap_or_default().to_owned();
                if found.as_ref().is_some_and(|found| *found != id) {
                    self.complain(format!("replayed as {id}, seen as {found:?}"));
                }
                there.remove(&id);
                self.arrived(sent, &answer);
            }
            Some(id) if found.is_none() => {
                let change = super::model::Change::Version(sent.content.clone());
                let _ = self.paper(id).done(&change);
                self.expect_line(Action::NewVersion, id, true);
            }
            Some(_) => {}
        }
    }

    /// Every paper there is, with every byte.
    async fn fetch(&mut self) -> Option<BTreeMap<String, State>> {
        let mut all = BTreeMap::new();
        for trashed in [false, true] {
            let list = self.must("list", Method::GET, &format!("/documents?limit=200&trashed={trashed}")).await?;
            self.expect_line(Action::ListDocuments, "", true);
            if list["damaged"].is_array() {
                self.complain(format!("damaged: {}", list["damaged"]));
            }
            for item in list["items"].as_array()? {
                let text = |name: &str| item[name].as_str().unwrap_or_default().to_owned();
                let id = text("id");
                let listed = self.must("versions", Method::GET, &format!("/documents/{id}/versions")).await?;
                self.expect_line(Action::ListVersions, &id, true);
                let mut versions = Vec::new();
                for version in listed["items"].as_array()?.iter().rev() {
                    let version = version["id"].as_str().unwrap_or_default();
                    let rest = format!("/documents/{id}/content?version={version}");
                    let answer = self.holder.client.try_send(self.request(Method::GET, &rest)).await;
                    match answer {
                        Ok(answer) if answer.status == 200 => {
                            self.expect_line(Action::ReadContent, &id, true);
                            versions.push(Arc::new(answer.body));
                        }
                        Ok(answer) => self.complain(format!("content of {id}: {} {}", answer.status, answer.text())),
                        Err(error) => self.complain(format!("content of {id}: {error}")),
                    }
                }
                all.insert(id, State { title: text("title"), kind: text("kind"), trashed, versions });
            }
        }
        Some(all)
    }
}

impl Checker {
    /// What is stored, compared with what the people know. The service must have nothing left to do.
    pub async fn check(&mut self, raw: &mut Raw, people: &mut [Person]) -> Vec<Complaint> {
        let mut wrong = Vec::new();
        for person in people.iter_mut() {
            let followed = self.journals.entry(person.holder.locker.clone()).or_default();
            wrong.extend(followed.follow(raw, person).await.into_iter().map(|w| format!("{}: {w}", person.hint)));
        }
        let open = raw.count("under_way").await;
        if open != 0 {
            wrong.push(format!("{open} things are under way for ever"));
        }
        let known: BTreeSet<String> = raw.texts("SELECT blob FROM versions").await.into_iter().collect();
        let blobs = raw.blob_names().await;
        let stored: BTreeSet<String> = blobs.iter().map(|name| name.as_str().to_owned()).collect();
        if known != stored {
            let (lost, left) = (known.difference(&stored), stored.difference(&known));
            wrong.push(format!(
                "blobs lost: {:?}, left over: {:?}",
                lost.collect::<Vec<_>>(),
                left.collect::<Vec<_>>()
            ));
        }
        wrong.extend(self.search(raw, people).await);
        wrong
    }

    /// Searches all that is stored, as a thief would, for the brand.
    async fn search(&mut self, raw: &mut Raw, people: &[Person]) -> Vec<Complaint> {
        let mut loot = latin(&raw.dump().await);
        let new: Vec<_> = raw.blob_names().await.into_iter().filter(|n| !self.searched.contains(n.as_str())).collect();
        for name in new {
            loot.push_str(&latin(&raw.blob(&name).await));
            self.searched.insert(name.as_str().to_owned());
        }
        let mut wrong = Vec::new();
        // What is in clear by design is found, or the search is worth nothing.
        let locker = people[0].holder.locker.replace('-', "");
        let bytes = data_encoding::HEXLOWER.decode(locker.as_bytes()).unwrap_or_default();
        if ![latin(&bytes), people[0].holder.locker.clone()].iter().any(|guise| loot.contains(guise)) {
            wrong.push("the search does not find what is in clear".to_owned());
        }
        wrong.extend(guises().iter().filter(|g| loot.contains(g.as_str())).map(|guise| format!("in clear: {guise}")));
        wrong
    }
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// The ways in which the brand may stand in a file.
fn guises() -> Vec<String> {
    let brand = BRAND.as_bytes();
    let mut all = vec![BRAND.to_owned(), BRAND.to_lowercase(), hex(brand), HEXUPPER.encode(brand)];
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], brand].concat();
        for text in [BASE64.encode(&shifted), BASE64URL_NOPAD.encode(&shifted)] {
            // The first and last characters depend on what stands beside.
            let text = text.trim_end_matches('=');
            all.push(text[if shift == 0 { 0 } else { shift + 1 }..text.len() - 1].to_owned());
        }
    }
    all
}

impl Followed {
    /// Reads the lines of this round: no gap, each beginning closed once, each acknowledged operation there, and together they
    /// tell of the papers that are there.
    async fn follow(&mut self, raw: &mut Raw, person: &mut Person) -> Vec<Complaint> {
        let chain = raw.id(&person.holder.locker);
        let mut wrong = Vec::new();
        let head = raw.number(&format!("SELECT seq FROM chains WHERE chain_id = {chain}")).await;
        let after = self.seq;
        let sql = format!("SELECT entry FROM bodies WHERE chain_id = {chain} AND seq > {after} ORDER BY seq");
        let mut counted: BTreeMap<(u16, String), u64> = BTreeMap::new();
        for bytes in raw.bytes(&sql).await {
            let Ok(entry) = canonical::decode(&bytes) else {
                wrong.push(format!("the line after {} does not read", self.seq));
                continue;
            };
            self.seq += 1;
            if entry.seq != self.seq {
                wrong.push(format!("line {} comes after line {}", entry.seq, self.seq - 1));
                self.seq = entry.seq;
            }
            if let Some(what) = self.take(&entry) {
                wrong.push(what);
            }
            if entry.line.outcome == Outcome::Done {
                let action = entry.line.action;
                *counted.entry((action.number(), paper_of(&entry))).or_default() += 1;
            }
        }
        if u64::try_from(head).ok() != Some(self.seq) {
            wrong.push(format!("the chain says {head} lines, {} are there", self.seq));
        }
        if !self.open.is_empty() {
            wrong.push(format!("begun and not closed: {:?}", self.open));
            self.open.clear();
        }
        wrong.extend(compare_lines(&std::mem::take(&mut person.said), &counted));
        wrong.extend(self.compare_papers(person));
        wrong
    }

    /// One line.
    fn take(&mut self, entry: &Entry) -> Option<Complaint> {
        let (line, seq) = (&entry.line, entry.seq);
        if let Some(closed) = line.closes
            && self.open.remove(&closed).is_none()
        {
            return Some(format!("line {seq} closes line {closed}, which is not open"));
        }
        if line.outcome != Outcome::Done {
            return None;
        }
        let paper = paper_of(entry);
        let told = self.papers.get_mut(&paper);
        match (line.action, told) {
            (
                Action::BeginDeposit
                | Action::ReadContent
                | Action::Export
                | Action::ControlDocument
                | Action::ControlLocker,
                _,
            ) => {
                self.open.insert(seq, line.action);
            }
            (Action::Deposit, None) => {
                self.papers.insert(paper, Told { versions: 1, trashed: false });
            }
            (Action::NewVersion, Some(told)) => told.versions += 1,
            (Action::Trash, Some(told)) => told.trashed = true,
            (Action::Restore, Some(told)) => told.trashed = false,
            (Action::Destroy, Some(_)) => {
                self.papers.remove(&paper);
            }
            (Action::Deposit | Action::NewVersion | Action::Trash | Action::Restore | Action::Destroy, _) => {
                return Some(format!("line {seq}: {:?} of a paper that can't be {paper}", line.action));
            }
            _ => {}
        }
        None
    }

    fn compare_papers(&self, person: &Person) -> Option<Complaint> {
        let known: BTreeMap<String, Told> = person
            .papers
            .iter()
            .filter_map(|paper| {
                let state = paper.known()?;
                Some((paper.id.clone(), Told { versions: state.versions.len(), trashed: state.trashed }))
            })
            .collect();
        (known != self.papers).then(|| format!("papers: {known:?}; by the journal: {:?}", self.papers))
    }
}

fn paper_of(entry: &Entry) -> String {
    match entry.line.object {
        Object::Document(id) | Object::Version(id, _) => id.to_string(),
        _ => String::new(),
    }
}

/// Each acknowledged operation has its line; what changes something has no other.
fn compare_lines(
    said: &BTreeMap<(u16, String), super::people::Times>,
    counted: &BTreeMap<(u16, String), u64>,
) -> Vec<Complaint> {
    let changes = [Action::Deposit, Action::NewVersion, Action::Trash, Action::Restore, Action::Amend, Action::Destroy];
    let mut wrong = Vec::new();
    let all: BTreeSet<_> = said.keys().chain(counted.keys()).collect();
    for key in all {
        let times = said.get(key).copied().unwrap_or_default();
        let lines = counted.get(key).copied().unwrap_or_default();
        let action = Action::from_number(key.0);
        if lines < times.sure {
            wrong.push(format!("{action:?} {}: {} answered, {lines} lines", key.1, times.sure));
        }
        if changes.iter().any(|change| Some(*change) == action) && lines > times.sure + times.unsure {
            wrong.push(format!("{action:?} {}: {lines} lines, and only {times:?} asked", key.1));
        }
    }
    wrong
}
