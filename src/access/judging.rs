//! From what was looked at to a decision: proofs checked, what else the action asks for counted, the time read, the policy asked.

use super::{Ask, Caller, Door, StoreError, Tx, helpers};
use crate::domain::entry::{Action, Actor, Line, Object, Outcome, Reason};
use crate::domain::ids::{MandateId, PersonId};
use crate::domain::policy::{self, Allowed, DocumentFacts, Facts, LockerFacts};
use crate::domain::source::{Moment, Timestamp};
use crate::store::deposits::DepositRow;
use crate::store::documents::{Found, Paper};
use crate::store::grant::{Act, Bearer, Help};
use crate::store::lockers::Tie;
use crate::store::look::{self, Seen, Sought};
use crate::store::mandates::ProposalRow;
use crate::store::people::{self, SessionRow};
use crate::store::{documents, under_way};

/// Everything the decision rests on, read under the locks.
pub(super) struct Stand {
    pub(super) session: SessionRow,
    pub(super) tie: Tie,
    pub(super) paper: Option<Paper>,
    pub(super) allowed: Allowed,
    pub(super) moment: Moment,
    /// By what a helper came in; none for the holder.
    pub(super) help: Option<Help>,
    /// How the version came in that a helper would take back.
    pub(super) deposit: Option<DepositRow>,
    /// The proposal that is agreed to.
    pub(super) answers: Option<Box<ProposalRow>>,
}

/// Where in an action the door is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// Before it.
    Begins,
    /// In the middle of a stream.
    GoesOn,
}

impl Stand {
    pub(super) fn line<A: Act>(&self, caller: &Caller, ask: &Ask) -> Line {
        let named = self.paper.as_ref().map(|p| Object::Version(p.document, p.version));
        let object = ask.object.or(named).unwrap_or(Object::Locker(ask.locker));
        let help = self.help.as_ref();
        let actor = help.map_or(Actor::Holder(self.session.facts.person), |help| help.actor);
        Line {
            membership: help.and_then(|help| help.membership),
            mandate: help.map(|help| help.mandate),
            visit: help.and_then(|help| help.visit),
            strength: self.session.strength,
            session: Some(self.session.session),
            closes: ask.closes,
            blob_sha256: ask.blob_sha256,
            evidence: ask.evidence,
            row: ask.row,
            asked: ask.asked,
            ..Line::new(actor, self.allowed.ground(), A::ACTION, object, Outcome::Done, caller.request)
        }
    }

    pub(super) fn bearer(self) -> Bearer {
        Bearer {
            person: Some(self.session.facts.person),
            session: Some(self.session.session),
            paper: self.paper.map(Box::new),
            help: self.help.map(Box::new),
            ..Bearer::default()
        }
    }
}

/// A no, with what is needed to write it down in the right place.
pub(super) struct No {
    pub(super) reason: Reason,
    pub(super) person: Option<PersonId>,
    /// Whether the session stands: only then it says who bears it.
    pub(super) stands: bool,
    /// Whether the one refused has a tie to the locker, by a session that stands.
    pub(super) at_home: bool,
    /// By what a helper came.
    pub(super) help: Option<Help>,
}

impl No {
    /// Somebody with no tie to the locker.
    pub(super) const fn outside(reason: Reason) -> Self {
        Self { reason, person: None, stands: false, at_home: false, help: None }
    }

    /// Nobody is signed in.
    pub(super) const fn of_nobody() -> Self {
        Self::outside(Reason::NotSignedIn)
    }
}

/// What an action asks for besides what every look brings.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Counted {
    pub(super) used: u64,
    pub(super) versions: u64,
    pub(super) depositing: u64,
    pub(super) long: u64,
    /// When the proposal was made that is answered.
    pub(super) answers: Option<Timestamp>,
}

