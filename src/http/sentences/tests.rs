//! Sentences, read as people read them.

use super::faults::*;
use super::*;
use crate::domain::document::{FieldError, Title};
use crate::domain::entry::{Ground, Job, Line};
use crate::domain::ids::{ChainId, DocumentId, LockerId, RequestId, SessionId, VersionId};
use crate::domain::source::{Source, Timestamp};
use crate::locker::{EntranceError, LockerError};

fn source() -> Source {
    Source::seeded(Timestamp::from_micros(0), [7; 32])
}

fn line(actor: Actor, action: Action, object: Object, outcome: Outcome, title: Option<&str>) -> JournalLine {
    let source = source();
    let line = Line::new(actor, Ground::None, action, object, outcome, RequestId::draw(&source));
    let entry = Entry { chain: ChainId::draw(&source), seq: 1, at: Timestamp::from_micros(0), line };
    JournalLine {
        seq: 1,
        entry: Some(entry),
        title: title.map(|t| Title::parse(t).unwrap()),
        is_gone: false,
        helper: None,
        given_to: None,
        times: 1,
    }
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
    let gone = JournalLine { seq: 4, entry: None, title: None, is_gone: false, helper: None, given_to: None, times: 1 };
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
    let gone = ["Vous avez regardé la fiche d'un papier supprimé.", "You looked at the details of a deleted paper."];
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
    // What was done and why not are two halves: each action with one reason, and each reason with some actions.
    let of_action = |action: &Action| {
        let outcomes = [Outcome::Done, Outcome::Refused(Reason::NotFresh), Outcome::Ended(Reason::Interrupted)];
        outcomes.map(|outcome| (*action, outcome))
    };
    let of_reason = |reason: &Reason| {
        let outcomes = [Outcome::Refused(*reason), Outcome::Ended(*reason)];
        let actions = [Action::ReadContent, Action::Deposit, Action::GiveShare, Action::SendNotice];
        outcomes.into_iter().flat_map(move |outcome| actions.map(|action| (action, outcome)))
    };
    let told = Action::ALL.iter().flat_map(of_action).chain(Reason::ALL.iter().flat_map(of_reason));
    for (action, outcome) in told {
        for actor in actors {
            for object in objects {
                for (locale, title, is_gone) in
                    Locale::ALL.into_iter().flat_map(|l| [(l, None, false), (l, None, true), (l, Some("Bail"), false)])
                {
                    let line = JournalLine { is_gone, ..line(actor, action, object, outcome, title) };
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

#[test]
fn every_fault_is_told_in_both_languages() {
    let fields = [
        FieldError::Empty,
        FieldError::TooLong(200),
        FieldError::NotADate,
        FieldError::NotAHash,
        FieldError::UnknownKind,
        FieldError::NotAnAddress,
        FieldError::Landline,
        FieldError::Missing,
        FieldError::OutOfBounds(24),
        FieldError::Unregistered,
        FieldError::UnregisteredCallback,
        FieldError::NoSuchPaper,
        FieldError::OutOfDate,
        FieldError::Wider,
        FieldError::Otherwise,
        FieldError::Unchanged,
        FieldError::Past,
        FieldError::TooFar(31),
        FieldError::ToCome,
        FieldError::NotOnPaper,
        FieldError::Absent,
        FieldError::BeyondMeasure,
        FieldError::NotOfPerson,
        FieldError::OnePerson,
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
        LockerError::Infected,
        LockerError::NotScanned,
        LockerError::ScannerAway,
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
