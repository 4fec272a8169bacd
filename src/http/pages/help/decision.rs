//! Proposing to help because a court decided so (tutelle, curatelle): the same form, with the decision in place of how long and how.
//!
//! What it leads to: the page of a sheet that waits, where the photo of the decision is sent.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::super::{Stop, frame_inside, page};
use super::answered;
use super::propose::{Propose, Typed, Way, Wrong, is_in, last_day, organisation, structures, theme_and_purpose};
use super::rubrics::scope;
use crate::domain::basis::Basis;
use crate::domain::document::{Day, FieldError};
use crate::domain::judgment::{Judgment, Measure};
use crate::domain::mandate::Term;
use crate::domain::organisation::Name;
use crate::http::Site;
use crate::http::sentences::fault;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::mandates::Proposing;

/// Where it is.
pub(super) const PATH: &str = "/proposer/decision";

const fn wrong(field: &'static str, error: FieldError) -> LockerError {
    LockerError::Field { field, error }
}

/// What was typed, read.
fn read(typed: &Typed) -> Result<Proposing, LockerError> {
    let value = |name: &str| typed.get(name).map(|text| text.trim()).unwrap_or_default();
    let organisation = Some(organisation(typed)?.ok_or(wrong("organisation", FieldError::Missing))?);
    let judgment = Judgment {
        measure: Measure::from_code(value("mesure")).ok_or(wrong("measure", FieldError::Missing))?,
        court: Name::parse(value("tribunal")).map_err(|error| wrong("court", error))?,
        decided_on: Day::parse(value("date")).map_err(|error| wrong("decided_on", error))?,
        person: value("personne") == "oui",
    };
    let until = last_day(typed)?;
    let scope = scope(typed);
    if scope.is_empty() {
        return Err(wrong("scope", FieldError::Missing));
    }
    let (theme, purpose) = theme_and_purpose(typed)?;
    let (judgment, term, basis) = (Some(judgment), Term::Until(until), Basis::Judgment);
    Ok(Proposing { organisation, desk: false, basis, scope, term, theme, purpose, judgment })
}

/// `GET /proposer/decision`
pub(super) async fn form(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        let structures = structures(&site, &visitor, &who).await?.map(Propose::with_judgments);
        if structures.as_ref().is_none_or(Vec::is_empty) || !is_in(&site, &visitor, true).await? {
            return Ok(Redirect::to("/proposer").into_response());
        }
        let f = frame_inside(&site, &visitor, &who, PATH).await?;
        let form = Propose::new(f, structures, Typed::new(), None).by(Way::Judgment);
        Ok(page(axum::http::StatusCode::OK, &form))
    };
    answered(&site, visitor.locale, shown().await)
}

/// `POST /proposer/decision`
pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let typed = form.map(|Form(form)| form).unwrap_or_default();
    let done = async || -> Result<Response, Stop> {
        let who = site.lockers().who(&visitor.caller).await?;
        let code = typed.get("code").map(String::as_str).unwrap_or_default();
        let proposing = read(&typed);
        let there = proposing.as_ref().ok().and_then(|one| one.organisation);
        let proposed = match proposing {
            Ok(proposing) => site.lockers().propose(&visitor.caller, code, proposing).await,
            Err(error) => Err(error),
        };
        let error = match (proposed, there) {
            (Ok(mandate), Some(there)) => {
                return Ok(Redirect::to(&format!("/structure/{there}/feuilles/{mandate}")).into_response());
            }
            (Ok(_), None) => LockerError::Damaged,
            // The end that was named: on this form it has a field of its own.
            (Err(LockerError::Field { field: "term", error }), _) => wrong("until", error),
            (Err(error), _) => error,
        };
        let Some(told) = Wrong::of(visitor.locale, &typed, &error) else { return Err(error.into()) };
        if !is_in(&site, &visitor, true).await? {
            return Err(error.into());
        }
        let structures = structures(&site, &visitor, &who).await?.map(Propose::with_judgments);
        let f = frame_inside(&site, &visitor, &who, PATH).await?;
        let form = Propose::new(f, structures, typed.clone(), Some(told)).by(Way::Judgment);
        Ok(page(fault(&error).status, &form))
    };
    answered(&site, visitor.locale, done().await)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn each_field_that_lacks_is_named() {
        let good = [
            ("structure", "0198f0c1-0000-7000-8000-000000000001"),
            ("mesure", "tutelle"),
            ("tribunal", "Tribunal de Valserin"),
            ("date", "2026-03-02"),
            ("fin", "2029-03-01"),
            ("logement-read", "on"),
            ("demarche", "logement"),
            ("pour", "Le bail"),
        ];
        let proposing = read(&typed(&good)).unwrap();
        let judgment = proposing.judgment.unwrap();
        assert_eq!((judgment.measure, judgment.person, proposing.desk), (Measure::Tutelle, false, false));
        // The last moment of that day, in Paris.
        let Term::Until(until) = proposing.term else { panic!() };
        assert_eq!(until.rfc3339(), "2029-03-01T22:59:59.999999Z");
        let fields = ["organisation", "measure", "court", "decided_on", "until", "scope", "theme", "purpose"];
        for (at, field) in fields.iter().enumerate() {
            let mut rest = good.to_vec();
            rest.remove(at);
            let error = read(&typed(&rest)).unwrap_err();
            assert!(matches!(error, LockerError::Field { field: found, .. } if found == *field), "{field}: {error:?}");
        }
    }
}