impl Door {
    /// Begins a transaction, locks, reads the facts, reads the time, decides; notes that the session was used.
    pub(super) async fn stand<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
    ) -> Result<(Tx, Result<Stand, No>), StoreError> {
        let (mut tx, stand) = self.look::<A>(caller, ask, When::Begins).await?;
        if let Ok(stand) = &stand {
            self.note_use(&mut tx, &stand.session, stand.moment).await?;
        }
        Ok((tx, stand))
    }

    /// The same without noting a use: a stream that goes on by itself keeps no session awake.
    pub(super) async fn look<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
        when: When,
    ) -> Result<(Tx, Result<Stand, No>), StoreError> {
        if let Some(way) = helpers::way(caller, ask) {
            return self.look_as_helper::<A>(caller, ask, way, when).await;
        }
        let sought = sought(caller, ask).map(|sought| Sought { answers: answers::<A>(ask), ..sought });
        let (mut tx, mut seen) = match sought {
            Some(sought) => look::begin(&self.0.db, &sought).await?,
            None => (self.0.db.begin().await?, Seen::default()),
        };
        let mut proposal = None;
        let counted = match &seen.tie {
            Some(tie) if self.is_held(tie) => {
                // The holder agrees to it: their proof must be newer, so that a telephone that was left open with a proof of some
                // minutes ago gives nobody help.
                proposal = seen.offered.take().filter(|row| self.is_proven(&row.claim(), &row.proof));
                let answers = match &proposal {
                    Some(row) => Some(row.made_at),
                    None => self.acknowledged::<A>(&mut tx, ask).await?,
                };
                Counted { answers, ..counted::<A>(&mut tx, tie, ask, when).await? }
            }
            _ => Counted::default(),
        };
        let moment = tx.moment().await?;
        let stand = self.judge::<A>(seen, counted, moment, ask, when);
        Ok((tx, stand.map(|stand| Stand { answers: proposal.map(Box::new), ..stand })))
    }

    /// When a mandate began that was given on paper: it is confirmed by somebody who proved who they are since.
    async fn acknowledged<A: Act>(&self, tx: &mut Tx, ask: &Ask) -> Result<Option<Timestamp>, StoreError> {
        let (Action::AcknowledgeMandate, Some(Object::Mandate(mandate))) = (A::ACTION, ask.object) else {
            return Ok(None);
        };
        Ok(self.mandate(tx, ask, mandate).await?.map(|row| row.from))
    }

    /// The same for somebody who reads a whole content of their own, without a lock: only a yes, and only where nothing is to
    /// be noted of the session. What is written on it must be written where nothing has changed since (`read_at_once`).
    pub(super) async fn glance<A: Act>(
        &self,
        caller: &Caller,
        ask: &Ask,
    ) -> Result<Option<(Stand, look::Head)>, StoreError> {
        if helpers::way(caller, ask).is_some() {
            return Ok(None);
        }
        let Some(sought) = sought(caller, ask) else { return Ok(None) };
        let (seen, head, moment) = match look::glance(&self.0.db, &sought).await {
            Ok(Some(glanced)) => glanced,
            // A connection that the server has closed: the ordinary way takes another.
            Ok(None) | Err(StoreError::Away) => return Ok(None),
            Err(error) => return Err(error),
        };
        let stand = self.judge::<A>(seen, Counted::default(), moment, ask, When::Begins).ok();
        Ok(stand.filter(|stand| !is_use_due(&stand.session, stand.moment)).map(|stand| (stand, head)))
    }

    /// Decides on what was seen and counted.
    fn judge<A: Act>(&self, seen: Seen, counted: Counted, moment: Moment, ask: &Ask, when: When) -> Result<Stand, No> {
        let Some(session) = seen.session.filter(|row| self.is_proven(&row.claim(), &row.proof)) else {
            return Err(No::of_nobody());
        };
        let person = session.facts.person;
        let stands = session.facts.check(moment).is_ok();
        let tie = self.believed(seen.tie);
        let mut paper = None;
        if tie.is_some() {
            match seen.found {
                Some(Found::Paper(found)) => paper = Some(*found),
                Some(Found::Unreadable(_)) if stands => {
                    return Err(No { person: Some(person), stands, at_home: true, ..No::outside(Reason::Damaged) });
                }
                Some(Found::Unreadable(_)) | None => {}
            }
        }
        let Counted { used, versions, depositing, long, answers } = counted;
        let locker = tie.map(|tie| LockerFacts {
            standing: self.judged(tie.locker(), seen.closure),
            used,
            versions,
            depositing,
            long,
            ..tie.facts()
        });
        let facts = Facts {
            session: Some(session.facts),
            locker,
            document: match (ask.document, &paper) {
                (None, _) => DocumentFacts::NotNamed,
                (Some(_), None) => DocumentFacts::Unknown,
                (Some(_), Some(paper)) => DocumentFacts::Known(paper.facts()),
            },
            adding: ask.adding,
            answers,
            ..Facts::NONE
        };
        let actor = if tie.is_some() { Actor::Holder(person) } else { Actor::Person(person) };
        let decision = match when {
            When::Begins => policy::decide(actor, A::ACTION, &facts, moment),
            When::GoesOn => policy::decide_going_on(actor, A::ACTION, &facts, moment),
        };
        match (decision, tie) {
            (Ok(allowed), Some(tie)) => {
                Ok(Stand { session, tie, paper, allowed, moment, help: None, deposit: None, answers: None })
            }
            (Ok(_), None) => Err(No { person: Some(person), stands: true, ..No::outside(Reason::NoRelation) }),
            // A session that has ended proves nothing about who bears it: not a line of the locker's own journal.
            (Err(reason), tie) => {
                Err(No { person: Some(person), stands, at_home: tie.is_some() && stands, ..No::outside(reason) })
            }
        }
    }

    /// Keeps the session awake; written at most twice a minute.
    pub(super) async fn note_use(&self, tx: &mut Tx, session: &SessionRow, moment: Moment) -> Result<(), StoreError> {
        if !is_use_due(session, moment) {
            return Ok(());
        }
        let mut seen = session.clone();
        seen.facts.seen_at = moment.clock;
        people::see_session(tx, &seen.token, moment.clock, &self.prove(&seen.claim())?).await
    }
}

