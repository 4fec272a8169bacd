//! From codes to sentences: a line of the journal, a refusal, a failure, in the reader's language.
//!
//! What lives here: which key of the catalogue says what, and which HTTP status goes with which refusal. What must not: the
//! sentences themselves (`locales/*.ftl`), nor any code shown to people. To add an action or a reason: its keys in both
//! catalogues; to add an error: its line in `fault`.

use axum::http::StatusCode;

use crate::domain::device::Device;
use crate::domain::document::FieldError;
use crate::domain::entry::{Action, Actor, Entry, Object, Outcome, Reason};
use crate::domain::ids::PersonId;
use crate::locker::{EntranceError, JournalLine, LockerError};
use crate::words::{Locale, Value, as_key, has, say, say_with, size, within_marks};

/// One line of the journal in plain words, without a code. `viewer` is the reader: what they did is « vous ».
pub fn sentence(locale: Locale, line: &JournalLine, viewer: PersonId) -> String {
    let Some(entry) = &line.entry else { return say(locale, "line-damaged") };
    let paper = Paper::of(locale, line, entry);
    match (entry.line.action, entry.line.outcome) {
        (Action::Close, Outcome::Ended(reason)) => closing(locale, entry, reason, &paper),
        (_, Outcome::Done) => act(locale, "done", entry, viewer, &paper),
        (action, Outcome::Refused(reason)) => {
            let frame = if action == Action::SignIn { "line-refused-entry" } else { "line-refused" };
            let tried = act(locale, "tried", entry, viewer, &paper);
            format!("{tried} {}", because(locale, frame, reason, &paper))
        }
        (_, Outcome::Ended(reason)) => {
            let tried = act(locale, "tried", entry, viewer, &paper);
            format!("{tried} {}", because(locale, "line-failed", reason, &paper))
        }
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
            None if line.is_gone && entry.line.action != Action::Destroy => {
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

/// What was done, as keys name it: a deposit that began onto a paper that was there is to replace it.
fn done(entry: &Entry) -> String {
    match (entry.line.action, entry.line.object) {
        (Action::BeginDeposit, Object::Document(_) | Object::Version(..)) => "document-replace-begin".to_owned(),
        (action, _) => as_key(action.code()),
    }
}

fn act(locale: Locale, how: &str, entry: &Entry, viewer: PersonId, paper: &Paper) -> String {
    let (who, name) = match entry.line.actor {
        Actor::Holder(person) | Actor::Person(person) | Actor::Aidant(person) | Actor::Relative(person)
            if person == viewer =>
        {
            ("you", String::new())
        }
        Actor::Aidant(_) | Actor::Relative(_) => ("other", say(locale, "who-helper")),
        Actor::Holder(_) | Actor::Person(_) => ("other", say(locale, "who-person")),
        Actor::Anonymous => ("other", say(locale, "who-anonymous")),
        Actor::Operator => ("other", say(locale, "who-operator")),
        Actor::Job(_) => ("other", say(locale, "who-service")),
    };
    let [named, of] = paper.values();
    let key = format!("{how}-{}", done(entry));
    capital(&say_with(locale, &key, &[("who", Value::Text(who)), ("name", Value::Text(&name)), named, of]))
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
        _ => None,
    };
    if let Some(whole) = whole {
        return match reason {
            Reason::Complete => say(locale, &format!("{whole}-complete")),
            Reason::Damaged => say(locale, &format!("{whole}-damaged")),
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

/// The HTTP answer to a verb that did not do what was asked. What may not be seen is 404, not 403.
pub fn fault(error: &LockerError) -> Fault {
    match *error {
        LockerError::Refused(reason) => refused(reason),
        LockerError::Away => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "away"),
        LockerError::Full => Fault::new(StatusCode::INSUFFICIENT_STORAGE, "full"),
        LockerError::Damaged => Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        LockerError::Field { field, error } => {
            let (code, limit) = wrong_field(error);
            Fault::of_field(field, code, limit)
        }
        LockerError::TooLarge(limit) => {
            Fault { limit: Some(limit), ..Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large") }
        }
        LockerError::EmptyFile => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "empty-file"),
        LockerError::KindOfFile => Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "kind-of-file"),
        LockerError::WrongHash => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-hash"),
        LockerError::Cut => Fault::new(StatusCode::BAD_REQUEST, "cut"),
        LockerError::TooSlow => Fault::new(StatusCode::REQUEST_TIMEOUT, "too-slow"),
        LockerError::RepeatKeyReused => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "repeat-key"),
        LockerError::BadRange(size) => {
            Fault { limit: Some(size), ..Fault::new(StatusCode::RANGE_NOT_SATISFIABLE, "bad-range") }
        }
    }
}

/// What is wrong with a field, as its key says it, and its limit.
fn wrong_field(error: FieldError) -> (&'static str, Option<u64>) {
    match error {
        FieldError::Empty => ("empty", None),
        FieldError::TooLong(limit) => ("too-long", u64::try_from(limit).ok()),
        FieldError::NotADate => ("not-a-date", None),
        FieldError::NotAHash => ("not-a-hash", None),
        FieldError::UnknownKind => ("unknown-kind", None),
        FieldError::Missing => ("missing", None),
        FieldError::OutOfDate => ("out-of-date", None),
    }
}

/// The HTTP answer to a no of the door.
fn refused(reason: Reason) -> Fault {
    match reason {
        Reason::NotSignedIn => Fault::new(StatusCode::UNAUTHORIZED, "not-signed-in"),
        Reason::SessionEnded | Reason::SessionIdle | Reason::SessionExpired | Reason::ClockBehind => {
            Fault::new(StatusCode::UNAUTHORIZED, "session-over")
        }
        // What a helper may not see is not there for them; the journal says why.
        Reason::NoRelation
        | Reason::UnknownDocument
        | Reason::UnknownSession
        | Reason::MandateOver
        | Reason::MandateToCome
        | Reason::NotAMember
        | Reason::UnknownMember
        | Reason::OutOfScope => Fault::new(StatusCode::NOT_FOUND, "not-found"),
        Reason::PaperDestroyed => Fault::new(StatusCode::GONE, "paper-destroyed"),
        Reason::WrongState => Fault::new(StatusCode::CONFLICT, "wrong-state"),
        Reason::QuotaExceeded => Fault::new(StatusCode::PAYLOAD_TOO_LARGE, "quota"),
        Reason::AlreadyOpen => Fault::new(StatusCode::CONFLICT, "already-open"),
        Reason::LockerClosed => Fault::new(StatusCode::CONFLICT, "locker-closed"),
        Reason::LockerOpen => Fault::new(StatusCode::CONFLICT, "locker-open"),
        Reason::ClosureOver => Fault::new(StatusCode::CONFLICT, "closure-over"),
        Reason::NotAllowed | Reason::NoVisit => Fault::new(StatusCode::FORBIDDEN, "not-allowed"),
        Reason::NoSecondFactor => Fault::new(StatusCode::FORBIDDEN, "second-factor"),
        Reason::WrongCode => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-code"),
        Reason::FactorLocked => Fault::new(StatusCode::TOO_MANY_REQUESTS, "factor-locked"),
        Reason::FactorState => Fault::new(StatusCode::CONFLICT, "factor-state"),
        Reason::AlreadyMember => Fault::new(StatusCode::CONFLICT, "already-member"),
        Reason::NotFresh => Fault::new(StatusCode::FORBIDDEN, "sign-in-again"),
        Reason::AnotherPerson => Fault::new(StatusCode::FORBIDDEN, "another-person"),
        Reason::NotProvenAgain => Fault::new(StatusCode::FORBIDDEN, "not-proven-again"),
        Reason::TooMany => Fault::new(StatusCode::TOO_MANY_REQUESTS, "too-many"),
        Reason::KindOfFile => Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "kind-of-file"),
        Reason::WrongHash => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "wrong-hash"),
        Reason::Cut | Reason::ReaderLeft => Fault::new(StatusCode::BAD_REQUEST, "cut"),
        Reason::TooSlow => Fault::new(StatusCode::REQUEST_TIMEOUT, "too-slow"),
        Reason::Damaged => Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "damaged"),
        Reason::StoreAway | Reason::Interrupted => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "away"),
        Reason::BadField => Fault::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-request"),
        Reason::BadAnswer => Fault::new(StatusCode::BAD_REQUEST, "not-believed"),
        Reason::RefusedAtIssuer => Fault::new(StatusCode::FORBIDDEN, "declined"),
        Reason::IssuerAway => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "issuer-away"),
        // The door never says no with these: they tell how something ended.
        Reason::TooLarge | Reason::Complete | Reason::Partial | Reason::Replayed | Reason::NotProven => {
            Fault::new(StatusCode::INTERNAL_SERVER_ERROR, "internal")
        }
    }
}

