//! Giving papers to somebody without an account: the code, the paper that bears it, and what was done with it, for the holder.

use std::collections::HashMap;
use std::collections::hash_map::Entry as Slot;

use super::attesting::{Addresses, set};
use super::sharing::{ShareView, days_on, reader_hash, wrong};
use super::sheet_paper::made;
use super::{LockerError, Lockers};
use crate::access::{Caller, NewCodeShare};
use crate::domain::bearer::{DAYS_TO_BEGIN, DAYS_USUAL, is_marked};
use crate::domain::code::Code;
use crate::domain::document::{Day, DocumentState, FieldError};
use crate::domain::entry::{Action, Actor, Entry, Object, Outcome, Reason};
use crate::domain::help::Purpose;
use crate::domain::ids::{DocumentId, LockerId, MembershipId, ShareId, VersionId};
use crate::domain::organisation::Name;
use crate::domain::request::DAYS_MAX;
use crate::domain::share::{CodeTerms, HandedPaper, PAPERS_MAX, READINGS_MAX, ShareFields, SharedPaper};
use crate::domain::source::Timestamp;
use crate::journal::chain::Kept;
use crate::pdf::{Block, Paper as Sheet, Said};
use crate::store::documents::{self, Found, Paper};
use crate::store::grant::{Held, Pending, act};
use crate::store::organisations::{self, MembershipRow};
use crate::store::{Tx, entries, keys, lockers, shares};
use crate::vault::VaultError;
use crate::vault::sharing::{Handed, Handing};
use crate::words::{self, Locale, Value, day, purpose_told, say, say_with};

/// Lines of the journal read in one go, and at most, to find what was done with a share.
const LINES: u32 = 200;
/// Most lines that are read so.
const LINES_MAX: u32 = 20_000;

/// What the holder gives to somebody.
#[derive(Debug, Clone)]
pub struct ToSomebody {
    /// The papers, each in the version that they saw, or the newest.
    pub papers: Vec<(DocumentId, Option<VersionId>)>,
    /// To whom.
    pub recipient: Name,
    /// What for.
    pub purpose: Purpose,
    /// The last day on which it may be read; for a code whose time begins at its first use, the last on which it can begin.
    pub until: Option<Day>,
    /// So many days from the first use.
    pub days: Option<u16>,
    /// How often papers may be opened at most.
    pub readings: Option<u32>,
    /// Whether papers that can't be marked are shown as they are.
    pub unmarked: bool,
}

/// What was given.
#[derive(Debug)]
pub struct GivenCode {
    /// Its id.
    pub share: ShareId,
    /// The code: told once, and kept nowhere.
    pub code: Code,
    /// Until when, at the latest.
    pub until: Timestamp,
}

/// What came of a form by which papers are given.
#[derive(Debug)]
pub enum GivenOnce {
    /// It was given, now.
    Now(GivenCode),
    /// The same form had given it before: its code was told then.
    Before(ShareId),
}

/// Where a code is typed.
#[derive(Debug, Clone)]
pub struct CodeAt {
    /// As people type it.
    pub typed: String,
    /// As a picture leads there.
    pub picture: String,
}

/// Something that was done with what was handed over.
#[derive(Debug, Clone)]
pub struct Use {
    /// When.
    pub at: Timestamp,
    /// What.
    pub action: Action,
    /// Why it was refused, if it was.
    pub refused: Option<Reason>,
    /// Who, as they or their program said; or as their issuer does.
    pub reader: Option<Name>,
    /// Whether their issuer vouches for that name.
    pub is_vouched: bool,
    /// Which of the papers, by its place.
    pub place: Option<u16>,
}

impl Lockers {
    /// The holder gives papers to somebody without an account.
    pub async fn give_by_code(
        &self,
        caller: &Caller,
        locker: LockerId,
        given: &ToSomebody,
    ) -> Result<GivenCode, LockerError> {
        let share = ShareId::draw(self.source());
        let begun = self.door().begin_giving_by_code(caller, locker, share).await?;
        self.finish_giving(caller, (locker, share), given, begun).await
    }

