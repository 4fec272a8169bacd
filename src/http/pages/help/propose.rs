//! Proposing to help, by the code that the holder shows: a form, and the form again with what was typed when something is wrong.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::super::frame::Frame;
use super::super::{Stop, frame_inside, page};
use super::answered;
use super::rubrics::{Choice, Rubrics, scope};
use crate::domain::basis::Basis;
use crate::domain::document::{Day, FieldError};
use crate::domain::entry::Reason;
use crate::domain::help::{Purpose, TermFields};
use crate::domain::ids::OrganisationId;
use crate::domain::mandate::{TERMS, Term, USUAL_DAYS};
use crate::domain::organisation::MembershipState;
use crate::domain::person::IssuerKind;
use crate::domain::source::Timestamp;
use crate::domain::theme::Theme;
use crate::http::Site;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::consent::term_told;
use crate::locker::mandates::Proposing;
use crate::locker::{LockerError, OwnMembership, Who};
use crate::words::{Locale, Value, end_of_day, say, say_with};

/// What was typed, by the names in the form.
pub(super) type Typed = BTreeMap<String, String>;

/// Fields by their name in the verb and in the form.
const IN_FORM: [(&str, &str); 10] = [
    ("desk", "qui"),
    ("organisation", "structure"),
    ("scope", "rubriques"),
    ("term", "duree"),
    ("theme", "demarche"),
    ("purpose", "pour"),
    ("measure", "mesure"),
    ("court", "tribunal"),
    ("decided_on", "date"),
    ("until", "fin"),
];

/// What is wrong, at the top and next to its field.
pub(super) struct Wrong {
    title: String,
    help: String,
    field: &'static str,
    /// A recent security code is what lacks.
    wants_code: bool,
}

impl Wrong {
    /// Of an error that the form can mend.
    pub(super) fn of(locale: Locale, typed: &Typed, error: &LockerError) -> Option<Self> {
        let error = &named(typed, error);
        let field = field_of(error)?;
        let wants_code = matches!(error, LockerError::Refused(Reason::NoSecondFactor | Reason::NotFresh));
        let (title, help) = fault(error).told(locale);
        // No field is wrong when it is a recent security code that lacks.
        Some(Self { title, help, field: if wants_code { "" } else { field }, wants_code })
    }
}

/// An error about how long, named by where it was typed: the list, or the last day.
fn named(typed: &Typed, error: &LockerError) -> LockerError {
    let is_day = typed.get("duree").is_some_and(|text| text.trim() == "date");
    match *error {
        LockerError::Field { field: "term", error } if is_day => LockerError::Field { field: "until", error },
        other => other,
    }
}

#[derive(Template)]
#[template(path = "pages/propose.html")]
pub(super) struct Propose {
    f: Frame,
    /// For a structure, rather than on one's own.
    is_for_work: bool,
    structures: Vec<Choice>,
    categories: Rubrics,
    terms: Vec<Choice>,
    themes: Vec<Choice>,
    typed: Typed,
    wrong: Option<Wrong>,
    way: Way,
    /// Whether one of the structures may help by a court's decision.
    has_judgments: bool,
}

/// How help is to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// By a code that the person shows, or kept.
    Code,
    /// With somebody who is present, and has no code to show.
    Present,
    /// By a court's decision.
    Judgment,
}

/// A structure where one helps.
pub(super) struct Structure {
    id: String,
    name: String,
    judgments: bool,
}

impl Propose {
    pub(super) fn new(f: Frame, structures: Option<Vec<Structure>>, typed: Typed, wrong: Option<Wrong>) -> Self {
        let locale = f.locale;
        let value = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
        let choice = |name: &str, value_of: String, label: String| Choice {
            is_chosen: value(name) == value_of,
            value: value_of,
            label,
        };
        let terms = TERMS.map(|days| choice("duree", days.to_string(), term_told(locale, TermFields::Days(days))));
        let present = choice("duree", "presence".to_owned(), say(locale, "propose-present"));
        let themes = Theme::ALL.iter().map(|theme| {
            let label = say(locale, &format!("theme-{}", theme.code()));
            choice("demarche", theme.code().to_owned(), label)
        });
        let until = choice("duree", "date".to_owned(), say(locale, "propose-until"));
        // On paper the person is not there.
        let present = (value("comment") != "papier").then_some(present);
        let terms = terms.into_iter().chain(present).chain([until]);
        let (themes, mut terms) = (themes.collect(), terms.collect::<Vec<_>>());
        let is_for_work = structures.is_some();
        // Family is offered a month, and asks for more if they want it.
        if !is_for_work && !typed.contains_key("duree") {
            let usual = USUAL_DAYS.to_string();
            for one in &mut terms {
                one.is_chosen = one.value == usual;
            }
        }
        let structures = structures.unwrap_or_default();
        let has_judgments = structures.iter().any(|one| one.judgments);
        let structures = structures.into_iter().map(|one| choice("structure", one.id, one.name));
        Self {
            structures: structures.collect(),
            categories: Rubrics::new(locale, &typed, is_for_work),
            is_for_work,
            terms,
            themes,
            wrong,
            typed,
            way: Way::Code,
            has_judgments,
            f,
        }
    }

