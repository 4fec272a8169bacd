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
use crate::domain::help::Agreed;
use crate::domain::ids::MandateId;
use crate::domain::mandate::Status;
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
        Status::Active | Status::Expired | Status::Ended => None,
    };
    Told {
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
        f,
    }
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    accord: Option<String>,
    refus: Option<String>,
    arret: Option<String>,
    tout: Option<String>,
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
            (&happened.arret, "help-just-stopped"),
            (&happened.tout, "help-all-just-stopped"),
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
    use crate::domain::help::{CategoryScope, Evidence, Proposed, Purpose, TermFields};
    use crate::domain::ids::{MembershipId, OrganisationId};
    use crate::domain::mandate::{Consent, Helper, Permission, Permissions};
    use crate::domain::organisation::Name;
    use crate::domain::source::{Source, Timestamp};
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
            replaces: None,
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
        };
        MandateView {
            mandate: MandateId::draw(source),
            helper: Helper::Aidant(OrganisationId::draw(source), MembershipId::draw(source)),
            from: at,
            until: at,
            ended_at: (status == Status::Ended).then_some(at),
            status,
            consent: Consent::OwnSession,
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
            proposed: proposed("CCAS", false),
            until: source.now(),
            text: String::new(),
            sha256: Sha256Sum::from_bytes([0; 32]),
        };
        let view = HelpView {
            proposals: vec![waits],
            mandates: vec![one, other, damaged, ended, expired],
            ..HelpView::default()
        };
        for locale in Locale::ALL {
            let open = Frame { here: PATH.into(), ..Frame::sample_open(locale) };
            let html = checks::checked(&help(open.clone(), &view, Some("Fait".into()), true));
            assert!(html.contains("Nadia &#60;b&#62;") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
            assert_eq!(html.matches("/arreter\"").count(), 3, "those in force: {html}");
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
