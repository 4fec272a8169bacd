//! Taking everything away in one request (L5, L11): a ZIP, streamed, of every paper as it was deposited under a readable name,
//! what describes it as JSON and CSV, the journal as JSON and as a page, and how to read it all. Format:
//! `docs/formats/export.md`. Memory does not grow with the papers.
//!
//! The edge gives the sentences and the shape of a journal line ([`Telling`]). To add a file: a step in [`Packer::pack`], its
//! name in both catalogues, a line in the format's page.

pub(super) mod archive;
mod contact;
mod handed;
mod help;
pub(super) mod lists;
mod photos;
mod scanned;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use tokio::time::Instant;

use super::body::{LOOK_BYTES, LOOK_EVERY};
use super::helped::{HelpRows, Helpers, by_place};
use super::journal::{JournalLine, Titles};
use super::mandates::{MandateView, ProposalView};
use super::watch::{self, Outlet, Pieces, Watch};
use super::whole::Whole;
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller, Progress};
use crate::domain::document::{DocumentState, Sha256Sum};
use crate::domain::entry::{Object, Reason};
use crate::domain::ids::{DocumentId, LockerId};
use crate::domain::source::Timestamp;
use crate::journal::chain::Kept;
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Grant, Held, act};
use crate::store::{changes, keys, lockers};
use crate::vault::VaultError;
use crate::vault::ring::Content;
use crate::vault::several::Opener;
use crate::words::{Locale, say};
use archive::{Archive, Names};
use contact::ContactSealed;
use handed::HandedSealed;
use help::HelpSealed;
pub use help::{HelpTold, VisitTold};
use lists::{Lists, Row};
use scanned::Packed;

/// Lines of the journal read in one go.
const LINES: u32 = 500;

/// What the edge knows how to say: sentences in the reader's language, and a line of the journal as the API shapes it.
pub trait Telling: Send + Sync {
    /// The reader's language.
    fn locale(&self) -> Locale;
    /// How to read what is in the archive.
    fn instructions(&self, at: Timestamp, has: Has) -> String;
    /// A mandate, for programs.
    fn mandate(&self, view: &MandateView) -> serde_json::Value;
    /// A proposal, for programs.
    fn proposal(&self, view: &ProposalView) -> serde_json::Value;
    /// The page of help.
    fn help_page(&self, at: Timestamp, told: &HelpTold) -> String;
    /// A line of the journal, for programs.
    fn line(&self, line: &JournalLine) -> serde_json::Value;
    /// The page of the journal, until its first line.
    fn page_start(&self, at: Timestamp) -> String;
    /// A line of that page.
    fn page_line(&self, line: &JournalLine) -> String;
    /// The end of that page.
    fn page_end(&self) -> String;
}

/// Which folders an archive has that others have not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a folder each, in any combination")]
pub struct Has {
    /// The trash.
    pub trash: bool,
    /// Help.
    pub help: bool,
    /// How its holder is told of things.
    pub messages: bool,
    /// What institutions asked for, and were handed.
    pub handed: bool,
    /// Papers that nobody may open, or not yet.
    pub left_out: bool,
}

/// An export that has begun.
#[derive(Debug)]
pub struct Exporting {
    /// The archive; an error in it means that it stopped, and why.
    pub body: Pieces,
    /// When it began.
    pub at: Timestamp,
}

