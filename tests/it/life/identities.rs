//! A person may have one way to sign in, several, or none: the locker is the person's, not the account's. No verb adds a second
//! one, or opens a locker for somebody without any, yet; the rows may, and everything that reads them lives with it.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use consigne::domain::person::IssuerKind;
use consigne::domain::proof::Claim;
use consigne::domain::source::Source;
use consigne::identity::demo::subject_for;
use consigne::store::keys::{KeyRow, WrapRow};
use consigne::vault::Vault;
use consigne::vault::keys::KeyKind;
use consigne::vault::root::RootKeys;

use super::erased::assert_gone;
use crate::attacks::tools::{seq, uuid};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Raw, World, proposal};

const DAY: Duration = Duration::from_secs(24 * 3600);
const OTHER_ISSUER: &str = "https://autre.example";

/// The deployment's own keys, as the service opens them: what proves a row.
async fn vault(world: &World, raw: &mut Raw) -> Vault {
    let none = raw.id("00000000-0000-0000-0000-000000000000");
    let mut wraps = Vec::new();
    for kind in [KeyKind::Directory, KeyKind::Lookup] {
        let key = format!("locker_id = {none} AND kind = {}", kind.number());
        let key_id = uuid(&raw.bytes(&format!("SELECT key_id FROM keys WHERE {key}")).await[0]);
        let of_it = format!("FROM wraps WHERE locker_id = {none} AND key_id = {}", raw.id(&key_id));
        wraps.push(WrapRow {
            key: KeyRow {
                key: key_id.parse().unwrap(),
                kind: kind.number(),
                epoch: raw.number(&format!("SELECT epoch FROM keys WHERE {key}")).await,
            },
            wrapper: uuid(&raw.bytes(&format!("SELECT wrapper_id {of_it}")).await[0]).parse().unwrap(),
            wrapper_kind: raw.number(&format!("SELECT wrapper_kind {of_it}")).await,
            wrapper_epoch: raw.number(&format!("SELECT wrapper_epoch {of_it}")).await,
            alg: raw.number(&format!("SELECT alg {of_it}")).await,
            wrapped: raw.bytes(&format!("SELECT wrapped {of_it}")).await.remove(0),
        });
    }
    let deployment = uuid(&raw.bytes("SELECT deployment_id FROM deployment").await[0]).parse().unwrap();
    let roots = RootKeys::load(&world.config.root_key_file()).unwrap();
    Vault::open(deployment, roots, &wraps, Source::system()).unwrap()
}

/// Gives somebody one more account to sign in with: a row with the proof that the service makes.
async fn add_identity(world: &World, raw: &mut Raw, whose: &Holder, (issuer, hint): (&str, &str)) {
    let vault = vault(world, raw).await;
    let lookup = vault.lookup().identity(issuer, subject_for(IssuerKind::Holder, hint).unwrap().as_str());
    let proof = vault.prover().prove(&Claim::Identity { lookup: &lookup, person: whose.person.parse().unwrap() });
    let row = format!(
        "INSERT INTO identities (lookup, person_id, proof, created_at) VALUES ({}, {}, {}, 1)",
        raw.literal(&lookup),
        raw.id(&whose.person),
        raw.literal(&proof)
    );
    assert_eq!(raw.run(&row).await.unwrap(), 1);
}

async fn identities(raw: &mut Raw, whose: &Holder) -> i64 {
    let person = raw.id(&whose.person);
    raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM identities WHERE person_id = {person}")).await
}

#[track_caller]
fn is_same(one: &Holder, other: &Holder) {
    assert_eq!((&one.locker, &one.person), (&other.locker, &other.person));
}

