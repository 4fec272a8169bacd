//! Everything that an institution was handed, as one ZIP, streamed: papers as they were added, the cover sheet, a list for programs. Memory does
//! not grow with the papers. `merging` makes the one PDF.
//!
//! The line of the whole is committed before anything is told; each paper's line before its bytes. What its holder has put away meanwhile is left
//! out, and cover and list say so; what stops the share stops the stream, and the ZIP does not open then.

use std::collections::HashMap;

use bytes::Bytes;
use serde_json::json;

use super::cover::{self, Absent, Cover, Form, Part};
use super::export::archive::{Archive, Names, named};
use super::share_receipts::{paper_value, share_value};
use super::sharing::Stated;
use super::watch::{self, Outlet, Pieces, Watch};
use super::whole::Whole;
use super::{LockerError, Lockers};
use crate::access::{Caller, Progress, Refusal};
use crate::domain::entry::Reason;
use crate::domain::ids::ShareId;
use crate::domain::organisation::Name;
use crate::domain::request::Piece;
use crate::domain::share::{GonePaper, HandedPaper, ShareFields};
use crate::domain::source::Timestamp;
use crate::pdf;
use crate::store::grant::{Grant, Held, TakesAll, act};
use crate::store::keys::WrapRow;
use crate::store::shares::ShareRow;
use crate::vault::VaultError;

/// The cover sheet in the ZIP.
const COVER: &str = "feuille-de-transmission.pdf";
/// The list in it, for programs.
const LIST: &str = "liste.json";
/// The folder of papers in it.
const FOLDER: &str = "papiers";
/// What the list's own name for its shape is.
const FORMAT: &str = "consigne-papers-1";

/// Everything of a share, being fetched by the institution that it was handed to.
pub(super) struct Fetching<A: TakesAll> {
    pub(super) lockers: Lockers,
    pub(super) caller: Caller,
    pub(super) grant: Grant<A>,
    pub(super) row: ShareRow,
    pub(super) fields: ShareFields,
    pub(super) pieces: Vec<Piece>,
    pub(super) reader: Option<Stated>,
    /// The service, by its name.
    pub(super) service: String,
}

/// One of its papers, whose line is written.
pub(super) struct Opened {
    pub(super) grant: Grant<act::ReadContent>,
    pub(super) whole: Whole,
}

impl Lockers {
    /// Begins to fetch everything. `fits`: whether a file can be made of it.
    pub(super) async fn fetching<A: TakesAll>(
        &self,
        caller: &Caller,
        (share, reader): (ShareId, Option<Name>),
        home: &str,
        fits: impl FnOnce(&ShareRow, &ShareFields) -> Result<(), Reason>,
    ) -> Result<Fetching<A>, LockerError> {
        let reader = reader.map(|name| Stated::new(self.source(), name));
        let seal = |locker, seq| self.0.vault.seal_reader(locker, seq, &reader.as_ref()?.fields).ok();
        let mut opened = None;
        let stated = reader.as_ref().map(|reader| (reader.hash, &seal as &(dyn Fn(_, _) -> _ + Sync)));
        let may = |row: &ShareRow| {
            let fields = self.0.vault.open_handed(row).map_err(|_| Reason::Damaged)?;
            fits(row, &fields)?;
            opened = Some(fields);
            Ok(())
        };
        let (grant, fetched) = self.door().begin_bundle::<A>(caller, share, stated, may).await?;
        let fields = opened.ok_or(LockerError::Damaged)?;
        let (pieces, service) = (self.pieces_of(&fetched), self.service_name(home).to_owned());
        let (lockers, caller) = (self.clone(), caller.clone());
        Ok(Fetching { lockers, caller, grant, row: fetched.row, fields, pieces, reader, service })
    }

    /// An institution's program fetches everything that it was handed, as one ZIP. `reader`: for whom, as it says. `home`: where the service is.
    pub async fn receive_archive(
        &self,
        caller: &Caller,
        of: (ShareId, Option<Name>),
        home: &str,
    ) -> Result<Pieces, LockerError> {
        let fetching = self.fetching::<act::ReceiveArchive>(caller, of, home, |_, _| Ok(())).await?;
        let (outlet, body) = watch::stream();
        self.0.streams.spawn(fetching.run(outlet));
        Ok(body)
    }
}

impl<A: TakesAll> Fetching<A> {
    pub(super) fn made_at(&self) -> Timestamp {
        self.grant.written().at
    }

