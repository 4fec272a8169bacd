//! One request, to be answered: what is asked for, the papers that answer it, what is chosen so far. The same page for its holder, and for
//! somebody who helps them.

use askama::Template;
use axum::response::Response;

use super::super::agreements::{self, proposed_by};
use super::super::frame::Frame;
use super::super::wrongs::Wrongs;
use super::super::{Stop, page};
use super::adding::{Added, Answering};
use super::answered::Answered;
use super::choosing::Choosing;
use crate::access::Caller;
use crate::domain::document::Day;
use crate::domain::entry::Reason;
use crate::domain::ids::{LockerId, PaperRequestId};
use crate::domain::request::{DAYS_MAX, Fit, Piece, RequestFields, RequestStatus};
use crate::http::Site;
use crate::http::sentences::fault;
use crate::locker::LockerError;
use crate::locker::requests::{PieceView, RequestView};
use crate::words::{Locale, Value, day, kind_label, purpose_told, say, say_with};

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
    /// Its id on the page.
    id: String,
    what: String,
    told: String,
    choices: Vec<Choice>,
    is_refused: bool,
    /// Whether who answers may say no to it.
    may_refuse: bool,
    /// The value of the button that adds a paper for it; none where there is one that fits.
    add: Option<String>,
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
    wrongs: Wrongs,
    /// What was given, once it is answered.
    answered: Option<Answered>,
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

/// What tells two requests of one institution apart, in the list: what for, and of which day.
pub(super) fn told_apart(locale: Locale, view: &RequestView) -> Vec<String> {
    let purpose = view.fields.as_ref().map(|fields| purpose_told(locale, fields.purpose.as_str()));
    let made = say_with(locale, "asked-made", &[("day", Value::Text(&day(locale, view.facts.made_at)))]);
    purpose.into_iter().chain([made]).collect()
}

fn part(locale: Locale, number: usize, view: &PieceView, (choosing, adds, is_helper): (&Choosing, bool, bool)) -> Part {
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
    let fits = view.candidates.iter().any(|candidate| candidate.fit == Fit::Good);
    let add = (adds && !fits).then(|| Answering::button(number, &piece.kinds));
    let is_refused = choosing.refused.contains(&index);
    // To say no to what must be there is its holder's.
    let may_refuse = !(is_helper && piece.mandatory) || is_refused;
    Part { number, id: id_of(number), what, told, choices, is_refused, may_refuse, add }
}

/// The id of a piece on the page.
fn id_of(number: usize) -> String {
    format!("piece-{number}")
}

/// What a piece asks for, and how, in words; `optional` says of what need not be given that it need not.
pub(in crate::http::pages) fn piece_told(locale: Locale, piece: &Piece, optional: &'static str) -> (String, String) {
    let kinds: Vec<String> = piece.kinds.iter().map(|kind| kind_label(locale, *kind)).collect();
    let what = piece.label.as_ref().map_or_else(|| either(locale, &kinds), |label| label.as_str().to_owned());
    (what, asks(locale, piece, optional))
}

/// What a piece is called in a sentence: the first of what it may be, where it may be several things.
fn called(locale: Locale, piece: &Piece) -> String {
    match (&piece.label, piece.kinds.as_slice()) {
        (None, [first, _, ..]) => {
            say_with(locale, "asked-or-another", &[("kind", Value::Text(&kind_label(locale, *first)))])
        }
        _ => piece_told(locale, piece, "asked-optional").0,
    }
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
    /// Whether a paper that is missing may be added.
    pub adds: bool,
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
    /// A paper that was added just now.
    pub added: Option<Added>,
    /// Why what was sent is not done; and whether it was to be the whole answer.
    pub refused: Option<(LockerError, bool)>,
}

impl Top {
    /// What was sent is not done. `is_whole`: it was to be the whole answer.
    pub fn refused(error: LockerError, is_whole: bool) -> Self {
        Self { refused: Some((error, is_whole)), ..Self::default() }
    }
}