impl Lockers {
    /// Begins to send everything.
    pub async fn export(
        &self,
        caller: &Caller,
        locker: LockerId,
        telling: Arc<dyn Telling>,
    ) -> Result<Exporting, LockerError> {
        let (mut tx, pending) = self.0.door.begin_long::<act::Export>(caller, &Ask::locker(locker)).await?;
        let wraps = keys::all(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let found = changes::every_version(&mut tx, &pending).await?;
        let profile = lockers::profile(&mut tx, &pending).await?;
        let named = HelpRows::read(&mut tx, &pending).await?;
        let help = HelpSealed::read(self, &mut tx, &pending).await?;
        let contact = ContactSealed::read(self, &mut tx, &pending).await?;
        let handed = HandedSealed::read(self, &mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        let written = grant.written();
        let opener = match self.0.vault.opener(&grant, wraps, &collections) {
            Ok(opener) => opener,
            Err(error) => {
                let progress = Progress { seq: written.seq, bytes: 0 };
                self.0.door.close(locker, &[(progress, Reason::Damaged)]).await?;
                return Err(self.damaged(caller, &grant, Object::Locker(locker), error).await);
            }
        };
        let (outlet, body) = watch::stream();
        let mut helpers = named.open(
            |row| opener.open_visit(row),
            |row| opener.open_mandate(row),
            |row, of| self.member_named(row, of),
        );
        helpers.learn_shares(handed.opened(&opener).into_iter(), std::iter::empty());
        let (lockers, caller) = (self.clone(), caller.clone());
        let packer = Packer { lockers, caller, grant, opener, found, profile, help, contact, handed, telling };
        self.0.streams.spawn(packer.run(outlet, helpers));
        Ok(Exporting { body, at: written.at })
    }
}

/// The task that owns an export.
struct Packer {
    lockers: Lockers,
    caller: Caller,
    grant: Grant<act::Export>,
    opener: Opener,
    found: Vec<Found>,
    profile: Option<Vec<u8>>,
    help: HelpSealed,
    contact: ContactSealed,
    handed: HandedSealed,
    telling: Arc<dyn Telling>,
}

/// What goes on while it is packed.
struct Packing<'a> {
    archive: Archive,
    names: Names,
    watch: Watch<'a, act::Export>,
    outlet: &'a Outlet,
    lists: Lists,
    /// Who helped, as far as lines that were read name them.
    helpers: Helpers,
    is_whole: bool,
    /// Something was left out, because nobody may open it.
    has_left_out: bool,
}

impl Packing<'_> {
    /// Sends what the archive has ready.
    async fn send(&mut self) -> Result<(), Reason> {
        while let Some(piece) = self.archive.take() {
            let place = self.watch.place(self.outlet).await?;
            self.watch.count(piece.len() as u64);
            place.send(piece);
            self.watch.due().await?;
        }
        Ok(())
    }

    /// Adds a file that is there at once.
    async fn add(&mut self, path: &str, at: Timestamp, content: &[u8]) -> Result<(), Reason> {
        self.archive.begin(path, at, content.len() as u64)?;
        for piece in content.chunks(64 * 1024) {
            self.archive.write(piece)?;
            self.send().await?;
        }
        self.lists.sum(path, content);
        self.send().await
    }
}

impl Packer {
    async fn run(self, outlet: Outlet, helpers: Helpers) {
        let (lockers, locker, seq) = (self.lockers.clone(), self.grant.locker(), self.grant.written().seq);
        let mut packing = Packing {
            archive: Archive::new(),
            names: Names::default(),
            watch: Watch::new(&self.lockers, &self.caller, &self.grant, seq),
            outlet: &outlet,
            lists: Lists::new(self.telling.locale()),
            helpers,
            is_whole: true,
            has_left_out: false,
        };
        let reason = match self.pack(&mut packing).await {
            Ok(()) if !packing.is_whole => Reason::Damaged,
            Ok(()) if packing.has_left_out => Reason::LeftOut,
            Ok(()) => Reason::Complete,
            Err(reason) => reason,
        };
        let last = packing.archive.finish();
        // The end goes out as the rest did: to a reader who takes it in time, and still may.
        let (reason, end) = match (reason, last) {
            (Reason::Complete | Reason::Damaged | Reason::LeftOut, Ok(last)) => {
                match packing.watch.place(&outlet).await {
                    Ok(place) => {
                        packing.watch.count(last.len() as u64);
                        (reason, Some((place, last)))
                    }
                    Err(stopped) => (stopped, None),
                }
            }
            (reason, _) => (reason, None),
        };
        lockers.0.closer.close(locker, packing.watch.progress(), reason);
        let how = end.map_or(Err(reason), |(place, last)| {
            place.send(last);
            Ok(())
        });
        outlet.end(how);
    }

    fn say(&self, key: &str) -> String {
        say(self.telling.locale(), key)
    }

    async fn pack(&self, packing: &mut Packing<'_>) -> Result<(), Reason> {
        let at = self.grant.written().at;
        let is_trashed = |found: &Found| found.paper().is_some_and(|paper| paper.state == DocumentState::Trashed);
        let trash = self.found.iter().any(is_trashed);
        let left_out = self.found.iter().any(|found| found.paper().is_some_and(|paper| !paper.scanned.opens()));
        let (help, messages, handed) = (!self.help.is_empty(), !self.contact.is_empty(), !self.handed.is_empty());
        let has = Has { trash, help, messages, handed, left_out };
        let told = self.telling.instructions(at, has);
        packing.add(&self.say("export-file-readme"), at, told.as_bytes()).await?;
        let mut titles = HashMap::new();
        for found in &self.found {
            self.version(packing, found, &mut titles).await?;
        }
        let profile = self.profile.as_ref().map(|sealed| self.opener.profile(sealed));
        let profile = match profile.transpose() {
            Ok(profile) => profile,
            Err(error) => {
                self.note_damage(Object::Locker(self.grant.locker()), error).await?;
                packing.is_whole = false;
                None
            }
        };
        let json = packing.lists.json(self.grant.locker(), at, profile.as_ref());
        packing.add(&self.say("export-file-list-json"), at, json.as_bytes()).await?;
        let csv = packing.lists.csv();
        packing.add(&self.say("export-file-list-csv"), at, csv.as_bytes()).await?;
        self.help(packing).await?;
        self.contact(packing).await?;
        self.handed(packing).await?;
        self.journal(packing, &titles, true).await?;
        self.journal(packing, &titles, false).await?;
        let sums = packing.lists.sums();
        packing.add("SHA256SUMS", at, sums.as_bytes()).await
    }

