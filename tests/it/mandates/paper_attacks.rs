//! Who would begin help that nobody agreed to, by a forged or a swapped sheet: an aidant alone, two who are not two, somebody who
//! writes SQL, a thief of the database.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::{Value, json};

use super::paper::three;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, Sheet, World, jpeg, on_paper};

on_both_pairs! {
    /// A rogue aidant has the holder's code and a forged signature. What they lack is a second person.
    async fn an_aidant_alone_confirms_nothing(pair) {
        let world = World::new(pair).await;
        let (lucie, lease, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"une fausse signature")).await.expect(204);
        assert_problem(&sheet.confirm(&nadia.client).await, 403, "second-person", "the proposer");
        assert_problem(&nadia.client.get(&sheet.path("/content")).await, 403, "second-person", "nor looks as one");
        let refused = lucie.journal().await.into_iter().find(|line| line["action"] == "sheet.confirm").unwrap();
        assert_eq!(refused["outcome"], json!({"kind": "refused", "reason": "second_person"}), "she sees the attempt");
        // A colleague of another organisation, and one who is nobody's.
        let paul = world.professional("paul").await;
        let maison = world.organisation("Maison", &paul, Roles::Both).await;
        let evidence = sheet.seen_by(&claire.client).await["sent"]["evidence"].clone();
        let told = json!({"accepts": evidence, "family_name": "Roux"});
        for path in [sheet.path("/confirm"), maison.path(&format!("/sheets/{}/confirm", sheet.id))] {
            assert_problem(&paul.client.post_json(&path, &told).await, 404, "not-found", "another organisation");
        }
        assert_problem(&paul.client.get(&sheet.path("/content")).await, 404, "not-found", "and sees nothing");
        assert_problem(&sheet.send_as(&paul.client, jpeg(b"x")).await, 404, "not-found", "and sends nothing");
        assert_problem(&sheet.send_as(&claire.client, jpeg(b"x")).await, 403, "not-allowed", "nor does a colleague for her");
        // A colleague who is suspended.
        let ines = world.professional("ines").await;
        let member = world.hire(&ccas, &claire, &ines).await;
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_problem(&ines.client.post_json(&sheet.path("/confirm"), &told).await, 404, "not-found", "suspended");
        // A relative's session, or the holder's own.
        let ahmed = world.sign_in("holder", "ahmed").await;
        assert_problem(&ahmed.post_json(&sheet.path("/confirm"), &told).await, 404, "not-found", "a stranger");
        assert_problem(&lucie.client.post_json(&sheet.path("/confirm"), &told).await, 404, "not-found", "the holder has other ways");
        let journal = lucie.journal().await;
        assert!(journal.iter().any(|line| line["outcome"]["reason"] == "not_a_member"), "a member who is none is told of");
        // A fresh code is needed for each.
        world.wait(Duration::from_mins(6));
        assert_problem(&claire.client.post_json(&sheet.path("/confirm"), &told).await, 403, "second-factor", "a code of six minutes ago");
        assert_problem(&claire.client.get(&sheet.path("/content")).await, 403, "second-factor", "to look too");
        claire.pass().await.expect(204);
        // Another photo than the one that was looked at; another person's sheet; then the right one.
        nadia.pass().await.expect(204);
        sheet.send(jpeg(b"une autre")).await.expect(204);
        assert_problem(&claire.client.post_json(&sheet.path("/confirm"), &told).await, 422, "bad-field", "it was swapped meanwhile");
        for name in ["", "Benali", "Rou"] {
            assert_problem(&sheet.confirm_named(&claire.client, name).await, 422, "wrong-holder", name);
        }
        let reasons: Vec<Value> = lucie.journal().await.iter().filter(|l| l["action"] == "sheet.confirm").map(|l| l["outcome"]["reason"].clone()).collect();
        assert!(reasons.contains(&json!("wrong_holder")) && reasons.contains(&json!("bad_field")), "{reasons:?}");
        assert_problem(&sheet.mandate(&lucie).ask_visit(&nadia.client).await, 404, "not-found", "nothing has begun");
        sheet.confirm_named(&claire.client, " ROUX ").await.expect(204);
        assert_problem(&sheet.confirm(&claire.client).await, 404, "not-found", "twice");
        let visit = sheet.mandate(&lucie).visit(&nadia.client).await;
        visit.content(&lease).await.expect(200);
    }

    async fn a_proposer_who_is_suspended_meanwhile_gets_nothing(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        let members = claire.client.get(&ccas.path("")).await.expect(200).json();
        let own = |m: &&Value| m["name"].as_str().is_some_and(|name| name.starts_with("Nadia"));
        let member = members["members"].as_array().unwrap().iter().find(own).unwrap()["id"].as_str().unwrap().to_owned();
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_problem(&sheet.confirm(&claire.client).await, 404, "not-found", "who would help gives no rights");
        assert_problem(&sheet.send(jpeg(b"y")).await, 404, "not-found", "nor sends another");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
        // The locker is closed: nothing begins in it. It is taken back all the same.
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_problem(&sheet.confirm(&claire.client).await, 409, "locker-closed", "closed");
        claire.client.post(&sheet.path("/refuse")).await.expect(204);
    }

    /// Somebody writes SQL. They have an account in the organisation, and rows of their own to copy.
    async fn rows_that_sql_has_changed_are_not_believed(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let ahmed = world.holder("ahmed").await;
        let mine = Sheet::propose(&nadia.client, &ccas, &on_paper(&ahmed.paper_code().await, &ccas)).await;
        mine.send(jpeg(b"signe Ahmed")).await.expect(204);
        let hers = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        hers.send(jpeg(b"signe Lucie")).await.expect(204);
        let mut raw = world.raw().await;
        let (from, to) = (raw.id(&mine.id), raw.id(&hers.id));
        // The photo of one under the other's name: it does not open there.
        raw.run("CREATE TABLE kept AS SELECT * FROM sheets").await.unwrap();
        let swap = format!("UPDATE sheets SET content = (SELECT content FROM kept WHERE mandate_id = {from}) WHERE mandate_id = {to}");
        assert_eq!(raw.run(&swap).await.unwrap(), 1);
        assert_problem(&claire.client.get(&hers.path("/content")).await, 500, "damaged", "swapped content");
        assert_problem(&hers.confirm(&claire.client).await, 500, "damaged", "and nothing begins by it");
        let both = format!(
            "UPDATE sheets SET content = (SELECT content FROM kept WHERE mandate_id = {from}), details = (SELECT details FROM kept WHERE mandate_id = {from}) WHERE mandate_id = {to}"
        );
        raw.run(&both).await.unwrap();
        assert_problem(&claire.client.get(&hers.path("/content")).await, 500, "damaged", "with its description");
        let back = format!(
            "UPDATE sheets SET content = (SELECT content FROM kept WHERE mandate_id = {to}), details = (SELECT details FROM kept WHERE mandate_id = {to}) WHERE mandate_id = {to}"
        );
        raw.run(&back).await.unwrap();
        // How often it was sent, how long it waits: the row is nobody's any more.
        raw.run(&format!("UPDATE sheets SET times = 0 WHERE mandate_id = {to}")).await.unwrap();
        assert_problem(&claire.client.get(&hers.path("/content")).await, 409, "no-sheet", "a changed row");
        raw.run(&format!("UPDATE sheets SET times = 1 WHERE mandate_id = {to}")).await.unwrap();
        // An ordinary proposal made one on paper, and the other way round.
        raw.run(&format!("UPDATE proposals SET basis = 0 WHERE mandate_id = {to}")).await.unwrap();
        assert_problem(&hers.confirm(&claire.client).await, 404, "not-found", "no longer on paper");
        assert_eq!(lucie.get("/mandates").await.json()["proposals"], json!([]), "nor to be answered here");
        raw.run(&format!("UPDATE proposals SET basis = 1 WHERE mandate_id = {to}")).await.unwrap();
        raw.run("UPDATE help_codes SET kind = 2").await.unwrap();
        hers.confirm(&claire.client).await.expect(204);
        // A shown code that SQL calls one for paper.
        let code = lucie.help_code().await;
        raw.run("UPDATE help_codes SET kind = 2").await.unwrap();
        let forged = nadia.client.post_json("/api/v1/mandates", &on_paper(&code, &ccas)).await;
        assert_problem(&forged, 422, "wrong-code", "a code whose kind was changed");
        // Confirmed by SQL: the mark's end is in the proof. The row is not believed at all.
        let sheet = lucie.path(&format!("/mandates/{}/sheet", hers.id));
        let photo = lucie.client.get(&sheet).await.expect(200).body;
        raw.run(&format!("UPDATE mandates SET acknowledged_at = begins_at WHERE mandate_id = {to}")).await.unwrap();
        assert_problem(&hers.mandate(&lucie).ask_visit(&nadia.client).await, 404, "not-found", "a forged confirmation");
        raw.run(&format!("UPDATE mandates SET acknowledged_at = NULL WHERE mandate_id = {to}")).await.unwrap();
        hers.mandate(&lucie).visit(&nadia.client).await;
        // The photo from before it was kept, put back: it is sealed under another key, and the row's proof is of another state.
        raw.run(&format!("UPDATE sheets SET content = (SELECT content FROM kept WHERE mandate_id = {to}) WHERE mandate_id = {to}")).await.unwrap();
        assert_problem(&lucie.client.get(&sheet).await, 500, "damaged", "an older photo");
        assert!(photo.ends_with(b"signe Lucie"));
    }

    /// A thief has the whole database. Erasing the locker leaves nothing of it.
    async fn a_dump_says_nothing_of_a_sheet_and_erasing_leaves_none(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let words = b"une signature que personne ne doit lire".as_slice();
        let looks = |dump: &[u8]| {
            let text: String = dump.iter().map(|b| char::from(*b)).collect();
            let base64 = data_encoding::BASE64.encode(words);
            [String::from_utf8_lossy(words).into_owned(), data_encoding::HEXLOWER.encode(words), base64[4..40].to_owned(), "Fatou D.".to_owned()]
                .into_iter().find(|guise| text.contains(guise.as_str()))
        };
        let mut raw = world.raw().await;
        let waiting = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        waiting.send(jpeg(words)).await.expect(204);
        assert_eq!(looks(&raw.dump().await), None, "while it waits");
        waiting.confirm(&claire.client).await.expect(204);
        assert_eq!(looks(&raw.dump().await), None, "and once it is kept");
        let other = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        other.send(jpeg(words)).await.expect(204);
        lucie.paper_code().await;
        assert_eq!((raw.count("sheets").await, raw.count("help_codes").await), (2, 1));
        let lucie = world.holder("lucie").await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(Duration::from_hours(24 * 100));
        world.lockers.erase_due().await.unwrap();
        assert_eq!((raw.count("sheets").await, raw.count("proposals").await, raw.count("help_codes").await), (0, 0, 0));
    }
}
