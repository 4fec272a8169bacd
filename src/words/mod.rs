//! The one message catalogue: every sentence that people read, by language (`locales/*.ftl`).
//!
//! What lives here: languages, the catalogue, dates and sizes as people read them. What must not: rules, HTML, codes shown
//! to people. To add a sentence: one key in each `locales/*.ftl`, with the same variables; the tests tell what is missing.
//! To add a language: a [`Locale`], its file, its arms in `dates`.

mod dates;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

use crate::domain::taxonomy::{Category, Kind};

pub use dates::{clock, date_of, day, day_of, end_of_day, is_daytime, moment, morning_of, next_morning, size};

/// A language that the catalogue has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Locale {
    /// French, first.
    #[default]
    Fr,
    /// English.
    En,
}

impl Locale {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// Its BCP 47 tag.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "fr" => Some(Self::Fr),
            "en" => Some(Self::En),
            _ => None,
        }
    }
}

/// What is put in the place of a variable.
#[derive(Debug, Clone, Copy)]
pub enum Value<'a> {
    /// A text: a title, a date already written for people, a word that the sentence selects on.
    Text(&'a str),
    /// A whole number; sentences choose singular or plural by it.
    Number(u64),
}

const FRENCH: &str = include_str!("../../locales/fr.ftl");
const ENGLISH: &str = include_str!("../../locales/en.ftl");

type Bundle = FluentBundle<FluentResource>;

static FR: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::Fr));
static EN: LazyLock<Bundle> = LazyLock::new(|| bundle(Locale::En));

const fn written(locale: Locale) -> &'static str {
    match locale {
        Locale::Fr => FRENCH,
        Locale::En => ENGLISH,
    }
}

/// Sets the type: curly apostrophes, and in French the spaces that never break before `: ; ? ! »`. The files stay easy to
/// type and to compare.
fn typeset(locale: Locale, text: &str) -> String {
    let mut text = text.replace('\'', "’");
    if locale == Locale::Fr {
        for mark in [":", ";", "?", "!", "»"] {
            text = text.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"));
        }
        text = text.replace("« ", "«\u{a0}");
    }
    text
}

/// A whole number with its thousands apart, as the language writes them.
fn thousands(value: &FluentValue<'_>, between: char) -> Option<String> {
    let FluentValue::Number(number) = value else { return None };
    let digits = number.as_string();
    let mut written = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            written.push(between);
        }
        written.push(digit);
    }
    Some(written)
}

fn thousands_apart<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    thousands(value, '\u{a0}')
}

fn thousands_by_commas<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    thousands(value, ',')
}

fn bundle(locale: Locale) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![locale.code().parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    // « 5 000 », "5,000".
    bundle.set_formatter(Some(match locale {
        Locale::Fr => thousands_apart,
        Locale::En => thousands_by_commas,
    }));
    // A sentence that does not parse is left out, and the others hold; the tests let no such catalogue pass.
    let resource = FluentResource::try_new(typeset(locale, written(locale))).unwrap_or_else(|(parsed, _)| parsed);
    if let Err(errors) = bundle.add_resource(resource) {
        tracing::error!(locale = locale.code(), ?errors, "catalogue");
    }
    bundle
}

fn of(locale: Locale) -> &'static Bundle {
    match locale {
        Locale::Fr => &FR,
        Locale::En => &EN,
    }
}

const fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

/// Keeps an Arabic or Hebrew text from turning the sentence round it: first strong isolate, pop.
fn isolated(text: &str) -> String {
    if text.chars().any(is_right_to_left) { format!("\u{2068}{text}\u{2069}") } else { text.to_owned() }
}

fn find(locale: Locale, key: &str, args: &FluentArgs<'_>) -> Option<String> {
    let bundle = of(locale);
    let pattern = bundle.get_message(key)?.value()?;
    let mut errors = Vec::new();
    let text = bundle.format_pattern(pattern, Some(args), &mut errors).into_owned();
    if !errors.is_empty() {
        tracing::warn!(locale = locale.code(), key, ?errors, "a sentence lacks something");
    }
    Some(text)
}

/// The sentence under a key.
pub fn say(locale: Locale, key: &str) -> String {
    say_with(locale, key, &[])
}

/// A sentence about a place where people work: `place` is `office` for one whose members act for an institution, anything else otherwise.
pub fn say_of(locale: Locale, key: &str, is_office: bool) -> String {
    say_with(locale, key, &[place(is_office)])
}

/// Which place a sentence is about, as a value of it.
pub const fn place(is_office: bool) -> (&'static str, Value<'static>) {
    ("place", Value::Text(if is_office { "office" } else { "other" }))
}

/// The sentence under a key, with its variables. A key that a language lacks is said in French; one that French lacks too is
/// given back as it is (the tests see that this never happens).
pub fn say_with(locale: Locale, key: &str, values: &[(&str, Value<'_>)]) -> String {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        match value {
            Value::Text(text) => args.set(*name, FluentValue::from(isolated(text))),
            Value::Number(number) => args.set(*name, FluentValue::from(*number)),
        }
    }
    find(locale, key, &args).or_else(|| find(Locale::Fr, key, &args)).unwrap_or_else(|| key.to_owned())
}

/// A text that is to stand between the language's quotation marks: its own become the ones for within.
pub fn within_marks(locale: Locale, text: &str) -> String {
    match locale {
        Locale::Fr => {
            let inner = text.replace(['\u{a0}', '\u{202f}'], " ").replace("« ", "“").replace(" »", "”");
            inner.replace('«', "“").replace('»', "”")
        }
        Locale::En => text.replace('“', "‘").replace('”', "’"),
    }
}

/// What something is for, in a sentence: what somebody wrote may end with a point of its own.
pub fn purpose_told(locale: Locale, purpose: &str) -> String {
    say_with(locale, "line-purpose", &[("purpose", Value::Text(purpose.trim_end_matches(['.', ' '])))])
}

/// Things one after the other: « 9, 11 et 12 ».
pub fn listed(locale: Locale, items: &[String]) -> String {
    let joint = say(locale, "list-and");
    match items.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {joint} {last}", before.join(", ")),
        None => String::new(),
    }
}

/// Whether the catalogue has this key in this language.
pub fn has(locale: Locale, key: &str) -> bool {
    of(locale).has_message(key)
}

/// A code as it stands in keys: `logement.quittance_loyer` is `logement-quittance-loyer`.
pub fn as_key(code: &str) -> String {
    code.replace(['.', '_'], "-")
}

/// A category's name.
pub fn category_label(locale: Locale, category: Category) -> String {
    say(locale, &format!("category-{}", as_key(category.code())))
}

/// A kind's name, for its holder as for whoever else reads it; also the title of a paper that was given none.
pub fn kind_label(locale: Locale, kind: Kind) -> String {
    say(locale, &format!("kind-{}", as_key(kind.code())))
}