    /// The same by a page's form, told from others by what it is and by what was typed: sent again, it gives nothing new.
    pub async fn give_by_code_once(
        &self,
        caller: &Caller,
        locker: LockerId,
        given: &ToSomebody,
        form: &[u8],
    ) -> Result<GivenOnce, LockerError> {
        let share = self.0.vault.lookup().share_of_form(locker, form);
        let (mut tx, pending) = self.door().begin_giving_by_code(caller, locker, share).await?;
        // The locker is locked: of two that come at once, the second finds what the first gave.
        if shares::find(&mut tx, locker, share).await?.is_some() {
            drop((tx, pending));
            return Ok(GivenOnce::Before(share));
        }
        Ok(GivenOnce::Now(self.finish_giving(caller, (locker, share), given, (tx, pending)).await?))
    }

    async fn finish_giving(
        &self,
        caller: &Caller,
        (locker, share): (LockerId, ShareId),
        given: &ToSomebody,
        (mut tx, pending): (Tx, Pending<act::GiveShare>),
    ) -> Result<GivenCode, LockerError> {
        match self.given_by_code(&mut tx, &pending, share, given).await {
            Ok((new, code)) => {
                let until = new.until;
                self.door().give_by_code(tx, pending, new).await?;
                Ok(GivenCode { share, code, until })
            }
            Err(error @ LockerError::Field { .. }) => {
                drop((tx, pending));
                self.door().note_not_shared(caller, locker).await?;
                Err(error)
            }
            Err(error) => Err(error),
        }
    }

    /// Writes down that papers were not given: what was typed does not read. Who may not is told so first.
    pub async fn note_unread_giving(&self, caller: &Caller, locker: LockerId) -> Result<(), LockerError> {
        let share = ShareId::draw(self.source());
        let begun = self.door().begin_giving_by_code(caller, locker, share).await?;
        drop(begun);
        Ok(self.door().note_not_shared(caller, locker).await?)
    }

    async fn given_by_code(
        &self,
        tx: &mut Tx,
        pending: &Pending<act::GiveShare>,
        share: ShareId,
        given: &ToSomebody,
    ) -> Result<(NewCodeShare, Code), LockerError> {
        let until = self.lasts_by_code(given)?;
        if given.readings.is_some_and(|most| !(1..=READINGS_MAX).contains(&most)) {
            return Err(wrong("readings", FieldError::OutOfBounds(READINGS_MAX)));
        }
        let most = u32::try_from(PAPERS_MAX).unwrap_or(u32::MAX);
        if given.papers.is_empty() || given.papers.len() > PAPERS_MAX {
            return Err(wrong("papers", FieldError::OutOfBounds(most)));
        }
        let wraps = keys::of_locker(tx, pending).await?;
        let collections = lockers::collections(tx, pending).await?;
        let profile = lockers::profile(tx, pending).await?.ok_or(VaultError::Damaged)?;
        let found = documents::all(tx, pending).await?;
        // Each is named by itself: nothing comes with a category, nor is there twice.
        let paper = |(document, version): &(DocumentId, Option<VersionId>)| -> Result<&Paper, LockerError> {
            let is_it = |paper: &&Paper| {
                paper.document == *document
                    && paper.state == DocumentState::Live
                    && paper.scanned.opens()
                    && version.is_none_or(|version| version == paper.version)
            };
            found.iter().filter_map(Found::paper).find(is_it).ok_or(wrong("papers", FieldError::NoSuchPaper))
        };
        let mut handing: Vec<Handing<'_>> = Vec::with_capacity(given.papers.len());
        for (place, chosen) in (1_u16..).zip(&given.papers) {
            let one = Handing { place, piece: 0, paper: paper(chosen)? };
            if handing.iter().any(|other| other.paper.document == one.paper.document) {
                return Err(wrong("papers", FieldError::Unchanged));
            }
            handing.push(one);
        }
        let make = |holder: Name, papers: Vec<HandedPaper>| {
            let may = given.unmarked || papers.iter().all(|paper| is_marked(&paper.media_type));
            may.then(|| ShareFields {
                institution: given.recipient.clone(),
                legal_basis: None,
                purpose: given.purpose.clone(),
                reference: None,
                holder,
                papers,
                refused: Vec::new(),
                unmarked: given.unmarked,
                destroyed: Vec::new(),
            })
        };
        let sealed = self.0.vault.hand_over(pending, (&wraps, &collections, &profile), share, &handing, make)?;
        let Handed { details, shown } = sealed.ok_or(wrong("unmarked", FieldError::Unmarked))?;
        let code = Code::draw(self.source());
        let lookup = self.0.vault.lookup();
        let names = self.0.vault.surnames(pending, (&wraps, &collections, &profile))?;
        let names = names.map(|name| lookup.share_surname(&code, &name));
        let terms = CodeTerms { lookup: lookup.share_code(&code), names, days: given.days, used_at: None };
        let papers = handing.iter().map(|one| SharedPaper {
            place: one.place,
            document: one.paper.document,
            version: one.paper.version,
        });
        let papers = papers.collect();
        Ok((NewCodeShare { share, terms, until, readings_max: given.readings, papers, details, shown }, code))
    }

