//! Adding a paper, replacing it by a newer one, changing what describes it: one form, and the form again with what was typed
//! when something is wrong.
//!
//! The content itself is received by `http::upload`. To add a question: its input in `pages/form.html` before the file, its
//! name in `IN_FORM`, and its reading in `http::described`.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::asked;
use super::asked::adding::Answering;
use super::frame::Frame;
use super::{Stop, answer, at_home, closing, error_page, frame_at_home, page, paper_id, to_entrance};
use crate::domain::document::Day;
use crate::domain::entry::Reason;
use crate::domain::ids::{DocumentId, RequestId};
use crate::domain::taxonomy::{CATEGORIES, Category, KINDS, Kind};
use crate::http::Site;
use crate::http::described;
use crate::http::parts::InParts;
use crate::http::upload::{self, FormError, UploadError};
use crate::http::visitor::Visitor;
use crate::locker::LockerError;
use crate::locker::views::PaperView;
use crate::words::{Locale, Value, category_label, kind_label, say, say_with, size};

/// Where a paper is added.
const ADD: &str = "/papiers/ajouter";

/// What the form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A paper that is not there yet.
    Add,
    /// The same, for a request that asks for it.
    Answer(Answering),
    /// A newer version of this one.
    Replace(DocumentId),
    /// Another description of this one.
    Change(DocumentId),
    /// A paper in the locker of somebody whom one helps.
    Help {
        /// Where the visit's pages are.
        at: String,
        /// Where the paper may go.
        categories: Vec<Category>,
        /// For which request, if it is for one.
        answering: Option<Answering>,
    },
    /// A newer version of a paper in the locker of somebody whom one helps.
    HelpReplace {
        /// Where the visit's pages are.
        at: String,
        /// Which.
        document: DocumentId,
    },
}

impl Purpose {
    /// The first half of its keys in the catalogue.
    const fn prefix(&self) -> &'static str {
        match self {
            Self::Add | Self::Answer(_) => "add",
            Self::Replace(_) | Self::HelpReplace { .. } => "replace",
            Self::Change(_) => "change",
            Self::Help { .. } => "add-for",
        }
    }

    /// Where the form is, and is sent to.
    fn address(&self) -> String {
        match self {
            Self::Add => ADD.to_owned(),
            Self::Answer(answering) => format!("{ADD}?{}", answering.query()),
            Self::Replace(document) => format!("/papiers/{document}/remplacer"),
            Self::Change(document) => format!("/papiers/{document}/changer"),
            Self::Help { at, answering: None, .. } => format!("{at}/ajouter"),
            Self::Help { at, answering: Some(answering), .. } => format!("{at}/ajouter?{}", answering.query()),
            Self::HelpReplace { at, document } => format!("{at}/papiers/{document}/remplacer"),
        }
    }

    /// For which request a paper is added, if it is for one.
    const fn answering(&self) -> Option<&Answering> {
        match self {
            Self::Answer(answering) | Self::Help { answering: Some(answering), .. } => Some(answering),
            _ => None,
        }
    }

    /// What stands in the form from the beginning.
    fn beginning(&self) -> Typed {
        match self.answering().map(|answering| answering.kinds.as_slice()) {
            Some([one]) => Typed::from([("type".to_owned(), one.code().to_owned())]),
            _ => Typed::new(),
        }
    }

    const fn has_file(&self) -> bool {
        !matches!(self, Self::Change(_))
    }

    const fn describes(&self) -> bool {
        !matches!(self, Self::Replace(_) | Self::HelpReplace { .. })
    }

    /// Whether it is the holder's own: they say whose it is, and hide it.
    const fn is_own(&self) -> bool {
        !matches!(self, Self::Help { .. } | Self::HelpReplace { .. })
    }

    /// Whether a paper of a category may go there.
    fn takes(&self, category: Category) -> bool {
        match self {
            Self::Help { categories, .. } => categories.contains(&category),
            Self::Add | Self::Answer(_) | Self::Replace(_) | Self::Change(_) | Self::HelpReplace { .. } => true,
        }
    }

    const fn onto(&self) -> Option<DocumentId> {
        match self {
            Self::Add | Self::Answer(_) | Self::Help { .. } => None,
            Self::Replace(document) | Self::Change(document) | Self::HelpReplace { document, .. } => Some(*document),
        }
    }
}