on_both_pairs! {
    async fn one_locker_is_entered_by_each_of_two_accounts_and_erased_with_both(pair) {
        let mut world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let ahmed = world.holder("ahmed").await;
        let mut raw = world.raw().await;
        // A second account at the issuer that she has, and one at another issuer.
        add_identity(&world, &mut raw, &lucie, ("demo:holder", "angela")).await;
        add_identity(&world, &mut raw, &lucie, (OTHER_ISSUER, "ahmed")).await;
        assert_eq!(identities(&mut raw, &lucie).await, 3);
        let second = world.holder("angela").await;
        is_same(&second, &lucie);
        assert_eq!(second.content(&paper).await.expect(200).body, b"bail");
        is_same(&world.holder("lucie").await, &lucie);
        is_same(&world.holder("ahmed").await, &ahmed);
        world.restart(|config| config.issuers.holder.as_mut().unwrap().account_name = Some(OTHER_ISSUER.to_owned())).await;
        // The same subject is somebody else at another issuer: there, this one is hers.
        let third = world.holder("ahmed").await;
        is_same(&third, &lucie);
        assert_eq!(third.content(&paper).await.expect(200).body, b"bail");
        assert_ne!(world.holder("lucie").await.person, lucie.person, "an account that nobody has added is somebody new");
        world.restart(|config| config.issuers.holder.as_mut().unwrap().account_name = Some("demo:holder".to_owned())).await;

        // One who comes in by one account sees the sessions of the other, and closes for all.
        let second = world.holder("angela").await;
        let sessions = second.client.get("/api/v1/me/sessions").await.expect(200).json();
        assert!(sessions["items"].as_array().unwrap().len() >= 2, "{sessions}");
        second.client.prove_again().await;
        second.client.post(&second.path("/close")).await.expect(200);
        world.wait(30 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &lucie).await;
        assert_eq!(identities(&mut raw, &lucie).await, 0);
        let (one, other) = (world.holder("lucie").await, world.holder("angela").await);
        assert!(one.person != lucie.person && other.person != lucie.person && one.person != other.person);
        assert_eq!(consigne::app::verify::journals(&world.config).await.unwrap().breaks, Vec::<String>::new());
    }

    /// Somebody who has no account any more, or never had one: their papers are kept, and whoever they let help still helps.
    async fn a_locker_without_any_account_is_found_by_no_sign_in_is_helped_and_is_erased_whole(pair) {
        let mut world = World::new(pair).await;
        let ahmed = world.holder("ahmed").await;
        let paper = ahmed.deposit("Bail", "logement.bail", b"bail").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let given = ahmed.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let mut raw = world.raw().await;
        let person = raw.id(&ahmed.person);
        assert_eq!(raw.run(&format!("DELETE FROM identities WHERE person_id = {person}")).await.unwrap(), 1);
        let verified = async |world: &World| consigne::app::verify::journals(&world.config).await.unwrap().breaks;
        assert_eq!(verified(&world).await, Vec::<String>::new());

        // Nobody comes in as they did. Who signs in with the account that it was is somebody new.
        for hint in ["ahmed", "angela", "lucie"] {
            let somebody = world.holder(hint).await;
            assert!(somebody.locker != ahmed.locker && somebody.person != ahmed.person, "{hint}");
            somebody.client.get(&ahmed.path(&format!("/documents/{paper}"))).await.expect(404);
        }
        // Help goes on, and each look has its line in the journal.
        world.settle().await;
        let before = seq(&mut raw, &ahmed.locker).await;
        claire.pass().await.expect(204);
        let visit = given.visit(&claire.client).await;
        assert_eq!(visit.content(&paper).await.expect(200).body, b"bail");
        world.settle().await;
        assert!(seq(&mut raw, &ahmed.locker).await >= before + 2);
        // The jobs and a new start live with it.
        world.restart(|_| {}).await;
        world.lockers.tidy().await.unwrap();
        assert_eq!(verified(&world).await, Vec::<String>::new());
        assert_eq!(raw.number(&format!("SELECT CAST(count(*) AS BIGINT) FROM persons WHERE person_id = {person}")).await, 1);

        // Whoever is still in closes it; then nobody has a session there.
        let Holder { client: before, locker, person: id } = ahmed;
        let still_in = Holder { client: world.anonymous(), locker, person: id };
        *still_in.client.cookies.lock().unwrap() = before.cookies.lock().unwrap().clone();
        still_in.client.post(&still_in.path("/close")).await.expect(200);
        raw.run(&format!("DELETE FROM sessions WHERE person_id = {person}")).await.unwrap();
        world.wait(30 * DAY);
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_gone(&world, &still_in).await;
        assert_eq!(verified(&world).await, Vec::<String>::new());
    }
}
