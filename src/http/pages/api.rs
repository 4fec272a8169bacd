//! `/api`: the API's contract as a page, for whoever writes programs. It is made from the document, so it says the same.
//!
//! In English, as the document is; the frame keeps the reader's language.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Map, Value};

use super::frame::Frame;
use super::page;
use crate::http::Site;
use crate::http::openapi;
use crate::http::visitor::Visitor;

#[derive(Template)]
#[template(path = "pages/api.html")]
struct Api {
    f: Frame,
    about: String,
    groups: Vec<Group>,
    shapes: Vec<Shape>,
}

/// The operations of a tag.
struct Group {
    tag: String,
    about: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    about: String,
    is_public: bool,
    parameters: Vec<Field>,
    bodies: Vec<Body>,
    answers: Vec<Answer>,
}

/// A parameter, a header, a property.
struct Field {
    name: String,
    /// Where it stands: `path`, `query`, `header`; empty for a property.
    place: String,
    shape: String,
    is_required: bool,
    about: String,
}

struct Body {
    media: String,
    shape: String,
}

struct Answer {
    status: String,
    about: String,
    bodies: Vec<Body>,
    headers: Vec<Field>,
}

struct Shape {
    name: String,
    about: String,
    /// Of a shape without fields: what it may be.
    is: String,
    fields: Vec<Field>,
}

/// `GET /api`
pub(super) async fn api(State(site): State<Site>, visitor: Visitor) -> Response {
    page(StatusCode::OK, &Api::of(Frame::outside(&site, visitor.locale, "/api"), openapi::document().value()))
}

/// A piece of a description: words, or what stood between backticks.
struct Piece {
    text: String,
    is_code: bool,
}

/// A description in its pieces, which the template escapes one by one. A backtick without its other is a backtick.
fn pieces(about: &str) -> Vec<Piece> {
    let parts: Vec<&str> = about.split('`').collect();
    let paired = if parts.len() % 2 == 1 { parts.len() } else { parts.len() - 2 };
    let (paired, rest) = parts.split_at(paired);
    let pieces = paired.iter().enumerate();
    let mut pieces: Vec<Piece> =
        pieces.map(|(at, text)| Piece { text: (*text).to_owned(), is_code: at % 2 == 1 }).collect();
    if !rest.is_empty() {
        pieces.push(Piece { text: rest.join("`"), is_code: false });
    }
    pieces
}

impl Api {
    /// For the template.
    #[expect(clippy::unused_self, reason = "templates call methods of their own page")]
    fn pieces(&self, about: &str) -> Vec<Piece> {
        pieces(about)
    }

    fn of(f: Frame, document: &Value) -> Self {
        let groups = list(document, "/tags").iter().map(|tag| Group::of(document, tag)).collect();
        let shapes = map(document, "/components/schemas").map(|(name, schema)| Shape::of(name, schema)).collect();
        Self { f, about: text(document, "/info/description"), groups, shapes }
    }
}

impl Group {
    fn of(document: &Value, tag: &Value) -> Self {
        let name = text(tag, "/name");
        let operations = map(document, "/paths")
            .flat_map(|(path, item)| map(item, "").map(move |(method, operation)| (path, method, operation)))
            .filter(|(_, _, operation)| openapi::has_tag(operation, &name))
            .map(|(path, method, operation)| Operation::of(path, method, operation))
            .collect();
        Self { tag: name, about: text(tag, "/description"), operations }
    }
}

impl Operation {
    fn of(path: &str, method: &str, operation: &Value) -> Self {
        let answers = map(operation, "/responses").map(|(status, response)| Answer {
            status: status.clone(),
            about: text(response, "/description"),
            bodies: bodies(response),
            headers: map(response, "/headers").map(|(name, header)| Field::of(name, "", header)).collect(),
        });
        Self {
            id: text(operation, "/operationId"),
            method: method.to_uppercase(),
            path: path.to_owned(),
            summary: text(operation, "/summary"),
            about: text(operation, "/description"),
            is_public: openapi::is_public(operation),
            parameters: list(operation, "/parameters")
                .iter()
                .map(|parameter| Field::of(&text(parameter, "/name"), &text(parameter, "/in"), parameter))
                .collect(),
            bodies: operation.get("requestBody").map(bodies).unwrap_or_default(),
            answers: answers.collect(),
        }
    }
}

impl Field {
    fn of(name: &str, place: &str, told: &Value) -> Self {
        Self {
            name: name.to_owned(),
            place: place.to_owned(),
            shape: told.get("schema").map(shape).unwrap_or_default(),
            is_required: told.get("required") == Some(&Value::Bool(true)),
            about: text(told, "/description"),
        }
    }
}

