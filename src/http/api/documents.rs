//! `/api/v1/lockers/{locker}/documents`: list, search, deposit, describe, change, trash, restore, destroy.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shapes::{Asked, Document, DocumentIds, InLocker, List, LockerIds, OnDocument};
use crate::domain::document::{FieldError, Whose};
use crate::domain::taxonomy::Category;
use crate::domain::validity::State as Validity;
use crate::http::Site;
use crate::http::described::{self, Amendment, DepositForm};
use crate::http::openapi::{CategoryCode, ValidityCode, WhoseCode};
use crate::http::parts::InParts;
use crate::http::problem::{self, Problem};
use crate::http::upload::{self, UploadError};
use crate::http::visitor::Visitor;
use crate::locker::{Filter, LockerError};

/// Papers on a page of the list, unless asked otherwise.
const PAGE: usize = 50;
/// Most papers on a page.
const PAGE_MAX: usize = 500;

/// An `Idempotency-Key`.
#[derive(ToSchema)]
#[schema(value_type = String, min_length = 1, max_length = 200)]
#[expect(dead_code, reason = "a shape for the contract")]
pub(super) struct RepeatKey(String);

/// How to list. Other names are refused: a misspelt filter would show everything.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Only this category.
    #[param(value_type = Option<CategoryCode>, inline)]
    category: Option<String>,
    /// Words that the title holds, accents and capitals aside.
    q: Option<String>,
    /// Only papers in this state of validity.
    #[param(value_type = Option<ValidityCode>, inline)]
    validity: Option<String>,
    /// Only papers of this person.
    #[param(value_type = Option<WhoseCode>, inline)]
    whose: Option<String>,
    /// What is in the trash instead.
    #[serde(default)]
    trashed: bool,
    /// `next` of the page before.
    #[param(format = "uuid")]
    after: Option<String>,
    /// Papers on a page; 500 at most, more is taken as 500.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<usize>,
}

/// A page of papers, newest first.
#[derive(Serialize, ToSchema)]
struct Papers {
    #[serde(flatten)]
    list: List<Document>,
    /// Papers on this stretch of the list whose description does not open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
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

/// Lists papers, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/documents",
    operation_id = "list_documents",
    tag = "documents",
    params(LockerIds, ListQuery),
    responses(
        (status = 200, description = "A page of papers.", body = Papers),
        (status = 400, description = "The query does not read, or has a parameter too many (`/problems/bad-request`): `field` names it."),
        (status = 422, description = "`category`, `validity`, `whose` or `after` is nothing of ours (`/problems/bad-field`)."),
    ),
)]
pub async fn list(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    Asked(query): Asked<ListQuery>,
) -> Response {
    let query = match query {
        Ok(query) => query,
        Err(unread) => {
            return match site.lockers().list(&visitor.caller, locker, &Filter::default()).await {
                Ok(_) => unread.told(visitor.locale),
                Err(error) => problem::of(visitor.locale, &error),
            };
        }
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

/// Adds a paper.
///
/// Two parts, in this order: `metadata`, then `file`. 201 means that it is stored for good. The same `Idempotency-Key` again is
/// answered as the first time was, for the same paper.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents",
    operation_id = "deposit_document",
    tag = "documents",
    params(
        LockerIds,
        ("Idempotency-Key" = inline(Option<RepeatKey>), Header, description = "Yours, new for each paper. Sending it again \
            adds nothing, and says what became of the first."),
    ),
    request_body(content = DepositForm, content_type = "multipart/form-data", example = json!({
        "metadata": {"title": "Bail", "kind": "logement.bail", "issued_on": "2027-03-03"},
        "file": "Bail du 3 mars 2027",
    })),
    responses(
        (status = 201, description = "The paper, stored.", body = Document, headers(
            ("Location" = String, description = "Its address."),
            ("Idempotency-Replayed" = String, description = "`true` when an earlier request with this key had added it."),
        )),
        (status = 400, description = "The body ends too early or is no multipart inside (`/problems/cut`)."),
        (status = 408, description = "Nothing came for too long (`/problems/too-slow`)."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 410, description = "The key's deposit was made, and its paper destroyed since (`/problems/paper-destroyed`), or \
            the deposit taken back (`/problems/deposit-withdrawn`). Nothing is added; a new key adds a new paper."),
        (status = 413, description = "The file is too large (`/problems/too-large`), or the locker full (`/problems/quota`)."),
        (status = 415, description = "This kind of file is not taken (`/problems/kind-of-file`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`), the file is empty (`/problems/empty-file`), \
            not what `sha256` says (`/problems/wrong-hash`) or harmful (`/problems/infected`), or the key was used for another (`/problems/repeat-key`)."),
    ),
)]
pub async fn deposit(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    headers: HeaderMap,
    multipart: Result<InParts, axum::extract::multipart::MultipartRejection>,
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
    multipart: Result<InParts, axum::extract::multipart::MultipartRejection>,
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

/// Changes what describes a paper.
///
/// What is left out stays; a date that is null goes. The content does not change: that is a new version.
#[utoipa::path(
    patch,
    path = "/api/v1/lockers/{locker}/documents/{document}",
    operation_id = "amend_document",
    tag = "documents",
    params(DocumentIds),
    request_body(content = Amendment, content_type = "application/json"),
    responses(
        (status = 200, description = "The paper as it is now.", body = Document),
        (status = 408, description = "Nothing came for too long (`/problems/too-slow`)."),
        (status = 409, description = "It is in the trash (`/problems/wrong-state`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`); `body` when it is no JSON of this shape."),
    ),
)]
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
///
/// From the trash or not. Nothing brings it back.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents/{document}/destroy",
    operation_id = "destroy_document",
    tag = "documents",
    params(DocumentIds),
    responses(
        (status = 204, description = "It is gone."),
        (status = 403, description = "It needs a proof of who you are that is at most 5 minutes old (`/problems/sign-in-again`). \
            Send the person to `/auth/holder/login?step_up=1`, then ask again."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn destroy(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().destroy(&visitor.caller, locker, document).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Describes one paper.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/documents/{document}",
    operation_id = "describe_document",
    tag = "documents",
    params(DocumentIds),
    responses((status = 200, description = "The paper, in the trash or not.", body = Document)),
)]
pub async fn describe(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().describe(&visitor.caller, locker, document).await {
        Ok(paper) => Json(Document::from(&paper)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Puts a paper in the trash.
///
/// It can be taken out again: nothing is destroyed.
#[utoipa::path(
    delete,
    path = "/api/v1/lockers/{locker}/documents/{document}",
    operation_id = "trash_document",
    tag = "documents",
    params(DocumentIds),
    responses(
        (status = 204, description = "It is in the trash."),
        (status = 409, description = "It was there already (`/problems/wrong-state`)."),
    ),
)]
pub async fn trash(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().trash(&visitor.caller, locker, document).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Takes a paper out of the trash.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/documents/{document}/restore",
    operation_id = "restore_document",
    tag = "documents",
    params(DocumentIds),
    responses(
        (status = 204, description = "It is in its category again."),
        (status = 409, description = "It was not in the trash (`/problems/wrong-state`)."),
    ),
)]
pub async fn restore(State(site): State<Site>, OnDocument { visitor, locker, document }: OnDocument) -> Response {
    match site.lockers().restore(&visitor.caller, locker, document).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