    /// Until when, at the latest.
    fn lasts_by_code(&self, given: &ToSomebody) -> Result<Timestamp, LockerError> {
        if given.days.is_some_and(|days| !(1..=DAYS_MAX).contains(&days)) {
            return Err(wrong("days", FieldError::OutOfBounds(DAYS_MAX.into())));
        }
        let last = match given.until {
            Some(day) => Some(self.may_last(day, DAYS_MAX)?),
            None => days_on(self.today(), if given.days.is_some() { DAYS_TO_BEGIN } else { DAYS_USUAL }),
        };
        last.and_then(words::end_of_day).ok_or(wrong("until", FieldError::NotADate))
    }

    /// The paper that bears a code, for whoever it was made for: a PDF, in French. The holder shows the code: it is kept nowhere.
    pub async fn code_on_paper(
        &self,
        caller: &Caller,
        of: (LockerId, ShareId),
        typed: &str,
        addresses: &Addresses,
        enter_at: &CodeAt,
    ) -> Result<Vec<u8>, LockerError> {
        let place = self.place_to_print(caller)?;
        let code = Code::parse(typed);
        let lookup = code.as_ref().map(|code| self.0.vault.lookup().share_code(code));
        let (mut tx, pending, row) = self.door().begin_printing_code(caller, of, lookup.as_ref()).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let grant = self.door().commit(tx, pending).await?;
        let ring = self.0.vault.keyring(&grant, &wraps)?;
        let fields = ring.open_share(&ring.shelves(&collections), &row);
        let (Ok(fields), Some(code), Some(terms)) = (fields, code, row.recipient.code()) else {
            return Err(LockerError::Damaged);
        };
        let service = self.service_name(&addresses.home);
        let at = self.source().now();
        let sheet = on_paper(&fields, (&code, terms, row.until), (service, self.is_demo(), at), enter_at);
        set(sheet, place).await
    }

    /// One of what the holder handed over, and what was done with it, the newest first.
    pub async fn share(&self, caller: &Caller, of: (LockerId, ShareId)) -> Result<(ShareView, Vec<Use>), LockerError> {
        let (locker, share) = of;
        let (mut tx, pending, row, moment) = self.door().begin_viewing_share(caller, of).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let kept = uses_of(&mut tx, &pending, (share, row.from)).await?;
        let span = (kept.last().map_or(0, |kept| kept.seq), kept.first().map_or(0, |kept| kept.seq));
        let readers = shares::readers(&mut tx, &pending, span).await?;
        let entries = kept.iter().filter_map(|kept| kept.entry(locker.chain()));
        let agents = self.agents_of(&mut tx, entries).await?;
        let grant = self.door().commit(tx, pending).await?;
        let ring = self.0.vault.keyring(&grant, &wraps)?;
        let fields = ring.open_share(&ring.shelves(&collections), &row).ok();
        // Only the name that the line is of.
        let reader = |seq: u64, hash: Option<[u8; 32]>| {
            let (_, details) = readers.iter().find(|(at, _)| *at == seq)?;
            let reader = self.0.vault.open_reader(locker, seq, details).ok()?;
            (hash == Some(reader_hash(&reader))).then_some(reader.name)
        };
        let used = kept.iter().filter_map(|kept| {
            let entry = kept.entry(locker.chain())?;
            let place = match entry.line.object {
                Object::Version(document, version) => {
                    row.papers.iter().find(|paper| paper.document == document && paper.version == version)
                }
                _ => None,
            };
            let refused = match entry.line.outcome {
                Outcome::Refused(reason) | Outcome::Ended(reason) => Some(reason),
                Outcome::Done => None,
            };
            let (at, action) = (entry.at, entry.line.action);
            let agent = agents.get(&kept.seq).cloned();
            Some(Use {
                at,
                action,
                refused,
                is_vouched: agent.is_some(),
                reader: agent.or_else(|| reader(kept.seq, entry.line.evidence)),
                place: place.map(|paper| paper.place),
            })
        });
        let used = used.collect();
        let status = row.facts().status(moment);
        Ok((ShareView { row, status, fields }, used))
    }
}

