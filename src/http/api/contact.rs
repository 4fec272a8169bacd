//! `/api/v1/lockers/{locker}/contact`: where the holder is told of things outside the service.

use axum::Json;
use axum::extract::State;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shapes::{InLocker, LockerIds};
use crate::domain::document::FieldError;
use crate::domain::notice::Channel;
use crate::domain::source::Timestamp;
use crate::http::Site;
use crate::http::problem;
use crate::locker::LockerError;
use crate::locker::contacts::{Amending, Choosing, ContactView};
use crate::words::Locale;

/// Where the holder is told of things.
#[derive(Serialize, ToSchema)]
struct Contact {
    /// `sms` or `email`; null: they are told of nothing. What stands; while nothing is confirmed yet, what waits.
    channel: Option<&'static str>,
    /// Enough of the address to know it again, never all of it.
    address_hint: Option<String>,
    /// Whether a message says nothing that tells what it is about, nor from whom it is.
    discreet: bool,
    /// The language of the messages.
    language: &'static str,
    /// Whether they are told each week who opened or changed papers of theirs, if somebody did.
    digest: bool,
    /// Whether the code has come back that was sent there. Until then nothing else goes there.
    confirmed: bool,
    /// A choice whose code has not come back; until it does, what stands holds.
    waiting: Option<WaitingContact>,
    /// Until when that code serves (RFC 3339, UTC); null if none does.
    #[schema(format = DateTime)]
    code_expires_at: Option<String>,
    /// By what this service can tell.
    offered: Vec<&'static str>,
}

/// A choice whose code has not come back.
#[derive(Serialize, ToSchema)]
struct WaitingContact {
    /// `sms` or `email`.
    channel: &'static str,
    /// Enough of the address to know it again.
    address_hint: String,
}

impl From<ContactView> for Contact {
    fn from(view: ContactView) -> Self {
        Self {
            channel: view.channel.map(Channel::code),
            address_hint: view.hint,
            discreet: view.discreet,
            language: view.locale.code(),
            digest: view.digest,
            confirmed: view.is_confirmed,
            waiting: view
                .waiting
                .map(|(channel, address_hint)| WaitingContact { channel: channel.code(), address_hint }),
            code_expires_at: view.code_until.map(Timestamp::rfc3339),
            offered: view.offered.into_iter().map(Channel::code).collect(),
        }
    }
}

/// Where they want to be told.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// `sms` or `email`.
    channel: String,
    /// A telephone number or an e-mail address. A number without a country is French.
    address: String,
    /// Whether a message is to say nothing that tells what it is about. True unless told.
    discreet: Option<bool>,
    /// `fr` or `en`; the reader's language unless told.
    language: Option<String>,
    /// Whether they want to be told each week who opened or changed papers of theirs, if somebody did. False unless told.
    digest: Option<bool>,
}

/// What they change of how they are told; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactChange {
    /// Whether a message is to say nothing that tells what it is about.
    discreet: Option<bool>,
    /// `fr` or `en`.
    language: Option<String>,
    /// Whether they want to be told each week who opened or changed papers of theirs, if somebody did.
    digest: Option<bool>,
}

/// The code that came there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactCode {
    /// Six figures; spaces and dashes don't matter.
    code: String,
}