/// Fields by their name in the API and in the form.
const IN_FORM: [(&str, &str); 8] = [
    ("title", "titre"),
    ("kind", "type"),
    ("whose", "pour"),
    ("private", "cache"),
    ("issued_on", "date_emission"),
    ("expires_on", "date_fin"),
    ("good_until", "bon_jusque"),
    ("file", "fichier"),
];

/// A kind in the list.
struct KindChoice {
    code: &'static str,
    label: String,
    is_chosen: bool,
}

/// A category's kinds.
struct KindGroup {
    label: String,
    kinds: Vec<KindChoice>,
}

/// What is wrong, at the top and next to its field.
struct Wrong {
    title: String,
    help: String,
    field: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "pages/form.html")]
struct Add {
    f: Frame,
    purpose: Purpose,
    action: String,
    /// The paper it is about, by its name.
    paper: Option<String>,
    wrong: Option<Wrong>,
    groups: Vec<KindGroup>,
    typed: BTreeMap<String, String>,
    key: String,
    file_hint: String,
    /// What is to be known of papers with two sides, next to the file.
    sides: Option<String>,
}

/// What was typed, or stands there already.
type Typed = BTreeMap<String, String>;

impl Add {
    fn new(
        site: &Site,
        frame: Frame,
        purpose: Purpose,
        paper: Option<&PaperView>,
        typed: Typed,
        wrong: Option<Wrong>,
    ) -> Self {
        let fresh = RequestId::draw(site.lockers().door().source()).to_string();
        let about = paper.map(|paper| (paper.fields.title.as_str().to_owned(), paper.fields.kind));
        Self::filled(frame, purpose, about, site.lockers().limits().document_bytes, fresh, typed, wrong)
    }

    fn filled(
        f: Frame,
        purpose: Purpose,
        about: Option<(String, Kind)>,
        limit: u64,
        fresh: String,
        typed: Typed,
        wrong: Option<Wrong>,
    ) -> Self {
        let locale = f.locale;
        let chosen = typed.get("type").map(String::as_str).unwrap_or_default();
        let kinds = |category| {
            let of = KINDS.iter().filter(move |kind| kind.category() == category);
            of.map(|kind| KindChoice {
                code: kind.code(),
                label: kind_label(locale, *kind),
                is_chosen: kind.code() == chosen,
            })
            .collect()
        };
        let taken = CATEGORIES.iter().filter(|category| purpose.takes(**category));
        let groups: Vec<KindGroup> =
            taken.map(|c| KindGroup { label: category_label(locale, *c), kinds: kinds(*c) }).collect();
        // The same form sent twice is one paper: its key goes with it, also when it comes back to be corrected.
        let key = match typed.get("cle") {
            Some(key) if !key.is_empty() => key.clone(),
            _ => fresh,
        };
        let limit = size(locale, limit);
        let file_hint = say_with(locale, "add-file-hint", &[("limit", Value::Text(&limit))]);
        let action = purpose.address();
        let sides = sides(locale, &purpose, about.as_ref().map(|(_, kind)| *kind).or_else(|| Kind::from_code(chosen)));
        let paper = about.map(|(title, _)| title);
        Self { f, purpose, action, paper, wrong, groups, typed, key, file_hint, sides }
    }

    /// The words of this purpose.
    fn words(&self, what: &str) -> String {
        say(self.f.locale, &format!("{}-{what}", self.purpose.prefix()))
    }

    /// What was typed in a field.
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether this answer was chosen; the first one stands when none was.
    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// Which kinds would answer the request that the paper is added for.
    fn fitting(&self) -> Option<String> {
        let kinds = &self.purpose.answering()?.kinds;
        let labels: Vec<String> = kinds.iter().map(|kind| kind_label(self.f.locale, *kind)).collect();
        let said = labels.join(", ");
        (!labels.is_empty()).then(|| say_with(self.f.locale, "add-then-kinds", &[("kinds", Value::Text(&said))]))
    }

    /// The request that the paper is added for.
    fn back(&self) -> Option<String> {
        let requests = match &self.purpose {
            Purpose::Help { at, .. } => format!("{at}/demande"),
            _ => asked::PATH.to_owned(),
        };
        self.purpose.answering().map(|answering| answering.back(&requests, None))
    }

