//! Adding a paper: the form, and the form again with what was typed when something is wrong.
//!
//! The content itself is received by `http::upload`. To add a question: its input in `pages/add.html` before the file, its
//! name in `IN_FORM`, and its reading there.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::frame::Frame;
use super::{Stop, answer, at_home, error_page, page, to_entrance};
use crate::domain::ids::RequestId;
use crate::domain::taxonomy::{CATEGORIES, KINDS};
use crate::http::Site;
use crate::http::upload::{self, FormError};
use crate::http::visitor::Visitor;
use crate::words::{Locale, Value, category_label, kind_label, say_with, size};

/// Where the form is.
const HERE: &str = "/papiers/ajouter";

/// Fields by their name in the API and in the form.
const IN_FORM: [(&str, &str); 7] = [
    ("title", "titre"),
    ("kind", "type"),
    ("whose", "pour"),
    ("private", "cache"),
    ("issued_on", "date_emission"),
    ("expires_on", "date_fin"),
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
#[template(path = "pages/add.html")]
struct Add {
    f: Frame,
    wrong: Option<Wrong>,
    groups: Vec<KindGroup>,
    typed: BTreeMap<String, String>,
    key: String,
    file_hint: String,
}

impl Add {
    fn new(site: &Site, locale: Locale, typed: BTreeMap<String, String>, wrong: Option<Wrong>) -> Self {
        let fresh = RequestId::draw(site.lockers().door().source()).to_string();
        Self::filled(Frame::at_home(site, locale, HERE), site.lockers().limits().document_bytes, fresh, typed, wrong)
    }

    fn filled(f: Frame, limit: u64, fresh: String, typed: BTreeMap<String, String>, wrong: Option<Wrong>) -> Self {
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
        let groups =
            CATEGORIES.iter().map(|c| KindGroup { label: category_label(locale, *c), kinds: kinds(*c) }).collect();
        // The same form sent twice is one paper: its key goes with it, also when it comes back to be corrected.
        let key = match typed.get("cle") {
            Some(key) if !key.is_empty() => key.clone(),
            _ => fresh,
        };
        let limit = size(locale, limit);
        let file_hint = say_with(locale, "add-file-hint", &[("limit", Value::Text(&limit))]);
        Self { f, wrong, groups, typed, key, file_hint }
    }

    /// What was typed in a field.
    fn value(&self, name: &str) -> &str {
        self.typed.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether this answer was chosen; the first one stands when none was.
    fn is(&self, name: &str, value: &str) -> bool {
        self.value(name) == value
    }

    /// What is wrong with this field.
    fn error(&self, name: &str) -> Option<&str> {
        self.wrong.as_ref().filter(|wrong| wrong.field == Some(name)).map(|wrong| wrong.help.as_str())
    }
}

/// `GET /papiers/ajouter`
pub(super) async fn form(State(site): State<Site>, visitor: Visitor) -> Response {
    let shown = async {
        at_home(&site, &visitor).await?;
        Ok(page(StatusCode::OK, &Add::new(&site, visitor.locale, BTreeMap::new(), None)))
    };
    let shown = shown.await;
    answer(&site, visitor.locale, shown)
}

/// `POST /papiers/ajouter`
pub(super) async fn send(
    State(site): State<Site>,
    visitor: Visitor,
    multipart: Result<Multipart, MultipartRejection>,
) -> Response {
    let sent = receive(&site, &visitor, multipart).await;
    answer(&site, visitor.locale, sent)
}

async fn receive(
    site: &Site,
    visitor: &Visitor,
    multipart: Result<Multipart, MultipartRejection>,
) -> Result<Response, Stop> {
    let (_, locker) = at_home(site, visitor).await?;
    let target = upload::Target { locker, onto: None };
    let Ok(multipart) = multipart else {
        return Ok(error_page(site, visitor.locale, StatusCode::BAD_REQUEST, "bad-request"));
    };
    match upload::receive_form(site, &visitor.caller, target, visitor.locale, multipart).await {
        Ok(done) => Ok(Redirect::to(&format!("/papiers/{}?ajoute=1", done.paper.document)).into_response()),
        Err(FormError { error, .. }) if error.status() == StatusCode::UNAUTHORIZED => Ok(to_entrance(true)),
        Err(FormError { error, typed }) => {
            let (title, help) = error.told(visitor.locale);
            let field = error.field().and_then(in_form);
            let wrong = Some(Wrong { title, help, field });
            Ok(page(error.status(), &Add::new(site, visitor.locale, typed, wrong)))
        }
    }
}

/// The form's name for a field, from either name.
fn in_form(field: &str) -> Option<&'static str> {
    IN_FORM.iter().find(|(api, form)| *api == field || *form == field).map(|(_, form)| *form)
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;

    #[test]
    fn the_form_is_whole_and_keeps_what_was_typed() {
        for locale in Locale::ALL {
            let empty = Add::filled(Frame::sample(locale), 1 << 20, "fresh".into(), BTreeMap::new(), None);
            let html = checks::checked(&empty);
            assert!(html.contains(r#"name="cle" value="fresh""#) && !html.contains("aria-invalid"));
            let file = html.find(r#"name="fichier""#).unwrap();
            assert!(!html[file + 1..].contains("name="), "the file comes last");
            let typed =
                [("titre", "Bail <2>"), ("type", "logement.bail"), ("pour", "child"), ("cache", "on"), ("cle", "k")];
            let typed = typed.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
            let wrong = Wrong { title: "T".into(), help: "H".into(), field: in_form("expires_on") };
            let html =
                checks::checked(&Add::filled(Frame::sample(locale), 1 << 20, "fresh".into(), typed, Some(wrong)));
            for kept in [
                r#"value="Bail &#60;2&#62;""#,
                r#"<option value="logement.bail" selected>"#,
                r#"value="child" checked"#,
                r#"id="cache" name="cache" type="checkbox" value="on" aria-describedby="cache-aide" checked"#,
                r#"name="cle" value="k""#,
                r##"<a href="#date_fin">T</a>"##,
                r#"<span class="error" id="date_fin-faux">H</span>"#,
            ] {
                assert!(html.contains(kept), "{kept}\n{html}");
            }
            assert_eq!(html.matches("aria-invalid").count(), 1);
        }
    }
}