    /// The same form for another way.
    pub(super) fn by(self, way: Way) -> Self {
        Self { way, ..self }
    }

    /// Where the form goes.
    const fn at(&self) -> &'static str {
        match self.way {
            Way::Code => "/proposer",
            Way::Present => "/avec-moi",
            Way::Judgment => "/proposer/decision",
        }
    }

    /// The key of the heading.
    const fn title(&self) -> &'static str {
        match self.way {
            Way::Code => "propose-title",
            Way::Present => "window-title",
            Way::Judgment => "propose-judgment-title",
        }
    }

    /// Of some structures, those that may help by a court's decision.
    pub(super) fn with_judgments(structures: Vec<Structure>) -> Vec<Structure> {
        structures.into_iter().filter(|one| one.judgments).collect()
    }

    /// Whether the form is of this way.
    fn is(&self, way: &str) -> bool {
        way == match self.way {
            Way::Code => "code",
            Way::Present => "present",
            Way::Judgment => "judgment",
        }
    }

    /// What was typed in a field.
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map(String::as_str).unwrap_or_default()
    }

    /// What is wrong with this field.
    fn error(&self, name: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.field == name).map(|wrong| wrong.help.as_str())
    }
}

/// Where they help; none for somebody who helps on their own.
pub(super) async fn structures(site: &Site, visitor: &Visitor, who: &Who) -> Result<Option<Vec<Structure>>, Stop> {
    if who.issuer == IssuerKind::Holder {
        return Ok(None);
    }
    let own = site.lockers().own_memberships(&visitor.caller).await?;
    let helps = own.iter().filter(|own| own.state == MembershipState::Active && own.roles.is_aidant());
    let one = |own: &OwnMembership| Structure {
        id: own.organisation.to_string(),
        name: own.name.as_str().to_owned(),
        judgments: own.judgments,
    };
    Ok(Some(helps.map(one).collect()))
}

/// Whether somebody who is here for their work has given their code in this visit; nobody else has one.
pub(super) async fn is_in(site: &Site, visitor: &Visitor, is_for_work: bool) -> Result<bool, Stop> {
    Ok(!is_for_work || site.lockers().factor_state(&visitor.caller).await?.is_passed)
}

/// The structure that was chosen, if one was.
pub(super) fn organisation(typed: &Typed) -> Result<Option<OrganisationId>, LockerError> {
    let missing = LockerError::Field { field: "organisation", error: FieldError::Missing };
    match typed.get("structure").map(|text| text.trim()).unwrap_or_default() {
        "" => Ok(None),
        id => id.parse().map(Some).map_err(|_| missing),
    }
}

/// The end of the last day that was typed.
pub(super) fn last_day(typed: &Typed) -> Result<Timestamp, LockerError> {
    let wrong = |error| LockerError::Field { field: "until", error };
    let day = Day::parse(typed.get("fin").map(|text| text.trim()).unwrap_or_default()).map_err(wrong)?;
    end_of_day(day).ok_or(wrong(FieldError::NotADate))
}

/// What for.
pub(super) fn theme_and_purpose(typed: &Typed) -> Result<(Theme, Purpose), LockerError> {
    let value = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let theme = Theme::from_code(value("demarche"));
    let theme = theme.ok_or(LockerError::Field { field: "theme", error: FieldError::Missing })?;
    let purpose = Purpose::parse(value("pour")).map_err(|error| LockerError::Field { field: "purpose", error })?;
    Ok((theme, purpose))
}

