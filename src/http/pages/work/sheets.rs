//! Sheets to sign, for the members of an organisation: printing, sending the photo, a second person's check.

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Form, Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::super::elsewhere::FromHere;
use super::super::frame::Frame;
use super::super::help::until;
use super::super::{Stop, page};
use super::{Wrong, factor, organisation_id};
use crate::domain::basis::Basis;
use crate::domain::entry::Reason;
use crate::domain::ids::{MandateId, OrganisationId};
use crate::domain::mandate::Helper;
use crate::http::Site;
use crate::http::parts::InParts;
use crate::http::photos;
use crate::http::printed::{addresses, pdf};
use crate::http::upload::UploadError;
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::decisions::Checked as Seen;
use crate::locker::sheet_paper::short_sum;
use crate::locker::sheets::SheetView;
use crate::words::{Locale, Value, say, say_with};

/// Where those of an organisation are.
fn at(organisation: OrganisationId) -> String {
    format!("/structure/{organisation}/feuilles")
}

/// The answer of a handler of these pages: what lacks a recent code leads to where it is given.
fn answered(site: &Site, locale: Locale, result: Result<Response, Stop>) -> Response {
    match result {
        Err(Stop::Locker(LockerError::Refused(Reason::NoSecondFactor))) => Redirect::to(factor::PATH).into_response(),
        result => super::answered(site, locale, result),
    }
}

/// The sheet that an address names. Whatever is not an id is not here.
fn mandate_id(text: &str) -> Result<MandateId, Stop> {
    text.parse().map_err(|_| LockerError::Refused(Reason::UnknownMandate).into())
}

/// A sheet in words.
struct Told {
    reference: String,
    who: String,
    state: String,
    until: String,
    at: String,
    named: String,
}

impl Told {
    fn of(locale: Locale, organisation: OrganisationId, view: &SheetView) -> Self {
        let reference = view.reference();
        let number = [("reference", Value::Text(&reference))];
        let name = [("name", Value::Text(view.proposal.proposed.helper.as_str()))];
        let is_decided = view.proposal.basis == Basis::Judgment;
        let reference_key = if is_decided { "decision-reference" } else { "sheet-reference" };
        let state = match (&view.sent, view.is_own) {
            (None, _) => "sheets-no-photo",
            (Some(_), true) => "sheets-has-photo",
            (Some(_), false) => "sheets-to-check",
        };
        Self {
            who: if view.is_own { say(locale, "sheets-own") } else { say_with(locale, "sheets-other", &name) },
            state: say(locale, state),
            until: until(locale, "sheets-until", view.proposal.until),
            at: format!("{}/{}", at(organisation), view.proposal.mandate),
            named: say_with(locale, "sheets-open-named", &number),
            reference: say_with(locale, reference_key, &number),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/sheets.html")]
struct Waiting {
    f: Frame,
    back: String,
    notice: Option<String>,
    sheets: Vec<Told>,
}

/// What just happened, told by the page that follows.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Happened {
    commence: Option<String>,
    refus: Option<String>,
}

/// `GET /structure/{organisation}/feuilles`
pub(super) async fn list(
    State(site): State<Site>,
    visitor: Visitor,
    Path(organisation): Path<String>,
    happened: Result<Query<Happened>, QueryRejection>,
) -> Response {
    let Query(happened) = happened.unwrap_or_default();
    let shown = async || -> Result<Response, Stop> {
        let (locale, organisation) = (visitor.locale, organisation_id(&organisation)?);
        let views = site.lockers().sheets(&visitor.caller, organisation, locale).await?;
        let news = [(&happened.commence, "sheet-just-confirmed"), (&happened.refus, "sheet-just-refused")];
        let notice = news.iter().find(|(happened, _)| happened.is_some()).map(|(_, key)| say(locale, key));
        let sheets = views.iter().map(|view| Told::of(locale, organisation, view)).collect();
        let f = Frame::at_work(&site, locale, &at(organisation));
        Ok(page(StatusCode::OK, &Waiting { f, back: "/".to_owned(), notice, sheets }))
    };
    answered(&site, visitor.locale, shown().await)
}

#[derive(Template)]
#[template(path = "pages/sheet.html")]
struct Sheet {
    f: Frame,
    back: String,
    told: Told,
    lines: Vec<String>,
    /// How the words were told to who signed, as the proposer says.
    said: Vec<String>,
    is_own: bool,
    has_photo: bool,
    /// A court's decision: nobody signs.
    is_decided: bool,
    print_at: String,
    /// SHA-256 of the words, the language's name, whether it is the reader's: what may have been printed.
    languages: Vec<(String, String, bool)>,
    evidence: String,
    typed: Checked,
    wrong: Option<Wrong>,
    wrong_title: &'static str,
}

fn sheet(f: Frame, organisation: OrganisationId, view: &SheetView, languages: Vec<(String, String, bool)>) -> Sheet {
    let locale = f.locale;
    let fields = view.sent.as_ref().map(|sent| &sent.fields);
    let read = fields.filter(|fields| fields.read_aloud).map(|_| say(locale, "sheet-read-aloud-said"));
    let translated = fields
        .and_then(|fields| fields.interpreter.as_ref())
        .map(|name| say_with(locale, "sheet-interpreter-said", &[("name", Value::Text(name.as_str()))]));
    Sheet {
        back: at(organisation),
        told: Told::of(locale, organisation, view),
        lines: view.proposal.text.lines().map(str::to_owned).collect(),
        said: read.into_iter().chain(translated).collect(),
        is_own: view.is_own,
        is_decided: view.proposal.basis == Basis::Judgment,
        has_photo: view.sent.is_some(),
        print_at: format!("/aide/papier/{}", view.proposal.mandate),
        languages,
        evidence: view.sent.as_ref().map(|sent| sent.evidence.to_string()).unwrap_or_default(),
        typed: Checked::default(),
        wrong: None,
        wrong_title: "sheet-not-sent-title",
        f,
    }
}

impl Sheet {
    /// A sentence about a signed sheet, or its like about a court's decision.
    fn about(&self, sheet: &str, decision: &str) -> String {
        self.f.say(if self.is_decided { decision } else { sheet })
    }
}

/// The page of a sheet, if it waits.
async fn shown_page(
    site: &Site,
    visitor: &Visitor,
    (organisation, mandate): (OrganisationId, MandateId),
) -> Result<Sheet, Stop> {
    let locale = visitor.locale;
    let views = site.lockers().sheets(&visitor.caller, organisation, locale).await?;
    let view = views.iter().find(|view| view.proposal.mandate == mandate);
    let view = view.ok_or(LockerError::Refused(Reason::UnknownMandate))?;
    let languages = if view.is_own {
        let words = site.lockers().own_words(&visitor.caller, mandate).await?;
        let one = |(of, sum): (Locale, crate::domain::document::Sha256Sum)| {
            (sum.to_string(), say(of, "language-name"), of == locale)
        };
        words.into_iter().map(one).collect()
    } else {
        Vec::new()
    };
    let f = Frame::at_work(site, locale, &format!("{}/{mandate}", at(organisation)));
    Ok(sheet(f, organisation, view, languages))
}

/// `GET /structure/{organisation}/feuilles/{mandate}`
pub(super) async fn one(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organisation, mandate)): Path<(String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let ids = (organisation_id(&organisation)?, mandate_id(&mandate)?);
        Ok(page(StatusCode::OK, &shown_page(&site, &visitor, ids).await?))
    };
    answered(&site, visitor.locale, shown().await)
}

