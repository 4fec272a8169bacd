//! The catalogue holds together: same keys, same variables, nothing missing, no word that people don't use.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;

use super::*;
use crate::domain::entry::{Action, Reason};
use crate::domain::taxonomy::{CATEGORIES, KINDS};

/// The messages of a language: key → text.
fn messages(locale: Locale) -> BTreeMap<String, String> {
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    let mut current = String::new();
    for line in written(locale).lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        if line.starts_with(|c: char| c.is_ascii_lowercase()) {
            let (key, text) = line.split_once(" = ").unwrap_or_else(|| panic!("{line}"));
            current = key.to_owned();
            assert!(messages.insert(current.clone(), text.to_owned()).is_none(), "{key} stands twice");
        } else {
            messages.get_mut(&current).unwrap().push_str(line);
        }
    }
    messages
}

fn variables(text: &str) -> BTreeSet<String> {
    let names = text.split('$').skip(1);
    names.map(|rest| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn both_catalogues_parse_and_say_the_same_things() {
    for locale in Locale::ALL {
        let resource = FluentResource::try_new(typeset(locale, written(locale)));
        assert!(resource.is_ok(), "{}: {:?}", locale.code(), resource.err().map(|(_, errors)| errors));
        let mut bundle = Bundle::new_concurrent(vec![locale.code().parse().unwrap()]);
        bundle.add_resource(resource.unwrap()).unwrap();
    }
    let (fr, en) = (messages(Locale::Fr), messages(Locale::En));
    assert_eq!(fr.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
    for (key, text) in &fr {
        assert_eq!(variables(text), variables(&en[key]), "{key}");
        assert!(has(Locale::Fr, key) && has(Locale::En, key), "{key}");
    }
}

#[test]
fn every_category_kind_action_and_reason_is_said() {
    let mut keys: Vec<String> = Vec::new();
    keys.extend(CATEGORIES.iter().map(|c| format!("category-{}", as_key(c.code()))));
    keys.extend(KINDS.iter().map(|k| format!("kind-{}", as_key(k.code()))));
    keys.extend(Action::ALL.iter().flat_map(|a| ["done", "tried"].map(|how| format!("{how}-{}", as_key(a.code())))));
    keys.extend(Reason::ALL.iter().map(|r| format!("because-{}", as_key(r.code()))));
    for key in keys {
        for locale in Locale::ALL {
            assert!(has(locale, &key), "{}: {key}", locale.code());
        }
    }
}

/// Agents and bearers of a code read them too: a paper of somebody else is never « mine ».
#[test]
fn kinds_are_named_for_whoever_reads_them() {
    for (locale, own) in
        [(Locale::Fr, &["mon", "ma", "mes", "moi", "me", "m", "je"][..]), (Locale::En, &["my", "me", "mine", "i"][..])]
    {
        for (key, text) in messages(locale).iter().filter(|(key, _)| key.starts_with("kind-")) {
            let text = text.to_lowercase();
            let mut words = text.split(|c: char| !c.is_alphabetic());
            assert!(!words.any(|word| own.contains(&word)), "{key}: {text}");
        }
    }
}

/// The codes of problems that the edge may tell.
const PROBLEMS: &[&str] = &[
    "not-signed-in",
    "session-over",
    "not-found",
    "method-not-allowed",
    "wrong-origin",
    "wrong-host",
    "wrong-state",
    "quota",
    "already-open",
    "locker-closed",
    "locker-open",
    "closure-over",
    "not-allowed",
    "sign-in-again",
    "another-person",
    "not-proven-again",
    "too-large",
    "empty-file",
    "kind-of-file",
    "wrong-hash",
    "infected",
    "found-infected",
    "not-scanned",
    "scanner-away",
    "cut",
    "too-slow",
    "repeat-key",
    "bad-range",
    "bad-field",
    "damaged",
    "away",
    "full",
    "too-many",
    "declined",
    "issuer-away",
    "not-believed",
    "unknown-sign-in",
    "no-issuer",
    "bad-request",
    "internal",
];
/// What may be wrong with a field.
const FIELDS: &[&str] =
    &["empty", "too-long", "not-a-date", "not-a-hash", "unknown-kind", "malformed", "missing", "out-of-date"];

#[test]
fn every_problem_says_what_is_wrong_and_what_to_do() {
    for locale in Locale::ALL {
        for code in PROBLEMS {
            for part in ["title", "help"] {
                assert!(has(locale, &format!("problem-{code}-{part}")), "{}: {code} {part}", locale.code());
            }
        }
        for code in FIELDS {
            assert!(has(locale, &format!("problem-field-{code}")), "{}: {code}", locale.code());
        }
    }
}

fn walk(folder: &Path, extension: &str, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
}

/// The first text after each call of a function that takes a key; keys made of pieces are tested by their lists.
fn keys_used(text: &str) -> Vec<String> {
    let mut keys = Vec::new();
    for call in ["say(", "say_with(", "fact(", "with_day(", "counted("] {
        for (at, _) in text.match_indices(call) {
            let rest = &text[at + call.len()..];
            let rest = &rest[..rest.find([')', ';']).unwrap_or(rest.len())];
            let Some(key) = rest.split('"').nth(1) else { continue };
            if key.contains('-') && key.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
                keys.push(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_key_that_pages_and_code_use_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut sources, mut templates) = (Vec::new(), Vec::new());
    walk(&root.join("src"), "rs", &mut sources);
    walk(&root.join("templates"), "html", &mut templates);
    let keys: BTreeSet<String> = sources.iter().chain(&templates).flat_map(|text| keys_used(text)).collect();
    assert!(keys.len() > 80, "the sources are read: {}", keys.len());
    for key in &keys {
        assert!(has(Locale::Fr, key) && has(Locale::En, key), "{key}");
    }
}

#[test]
fn every_key_is_used_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut texts = Vec::new();
    walk(&root.join("src"), "rs", &mut texts);
    walk(&root.join("templates"), "html", &mut texts);
    let made = [
        "category-",
        "kind-",
        "because-",
        "done-",
        "tried-",
        "problem-",
        "field-",
        "permission-",
        "theme-",
        "browser-",
        "system-",
        "close-control-",
        "close-export-",
        "close-bundle-",
        "cover-absent-",
        "export-readme-",
        "add-",
        "replace-",
        "change-",
        "window-end-",
        "list-",
    ];
    for key in messages(Locale::Fr).keys().filter(|key| !made.iter().any(|start| key.starts_with(start))) {
        let quoted = format!("\"{key}\"");
        assert!(texts.iter().any(|text| text.contains(&quoted)), "{key} is said nowhere");
    }
}

#[test]
fn french_keeps_to_the_words_of_the_house() {
    let forbidden = [
        "téléverser",
        "upload",
        "uploader",
        "cloud",
        "révoquer",
        "résilier",
        "coffre-fort",
        "coffre fort",
        "numérique",
        "justificatif",
        "confidentiel",
        "délégation",
        "procuration",
        "habilitation",
        "mandataire",
        "tiers",
        "périmètre",
        "consentir",
        "valider",
        "invalide",
        "périmé",
        "session",
        "journal",
        "audit",
        "log",
        "logs",
        "partager",
        "exporter",
        "purger",
        "intégrité",
        "authentifier",
        "authentification",
        "connecter",
        "se connecter",
        "otp",
        "partenaire",
        "espace",
        "usager",
        "etc",
        "cliquez",
        "cliquer",
        "erreur",
    ];
    for (key, text) in messages(Locale::Fr) {
        let words: Vec<String> =
            text.to_lowercase().split(|c: char| !(c.is_alphabetic() || c == '-')).map(ToOwned::to_owned).collect();
        for word in forbidden {
            let is_there = if word.contains(' ') {
                text.to_lowercase().contains(word)
            } else {
                words.iter().any(|found| found == word)
            };
            assert!(!is_there, "{key} says « {word} »: {text}");
        }
        assert!(!text.contains('('), "{key} has parentheses: {text}");
    }
}

#[test]
fn french_sentences_stay_short() {
    let made = ["done-", "tried-", "papers-count", "papers-found", "papers-damaged"];
    for (key, text) in messages(Locale::Fr) {
        if made.iter().any(|start| key.starts_with(start)) {
            continue;
        }
        for sentence in text.split(['.', '?', ';']) {
            let words = sentence.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count();
            assert!(words <= 18, "{key} has a sentence of {words} words: {sentence}");
        }
    }
}

#[test]
fn numbers_choose_their_form_and_the_type_is_set() {
    let count = |locale, n| say_with(locale, "papers-count", &[("count", Value::Number(n))]);
    assert_eq!(count(Locale::Fr, 0), "Vous n’avez pas encore de papier ici.");
    assert_eq!(count(Locale::Fr, 1), "Vous avez 1 papier.");
    assert_eq!(count(Locale::Fr, 12), "Vous avez 12 papiers.");
    assert_eq!(count(Locale::En, 1), "You have 1 paper.");
    assert_eq!(say(Locale::Fr, "menu-journal"), "Qui a ouvert mes papiers\u{a0}?");
    let named = say_with(Locale::Fr, "paper-named", &[("title", Value::Text("Bail"))]);
    assert_eq!(named, "«\u{a0}Bail\u{a0}»");
    assert_eq!(say(Locale::En, "nothing"), "nothing");
    let most = |locale, n| say_with(locale, "info-limits-count", &[("count", Value::Number(n))]);
    assert!(
        most(Locale::Fr, 5000).starts_with("Une consigne contient 5\u{a0}000 papiers"),
        "{}",
        most(Locale::Fr, 5000)
    );
    assert!(most(Locale::En, 1_234_567).starts_with("A locker holds 1,234,567 papers"));
    assert!(most(Locale::Fr, 500).contains(" 500 papiers"));
}

#[test]
fn marks_within_marks_are_others() {
    for (text, fr, en) in [
        ("Bail", "Bail", "Bail"),
        ("Le « vieux » bail", "Le “vieux” bail", "Le « vieux » bail"),
        ("«\u{a0}Bail\u{202f}»", "“Bail”", "«\u{a0}Bail\u{202f}»"),
        ("«Bail»", "“Bail”", "«Bail»"),
        ("My “old” lease", "My “old” lease", "My ‘old’ lease"),
        ("Quittance de mars 2026 »", "Quittance de mars 2026”", "Quittance de mars 2026 »"),
    ] {
        assert_eq!(within_marks(Locale::Fr, text), fr);
        assert_eq!(within_marks(Locale::En, text), en);
    }
}

#[test]
fn one_point_ends_a_sentence() {
    assert_eq!(purpose_told(Locale::Fr, "Louer un studio."), "Pour\u{a0}: Louer un studio.");
    assert_eq!(purpose_told(Locale::Fr, "Louer un studio"), "Pour\u{a0}: Louer un studio.");
}

#[test]
fn french_small_words_melt_together() {
    for (key, text) in messages(Locale::Fr) {
        let text = format!(" {} ", text.to_lowercase());
        for never in [" de un ", " de une ", " à le ", " à les ", " de le ", " de les "] {
            assert!(!text.contains(never), "{key}: {text}");
        }
        // What is put in begins with an article, or with a mark.
        assert!(!text.contains(" de { $paper }") && !text.contains(" à { $paper }"), "{key}: {text}");
    }
}
