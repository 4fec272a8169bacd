//! What was done with one person's help: the lines about it by day, newest first, and what was agreed to.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::super::elsewhere::FromHere;
use super::super::frame::Frame;
use super::super::journal::{Before, DayOfLines, PAGE, by_day};
use super::super::{Stop, answer, at_home, frame_at_home, here, page};
use super::holder::{Told, is_current, told};
use super::mandate_id;
use crate::domain::help::Agreed;
use crate::domain::mandate::Status;
use crate::http::Site;
use crate::http::printed::{addresses, pdf};
use crate::http::sentences::rests_on;
use crate::http::visitor::Visitor;
use crate::locker::truth::{Done, MandateDetail};
use crate::words::{Locale, Value, moment, say_with};

/// What was agreed to, as it is shown again.
struct AgreedTo {
    lang: String,
    lines: Vec<String>,
    is_aloud: bool,
    interpreter: Option<String>,
    /// What was left of it since, if something was taken back.
    left: Vec<String>,
}

impl AgreedTo {
    fn of(locale: Locale, agreed: &Agreed) -> Self {
        let evidence = &agreed.evidence;
        let left = agreed.narrowed.iter().flat_map(|narrowed| narrowed.text.lines());
        let interpreted = |name: &str| say_with(locale, "help-done-interpreter", &[("name", Value::Text(name))]);
        Self {
            lang: evidence.locale.clone(),
            lines: evidence.text.lines().map(str::to_owned).collect(),
            is_aloud: evidence.read_aloud,
            left: left.map(str::to_owned).collect(),
            interpreter: evidence.interpreter.as_ref().map(|name| interpreted(name.as_str())),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/help_done.html")]
struct DonePage {
    f: Frame,
    told: Told,
    is_current: bool,
    /// Where the paper is made that says who helps, or that help is over; none before it has begun.
    attest_at: Option<String>,
    days: Vec<DayOfLines>,
    older: Option<u64>,
    is_first: bool,
    since: String,
    /// What it rests on, where its holder did not agree to it in a session of theirs.
    rests_on: Option<String>,
    agreed: Option<AgreedTo>,
}

fn done(f: Frame, detail: &MandateDetail, days: Vec<DayOfLines>, is_first: bool) -> DonePage {
    let (locale, view) = (f.locale, &detail.mandate);
    let since = moment(locale, view.from);
    DonePage {
        told: told(locale, view, &detail.others, Done::default()),
        is_current: is_current(view),
        attest_at: (!matches!(view.status, Status::ToCome | Status::Unconfirmed))
            .then(|| format!("/aide/{}/attestation", view.mandate)),
        days,
        older: detail.next,
        is_first,
        since: say_with(locale, "help-done-since", &[("moment", Value::Text(&since))]),
        rests_on: rests_on(locale, view),
        agreed: view.agreed.as_ref().map(|agreed| AgreedTo::of(locale, agreed)),
        f,
    }
}

/// `GET /aide/{mandate}/fait`
pub(super) async fn shown(
    State(site): State<Site>,
    visitor: Visitor,
    uri: Uri,
    Path(mandate): Path<String>,
    before: Result<Query<Before>, QueryRejection>,
) -> Response {
    let before = before.ok().and_then(|Query(before)| before.avant);
    let shown = async || -> Result<Response, Stop> {
        let (who, locker) = at_home(&site, &visitor).await?;
        let id = mandate_id(&mandate)?;
        let detail = site.lockers().view_mandate(&visitor.caller, locker, id, before, PAGE).await?;
        let f = frame_at_home(&site, &visitor, locker, here(&uri)).await?;
        let days = by_day(visitor.locale, &detail.lines, who.person);
        Ok(page(StatusCode::OK, &done(f, &detail, days, before.is_none())))
    };
    answer(&site, visitor.locale, shown().await)
}

/// `GET /aide/{mandate}/attestation`
pub(super) async fn attested(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let mandate = mandate_id(&mandate)?;
        let asked = (locker, mandate);
        let bytes = site.lockers().attest(&visitor.caller, asked, visitor.locale, &addresses(&site)).await?;
        Ok(pdf("attestation", bytes))
    };
    answer(&site, visitor.locale, made().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::super::super::journal::Told as Line;
    use super::super::holder::tests::{mandate, proposed};
    use super::*;
    use crate::domain::source::{Source, Timestamp};

    #[test]
    fn the_page_is_whole_and_says_what_was_agreed_to() {
        let source = Source::seeded(Timestamp::from_micros(0), [6; 32]);
        for locale in Locale::ALL {
            let f = Frame { here: "/aide/1/fait".into(), ..Frame::sample_open(locale) };
            for (status, agreed) in [(Status::Active, Some(proposed("CCAS", false))), (Status::Ended, None)] {
                let is_there = agreed.is_some();
                let mut view = mandate(&source, status, agreed);
                if let Some(agreed) = &mut view.agreed {
                    agreed.evidence.text = "Une <b>ligne\nUne autre".to_owned();
                    agreed.evidence.read_aloud = true;
                }
                let detail = MandateDetail { mandate: view, others: Vec::new(), lines: Vec::new(), next: Some(7) };
                let line = Line { time: "14 h 30".into(), text: "a".into(), parts: Vec::new() };
                let days = vec![DayOfLines { label: "le 3 mars 2027".into(), lines: vec![line] }];
                let html = checks::checked(&done(f.clone(), &detail, days, true));
                assert_eq!(html.contains("/arreter\""), status == Status::Active, "{html}");
                assert_eq!(html.contains("Une &#60;b&#62;ligne"), is_there, "{html}");
                assert!(html.contains("/fait?avant=7"), "{html}");
                let html = checks::checked(&done(f.clone(), &detail, Vec::new(), false));
                assert!(!html.contains("<details>"), "only on the first page: {html}");
            }
        }
    }
}