    /// Begins to read one of its papers: `Err` within when it is not there any more, though the rest may still be read.
    pub(super) async fn open(&self, place: u16, watch: &mut Watch<'_, A>) -> Result<Result<Opened, Absent>, Reason> {
        let seal = |locker, seq| self.lockers.0.vault.seal_reader(locker, seq, &self.reader.as_ref()?.fields).ok();
        let stated = self.reader.as_ref().map(|reader| (reader.hash, &seal as &(dyn Fn(_, _) -> _ + Sync)));
        let begun = self.lockers.door().begin_bundled_reading(&self.caller, &self.grant, place, stated).await;
        let (grant, wraps) = match begun {
            Ok(begun) => begun,
            Err(Refusal::Away(_)) => return Err(Reason::StoreAway),
            Err(Refusal::Denied(reason)) => {
                // The share as such says whether it is this paper alone.
                watch.look().await?;
                return match reason {
                    Reason::ShareOver | Reason::UnknownDocument => Ok(Err(Absent::Gone)),
                    Reason::Infected => Ok(Err(Absent::Infected)),
                    other => Err(other),
                };
            }
        };
        match self.whole(&grant, &wraps).await {
            Ok(whole) => Ok(Ok(Opened { grant, whole })),
            Err(reason) => {
                let progress = Progress { seq: grant.written().seq, bytes: 0 };
                self.lockers.0.closer.close(grant.locker(), progress, reason);
                match reason {
                    Reason::Damaged => Ok(Err(Absent::Damaged)),
                    Reason::UnknownDocument => Ok(Err(Absent::Gone)),
                    other => Err(other),
                }
            }
        }
    }

    async fn whole(&self, grant: &Grant<act::ReadContent>, wraps: &[WrapRow]) -> Result<Whole, Reason> {
        let row = grant.paper().ok_or(Reason::Damaged)?;
        let content = match self.lockers.0.vault.open_content(grant, wraps) {
            Ok(content) => content,
            Err(error) => return Err(self.lockers.does_not_open(&self.caller, grant, row, error).await.1),
        };
        match self.lockers.whole(&content, row).await {
            Ok(whole) => Ok(whole),
            Err(error) => Err(self.unread(grant, error).await),
        }
    }

    /// The next piece of a paper.
    pub(super) async fn next(
        &self,
        grant: &Grant<act::ReadContent>,
        whole: &mut Whole,
    ) -> Result<Option<Bytes>, Reason> {
        match whole.next().await {
            Ok(piece) => Ok(piece),
            Err(error) => Err(self.unread(grant, error).await),
        }
    }

    async fn unread(&self, grant: &Grant<act::ReadContent>, error: LockerError) -> Reason {
        match (error, grant.paper()) {
            (LockerError::Damaged, Some(row)) => {
                self.lockers.does_not_open(&self.caller, grant, row, VaultError::Damaged).await.1
            }
            (LockerError::Damaged, None) => Reason::Damaged,
            _ => Reason::StoreAway,
        }
    }

    /// What stands before the papers.
    pub(super) const fn cover<'a>(
        &'a self,
        form: Form,
        made_at: Timestamp,
        is_demo: bool,
        parts: &'a [Part],
    ) -> Cover<'a> {
        let (fields, pieces) = (&self.fields, self.pieces.as_slice());
        let (given_at, until, service) = (self.row.from, self.row.until, self.service.as_str());
        Cover { form, fields, pieces, given_at, until, made_at, service, is_demo, parts }
    }
}

/// How the whole ended: all of it went out, or all but what nobody may open.
pub(super) fn reason_of(parts: &[Part]) -> Reason {
    let is_lacking = |part: &Part| matches!(part, Part::Absent(absent) if !absent.is_in_zip());
    if parts.iter().any(is_lacking) { Reason::LeftOut } else { Reason::Complete }
}

/// What goes on while it is packed.
struct Packing<'a> {
    archive: Archive,
    names: Names,
    watch: Watch<'a, act::ReceiveArchive>,
    outlet: &'a Outlet,
    paths: HashMap<u16, String>,
}

impl Packing<'_> {
    /// Sends bytes in which there are some of a paper: what is looked at is both whether that may go on, and the whole.
    async fn send(&mut self, paper: &mut Watch<'_, act::ReadContent>, bytes: Bytes) -> Result<(), Reason> {
        let place = paper.place(self.outlet).await?;
        self.watch.count(bytes.len() as u64);
        self.watch.due().await?;
        place.send(bytes);
        Ok(())
    }

    /// Adds a file of ours.
    async fn add(&mut self, path: &str, at: Timestamp, content: &[u8]) -> Result<(), Reason> {
        self.archive.begin(path, at, content.len() as u64)?;
        self.archive.write(content)?;
        let bytes = self.archive.take_all()?;
        let place = self.watch.place(self.outlet).await?;
        self.watch.count(bytes.len() as u64);
        place.send(bytes);
        Ok(())
    }
}

impl Fetching<act::ReceiveArchive> {
    async fn run(self, outlet: Outlet) {
        let (lockers, locker, seq) = (self.lockers.clone(), self.grant.locker(), self.grant.written().seq);
        let mut packing = Packing {
            archive: Archive::new(),
            names: Names::default(),
            watch: Watch::new(&self.lockers, &self.caller, &self.grant, seq),
            outlet: &outlet,
            paths: HashMap::new(),
        };
        let packed = self.pack(&mut packing).await;
        let last = packing.archive.finish();
        let ended = match (packed, last) {
            (Ok(reason), Ok(last)) => packing.watch.place(&outlet).await.map(|place| (reason, place, last)),
            (Err(reason), _) | (_, Err(reason)) => Err(reason),
        };
        if let Ok((_, _, last)) = &ended {
            packing.watch.count(last.len() as u64);
        }
        let reason = ended.as_ref().map_or_else(|reason| *reason, |(reason, ..)| *reason);
        lockers.0.closer.close(locker, packing.watch.progress(), reason);
        let how = ended.map(|(_, place, last)| place.send(last));
        outlet.end(how);
    }

