//! The whole story by text message: a choice, a code, help that begins and stops.

use super::{NUMBER, choose, confirm, contact, figures, lines, told_by_sms};
use crate::attacks::tools::assert_problem;
use crate::institutions::requests::taken;
use crate::on_both_pairs;
use crate::world::gateway::Gateway;
use crate::world::{Pair, World, proposal};
use consigne::domain::organisation::Roles;
use std::time::Duration;

on_both_pairs! {
    async fn help_that_begins_and_stops_is_told(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let nothing = contact(&lucie).await;
        assert_eq!((&nothing["channel"], &nothing["confirmed"]), (&serde_json::Value::Null, &false.into()));
        assert_eq!(nothing["offered"], serde_json::json!(["sms"]));

        // Choosing asks who they are: an open telephone is not enough.
        world.wait(Duration::from_mins(6));
        assert_problem(&choose(&lucie, NUMBER, false).await, 403, "sign-in-again", "not fresh");
        lucie.client.prove_again().await;
        choose(&lucie, NUMBER, false).await.expect(202);
        let text = gateway.next(0).await;
        assert_eq!(gateway.taken()[0].0, "+33612345678");
        let chosen = contact(&lucie).await;
        assert_eq!((&chosen["confirmed"], &chosen["address_hint"]), (&false.into(), &"+33 … 78".into()));
        assert!(!chosen.to_string().contains("612345678"), "never the whole address: {chosen}");
        confirm(&lucie, &figures(&text)).await.expect(204);
        let chosen = contact(&lucie).await;
        assert_eq!((&chosen["channel"], &chosen["confirmed"], &chosen["code_expires_at"]), (&"sms".into(), &true.into(), &serde_json::Value::Null));

        nadia.pass().await.expect(204);
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        assert_eq!(gateway.taken().len(), 2);
        let told = &gateway.taken()[1].1;
        assert!(told.contains("Nadia") && told.contains("CCAS de Valserin") && told.contains("une aide a commencé"), "{told}");
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "once");
        lucie.stop(&mandate).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        let told = &gateway.taken()[2].1;
        assert!(told.contains("Nadia") && told.contains("arrêtée"), "{told}");

        // One that ends by itself, and all at once.
        lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        world.lockers.tell_holders().await.unwrap();
        world.wait(Duration::from_hours(24 * 400));
        world.lockers.note_expiries().await.unwrap();
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        assert!(gateway.taken()[4].1.contains("la date prévue"), "{:?}", gateway.taken());
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
        world.lockers.tell_holders().await.unwrap();
        assert!(gateway.taken()[5].1.contains("toutes les aides"), "{:?}", gateway.taken());
        assert_eq!(lines(&lucie).await, ["notice.send done"; 6], "a line for each, and for nothing else");
        let journal = lucie.journal().await;
        let line = journal.iter().filter(|line| line["action"] == "notice.send").nth(1).unwrap();
        assert_eq!((&line["actor"]["kind"], &line["ground"]), (&"job".into(), &"maintenance".into()), "{line}");
        assert_eq!(line["sentence"], "Le service vous a envoyé un message.", "{line}");
    }

    /// Whoever hands papers over in her name, she hears of it.
    async fn papers_that_are_handed_over_are_told(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let caf = world.institution("Caisse du Valserin").await;
        let lucie = world.holder("lucie").await;
        told_by_sms(&lucie, &gateway, false).await;
        let paper = lucie.deposit("Ma facture", "logement.justificatif_domicile", b"facture").await;
        let request = taken(&world, &caf, &lucie).await;
        let answer = lucie.path(&format!("/requests/{request}/answer"));
        // What was refused is told to nobody.
        lucie.client.post_json(&answer, &serde_json::json!({"papers": []})).await.expect(422);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        lucie.client.post_json(&answer, &serde_json::json!({"papers": [{"piece": 0, "document": paper}]})).await.expect(201);
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        let told = gateway.taken()[1].1.clone();
        assert!(told.contains("des papiers sont transmis") && !told.contains("facture"), "{told}");
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0, "once");
    }

    /// What a violent partner reads over somebody's shoulder.
    async fn a_discreet_message_tells_nothing(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        told_by_sms(&lucie, &gateway, true).await;
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        world.lockers.tell_holders().await.unwrap();
        lucie.stop(&mandate).await;
        world.lockers.tell_holders().await.unwrap();
        let told = gateway.taken();
        assert_eq!(told.len(), 3);
        assert_eq!(told[1].1, told[2].1, "what happened can't be told apart");
        for (_, text) in &told {
            let text = text.to_lowercase();
            for word in ["consigne", "coffre", "papier", "aide", "mandat", "autoris", "ahmed", "lucie", "http", "locker", "help"] {
                assert!(!text.contains(word), "{word}: {text}");
            }
        }
    }

    /// In the language that they chose, whatever the one they read pages in.
    async fn in_their_language(pair) {
        let gateway = Gateway::open().await;
        let world = gateway.world(pair).await;
        let lucie = world.holder("lucie").await;
        let body = serde_json::json!({"channel": "sms", "address": "+44 20 7946 0018", "discreet": false, "language": "en"});
        lucie.client.post_json(&lucie.path("/contact"), &body).await.expect(202);
        let text = gateway.next(0).await;
        assert!(text.starts_with("Your code is "), "{text}");
        assert_eq!(gateway.taken()[0].0, "+442079460018");
        confirm(&lucie, &figures(&text)).await.expect(204);
        assert_eq!(contact(&lucie).await["language"], "en");
    }

    /// Without anybody who carries messages, nobody is promised any.
    async fn a_service_that_sends_nothing_says_so(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        assert_eq!(contact(&lucie).await["offered"], serde_json::json!([]));
        assert_problem(&choose(&lucie, NUMBER, true).await, 422, "bad-field", "no gateway");
        let page = lucie.client.get("/consigne/me-prevenir").await.expect(200).text();
        assert!(page.contains("n’envoie pas encore") && !page.contains("name=\"numero\""), "{page}");
    }
}

#[test]
fn no_language_has_a_telling_word() {
    use consigne::words::{Locale, say};
    let telling = [
        "consigne",
        "coffre",
        "papier",
        "document",
        "aide",
        "mandat",
        "autoris",
        "structure",
        "locker",
        "help",
        "paper",
        "mandate",
        "http",
        "ccas",
    ];
    for locale in Locale::ALL {
        for key in ["notice-discreet", "notice-discreet-subject", "notice-code", "notice-code-subject"] {
            let text = say(locale, key).to_lowercase();
            for word in telling {
                assert!(!text.contains(word), "{key} {}: {word}", locale.code());
            }
        }
    }
}
