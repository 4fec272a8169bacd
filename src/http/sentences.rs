//! From codes to sentences: a line of the journal, a refusal, a failure, in the reader's language.
//!
//! What lives here: which key of the catalogue says what, and which HTTP status goes with which refusal. What must not: the
//! sentences themselves (`locales/*.ftl`), nor any code shown to people. To add an action or a reason: its keys in both
//! catalogues; to add an error: its line in `faults`.

mod faults;
mod fields;

use axum::http::StatusCode;

pub use faults::{entrance_fault, fault};

use crate::domain::device::Device;
use crate::domain::entry::{Action, Actor, Entry, Ground, Object, Outcome, Reason};
use crate::domain::ids::PersonId;
use crate::domain::mandate::Consent;
use crate::locker::mandates::MandateView;
use crate::locker::{HelperSeen, JournalLine, OrganisationLine};
use crate::words::{Locale, Value, as_key, day, has, place, say, say_with, size, within_marks};

/// One line of the journal in plain words, without a code. `viewer` is the reader: what they did is « vous ».
pub fn sentence(locale: Locale, line: &JournalLine, viewer: PersonId) -> String {
    let once = once(locale, line, viewer);
    if line.times < 2 {
        return once;
    }
    format!("{once} {}", say_with(locale, "line-times", &[("count", Value::Number(line.times))]))
}

fn once(locale: Locale, line: &JournalLine, viewer: PersonId) -> String {
    let Some(entry) = &line.entry else { return say(locale, "line-damaged") };
    let paper = Paper::of(locale, line, entry);
    let mut cast = Cast::of(locale, entry, viewer);
    if is_in_window(entry) {
        cast.whom = device_of(locale, line);
    } else if let Some(given_to) = &line.given_to {
        cast.whom = whom(locale, given_to);
    } else if matches!(entry.line.object, Object::Share(_) | Object::Agreement(_)) {
        cast.whom = say(locale, "whom-institution");
    }
    cast.is_named = line.given_to.is_some();
    // A message is about somebody's help, and from the service.
    let is_theirs = cast.who == "other" && entry.line.action != Action::SendNotice;
    let Some(helper) = line.helper.as_ref().filter(|_| is_theirs) else {
        return told(locale, entry, &cast, &paper);
    };
    let name = Value::Text(helper.name.as_str());
    cast.name = match &helper.organisation {
        // What an institution says of who reads is its word, not an issuer's.
        Some(of) if matches!(entry.line.actor, Actor::Client(_)) => {
            say_with(locale, "who-reads", &[("name", name), ("organisation", Value::Text(of.as_str()))])
        }
        // Nor is what somebody says of themselves who has a code: the holder reads whom they gave it to, too.
        Some(of) if matches!(entry.line.actor, Actor::CodeBearer(_)) => {
            say_with(locale, "who-bears", &[("name", name), ("recipient", Value::Text(of.as_str()))])
        }
        None if matches!(entry.line.actor, Actor::CodeBearer(_)) => {
            say_with(locale, "who-bears-for", &[("recipient", name)])
        }
        Some(of) => say_with(locale, "who-named", &[("name", name), ("organisation", Value::Text(of.as_str()))]),
        None if helper.unread => say_with(locale, "who-reads-unread", &[("organisation", name)]),
        None => helper.name.as_str().to_owned(),
    };
    let mut told = told(locale, entry, &cast, &paper);
    // What was done before the holder confirmed stays as it was done; what is marked is the help, as it stands now.
    if helper.on_paper {
        told = format!("{told} {}", say(locale, "line-on-paper"));
    }
    // A sheet that went decided nothing.
    let began = !is_about_sheet(entry.line.action) && entry.line.action != Action::SpoilSheet;
    if entry.line.ground == Ground::Judgment && began {
        told = format!("{told} {}", say(locale, "line-judgment"));
    }
    match &helper.purpose {
        Some(purpose) => {
            let purpose = [("purpose", Value::Text(purpose.as_str()))];
            format!("{told} {}", say_with(locale, "line-purpose", &purpose))
        }
        None => told,
    }
}

/// To whom something was given.
fn whom(locale: Locale, seen: &HelperSeen) -> String {
    let name = Value::Text(seen.name.as_str());
    match &seen.organisation {
        Some(of) => say_with(locale, "whom-named", &[("name", name), ("organisation", Value::Text(of.as_str()))]),
        None => seen.name.as_str().to_owned(),
    }
}

