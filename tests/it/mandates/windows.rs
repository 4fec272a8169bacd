//! Consent in a window: the holder signs in on the aidant's device, reads, answers, and is out again. Nothing of theirs opened.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use crate::attacks::tools::{assert_problem, ignore_references};
use crate::on_both_pairs;
use crate::world::{Holder, Mandate, Organisation, Pair, Professional, World, present, short};

/// A holder, and an aidant of an organisation whose second factor is fresh.
pub async fn met(world: &World) -> (Holder, Professional, Organisation) {
    let lucie = world.holder("lucie").await;
    let claire = world.professional("claire").await;
    let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
    (lucie, claire, ccas)
}

fn plain(text: &Value) -> String {
    text.as_str().unwrap().replace(['\u{2068}', '\u{2069}', '\u{202f}', '\u{a0}'], "").replace('’', "'")
}

/// The lines of a journal about windows and mandates: in short, with who acts.
async fn about_help(lucie: &Holder) -> Vec<String> {
    let lines = lucie.journal().await;
    let is_help = |line: &&Value| {
        let action = line["action"].as_str().unwrap();
        action.starts_with("window.") || action.starts_with("mandate.") && action != "mandate.list"
    };
    lines
        .iter()
        .filter(is_help)
        .map(|line| format!("{} {}", line["actor"]["kind"].as_str().unwrap(), short(line)))
        .collect()
}

