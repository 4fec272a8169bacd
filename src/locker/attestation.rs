//! The words of the paper that says who helps, and of the one that says that help is over: in French, and below it in the other
//! language of who reads it.
//!
//! The first page is for whoever is shown it, the second for the person who is helped. Which words it is made of is told by their
//! SHA-256 ([`template`]), which the paper and the entry bear.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::consent::{judgment_told, scope_told};
use super::sheet_paper::made;
use crate::domain::document::{Day, Sha256Sum};
use crate::domain::help::{Agreed, CategoryScope, Evidence, Proposed, TermFields};
use crate::domain::ids::DocumentId;
use crate::domain::judgment::{Judgment, Measure};
use crate::domain::mandate::{Consent, Permission, Permissions, Status};
use crate::domain::organisation::Name;
use crate::domain::source::Timestamp;
use crate::domain::taxonomy::CATEGORIES;
use crate::domain::theme::Theme;
use crate::pdf::{Block, Paper, Said};
use crate::words::{Locale, Value, moment, say, say_with};

/// What such a paper says.
#[derive(Debug, Clone)]
pub struct Attestation<'a> {
    /// The person who is helped, as their issuer names them.
    pub holder: &'a str,
    /// What was agreed to.
    pub agreed: &'a Agreed,
    /// How.
    pub consent: Consent,
    /// Whether the holder has confirmed what was given on paper.
    pub is_acknowledged: bool,
    /// Its first moment.
    pub from: Timestamp,
    /// The first moment after it, as it was agreed to.
    pub until: Timestamp,
    /// When it was stopped before that, if it was.
    pub ended_at: Option<Timestamp>,
    /// Where it stands.
    pub status: Status,
    /// Whether it may be used, as whoever checks the paper now is told.
    pub holds: bool,
    /// Who makes the paper: the service's name, or where it is.
    pub service: &'a str,
    /// Whether the service is a demonstration: the paper shows it.
    pub is_demo: bool,
    /// When the paper is made.
    pub made_at: Timestamp,
    /// The code by which it is checked, as it is shown.
    pub code: &'a str,
    /// Where it is checked by hand, and the same with the code in it.
    pub check_at: (&'a str, &'a str),
    /// Where its holder comes in.
    pub home_at: &'a str,
}

/// Words in French and in another language, where they differ there.
pub(super) struct Tongues(pub Option<Locale>);

impl Tongues {
    pub fn each(&self, words: impl Fn(Locale) -> String) -> Said {
        let first = words(Locale::Fr);
        let second = self.0.map(words).filter(|second| *second != first);
        Said { first, second }
    }

    pub fn say(&self, key: &str) -> Said {
        self.each(|locale| say(locale, key))
    }

    pub fn with(&self, key: &str, name: &str, value: &str) -> Said {
        self.each(|locale| say_with(locale, key, &[(name, Value::Text(value))]))
    }

    pub fn at(&self, key: &str, at: Timestamp) -> Said {
        self.each(|locale| say_with(locale, key, &[("moment", Value::Text(&moment(locale, at)))]))
    }
}

/// The other language of a paper: the one that somebody reads the pages in, or that consent was given in.
pub(super) fn other_language(reads: Locale, agreed: &Agreed) -> Option<Locale> {
    let given = Locale::from_code(&agreed.evidence.locale);
    Some(reads).into_iter().chain(given).find(|locale| *locale != Locale::Fr)
}