/// The page again, with what is wrong.
async fn again(
    site: &Site,
    visitor: &Visitor,
    ids: (OrganisationId, MandateId),
    (title, help): (String, String),
    (status, typed): (StatusCode, Checked),
) -> Result<Response, Stop> {
    let mut shown = shown_page(site, visitor, ids).await?;
    (shown.wrong, shown.typed) = (Some(Wrong { title, help }), typed);
    Ok(page(status, &shown))
}

/// `POST /structure/{organisation}/feuilles/{mandate}/envoyer`
pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organisation, mandate)): Path<(String, String)>,
    multipart: Result<InParts, MultipartRejection>,
) -> Response {
    let sent = async |multipart| -> Result<Response, Stop> {
        let ids = (organisation_id(&organisation)?, mandate_id(&mandate)?);
        match photos::receive_form(&site, &visitor.caller, ids.1, multipart).await {
            Ok(()) => Ok(Redirect::to(&format!("{}/{}", at(ids.0), ids.1)).into_response()),
            Err(UploadError::Locker(error @ LockerError::Refused(_))) => Err(error.into()),
            Err(error) => {
                let (title, help) = error.told(visitor.locale);
                let is_kind = matches!(error, UploadError::Locker(LockerError::KindOfFile));
                let help = if is_kind { say(visitor.locale, "sheet-kinds") } else { help };
                let told = (title, help);
                again(&site, &visitor, ids, told, (error.status(), Checked::default())).await
            }
        }
    };
    answered(&site, visitor.locale, sent(multipart).await)
}

/// `GET /structure/{organisation}/feuilles/{mandate}/photo`
pub(super) async fn photo(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organisation, mandate)): Path<(String, String)>,
) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let (organisation, mandate) = (organisation_id(&organisation)?, mandate_id(&mandate)?);
        Ok(photos::served(site.lockers().see_sheet(&visitor.caller, organisation, mandate).await?))
    };
    answered(&site, visitor.locale, shown().await)
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Checked {
    accepts: Option<String>,
    #[serde(default)]
    nom: String,
    #[serde(default)]
    prenom: String,
    #[serde(default)]
    naissance: String,
    #[serde(default)]
    mesure: String,
    personne: Option<String>,
}

