//! The API's contract: an OpenAPI 3.1 document made from the handlers themselves, and completed here with what holds for all of
//! them, so that no handler has to say it: what the layers answer, what the door answers, that an error is a problem.
//!
//! What must not live here: anything about one endpoint; that stands above its handler, in `#[utoipa::path]`. To say something
//! of every operation: a line in one of the tables below, where the layer or the door does it.

use std::sync::LazyLock;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, SecurityRequirement};
use utoipa::{Modify, OpenApi, PartialSchema, ToSchema};
use utoipa_axum::router::OpenApiRouter;

use super::Site;
use super::problem::Problem;
use super::visitor::{SESSION_COOKIE, VISIT_HEADER, WINDOW_COOKIE};
use crate::domain::person::IssuerKind;
use crate::domain::taxonomy::{CATEGORIES, KINDS};
use crate::domain::theme::Theme;
use crate::domain::validity::State;

/// The name of the security scheme: a session's cookie.
const SESSION: &str = "session";
/// The tag of what stands outside the layers.
const OUTSIDE: &str = "health";
/// The tag of what institutions' programs ask for: with a token, without a session.
const PROGRAMS: &str = "programs";
/// The tag of what answers browsers: its errors may be pages.
const BROWSERS: &str = "sign-in";

/// What the layers answer to any request.
const ALWAYS: &[(&str, &str)] =
    &[("500", "Something broke, or what is stored does not open (`/problems/internal`, `/problems/damaged`).")];
/// What they answer to a request that changes nothing.
const SAFE: &[(&str, &str)] = &[("307", "The request names another host: the same path under the public address.")];
/// What they answer to a request that would change something.
const UNSAFE: &[(&str, &str)] = &[
    ("403", "The request does not come from our own pages (`/problems/wrong-origin`). Nothing was done."),
    ("421", "The request names another host (`/problems/wrong-host`). Nothing was done."),
];
/// What they answer to a program that would change something.
const ELSEWHERE: &[(&str, &str)] =
    &[("421", "The request names another host (`/problems/wrong-host`). Nothing was done.")];
/// What the door answers where a program needs a token.
const LET_IN: &[(&str, &str)] = &[
    ("401", "No token, or it is over (`/problems/not-signed-in`, `/problems/session-over`): ask for another."),
    (
        "403",
        "The institution is suspended, or the token or the institution's registration is not for this \
        (`/problems/institution-suspended`, `/problems/scope`).",
    ),
    ("429", "Too many refusals from one place (`/problems/too-many`). Wait."),
];
/// What the door answers where somebody must be signed in.
const SIGNED_IN: &[(&str, &str)] = &[
    ("401", "Nobody is signed in, or the session is over (`/problems/not-signed-in`, `/problems/session-over`)."),
    ("429", "Too many refusals: of one person, or without a session from one place (`/problems/too-many`). Wait."),
];
/// What whatever is written down or kept may meet.
const STORES: &[(&str, &str)] = &[
    ("503", "Database, blob store or root key is away (`/problems/away`). Nothing is lost; try again."),
    ("507", "The server has no room left (`/problems/full`). Where a line can't be written, nothing is served."),
];
/// What it answers to a helper, in a visit.
const IN_VISITS: &[(&str, &str)] = &[
    (
        "403",
        "In a visit: it is over, the second factor was not passed in this session, or no helper may ever do this \
         (`/problems/not-allowed`, `/problems/second-factor`).",
    ),
    ("409", "In a visit: the locker is closed (`/problems/locker-closed`)."),
];
/// What it answers about a thing that an address names.
const NAMED: &[(&str, &str)] =
    &[("404", "It does not exist, or you may not see it: the answer is the same (`/problems/not-found`).")];

/// The document, made once.
#[derive(Debug)]
pub struct Document {
    value: Value,
    text: Bytes,
}

impl Document {
    /// As a tree.
    pub const fn value(&self) -> &Value {
        &self.value
    }

    /// As JSON, keys sorted.
    pub fn text(&self) -> Bytes {
        self.text.clone()
    }
}

/// The document of every route that programs may call.
pub fn document() -> &'static Document {
    static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
        let mut whole = Head::openapi();
        let routes: [OpenApiRouter<Site>; 4] =
            [super::auth::routes(), super::oauth::routes(), super::api::routes(), super::health::routes()];
        for routes in routes {
            whole.merge(routes.into_openapi());
        }
        let mut value = serde_json::to_value(whole).unwrap_or_default();
        complete(&mut value);
        let text = serde_json::to_vec_pretty(&value).unwrap_or_default().into();
        Document { value, text }
    });
    &DOCUMENT
}