/// The HTTP answer to a sign-in that did not succeed.
pub fn entrance_fault(error: &EntranceError) -> Fault {
    match error {
        EntranceError::NoIssuer => Fault::new(StatusCode::NOT_FOUND, "no-issuer"),
        EntranceError::Unknown => Fault::new(StatusCode::BAD_REQUEST, "unknown-sign-in"),
        EntranceError::Declined => Fault::new(StatusCode::FORBIDDEN, "declined"),
        EntranceError::IssuerAway => Fault::new(StatusCode::SERVICE_UNAVAILABLE, "issuer-away"),
        EntranceError::NotBelieved => Fault::new(StatusCode::BAD_REQUEST, "not-believed"),
        EntranceError::NotProvenAgain => Fault::new(StatusCode::FORBIDDEN, "not-proven-again"),
        EntranceError::Locker(error) => fault(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::document::Title;
    use crate::domain::entry::{Ground, Job, Line};
    use crate::domain::ids::{ChainId, DocumentId, LockerId, RequestId, SessionId, VersionId};
    use crate::domain::source::{Source, Timestamp};

    fn source() -> Source {
        Source::seeded(Timestamp::from_micros(0), [7; 32])
    }

    fn line(actor: Actor, action: Action, object: Object, outcome: Outcome, title: Option<&str>) -> JournalLine {
        let source = source();
        let line = Line::new(actor, Ground::None, action, object, outcome, RequestId::draw(&source));
        let entry = Entry { chain: ChainId::draw(&source), seq: 1, at: Timestamp::from_micros(0), line };
        JournalLine { seq: 1, entry: Some(entry), title: title.map(|t| Title::parse(t).unwrap()), is_gone: false }
    }

    fn plain(text: &str) -> String {
        text.replace('\u{a0}', " ").replace('’', "'")
    }

    #[test]
    fn lines_are_told_as_the_house_speaks() {
        let source = source();
        let (me, other) = (PersonId::draw(&source), PersonId::draw(&source));
        let paper = Object::Version(DocumentId::draw(&source), VersionId::draw(&source));
        let locker = Object::Locker(LockerId::draw(&source));
        let title = Some("Quittance de mars");
        let told = |line: &JournalLine| plain(&sentence(Locale::Fr, line, me));
        let read = line(Actor::Holder(me), Action::ReadContent, paper, Outcome::Done, title);
        assert_eq!(told(&read), "Vous avez ouvert « Quittance de mars ».");
        assert_eq!(plain(&sentence(Locale::En, &read, me)), "You opened “Quittance de mars”.");
        let read = line(Actor::Person(other), Action::ReadContent, paper, Outcome::Done, None);
        assert_eq!(told(&read), "Une autre personne a ouvert un papier.");
        let added = line(Actor::Holder(me), Action::Deposit, paper, Outcome::Done, None);
        assert_eq!(told(&added), "Vous avez ajouté un papier.");
        let entry = line(Actor::Anonymous, Action::SignIn, Object::None, Outcome::Refused(Reason::TooMany), None);
        assert_eq!(told(&entry), "Quelqu'un a essayé d'entrer. L'entrée a été refusée : il y a eu trop d'essais.");
        let job = Actor::Job(Job::Closing);
        let mut cut = line(job, Action::Close, paper, Outcome::Ended(Reason::Cut), title);
        assert_eq!(told(&cut), "La lecture de « Quittance de mars » s'est arrêtée : la connexion a été coupée.");
        cut.entry.as_mut().unwrap().line.bytes = Some(2_516_582);
        assert!(told(&cut).ends_with("coupée. 2,4 Mo ont été lus."), "{}", told(&cut));
        let cut = line(job, Action::Close, locker, Outcome::Ended(Reason::KindOfFile), None);
        assert_eq!(told(&cut), "L'ajout s'est arrêté : cette sorte de fichier n'est pas acceptée.");
        let gone = JournalLine { seq: 4, entry: None, title: None, is_gone: false };
        assert_eq!(told(&gone), "Cette ligne ne peut pas être vérifiée. Parlez-en au service.");
    }

    #[test]
    fn a_paper_stands_well_in_every_place_of_a_sentence() {
        let source = source();
        let me = PersonId::draw(&source);
        let paper = Object::Version(DocumentId::draw(&source), VersionId::draw(&source));
        let both = |line: &JournalLine| Locale::ALL.map(|locale| plain(&sentence(locale, line, me)));
        let mut viewed = line(Actor::Holder(me), Action::ViewDocument, paper, Outcome::Done, None);
        assert_eq!(both(&viewed), ["Vous avez regardé la fiche d'un papier.", "You looked at the details of a paper."]);
        viewed.is_gone = true;
        let gone =
            ["Vous avez regardé la fiche d'un papier supprimé.", "You looked at the details of a deleted paper."];
        assert_eq!(both(&viewed), gone);
        viewed.title = Some(Title::parse("Le « vieux » bail").unwrap());
        assert_eq!(both(&viewed)[0], "Vous avez regardé la fiche de « Le “vieux” bail ».");
        let read = line(Actor::Holder(me), Action::ReadContent, paper, Outcome::Done, Some("My “old” lease"));
        assert_eq!(sentence(Locale::En, &read, me), "You opened “My ‘old’ lease”.");
        // A deposit onto a paper that was there replaces it; any other adds one.
        let begun = |object, title| both(&line(Actor::Holder(me), Action::BeginDeposit, object, Outcome::Done, title));
        let newer = begun(paper, Some("Bail"));
        assert_eq!(newer[0], "Vous avez commencé à remplacer « Bail » par une version plus récente.");
        assert_eq!(newer[1], "You started to replace “Bail” with a newer version.");
        let added = begun(Object::Locker(LockerId::draw(&source)), None);
        assert_eq!(added, ["Vous avez commencé à ajouter un papier.", "You started to add a paper."]);
    }

    #[test]
    fn an_arabic_title_does_not_turn_the_sentence_round() {
        let me = PersonId::draw(&source());
        let paper = Object::Document(DocumentId::draw(&source()));
        let read = line(Actor::Holder(me), Action::ReadContent, paper, Outcome::Done, Some("عقد"));
        let told = sentence(Locale::Fr, &read, me);
        assert!(told.contains("\u{2068}عقد\u{2069}"), "{told}");
    }

    #[test]
    fn every_line_has_its_sentence_and_shows_no_code() {
        let source = source();
        let me = PersonId::draw(&source);
        let document = DocumentId::draw(&source);
        let actors = [
            Actor::Anonymous,
            Actor::Holder(me),
            Actor::Person(PersonId::draw(&source)),
            Actor::Operator,
            Actor::Job(Job::Closing),
            Actor::Job(Job::Sweeper),
        ];
        let objects = [
            Object::None,
            Object::Locker(LockerId::draw(&source)),
            Object::Document(document),
            Object::Version(document, VersionId::draw(&source)),
            Object::Session(SessionId::draw(&source)),
        ];
        let outcomes = Reason::ALL
            .iter()
            .flat_map(|reason| [Outcome::Refused(*reason), Outcome::Ended(*reason)])
            .chain([Outcome::Done]);
        for outcome in outcomes {
            for action in Action::ALL {
                for actor in actors {
                    for object in objects {
                        for (locale, title, is_gone) in Locale::ALL
                            .into_iter()
                            .flat_map(|l| [(l, None, false), (l, None, true), (l, Some("Bail"), false)])
                        {
                            let line = JournalLine { is_gone, ..line(actor, *action, object, outcome, title) };
                            let told = sentence(locale, &line, me);
                            let words = format!(" {} ", plain(&told).to_lowercase());
                            for never in [" de un ", " de une ", " à le ", " à les ", " de le ", " de les "] {
                                assert!(locale == Locale::En || !words.contains(never), "{told}");
                            }
                            assert!(told.ends_with('.') && !told.contains(['_', '{', '$']), "{told}");
                            for key in ["because", "done", "tried", "close", "line", "who"] {
                                assert!(!told.contains(&format!("{key}-")), "{told}");
                            }
                            assert!(!told.contains("  ") && !told.starts_with(char::is_lowercase), "{told}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_fault_is_told_in_both_languages() {
        let fields = [
            FieldError::Empty,
            FieldError::TooLong(200),
            FieldError::NotADate,
            FieldError::NotAHash,
            FieldError::UnknownKind,
            FieldError::Missing,
            FieldError::OutOfDate,
        ];
        let mut errors: Vec<LockerError> = Reason::ALL.iter().map(|reason| LockerError::Refused(*reason)).collect();
        errors.extend(fields.iter().map(|error| LockerError::Field { field: "issued_on", error: *error }));
        errors.extend([
            LockerError::Away,
            LockerError::Full,
            LockerError::Damaged,
            LockerError::TooLarge(100 * 1024 * 1024),
            LockerError::EmptyFile,
            LockerError::KindOfFile,
            LockerError::WrongHash,
            LockerError::Cut,
            LockerError::TooSlow,
            LockerError::RepeatKeyReused,
            LockerError::BadRange(10),
        ]);
        let entrances = [
            EntranceError::NoIssuer,
            EntranceError::Unknown,
            EntranceError::Declined,
            EntranceError::IssuerAway,
            EntranceError::NotBelieved,
            EntranceError::NotProvenAgain,
        ];
        let faults = errors.iter().map(fault).chain(entrances.iter().map(entrance_fault));
        for fault in faults {
            assert!(!fault.status.is_success());
            for locale in Locale::ALL {
                let (title, help) = fault.told(locale);
                for text in [title, help] {
                    assert!(!text.contains("problem-") && !text.contains(['_', '$', '{']), "{fault:?}: {text}");
                }
            }
        }
        let (title, help) = fault(&errors[Reason::ALL.len() + 2]).told(Locale::Fr);
        assert_eq!(plain(&title), "« Date du papier » : la réponse n'est pas bonne.");
        assert!(help.starts_with("Ce n’est pas une date."), "{help}");
        let (_, help) = fault(&LockerError::TooLarge(100 * 1024 * 1024)).told(Locale::Fr);
        assert_eq!(plain(&help), "La taille la plus grande est 100 Mo. Choisissez un fichier plus petit.");
    }
}