impl Shape {
    fn of(name: &str, schema: &Value) -> Self {
        let parts = std::iter::once(schema).chain(list(schema, "/allOf"));
        let mut fields = Vec::new();
        for part in parts {
            let required = list(part, "/required");
            fields.extend(map(part, "/properties").map(|(name, property)| Field {
                name: name.clone(),
                place: String::new(),
                shape: shape(property),
                is_required: required.iter().any(|r| r == name),
                about: text(property, "/description"),
            }));
        }
        let is = if fields.is_empty() { shape(schema) } else { String::new() };
        Self { name: name.to_owned(), about: text(schema, "/description"), is, fields }
    }
}

fn text(value: &Value, at: &str) -> String {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn list<'v>(value: &'v Value, at: &str) -> &'v [Value] {
    value.pointer(at).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn map<'v>(value: &'v Value, at: &str) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    value.pointer(at).and_then(Value::as_object).into_iter().flat_map(Map::iter)
}

fn bodies(told: &Value) -> Vec<Body> {
    map(told, "/content")
        .map(|(media, content)| Body {
            media: media.clone(),
            shape: content.get("schema").map(shape).unwrap_or_default(),
        })
        .collect()
}

/// A shape in a few words: its name, or its type and what narrows it.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    for key in ["/oneOf", "/anyOf", "/allOf"] {
        let ways = list(schema, key);
        if !ways.is_empty() {
            let joint = if key == "/allOf" { " and " } else { " or " };
            return ways.iter().map(shape).collect::<Vec<_>>().join(joint);
        }
    }
    let codes = list(schema, "/enum");
    if !codes.is_empty() {
        return codes.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ");
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let mut told = types.join(" or ");
    if let Some(items) = schema.get("items") {
        told = format!("{told} of {}", shape(items));
    }
    let narrowed: Vec<String> = ["format", "pattern", "minLength", "maxLength", "minimum", "maximum"]
        .iter()
        .filter_map(|key| schema.get(*key).map(|value| (key, value)))
        .map(|(key, value)| format!("{key} {}", value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned)))
        .collect();
    if narrowed.is_empty() { told } else { format!("{told} ({})", narrowed.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::super::checks;
    use super::*;
    use crate::words::Locale;

    #[test]
    fn the_page_tells_every_operation_and_every_shape() {
        let document = openapi::document().value();
        for locale in Locale::ALL {
            let page = Api::of(Frame::sample(locale), document);
            let told: usize = page.groups.iter().map(|group| group.operations.len()).sum();
            let there: usize = map(document, "/paths").map(|(_, item)| map(item, "").count()).sum();
            assert_eq!(told, there, "each operation bears one tag, and the tag is told");
            assert!(there >= 14 && page.groups.iter().all(|group| !group.operations.is_empty()));
            let html = checks::checked(&page);
            for (path, _) in map(document, "/paths") {
                assert!(
                    html.contains(&path.replace('{', "&#123;").replace('}', "&#125;")) || html.contains(path),
                    "{path}"
                );
            }
            for (name, _) in map(document, "/components/schemas") {
                assert!(html.contains(&format!("id=\"shape-{name}\"")), "{name}");
            }
        }
    }

    #[test]
    fn what_stands_between_backticks_is_code() {
        let told = |about: &str| -> String {
            let told = pieces(about).into_iter().map(|p| if p.is_code { format!("[{}]", p.text) } else { p.text });
            told.collect()
        };
        assert_eq!(told("None."), "None.");
        assert_eq!(told("`a`: by `<b>`, or `c`"), "[a]: by [<b>], or [c]");
        assert_eq!(told("5 ` 6"), "5 ` 6");
        assert_eq!(told("`a` and 5 ` 6"), "[a] and 5 ` 6");
        assert_eq!(told(""), "");
        for locale in Locale::ALL {
            let html = checks::checked(&Api::of(Frame::sample(locale), openapi::document().value()));
            assert!(!html.contains('`') && html.contains("<code>/problems/bad-field</code>"), "{html}");
            assert!(html.contains("href=\"/api/quirks\""));
        }
    }

    #[test]
    fn shapes_are_told_in_a_few_words() {
        let told = |json: &str| shape(&serde_json::from_str(json).unwrap());
        assert_eq!(told(r#"{"type":"string","format":"uuid"}"#), "string (format uuid)");
        assert_eq!(told(r##"{"type":"array","items":{"$ref":"#/a/Line"}}"##), "array of Line");
        assert_eq!(told(r##"{"oneOf":[{"type":"null"},{"$ref":"#/a/B"}]}"##), "null or B");
        assert_eq!(told(r#"{"type":["string","null"]}"#), "string or null");
        assert_eq!(told(r#"{"enum":["fr","en"]}"#), "fr, en");
    }
}
