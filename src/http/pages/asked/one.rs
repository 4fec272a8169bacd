//! One request, to be answered: what is asked for, the papers that answer it, what is chosen so far. The same page for its holder, and for
//! somebody who helps them.

use askama::Template;
use axum::http::StatusCode;
use axum::response::Response;

use super::super::agreements::{self, proposed_by};
use super::super::frame::Frame;
use super::super::{Stop, page};
use super::choosing::Choosing;
use crate::access::Caller;
use crate::domain::document::FieldError;
use crate::domain::entry::Reason;
use crate::domain::ids::{LockerId, PaperRequestId};
use crate::domain::request::{Fit, Piece, RequestStatus};
use crate::http::Site;
use crate::http::sentences::fault;
use crate::locker::LockerError;
use crate::locker::requests::{PieceView, RequestView};
use crate::words::{Locale, Value, day, kind_label, say, say_with};

/// A paper that may be chosen.
struct Choice {
    id: String,
    value: String,
    title: String,
    told: String,
    is_chosen: bool,
}

/// A piece, to be answered.
struct Part {
    number: usize,
    what: String,
    told: String,
    choices: Vec<Choice>,
    is_refused: bool,
}

#[derive(Template)]
#[template(path = "pages/asked_one.html")]
struct One {
    f: Frame,
    at: String,
    by: String,
    lines: Vec<String>,
    state: Option<String>,
    parts: Vec<Part>,
    until: String,
    notice: Option<&'static str>,
    wrong: Option<String>,
    /// Where a paper that is missing is added, if it may be.
    add_at: Option<String>,
    /// Where one goes back to.
    back_at: String,
    /// By somebody who helps: they can't decline.
    is_helper: bool,
}

pub(super) fn by(locale: Locale, view: &RequestView) -> String {
    if let Some(by) = proposed_by(locale, view) {
        return by;
    }
    let name =
        view.fields.as_ref().map_or_else(|| say(locale, "who-institution"), |f| f.institution.as_str().to_owned());
    say_with(locale, "asked-by", &[("name", Value::Text(&name))])
}

pub(in crate::http::pages) fn state(locale: Locale, view: &RequestView) -> String {
    match view.status {
        RequestStatus::Taken | RequestStatus::Waiting => {
            say_with(locale, "asked-waits", &[("day", Value::Text(&day(locale, view.facts.until)))])
        }
        RequestStatus::Answered if proposed_by(locale, view).is_some() => say(locale, "agree-answered"),
        RequestStatus::Answered => say(locale, "asked-answered"),
        RequestStatus::Declined => say(locale, "asked-declined"),
        RequestStatus::Withdrawn => say(locale, "asked-withdrawn"),
        RequestStatus::Over => say(locale, "asked-over"),
    }
}

fn part(locale: Locale, number: usize, view: &PieceView, choosing: &Choosing) -> Part {
    let piece = &view.piece;
    let (what, told) = piece_told(locale, piece, "asked-optional");
    let index = u16::try_from(number).unwrap_or(u16::MAX);
    let mut best = usize::from(piece.count);
    let choices = view.candidates.iter().map(|candidate| {
        let is_chosen = if choosing.is_some {
            choosing.papers.contains(&(index, candidate.document))
        } else {
            // What fits is proposed, and no more than is asked for; nobody hands over what they did not look at: the button comes after.
            let fits = candidate.fit == Fit::Good && best > 0;
            best = best.saturating_sub(usize::from(fits));
            fits
        };
        let fit = match candidate.fit {
            Fit::Good => "fit-good",
            Fit::Unknown => "fit-unknown",
            Fit::TooOld => "fit-too-old",
            Fit::Ended => "fit-ended",
        };
        let handed = candidate.handed.then(|| say(locale, "asked-handed"));
        let told = [Some(kind_label(locale, candidate.kind) + "."), Some(say(locale, fit)), handed];
        Choice {
            id: format!("choix-{number}-{}", candidate.document),
            value: format!("{number}.{}", candidate.document),
            title: candidate.title.as_str().to_owned(),
            told: told.into_iter().flatten().collect::<Vec<_>>().join(" "),
            is_chosen,
        }
    });
    let choices = choices.collect();
    Part { number, what, told, choices, is_refused: choosing.refused.contains(&index) }
}

/// What a piece asks for, and how, in words; `optional` says of what need not be given that it need not.
pub(in crate::http::pages) fn piece_told(locale: Locale, piece: &Piece, optional: &'static str) -> (String, String) {
    let kinds: Vec<String> = piece.kinds.iter().map(|kind| kind_label(locale, *kind)).collect();
    let what = piece.label.as_ref().map_or_else(|| either(locale, &kinds), |label| label.as_str().to_owned());
    (what, asks(locale, piece, optional))
}

/// Any of some kinds, in words.
fn either(locale: Locale, kinds: &[String]) -> String {
    match kinds {
        [one] => one.clone(),
        several => say_with(locale, "asked-either", &[("kinds", Value::Text(&several.join(", ")))]),
    }
}