on_both_pairs! {
    async fn the_holder_answers_on_the_aidants_device(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let lease = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let before = claire.client.cookies.lock().unwrap().clone();
        let window = claire.open_window(&present(&ccas)).await;
        assert_problem(&window.read().await, 401, "not-signed-in", "nobody has signed in");

        // She signs in there: as herself, anew, although somebody may still be signed in at the issuer on that device.
        let away = claire.client.get(&window.sign_in).await.expect(303);
        let asked = away.header("location").to_owned();
        assert!(asked.contains("prompt=login") && asked.contains("max_age=0"), "{asked}");
        let came = window.enter("lucie").await;
        assert_eq!(came.header("location"), "/avec-moi/lire");
        let after = claire.client.cookies.lock().unwrap().clone();
        assert_eq!(after["__Host-consigne"], before["__Host-consigne"], "the aidant's own session stays as it is");
        assert_eq!(claire.client.get("/api/v1/me").await.expect(200).json()["person"]["id"], claire.person.as_str());

        // The same words as in her own session, and nothing of her locker.
        let shown = window.read().await.expect(200).json();
        assert_eq!((&shown["helper"], &shown["organisation"]), (&json!("Claire MOREL"), &json!("CCAS de Valserin")));
        let mut names: Vec<_> = shown.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["desk", "expires_at", "helper", "organisation", "purpose", "scope", "sha256", "term", "text", "theme"]);
        let english = claire.client.get("/api/v1/window?lang=en").await.expect(200).json();
        assert!(english["text"].as_str().unwrap().starts_with("You allow"), "{english}");

        assert_problem(&window.agree_to(&Value::Null).await, 422, "bad-field", "no agreement");
        assert_problem(&window.agree_to(&json!("0".repeat(64))).await, 422, "bad-field", "another text");
        let how = json!({"accepts": english["sha256"], "read_aloud": true, "interpreter": "Fatou D."});
        let done = claire.client.post_json("/api/v1/window/consent", &how).await.expect(200).json();
        let out = done["logout_url"].as_str().unwrap();
        assert!(out.contains("/demo/holder/session/end?id_token_hint="), "{out}");
        assert!(window.cookie().is_none(), "the browser forgets it");

        // It holds: the mandate says how consent was given, in which words; the journal says where, and by whose offer.
        let help = lucie.get("/mandates").await.expect(200).json();
        let kept = &help["mandates"][0];
        assert_eq!((&kept["status"], &kept["kind"], &kept["consent"]), (&json!("active"), &json!("aidant"), &json!("window")));
        assert_eq!(kept["text"], english["text"]);
        let mandate = Mandate { id: kept["id"].as_str().unwrap().to_owned(), locker: lucie.locker.clone() };
        let visit = mandate.visit(&claire.client).await;
        assert_eq!(visit.content(&lease).await.expect(200).body, b"bail");
        visit.end().await.expect(204);
        let trail = about_help(&lucie).await;
        assert_eq!(trail, [
            "holder window.sign_in done", "holder mandate.give refused:bad_field", "holder mandate.give refused:bad_field",
            "holder mandate.give done",
        ]);
        let lines = lucie.journal().await;
        let line = |what: &str| lines.iter().find(|line| short(line) == what).unwrap_or_else(|| panic!("{what}"));
        let (came, given) = (line("window.sign_in done"), line("mandate.give done"));
        assert_eq!(given["evidence"], english["sha256"]);
        assert_eq!(given["ground"], "ownership");
        assert_eq!(plain(&given["sentence"]), "Vous avez donné une autorisation d'aide. C'était sur l'appareil de cette personne: Claire MOREL, CCAS de Valserin.");
        assert_eq!(plain(&came["sentence"]), "Vous avez lu une proposition d'aide. C'était sur l'appareil de cette personne: Claire MOREL, CCAS de Valserin.");
        let organisation = claire.client.get(&ccas.path("/journal")).await.expect(200).json();
        let opened = organisation["items"].as_array().unwrap().iter().find(|line| line["action"] == "window.open").unwrap();
        assert_eq!(plain(&opened["sentence"]), "Claire MOREL a proposé son aide à une personne présente.");
        assert!(!organisation.to_string().contains(&lucie.locker), "the organisation's journal names no locker");

        // What was proposed and what the issuer was told are gone from the row.
        let mut raw = world.raw().await;
        let left = "SELECT count(*) FROM windows WHERE details IS NOT NULL OR leaving IS NOT NULL OR token IS NOT NULL";
        assert_eq!(raw.number(left).await, 0);
    }

    async fn the_holder_may_say_no_or_nothing(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        for (what, line) in [("decline", "holder mandate.decline done"), ("close", "holder window.close done")] {
            let window = claire.open_window(&present(&ccas)).await;
            window.enter("lucie").await;
            let out = window.post(what).await.expect(200).json();
            assert!(out["logout_url"].as_str().unwrap().contains("/session/end?"), "{out}");
            assert_problem(&window.read().await, 401, "not-signed-in", "it is over");
            assert_eq!(about_help(&lucie).await.last().unwrap(), line);
        }
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
        let told = lucie.journal().await.into_iter().find(|line| line["action"] == "mandate.decline").unwrap();
        assert_eq!(plain(&told["sentence"]), "Vous avez refusé une proposition d'aide. C'était sur l'appareil de cette personne: Claire MOREL, CCAS de Valserin.");
    }

    async fn a_window_lasts_a_quarter_of_an_hour_and_an_hour_at_most(pair) {
        let world = World::new(pair).await;
        let (_, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        world.wait(Duration::from_mins(10));
        assert_problem(&window.post("extend").await, 403, "second-factor", "the code that opened it has served");
        for minutes in [10, 10, 10, 10, 10] {
            claire.pass().await.expect(204);
            window.post("extend").await.expect(200);
            assert_problem(&window.post("extend").await, 403, "second-factor", "a code for each quarter of an hour");
            window.read().await.expect(200);
            world.wait(Duration::from_mins(minutes));
        }
        // An hour is an hour.
        claire.pass().await.expect(204);
        assert_problem(&window.post("extend").await, 401, "window-over", "an hour in all");
        assert_problem(&window.agree_to(&json!("0".repeat(64))).await, 401, "window-over", "an hour in all");
        let lucie = world.holder("lucie").await;
        let trail = about_help(&lucie).await;
        assert_eq!(trail.iter().filter(|line| *line == "aidant window.extend done").count(), 5, "{trail:?}");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));

        let window = claire.open_window(&present(&ccas)).await;
        world.wait(Duration::from_mins(14));
        claire.client.get("/api/v1/me").await.expect(200);
        window.enter("lucie").await;
        world.wait(Duration::from_secs(59));
        let sum = window.read().await.expect(200).json()["sha256"].clone();
        world.wait(Duration::from_secs(1));
        assert_problem(&window.agree_to(&sum).await, 401, "window-over", "to the second");
    }

    /// What is left of windows goes by itself: what was proposed at their end, the rest an hour later.
    async fn what_is_left_of_windows_goes(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let mut raw = world.raw().await;
        world.lockers.tidy().await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM windows WHERE details IS NOT NULL").await, 1);
        world.wait(Duration::from_mins(15));
        world.lockers.tidy().await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM windows WHERE details IS NOT NULL").await, 0);
        assert_eq!(raw.number("SELECT count(*) FROM windows").await, 1);
        world.wait(Duration::from_hours(1));
        world.lockers.tidy().await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM windows").await, 0);
    }

    /// Who has no locker, or a closed one, is told so once they are out of their issuer again. Nobody is added to anything.
    async fn without_an_open_locker_there_is_nothing_to_answer_for(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let mut raw = world.raw().await;
        let people = raw.number("SELECT count(*) FROM persons").await;
        let window = claire.open_window(&present(&ccas)).await;
        let turned = window.enter("ahmed").await;
        assert!(turned.header("location").contains("/demo/holder/session/end?"), "{}", turned.header("location"));
        assert!(window.cookie().is_none());
        assert_eq!(raw.number("SELECT count(*) FROM persons").await, people, "nobody is known by it");
        // It is still there for somebody who has one.
        window.enter("lucie").await;
        window.read().await.expect(200);
        // She closes her locker meanwhile, elsewhere.
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_problem(&window.read().await, 409, "locker-closed", "closed");
        let sum = json!("0".repeat(64));
        assert_problem(&window.agree_to(&sum).await, 409, "locker-closed", "closed");
        window.post("close").await.expect(200);
        let window = claire.open_window(&present(&ccas)).await;
        let turned = window.enter("lucie").await;
        assert!(turned.header("location").contains("/session/end?") && window.cookie().is_none());
        assert_eq!(about_help(&lucie).await.last().unwrap(), "holder window.sign_in refused:locker_closed");
    }

    /// A mandate that was given before ends, exactly as when the holder agrees in their own session; the desk is the desk.
    async fn a_newer_mandate_replaces_the_older(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let first = lucie.let_help(&claire.client, crate::world::proposal("", Some(&ccas))).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        window.agree().await.expect(200);
        let help = lucie.get("/mandates").await.expect(200).json();
        let by_id = |id: &str| help["mandates"].as_array().unwrap().iter().find(|m| m["id"] == id).cloned();
        assert_eq!(by_id(&first.id).unwrap()["status"], "ended");
        assert_eq!(help["mandates"].as_array().unwrap().iter().filter(|m| m["status"] == "active").count(), 1);
        let mut body = present(&ccas);
        body["desk"] = json!(true);
        let window = claire.open_window(&body).await;
        window.enter("lucie").await;
        window.agree().await.expect(200);
        let help = lucie.get("/mandates").await.expect(200).json();
        assert_eq!(help["mandates"].as_array().unwrap().iter().filter(|m| m["kind"] == "desk" && m["consent"] == "window").count(), 1);
    }

    /// A locker that is erased leaves nothing of its windows.
    async fn an_erased_locker_leaves_no_window(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        let mut raw = world.raw().await;
        assert_eq!(raw.number("SELECT count(*) FROM windows").await, 1);
        // Long after; the window's row is kept from the sweep for this story.
        world.wait(Duration::from_hours(24 * 91));
        ignore_references(&mut raw).await;
        world.lockers.erase_due().await.unwrap();
        assert_eq!(raw.number("SELECT count(*) FROM windows").await, 0);
    }

    async fn what_is_proposed_is_checked_as_elsewhere(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        for (field, value) in [
            ("scope", json!([])), ("term", json!({"days": 2})), ("theme", json!("argot")), ("purpose", json!(" ")),
            ("organisation", json!("nonsense")), ("organisation", Value::Null),
        ] {
            let mut body = present(&ccas);
            body[field] = value;
            let answer = claire.client.post_json("/api/v1/windows", &body).await;
            assert_problem(&answer, 422, "bad-field", &body.to_string());
            assert_eq!(answer.json()["field"], field, "{body}");
        }
        // Nobody but an active aidant of that organisation, with a code of the last five minutes.
        let nadia = world.professional("nadia").await;
        assert_problem(&nadia.client.post_json("/api/v1/windows", &present(&ccas)).await, 404, "not-found", "of another place");
        assert_problem(&lucie.client.post_json("/api/v1/windows", &present(&ccas)).await, 404, "not-found", "a holder");
        let paul = world.professional("paul").await;
        let maison = world.organisation("Maison", &paul, Roles::Referent).await;
        assert_problem(&paul.client.post_json("/api/v1/windows", &present(&maison)).await, 404, "not-found", "helps nobody");
        world.wait(Duration::from_mins(6));
        assert_problem(&claire.client.post_json("/api/v1/windows", &present(&ccas)).await, 403, "second-factor", "six minutes old");
    }
}