/// Where the holder is told of things. The whole address is not shown.
#[utoipa::path(
    get,
    path = "/api/v1/lockers/{locker}/contact",
    operation_id = "contact",
    tag = "lockers",
    params(LockerIds),
    responses((status = 200, description = "What they chose last.", body = Contact)),
)]
pub async fn view(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().contact(&visitor.caller, locker).await {
        Ok(view) => Json(Contact::from(view)).into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Chooses where the holder is told of things. A code of six figures goes there, good for 15 minutes; nothing else does before it has come
/// back. Until then they are told where they were told before; once it has, that place hears, once, that messages go elsewhere. A telephone
/// number must be one that takes text messages. Needs a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/contact",
    operation_id = "choose_contact",
    tag = "lockers",
    params(LockerIds),
    request_body = NewContact,
    responses(
        (status = 202, description = "Chosen; a code is on its way."),
        (status = 409, description = "The locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`)."),
        (status = 429, description = "Five codes went for this locker in a day (`/problems/codes-over`); the service has sent all that it sends to numbers today (`/problems/service-codes-over`)."),
    ),
)]
pub async fn choose(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    body: Result<Json<NewContact>, JsonRejection>,
) -> Response {
    let read = |body: NewContact| -> Result<Choosing, LockerError> {
        let wrong = |field| LockerError::Field { field, error: FieldError::UnknownKind };
        let locale = match &body.language {
            Some(language) => Locale::from_code(language).ok_or(wrong("language"))?,
            None => visitor.locale,
        };
        let channel = Channel::from_code(&body.channel).ok_or(wrong("channel"))?;
        let (discreet, digest) = (body.discreet.unwrap_or(true), body.digest.unwrap_or(false));
        Ok(Choosing { channel, address: body.address, discreet, locale, digest })
    };
    let missing = LockerError::Field { field: "channel", error: FieldError::Missing };
    let chosen = match body.map_err(|_| missing).and_then(|Json(body)| read(body)) {
        Ok(choosing) => site.lockers().choose_contact(&visitor.caller, locker, choosing).await,
        // Who may not choose anyway is told so first.
        Err(error) => match site.lockers().refuse_unread_contact(&visitor.caller, locker).await {
            Ok(()) => Err(error),
            Err(refused) => Err(refused),
        },
    };
    match chosen {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Changes how the holder is told, wherever that is: no code is needed. Needs a fresh proof of who they are.
#[utoipa::path(
    patch,
    path = "/api/v1/lockers/{locker}/contact",
    operation_id = "amend_contact",
    tag = "lockers",
    params(LockerIds),
    request_body = ContactChange,
    responses(
        (status = 204, description = "Changed, from the next message on."),
        (status = 409, description = "Nothing is chosen (`/problems/no-contact`); the locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "A field is wrong (`/problems/bad-field`)."),
    ),
)]
pub async fn amend(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    body: Result<Json<ContactChange>, JsonRejection>,
) -> Response {
    let read = |body: ContactChange| -> Result<Amending, LockerError> {
        let wrong = LockerError::Field { field: "language", error: FieldError::UnknownKind };
        let locale = body.language.as_deref().map(|language| Locale::from_code(language).ok_or(wrong)).transpose()?;
        Ok(Amending { discreet: body.discreet, locale, digest: body.digest, keeps: false })
    };
    let missing = LockerError::Field { field: "discreet", error: FieldError::Missing };
    let done = match body.map_err(|_| missing).and_then(|Json(body)| read(body)) {
        Ok(amending) => site.lockers().amend_contact(&visitor.caller, locker, amending).await,
        Err(error) => match site.lockers().refuse_unread_contact(&visitor.caller, locker).await {
            Ok(()) => Err(error),
            Err(refused) => Err(refused),
        },
    };
    match done {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Takes back a choice whose code has not come back: what stood before stands, if something did. Needs a fresh proof of who they are.
#[utoipa::path(
    delete,
    path = "/api/v1/lockers/{locker}/contact/waiting",
    operation_id = "keep_contact",
    tag = "lockers",
    params(LockerIds),
    responses(
        (status = 204, description = "No code is waited for any more."),
        (status = 409, description = "Nothing is chosen (`/problems/no-contact`); the locker is closed (`/problems/locker-closed`)."),
    ),
)]
pub async fn keep(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    let amending = Amending { keeps: true, ..Amending::default() };
    match site.lockers().amend_contact(&visitor.caller, locker, amending).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Sends another code where the last one went; that one serves no more. Needs a fresh proof of who they are.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/contact/code",
    operation_id = "send_contact_code",
    tag = "lockers",
    params(LockerIds),
    responses(
        (status = 202, description = "A code is on its way."),
        (status = 409, description = "No code is waited for (`/problems/no-contact`); the locker is closed (`/problems/locker-closed`)."),
        (status = 429, description = "Five codes went for this locker in a day (`/problems/codes-over`); the service has sent all that it sends to numbers today (`/problems/service-codes-over`)."),
    ),
)]
pub async fn send_code(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().send_code_again(&visitor.caller, locker).await {
        Ok(()) => StatusCode::ACCEPTED.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// Says that the code came: from now on, the holder is told there. Five wrong ones, and another code is needed.
#[utoipa::path(
    post,
    path = "/api/v1/lockers/{locker}/contact/confirm",
    operation_id = "confirm_contact",
    tag = "lockers",
    params(LockerIds),
    request_body = ContactCode,
    responses(
        (status = 204, description = "They are told there from now on."),
        (status = 409, description = "No code is waited for (`/problems/no-contact`); the locker is closed (`/problems/locker-closed`)."),
        (status = 422, description = "Another code (`/problems/wrong-code`)."),
    ),
)]
pub async fn confirm(
    State(site): State<Site>,
    InLocker { visitor, locker }: InLocker,
    body: Result<Json<ContactCode>, JsonRejection>,
) -> Response {
    let code = body.map(|Json(body)| body.code).unwrap_or_default();
    match site.lockers().confirm_contact(&visitor.caller, locker, &code).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}

/// The holder wants to be told of nothing any more. What waits is not sent. Their address is forgotten.
#[utoipa::path(
    delete,
    path = "/api/v1/lockers/{locker}/contact",
    operation_id = "drop_contact",
    tag = "lockers",
    params(LockerIds),
    responses((status = 204, description = "They are told of nothing from now on.")),
)]
pub async fn withdraw(State(site): State<Site>, InLocker { visitor, locker }: InLocker) -> Response {
    match site.lockers().drop_contact(&visitor.caller, locker).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => problem::of(visitor.locale, &error),
    }
}