/// Whether it is done with what help is to rest on: a signed sheet, a court's decision.
const fn is_about_sheet(action: Action) -> bool {
    matches!(action, Action::SendSheet | Action::ViewSheet | Action::ConfirmSheet | Action::RefuseSheet)
}

/// Whether the holder did it on an aidant's device, or gave no answer there: what they do themselves bears a membership there alone.
const fn is_in_window(entry: &Entry) -> bool {
    let is_theirs = matches!(entry.line.actor, Actor::Holder(_)) || is_without_answer(entry);
    is_theirs && entry.line.membership.is_some()
}

/// Whether the time of a window was over.
const fn is_without_answer(entry: &Entry) -> bool {
    matches!((entry.line.action, entry.line.actor), (Action::CloseWindow, Actor::Job(_)))
}

/// On whose device.
fn device_of(locale: Locale, line: &JournalLine) -> String {
    match line.helper.as_ref().and_then(|helper| Some((&helper.name, helper.organisation.as_ref()?))) {
        Some((name, of)) => {
            let named = [("name", Value::Text(name.as_str())), ("organisation", Value::Text(of.as_str()))];
            say_with(locale, "on-device-named", &named)
        }
        None => say(locale, "on-device"),
    }
}

/// One line of an organisation's journal, for its referents: everybody is named. `is_office`: its members act for an institution.
pub fn organisation_sentence(locale: Locale, line: &OrganisationLine, is_office: bool) -> String {
    let Some(entry) = &line.entry else { return say(locale, "line-damaged") };
    let mut cast = Cast { is_office, ..Cast::named(locale, entry) };
    if let Some(name) = &line.who {
        name.as_str().clone_into(&mut cast.name);
    }
    if let Some(name) = &line.whom {
        name.as_str().clone_into(&mut cast.whom);
    }
    let paper = Paper { named: say(locale, "paper-unnamed"), of: say(locale, "of-paper-unnamed") };
    told(locale, entry, &cast, &paper)
}

fn told(locale: Locale, entry: &Entry, cast: &Cast, paper: &Paper) -> String {
    match (entry.line.action, entry.line.outcome) {
        (Action::Close, Outcome::Ended(reason)) => closing(locale, entry, reason, paper),
        (_, Outcome::Done) => act(locale, "done", entry, cast, paper),
        (_, Outcome::Ended(Reason::Damaged)) if matches!(entry.line.object, Object::Mandate(_)) => {
            say(locale, "line-help-damaged")
        }
        (_, Outcome::Ended(Reason::Damaged)) if matches!(entry.line.object, Object::Visit(_)) => {
            say(locale, "line-visit-damaged")
        }
        (_, Outcome::Ended(Reason::Damaged)) if matches!(entry.line.object, Object::Share(_)) => {
            say(locale, "line-share-damaged")
        }
        (_, Outcome::Ended(Reason::Damaged)) if matches!(entry.line.object, Object::Agreement(_)) => {
            say(locale, "line-agreement-damaged")
        }
        (action, Outcome::Refused(reason)) => {
            let frame = if action == Action::SignIn { "line-refused-entry" } else { "line-refused" };
            let tried = act(locale, "tried", entry, cast, paper);
            format!("{tried} {}", because(locale, frame, reason, paper))
        }
        (_, Outcome::Ended(reason)) => {
            let tried = act(locale, "tried", entry, cast, paper);
            format!("{tried} {}", because(locale, "line-failed", reason, paper))
        }
    }
}

/// Who acts in a sentence, and on whom.
struct Cast {
    /// `you` for the reader, `other` for anybody else.
    who: &'static str,
    /// Who, when it is not the reader.
    name: String,
    /// On whom.
    whom: String,
    /// Whether it is known to whom a permission was given.
    is_named: bool,
    /// Whether the place where they act is an office.
    is_office: bool,
}

impl Cast {
    fn of(locale: Locale, entry: &Entry, viewer: PersonId) -> Self {
        match entry.line.actor {
            Actor::Holder(person) | Actor::Person(person) | Actor::Aidant(person) | Actor::Relative(person)
                if person == viewer =>
            {
                let whom = say(locale, "whom-member");
                Self { who: "you", name: String::new(), whom, is_named: false, is_office: false }
            }
            _ => Self::named(locale, entry),
        }
    }

    fn named(locale: Locale, entry: &Entry) -> Self {
        let name = match entry.line.actor {
            Actor::Aidant(_) | Actor::Relative(_) => "who-helper",
            Actor::Holder(_) | Actor::Person(_) => "who-person",
            Actor::Client(_) => "who-institution",
            Actor::Agent(_) => "who-agent",
            Actor::CodeBearer(_) => "who-bearer",
            Actor::Anonymous => "who-anonymous",
            Actor::Operator => "who-operator",
            Actor::Job(_) => "who-service",
        };
        let (name, whom) = (say(locale, name), say(locale, "whom-member"));
        Self { who: "other", name, whom, is_named: false, is_office: false }
    }
}

