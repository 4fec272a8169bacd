//! The JSON API, a file per resource. Shapes are in `shapes`.
//!
//! What must not live here: rules of rights, SQL, keys, sentences.
//!
//! To add an endpoint:
//!
//! 1. a handler in its resource's file, under `#[utoipa::path]` with its path, a unique `operation_id`, the tag of the
//!    resource, what it takes, and **every status that it answers by itself**. A status without a body is enough for an error:
//!    `http/openapi.rs` makes it a problem, and adds what the layers and the door answer (307, 401, 403, 404, 421, 429, 500,
//!    503, 507), the `Origin` of what changes something, and `lang`;
//! 2. `ToSchema` on its shapes, `IntoParams` on its query and on the ids of its address. Take the ids with an extractor that
//!    answers a stranger as a stranger (`shapes::InLocker`, `shapes::OnDocument`), read nothing of the body before the door
//!    has answered;
//! 3. `.routes(routes!(handler))` below. Handlers of one path stand in one `routes!`. There is no `.route(`: what is routed is
//!    in the document;
//! 4. when its path has a new `{word}`: what it is in `tests/it/contract.rs`, whose walk then tries its refusals. When nobody
//!    needs to be signed in: `security(())` here, and its line in that test's list;
//! 5. a story in `tests/it` of what it does, and `cargo insta accept` after reading what changed in the contract.

mod acting;
mod agreements;
mod attestations;
pub(super) mod bearers;
pub(super) mod bundles;
mod contact;
pub(super) mod content;
mod contract;
mod documents;
pub(super) mod export;
mod given;
mod help_page;
mod information;
mod institutions;
mod issued;
mod journal;
mod limits;
mod lockers;
mod mandates;
mod me;
mod offices;
mod organisations;
mod proposed;
mod proposing;
mod received;
mod requests;
mod second_factor;
mod sessions;
mod shapes;
pub(super) mod shares;
pub(super) mod sheets;
mod truth;
mod versions;
mod visits;
mod windows;

use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;

use super::{Site, problem};

/// Its routes.
#[expect(clippy::too_many_lines, reason = "a line for each operation")]
pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::default()
        .routes(routes!(contract::contract))
        .routes(routes!(contract::quirks))
        .routes(routes!(institutions::own))
        .routes(routes!(requests::make, requests::list))
        .routes(routes!(requests::view, requests::withdraw))
        .routes(routes!(agreements::view))
        .routes(routes!(agreements::deposit))
        .routes(routes!(agreements::list))
        .routes(routes!(agreements::stop))
        .routes(routes!(agreements::agree))
        .routes(routes!(shares::receive))
        // Asking what the answer would be takes no reading.
        .routes(routes!(bundles::archive).map(|archive| archive.head(problem::method_not_allowed)))
        .routes(routes!(bundles::merged).map(|merged| merged.head(problem::method_not_allowed)))
        .routes(routes!(bundles::received_receipt))
        .routes(routes!(bundles::receipt))
        .routes(routes!(bundles::signed_receipt))
        .routes(routes!(shares::read, shares::head))
        .routes(routes!(offices::own))
        .routes(routes!(offices::make, offices::list))
        .routes(routes!(offices::view, offices::withdraw))
        .routes(routes!(offices::receive))
        .routes(routes!(offices::read).map(|read| read.head(problem::method_not_allowed)))
        .routes(routes!(offices::archive).map(|archive| archive.head(problem::method_not_allowed)))
        .routes(routes!(offices::merged).map(|merged| merged.head(problem::method_not_allowed)))
        .routes(routes!(offices::receipt))
        .routes(routes!(received::take, received::list))
        .routes(routes!(received::view))
        .routes(routes!(received::decline))
        .routes(routes!(received::keep))
        .routes(routes!(received::answer))
        .routes(routes!(shares::list, given::give))
        .routes(routes!(given::view))
        .routes(routes!(given::paper))
        .routes(routes!(bearers::enter))
        .routes(routes!(bearers::name))
        .routes(routes!(bearers::list))
        // Asking what the answer would be is a reading too.
        .routes(routes!(bearers::read).map(|read| read.head(problem::method_not_allowed)))
        .routes(routes!(shares::revoke))
        .routes(routes!(shares::pause))
        .routes(routes!(shares::go_on))
        .routes(routes!(me::me))
        .routes(routes!(sessions::list))
        .routes(routes!(sessions::end))
        .routes(routes!(sessions::end_others))
        .routes(routes!(second_factor::view, second_factor::begin))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(second_factor::pass))
        .routes(routes!(second_factor::renew_codes))
        .routes(routes!(second_factor::begin_replacement))
        .routes(routes!(second_factor::replace))
        .routes(routes!(organisations::join))
        .routes(routes!(organisations::view))
        .routes(routes!(organisations::invite))
        .routes(routes!(organisations::amend))
        .routes(routes!(organisations::suspend))
        .routes(routes!(organisations::resume_member))
        .routes(routes!(organisations::end))
        .routes(routes!(organisations::reset_factor))
        .routes(routes!(organisations::journal))
        .routes(routes!(proposing::propose))
        .routes(routes!(proposing::make_code))
        .routes(routes!(proposing::drop_paper_code))
        .routes(routes!(proposing::drop_judgment_code))
        .routes(routes!(proposed::list))
        .routes(routes!(proposed::withdraw))
        .routes(routes!(sheets::own, sheets::send))
        .routes(routes!(sheets::list))
        .routes(routes!(sheets::content))
        .routes(routes!(sheets::confirm))
        .routes(routes!(sheets::refuse))
        .routes(routes!(sheets::signed))
        .routes(routes!(sheets::acknowledge))
        .routes(routes!(mandates::list))
        .routes(routes!(truth::view))
        .routes(routes!(attestations::attest))
        .routes(routes!(attestations::check))
        .routes(routes!(attestations::receipt))
        .routes(routes!(attestations::receipt_of_all))
        .routes(routes!(mandates::stop))
        .routes(routes!(mandates::consent))
        .routes(routes!(mandates::decline))
        .routes(routes!(mandates::revoke))
        .routes(routes!(limits::words))
        .routes(routes!(limits::narrow))
        .routes(routes!(limits::renew))
        .routes(routes!(limits::transfer))
        .routes(routes!(visits::begin))
        .routes(routes!(visits::end))
        .routes(routes!(windows::open))
        .routes(routes!(windows::read))
        .routes(routes!(windows::consent))
        .routes(routes!(windows::decline))
        .routes(routes!(windows::extend))
        .routes(routes!(windows::close))
        .routes(routes!(information::current))
        .routes(routes!(lockers::open))
        .routes(routes!(lockers::close))
        .routes(routes!(lockers::reopen))
        .routes(routes!(information::accept))
        .routes(routes!(contact::view, contact::choose, contact::amend, contact::withdraw))
        .routes(routes!(contact::confirm))
        .routes(routes!(contact::send_code))
        .routes(routes!(contact::keep))
        .routes(routes!(lockers::view))
        .routes(routes!(documents::list, documents::deposit))
        .routes(routes!(documents::describe, documents::amend, documents::trash))
        .routes(routes!(documents::restore))
        // Asking what the answer would be is not worth packing it.
        .routes(routes!(export::export).map(|export| export.head(problem::method_not_allowed)))
        .routes(routes!(documents::destroy))
        .routes(routes!(versions::list, versions::add))
        .routes(routes!(acting::see_original))
        .routes(routes!(acting::withdraw))
        .routes(routes!(versions::control))
        .routes(routes!(versions::control_all))
        .routes(routes!(content::read, content::head))
        .routes(routes!(journal::journal))
}
