//! Who helps me: what waits for an answer, every mandate past and present, a code for whoever is to help.

use askama::Template;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use serde::Deserialize;

use super::super::frame::Frame;
use super::super::{Stop, answer, at_home, frame_at_home, page};
use super::{scopes_told, until};
use crate::domain::basis::{Basis, CodeKind};
use crate::domain::help::Agreed;
use crate::domain::ids::MandateId;
use crate::domain::mandate::{Consent, Status};
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::visitor::Visitor;
use crate::locker::mandates::{MandateView, ProposalView};
use crate::locker::truth::{Done, HelpView};
use crate::words::{Locale, Value, clock, day, listed, say, say_with};

/// Where it is.
pub(super) const PATH: &str = "/aide";

/// What waits for an answer.
struct Waiting {
    at: String,
    name: String,
    of: Option<String>,
    until: String,
    read_named: String,
    /// It waits for a signed sheet, or a court's decision: what is said of it.
    on_paper: Option<String>,
    /// Its words, where it is not read on a page of its own.
    lines: Vec<String>,
}

/// A mandate in words.
pub(super) struct Told {
    pub(super) name: String,
    pub(super) of: Option<String>,
    pub(super) state: Option<String>,
    /// Until when, or since when it is over.
    pub(super) when: String,
    pub(super) scope: Vec<String>,
    pub(super) what_for: Option<String>,
    pub(super) overlap: Option<String>,
    /// What was done under it, in numbers.
    pub(super) done: Vec<String>,
    pub(super) done_at: String,
    pub(super) done_named: String,
    pub(super) stop_at: String,
    pub(super) stop_named: String,
    /// Where some of it is taken back; none where it does not open.
    pub(super) narrow_at: Option<String>,
    pub(super) narrow_named: String,
    /// Given on paper: what stands with it.
    pub(super) paper: Option<OnPaper>,
}

/// What stands with help that was given on paper.
pub(super) struct OnPaper {
    confirmed_by: String,
    sheet_at: String,
    see: String,
    sheet_named: String,
    /// Where the holder confirms it, as long as they have not.
    confirm: Option<(String, String)>,
}

impl OnPaper {
    fn of(locale: Locale, view: &MandateView, name: &str) -> Option<Self> {
        let signed = view.agreed.as_ref()?.evidence.sheet.as_ref()?;
        let named = |key| say_with(locale, key, &[("name", Value::Text(name))]);
        let by = [("name", Value::Text(signed.confirmed_by.as_str()))];
        let key = |sheet, decision| if view.consent == Consent::Judgment { decision } else { sheet };
        let see = say(locale, key("help-see-sheet", "help-see-decision"));
        let confirm = || (format!("{PATH}/{}/confirmer", view.mandate), named("help-confirm-named"));
        Some(Self {
            confirmed_by: say_with(locale, key("help-confirmed-by", "help-decision-checked-by"), &by),
            see,
            sheet_at: format!("{PATH}/{}/feuille", view.mandate),
            sheet_named: named(key("help-see-sheet-named", "help-see-decision-named")),
            confirm: (view.is_on_paper() && is_current(view)).then(confirm),
        })
    }
}

#[derive(Template)]
#[template(path = "pages/help.html")]
struct Help {
    f: Frame,
    notice: Option<String>,
    waiting: Vec<Waiting>,
    current: Vec<Told>,
    past: Vec<Told>,
    /// Whether several structures reach the same category.
    overlaps: bool,
    /// Whether there is somebody whom they help themselves.
    helps: bool,
    /// The code that they keep on paper: since when, until when.
    paper_code: Option<String>,
    /// The same of the code for help that a court decides.
    court_code: Option<String>,
}

/// Who a mandate names, in words.
pub(super) fn name_of(locale: Locale, view: &MandateView) -> String {
    let Some(agreed) = &view.agreed else { return say(locale, "help-damaged") };
    match &agreed.proposed.organisation {
        Some(of) if agreed.proposed.desk => {
            say_with(locale, "help-desk", &[("organisation", Value::Text(of.as_str()))])
        }
        _ => agreed.proposed.helper.as_str().to_owned(),
    }
}

/// Whether a mandate is one that may still be stopped.
pub(super) const fn is_current(view: &MandateView) -> bool {
    matches!(view.status, Status::Active | Status::ToCome | Status::Unconfirmed)
}