pub(super) fn read(typed: &Typed) -> Result<Proposing, LockerError> {
    let missing = |field| LockerError::Field { field, error: FieldError::Missing };
    let value = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let organisation = organisation(typed)?;
    let scope = scope(typed);
    if scope.is_empty() {
        return Err(missing("scope"));
    }
    let term = match value("duree") {
        "presence" => Term::Present,
        "date" => Term::Until(last_day(typed)?),
        days => Term::Days(days.parse().map_err(|_| missing("term"))?),
    };
    let (theme, purpose) = theme_and_purpose(typed)?;
    Ok(Proposing {
        desk: organisation.is_some() && value("qui") == "structure",
        organisation,
        basis: if value("comment") == "papier" { Basis::Sheet } else { Basis::Answer },
        scope,
        term,
        theme,
        purpose,
        judgment: None,
    })
}

/// Which field an error is about, for those that the form can mend.
fn field_of(error: &LockerError) -> Option<&'static str> {
    match error {
        LockerError::Refused(Reason::WrongCode | Reason::OwnLocker | Reason::NoSecondFactor | Reason::NotFresh) => {
            Some("code")
        }
        LockerError::Refused(Reason::NoJudgments) => Some("structure"),
        LockerError::Field { field, .. } => {
            IN_FORM.iter().find(|(verb, _)| verb == field).map_or(Some("code"), |(_, form)| Some(*form))
        }
        _ => None,
    }
}

/// `GET /proposer`
pub(super) async fn form(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        let structures = structures(&site, &visitor, &who).await?;
        if !is_in(&site, &visitor, structures.is_some()).await? {
            return Ok(Redirect::to("/").into_response());
        }
        let f = frame_inside(&site, &visitor, &who, "/proposer").await?;
        Ok(page(StatusCode::OK, &Propose::new(f, structures, Typed::new(), None)))
    };
    answered(&site, visitor.locale, shown().await)
}

/// `POST /proposer`
pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        let code = typed.get("code").map(String::as_str).unwrap_or_default();
        let proposed = match read(&typed) {
            Ok(proposing) => site.lockers().propose(&visitor.caller, code, proposing).await,
            Err(error) => Err(error),
        };
        let error = match proposed {
            Ok(mandate) if typed.get("comment").is_some_and(|how| how == "papier") => {
                return Ok(Redirect::to(&format!("/aide/papier/{mandate}")).into_response());
            }
            Ok(_) => return Ok(Redirect::to("/proposer/fait").into_response()),
            Err(error) => error,
        };
        let Some(wrong) = Wrong::of(visitor.locale, &typed, &error) else { return Err(error.into()) };
        let structures = structures(&site, &visitor, &who).await?;
        // Without a code in this visit there is no form to show again: the first page asks for it.
        if wrong.wants_code && !is_in(&site, &visitor, structures.is_some()).await? {
            return Err(error.into());
        }
        let f = frame_inside(&site, &visitor, &who, "/proposer").await?;
        Ok(page(fault(&error).status, &Propose::new(f, structures, typed.clone(), Some(wrong))))
    };
    answered(&site, visitor.locale, done().await)
}

#[derive(Template)]
#[template(path = "pages/proposed.html")]
struct Proposed {
    f: Frame,
    hours: String,
}