/// All that is wrong with what was sent.
fn wrongs(
    site: &Site,
    (locale, is_helper): (Locale, bool),
    (pieces, fields): (&[PieceView], Option<&RequestFields>),
    choosing: &Choosing,
    refused: Option<(LockerError, bool)>,
) -> Wrongs {
    let mut wrongs = Wrongs::default();
    let Some((error, is_whole)) = refused else { return wrongs };
    for (number, view) in pieces.iter().enumerate().filter(|_| is_whole) {
        let index = u16::try_from(number).unwrap_or(u16::MAX);
        let given = choosing.papers.iter().filter(|(piece, _)| *piece == index).count();
        let is_refused = choosing.refused.contains(&index);
        let key = match given {
            0 if view.piece.mandatory && is_helper => "asked-wrong-theirs",
            0 if view.piece.mandatory && !is_refused => "asked-wrong-papers",
            0 => continue,
            _ if is_refused => "asked-wrong-refused",
            _ if given > usize::from(view.piece.count) => "asked-wrong-many",
            _ => continue,
        };
        let what = called(locale, &view.piece);
        let values = [("what", Value::Text(&what)), ("count", Value::Number(view.piece.count.into()))];
        wrongs.add(&id_of(number), say_with(locale, key, &values));
    }
    let most = fields.map_or(DAYS_MAX, |fields| if is_helper { fields.days } else { DAYS_MAX });
    let until = choosing.until.as_deref().map(|day| {
        let day = Day::parse(day).map_err(|error| LockerError::Field { field: "until", error })?;
        site.lockers().may_last(day, most)
    });
    if let Some(Err(error)) = until {
        wrongs.refused("jusqua", locale, &error);
    }
    if !wrongs.is_some() {
        let id = if pieces.is_empty() { "jusqua".to_owned() } else { id_of(0) };
        if choosing.papers.is_empty() && is_whole {
            wrongs.add(&id, say(locale, "asked-wrong-nothing"));
        } else {
            wrongs.refused(&id, locale, &error);
        }
    }
    wrongs.with(fault(&error).status)
}

/// Offers a paper that was added just now for its piece, and says so. What it takes the place of is chosen no more.
fn offer(choosing: &mut Choosing, pieces: &[PieceView], added: Added, is_helper: bool) -> &'static str {
    let Added { piece, document } = added;
    let asked = pieces.get(usize::from(piece));
    let found = asked.and_then(|view| {
        let candidate = view.candidates.iter().find(|candidate| candidate.document == document)?;
        Some((candidate.fit, usize::from(view.piece.count)))
    });
    match found {
        Some((Fit::Good | Fit::Unknown, count)) => {
            choosing.is_some = true;
            choosing.refused.remove(&piece);
            let chosen = (piece, document);
            if !choosing.papers.contains(&chosen) {
                let others = choosing.papers.iter().filter(|(of, _)| *of == piece).count();
                if others >= count {
                    choosing.papers.retain(|(of, _)| *of != piece);
                }
                choosing.papers.push(chosen);
            }
            "asked-added"
        }
        Some(_) => "asked-added-unfit",
        None if is_helper => "visit-just-added",
        None => "asked-added-other",
    }
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
    let mut choosing = match &received.kept {
        Some(kept) if !choosing.is_some => Choosing::of(kept),
        _ => choosing,
    };
    let view = &received.view;
    let fields = view.fields.as_ref();
    let proposer = proposed_by(locale, view);
    if let (Some(fields), Some(by), false) = (fields, &proposer, on.is_helper) {
        return Ok(agreements::one_page(site, on.f, (view, fields, by.clone()), Wrongs::default(), agreeing));
    }
    let line = |key, name, value: &str| say_with(locale, key, &[(name, Value::Text(value))]);
    let mut lines = Vec::new();
    if let Some(fields) = fields {
        lines.push(purpose_told(locale, fields.purpose.as_str()));
        lines.push(line("asked-basis", "basis", fields.legal_basis.as_str()));
        lines.extend(fields.reference.as_ref().map(|name| line("asked-reference", "name", name.as_str())));
    }
    let is_taken = view.status == RequestStatus::Taken;
    if is_taken {
        lines.push(line("asked-waits", "day", &day(locale, view.facts.until)));
    }
    // What an institution proposes to send is agreed to by the holder alone.
    let waits = is_taken && proposer.is_none();
    let state = match (is_taken, waits) {
        (_, true) => None,
        (true, false) => Some(say(locale, "agree-theirs")),
        (false, false) => Some(state(locale, view)),
    };
    let mut notice = top.notice;
    if let Some(added) = top.added.filter(|_| waits) {
        notice = Some(offer(&mut choosing, &received.pieces, added, on.is_helper));
    }
    let wrongs =
        wrongs(site, (locale, on.is_helper), (&received.pieces, fields), &choosing, top.refused.filter(|_| waits));
    let parts: Vec<Part> = if waits {
        let parts = received.pieces.iter().enumerate();
        parts.map(|(number, piece)| part(locale, number, piece, (&choosing, on.adds, on.is_helper))).collect()
    } else {
        Vec::new()
    };
    // What was handed over is its holder's to see.
    let answered = if view.status == RequestStatus::Answered && !on.is_helper {
        let shares = site.lockers().shares(&on.caller, on.locker).await?;
        let share = shares.iter().find(|share| share.row.recipient.request() == Some(request));
        share.map(|share| Answered::of(locale, &received.pieces, share))
    } else {
        None
    };
    let until = choosing.until.clone().or_else(|| fields.and_then(|f| site.lockers().until_usual(f.days)));
    let one = One {
        by: by(locale, view),
        lines,
        state,
        parts,
        until: until.unwrap_or_default(),
        notice,
        wrongs,
        answered,
        at: on.at,
        back_at: on.back_at,
        is_helper: on.is_helper,
        f: on.f,
    };
    Ok(page(one.wrongs.status(), &one))
}

