//! The page of help in an export: who helped, with what words it was agreed to, each visit.

use askama::Template;

use crate::domain::mandate::Status;
use crate::domain::source::Timestamp;
use crate::http::sentences::rests_on;
use crate::locker::mandates::MandateView;
use crate::locker::{HelpTold, VisitTold};
use crate::words::{Locale, Value, moment, say, say_with};

/// What waits.
struct Waiting {
    name: String,
    lines: Vec<String>,
}

/// A mandate in words.
struct Told {
    name: String,
    how: Vec<String>,
    /// What it rests on, and that the words follow.
    rests_on: String,
    lang: String,
    lines: Vec<String>,
    sha256: String,
    visits: Vec<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "export/help.html")]
struct Page<'a> {
    locale: Locale,
    made: &'a str,
    waiting: Vec<Waiting>,
    mandates: Vec<Told>,
}

impl Page<'_> {
    fn say(&self, key: &str) -> String {
        say(self.locale, key)
    }
}

fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// A sentence with a moment in it.
fn at(locale: Locale, key: &str, at: Timestamp) -> String {
    say_with(locale, key, &[("moment", Value::Text(&moment(locale, at)))])
}

fn visit(locale: Locale, visit: &VisitTold) -> String {
    let Some(fields) = &visit.fields else { return say(locale, "line-visit-damaged") };
    let name = match &fields.organisation {
        Some(of) => {
            let values = [("name", Value::Text(fields.who.as_str())), ("organisation", Value::Text(of.as_str()))];
            say_with(locale, "who-of", &values)
        }
        None => fields.who.as_str().to_owned(),
    };
    let end = moment(locale, visit.facts.ended_at.unwrap_or(visit.facts.until));
    let values = [
        ("name", Value::Text(&name)),
        ("purpose", Value::Text(fields.purpose.as_str())),
        ("moment", Value::Text(&end)),
    ];
    say_with(locale, "export-help-visit", &values)
}

fn told(locale: Locale, view: &MandateView, help: &HelpTold) -> Told {
    let proposed = view.agreed.as_ref().map(|agreed| &agreed.proposed);
    let evidence = view.agreed.as_ref().map(|agreed| &agreed.evidence);
    let mut how = vec![at(locale, "export-help-from", view.from)];
    how.push(match (view.status, view.ended_at) {
        (Status::Ended, Some(ended)) => at(locale, "export-help-ended", ended),
        (Status::Expired, _) => at(locale, "export-help-over", view.until),
        _ => at(locale, "export-help-until", view.until),
    });
    if let Some(evidence) = evidence {
        if evidence.read_aloud {
            how.push(say(locale, "help-done-aloud"));
        }
        if let Some(name) = &evidence.interpreter {
            how.push(say_with(locale, "help-done-interpreter", &[("name", Value::Text(name.as_str()))]));
        }
    }
    if let Some(narrowed) = view.agreed.as_ref().and_then(|agreed| agreed.narrowed.as_ref()) {
        how.extend(lines(&narrowed.text));
    }
    let name = match proposed {
        None => say(locale, "help-damaged"),
        Some(proposed) => match &proposed.organisation {
            Some(of) if proposed.desk => say_with(locale, "help-desk", &[("organisation", Value::Text(of.as_str()))]),
            Some(of) => {
                let values =
                    [("name", Value::Text(proposed.helper.as_str())), ("organisation", Value::Text(of.as_str()))];
                say_with(locale, "who-of", &values)
            }
            None => proposed.helper.as_str().to_owned(),
        },
    };
    Told {
        name,
        how,
        rests_on: rests_on(locale, view).map_or_else(
            || say(locale, "export-help-agreed"),
            |told| format!("{told} {}", say(locale, "export-help-text")),
        ),
        lang: evidence.map_or_else(|| locale.code().to_owned(), |evidence| evidence.locale.clone()),
        lines: evidence.map(|evidence| lines(&evidence.text)).unwrap_or_default(),
        sha256: evidence.map(|evidence| evidence.sha256.to_string()).unwrap_or_default(),
        visits: help.under(view).map(|one| visit(locale, one)).collect(),
    }
}

/// The page, whole.
pub(super) fn page(locale: Locale, made: &str, help: &HelpTold) -> String {
    let waiting = help
        .proposals
        .iter()
        .map(|view| Waiting { name: view.proposed.helper.as_str().to_owned(), lines: lines(&view.text) });
    let mandates = help.mandates.iter().map(|view| told(locale, view, help)).collect();
    Page { locale, made, waiting: waiting.collect(), mandates }.render().unwrap_or_default()
}