impl Lockers {
    /// The names of those who acted for an institution, by the places of their lines: as it was then, or none.
    async fn agents_of(
        &self,
        tx: &mut Tx,
        lines: impl Iterator<Item = Entry>,
    ) -> Result<HashMap<u64, Name>, LockerError> {
        let mut rows: HashMap<MembershipId, Option<MembershipRow>> = HashMap::new();
        let mut named = HashMap::new();
        for entry in lines {
            let (Actor::Agent(person), Some(place)) = (entry.line.actor, entry.line.membership) else { continue };
            if let Slot::Vacant(free) = rows.entry(place) {
                free.insert(organisations::by_id(tx, place).await?);
            }
            let Some(Some(row)) = rows.get(&place) else { continue };
            if row.facts.person == Some(person) && entry.line.evidence == Some(row.named()) {
                named.extend(self.member_fields(row).map(|fields| (entry.seq, fields.name)));
            }
        }
        Ok(named)
    }
}

/// The lines of what was done with a share, by those whom it was given to, the newest first.
async fn uses_of(
    tx: &mut Tx,
    pending: &Pending<act::ViewShare>,
    (share, from): (ShareId, Timestamp),
) -> Result<Vec<Kept>, LockerError> {
    let chain = pending.locker().chain();
    let (mut before, mut read, mut found) = (u64::MAX, 0, Vec::new());
    while read < LINES_MAX {
        let page = entries::page(tx, pending, before, LINES).await?;
        read = read.saturating_add(LINES);
        let Some(oldest) = page.last() else { break };
        before = oldest.seq;
        let is_before = oldest.entry(chain).is_some_and(|entry| entry.at < from);
        let is_its = |kept: &Kept| kept.entry(chain).is_some_and(|entry| entry.line.share == Some(share));
        found.extend(page.into_iter().filter(is_its));
        if is_before || before <= 1 {
            break;
        }
    }
    Ok(found)
}

/// The paper that bears a code.
fn on_paper(
    fields: &ShareFields,
    (code, terms, until): (&Code, &CodeTerms, Timestamp),
    (service, is_demo, made_at): (&str, bool, Timestamp),
    enter_at: &CodeAt,
) -> Sheet {
    let locale = Locale::Fr;
    let plain = |key: &str| Said::plain(say(locale, key));
    let with =
        |key: &str, name: &'static str, value: &str| Said::plain(say_with(locale, key, &[(name, Value::Text(value))]));
    let last = day(locale, until);
    let shown = code.shown();
    let time = match terms.days {
        Some(days) => {
            let values = [("count", Value::Number(days.into())), ("day", Value::Text(&last))];
            Said::plain(say_with(locale, "code-paper-from-first", &values))
        }
        None => with("code-paper-until", "day", &last),
    };
    let mut blocks = vec![Block::Title(plain("code-paper-title"))];
    if is_demo {
        blocks.push(Block::Heading(plain("paper-demo")));
    }
    blocks.extend([
        Block::Paragraph(with("code-paper-for", "name", fields.institution.as_str())),
        Block::Paragraph(Said::plain(purpose_told(locale, fields.purpose.as_str()))),
        Block::Heading(plain("code-paper-how")),
        Block::Code {
            says: vec![
                with("code-paper-go", "address", &enter_at.typed),
                with("code-paper-type", "code", &shown),
                plain("code-paper-surname"),
                plain("code-paper-name"),
            ],
            code: shown.as_str().to_owned(),
            // The picture leads to where the code is typed: an address is kept by browsers, and a code must not be.
            address: enter_at.picture.clone(),
            alt: plain("code-paper-picture"),
        },
        Block::Heading(plain("code-paper-time")),
        Block::Paragraph(time),
        Block::Paragraph(plain("code-paper-stop")),
        Block::Heading(plain("code-paper-know")),
        Block::Items(vec![
            plain("code-paper-seen"),
            with("code-paper-mark", "name", fields.institution.as_str()),
            plain("code-paper-alone"),
        ]),
        Block::Fine(Said::plain(made(locale, service, made_at))),
    ]);
    Sheet {
        title: say(locale, "code-paper-title"),
        language: locale.code(),
        second: None,
        made_at,
        pages: None,
        foot: say(locale, "code-paper-foot"),
        blocks,
    }
}