/// What stands before the operations.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Consigne",
        version = "1",
        description = "A locker for a person's papers. Every reading and every change is written in the locker's journal \
                       before it happens. What surprises is told at `/api/quirks`."
    ),
    servers((url = "/", description = "The address where this document is.")),
    components(schemas(Problem)),
    modifiers(&Session),
    tags(
        (name = "sign-in", description = "For browsers: in through an identity provider, and out."),
        (name = "me", description = "Who the session is."),
        (name = "organisations", description = "Where aidants belong: members, invitations, journal."),
        (name = "lockers", description = "A locker at a glance."),
        (name = "mandates", description = "Help: codes, proposals, consent, visits, the end."),
        (name = "windows", description = "A holder answers on an aidant's device, without opening their locker there."),
        (name = "documents", description = "Papers: list, add, describe, trash."),
        (name = "versions", description = "The versions of a paper, and whether they are what was deposited."),
        (name = "content", description = "The bytes of a paper."),
        (name = "journal", description = "Who opened what, and who tried."),
        (name = "contract", description = "This document, and what it does not tell."),
        (name = "requests", description = "What institutions ask a holder for, and what they handed over."),
        (name = "offices", description = "For agents of an institution, in a session: requests, what was handed over. The same as for its programs."),
        (name = "programs", description = "For institutions' programs: a token, requests, what was handed over. No session counts here."),
        (name = "codes", description = "For somebody without an account who was given a code: what they were given. No session counts here."),
        (name = "health", description = "For whoever watches the service. Any host name is taken."),
    ),
)]
struct Head;

/// Signed in, unless an operation says otherwise.
struct Session;

impl Modify for Session {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let told = "The session that signing in gives. Browsers keep and send it by themselves.";
        let cookie = ApiKeyValue::with_description(SESSION_COOKIE, told);
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let told = "A window that a holder has signed in to, on an aidant's device. Only the operations on it take it.";
        let cookie = ApiKeyValue::with_description(WINDOW_COOKIE, told);
        components.add_security_scheme("window", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        let told = "A token that a program of an institution gets at `/oauth/token`. Only the operations for programs take it.";
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(told));
        components.add_security_scheme("program", SecurityScheme::Http(bearer.build()));
        openapi.security = Some(vec![SecurityRequirement::new::<_, [&str; 0], &str>(SESSION, [])]);
    }
}

/// Every operation of a document: path, method, itself.
fn operations(document: &mut Value) -> impl Iterator<Item = (&String, &String, &mut Map<String, Value>)> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().flat_map(|(path, item)| {
        let methods = item.as_object_mut().into_iter().flatten();
        methods.filter_map(move |(method, operation)| Some((path, method, operation.as_object_mut()?)))
    })
}

/// Whether nobody has to be signed in for an operation.
pub fn is_public(operation: &Value) -> bool {
    let security = operation.get("security").and_then(Value::as_array);
    security.is_some_and(|ways| ways.iter().all(|way| way.as_object().is_none_or(Map::is_empty)))
}

/// Whether an operation bears a tag.
pub fn has_tag(operation: &Value, tag: &str) -> bool {
    operation.get("tags").and_then(Value::as_array).is_some_and(|tags| tags.iter().any(|t| t == tag))
}

/// Puts what holds for all operations into each.
fn complete(document: &mut Value) {
    for (path, method, operation) in operations(document) {
        let whole = Value::Object(operation.clone());
        let is_safe = matches!(method.as_str(), "get" | "head");
        if !has_tag(&whole, OUTSIDE) {
            let for_programs = has_tag(&whole, PROGRAMS);
            parameters(operation, is_safe || for_programs, path.contains("{locker}") && !path.contains("{visit}"));
            let responses = operation.entry("responses").or_insert_with(|| json!({}));
            let in_locker = path.contains("{locker}") && !path.contains("{visit}");
            let answers = [
                (in_locker, IN_VISITS),
                (true, ALWAYS),
                (is_safe, SAFE),
                (!is_safe && !for_programs, UNSAFE),
                (!is_safe && for_programs, ELSEWHERE),
                (!is_public(&whole) && for_programs, LET_IN),
                (!is_public(&whole) && !for_programs, SIGNED_IN),
                (!is_public(&whole) || has_tag(&whole, BROWSERS), STORES),
                (!is_public(&whole) && path.contains('{'), NAMED),
            ];
            for (_, answers) in answers.iter().filter(|(holds, _)| *holds) {
                answers.iter().for_each(|(status, told)| add(responses, status, told));
            }
        }
        let responses = operation.get_mut("responses").and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            if let Some(response) = response.as_object_mut() {
                bodies(method, status, response, has_tag(&whole, BROWSERS));
            }
        }
    }
}