fn sought<'a>(caller: &'a Caller, ask: &Ask) -> Option<Sought<'a>> {
    let token = caller.token.as_ref()?.hash();
    Some(Sought { token, locker: ask.locker, document: ask.document, version: ask.version, answers: None })
}

/// The proposal that is agreed to, by the mandate that it may become.
fn answers<A: Act>(ask: &Ask) -> Option<MandateId> {
    match (A::ACTION, ask.object) {
        (Action::GiveMandate, Some(Object::Mandate(mandate))) => Some(mandate),
        _ => None,
    }
}

/// Whether it is time to note that a session is used: at most twice a minute.
fn is_use_due(session: &SessionRow, moment: Moment) -> bool {
    moment.clock >= session.facts.seen_at.plus(std::time::Duration::from_secs(30))
}

/// Counts what the action asks for, under the locks.
pub(super) async fn counted<A: Act>(tx: &mut Tx, tie: &Tie, ask: &Ask, when: When) -> Result<Counted, StoreError> {
    let mut counted = Counted::default();
    let reads_everything = matches!(A::ACTION, Action::ControlDocument | Action::ControlLocker | Action::Export);
    if reads_everything && when == When::Begins {
        counted.long = under_way::long(tx, tie).await?;
    }
    if ask.adding > 0 {
        (counted.used, counted.versions) = documents::used(tx, tie).await?;
        // The end of a deposit is under way itself.
        let own = u64::from(ask.closes.is_some());
        counted.depositing = under_way::deposits(tx, tie).await?.saturating_sub(own);
    }
    Ok(counted)
}
