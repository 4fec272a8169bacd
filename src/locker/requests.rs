//! What institutions ask people for: made by their programs, taken by who has its code, looked at with the papers that would answer it.

use super::{LockerError, Lockers};
use crate::access::{Caller, Followed, NewRequest, Which, Written};
use crate::domain::callback::Callback;
use crate::domain::code::Code;
use crate::domain::document::{Day, FieldError, Sha256Sum, Title};
use crate::domain::entry::Reason;
use crate::domain::help::Purpose;
use crate::domain::ids::{DocumentId, LockerId, PaperRequestId, VersionId};
use crate::domain::institution::InstitutionFields;
use crate::domain::organisation::Name;
use crate::domain::policy::Lasting;
use crate::domain::request::{
    AnswerFields, Asker, DAYS_MAX, Fit, PIECES_MAX, Piece, RequestFacts, RequestFields, RequestStatus,
};
use crate::domain::share::ShareStatus;
use crate::domain::source::{Moment, Timestamp};
use crate::domain::taxonomy::Kind;
use crate::store::documents;
use crate::store::institutions::InstitutionRow;
use crate::store::organisations::MembershipRow;
use crate::store::requests::RequestRow;
use crate::store::{answers, keys, lockers};
use crate::vault::sealed::Place;
use crate::words;

/// What an institution asks for, as its program says it.
#[derive(Debug, Clone)]
pub struct Asking {
    /// What for.
    pub purpose: Purpose,
    /// Its own name for the matter.
    pub reference: Option<Name>,
    /// The pieces; none where it asks to deposit.
    pub pieces: Vec<Piece>,
    /// The kinds of papers that it asks to deposit, where it asks for that.
    pub deposits: Vec<Kind>,
    /// The last day to answer.
    pub deadline: Day,
    /// For how many days it needs to read what it is handed.
    pub days: u16,
    /// Where its server is told how it goes on: one of the addresses that are registered.
    pub callback: Option<String>,
}

/// A request that was made: its code is told once, and stored nowhere.
#[derive(Debug)]
pub struct MadeRequest {
    /// What it is.
    pub facts: RequestFacts,
    /// What the person types.
    pub code: Code,
}

/// A request, as its institution or who has it sees it.
#[derive(Debug, Clone)]
pub struct RequestView {
    /// What it is.
    pub facts: RequestFacts,
    /// Where it stands.
    pub status: RequestStatus,
    /// What describes it; none if it does not open.
    pub fields: Option<RequestFields>,
    /// How what was handed over stands, for an agent in the institution's office.
    pub share: Option<Lasting>,
    /// Who asked, for the same.
    pub asked_by: Option<AskedBy>,
}

/// Who of an office asked for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AskedBy {
    /// By the name that their issuer vouches for.
    Named(Name),
    /// Somebody whose name does not read any more: it is another by now, or does not open.
    Unread,
}

/// What a form made that is sent by somebody of an office.
#[derive(Debug)]
pub enum ByForm {
    /// A request.
    Made(MadeRequest),
    /// Nothing: it had made this one before.
    Already(Box<RequestView>),
}

/// A paper that would answer a piece.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The paper.
    pub document: DocumentId,
    /// Its newest version.
    pub version: VersionId,
    /// Its title.
    pub title: Title,
    /// Its kind.
    pub kind: Kind,
    /// How it fits.
    pub fit: Fit,
    /// Whether this very version was handed to the same institution already, and can still be read there.
    pub handed: bool,
}

/// A piece, and what would answer it: the best first.
#[derive(Debug, Clone)]
pub struct PieceView {
    /// The piece.
    pub piece: Piece,
    /// What would answer it.
    pub candidates: Vec<Candidate>,
}

/// A request in a locker, to be answered.
#[derive(Debug, Clone)]
pub struct Received {
    /// The request.
    pub view: RequestView,
    /// Its pieces, and what would answer each.
    pub pieces: Vec<PieceView>,
    /// What was chosen so far and kept, if something was.
    pub kept: Option<AnswerFields>,
}

const fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

impl Lockers {
    /// An institution's program asks somebody for papers.
    pub async fn make_request(&self, caller: &Caller, asking: Asking) -> Result<MadeRequest, LockerError> {
        let request = PaperRequestId::draw(self.source());
        // Nobody draws an id twice.
        self.make_request_as(caller, request, asking).await?.ok_or(LockerError::Damaged)
    }

    /// The same by a form that somebody of an office sends: once for what it sends, however often it is sent.
    pub async fn make_request_by_form(
        &self,
        caller: &Caller,
        asking: Asking,
        form: &[u8],
    ) -> Result<ByForm, LockerError> {
        let office = caller.office.ok_or(LockerError::Refused(Reason::NoRelation))?;
        let request = self.0.vault.lookup().asked_by_form(office, form);
        match self.make_request_as(caller, request, asking).await? {
            Some(made) => Ok(ByForm::Made(made)),
            None => Ok(ByForm::Already(Box::new(self.own_request(caller, request).await?))),
        }
    }