    async fn pack(&self, packing: &mut Packing<'_>) -> Result<Reason, Reason> {
        let mut parts = Vec::with_capacity(self.fields.papers.len());
        for paper in &self.fields.papers {
            let part = match self.open(paper.place, &mut packing.watch).await? {
                Ok(opened) => self.paper(packing, paper, opened).await?,
                Err(absent) => Part::Absent(absent),
            };
            parts.push(part);
        }
        // What describes papers goes out under the same look as they do.
        packing.watch.look().await?;
        let at = self.made_at();
        let sheet = cover::paper(&self.cover(Form::Archive, at, self.lockers.is_demo(), &parts));
        let sheet = self.lockers.sheet(sheet).await?;
        packing.add(COVER, at, &sheet).await?;
        let list = self.list(&packing.paths, &parts);
        packing.add(LIST, at, list.as_bytes()).await?;
        Ok(reason_of(&parts))
    }

    /// Streams one paper; its line is closed with what went out.
    async fn paper(&self, packing: &mut Packing<'_>, paper: &HandedPaper, mut opened: Opened) -> Result<Part, Reason> {
        let name = named(paper.title.as_str(), &paper.media_type, &paper.file_name);
        let path = packing.names.unique(&format!("{FOLDER}/{:02} - {name}", paper.place));
        let Opened { grant, whole } = &mut opened;
        let (locker, seq) = (grant.locker(), grant.written().seq);
        packing.archive.begin(&path, Timestamp::from_micros(paper.deposited_at), paper.size)?;
        packing.paths.insert(paper.place, path);
        let mut watch = Watch::new(&self.lockers, &self.caller, grant, seq);
        let sent = self.content(packing, (grant, whole), &mut watch).await;
        self.lockers.0.closer.close(locker, watch.progress(), sent.err().unwrap_or(Reason::Complete));
        sent.map(|()| Part::Whole)
    }

    async fn content(
        &self,
        packing: &mut Packing<'_>,
        (grant, whole): (&Grant<act::ReadContent>, &mut Whole),
        watch: &mut Watch<'_, act::ReadContent>,
    ) -> Result<(), Reason> {
        while let Some(piece) = self.next(grant, whole).await? {
            packing.archive.write(&piece)?;
            while let Some(bytes) = packing.archive.take() {
                packing.send(watch, bytes).await?;
            }
            watch.count(piece.len() as u64);
            watch.due().await?;
        }
        // To the last byte, before its line says so.
        let rest = packing.archive.take_all()?;
        packing.send(watch, rest).await
    }

    /// What is in the ZIP, for programs.
    fn list(&self, paths: &HashMap<u16, String>, parts: &[Part]) -> String {
        let one = |(paper, part): (&HandedPaper, &Part)| {
            // Of what its holder has put away or destroyed meanwhile, nothing is told but where it was.
            if *part == Part::Absent(Absent::Gone) {
                let (kind, gone) = (paper.kind.code(), Absent::Gone.code());
                return json!({"place": paper.place, "piece": paper.piece, "kind": kind, "left_out": gone});
            }
            let mut value = paper_value(paper);
            if let Some(members) = value.as_object_mut() {
                match part {
                    Part::Absent(absent) => members.insert("left_out".to_owned(), absent.code().into()),
                    Part::Whole | Part::Pages(..) => {
                        members.insert("file".to_owned(), paths.get(&paper.place).cloned().into())
                    }
                };
            }
            value
        };
        let mut value = share_value(&self.row, &self.fields);
        if let Some(members) = value.as_object_mut() {
            let papers: Vec<_> = self.fields.papers.iter().zip(parts).map(one).collect();
            // What was destroyed before: where it was, and of which kind.
            let gone =
                |paper: &GonePaper| json!({"place": paper.place, "piece": paper.piece, "kind": paper.kind.code()});
            let destroyed: Vec<_> = self.fields.destroyed.iter().map(gone).collect();
            let made_at = self.made_at().rfc3339();
            let own = json!({"format": FORMAT, "made_at": made_at, "papers": papers, "destroyed": destroyed});
            members.extend(own.as_object().cloned().unwrap_or_default());
        }
        format!("{value:#}\n")
    }
}

impl Lockers {
    /// Sets a cover sheet, off the threads that answer others, a few at a time.
    async fn sheet(&self, paper: pdf::Paper) -> Result<Vec<u8>, Reason> {
        let place = self.0.merging.sheets.clone().acquire_owned().await.map_err(|_| Reason::Interrupted)?;
        let set = tokio::task::spawn_blocking(move || {
            let _place = place;
            pdf::set(&paper)
        });
        match set.await {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(error)) => {
                tracing::error!(%error, "a cover sheet was not made");
                Err(Reason::Interrupted)
            }
            Err(_) => Err(Reason::Interrupted),
        }
    }
}
