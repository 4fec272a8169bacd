//! The API as a contract: the document that the code makes of itself, and what its operations refuse.
//!
//! The walk reads the document and tries every operation as nobody, as a stranger, by wrong methods, from another site; it
//! fails on an operation that it can't try. An endpoint with a new `{word}` in its path says in [`Names::fill`] what it is;
//! one for which nobody needs to be signed in stands in [`PUBLIC`]. What operations do when allowed is told by the other
//! stories, whose every answer `world/client.rs` holds to the document.

mod quirks;

use std::collections::{BTreeMap, BTreeSet};

use consigne::domain::organisation::Roles;
use consigne::http::openapi::{self, document};
use reqwest::Method;
use serde_json::{Value, json};

use crate::on_both_pairs;
use crate::world::{Answer, Client, Declared, Pair, World, proposal};

/// For whom nobody needs to be signed in, and why.
const PUBLIC: &[(&str, &str, &str)] = &[
    ("GET", "/.well-known/oauth-authorization-server", "addresses that every program needs"),
    ("GET", "/api/openapi.json", "says what the API is, not what it holds"),
    ("GET", "/api/quirks", "says what surprises in the API, not what it holds"),
    ("GET", "/api/v1/attestations/check", "one of three words, for whoever holds a paper"),
    ("GET", "/api/v1/codes/papers", "for whoever bears what a code gave them"),
    ("GET", "/api/v1/codes/papers/{place}/content", "for whoever bears what a code gave them"),
    ("GET", "/api/v1/information", "what one reads before opening a locker, for everybody"),
    ("GET", "/auth/{kind}/callback", "where signing in ends"),
    ("GET", "/auth/{kind}/jwks.json", "public keys, for the issuer"),
    ("GET", "/auth/{kind}/login", "where signing in begins"),
    ("GET", "/healthz", "for whoever watches the service"),
    ("GET", "/oauth/jwks.json", "a public key"),
    ("GET", "/readyz", "for whoever watches the service"),
    ("POST", "/api/v1/codes/enter", "for somebody without an account who has a code"),
    ("POST", "/api/v1/codes/name", "for whoever bears what a code gave them"),
    ("POST", "/auth/logout", "to leave twice is no error"),
    ("POST", "/oauth/token", "who asks proves whose program they are by an assertion"),
];

/// An operation of the document.
struct Operation {
    method: Method,
    path: String,
    told: Value,
}

fn operations() -> Vec<Operation> {
    let paths = document().value()["paths"].as_object().unwrap();
    paths
        .iter()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().iter().map(|(method, told)| Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                told: told.clone(),
            })
        })
        .collect()
}

/// The things that addresses name: all real, all the victim's.
struct Names {
    by_word: BTreeMap<&'static str, String>,
}

impl Names {
    /// A path with a real id for each `{word}`.
    fn fill(&self, path: &str) -> String {
        let mut filled = String::new();
        for part in path.split_inclusive(['{', '}']) {
            match part.strip_suffix('}') {
                Some(word) => {
                    let unknown = || panic!("{path}: say in Names what a {{{word}}} is");
                    filled.push_str(self.by_word.get(word).unwrap_or_else(unknown));
                }
                None => filled.push_str(part.trim_end_matches('{')),
            }
        }
        filled
    }
}

/// What one try must answer, or why it did not.
fn wrong(operation: &Operation, answer: &Answer, status: u16, kind: &str) -> Option<String> {
    let what = || format!("{} {}: {} {}", operation.method, operation.path, answer.status, answer.text());
    if answer.status.as_u16() != status {
        return Some(format!("{} instead of {status} {kind}", what()));
    }
    if operation.told["responses"][status.to_string()].is_null() {
        return Some(format!("{}, which is not declared", what()));
    }
    is_problem(operation.method == Method::HEAD, answer, kind).then_some(()).map_or_else(|| Some(what()), |()| None)
}

/// Whether an answer is a problem of a kind; `HEAD` shows only its type.
fn is_problem(is_head: bool, answer: &Answer, kind: &str) -> bool {
    answer.header("content-type") == "application/problem+json"
        && (is_head || answer.json()["type"] == format!("/problems/{kind}"))
}

/// The session that somebody asks through.
async fn session_of(client: &Client) -> String {
    let sessions = client.get("/api/v1/me/sessions").await.expect(200).json();
    sessions["items"][0]["id"].as_str().unwrap().to_owned()
}

/// A request with each kind of body that a stranger may try: none, JSON, what is no JSON.
fn bodies(client: &Client, operation: &Operation, path: &str) -> Vec<reqwest::RequestBuilder> {
    let request = || client.request(operation.method.clone(), path);
    if operation.method.is_safe() {
        return vec![request()];
    }
    vec![request(), request().json(&json!({})), request().header("content-type", "application/json").body("{")]
}