fn waiting(locale: Locale, view: &ProposalView) -> Waiting {
    let name = view.proposed.helper.as_str().to_owned();
    Waiting {
        at: format!("{PATH}/{}", view.mandate),
        of: view.proposed.organisation.as_ref().map(|of| of.as_str().to_owned()),
        until: until(locale, "help-waits-until", view.until),
        read_named: say_with(locale, "help-read-named", &[("name", Value::Text(&name))]),
        on_paper: match view.basis {
            Basis::Answer => None,
            Basis::Sheet => Some(say(locale, "help-paper-waiting")),
            Basis::Judgment => Some(say(locale, "help-decision-waiting")),
        },
        lines: view.text.lines().map(str::to_owned).collect(),
        name,
    }
}

/// The other organisations that reach the same categories, in a sentence.
fn overlap(locale: Locale, overlaps: &[MandateId], all: &[MandateView]) -> Option<String> {
    let others = all.iter().filter(|other| overlaps.contains(&other.mandate));
    let mut names: Vec<String> = others
        .filter_map(|other| Some(other.agreed.as_ref()?.proposed.organisation.as_ref()?.as_str().to_owned()))
        .collect();
    names.sort();
    names.dedup();
    let told = |key| say_with(locale, key, &[("names", Value::Text(&listed(locale, &names)))]);
    match names.len() {
        0 => None,
        1 => Some(told("help-overlap-one")),
        _ => Some(told("help-overlap-more")),
    }
}

/// What was done under a mandate, a sentence for each kind.
fn done_told(locale: Locale, done: Done) -> Vec<String> {
    let count = |key: &str, count: u64| say_with(locale, key, &[("count", Value::Number(count))]);
    let last = done.last_visit.map(|at| day(locale, at)).unwrap_or_default();
    let visits = [("count", Value::Number(done.visits)), ("day", Value::Text(&last))];
    let mut told = vec![say_with(locale, "help-done-visits", &visits)];
    if done.visits > 0 {
        told.extend([count("help-done-opened", done.opened), count("help-done-added", done.added)]);
    }
    if !done.is_all {
        told.push(say(locale, "help-done-part"));
    }
    told
}

/// A mandate in words. `all`: the others, whom it may overlap.
pub(super) fn told(locale: Locale, view: &MandateView, all: &[MandateView], done: Done) -> Told {
    let name = name_of(locale, view);
    let over = |key, at| say_with(locale, key, &[("day", Value::Text(&day(locale, at)))]);
    let proposed = view.agreed.as_ref().map(|agreed| &agreed.proposed);
    let what_for = proposed.map(|proposed| {
        let theme = say(locale, &format!("theme-{}", proposed.theme.code()));
        let purpose = Value::Text(proposed.purpose.as_str());
        say_with(locale, "consent-purpose", &[("theme", Value::Text(&theme)), ("purpose", purpose)])
    });
    let state = match view.status {
        Status::ToCome => Some(say(locale, "help-to-come")),
        Status::Unconfirmed => Some(say(locale, "help-unconfirmed")),
        Status::Active if view.is_on_paper() => Some(say(locale, "help-on-paper")),
        Status::Active if view.consent == Consent::Judgment => Some(say(locale, "help-by-judgment")),
        Status::Active | Status::Expired | Status::Ended => None,
    };
    Told {
        paper: OnPaper::of(locale, view, &name),
        of: proposed.and_then(|proposed| Some(proposed.organisation.as_ref()?.as_str().to_owned())),
        state,
        when: match (view.status, view.ended_at) {
            (Status::Ended, Some(at)) => over("help-stopped-on", at),
            (Status::Expired | Status::Ended, _) => over("help-over-since", view.until),
            _ => until(locale, "help-until", view.until),
        },
        scope: scopes_told(locale, view.agreed.iter().flat_map(Agreed::scope)),
        what_for,
        overlap: overlap(locale, &view.overlaps, all),
        done: done_told(locale, done),
        done_at: format!("{PATH}/{}/fait", view.mandate),
        done_named: say_with(locale, "help-done-named", &[("name", Value::Text(&name))]),
        stop_at: format!("{PATH}/{}/arreter", view.mandate),
        stop_named: say_with(locale, "help-stop-named", &[("name", Value::Text(&name))]),
        narrow_at: proposed.map(|_| format!("{PATH}/{}/reduire", view.mandate)),
        narrow_named: say_with(locale, "narrow-named", &[("name", Value::Text(&name))]),
        name,
    }
}