/// How a piece is asked for, in words.
fn asks(locale: Locale, piece: &Piece, optional: &'static str) -> String {
    let must = say(locale, if piece.mandatory { "asked-mandatory" } else { optional });
    let many =
        (piece.count > 1).then(|| say_with(locale, "asked-count", &[("count", Value::Number(piece.count.into()))]));
    let fresh = piece.months.map(|months| say_with(locale, "asked-months", &[("count", Value::Number(months.into()))]));
    [Some(must), many, fresh].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Where a request is answered, by whom.
pub(in crate::http::pages) struct On {
    /// The frame of the page.
    pub f: Frame,
    /// Who asks: its holder, or somebody in a visit.
    pub caller: Caller,
    /// In which locker.
    pub locker: LockerId,
    /// The page.
    pub at: String,
    /// Where a paper that is missing is added, if it may be.
    pub add_at: Option<String>,
    /// Where one goes back to.
    pub back_at: String,
    /// Whether it is somebody who helps.
    pub is_helper: bool,
}

/// What stands at the top of the page.
#[derive(Default)]
pub(in crate::http::pages) struct Top {
    /// What just happened.
    pub notice: Option<&'static str>,
    /// What is wrong, and its status.
    pub wrong: Option<(StatusCode, String)>,
}

/// The page of one request.
pub(in crate::http::pages) async fn one_page(
    site: &Site,
    on: On,
    request: PaperRequestId,
    top: Top,
    (choosing, agreeing): (Choosing, &agreements::Choice),
) -> Result<Response, Stop> {
    let locale = on.f.locale;
    let received = site.lockers().received_request(&on.caller, on.locker, request).await?;
    // What was kept, unless they come with a choice.
    let choosing = match &received.kept {
        Some(kept) if !choosing.is_some => Choosing::of(kept),
        _ => choosing,
    };
    let view = &received.view;
    let fields = view.fields.as_ref();
    let (status, wrong) = top.wrong.map_or((StatusCode::OK, None), |(status, wrong)| (status, Some(wrong)));
    let proposer = proposed_by(locale, view);
    if let (Some(fields), Some(by), false) = (fields, &proposer, on.is_helper) {
        return Ok(agreements::one_page(site, locale, on.f, (view, fields, by.clone()), (status, wrong), agreeing));
    }
    let line = |key, name, value: &str| say_with(locale, key, &[(name, Value::Text(value))]);
    let mut lines = Vec::new();
    if let Some(fields) = fields {
        lines.push(line("line-purpose", "purpose", fields.purpose.as_str()));
        lines.push(line("asked-basis", "basis", fields.legal_basis.as_str()));
        lines.extend(fields.reference.as_ref().map(|name| line("asked-reference", "name", name.as_str())));
    }
    lines.push(line("asked-waits", "day", &day(locale, view.facts.until)));
    let is_taken = view.status == RequestStatus::Taken;
    // What an institution proposes to send is agreed to by the holder alone.
    let waits = is_taken && proposer.is_none();
    let state = match (is_taken, waits) {
        (_, true) => None,
        (true, false) => Some(say(locale, "agree-theirs")),
        (false, false) => Some(state(locale, view)),
    };
    let parts: Vec<Part> = if waits {
        received.pieces.iter().enumerate().map(|(number, piece)| part(locale, number, piece, &choosing)).collect()
    } else {
        Vec::new()
    };
    let until = choosing.until.clone().or_else(|| fields.and_then(|f| site.lockers().until_usual(f.days)));
    let one = One {
        by: by(locale, view),
        lines,
        state,
        parts,
        until: until.unwrap_or_default(),
        notice: top.notice,
        wrong,
        at: on.at,
        add_at: on.add_at,
        back_at: on.back_at,
        is_helper: on.is_helper,
        f: on.f,
    };
    Ok(page(status, &one))
}

/// The request that an address names. What is not an id is of nothing.
pub(in crate::http::pages) fn request_id(text: &str) -> Result<PaperRequestId, Stop> {
    text.parse().map_err(|_| Stop::Locker(LockerError::Refused(Reason::UnknownRequest)))
}

/// What is wrong with a choice, in words of the page.
pub(in crate::http::pages) fn told_wrong(locale: Locale, field: &str, error: &LockerError) -> String {
    match (field, error) {
        ("papers", LockerError::Field { error: FieldError::Missing | FieldError::OutOfBounds(_), .. }) => {
            say(locale, "asked-wrong-papers")
        }
        ("refused", _) => say(locale, "asked-wrong-refused"),
        _ => fault(error).told(locale).1,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;

    #[test]
    fn the_page_is_whole() {
        for locale in Locale::ALL {
            for is_helper in [false, true] {
                let choice = || Choice {
                    id: "x".into(),
                    value: "0.1".into(),
                    title: "t <i>".into(),
                    told: "u".into(),
                    is_chosen: true,
                };
                let part =
                    |number, choices| Part { number, what: "v".into(), told: "w".into(), choices, is_refused: false };
                let one = |parts, state: Option<&str>| One {
                    f: if is_helper { Frame::sample_at_work(locale) } else { Frame::sample_open(locale) },
                    at: "/demandes/1".into(),
                    by: "a".into(),
                    lines: vec!["b".into()],
                    state: state.map(str::to_owned),
                    parts,
                    until: "2027-01-31".into(),
                    notice: Some("asked-kept"),
                    wrong: Some("wrong".into()),
                    add_at: (!is_helper).then(|| "/papiers/ajouter".to_owned()),
                    back_at: "/demandes".into(),
                    is_helper,
                };
                let html = checks::checked(&one(vec![part(0, vec![choice()]), part(1, vec![])], None));
                assert!(html.contains("value=\"0.1\" checked") && html.contains("t &#60;i&#62;"), "{html}");
                assert!(html.contains("formaction=\"/demandes/1/garder\""), "{html}");
                assert_eq!(html.contains("/demandes/1/refuser"), !is_helper, "{html}");
                assert_eq!(html.contains("/papiers/ajouter"), !is_helper, "{html}");
                let html = checks::checked(&one(vec![], Some("over")));
                assert!(!html.contains("/demandes/1/refuser") && !html.contains("/garder"), "{html}");
            }
        }
    }
}