#[test]
fn the_contract_is_what_it_was() {
    // Read what changed before you accept it: programs of others rely on it.
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "contract" }, {
        insta::assert_json_snapshot!("openapi", document().value());
    });
}

#[test]
fn the_document_is_whole() {
    let whole = document().value();
    assert_eq!(whole["openapi"], "3.1.0");
    assert_eq!(serde_json::from_slice::<Value>(&document().text()).unwrap(), *whole);
    let operations = operations();
    assert!(operations.len() >= 16, "{}", operations.len());
    let ids: BTreeSet<&str> = operations.iter().map(|o| o.told["operationId"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), operations.len(), "two operations have one operationId");
    let tags: BTreeSet<&str> = whole["tags"].as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap()).collect();
    for operation in &operations {
        let what = format!("{} {}", operation.method, operation.path);
        assert!(operation.told["summary"].is_string(), "{what} says what it does");
        let own: Vec<_> = operation.told["tags"].as_array().unwrap().iter().map(|t| t.as_str().unwrap()).collect();
        assert!(own.len() == 1 && tags.contains(own[0]), "{what}: one tag of the list: {own:?}");
    }
    // Every shape that is named is there.
    let text = String::from_utf8(document().text().to_vec()).unwrap();
    for (at, start) in text.match_indices("#/components/schemas/") {
        let name = text[at + start.len()..].split('"').next().unwrap();
        assert!(!whole["components"]["schemas"][name].is_null(), "{name}");
    }
}

#[test]
fn what_is_routed_is_in_the_document() {
    let src = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http");
    let mut files = vec![src.join("auth.rs"), src.join("health.rs"), src.join("oauth.rs")];
    files.extend(std::fs::read_dir(src.join("api")).unwrap().map(|entry| entry.unwrap().path()));
    assert!(files.len() > 6);
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        // `.routes(routes!(handler))` puts a handler in both; `.route(` would only answer.
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let hidden: Vec<&str> = code.filter(|line| line.contains(".route(") || line.contains(".nest(")).collect();
        assert!(hidden.is_empty(), "{}: {hidden:?}", file.display());
    }
}

#[test]
fn the_public_operations_are_these() {
    let told = operations();
    let public: BTreeSet<_> =
        told.iter().filter(|o| openapi::is_public(&o.told)).map(|o| (o.method.as_str(), o.path.as_str())).collect();
    let listed: BTreeSet<_> = PUBLIC.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(public, listed, "an operation that asks for no session is in the list, with its reason");
}

