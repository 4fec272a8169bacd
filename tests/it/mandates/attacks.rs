//! Who would take more than the holder gave: an aidant with a mandate, one whose mandate is over, somebody who writes SQL.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use super::visits::helped;
use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World, proposal};

on_both_pairs! {
    /// Somebody may write SQL, and has an account and a mandate of their own.
    async fn rows_that_sql_has_changed_let_nobody_in(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let paul = world.professional("paul").await;
        world.organisation("Maison", &paul, Roles::Both).await;
        let visit = mandate.visit(&claire.client).await;
        let mut raw = world.raw().await;
        let id = raw.id(&mandate.id);
        let row = format!("WHERE mandate_id = {id}");
        // More permissions, more time, another helper, another locker: the row is nobody's any more.
        let bits = if pair == Pair::Local { "substr(scopes, 1, 17) || x'1f'" } else { "substr(scopes, 1, 17) || '\\x1f'::bytea" };
        let scopes = raw.bytes(&format!("SELECT scopes FROM mandates {row}")).await;
        for change in [format!("scopes = CAST({bits} AS {})", if pair == Pair::Local { "BLOB" } else { "BYTEA" }), "ends_at = ends_at + 1".to_owned()] {
            assert_eq!(raw.run(&format!("UPDATE mandates SET {change} {row}")).await.unwrap(), 1);
            assert_problem(&visit.content(&paper).await, 404, "not-found", &change);
            assert_problem(&visit.get("/documents").await, 404, "not-found", &change);
        }
        let hex = data_encoding::HEXLOWER.encode(&scopes[0]);
        let whole = if pair == Pair::Local { format!("x'{hex}'") } else { format!("'\\x{hex}'::bytea") };
        raw.run(&format!("UPDATE mandates SET scopes = {whole}, ends_at = ends_at - 1 {row}")).await.unwrap();
        visit.get("/documents").await.expect(200);
        lucie.stop(&mandate).await;
        raw.run(&format!("UPDATE mandates SET ended_at = NULL {row}")).await.unwrap();
        assert_problem(&visit.get("/documents").await, 404, "not-found", "its end undone");
        // A visit that SQL makes last, or gives to somebody else.
        let other = lucie.let_help(&claire.client, json!({
            "organisation": claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"], "theme": "logement", "purpose": "x",
            "scope": [{"category": "logement", "permissions": ["list"]}], "term": {"days": 1},
        })).await;
        let visit = other.visit(&claire.client).await;
        let own = raw.id(&visit.id);
        raw.run(&format!("UPDATE visits SET until = until + 1 WHERE visit_id = {own}")).await.unwrap();
        assert_problem(&visit.get("/documents").await, 403, "not-allowed", "a visit that is not ours");
    }

    /// A helper whose mandate is over knocks without end: the holder's journal does not fill up.
    async fn knocking_does_not_fill_the_holders_journal(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list"])).await;
        let visit = mandate.visit(&claire.client).await;
        lucie.stop(&mandate).await;
        let mut last = 404;
        for _ in 0..310 {
            last = visit.get("/documents").await.status.as_u16();
        }
        assert_eq!(last, 404);
        let lines = lucie.journal().await.len();
        assert!(lines < 50, "thirty an hour: {lines}");
        for _ in 0..30 {
            last = visit.get("/documents").await.status.as_u16();
        }
        assert_eq!(last, 429);
        lucie.get("/documents").await.expect(200);
    }

    /// Revoking and reading at the same time, many times: no reading has its line after the end of the mandate.
    async fn no_reading_stands_after_the_end(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, first) = helped(&world, &json!(["list", "read"])).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let organisation = claire.client.get("/api/v1/me").await.json()["memberships"][0]["organisation"].clone();
        lucie.stop(&first).await;
        for _ in 0..15 {
            let mut body = proposal("", None);
            body["organisation"] = organisation.clone();
            body["scope"][0]["permissions"] = json!(["list", "read"]);
            let mandate = lucie.let_help(&claire.client, body).await;
            let visit = mandate.visit(&claire.client).await;
            let read = async {
                let mut statuses = Vec::new();
                for _ in 0..6 {
                    statuses.push(visit.content(&paper).await.status.as_u16());
                }
                statuses
            };
            let (statuses, ()) = tokio::join!(read, lucie.stop(&mandate));
            let first_no = statuses.iter().position(|status| *status != 200).unwrap_or(statuses.len());
            assert!(statuses[first_no..].iter().all(|status| *status == 404), "{statuses:?}");
            let lines = lucie.journal().await;
            let end = lines.iter().position(|l| l["action"] == "mandate.revoke" && l["object"]["id"] == mandate.id).unwrap();
            let after: Vec<_> = lines[end..].iter().filter(|l| l["action"] == "content.read" && l["outcome"]["kind"] == "done").collect();
            assert!(after.is_empty(), "{after:?}");
        }
    }

    /// A helper reads a long paper slowly. The holder stops the help, or the referent the helper: the reading stops soon, and the
    /// journal says why.
    async fn a_long_reading_stops_after_the_end(pair) {
        const MIB: usize = 1024 * 1024;
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Referent).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let id = lucie.deposit("Long", "logement.bail", &vec![b'x'; 100 * MIB]).await;
        for (how, reason) in [("suspended", "not_a_member"), ("stopped", "mandate_over")] {
            let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
            let visit = mandate.visit(&nadia.client).await;
            let path = format!("/documents/{id}/content");
            let mut reading = visit.request(reqwest::Method::GET, &path).send().await.unwrap();
            assert_eq!(reading.status(), 200);
            let mut got = 0;
            while got < MIB {
                got += reading.chunk().await.unwrap().unwrap().len();
            }
            let before = noted(&world).await;
            if how == "stopped" {
                lucie.stop(&mandate).await;
            } else {
                claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
            }
            // What the last look that still said yes had counted: none says yes after the end.
            let noted = before.max(noted(&world).await);
            let broken = loop {
                match reading.chunk().await {
                    Ok(Some(piece)) => got += piece.len(),
                    Ok(None) => break false,
                    Err(_) => break true,
                }
            };
            assert!(broken, "{how}: the whole of it came");
            world.settle().await;
            let lines = lucie.journal().await;
            let read = lines.iter().rfind(|l| l["action"] == "content.read").unwrap();
            let closing = lines.iter().find(|l| l["closes"] == read["seq"]).unwrap();
            assert_eq!(closing["outcome"]["reason"], reason, "{how}");
            // By what the server itself says: 16 MiB since that look, and the piece that passes them (at most 1 MiB). No buffer counts in it.
            let sent = closing["bytes"].as_u64().unwrap();
            assert!(sent <= noted + 17 * MIB as u64, "{how}: {sent} sent, of which {noted} were noted at the end");
            assert!(got as u64 <= sent, "{how}: {got} came of {sent}");
            claire.client.post(&ccas.member(&member, "/resume")).await;
        }
    }

    /// A long deposit of a helper is decided on again and again, and enters.
    async fn a_long_deposit_enters(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let metadata = json!({"title": "Dossier", "kind": "logement.bail"});
        let content = vec![b'x'; 40 * 1024 * 1024];
        let made = visit.deposit(&metadata, &content).await.expect(201).json();
        assert_eq!(lucie.content(made["id"].as_str().unwrap()).await.expect(200).body.len(), content.len());
    }

    /// A telephone shows a long paper by asking for pieces of it: one reading, one line, which says how much went out. The pieces of
    /// another visit are another, under the same mandate too.
    async fn the_ranges_of_a_visit_are_one_reading(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "read"])).await;
        let content: Vec<u8> = (0_u8..26).map(|n| b'a' + n).cycle().take(200_000).collect();
        let paper = lucie.deposit("Bail", "logement.bail", &content).await;
        for _ in 0..2 {
            let visit = mandate.visit(&claire.client).await;
            for (from, to) in [(0, 9), (100_000, 149_999), (10, 19)] {
                let path = format!("/documents/{paper}/content");
                let piece = visit.request(reqwest::Method::GET, &path).header("range", format!("bytes={from}-{to}"));
                assert_eq!(claire.client.send(piece).await.expect(206).body, content[from..=to]);
                // The piece is noted at rest before the next one is asked for.
                world.settle().await;
            }
        }
        world.wait(Duration::from_mins(2));
        assert_eq!(world.lockers.close_stale(false).await.unwrap(), 2);
        let lines = lucie.journal().await;
        let of = |action: &str| lines.iter().filter(|line| line["action"] == action).collect::<Vec<_>>();
        assert_eq!(of("content.read").len(), 2, "{lines:#?}");
        let sent: Vec<_> = of("access.close").iter().map(|line| line["bytes"].as_u64().unwrap()).collect();
        assert_eq!(sent, [50_020, 50_020]);
        // What was at rest opens nothing once the help is over.
        let visit = mandate.visit(&claire.client).await;
        let piece = || visit.request(reqwest::Method::GET, &format!("/documents/{paper}/content")).header("range", "bytes=0-1");
        claire.client.send(piece()).await.expect(206);
        lucie.stop(&mandate).await;
        assert_problem(&claire.client.send(piece()).await, 404, "not-found", "after the end");
    }

    /// None of them stands under a mandate that is over.
    async fn ranges_stand_under_their_own_mandate(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let ahmed = world.sign_in("holder", "ahmed").await;
        let paper = lucie.deposit("Bail", "logement.bail", b"un bail").await;
        let mut mandates = Vec::new();
        for _ in 0..2 {
            let mandate = lucie.let_help(&ahmed, proposal("", None)).await;
            let visit = mandate.visit(&ahmed).await;
            let range = visit.request(reqwest::Method::GET, &format!("/documents/{paper}/content")).header("range", "bytes=0-1");
            ahmed.send(range).await.expect(206);
            lucie.stop(&mandate).await;
            mandates.push(mandate.id);
        }
        let lines = lucie.journal().await;
        let under: Vec<_> = lines.iter().filter(|l| l["action"] == "content.read").map(|l| l["helper"]["mandate"].as_str().unwrap()).collect();
        assert_eq!(under, mandates);
    }

    /// One visit at a time, however often somebody begins one.
    async fn a_new_visit_ends_the_one_before(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, mandate) = helped(&world, &json!(["list"])).await;
        let first = mandate.visit(&claire.client).await;
        let second = mandate.visit(&claire.client).await;
        assert_problem(&first.get("/documents").await, 403, "not-allowed", "another has begun");
        second.get("/documents").await.expect(200);
    }

    /// A helper's deposit streams while the holder stops the help: it does not enter.
    async fn a_deposit_under_way_does_not_enter_after_the_end(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, mandate) = helped(&world, &json!(["list", "deposit"])).await;
        let visit = mandate.visit(&claire.client).await;
        let metadata = json!({"title": "Quittance", "kind": "logement.quittance_loyer"});
        let (send, rest) = tokio::sync::mpsc::channel::<Result<Vec<u8>, std::io::Error>>(4);
        let body = reqwest::Body::wrap_stream(from_channel(rest));
        let file = reqwest::multipart::Part::stream(body).file_name("quittance.txt");
        let form = reqwest::multipart::Form::new().text("metadata", metadata.to_string()).part("file", file);
        let request = visit.request(reqwest::Method::POST, "/documents").multipart(form).send();
        let feeding = async {
            send.send(Ok(vec![b'x'; 200_000])).await.unwrap();
            // Its beginning is in the journal before the end of the help is.
            for _ in 0..200 {
                if lucie.trail().await.iter().any(|line| line == "document.deposit_begin done") {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
            lucie.stop(&mandate).await;
            send.send(Ok(vec![b'y'; 200_000])).await.unwrap();
            drop(send);
        };
        let (answer, ()) = tokio::join!(request, feeding);
        assert_eq!(answer.unwrap().status(), 404);
        let list = lucie.get("/documents").await.expect(200).json();
        assert_eq!(list["items"], json!([]));
        let trail = lucie.trail().await;
        assert!(trail.contains(&"document.deposit_begin done".to_owned()), "{trail:?}");
        assert!(trail.contains(&"access.close ended:mandate_over".to_owned()), "{trail:?}");
    }
}

/// The bytes that the one reading under way is noted to have moved, 0 if there is none.
pub async fn noted(world: &World) -> u64 {
    let bytes = world.raw().await.number("SELECT COALESCE(MAX(bytes), 0) FROM under_way").await;
    u64::try_from(bytes).unwrap()
}

/// What comes through a channel, as a stream.
pub fn from_channel<T: Send + 'static>(
    rest: tokio::sync::mpsc::Receiver<T>,
) -> impl futures_util::Stream<Item = T> + Send {
    futures_util::stream::unfold(rest, |mut rest| async move { rest.recv().await.map(|item| (item, rest)) })
}
