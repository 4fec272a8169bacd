//! `/api/v1/institution`: what a program's institution is registered with.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::Site;
use crate::http::openapi::KindCode;
use crate::http::problem;
use crate::http::visitor::Visitor;
use crate::locker::institutions::InstitutionView;

/// An institution, as its own programs see it.
#[derive(Serialize, ToSchema)]
pub(super) struct Institution {
    #[schema(format = "uuid")]
    id: String,
    /// Its name, as people know it.
    name: String,
    /// On what it asks.
    legal_basis: String,
    /// The kinds of papers that it may ask for.
    #[schema(value_type = Vec<KindCode>)]
    kinds: Vec<&'static str>,
    /// The kinds of papers that it may issue: deposit where people agreed to it.
    #[schema(value_type = Vec<KindCode>)]
    issues: Vec<&'static str>,
    /// What its programs may do at all: `requests`, `retrieve`, `deposit`.
    scopes: Vec<String>,
    /// The names of its public keys (`kid`).
    keys: Vec<String>,
    /// Where its server may be told of what it asked for: a request names one of them.
    callbacks: Vec<String>,
}

impl Institution {
    fn of(view: &InstitutionView) -> Option<Self> {
        let fields = view.fields.as_ref()?;
        Some(Self {
            id: view.institution.to_string(),
            name: fields.name.as_str().to_owned(),
            legal_basis: fields.legal_basis.as_str().to_owned(),
            kinds: fields.kinds.iter().map(|kind| kind.code()).collect(),
            issues: fields.issues.iter().map(|kind| kind.code()).collect(),
            scopes: view.errands.to_string().split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            keys: fields.keys.iter().map(|key| key.name.clone()).collect(),
            callbacks: fields.callbacks.iter().map(|callback| callback.as_str().to_owned()).collect(),
        })
    }
}

/// What the program's institution is registered with.
#[utoipa::path(
    get,
    path = "/api/v1/institution",
    operation_id = "institution",
    tag = "programs",
    security(("program" = [])),
    responses((status = 200, description = "Name, legal basis, kinds, scopes.", body = Institution)),
)]
pub async fn own(State(site): State<Site>, visitor: Visitor) -> Response {
    let told = site.lockers().own_institution(&visitor.caller).await;
    match told.map(|view| Institution::of(&view)) {
        Ok(Some(institution)) => Json(institution).into_response(),
        Ok(None) => problem::of(visitor.locale, &crate::locker::LockerError::Damaged),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