on_both_pairs! {
    /// Nobody, a stranger, wrong methods, another site: every operation of the document says no, as declared.
    async fn every_operation_refuses(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let visit = mandate.visit(&claire.client).await.id;
        let asked = crate::institutions::asked_and_handed(&world, &lucie).await;
        let agreement = crate::institutions::agreed_with(&world, &lucie).await;
        let version = lucie.get(&format!("/documents/{paper}")).await.json()["version"].as_str().unwrap().to_owned();
        let by_word = [
            ("locker", lucie.locker.clone()), ("document", paper.clone()), ("version", version), ("kind", "holder".into()),
            ("session", session_of(&lucie.client).await), ("organisation", ccas.id.clone()), ("member", ccas.referent.clone()),
            ("mandate", mandate.id.clone()), ("visit", visit), ("request", asked.0.clone()), ("share", asked.1.clone()), ("place", "1".into()),
            ("agreement", agreement), ("office", crate::institutions::some_office(&world).await),
        ];
        let names = Names { by_word: by_word.into() };
        let strangers = [world.holder("ahmed").await.client, world.sign_in("professional", "nadia").await];
        let nobody = world.anonymous();
        let mut found = Vec::new();
        let mut walked = 0;
        for operation in operations() {
            let path = names.fill(&operation.path);
            let is_public = openapi::is_public(&operation.told);
            let for_programs = openapi::has_tag(&operation.told, "programs");
            if !operation.method.is_safe() && !for_programs {
                // Signed in as the victim, sent by another site's page.
                for (name, value) in [("origin", "https://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
                    let mut request = lucie.client.request(operation.method.clone(), &path).build().unwrap();
                    request.headers_mut().insert(name, value.parse().unwrap());
                    let answer = lucie.client.execute(request).await;
                    found.extend(wrong(&operation, &answer, 403, "wrong-origin"));
                }
            }
            if is_public {
                continue;
            }
            walked += 1;
            for request in bodies(&nobody, &operation, &path) {
                found.extend(wrong(&operation, &nobody.send(request).await, 401, "not-signed-in"));
            }
            // Where programs come in, no session counts: not the victim's own either.
            for client in strangers.iter().chain([&lucie.client]).filter(|_| for_programs) {
                for request in bodies(client, &operation, &path) {
                    found.extend(wrong(&operation, &client.send(request).await, 401, "not-signed-in"));
                }
            }
            if operation.path.contains('{') && !for_programs {
                for stranger in &strangers {
                    for request in bodies(stranger, &operation, &path) {
                        found.extend(wrong(&operation, &stranger.send(request).await, 404, "not-found"));
                    }
                }
            }
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
        assert_eq!(walked + PUBLIC.len(), operations().len(), "each is walked or listed");
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
    }

    /// A method that the document does not have is refused, and the answer says which ones there are.
    async fn other_methods_are_named(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let visit = mandate.visit(&claire.client).await.id;
        let asked = crate::institutions::asked_and_handed(&world, &lucie).await;
        let agreement = crate::institutions::agreed_with(&world, &lucie).await;
        let version = lucie.get(&format!("/documents/{paper}")).await.json()["version"].as_str().unwrap().to_owned();
        let session = session_of(&lucie.client).await;
        let by_word = [
            ("locker", lucie.locker.clone()), ("document", paper), ("version", version), ("kind", "holder".into()),
            ("session", session), ("organisation", ccas.id.clone()), ("member", ccas.referent.clone()),
            ("mandate", mandate.id.clone()), ("visit", visit), ("request", asked.0.clone()), ("share", asked.1.clone()), ("place", "1".into()),
            ("agreement", agreement), ("office", crate::institutions::some_office(&world).await),
        ];
        let names = Names { by_word: by_word.into() };
        let mut by_path: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for operation in operations() {
            let methods = by_path.entry(operation.path).or_default();
            methods.insert(operation.method.to_string());
            if operation.method == Method::GET {
                methods.insert("HEAD".to_owned());
            }
        }
        let mut wrong = Vec::new();
        for (path, methods) in &by_path {
            for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"] {
                if methods.contains(method) {
                    continue;
                }
                let answer = lucie.client.send(lucie.client.request(method.parse().unwrap(), &names.fill(path))).await;
                let allowed: BTreeSet<String> = answer.header("allow").split(',').map(|m| m.trim().to_owned()).collect();
                if answer.status != 405 || allowed != *methods {
                    wrong.push(format!("{method} {path}: {} {allowed:?}", answer.status));
                } else if path.starts_with("/api/") && !is_problem(method == "HEAD", &answer, "method-not-allowed") {
                    wrong.push(format!("{method} {path}: {}", answer.text()));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Served to anybody, with the headers of every answer, and readable as a page that needs nothing else.
    async fn the_document_is_served(pair) {
        let world = World::new(pair).await;
        let answer = world.anonymous().get("/api/openapi.json").await.expect(200);
        assert_eq!(answer.json(), *document().value());
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "public, max-age=3600");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let page = world.anonymous().get("/api").await.expect(200);
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        for text in ["/api/v1/lockers/", "Idempotency-Key", "Repr-Digest", "href=\"/api/openapi.json\""] {
            assert!(page.text().contains(text), "{text}");
        }
        let quirks = world.anonymous().get("/api/quirks").await.expect(200);
        assert_eq!(quirks.header("content-type"), "text/plain; charset=utf-8");
        assert!(quirks.text().starts_with("# What surprises") && page.text().contains("href=\"/api/quirks\""));
        let home = world.anonymous().get("/").await.expect(200);
        assert!(home.text().contains("href=\"/api\""), "the footer leads there");
        // An address of the API answers programs as programs, whatever they say they accept.
        let asked = world.anonymous().request(Method::GET, "/api/v1/nothing").header("accept", "text/html");
        let answer = world.anonymous().send(asked).await.expect(404);
        assert!(is_problem(false, &answer, "not-found"));
    }
}

#[test]
fn what_is_not_declared_is_seen() {
    let declared = Declared::read();
    let locker = "/api/v1/lockers/00000000-0000-4000-8000-000000000000";
    assert_eq!(declared.complaint("GET", locker, 200), None);
    assert_eq!(declared.complaint("HEAD", locker, 404), None, "as GET");
    assert_eq!(declared.complaint("PUT", locker, 405), None);
    assert_eq!(declared.complaint("GET", "/api/v1/nothing", 404), None);
    assert_eq!(declared.complaint("GET", "/papiers", 418), None, "not the API's");
    assert!(declared.complaint("GET", locker, 418).is_some());
    assert!(declared.complaint("PUT", locker, 200).is_some());
    assert!(declared.complaint("GET", "/api/v1/nothing", 200).is_some());
    assert!(declared.complaint("POST", &format!("{locker}/documents"), 200).is_some());
}