/// What every request may or must bear.
fn parameters(operation: &mut Map<String, Value>, is_safe: bool, in_locker: bool) {
    let mut all = vec![json!({
        "name": "lang", "in": "query", "required": false, "schema": {"type": "string", "enum": ["fr", "en"]},
        "description": "The language of sentences. Without it, the cookie that the language link sets; then French.",
    })];
    if in_locker {
        all.push(json!({
            "name": VISIT_HEADER, "in": "header", "required": false, "schema": {"type": "string", "format": "uuid"},
            "description": "The visit that the request belongs to, when it is a helper's. Without it, only the holder is at home.",
        }));
    }
    if !is_safe {
        all.push(json!({
            "name": "Origin", "in": "header", "required": true, "schema": {"type": "string"},
            "description": "The public address, as browsers send it.",
        }));
    }
    if let Some(parameters) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut() {
        parameters.append(&mut all);
    }
}

/// Adds an answer; where the handler has one of that status, says both.
fn add(responses: &mut Value, status: &str, told: &str) {
    let Some(responses) = responses.as_object_mut() else { return };
    let own = responses.get(status).and_then(|own| own.get("description")).and_then(Value::as_str);
    let description = own.map_or_else(|| told.to_owned(), |own| format!("{own} Or: {told}"));
    match responses.get_mut(status).and_then(Value::as_object_mut) {
        Some(response) => {
            response.insert("description".to_owned(), description.into());
        }
        None => {
            responses.insert(status.to_owned(), json!({"description": description}));
        }
    }
}

/// An error that says nothing else is a problem; who must wait is told how long; who must go elsewhere is told where.
fn bodies(method: &str, status: &str, response: &mut Map<String, Value>, for_browsers: bool) {
    let is_error = status.starts_with(['4', '5']);
    if is_error && method != "head" && !response.contains_key("content") {
        let mut content = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        if let (true, Some(content)) = (for_browsers, content.as_object_mut()) {
            content.insert("text/html".to_owned(), json!({"schema": {"type": "string"}}));
        }
        response.insert("content".to_owned(), content);
    }
    let header = match status {
        "307" => Some(("Location", "string", "Where to go.")),
        "429" | "503" => Some(("Retry-After", "integer", "Seconds to wait.")),
        _ => None,
    };
    if let Some((name, kind, told)) = header
        && let Some(headers) = response.entry("headers").or_insert_with(|| json!({})).as_object_mut()
    {
        headers.insert(name.to_owned(), json!({"schema": {"type": kind}, "description": told, "required": true}));
    }
}

/// A shape that is one of some codes.
fn one_of(told: &str, codes: impl IntoIterator<Item = &'static str>) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String).description(Some(told)).enum_values(Some(codes));
    RefOr::T(Schema::Object(object.build()))
}

/// A code of the taxonomy's kinds.
#[derive(Debug)]
pub struct KindCode;

impl PartialSchema for KindCode {
    fn schema() -> RefOr<Schema> {
        let sides: Vec<&str> = KINDS.iter().filter(|kind| kind.is_two_sided()).map(|kind| kind.code()).collect();
        let told = format!(
            "A kind of paper. Its first half is the category. These have two sides, both wanted in the one file: {}.",
            sides.join(", ")
        );
        one_of(&told, KINDS.iter().map(|kind| kind.code()))
    }
}

impl ToSchema for KindCode {}

/// A code of the ten categories.
#[derive(Debug)]
pub struct CategoryCode;

impl PartialSchema for CategoryCode {
    fn schema() -> RefOr<Schema> {
        one_of("One of the ten categories.", CATEGORIES.iter().map(|category| category.code()))
    }
}

impl ToSchema for CategoryCode {}

/// A code of the states of validity.
#[derive(Debug)]
pub struct ValidityCode;

impl PartialSchema for ValidityCode {
    fn schema() -> RefOr<Schema> {
        one_of("Whether a paper is good today.", State::ALL.iter().map(|state| state.code()))
    }
}

impl ToSchema for ValidityCode {}

/// A code of the ten themes of purposes.
#[derive(Debug)]
pub struct ThemeCode;

impl PartialSchema for ThemeCode {
    fn schema() -> RefOr<Schema> {
        one_of("What help is for.", Theme::ALL.iter().map(|theme| theme.code()))
    }
}

impl ToSchema for ThemeCode {}

/// Whose paper it is.
#[derive(Debug)]
pub struct WhoseCode;

impl PartialSchema for WhoseCode {
    fn schema() -> RefOr<Schema> {
        one_of("Whose paper it is: the holder's, a child's, the spouse's or partner's.", ["me", "child", "spouse"])
    }
}

impl ToSchema for WhoseCode {}

/// Which identity provider.
#[derive(Debug)]
pub struct IssuerCode;

impl PartialSchema for IssuerCode {
    fn schema() -> RefOr<Schema> {
        let codes = [IssuerKind::Holder, IssuerKind::Professional].map(IssuerKind::code);
        one_of("Holders and relatives, or professionals.", codes)
    }
}

impl ToSchema for IssuerCode {}