/// The request that an address names. What is not an id is of nothing.
pub(in crate::http::pages) fn request_id(text: &str) -> Result<PaperRequestId, Stop> {
    text.parse().map_err(|_| Stop::Locker(LockerError::Refused(Reason::UnknownRequest)))
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::super::answered;
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
                let part = |number, choices: Vec<Choice>| Part {
                    number,
                    id: id_of(number),
                    what: "v".into(),
                    told: "w".into(),
                    is_refused: false,
                    may_refuse: !is_helper,
                    add: (choices.is_empty() && !is_helper).then(|| "1.".to_owned()),
                    choices,
                };
                let one = |parts: Vec<Part>, state: Option<&str>| One {
                    f: if is_helper { Frame::sample_at_work(locale) } else { Frame::sample_open(locale) },
                    at: "/demandes/1".into(),
                    by: "a".into(),
                    lines: vec!["b".into()],
                    state: state.map(str::to_owned),
                    wrongs: if parts.is_empty() {
                        Wrongs::default()
                    } else {
                        Wrongs::one("piece-0", "wrong".to_owned())
                    },
                    answered: state.map(|_| Answered {
                        parts: vec![answered::Part { what: "x".into(), given: vec!["given <i>".into()] }],
                        when: "y".into(),
                        at: "/transmis/1".into(),
                    }),
                    parts,
                    until: "2027-01-31".into(),
                    notice: Some("asked-kept"),
                    back_at: "/demandes".into(),
                    is_helper,
                };
                let html = checks::checked(&one(vec![part(0, vec![choice()]), part(1, vec![])], None));
                assert!(html.contains("value=\"0.1\" checked") && html.contains("t &#60;i&#62;"), "{html}");
                let first = html.split_once("action=\"/demandes/1\">").and_then(|(_, form)| form.split_once("<button"));
                let first = first.and_then(|(_, button)| button.split('>').next()).unwrap_or_default();
                assert!(first.contains("formaction=\"/demandes/1/garder\""), "Enter hands nothing over: {html}");
                assert_eq!(html.contains("/demandes/1/refuser"), !is_helper, "{html}");
                assert_eq!(html.contains("formaction=\"/demandes/1/ajouter\""), !is_helper, "{html}");
                let html = checks::checked(&one(vec![], Some("over")));
                assert!(html.contains("given &#60;i&#62;") && html.contains("href=\"/transmis/1\""), "{html}");
                assert!(!html.contains("/demandes/1/refuser") && !html.contains("/garder"), "{html}");
            }
        }
    }
}
