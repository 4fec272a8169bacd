//! Who would find out by trying whose code they have: they type one family name after the other.

use std::time::Duration;

use serde_json::{Value, json};

use super::paper::three;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Holder, Pair, Sheet, World, jpeg, on_paper};

const NAMES: [&str; 5] = ["Martin", "Bernard", "Moreau", "Durand", "Leroy"];

/// What the holder's journal says of the names typed.
async fn typed(lucie: &Holder) -> Vec<Value> {
    let lines = lucie.journal().await;
    let about = |line: &&Value| line["action"] == "sheet.confirm" || line["action"] == "sheet.spoil";
    lines.iter().filter(about).map(|line| json!([line["action"], line["outcome"]])).collect()
}

on_both_pairs! {
    /// Two colleagues take turns, and have made so many refusals before that the journal takes no more of them.
    async fn five_wrong_names_and_the_sheet_is_over(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let ines = world.professional("ines").await;
        world.hire(&ccas, &claire, &ines).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        let unread = json!({"accepts": "nonsense", "family_name": "Roux"});
        for _ in 0..31 {
            claire.client.post_json(&sheet.path("/confirm"), &unread).await;
        }
        let before = typed(&lucie).await.len();
        for (name, who) in NAMES.into_iter().zip([&claire, &ines, &claire, &ines, &claire]) {
            assert_problem(&sheet.confirm_named(&who.client, name).await, 422, "wrong-holder", name);
        }
        assert_problem(&sheet.confirm_named(&ines.client, "Roux").await, 404, "not-found", "the right one, too late");
        assert_eq!(sheet.seen_by(&claire.client).await, Value::Null, "it waits no more");
        let mut raw = world.raw().await;
        assert_eq!((raw.count("sheets").await, raw.count("proposals").await), (0, 0), "nor does its photo");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
        let wrong = json!(["sheet.confirm", {"kind": "refused", "reason": "wrong_holder"}]);
        let mut told = vec![wrong; 5];
        told.push(json!(["sheet.spoil", {"kind": "done"}]));
        assert_eq!(typed(&lucie).await[before..], told);
        let line = lucie.journal().await.into_iter().find(|line| line["action"] == "sheet.spoil").unwrap();
        let sentence = line["sentence"].as_str().unwrap();
        assert!(sentence.contains("Claire MOREL") && sentence.contains("cinquième"), "{line}");
    }

    /// Nadia proposes until in two minutes' time, so that nothing can begin, and tries whose code she has: a right name is told as a wrong
    /// one is, and each is a line.
    async fn an_offer_that_is_over_tells_no_name(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let mut body = on_paper(&lucie.paper_code().await, &ccas);
        let until = consigne::domain::source::Timestamp::from_micros(world.source.now().micros() + 120_000_000);
        body["term"] = json!({"until": until.rfc3339()});
        let sheet = Sheet::propose(&nadia.client, &ccas, &body).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        world.wait(Duration::from_mins(3));
        let before = typed(&lucie).await.len();
        for name in ["Martin", "Roux", "Roux"] {
            assert_problem(&sheet.confirm_named(&claire.client, name).await, 404, "not-found", name);
        }
        let over = json!(["sheet.confirm", {"kind": "refused", "reason": "mandate_over"}]);
        assert_eq!(typed(&lucie).await[before..], vec![over; 3]);
    }

    /// A thief of the database's password puts the offer and its photo back: the journal says that it is over.
    async fn a_sheet_that_is_put_back_stays_over(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        let mut raw = world.raw().await;
        for table in ["sheets", "proposals"] {
            raw.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await.unwrap();
        }
        for name in NAMES {
            assert_problem(&sheet.confirm_named(&claire.client, name).await, 422, "wrong-holder", name);
        }
        for table in ["sheets", "proposals"] {
            raw.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await.unwrap();
        }
        let answer = sheet.confirm_named(&claire.client, "Roux").await;
        assert_problem(&answer, 404, "not-found", "put back");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
    }

    /// Many type at once: no more names are compared than one after the other.
    async fn those_who_type_at_once_have_no_more_tries(pair) {
        let world = World::new(pair).await;
        let (lucie, _, claire, nadia, ccas) = three(&world).await;
        let sheet = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        sheet.send(jpeg(b"x")).await.expect(204);
        let evidence = sheet.seen_by(&claire.client).await["sent"]["evidence"].clone();
        let (path, told) = (sheet.path("/confirm"), json!({"accepts": evidence, "family_name": "Martin"}));
        let all = (0..16).map(|_| claire.client.post_json(&path, &told));
        let answers = futures_util::future::join_all(all).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 5, "{statuses:?}");
        let wrong = typed(&lucie).await.iter().filter(|line| line[1]["reason"] == "wrong_holder").count();
        assert_eq!(wrong, 5);
        // Another sheet has its own tries.
        world.wait(Duration::from_secs(1));
        let again = Sheet::propose(&nadia.client, &ccas, &on_paper(&lucie.paper_code().await, &ccas)).await;
        again.send(jpeg(b"y")).await.expect(204);
        again.confirm(&claire.client).await.expect(204);
    }
}
