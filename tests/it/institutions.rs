//! Institutions: how their programs come in, what they ask for, what they are handed.

use serde_json::json;

use crate::world::{Holder, World};

pub mod agreements;
mod answering;
mod away;
mod bundles;
mod commands;
pub mod destroyed;
mod ends;
mod example;
mod helpers;
mod merged_ends;
mod office_pages;
pub mod offices;
mod outbox;
mod pages;
mod put_back;
mod reaching;
mod receipts;
pub mod requests;
pub mod shares;
mod tokens;
mod webhooks;

/// A request that a holder has answered, and what they handed over: their ids.
pub async fn asked_and_handed(world: &World, holder: &Holder) -> (String, String) {
    let program = world.institution("Caisse d'allocations").await;
    let request = requests::taken(world, &program, holder).await;
    let paper = holder.deposit("Facture", "logement.justificatif_domicile", b"une facture").await;
    let path = holder.path(&format!("/requests/{request}/answer"));
    let hand = json!({"papers": [{"piece": 0, "document": paper}]});
    let share = holder.client.post_json(&path, &hand).await.expect(201).json();
    (request, share["share"].as_str().unwrap().to_owned())
}

/// The office of an institution that there is, newly opened: its id.
pub async fn some_office(world: &World) -> String {
    let institution = world.lockers.institutions().await.unwrap()[0].institution;
    let named = consigne::domain::organisation::Name::parse("La référente").unwrap();
    let roles = consigne::domain::organisation::Roles::AgentAndReferent;
    world.lockers.open_office(institution, named, roles).await.unwrap().unwrap().unwrap().organisation.to_string()
}

/// What a holder agreed to with an institution: the agreement's id.
pub async fn agreed_with(world: &World, holder: &Holder) -> String {
    let program = world.institution("Caisse d'allocations").await;
    agreements::agreed(world, &program, holder).await
}
