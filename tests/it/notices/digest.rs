//! Who opened what, each week, for whoever asks for it.

use serde_json::json;

use super::dates::{self, NOTHING, mornings};
use super::mailbox::{Mailbox, config, text};
use super::{NUMBER, confirm, contact, figures, told_by_sms};
use crate::on_both_pairs;
use crate::world::gateway::Gateway;
use crate::world::{Holder, Pair, World, proposal};

async fn told_weekly(lucie: &Holder, gateway: &Gateway, discreet: bool) {
    let were = gateway.taken().len();
    let body = json!({"channel": "sms", "address": NUMBER, "discreet": discreet, "digest": true});
    lucie.client.post_json(&lucie.path("/contact"), &body).await.expect(202);
    confirm(lucie, &figures(&gateway.next(were).await)).await.expect(204);
    assert_eq!(contact(lucie).await["digest"], true);
}

on_both_pairs! {
    async fn who_opened_what_is_told_each_week(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_weekly(&lucie, &gateway, false).await;
        let lease = lucie.deposit("Le bail secret", "logement.bail", b"bail").await;
        let rent = lucie.deposit("Quittance", "logement.quittance_loyer", b"loyer").await;
        lucie.content(&lease).await.expect(200);
        let mut long = proposal("", None);
        long["term"] = json!({"days": 365});
        let mandate = lucie.let_help(&ahmed.client, long).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1, "that it begins");
        let visit = mandate.visit(&ahmed.client).await;
        for paper in [&lease, &rent, &lease] {
            visit.content(paper).await.expect(200);
        }
        visit.patch(&rent, &json!({"title": "Quittance de mars"})).await.expect(200);
        world.settle().await;
        let told = mornings(&world, &gateway, 9).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!((7..=8).contains(&told[0].0), "a week later: {told:?}");
        let text = told[0].1.replace('\u{a0}', " ");
        assert!(text.contains("Ahmed") && text.contains("2 papiers ouverts, 1 papier ajouté ou changé."), "{text}");
        assert!(!text.contains("bail") && !text.contains("Quittance"), "{text}");
        // Nothing was opened: nothing is sent, and nobody looks.
        let lucie = lucie.again(&world, "lucie").await;
        let looks = dates::looks(&lucie).await;
        assert_eq!(mornings(&world, &gateway, 15).await, NOTHING);
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        assert_eq!(dates::looks(&lucie).await, looks);
        // Her own readings are nobody else's.
        lucie.content(&lease).await.expect(200);
        mandate.visit(&ahmed.client).await.content(&rent).await.expect(200);
        world.settle().await;
        let told = mornings(&world, &gateway, 8).await;
        assert!(told.len() == 1 && told[0].1.replace('\u{a0}', " ").contains("1 papier ouvert."), "{told:?}");
    }

    /// Readings by an institution are told too, by its name; who wants to be told discreetly is told of none.
    async fn what_an_institution_opened_is_told(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        for (name, discreet) in [("lucie", false), ("angela", true)] {
            let holder = world.holder(name).await;
            told_weekly(&holder, &gateway, discreet).await;
            let (share, _) = crate::institutions::shares::handed(&world, &caf, &holder, b"une facture").await;
            for _ in 0..2 {
                crate::institutions::shares::read(&caf, &share).await.expect(200);
            }
            world.settle().await;
            // That they were handed over was told on the day itself.
            let told: Vec<_> = mornings(&world, &gateway, 9).await.into_iter().filter(|(day, _)| *day > 1).collect();
            assert_eq!(told.len(), 1, "{name}: {told:?}");
            let text = told[0].1.replace('\u{a0}', " ");
            assert_eq!(text.contains("Caisse du Valserin : 1 papier ouvert."), !discreet, "{text}");
            assert_eq!(text.contains("Caisse"), !discreet, "{text}");
        }
    }

    async fn only_who_asks_and_discreetly_if_they_want(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, true).await;
        assert_eq!(contact(&lucie).await["digest"], false, "not unless asked");
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let mut long = proposal("", None);
        long["term"] = json!({"days": 365});
        let mandate = lucie.let_help(&ahmed.client, long).await;
        world.lockers.tell_holders().await.unwrap();
        mandate.visit(&ahmed.client).await.content(&lease).await.expect(200);
        world.settle().await;
        assert_eq!(mornings(&world, &gateway, 9).await, NOTHING);
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        lucie.client.prove_again().await;
        told_weekly(&lucie, &gateway, true).await;
        mandate.visit(&ahmed.client).await.content(&lease).await.expect(200);
        world.settle().await;
        let told = mornings(&world, &gateway, 9).await;
        assert_eq!(told.len(), 1, "what was before is not told: {told:?}");
        assert_eq!(told[0].1, gateway.taken()[1].1, "the same words as ever");
        // Withdrawn: nothing.
        let (lucie, ahmed) = (lucie.again(&world, "lucie").await, ahmed.again(&world, "ahmed").await);
        mandate.visit(&ahmed.client).await.content(&lease).await.expect(200);
        lucie.client.delete(&lucie.path("/contact")).await.expect(204);
        assert_eq!(mornings(&world, &gateway, 9).await, NOTHING);
    }

    /// A letter names a few papers: none that is hidden, nor of health, nor gone.
    async fn a_letter_names_a_few(pair) {
        let world = World::build(pair, consigne::locker::Limits::default(), |changed| changed.notices.email = Some(config())).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mailbox = Mailbox::new("lucie");
        let body = json!({"channel": "email", "address": mailbox.address, "discreet": false, "digest": true});
        lucie.client.post_json(&lucie.path("/contact"), &body).await.expect(202);
        confirm(&lucie, &figures(&text(&mailbox.next(0).await))).await.expect(204);
        let (bail, caf) = (lucie.deposit("Bail\r\nBcc: x@ailleurs.fr", "logement.bail", b"bail").await, lucie.deposit("Reste", "logement.bail", b"reste").await);
        dates::paper(&lucie, "Passeport", "identite.passeport", &dates::day(&world, 60)).await;
        dates::paper(&lucie, "Mutuelle", "sante.mutuelle", &dates::day(&world, 61)).await;
        let mut long = proposal("", None);
        long["term"] = json!({"days": 365});
        let mandate = lucie.let_help(&ahmed.client, long).await;
        world.lockers.tell_holders().await.unwrap();
        mailbox.next(1).await;
        let visit = mandate.visit(&ahmed.client).await;
        visit.content(&bail).await.expect(200);
        visit.content(&caf).await.expect(200);
        lucie.client.delete(&lucie.path(&format!("/documents/{caf}"))).await.expect(204);
        world.settle().await;
        dates::morning(&world);
        world.lockers.tell_holders().await.unwrap();
        let letter = text(&mailbox.next(2).await).replace('\u{a0}', " ");
        assert!(letter.contains("2 papiers ne sont bientôt plus bons") && letter.contains("« Passeport »") && !letter.contains("Mutuelle"), "{letter}");
        for _ in 0..8 {
            dates::morning(&world);
            world.lockers.tell_holders().await.unwrap();
        }
        let raw = mailbox.next(3).await;
        let letter = text(&raw).replace('\u{a0}', " ");
        assert!(letter.contains("Ahmed") && letter.contains("2 papiers ouverts") && letter.contains("« Bail Bcc: x@ailleurs.fr »") && !letter.contains("Reste"), "{letter}");
        let head = raw.split_once("\n\n").unwrap().0.to_lowercase();
        assert!(!head.contains("\nbcc") && !head.contains("x@ailleurs.fr"), "{head}");
    }
}