/// The paper of a line, as sentences name it.
struct Paper {
    /// « un papier »
    named: String,
    /// « d'un papier »: no sentence can make that of the other.
    of: String,
}

impl Paper {
    fn of(locale: Locale, line: &JournalLine, entry: &Entry) -> Self {
        let (named, of) = match &line.title {
            Some(title) => {
                // A title with quotation marks of its own stands between ours.
                let title = within_marks(locale, title.as_str());
                let title = [("title", Value::Text(&title))];
                (say_with(locale, "paper-named", &title), say_with(locale, "of-paper-named", &title))
            }
            None if line.is_gone && !matches!(entry.line.action, Action::Destroy | Action::WithdrawDeposit) => {
                (say(locale, "paper-gone"), say(locale, "of-paper-gone"))
            }
            None => (say(locale, "paper-unnamed"), say(locale, "of-paper-unnamed")),
        };
        Self { named, of }
    }

    /// As values of a sentence.
    fn values(&self) -> [(&'static str, Value<'_>); 2] {
        [("paper", Value::Text(&self.named)), ("of_paper", Value::Text(&self.of))]
    }
}

/// What was done, as keys name it: a deposit that began onto a paper that was there is to replace it; who ends their own
/// place leaves.
fn done(entry: &Entry, is_named: bool) -> String {
    match (entry.line.action, entry.line.object) {
        (Action::BeginDeposit, Object::Document(_) | Object::Version(..)) => "document-replace-begin".to_owned(),
        // Said in the same breath: who reads that a paper was taken back wants to know whether it was seen.
        (Action::WithdrawDeposit, _) if entry.line.count.is_some() => "document-withdraw-opened".to_owned(),
        (Action::AmendOrganisation, _) if entry.line.count == Some(0) => "organisation-amend-no-more".to_owned(),
        (Action::EndMember, Object::Membership(ended)) if entry.line.membership == Some(ended) => {
            "member-leave".to_owned()
        }
        (Action::GiveMandate | Action::DeclineMandate, _) if is_in_window(entry) => {
            format!("{}-window", as_key(entry.line.action.code()))
        }
        (Action::GiveMandate, _) if is_named && entry.line.outcome == Outcome::Done => "mandate-give-to".to_owned(),
        (Action::CloseWindow, _) if is_without_answer(entry) => "window-close-time".to_owned(),
        (action, _) if is_about_sheet(action) && entry.line.ground == Ground::Judgment => {
            format!("{}-judgment", as_key(action.code()))
        }
        (action, _) => as_key(action.code()),
    }
}

fn act(locale: Locale, how: &str, entry: &Entry, cast: &Cast, paper: &Paper) -> String {
    let [named, of] = paper.values();
    let key = format!("{how}-{}", done(entry, cast.is_named));
    let (who, name, whom) = (Value::Text(cast.who), Value::Text(&cast.name), Value::Text(&cast.whom));
    capital(&say_with(locale, &key, &[("who", who), ("name", name), ("whom", whom), place(cast.is_office), named, of]))
}

/// A frame with the reason in it. Every frame may name the paper.
fn because(locale: Locale, frame: &str, reason: Reason, paper: &Paper) -> String {
    let because = say(locale, &format!("because-{}", as_key(reason.code())));
    let [named, of] = paper.values();
    say_with(locale, frame, &[("because", Value::Text(&because)), named, of])
}