    async fn note_damage(&self, object: Object, error: VaultError) -> Result<(), Reason> {
        match self.lockers.damaged(&self.caller, &self.grant, object, error).await {
            LockerError::Damaged => Ok(()),
            _ => Err(Reason::StoreAway),
        }
    }

    /// Adds one version of one paper; of what does not open, a word that says so.
    async fn version(&self, packing: &mut Packing<'_>, found: &Found, titles: &mut Titles) -> Result<(), Reason> {
        let Found::Paper(version) = found else {
            packing.is_whole = false;
            packing.lists.damaged(found.document());
            return self.note_damage(Object::Document(found.document()), VaultError::Damaged).await;
        };
        // Its key was read when this began: what was destroyed or taken back since is not opened with it.
        if self.is_gone(version).await? {
            return Ok(());
        }
        let object = Object::Version(version.document, version.version);
        let content = match self.opener.content(version) {
            Ok(content) => content,
            Err(error) => {
                packing.is_whole = false;
                packing.lists.damaged(version.document);
                return self.note_damage(object, error).await;
            }
        };
        let is_newest = !titles.contains_key(&version.document);
        titles.entry(version.document).or_insert_with(|| content.document.title.clone());
        let path = self.path(packing, version, &content, is_newest);
        let mut left_out = None;
        let is_intact = match self.packed(packing, version, &content).await? {
            Packed::AsItIs => match self.lockers.whole(&content, version).await {
                Ok(whole) => self.content(packing, whole, &path, version, &content).await?,
                Err(LockerError::Damaged) => false,
                Err(_) => return Err(Reason::StoreAway),
            },
            Packed::Damaged => false,
            Packed::LeftOut(told) => {
                left_out = Some(self.leave_out(packing, version, &path, told).await?);
                true
            }
        };
        if !is_intact && self.is_gone(version).await? {
            // Destroyed, or taken back, while this was being packed: nothing is wrong with it.
            if is_newest {
                titles.remove(&version.document);
            }
            return Ok(());
        }
        if !is_intact {
            self.tell_damaged(packing, version, &path).await?;
        }
        let deposited = version.deposited_at;
        packing.lists.add(Row {
            is_left_out: left_out.is_some(),
            path: left_out.unwrap_or(path),
            is_newest,
            is_intact,
            document: version.document,
            version: version.version,
            number: version.number,
            state: version.state,
            deposited_at: deposited,
            trashed_at: version.trashed_at,
            fields: content.document.clone(),
            file: content.version.clone(),
        });
        Ok(())
    }

    /// Whether a version's paper was destroyed by its holder meanwhile, or the version taken back by who added it.
    async fn is_gone(&self, version: &Paper) -> Result<bool, Reason> {
        let gone = self.lockers.0.door.is_gone_since(&self.grant, version.document, Some(version.version)).await;
        gone.map_err(|_| Reason::StoreAway)
    }

    /// Streams one content. `false` when it is not what was deposited.
    async fn content(
        &self,
        packing: &mut Packing<'_>,
        mut whole: Whole,
        path: &str,
        version: &Paper,
        content: &Content,
    ) -> Result<bool, Reason> {
        packing.archive.begin(path, version.deposited_at, content.version.size)?;
        let (mut since_look, mut next_look) = (0_u64, Instant::now() + LOOK_EVERY);
        loop {
            match whole.next().await {
                Ok(Some(piece)) => {
                    packing.archive.write(&piece)?;
                    packing.send().await?;
                    // What a helper takes back is not sent on, though everything else is.
                    since_look = since_look.saturating_add(piece.len() as u64);
                    if since_look >= LOOK_BYTES || Instant::now() >= next_look {
                        (since_look, next_look) = (0, Instant::now() + LOOK_EVERY);
                        if self.is_gone(version).await? {
                            return Ok(false);
                        }
                    }
                }
                Ok(None) => break,
                Err(LockerError::Damaged) => return Ok(false),
                Err(_) => return Err(Reason::StoreAway),
            }
        }
        packing.lists.known_sum(path, content.version.sha256);
        packing.send().await?;
        Ok(true)
    }

