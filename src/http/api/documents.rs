//! `/api/v1/lockers/{locker}/documents`: list, search, deposit, describe, change, trash, restore, destroy.

use axum::Json;
use axum::body::Body;
use axum::extract::{Multipart, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};

use super::shapes::{Asked, Document, InLocker, List, OnDocument};
use crate::domain::document::{FieldError, Whose};
use crate::domain::taxonomy::Category;
use crate::domain::validity::State as Validity;
use crate::http::Site;
use crate::http::described;
use crate::http::problem::{self, Problem};
use crate::http::upload::{self, UploadError};
use crate::http::visitor::Visitor;
use crate::locker::{Filter, LockerError};

/// Papers on a page of the list, unless asked otherwise.
const PAGE: usize = 50;
/// Most papers on a page.
const PAGE_MAX: usize = 200;

/// How to list.
#[derive(Debug, Deserialize)]
pub struct ListQuery {
    category: Option<String>,
    q: Option<String>,
    /// A state of validity.
    validity: Option<String>,
    whose: Option<String>,
    #[serde(default)]
    trashed: bool,
    after: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
struct Papers {
    #[serde(flatten)]
    list: List<Document>,
    /// Papers whose description does not open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    damaged: Vec<String>,
}

fn filter(query: ListQuery) -> Result<Filter, LockerError> {
    let unknown = |field| LockerError::Field { field, error: FieldError::UnknownKind };
    Ok(Filter {
        category: query
            .category
            .map(|code| Category::from_code(&code).ok_or_else(|| unknown("category")))
            .transpose()?,
        words: query.q.filter(|q| !q.trim().is_empty()),
        state: query.validity.map(|code| Validity::from_code(&code).ok_or_else(|| unknown("validity"))).transpose()?,
        whose: query.whose.map(|code| Whose::from_code(&code).ok_or_else(|| unknown("whose"))).transpose()?,
        trashed: query.trashed,
        after: query.after.map(|id| id.parse().map_err(|_| unknown("after"))).transpose()?,
        limit: query.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX),
    })
}

/// The list, newest first.
pub async fn list(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    Asked(query): Asked<ListQuery>,
) -> Response {
    let Some(query) = query else {
        return match site.lockers().list(&visitor.caller, locker, &Filter::default()).await {
            Ok(_) => Problem::new(visitor.locale, StatusCode::BAD_REQUEST, "bad-request").into_response(),
            Err(error) => problem::of(visitor.locale, &error),
        };
    };
    let listed = match filter(query) {
        Ok(filter) => site.lockers().list(&visitor.caller, locker, &filter).await,
        // What is wrong with a question is told to those who may ask it; a stranger learns nothing.
        Err(error) => site.lockers().list(&visitor.caller, locker, &Filter::default()).await.and(Err(error)),
    };
    match listed {
        Ok(list) => Json(Papers {
            list: List {
                items: list.items.iter().map(Document::from).collect(),
                next: list.next.map(|id| id.to_string()),
            },
            damaged: list.damaged.iter().map(ToString::to_string).collect(),
        })
        .into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// A deposit: `metadata`, then `file`. 201 with the paper; 200 when an earlier request with the same `Idempotency-Key` had
/// made it.
pub async fn deposit(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    headers: HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    let target = upload::Target { locker, onto: None };
    received(&site, &visitor, target, &headers, multipart).await
}

/// Takes a deposit, of a paper or of a version, and answers it.
pub(super) async fn received(
    site: &Site,
    visitor: &Visitor,
    target: upload::Target,
    headers: &HeaderMap,
    multipart: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Response {
    match upload::receive(site, &visitor.caller, target, headers, multipart).await {
        Ok(done) => {
            let location = format!("/api/v1/lockers/{}/documents/{}", target.locker, done.paper.document);
            // A repeated request is answered as the first was, and says so.
            let replayed = [("idempotency-replayed", if done.replayed { "true" } else { "false" })];
            (StatusCode::CREATED, [(LOCATION, location)], replayed, Json(Document::from(&done.paper))).into_response()
        }
        Err(error) => Problem::from_fault(visitor.locale, &error.fault()).into_response(),
    }
}

/// Largest body of a change, in bytes.
const CHANGE_MAX: usize = 64 * 1024;

/// Changes what describes a paper: JSON with the fields that change.
pub async fn amend(
    State(site): State<Site>,
    OnDocument { visitor, locker, document }: OnDocument,
    body: Body,
) -> Response {
    let idle = site.lockers().limits().body_idle;
    let changes = match tokio::time::timeout(idle, axum::body::to_bytes(body, CHANGE_MAX)).await {
        Ok(Ok(body)) => described::changes(&body),
        Ok(Err(_)) => Err(UploadError::Malformed("body")),
        Err(_) => Err(LockerError::TooSlow.into()),
    };
    let amended = match changes {
        Ok(changes) => site.lockers().amend(&visitor.caller, locker, document, &changes).await.map_err(Into::into),
        // What is wrong with a change is told to those who may see the paper; a stranger learns nothing.
        Err(error) => match site.lockers().describe(&visitor.caller, locker, document).await {
            Ok(_) => Err(error),
            Err(refused) => Err(refused.into()),
        },
    };
    match amended {
        Ok(paper) => Json(Document::from(&paper)).into_response(),
        Err(error) => Problem::from_fault(visitor.locale, &error.fault()).into_response(),
    }
}

/// Destroys a paper for good, with all its versions.
pub async fn destroy(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().destroy(&visitor.caller, locker, document).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// What describes one paper.
pub async fn describe(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().describe(&visitor.caller, locker, document).await {
        Ok(paper) => Json(Document::from(&paper)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// To the trash.
pub async fn trash(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().trash(&visitor.caller, locker, document).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Out of the trash.
pub async fn restore(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().restore(&visitor.caller, locker, document).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