/// How something long ended: a control or an export (the line says so), a reading (it names a paper), or a deposit.
fn closing(locale: Locale, entry: &Entry, reason: Reason, paper: &Paper) -> String {
    let whole = match entry.line.of {
        Some(Action::ControlDocument | Action::ControlLocker) => Some("close-control"),
        Some(Action::Export) => Some("close-export"),
        Some(Action::ReceiveArchive | Action::ReceiveMerged) => Some("close-bundle"),
        _ => None,
    };
    if let Some(whole) = whole {
        return match reason {
            Reason::Complete => say(locale, &format!("{whole}-complete")),
            Reason::Damaged if whole != "close-bundle" => say(locale, &format!("{whole}-damaged")),
            Reason::LeftOut => say(locale, &format!("{whole}-left-out")),
            _ => because(locale, &format!("{whole}-stopped"), reason, paper),
        };
    }
    let is_reading = matches!(entry.line.object, Object::Document(_) | Object::Version(..));
    let moved = entry.line.bytes.filter(|bytes| *bytes > 0).map(|bytes| size(locale, bytes));
    let told = match (is_reading, reason, &moved) {
        (true, Reason::Complete, _) => say_with(locale, "close-reading-complete", &paper.values()),
        (true, Reason::Partial, Some(size)) => {
            let [named, of] = paper.values();
            say_with(locale, "close-reading-partial", &[named, of, ("size", Value::Text(size))])
        }
        (true, _, moved) => {
            let stopped = because(locale, "close-reading-stopped", reason, paper);
            match moved {
                Some(size) => {
                    format!("{stopped} {}", say_with(locale, "close-reading-amount", &[("size", Value::Text(size))]))
                }
                None => stopped,
            }
        }
        (false, Reason::Complete, _) => say(locale, "close-deposit-complete"),
        (false, Reason::Replayed, _) => say(locale, "close-deposit-replayed"),
        (false, _, _) => because(locale, "close-deposit-stopped", reason, paper),
    };
    capital(&told)
}

/// A sentence begins with a capital, also when it begins with « un papier ».
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What help rests on that its holder did not agree to in a session of theirs: a sentence or two; none where they did.
pub fn rests_on(locale: Locale, view: &MandateView) -> Option<String> {
    match (view.consent, view.acknowledged_at) {
        (Consent::OwnSession | Consent::Window, _) => None,
        (Consent::Judgment, _) => Some(say(locale, "help-rests-judgment")),
        (Consent::Paper, None) => Some(say(locale, "help-rests-sheet")),
        (Consent::Paper, Some(at)) => {
            Some(say_with(locale, "help-rests-confirmed", &[("day", Value::Text(&day(locale, at)))]))
        }
    }
}

/// What is wrong, as the edge tells it: a status, a stable code, and what the sentences need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The HTTP status.
    pub status: StatusCode,
    /// The problem's code: keys `problem-CODE-title` and `problem-CODE-help`.
    pub code: &'static str,
    /// The field in cause, by its name in the API.
    pub field: Option<&'static str>,
    /// The limit that was passed: bytes of a file, letters of a field.
    pub limit: Option<u64>,
    /// What is wrong with the field: key `problem-field-CODE`.
    pub field_code: Option<&'static str>,
}

impl Fault {
    /// A fault that has nothing more to say than its code.
    pub const fn new(status: StatusCode, code: &'static str) -> Self {
        Self { status, code, field: None, limit: None, field_code: None }
    }

    /// A field is wrong, for one of the reasons under `problem-field-CODE`.
    pub const fn of_field(field: &'static str, field_code: &'static str, limit: Option<u64>) -> Self {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Self { status, code: "bad-field", field: Some(field), limit, field_code: Some(field_code) }
    }

    /// The title (what is wrong) and the help (what to do now).
    pub fn told(&self, locale: Locale) -> (String, String) {
        let field = self.field.map(|field| field_label(locale, field)).unwrap_or_default();
        let bytes = self.limit.map(|limit| size(locale, limit)).unwrap_or_default();
        let title = say_with(locale, &format!("problem-{}-title", self.code), &[("field", Value::Text(&field))]);
        let help = match self.field_code {
            Some(wrong) => {
                let limit = Value::Number(self.limit.unwrap_or_default());
                say_with(locale, &format!("problem-field-{wrong}"), &[("limit", limit)])
            }
            None => say_with(locale, &format!("problem-{}-help", self.code), &[("limit", Value::Text(&bytes))]),
        };
        (title, help)
    }
}

/// What somebody came in from, as they would call it.
pub fn device(locale: Locale, device: Device) -> String {
    let browser = device.browser.map(|one| say(locale, &format!("browser-{}", one.code())));
    let system = device.system.map(|one| say(locale, &format!("system-{}", one.code())));
    let told = match (browser, system) {
        (Some(browser), Some(system)) => {
            let parts = [("browser", Value::Text(&browser)), ("system", Value::Text(&system))];
            say_with(locale, "device-told", &parts)
        }
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => say(locale, "device-unknown"),
    };
    capital(&told)
}

/// A field's name as the form shows it; the name itself for those that only programs send.
pub fn field_label(locale: Locale, field: &str) -> String {
    let key = format!("field-{}", as_key(field));
    if has(locale, &key) { say(locale, &key) } else { field.to_owned() }
}

#[cfg(test)]
mod tests;
