//! Looking at what ends soon in lockers whose holders are told of things, and at what others did there: what is to be told, and when to look
//! again.

use super::{LockerError, Lockers};
use crate::access::Looking;
use crate::domain::dates::{self, Help, NO_DATE, Plan};
use crate::domain::digest::{self, Asked, Deed, Digest};
use crate::domain::document::{Day, DocumentState};
use crate::domain::ids::{LockerId, NoticeId};
use crate::domain::mandate::Status;
use crate::domain::notice::{ContactFields, NoticeFields, Told};
use crate::domain::source::Timestamp;
use crate::domain::validity::{end_to_tell, notice_days};
use crate::store::contacts::ContactRow;
use crate::store::grant::Held;
use crate::store::mandates::MandateRow;
use crate::vault::VaultError;
use crate::vault::sealed::Place;
use crate::words::{date_of, morning_of, next_morning};

/// Papers opened between two pauses: whoever else is on this thread comes in between.
const OPENED_AT_ONCE: usize = 100;

/// When who asked for it is to be told next of what others did: in the morning, each week at most.
fn digest_due(asked: &Asked) -> Timestamp {
    let last = date_of(Timestamp::from_micros(asked.at));
    let day = last.checked_add(jiff::Span::new().days(digest::EVERY_DAYS)).map_or(last, |day| day);
    morning_of(Day::of(day)).unwrap_or(NO_DATE)
}

/// A mandate, as its dates tell it. Its last day is the one of its last moment.
fn help((row, status): &(MandateRow, Status)) -> Option<Help> {
    let is_active = *status == Status::Active;
    let day = |at: Timestamp| Day::of(date_of(at));
    let last = day(Timestamp::from_micros(row.until.micros().saturating_sub(1)));
    let stands = is_active || matches!(status, Status::ToCome | Status::Unconfirmed);
    stands.then(|| Help { mandate: row.mandate, from: day(row.from), last, until: row.until, is_active })
}

/// What others did, if it is to be told now; and when it is to be, if later.
fn told_of(asked: Option<&mut Asked>, deeds: &[Deed], looking: &Looking) -> (Option<Digest>, Option<Timestamp>) {
    let Some(asked) = asked else { return (None, None) };
    let (now, due) = (looking.moment.clock, digest_due(asked));
    let Some(digest) = digest::digest(deeds) else {
        // Nothing: what was read so far need not be read again.
        asked.from = looking.grant.written().seq;
        return (None, None);
    };
    if now < due {
        return (None, Some(due));
    }
    *asked = Asked { from: looking.grant.written().seq, at: now.micros() };
    (Some(digest), None)
}

impl Lockers {
    /// Looks at the dates of lockers where that is due, and makes the notices that these ask for.
    pub(super) async fn look_at_dates(&self) -> Result<(), LockerError> {
        let mut after = None;
        loop {
            let due = self.door().lockers_to_look_at(after).await?;
            for locker in &due {
                if let Err(error) = self.look_at(*locker).await {
                    self.go_on_after(*locker, error).await?;
                }
            }
            match due.last() {
                Some(last) => after = Some(*last),
                None => return Ok(()),
            }
        }
    }

    /// When the holder is to be told of what others did, if they ask for that.
    pub(super) fn digest_at(&self, row: &ContactRow, now: Timestamp) -> Result<Option<Timestamp>, LockerError> {
        let asked = self.contact_fields(row)?.digest;
        Ok(asked.map(|asked| digest_due(&asked).max(next_morning(now))))
    }

    async fn look_at(&self, locker: LockerId) -> Result<u64, LockerError> {
        let since = |row: &ContactRow| -> Result<Option<u64>, LockerError> {
            Ok(self.contact_fields(row)?.digest.map(|asked| asked.from))
        };
        let Some(looking) = self.door().look_at_dates(locker, since).await? else { return Ok(0) };
        let now = looking.moment.clock;
        let (details, next, found) = match self.found(&looking).await {
            Ok(found) => found,
            // Its keys do not open. What is wrong is told to who looks; here it is tried again once a day.
            Err(error) => {
                tracing::error!(%locker, %error, "the dates in a locker do not open");
                (looking.contact.details.clone(), next_morning(now), Vec::new())
            }
        };
        Ok(self.door().looked(&looking, details, next, found).await?)
    }

    /// What a look finds: what is kept of it, when to look next, and the notices, sealed.
    async fn found(&self, looking: &Looking) -> Result<(Vec<u8>, Timestamp, Vec<(NoticeId, Vec<u8>)>), VaultError> {
        let mut fields: ContactFields = self.contact_fields(&looking.contact)?;
        let now = looking.moment.clock;
        let plan = self.planned(looking, &fields).await?;
        let (digest, later) = told_of(fields.digest.as_mut(), &looking.deeds, looking);
        let ending = plan.help.iter().map(|end| Told::Ending { mandate: end.mandate.0, until: end.until });
        let mut tells: Vec<NoticeFields> = ending.map(NoticeFields::of).collect();
        if !plan.papers.is_empty() {
            tells.push(NoticeFields { papers: plan.papers, ..NoticeFields::of(Told::Papers) });
        }
        if digest.is_some() {
            tells.push(NoticeFields { digest, ..NoticeFields::of(Told::Digest) });
        }
        let seal = |fields: NoticeFields| {
            let notice = NoticeId::draw(self.source());
            Ok((notice, self.0.vault.seal_in_directory(Place::Notice(notice), &fields)?))
        };
        let sealed = tells.into_iter().map(seal).collect::<Result<Vec<_>, VaultError>>()?;
        fields.before = plan.told;
        let details = self.0.vault.seal_in_directory(Place::Contact(looking.contact.facts.contact), &fields)?;
        let day = plan.next.and_then(morning_of);
        let next = [day, later].into_iter().flatten().min().unwrap_or(NO_DATE);
        Ok((details, next.max(next_morning(now)), sealed))
    }

    /// What is due in a locker, as its papers and mandates stand.
    async fn planned(&self, looking: &Looking, fields: &ContactFields) -> Result<Plan, VaultError> {
        let ring = self.0.vault.keyring(&looking.grant, &looking.wraps)?;
        let shelves = ring.shelves(&looking.collections);
        let mut papers = Vec::new();
        let in_place = |row: &&crate::store::documents::Paper| row.state == DocumentState::Live;
        for (at, row) in looking.papers.iter().filter_map(|found| found.paper()).filter(in_place).enumerate() {
            if at % OPENED_AT_ONCE == OPENED_AT_ONCE - 1 {
                tokio::task::yield_now().await;
            }
            // One that does not open is told to who looks at the list.
            let Ok((fields, _)) = ring.open_paper(&shelves, row) else { continue };
            let end = end_to_tell(&fields);
            let days = notice_days(fields.kind);
            papers.extend(end.map(|last| dates::Paper { document: row.document, last, days }));
        }
        let help: Vec<Help> = looking.mandates.iter().filter_map(help).collect();
        let today = Day::of(date_of(looking.moment.clock));
        Ok(dates::plan(today, &help, &papers, &fields.before))
    }
}