    /// What is wrong with this field.
    fn error(&self, name: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.field == Some(name)).map(|wrong| wrong.help.as_str())
    }
}

/// What is told of two sides: of this paper, where its kind is known; of those that one may choose, where it is not.
fn sides(locale: Locale, purpose: &Purpose, kind: Option<Kind>) -> Option<String> {
    if kind.is_some_and(Kind::is_two_sided) {
        return Some(say(locale, "add-two-sides"));
    }
    if !purpose.describes() {
        return None;
    }
    let offered = KINDS.iter().filter(|kind| kind.is_two_sided() && purpose.takes(kind.category()));
    let labels: Vec<String> = offered.map(|kind| kind_label(locale, *kind)).collect();
    let list = [("kinds", Value::Text(&labels.join(", ")))];
    (!labels.is_empty()).then(|| say_with(locale, "add-two-sides-which", &list))
}

/// What the holder's own form is for, by its address.
fn adding(query: Option<&str>) -> Purpose {
    query.and_then(Answering::read).map_or(Purpose::Add, Purpose::Answer)
}

/// `GET /papiers/ajouter`
pub(super) async fn form(State(site): State<Site>, visitor: Visitor, RawQuery(query): RawQuery) -> Response {
    let shown = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let purpose = adding(query.as_deref());
        let f = frame_at_home(&site, &visitor, locker, &purpose.address()).await?;
        if f.is_closed() {
            return Ok(closing::shut(f, "add-title"));
        }
        let typed = purpose.beginning();
        Ok(page(StatusCode::OK, &Add::new(&site, f, purpose, None, typed, None)))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

/// The form with nothing in it, for somebody whom one helps.
pub(super) fn blank(site: &Site, f: Frame, purpose: Purpose, paper: Option<&PaperView>) -> Response {
    let typed = purpose.beginning();
    page(StatusCode::OK, &Add::new(site, f, purpose, paper, typed, None))
}

/// `GET /papiers/{document}/remplacer`
pub(super) async fn replace_form(State(site): State<Site>, visitor: Visitor, Path(document): Path<String>) -> Response {
    let shown = about(&site, &visitor, &document, Purpose::Replace, |_| Typed::new()).await;
    answer(&site, visitor.locale, shown)
}

/// `GET /papiers/{document}/changer`
pub(super) async fn change_form(State(site): State<Site>, visitor: Visitor, Path(document): Path<String>) -> Response {
    let shown = about(&site, &visitor, &document, Purpose::Change, as_it_is).await;
    answer(&site, visitor.locale, shown)
}

/// A form about a paper that is there.
async fn about(
    site: &Site,
    visitor: &Visitor,
    document: &str,
    purpose: fn(DocumentId) -> Purpose,
    typed: fn(&PaperView) -> Typed,
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let document = paper_id(document)?;
    let purpose = purpose(document);
    let f = frame_at_home(site, visitor, locker, &purpose.address()).await?;
    if f.is_closed() {
        return Ok(closing::shut(f, &format!("{}-title", purpose.prefix())));
    }
    let paper = site.lockers().describe(&visitor.caller, locker, document).await?;
    Ok(page(StatusCode::OK, &Add::new(site, f, purpose, Some(&paper), typed(&paper), None)))
}

/// The description of a paper as the form shows it.
fn as_it_is(paper: &PaperView) -> Typed {
    let fields = &paper.fields;
    let day = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut typed = Typed::from(
        [
            ("titre", fields.title.as_str().to_owned()),
            ("type", fields.kind.code().to_owned()),
            ("pour", fields.whose.code().to_owned()),
            ("date_emission", day(fields.issued_on)),
            ("date_fin", day(fields.expires_on)),
            ("bon_jusque", day(fields.good_until)),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    if fields.private {
        typed.insert("cache".to_owned(), "on".to_owned());
    }
    typed
}

/// `POST /papiers/ajouter`
pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
    multipart: Result<InParts, MultipartRejection>,
) -> Response {
    let sent = receive(&site, &visitor, adding(query.as_deref()), multipart).await;
    answer(&site, visitor.locale, sent)
}

/// `POST /papiers/{document}/remplacer`
pub(super) async fn replace(
    State(site): State<Site>,
    visitor: Visitor,
    Path(document): Path<String>,
    multipart: Result<InParts, MultipartRejection>,
) -> Response {
    let sent = async { receive(&site, &visitor, Purpose::Replace(paper_id(&document)?), multipart).await };
    let sent = sent.await;
    answer(&site, visitor.locale, sent)
}

async fn receive(
    site: &Site,
    visitor: &Visitor,
    purpose: Purpose,
    multipart: Result<InParts, MultipartRejection>,
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let target = upload::Target { locker, onto: purpose.onto() };
    let Ok(multipart) = multipart else {
        return Ok(error_page(site, visitor.locale, StatusCode::BAD_REQUEST, "bad-request"));
    };
    match upload::receive_form(site, &visitor.caller, target, visitor.locale, multipart).await {
        Ok(done) => {
            let document = done.paper.document;
            let to = match &purpose {
                Purpose::Answer(answering) => answering.back(asked::PATH, Some(document)),
                Purpose::Add => format!("/papiers/{document}?ajoute=1"),
                _ => format!("/papiers/{document}?remplace=1"),
            };
            Ok(Redirect::to(&to).into_response())
        }
        Err(FormError { error, typed }) => {
            let f = Frame::at_home(site, visitor.locale, &purpose.address());
            again(site, f, purpose, None, &error, typed)
        }
    }
}

/// `POST /papiers/{document}/changer`
pub(super) async fn change(
    State(site): State<Site>,
    visitor: Visitor,
    Path(document): Path<String>,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let sent = async {
        let (_, locker) = at_home(&site, &visitor).await?;
        let document = paper_id(&document)?;
        let Ok(Form(typed)) = form else {
            return Ok(error_page(&site, visitor.locale, StatusCode::BAD_REQUEST, "bad-request"));
        };
        let done = match described::changes_from_form(&typed, visitor.locale) {
            Ok(changes) => {
                let done = site.lockers().amend(&visitor.caller, locker, document, &changes).await;
                done.map_err(UploadError::from)
            }
            Err(error) => Err(error),
        };
        match done {
            Ok(_) => Ok(Redirect::to(&format!("/papiers/{document}?change=1")).into_response()),
            Err(error @ (UploadError::Locker(LockerError::Field { .. }) | UploadError::Malformed(_))) => {
                // Asking for the paper again is the question whether its form may be shown.
                let paper = site.lockers().describe(&visitor.caller, locker, document).await?;
                let purpose = Purpose::Change(document);
                let f = Frame::at_home(&site, visitor.locale, &purpose.address());
                again(&site, f, purpose, Some(&paper), &error, typed)
            }
            Err(UploadError::Locker(error)) => Err(error.into()),
            Err(_) => Ok(error_page(&site, visitor.locale, StatusCode::BAD_REQUEST, "bad-request")),
        }
    };
    let sent = sent.await;
    answer(&site, visitor.locale, sent)
}

/// The form again, with what is wrong next to its field.
pub(super) fn again(
    site: &Site,
    f: Frame,
    purpose: Purpose,
    paper: Option<&PaperView>,
    error: &UploadError,
    typed: Typed,
) -> Result<Response, Stop> {
    if error.status() == StatusCode::UNAUTHORIZED {
        return Ok(to_entrance(true));
    }
    // A form whose paper is destroyed is spent, and a closed locker takes none: shown again, it would be refused again.
    if let UploadError::Locker(refused @ LockerError::Refused(reason)) = error
        && (matches!(purpose, Purpose::Replace(_) | Purpose::HelpReplace { .. })
            || matches!(reason, Reason::PaperDestroyed | Reason::LockerClosed)
            // Help is over: there is no form to send again.
            || matches!(reason, Reason::MandateOver | Reason::NotAMember | Reason::NoRelation))
    {
        return Err(Stop::Locker(*refused));
    }
    let (title, help) = error.told(f.locale);
    let field = error.field().and_then(in_form);
    let wrong = Some(Wrong { title, help, field });
    Ok(page(error.status(), &Add::new(site, f, purpose, paper, typed, wrong)))
}

/// The form's name for a field, from either name.
fn in_form(field: &str) -> Option<&'static str> {
    IN_FORM.iter().find(|(api, form)| *api == field || *form == field).map(|(_, form)| *form)
}

#[cfg(test)]
mod tests;