/// `GET /proposer/fait`: what happens now.
pub(super) async fn done(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        let f = frame_inside(&site, &visitor, &who, "/proposer/fait").await?;
        let hours = say_with(f.locale, "proposed-waits", &[("hours", Value::Number(24))]);
        Ok(page(StatusCode::OK, &Proposed { f, hours }))
    };
    answered(&site, visitor.locale, shown().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::mandate::{Permission, Permissions};
    use crate::domain::taxonomy::Category;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn the_form_is_whole_and_keeps_what_was_typed() {
        let one = |id: &str, name: &str| Structure { id: id.into(), name: name.into(), judgments: id == "2" };
        let two = || vec![one("1", "CCAS"), one("2", "Mairie <b>")];
        for locale in Locale::ALL {
            for structures in [None, Some(two()), Some(two().split_off(1)), Some(Vec::new())] {
                let is_none = structures.as_ref().is_some_and(Vec::is_empty);
                let f = Frame::sample_at_work(locale);
                let html = checks::checked(&Propose::new(f, structures, Typed::new(), None));
                assert!(!html.contains("<b>"), "{html}");
                assert_eq!(html.contains("action=\"/proposer\""), !is_none, "{html}");
                let (health, housing) = (html.find("\"sante-list\""), html.find("\"formation-list\""));
                assert!(is_none || health > housing, "what is sensitive stands last");
                let is_family = html.contains("<details>\n");
                assert!(!html.contains(" open>"), "folded: {html}");
                assert_eq!(is_family, html.contains("<option value=\"31\" selected>"), "{html}");
                assert!(!is_family || html.find("<details>\n") < html.find("\"logement-organise\""), "{html}");
            }
            let typed = typed(&[
                ("code", "AB<"),
                ("structure", "2"),
                ("qui", "structure"),
                ("logement-read", "on"),
                ("duree", "31"),
                ("demarche", "logement"),
                ("pour", "Un \"logement\""),
            ]);
            let wrong = |field| Some(Wrong { title: "T".into(), help: "H".into(), field, wants_code: false });
            for field in ["fin", "mesure", "tribunal", "date"] {
                let f = Frame::sample_at_work(locale);
                let form = Propose::new(f, Some(two()), typed.clone(), wrong(field)).by(Way::Judgment);
                let html = checks::checked(&form);
                assert!(html.contains("action=\"/proposer/decision\"") && !html.contains("name=\"duree\""), "{html}");
                assert!(html.contains(&format!("<a href=\"#{field}\">T</a>")), "{html}");
                assert_eq!(html.matches("aria-invalid").count(), 1, "{field}");
            }
            let f = Frame::sample_at_work(locale);
            for field in ["qui", "fin", "rubriques"] {
                let form = Propose::new(f.clone(), Some(two()), typed.clone(), wrong(field));
                assert_eq!(checks::checked(&form).matches(">H<").count(), 2, "at the top, and next to {field}");
            }
            let html = checks::checked(&Propose::new(f, Some(two()), typed, wrong("code")));
            assert!(html.contains("href=\"/proposer/decision\""), "{html}");
            // What was chosen stays open, and its summary says it.
            assert_eq!(html.matches("<details class=\"rubric\" open>").count(), 1, "{html}");
            let open = html.split("class=\"rubric\" open>\n<summary>").nth(1).unwrap().split('<').next().unwrap();
            let read = say(locale, "permission-read");
            assert!(open.contains(&read) && open.contains(':'), "{open}");
            for kept in [
                "value=\"AB&#60;\"",
                "<option value=\"2\" selected>",
                "id=\"qui-structure\" name=\"qui\" type=\"radio\" value=\"structure\" checked",
                "name=\"logement-read\" type=\"checkbox\" value=\"on\" checked",
                "<option value=\"31\" selected>",
                "<option value=\"logement\" selected>",
                "value=\"Un &#34;logement&#34;\"",
                "<a href=\"#code\">T</a>",
            ] {
                assert!(html.contains(kept), "{kept}\n{html}");
            }
            assert_eq!(html.matches("aria-invalid").count(), 1);
            let html = checks::checked(
                &Propose::new(Frame::sample_at_work(locale), Some(two().split_off(1)), Typed::new(), None)
                    .by(Way::Present),
            );
            assert!(html.contains("action=\"/avec-moi\"") && !html.contains("name=\"code\""), "{html}");
            assert!(!html.contains("name=\"comment\""), "on paper is for who is not there: {html}");
            checks::checked(&Proposed { f: Frame::sample_at_work(locale), hours: "24".into() });
        }
    }

    #[test]
    fn what_is_ticked_is_read_and_the_list_goes_with_it() {
        let good = [("logement-deposit", "on"), ("duree", "presence"), ("demarche", "logement"), ("pour", "Le bail")];
        let read_as = |pairs: &[(&str, &str)]| read(&typed(pairs));
        let proposing = read_as(&good).unwrap();
        let housing = Category::from_code("logement").unwrap();
        assert_eq!(proposing.scope, [(housing, Permissions::of([Permission::List, Permission::Deposit]))]);
        assert_eq!((proposing.organisation, proposing.desk, proposing.term), (None, false, Term::Present));
        let dated = [
            ("logement-deposit", "on"),
            ("duree", "date"),
            ("fin", "2027-03-01"),
            ("demarche", "logement"),
            ("pour", "x"),
        ];
        assert!(matches!(read_as(&dated).unwrap().term, Term::Until(_)));
        let undated = read_as(&[dated[0], dated[1], dated[3], dated[4]]).unwrap_err();
        assert!(matches!(undated, LockerError::Field { field: "until", .. }), "{undated:?}");
        for (at, field) in [(0, "scope"), (1, "term"), (2, "theme"), (3, "purpose")] {
            let mut rest = good.to_vec();
            rest.remove(at);
            let error = read_as(&rest).unwrap_err();
            assert!(matches!(error, LockerError::Field { field: found, .. } if found == field), "{field}: {error:?}");
            assert!(field_of(&error).is_some());
        }
    }
}