/// `POST /structure/{organisation}/feuilles/{mandate}/confirmer`
pub(super) async fn confirm(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organisation, mandate)): Path<(String, String)>,
    form: Result<Form<Checked>, FormRejection>,
) -> Response {
    let checked = form.map(|Form(form)| form).unwrap_or_default();
    let done = async |checked: Checked| -> Result<Response, Stop> {
        let ids = (organisation_id(&organisation)?, mandate_id(&mandate)?);
        let told = Seen {
            accepts: checked.accepts.as_deref(),
            family_name: &checked.nom,
            given_name: &checked.prenom,
            birthdate: &checked.naissance,
            measure: &checked.mesure,
            person: checked.personne.is_some(),
        };
        match site.lockers().confirm_sheet(&visitor.caller, ids.0, ids.1, told).await {
            Ok(()) => Ok(Redirect::to(&format!("{}?commence=1", at(ids.0))).into_response()),
            Err(
                error @ (LockerError::Refused(
                    Reason::WrongHolder
                    | Reason::SecondPerson
                    | Reason::SurerConsent
                    | Reason::NoJudgments
                    | Reason::ByJudgment,
                )
                | LockerError::Field { .. }),
            ) => {
                let fault = crate::http::sentences::fault(&error);
                let typed = (fault.status, checked);
                again(&site, &visitor, ids, fault.told(visitor.locale), typed).await
            }
            Err(error) => Err(error.into()),
        }
    };
    answered(&site, visitor.locale, done(checked).await)
}

/// `POST /structure/{organisation}/feuilles/{mandate}/refuser`
pub(super) async fn refuse(
    State(site): State<Site>,
    visitor: Visitor,
    Path((organisation, mandate)): Path<(String, String)>,
) -> Response {
    let done = async || -> Result<Response, Stop> {
        let (organisation, mandate) = (organisation_id(&organisation)?, mandate_id(&mandate)?);
        site.lockers().refuse_sheet(&visitor.caller, organisation, mandate).await?;
        Ok(Redirect::to(&format!("{}?refus=1", at(organisation))).into_response())
    };
    answered(&site, visitor.locale, done().await)
}

/// What only a form sends has no page of its own.
pub(super) async fn to_one(Path((organisation, mandate)): Path<(String, String)>) -> Redirect {
    match (organisation.parse::<OrganisationId>(), mandate.parse::<MandateId>()) {
        (Ok(organisation), Ok(mandate)) => Redirect::to(&format!("{}/{mandate}", at(organisation))),
        _ => Redirect::to("/"),
    }
}

#[derive(Template)]
#[template(path = "pages/sheet_print.html")]
struct Print {
    f: Frame,
    /// The same as a file.
    pdf_at: String,
    reference: String,
    lines: Vec<String>,
    not_before: String,
    /// When, and by which service.
    made: String,
    printed: String,
    back: String,
}

fn print(f: Frame, view: &SheetView, back: String, made: String) -> Print {
    let (locale, reference) = (f.locale, view.reference());
    let sum = short_sum(&view.proposal.sha256.to_string());
    Print {
        pdf_at: format!("/aide/papier/{}/pdf?lang={}", view.proposal.mandate, locale.code()),
        reference: say_with(locale, "sheet-reference", &[("reference", Value::Text(&reference))]),
        lines: view.proposal.text.lines().map(str::to_owned).collect(),
        not_before: until(locale, "sheet-not-before", view.proposal.until),
        printed: say_with(locale, "sheet-printed", &[("sum", Value::Text(&sum))]),
        made,
        back,
        f,
    }
}

/// `GET /aide/papier/{mandate}`: the sheet, for who proposes, as it is to be printed and signed.
pub(super) async fn to_print(State(site): State<Site>, visitor: Visitor, Path(mandate): Path<String>) -> Response {
    let shown = async || -> Result<Response, Stop> {
        let id = mandate_id(&mandate)?;
        let view = site.lockers().own_sheet(&visitor.caller, id, visitor.locale).await?;
        let is_signed = view.proposal.basis == Basis::Sheet;
        let back = match view.helper {
            Helper::Aidant(organisation, _) | Helper::Desk(organisation) => format!("{}/{id}", at(organisation)),
            Helper::Relative(_) => "/".to_owned(),
        };
        // Nobody signs what a court decided.
        if !is_signed {
            return Ok(Redirect::to(&back).into_response());
        }
        let f = Frame::at_work(&site, visitor.locale, &format!("/aide/papier/{id}"));
        Ok(page(StatusCode::OK, &print(f, &view, back, site.lockers().made_now(visitor.locale, &addresses(&site)))))
    };
    answered(&site, visitor.locale, shown().await)
}

