//! Receipts: what was added, when, by whom, how large, and its SHA-256; of one version, and of all that a locker holds today.

use std::collections::HashSet;

use super::attestation::Tongues;
use super::attesting::set;
use super::consult::{AddedBy, giver};
use super::{LockerError, Lockers};
use crate::access::{Ask, Caller};
use crate::domain::document::{DocumentState, Origin, Whose};
use crate::domain::entry::Object;
use crate::domain::ids::{DocumentId, LockerId, VersionId};
use crate::domain::source::Timestamp;
use crate::pdf::{Block, Paper, Said, Table};
use crate::store::grant::{Held, act};
use crate::words::{Locale, Value, category_label, day, kind_label, listed, moment, say, say_with, size};

use super::views::PaperView;

/// Most papers that one list has, the newest first.
const MOST: usize = 1_000;

/// Who added a version, in words: « Nadia Benali, CCAS ».
fn added_by(tongues: &Tongues, by: &AddedBy, holder: &str) -> Said {
    match by {
        AddedBy::Holder => Said::plain(holder),
        AddedBy::Helper(seen) => {
            let names = [Some(&seen.name), seen.organisation.as_ref()].into_iter().flatten();
            Said::plain(names.map(crate::domain::organisation::Name::as_str).collect::<Vec<_>>().join(", "))
        }
        AddedBy::Institution(name) => Said::plain(name.as_str()),
        AddedBy::Somebody => tongues.say("receipt-by-somebody"),
    }
}

pub(super) fn exact_size(locale: Locale, bytes: u64) -> String {
    let round = size(locale, bytes);
    if bytes < 1024 {
        return round;
    }
    say_with(locale, "receipt-bytes", &[("size", Value::Text(&round)), ("bytes", Value::Number(bytes))])
}

/// The receipt of one version.
fn of_version(view: &PaperView, by: &AddedBy, holder: &str, made_at: Timestamp, other: Option<Locale>) -> Paper {
    let tongues = Tongues(other);
    let whose = match view.fields.whose {
        Whose::Me => "receipt-whose-me",
        Whose::Child => "receipt-whose-child",
        Whose::Spouse => "receipt-whose-spouse",
    };
    let number = view.number.to_string();
    let mut facts = vec![
        (tongues.say("receipt-holder"), Said::plain(holder)),
        (tongues.say("receipt-paper"), Said::plain(view.fields.title.as_str())),
        (tongues.say("receipt-kind"), tongues.each(|locale| kind_label(locale, view.fields.kind))),
        (tongues.say("receipt-category"), tongues.each(|locale| category_label(locale, view.category()))),
        (tongues.say("receipt-whose"), tongues.say(whose)),
        (tongues.say("receipt-version"), Said::plain(number)),
        (tongues.say("receipt-added"), tongues.each(|locale| moment(locale, view.deposited_at))),
        (tongues.say("receipt-by"), added_by(&tongues, by, holder)),
    ];
    let origin = match view.file.origin_now() {
        Origin::OriginalSeen => tongues.each(|locale| {
            let seen = |seen: &crate::domain::acting::OriginalSeen| {
                let day = day(locale, seen.at());
                let name = ("name", Value::Text(seen.name.as_str()));
                let organisation = ("organisation", Value::Text(seen.organisation.as_str()));
                say_with(locale, "receipt-seen", &[name, organisation, ("day", Value::Text(&day))])
            };
            listed(locale, &view.file.seen.iter().map(seen).collect::<Vec<_>>())
        }),
        Origin::Brought => tongues.say("receipt-brought"),
        Origin::Issued => tongues.each(|locale| match &view.file.issued {
            Some(issued) => say_with(locale, "receipt-issued", &[("name", Value::Text(issued.name.as_str()))]),
            None => say(locale, "receipt-by-somebody"),
        }),
    };
    facts.extend([
        (tongues.say("receipt-origin"), origin),
        (tongues.say("receipt-file"), Said::plain(view.file.file_name.as_str())),
        (tongues.say("receipt-size"), tongues.each(|locale| exact_size(locale, view.file.size))),
        (tongues.say("receipt-sum"), Said::plain(view.file.sha256.to_string())),
    ]);
    let blocks = vec![
        Block::Title(tongues.say("receipt-title")),
        Block::Paragraph(tongues.say("receipt-intro")),
        Block::Facts(facts),
        Block::Paragraph(tongues.say("receipt-sum-is")),
        Block::Paragraph(tongues.say("receipt-no-original")),
        Block::Fine(tongues.at("attest-made", made_at)),
    ];
    made("receipt-title", blocks, made_at, other)
}