    /// A request with such an id; none if it stands.
    async fn make_request_as(
        &self,
        caller: &Caller,
        request: PaperRequestId,
        asking: Asking,
    ) -> Result<Option<MadeRequest>, LockerError> {
        let until = words::end_of_day(asking.deadline).ok_or(wrong("deadline", FieldError::NotADate))?;
        let code = Code::draw(self.source());
        let (lookup, most) = (self.0.vault.lookup().request_code(&code), self.0.limits.requests_waiting);
        let new = NewRequest { request, lookup, until, most };
        let seal = |row: &InstitutionRow, asked_by: Option<Asker>| {
            let place = Place::Institution(row.facts.institution);
            let registered: InstitutionFields = self.0.vault.open_in_directory(place, &row.details)?;
            let fields = RequestFields { asked_by, ..self.asked(asking, registered)? };
            let place = Place::PaperRequest(row.facts.institution, request);
            Ok::<_, LockerError>(self.0.vault.seal_in_directory(place, &fields)?)
        };
        Ok(match self.door().make_request(caller, new, seal).await?? {
            Written::Made(facts) => Some(MadeRequest { facts, code }),
            Written::Stands => None,
        })
    }

    /// What is asked, checked against what its institution is registered with.
    fn asked(&self, asking: Asking, registered: InstitutionFields) -> Result<RequestFields, LockerError> {
        let Asking { purpose, reference, pieces, deposits, deadline, days, callback } = asking;
        Self::proposed_kinds(&deposits, &registered)?;
        if pieces.is_empty() && deposits.is_empty() {
            return Err(wrong("pieces", FieldError::Empty));
        }
        if pieces.len() > PIECES_MAX {
            return Err(wrong("pieces", FieldError::TooLong(PIECES_MAX)));
        }
        for piece in &pieces {
            piece.check(&registered.kinds).map_err(|(field, error)| wrong(field, error))?;
        }
        if !(1..=DAYS_MAX).contains(&days) {
            return Err(wrong("days", FieldError::OutOfBounds(DAYS_MAX.into())));
        }
        let today = self.today();
        if deadline < today {
            return Err(wrong("deadline", FieldError::Past));
        }
        let last = today.date().checked_add(jiff::Span::new().days(i64::from(DAYS_MAX)));
        if last.is_ok_and(|last| deadline > Day::of(last)) {
            return Err(wrong("deadline", FieldError::TooFar(DAYS_MAX)));
        }
        let InstitutionFields { name, legal_basis, callbacks, .. } = registered;
        let callback = match callback {
            Some(asked) => {
                let is_it = |one: &Callback| one.as_str() == asked;
                let found = callbacks.into_iter().find(is_it);
                Some(found.ok_or(wrong("callback", FieldError::UnregisteredCallback))?)
            }
            None => None,
        };
        Ok(RequestFields {
            institution: name,
            legal_basis,
            purpose,
            reference,
            pieces,
            deposits,
            days,
            callback,
            asked_by: None,
        })
    }

    pub(super) fn request_view(&self, row: &RequestRow, moment: Moment) -> RequestView {
        let place = Place::PaperRequest(row.facts.institution, row.facts.request);
        let fields = self.0.vault.open_in_directory(place, &row.details).ok();
        RequestView { facts: row.facts, status: row.facts.status(moment), fields, share: None, asked_by: None }
    }

    /// The same, with what an agent reads besides.
    fn followed(&self, row: &RequestRow, found: &Followed) -> RequestView {
        let view = self.request_view(row, found.moment);
        let share = view.facts.share.and_then(|share| found.shares.iter().find(|(one, _)| *one == share));
        let asked_by = view.fields.as_ref().and_then(|fields| fields.asked_by);
        // To whoever reads no member's name, nobody asked.
        let asked_by = asked_by.filter(|_| !found.members.is_empty()).map(|asker| self.asker(&asker, &found.members));
        RequestView { share: share.map(|(_, lasting)| *lasting), asked_by, ..view }
    }

    /// An agent's name, as it was when they asked. Another one, put there since, is not theirs.
    fn asker(&self, asker: &Asker, members: &[MembershipRow]) -> AskedBy {
        let row = members.iter().find(|row| row.facts.membership == asker.membership);
        let row = row.filter(|row| Sha256Sum::from_bytes(row.named()) == asker.named);
        let fields = row.and_then(|row| self.member_fields(row));
        fields.map_or(AskedBy::Unread, |fields| AskedBy::Named(fields.name))
    }

    /// An institution's program looks at what was asked: a page of requests, and where to go on.
    pub async fn own_requests(
        &self,
        caller: &Caller,
        after: Option<PaperRequestId>,
        limit: u32,
    ) -> Result<(Vec<RequestView>, Option<PaperRequestId>), LockerError> {
        let found = self.door().follow_requests(caller, Which::After(after, limit.saturating_add(1))).await?;
        let (rows, limit) = (&found.rows, usize::try_from(limit).unwrap_or(usize::MAX));
        let next = rows.get(limit).and_then(|_| rows.get(limit.saturating_sub(1))).map(|row| row.facts.request);
        Ok((rows.iter().take(limit).map(|row| self.followed(row, &found)).collect(), next))
    }