    /// Where a version stands in the archive.
    fn path(&self, packing: &mut Packing<'_>, version: &Paper, content: &Content, is_newest: bool) -> String {
        let locale = self.telling.locale();
        let top = match version.state {
            DocumentState::Live => self.say("export-folder-papers"),
            DocumentState::Trashed => self.say("export-folder-trash"),
        };
        let category = archive::safe(&crate::words::category_label(locale, content.document.kind.category()));
        let name = archive::file_name(content.document.title.as_str(), &content.version);
        let path = if is_newest {
            format!("{top}/{category}/{name}")
        } else {
            let older = self.say("export-folder-older");
            format!("{top}/{category}/{older}/{}", archive::numbered(&name, version.number))
        };
        packing.names.unique(&path)
    }

    /// Learns who those are whom lines name by their place alone: on whose device the holder did something, who offered help.
    async fn learn_members(&self, packing: &mut Packing<'_>, page: &[Kept]) -> Result<(), Reason> {
        let chain = self.grant.locker().chain();
        let named = page.iter().filter_map(|kept| by_place(&kept.entry(chain)?));
        let unknown = packing.helpers.unknown(named);
        if unknown.is_empty() {
            return Ok(());
        }
        let members = self.lockers.0.door.members_named(&self.grant, &unknown).await;
        let members = members.map_err(|_| Reason::StoreAway)?;
        packing.helpers.learn(&members, |row, of| self.lockers.member_named(row, of));
        Ok(())
    }

    /// Adds the journal, oldest line first, until the line of this very export: for programs, or as a page.
    async fn journal(&self, packing: &mut Packing<'_>, titles: &Titles, for_programs: bool) -> Result<(), Reason> {
        let written = self.grant.written();
        let here: HashSet<DocumentId> = self.found.iter().map(Found::document).collect();
        let name = if for_programs { "export-file-journal-json" } else { "export-file-journal-page" };
        packing.archive.begin(&self.say(name), written.at, 0)?;
        let mut file = JournalFile { for_programs, seen: 0, sum: lists::Summing::default() };
        let start = file.start(self, written.at);
        file.write(packing, &start)?;
        loop {
            let page = self.lockers.0.door.lines(&self.grant, file.seen, LINES).await.map_err(|_| Reason::StoreAway)?;
            self.learn_members(packing, &page).await?;
            self.learn_readers(packing, &page);
            let mut text = String::new();
            for kept in page.iter().filter(|kept| kept.seq <= written.seq) {
                let line = JournalLine::read(kept, self.grant.locker(), titles, &here, &packing.helpers);
                file.add(&mut text, self, kept, &line);
            }
            file.write(packing, &text)?;
            packing.send().await?;
            match page.last() {
                Some(last) if last.seq < written.seq => file.seen = last.seq,
                _ => break,
            }
        }
        let end = file.end(self);
        file.write(packing, &end)?;
        packing.lists.known_sum(&self.say(name), Sha256Sum::from_bytes(file.sum.done()));
        packing.send().await
    }
}

/// A journal as it is written out.
struct JournalFile {
    for_programs: bool,
    seen: u64,
    sum: lists::Summing,
}

impl JournalFile {
    fn write(&mut self, packing: &mut Packing<'_>, text: &str) -> Result<(), Reason> {
        self.sum.add(text.as_bytes());
        packing.archive.write(text.as_bytes())
    }

    fn start(&self, packer: &Packer, at: Timestamp) -> String {
        if self.for_programs {
            let chain = packer.grant.locker().chain();
            format!("{{\"format\":\"consigne-journal-1\",\"chain\":\"{chain}\",\"lines\":[")
        } else {
            packer.telling.page_start(at)
        }
    }

    fn add(&self, text: &mut String, packer: &Packer, kept: &Kept, line: &JournalLine) {
        if self.for_programs {
            text.push_str(if kept.seq == 1 { "\n" } else { ",\n" });
            text.push_str(&lists::journal_line(packer.telling.line(line), kept).to_string());
        } else {
            text.push_str(&packer.telling.page_line(line));
        }
    }

    fn end(&self, packer: &Packer) -> String {
        if self.for_programs { "\n]}\n".to_owned() } else { packer.telling.page_end() }
    }
}