/// `GET /aide/papier/{mandate}/pdf`: the same as a file.
pub(super) async fn to_save(
    _: FromHere,
    State(site): State<Site>,
    visitor: Visitor,
    Path(mandate): Path<String>,
) -> Response {
    let made = async || -> Result<Response, Stop> {
        let mandate = mandate_id(&mandate)?;
        Ok(pdf(
            "feuille",
            site.lockers().sheet_to_sign(&visitor.caller, mandate, visitor.locale, &addresses(&site)).await?,
        ))
    };
    answered(&site, visitor.locale, made().await)
}

#[cfg(test)]
mod tests {
    use super::super::super::checks;
    use super::*;
    use crate::domain::document::Sha256Sum;
    use crate::domain::help::{CategoryScope, Proposed, Purpose, SheetFields, TermFields};
    use crate::domain::ids::MembershipId;
    use crate::domain::mandate::{Permission, Permissions};
    use crate::domain::organisation::Name;
    use crate::domain::source::{Source, Timestamp};
    use crate::domain::taxonomy::Category;
    use crate::domain::theme::Theme;
    use crate::locker::mandates::ProposalView;
    use crate::locker::sheets::Sent;

    fn view(source: &Source, is_own: bool, is_sent: bool) -> SheetView {
        let sha256 = Sha256Sum::from_bytes([1; 32]);
        let housing = Category::from_code("logement").unwrap();
        let proposed = Proposed {
            helper: Name::parse("Nadia <b>").unwrap(),
            organisation: Name::parse("CCAS").ok(),
            desk: false,
            scope: vec![CategoryScope::new(housing, Permissions::of([Permission::Read]))],
            term: TermFields::Days(31),
            theme: Theme::Logement,
            purpose: Purpose::parse("Un logement").unwrap(),
            judgment: None,
            unusual: false,
            on_paper: true,
            renews: None,
            replaces: None,
        };
        let fields = SheetFields {
            media_type: "image/jpeg".into(),
            size: 3,
            sha256,
            words: sha256,
            read_aloud: true,
            interpreter: Name::parse("Sami <b>").ok(),
        };
        let text = "Vous autorisez Nadia <b>.\nLogement : ouvrir.".to_owned();
        let (mandate, until, basis) = (MandateId::draw(source), source.now(), Basis::Sheet);
        let sent = is_sent.then(|| Sent { at: source.now(), fields, evidence: sha256 });
        let helper = Helper::Aidant(OrganisationId::draw(source), MembershipId::draw(source));
        let proposal = ProposalView { mandate, basis, proposed, until, text, sha256, names: None };
        SheetView { proposal, helper, locale: Locale::Fr, is_own, sent }
    }

    #[test]
    fn each_reader_finds_what_is_theirs_to_do() {
        let source = Source::seeded(Timestamp::from_micros(1_800_000_000_000_000), [8; 32]);
        let organisation = OrganisationId::draw(&source);
        for locale in Locale::ALL {
            let f = Frame::sample_at_work(locale);
            let views = [
                view(&source, true, false),
                view(&source, true, true),
                view(&source, false, false),
                view(&source, false, true),
            ];
            let sheets = views.iter().map(|view| Told::of(locale, organisation, view)).collect();
            let list = Waiting { f: f.clone(), back: "/".into(), notice: Some("<b>".into()), sheets };
            let html = checks::checked(&list);
            assert!(!html.contains("<b>") && html.matches("/feuilles/").count() == 4, "{html}");
            for view in &views {
                let languages = vec![("ab".to_owned(), "Français".to_owned(), true)];
                let mut shown = sheet(f.clone(), organisation, view, languages);
                shown.typed.nom = "\"><b>".into();
                shown.wrong = Some(Wrong { title: "T".into(), help: "H".into() });
                let html = checks::checked(&shown);
                assert!(
                    html.contains("<p dir=\"auto\">Vous autorisez Nadia &#60;b&#62;.</p>") && !html.contains("<b>")
                );
                assert_eq!(html.contains("/envoyer\""), view.is_own, "{html}");
                assert_eq!(html.contains("/confirmer\""), !view.is_own && view.sent.is_some(), "{html}");
                assert_eq!(html.contains("/photo\""), !view.is_own && view.sent.is_some(), "{html}");
                let mut decided = sheet(f.clone(), organisation, view, Vec::new());
                decided.is_decided = true;
                let html = checks::checked(&decided);
                assert!(!html.contains("name=\"lu\"") && !html.contains("/aide/papier/"), "nobody signs: {html}");
            }
            let html = checks::checked(&print(f, &views[0], "/".into(), "Fait".into()));
            assert!(html.contains(&views[0].reference()) && html.contains("0101 0101 0101 0101"), "{html}");
        }
    }
}