    /// The same, the newest first; after one, by when it was made and its id.
    pub async fn newest_requests(
        &self,
        caller: &Caller,
        after: Option<(Timestamp, PaperRequestId)>,
        limit: u32,
    ) -> Result<(Vec<RequestView>, Option<(Timestamp, PaperRequestId)>), LockerError> {
        let found = self.door().follow_requests(caller, Which::Newest(after, limit.saturating_add(1))).await?;
        let (rows, limit) = (&found.rows, usize::try_from(limit).unwrap_or(usize::MAX));
        let last = rows.get(limit).and_then(|_| rows.get(limit.saturating_sub(1)));
        let next = last.map(|row| (row.facts.made_at, row.facts.request));
        Ok((rows.iter().take(limit).map(|row| self.followed(row, &found)).collect(), next))
    }

    /// The same for one.
    pub async fn own_request(&self, caller: &Caller, request: PaperRequestId) -> Result<RequestView, LockerError> {
        let found = self.door().follow_requests(caller, Which::One(request)).await?;
        found.rows.first().map(|row| self.followed(row, &found)).ok_or(LockerError::Damaged)
    }

    /// An institution's program takes a request back.
    pub async fn withdraw_request(&self, caller: &Caller, request: PaperRequestId) -> Result<(), LockerError> {
        Ok(self.door().withdraw_request(caller, request).await?)
    }

    /// The holder types the code of a request: it is in their locker from then on.
    pub async fn take_request(
        &self,
        caller: &Caller,
        locker: LockerId,
        typed: &str,
    ) -> Result<PaperRequestId, LockerError> {
        let lookup = Code::parse(typed).map(|code| self.0.vault.lookup().request_code(&code));
        Ok(self.door().take_request(caller, locker, lookup.as_ref()).await?)
    }

    /// The requests in a locker, the newest first.
    pub async fn received_requests(&self, caller: &Caller, locker: LockerId) -> Result<Vec<RequestView>, LockerError> {
        let (rows, moment, _) = self.door().list_requests(caller, locker).await?;
        Ok(rows.iter().map(|row| self.request_view(row, moment)).collect())
    }

    /// One of them, with the papers that would answer each piece, and what was chosen so far.
    pub async fn received_request(
        &self,
        caller: &Caller,
        locker: LockerId,
        request: PaperRequestId,
    ) -> Result<Received, LockerError> {
        let (mut tx, pending, row, moment) = self.door().begin_viewing_request(caller, locker, request).await?;
        let wraps = keys::of_locker(&mut tx, &pending).await?;
        let collections = lockers::collections(&mut tx, &pending).await?;
        let found = documents::to_give(&mut tx, &pending).await?;
        let kept = answers::find(&mut tx, &pending, request).await?;
        let mut shares = self.door().shares_in(&mut tx, &pending).await?;
        let grant = self.0.door.commit(tx, pending).await?;
        shares.retain(|share| {
            share.recipient.institution() == Some(row.facts.institution)
                && share.facts().status(moment) == ShareStatus::Active
        });
        let view = self.request_view(&row, moment);
        let ring = self.0.vault.keyring(&grant, &wraps)?;
        let shelves = ring.shelves(&collections);
        let today = self.today();
        let opened = |paper| Some((paper, ring.open_paper(&shelves, paper).ok()?.0));
        let papers: Vec<_> = found.iter().filter_map(opened).collect();
        let pieces = view.fields.as_ref().map(|fields| fields.pieces.clone()).unwrap_or_default();
        let pieces = pieces.into_iter().map(|piece| {
            let candidate = |(paper, fields): &(&documents::Paper, crate::domain::document::DocumentFields)| {
                let deposited = Day::of(words::date_of(paper.deposited_at));
                let fit = piece.fits(fields, deposited, today)?;
                let is_it = |shared: &crate::domain::share::SharedPaper| {
                    shared.document == paper.document && shared.version == paper.version
                };
                let handed = shares.iter().any(|share| share.papers.iter().any(is_it));
                let (title, kind) = (fields.title.clone(), fields.kind);
                Some(Candidate { document: paper.document, version: paper.version, title, kind, fit, handed })
            };
            let mut candidates: Vec<Candidate> = papers.iter().filter_map(candidate).collect();
            // Stable: among those that fit alike, the newest first.
            candidates.sort_by_key(|candidate| candidate.fit);
            PieceView { piece, candidates }
        });
        // Of what was chosen, only what may be handed over now, by who looks.
        let kept = kept.and_then(|details| ring.open_answer(&shelves, request, &details).ok());
        let kept = kept.map(|kept| {
            let mut kept = kept.whole();
            kept.papers.retain(|one| found.iter().any(|paper| paper.document == one.document));
            kept
        });
        Ok(Received { pieces: pieces.collect(), view, kept })
    }

    /// The holder says no.
    pub async fn decline_request(
        &self,
        caller: &Caller,
        locker: LockerId,
        request: PaperRequestId,
    ) -> Result<(), LockerError> {
        Ok(self.door().decline_request(caller, locker, request).await?)
    }
}