fn help(f: Frame, view: &HelpView, notice: Option<String>, helps: bool) -> Help {
    let locale = f.locale;
    let (current, past): (Vec<_>, Vec<_>) = view.mandates.iter().partition(|one| is_current(one));
    let all = |some: Vec<&MandateView>| {
        some.into_iter().map(|one| told(locale, one, &view.mandates, view.done_under(one.mandate))).collect()
    };
    Help {
        waiting: view.proposals.iter().map(|one| waiting(locale, one)).collect(),
        current: all(current),
        past: all(past),
        overlaps: view.mandates.iter().any(|one| !one.overlaps.is_empty()),
        notice,
        helps,
        paper_code: view.paper_code.map(|at| kept_code(locale, "help-paper-since", at)),
        court_code: view.judgment_code.map(|at| kept_code(locale, "help-court-since", at)),
        f,
    }
}

/// That there is a code kept on paper, in a sentence: never what it is.
fn kept_code(locale: Locale, key: &str, at: Timestamp) -> String {
    let made = day(locale, at.minus(CodeKind::Paper.life()));
    let end = day(locale, at);
    let end = Value::Text(end.strip_prefix("le ").unwrap_or(&end));
    say_with(locale, key, &[("day", Value::Text(&made)), ("until", end)])
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    accord: Option<String>,
    refus: Option<String>,
    deja: Option<String>,
    arret: Option<String>,
    tout: Option<String>,
    confirme: Option<String>,
    retire: Option<String>,
    moins: Option<String>,
}

/// `GET /aide`
pub(super) async fn shown(
    State(site): State<Site>,
    visitor: Visitor,
    uri: Uri,
    happened: Result<Query<Happened>, QueryRejection>,
) -> Response {
    let Query(happened) = happened.unwrap_or_default();
    let shown = async || -> Result<Response, Stop> {
        let locale = visitor.locale;
        let (_, locker) = at_home(&site, &visitor).await?;
        let view = site.lockers().help(&visitor.caller, locker, locale).await?;
        let helps = !site.lockers().helping(&visitor.caller).await?.is_empty();
        let f = frame_at_home(&site, &visitor, locker, uri.path()).await?;
        let news = [
            (&happened.accord, "help-just-begun"),
            (&happened.refus, "help-just-declined"),
            (&happened.deja, "help-answered-already"),
            (&happened.arret, "help-just-stopped"),
            (&happened.tout, "help-all-just-stopped"),
            (&happened.confirme, "help-just-confirmed"),
            (&happened.retire, "help-paper-just-dropped"),
            (&happened.moins, "help-just-narrowed"),
        ];
        let notice = news.iter().find(|(happened, _)| happened.is_some()).map(|(_, key)| say(locale, key));
        Ok(page(StatusCode::OK, &help(f, &view, notice, helps)))
    };
    answer(&site, visitor.locale, shown().await)
}

#[derive(Template)]
#[template(path = "pages/help_code.html")]
struct Sheet {
    f: Frame,
    code: String,
    until: String,
}