/// SHA-256 of every word that such papers may be made of, in every language.
pub(super) fn template() -> Sha256Sum {
    static TEMPLATE: LazyLock<Sha256Sum> = LazyLock::new(|| {
        let mut hash = Sha256::new();
        hash.update(b"consigne/attestation/v1");
        let mut take = |word: &str| {
            hash.update(u64::try_from(word.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(word.as_bytes());
        };
        for paper in samples() {
            paper.words().into_iter().for_each(&mut take);
        }
        Locale::ALL.into_iter().flat_map(variations).for_each(|word| take(&word));
        Sha256Sum::from_bytes(hash.finalize().into())
    });
    *TEMPLATE
}

/// What else may stand in them, in one language: each theme, each permission alone, single papers, courts' decisions.
fn variations(locale: Locale) -> Vec<String> {
    let mut words: Vec<String> =
        Theme::ALL.iter().map(|theme| say(locale, &format!("theme-{}", theme.code()))).collect();
    words.push(say(locale, "paper-demo"));
    let papers = [DocumentId::from_uuid(uuid::Uuid::nil()); 2];
    for category in CATEGORIES {
        for permission in Permission::ALL {
            let one = CategoryScope::new(category, Permissions::of([permission]));
            let scopes = [one.clone(), one.clone().only(papers.get(..1).unwrap_or_default()), one.only(&papers)];
            words.extend(scopes.iter().filter_map(|scope| scope_told(locale, scope)));
        }
    }
    if let (Ok(court), Some(decided_on)) = (Name::parse("…"), Day::parse("2000-01-01").ok()) {
        for measure in [Measure::Tutelle, Measure::Curatelle] {
            for person in [true, false] {
                let judgment = Judgment { court: court.clone(), decided_on, measure, person };
                words.extend(judgment_told(locale, &judgment));
            }
        }
    }
    words
}

/// Such papers about nobody, one of each sort.
fn samples() -> Vec<Paper> {
    let Ok(name) = Name::parse("…") else { return Vec::new() };
    let Ok(purpose) = crate::domain::help::Purpose::parse("…") else { return Vec::new() };
    let at = Timestamp::from_micros(0);
    let every = Permissions::of(Permission::ALL);
    let mut papers = Vec::new();
    for (organisation, desk) in [(Some(name.clone()), false), (Some(name.clone()), true), (None, false)] {
        let proposed = Proposed {
            helper: name.clone(),
            organisation,
            desk,
            scope: CATEGORIES.iter().map(|category| CategoryScope::new(*category, every)).collect(),
            term: TermFields::Present,
            theme: Theme::Logement,
            purpose: purpose.clone(),
            judgment: None,
            unusual: false,
            on_paper: false,
            replaces: None,
            renews: None,
        };
        let sha256 = Sha256Sum::from_bytes([0; 32]);
        let evidence = Evidence {
            locale: String::new(),
            sha256,
            text: String::new(),
            read_aloud: false,
            interpreter: None,
            sheet: None,
        };
        let agreed = Agreed { proposed, evidence, narrowed: None };
        for (consent, is_acknowledged) in [
            (Consent::OwnSession, false),
            (Consent::Window, false),
            (Consent::Paper, false),
            (Consent::Paper, true),
            (Consent::Judgment, false),
        ] {
            let states =
                [(Status::Active, true), (Status::Active, false), (Status::Expired, false), (Status::Ended, false)];
            for (status, holds) in states {
                for other in Locale::ALL {
                    let sample = Attestation {
                        holder: "…",
                        agreed: &agreed,
                        consent,
                        is_acknowledged,
                        from: at,
                        until: at,
                        ended_at: None,
                        status,
                        holds,
                        service: "…",
                        is_demo: false,
                        made_at: at,
                        code: "…",
                        check_at: ("…", "…"),
                        home_at: "…",
                    };
                    papers.push(worded(&sample, Some(other).filter(|other| *other != Locale::Fr), None));
                }
            }
        }
    }
    papers
}

/// What a paper says of the help it is about: the same as its code says when it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It may be used.
    InForce,
    /// It runs, and may not be used now: who helps is suspended, or the locker is closed.
    Held,
    /// It is over.
    Over,
}

impl State {
    const fn of(attestation: &Attestation<'_>) -> Self {
        match attestation.status {
            Status::Expired | Status::Ended => Self::Over,
            Status::Active | Status::ToCome | Status::Unconfirmed if attestation.holds => Self::InForce,
            Status::Active | Status::ToCome | Status::Unconfirmed => Self::Held,
        }
    }
}

/// The paper, in French and in another language.
pub(super) fn paper(attestation: &Attestation<'_>, other: Option<Locale>) -> Paper {
    worded(attestation, other, Some(template()))
}

fn worded(attestation: &Attestation<'_>, other: Option<Locale>, template: Option<Sha256Sum>) -> Paper {
    let tongues = Tongues(other);
    let state = State::of(attestation);
    let is_over = state != State::InForce;
    let (title, intro) = match state {
        State::InForce => ("attest-title", "attest-intro"),
        State::Held => ("attest-held-title", "attest-held-intro"),
        State::Over => ("attest-over-title", "attest-over-intro"),
    };
    let mut blocks = vec![Block::Title(tongues.say(title))];
    if attestation.is_demo {
        blocks.push(Block::Heading(tongues.say("paper-demo")));
    }
    blocks.push(Block::Paragraph(tongues.say(intro)));
    blocks.push(Block::Paragraph(tongues.each(|locale| made(locale, attestation.service, attestation.made_at))));
    blocks.push(Block::Facts(facts(attestation, &tongues, state)));
    if !is_over {
        blocks.push(Block::Heading(tongues.say("attest-allows")));
        let told = |one: &CategoryScope| {
            scope_told(Locale::Fr, one)?;
            Some(tongues.each(|locale| scope_told(locale, one).unwrap_or_default()))
        };
        blocks.push(Block::Items(attestation.agreed.scope().iter().filter_map(told).collect()));
    }
    blocks.push(Block::Heading(tongues.say("attest-check")));
    blocks.push(Block::Code {
        says: vec![
            tongues.with("attest-check-how", "address", attestation.check_at.0),
            tongues.say("attest-check-answers"),
            tongues.say(if is_over { "attest-check-over" } else { "attest-check-alone" }),
        ],
        code: attestation.code.to_owned(),
        address: attestation.check_at.1.to_owned(),
        alt: tongues.say("attest-picture"),
    });
    if !is_over {
        blocks.push(Block::NextPage);
        blocks.extend(rights(attestation, &tongues));
    }
    if let Some(template) = template {
        blocks.push(Block::Fine(tongues.with("attest-template", "sum", &template.to_string())));
    }
    Paper {
        title: say(Locale::Fr, title),
        language: Locale::Fr.code(),
        second: other.map(Locale::code),
        made_at: attestation.made_at,
        pages: Some(2),
        foot: format!("{} · {}", say(Locale::Fr, title), attestation.code),
        blocks,
    }
}

/// Who, for whom, for what, from when, until when, and how it was agreed to.
fn facts(attestation: &Attestation<'_>, tongues: &Tongues, state: State) -> Vec<(Said, Said)> {
    let proposed = &attestation.agreed.proposed;
    let mut facts = vec![(tongues.say("attest-holder"), Said::plain(attestation.holder))];
    match (&proposed.organisation, proposed.desk) {
        (Some(organisation), true) => {
            facts.push((tongues.say("attest-desk"), tongues.with("attest-desk-all", "name", organisation.as_str())));
        }
        (Some(organisation), false) => {
            facts.push((tongues.say("attest-helper"), Said::plain(proposed.helper.as_str())));
            facts.push((tongues.say("attest-organisation"), Said::plain(organisation.as_str())));
        }
        (None, _) => facts.push((tongues.say("attest-helper"), Said::plain(proposed.helper.as_str()))),
    }
    let theme = format!("theme-{}", proposed.theme.code());
    let purpose = proposed.purpose.as_str();
    let for_what = tongues.each(|locale| {
        let theme = say(locale, &theme);
        say_with(locale, "attest-purpose", &[("purpose", Value::Text(purpose)), ("theme", Value::Text(&theme))])
    });
    facts.push((tongues.say("attest-what-for"), for_what));
    facts.push((tongues.say("attest-from"), tongues.each(|locale| moment(locale, attestation.from))));
    let until = if state == State::InForce { "attest-until" } else { "attest-planned" };
    facts.push((tongues.say(until), tongues.each(|locale| moment(locale, attestation.until))));
    if state == State::Held {
        facts.push((tongues.say("attest-why"), tongues.say("attest-why-held")));
    }
    if state == State::Over {
        let ended_at = attestation.ended_at.unwrap_or(attestation.until);
        facts.push((tongues.say("attest-ended"), tongues.each(|locale| moment(locale, ended_at))));
        let why = if attestation.status == Status::Expired { "attest-why-date" } else { "attest-why-stopped" };
        facts.push((tongues.say("attest-why"), tongues.say(why)));
    }
    let agreed = match (attestation.consent, attestation.is_acknowledged) {
        (Consent::OwnSession, _) => "attest-by-session",
        (Consent::Window, _) => "attest-by-window",
        (Consent::Paper, true) => "attest-by-paper-confirmed",
        (Consent::Paper, false) => "attest-by-paper",
        (Consent::Judgment, _) => "attest-by-judgment",
    };
    let agreed = match &proposed.judgment {
        Some(judgment) => tongues.each(|locale| judgment_told(locale, judgment).join(" ")),
        None => tongues.say(agreed),
    };
    facts.push((tongues.say("attest-agreed"), agreed));
    facts
}

/// What the person who is helped should know: how it stops, what it never allows, what they can see.
fn rights(attestation: &Attestation<'_>, tongues: &Tongues) -> Vec<Block> {
    let all = |keys: &[&str]| keys.iter().map(|key| tongues.say(key)).collect::<Vec<_>>();
    let mut stop = vec![tongues.with("attest-stop-enter", "address", attestation.home_at)];
    stop.extend(all(&["attest-stop-page", "attest-stop-press", "attest-stop-now"]));
    let has_structure = attestation.agreed.proposed.organisation.is_some();
    stop.push(tongues.say(if has_structure { "attest-stop-structure" } else { "attest-stop-relative" }));
    let mut blocks = vec![
        Block::Heading(tongues.say("attest-mandate")),
        Block::Paragraph(tongues.say("attest-mandate-word")),
        Block::Heading(tongues.say("attest-stop")),
        Block::Items(stop),
        Block::Heading(tongues.say("attest-never")),
        Block::Items(all(&["attest-never-destroy", "attest-never-hidden", "attest-never-give", "attest-never-more"])),
        Block::Heading(tongues.say("attest-see")),
        Block::Items(all(&["attest-see-lines", "attest-see-wrong"])),
    ];
    if attestation.consent == Consent::Judgment {
        blocks.push(Block::Paragraph(tongues.say("consent-judgment-stop")));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A paper that somebody kept bears the SHA-256 of the words that it was made by: each that was ever in use is on record.
    #[test]
    fn the_template_in_use_is_on_record() {
        let record = include_str!("../../docs/formats/attestation.md");
        assert!(record.contains(&format!("`{}`", template())), "docs/formats/attestation.md lacks {}", template());
        assert_eq!(samples().len(), 3 * 5 * 4 * Locale::ALL.len());
    }

    #[test]
    fn a_demonstration_says_so_on_its_papers() {
        let name = Name::parse("…").unwrap();
        let proposed = Proposed {
            helper: name,
            organisation: None,
            desk: false,
            scope: Vec::new(),
            term: TermFields::Present,
            theme: Theme::Logement,
            purpose: crate::domain::help::Purpose::parse("…").unwrap(),
            judgment: None,
            unusual: false,
            on_paper: false,
            replaces: None,
            renews: None,
        };
        let sha256 = Sha256Sum::from_bytes([0; 32]);
        let (locale, text) = (String::new(), String::new());
        let evidence = Evidence { locale, sha256, text, read_aloud: false, interpreter: None, sheet: None };
        let agreed = Agreed { proposed, evidence, narrowed: None };
        let at = Timestamp::from_micros(0);
        for is_demo in [false, true] {
            for status in [Status::Active, Status::Ended] {
                let about = Attestation {
                    holder: "…",
                    agreed: &agreed,
                    consent: Consent::OwnSession,
                    is_acknowledged: false,
                    from: at,
                    until: at,
                    ended_at: None,
                    status,
                    holds: status == Status::Active,
                    service: "CCAS",
                    is_demo,
                    made_at: at,
                    code: "…",
                    check_at: ("…", "…"),
                    home_at: "…",
                };
                let paper = paper(&about, None);
                let words = paper.words();
                assert_eq!(words.iter().any(|word| word.starts_with("Démonstration")), is_demo, "{words:?}");
                assert!(words.iter().any(|word| word.contains("par ce service") && word.contains("CCAS")), "{words:?}");
            }
        }
    }

    #[test]
    fn every_sample_is_set_and_says_no_key() {
        for paper in samples() {
            for word in paper.words() {
                assert!(!word.contains("attest-") && !word.contains("{$") && !word.contains("consent-"), "{word}");
            }
        }
        let [first, .., last] = samples().try_into().map(|all: [Paper; 120]| all).unwrap();
        for paper in [first, last] {
            assert!(crate::pdf::set(&paper).is_ok());
        }
    }
}