/// What a locker holds: each paper with the one who added it.
struct Holding<'a> {
    papers: &'a [(PaperView, AddedBy)],
    damaged: usize,
    /// Papers that are too many for one list.
    older: usize,
    used: u64,
    holder: &'a str,
}

fn of_locker(holding: &Holding<'_>, made_at: Timestamp, other: Option<Locale>) -> Paper {
    let tongues = Tongues(other);
    let count = u64::try_from(holding.papers.len()).unwrap_or(u64::MAX);
    let counted = tongues.each(|locale| say_with(locale, "receipt-all-count", &[("count", Value::Number(count))]));
    let facts = vec![
        (tongues.say("receipt-holder"), Said::plain(holding.holder)),
        (tongues.say("receipt-all-on"), tongues.each(|locale| moment(locale, made_at))),
        (tongues.say("receipt-all-papers"), counted),
        (tongues.say("receipt-size"), tongues.each(|locale| exact_size(locale, holding.used))),
    ];
    let first = Tongues(None);
    let columns = [
        ("receipt-paper", 3.2),
        ("receipt-added", 1.9),
        ("receipt-by", 2.2),
        ("receipt-size", 1.2),
        ("receipt-sum", 3.6),
    ];
    let row = |(view, by): &(PaperView, AddedBy)| {
        let kind = kind_label(Locale::Fr, view.fields.kind);
        let title = view.fields.title.as_str();
        let paper = if title == kind { kind } else { format!("{title} ({kind})") };
        vec![
            paper,
            moment(Locale::Fr, view.deposited_at),
            added_by(&first, by, holding.holder).first,
            size(Locale::Fr, view.file.size),
            view.file.sha256.to_string(),
        ]
    };
    let mut blocks = vec![
        Block::Title(tongues.say("receipt-all-title")),
        Block::Facts(facts),
        Block::Table(Table {
            columns: columns.map(|(key, part)| (tongues.say(key), part)).into(),
            rows: holding.papers.iter().map(row).collect(),
        }),
    ];
    if holding.older > 0 {
        let count = u64::try_from(holding.older).unwrap_or(u64::MAX);
        let told = |locale| say_with(locale, "receipt-all-older", &[("count", Value::Number(count))]);
        blocks.push(Block::Paragraph(tongues.each(told)));
    }
    if holding.damaged > 0 {
        let count = u64::try_from(holding.damaged).unwrap_or(u64::MAX);
        let told = |locale| say_with(locale, "receipt-all-damaged", &[("count", Value::Number(count))]);
        blocks.push(Block::Paragraph(tongues.each(told)));
    }
    blocks.push(Block::Paragraph(tongues.say("receipt-sum-is")));
    blocks.push(Block::Paragraph(tongues.say("receipt-no-original")));
    made("receipt-all-title", blocks, made_at, other)
}

pub(super) fn made(title: &str, blocks: Vec<Block>, made_at: Timestamp, other: Option<Locale>) -> Paper {
    let title = say(Locale::Fr, title);
    let foot = format!("{title} · {}", moment(Locale::Fr, made_at));
    Paper { title, language: Locale::Fr.code(), second: other.map(Locale::code), made_at, pages: None, foot, blocks }
}