/// `POST /aide/code`: a code, shown once.
pub(super) async fn code(State(site): State<Site>, visitor: Visitor) -> Response {
    let made = async || -> Result<Response, Stop> {
        let (_, locker) = at_home(&site, &visitor).await?;
        let (code, until) = site.lockers().make_help_code(&visitor.caller, locker).await?;
        let f = frame_at_home(&site, &visitor, locker, PATH).await?;
        let at = clock(f.locale, until);
        let until = say_with(f.locale, "help-code-until", &[("clock", Value::Text(&at))]);
        Ok(page(StatusCode::OK, &Sheet { f, code: code.shown().to_string(), until }))
    };
    answer(&site, visitor.locale, made().await)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::document::Sha256Sum;
    use crate::domain::help::{CategoryScope, Evidence, Proposed, Purpose, Signed, TermFields};
    use crate::domain::ids::{MembershipId, OrganisationId};
    use crate::domain::mandate::{Helper, Permission, Permissions};
    use crate::domain::organisation::Name;
    use crate::domain::source::Source;
    use crate::domain::taxonomy::Category;
    use crate::domain::theme::Theme;

    pub(in crate::http::pages::help) fn proposed(organisation: &str, desk: bool) -> Proposed {
        let housing = Category::from_code("logement").unwrap();
        Proposed {
            helper: Name::parse("Nadia <b>").unwrap(),
            organisation: Name::parse(organisation).ok(),
            desk,
            scope: vec![CategoryScope::new(housing, Permissions::of([Permission::List, Permission::Read]))],
            term: TermFields::Days(31),
            theme: Theme::Logement,
            purpose: Purpose::parse("Un <i>logement").unwrap(),
            judgment: None,
            unusual: false,
            on_paper: false,
            replaces: None,
            renews: None,
        }
    }

    pub(in crate::http::pages::help) fn mandate(
        source: &Source,
        status: Status,
        agreed: Option<Proposed>,
    ) -> MandateView {
        let at = Timestamp::from_micros(1_800_000_000_000_000);
        let evidence = Evidence {
            locale: "fr".into(),
            sha256: Sha256Sum::from_bytes([0; 32]),
            text: String::new(),
            read_aloud: false,
            interpreter: None,
            sheet: None,
        };
        MandateView {
            mandate: MandateId::draw(source),
            helper: Helper::Aidant(OrganisationId::draw(source), MembershipId::draw(source)),
            from: at,
            until: at,
            ended_at: (status == Status::Ended).then_some(at),
            status,
            consent: Consent::OwnSession,
            acknowledged_at: None,
            agreed: agreed.map(|proposed| Agreed { proposed, evidence, narrowed: None }),
            overlaps: Vec::new(),
        }
    }

    #[test]
    fn the_page_is_whole_and_says_who_may_what() {
        let source = Source::seeded(Timestamp::from_micros(0), [4; 32]);
        let mut one = mandate(&source, Status::Active, Some(proposed("CCAS", false)));
        let other = mandate(&source, Status::ToCome, Some(proposed("Mission locale", true)));
        one.overlaps = vec![other.mandate];
        let damaged = mandate(&source, Status::Unconfirmed, None);
        let ended = mandate(&source, Status::Ended, Some(proposed("", false)));
        let expired = mandate(&source, Status::Expired, Some(proposed("CCAS", false)));
        let waits = ProposalView {
            mandate: MandateId::draw(&source),
            basis: Basis::Answer,
            proposed: proposed("CCAS", false),
            until: source.now(),
            text: String::new(),
            sha256: Sha256Sum::from_bytes([0; 32]),
            names: None,
        };
        let sheet = ProposalView { basis: Basis::Sheet, mandate: MandateId::draw(&source), ..waits.clone() };
        let mut paper = mandate(&source, Status::Active, Some(proposed("CCAS", false)));
        paper.consent = Consent::Paper;
        let signed = Signed {
            sha256: Sha256Sum::from_bytes([0; 32]),
            confirmed_by: Name::parse("Claire <b>").unwrap(),
            confirmed_as: String::new(),
        };
        if let Some(agreed) = &mut paper.agreed {
            agreed.evidence.sheet = Some(signed);
        }
        let view = HelpView {
            proposals: vec![waits, sheet],
            mandates: vec![one, other, damaged, ended, expired, paper],
            paper_code: Some(source.now()),
            ..HelpView::default()
        };
        for locale in Locale::ALL {
            let open = Frame { here: PATH.into(), ..Frame::sample_open(locale) };
            let html = checks::checked(&help(open.clone(), &view, Some("Fait".into()), true));
            assert!(html.contains("Nadia &#60;b&#62;") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
            assert_eq!(html.matches("/arreter\"").count(), 4, "those in force: {html}");
            assert_eq!(html.matches("/confirmer\"").count(), 1, "the one on paper: {html}");
            assert_eq!((html.matches("/feuille\"").count(), html.matches("/refus\"").count()), (1, 1), "{html}");
            assert!(html.contains("href=\"/aide/code-papier/retirer\""), "{html}");
            assert!(html.matches("Mission locale").count() >= 2, "and whom it overlaps: {html}");
            assert!(html.contains("action=\"/aide/code\"") && html.contains("href=\"/aider\""), "{html}");
            let html = checks::checked(&help(Frame::sample(locale), &view, None, false));
            assert!(!html.contains("action=\"/aide/code\"") && html.contains("/aide/tout-arreter"), "closed: {html}");
            let html = checks::checked(&help(open.clone(), &HelpView::default(), None, false));
            assert!(!html.contains("/aide/tout-arreter"), "{html}");
            let html = checks::checked(&Sheet { f: open, code: "ABCD-EFGH-JKMN".into(), until: "U".into() });
            assert!(html.contains(">ABCD-EFGH-JKMN<"), "{html}");
        }
    }
}
