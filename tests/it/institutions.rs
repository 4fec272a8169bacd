//! Institutions: how their programs come in, what they ask for, what they are handed.

use serde_json::json;

use crate::world::{Holder, World};

mod commands;
mod destroyed;
mod ends;
mod example;
mod pages;
mod put_back;
pub mod requests;
pub mod shares;
mod tokens;

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