/// The language below the French, for who reads another.
pub(super) fn below(reads: Locale) -> Option<Locale> {
    Some(reads).filter(|locale| *locale != Locale::Fr)
}

impl Lockers {
    /// The receipt of a version, the newest unless one is named: a PDF.
    pub async fn receipt(
        &self,
        caller: &Caller,
        (locker, document): (LockerId, DocumentId),
        version: Option<VersionId>,
        reads: Locale,
    ) -> Result<Vec<u8>, LockerError> {
        let place = self.place_to_print(caller)?;
        let ask = Ask::paper(locker, document, version);
        let (grant, ring, shelves) = self.enter::<act::ReceiptDocument>(caller, &ask).await?;
        let profile = self.door().profile_of(&grant).await?.unwrap_or_default();
        let paper = grant.paper().ok_or(LockerError::Damaged)?;
        let opened = ring.open_paper(&shelves, paper).and_then(|(fields, file)| {
            let holder = ring.open_holder(&shelves, &profile)?;
            Ok((PaperView::new(paper, fields, file, self.today()), holder))
        });
        let (view, holder) = match opened {
            Ok(opened) => opened,
            Err(error) => return Err(self.damaged(caller, &grant, Object::Document(document), error).await),
        };
        let at = view.deposited_at;
        let (visits, ..) = self.door().named_between(&grant, (at, at), &HashSet::new()).await?;
        let by = view.file.deposited_by.0;
        let is_own = grant.person() == Some(by);
        let issued = view.file.issued.as_ref().map(|issued| AddedBy::Institution(issued.name.clone()));
        let by = match grant.help() {
            _ if issued.is_some() => issued.unwrap_or(AddedBy::Somebody),
            None if is_own => AddedBy::Holder,
            // Who else helps is between them and the holder.
            Some(_) if !is_own => AddedBy::Somebody,
            _ => giver((&ring, &shelves), &visits, by, at),
        };
        set(of_version(&view, &by, holder.as_str(), grant.written().at, below(reads)), place).await
    }

    /// The receipt of all that a locker holds today, outside the trash: a PDF.
    pub async fn receipt_of_all(
        &self,
        caller: &Caller,
        locker: LockerId,
        reads: Locale,
    ) -> Result<Vec<u8>, LockerError> {
        let place = self.place_to_print(caller)?;
        let all = self.rows::<act::ReceiptLocker>(caller, &Ask::locker(locker)).await?;
        let made_at = all.grant.written().at;
        let profile = self.door().profile_of(&all.grant).await?.unwrap_or_default();
        let holder = match all.ring.open_holder(&all.shelves, &profile) {
            Ok(holder) => holder,
            Err(error) => return Err(self.damaged(caller, &all.grant, Object::Locker(locker), error).await),
        };
        let (views, damaged) = self.every_paper(caller, &all).await?;
        let mut live: Vec<PaperView> = views.into_iter().filter(|view| view.state == DocumentState::Live).collect();
        let older = live.len().saturating_sub(MOST);
        live.truncate(MOST);
        let times = || live.iter().map(|view| view.deposited_at);
        let span = times().min().zip(times().max()).unwrap_or((made_at, made_at));
        let (visits, ..) = self.door().named_between(&all.grant, span, &HashSet::new()).await?;
        let own = all.grant.person();
        let with_giver = |view: PaperView| {
            let by = view.file.deposited_by.0;
            let by = if let Some(issued) = &view.file.issued {
                AddedBy::Institution(issued.name.clone())
            } else if Some(by) == own {
                AddedBy::Holder
            } else {
                giver((&all.ring, &all.shelves), &visits, by, view.deposited_at)
            };
            (view, by)
        };
        let used = live.iter().map(|view| view.file.size).sum();
        let papers: Vec<_> = live.into_iter().map(with_giver).collect();
        let holding = Holding { papers: &papers, damaged: damaged.len(), older, used, holder: holder.as_str() };
        set(of_locker(&holding, made_at, below(reads)), place).await
    }
}
