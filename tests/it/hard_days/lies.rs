//! The checker can fail: each lie that is planted is told.

use std::sync::Arc;

use consigne::domain::entry::Action;
use consigne::domain::source::Source;
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;

use super::checker::Checker;
use super::model::{Change, Paper, State, Unanswered};
use super::people::{BRAND, Person};
use super::round::{gather, look};
use super::within::Within;
use super::{Done, Ground};
use crate::world::{Pair, Raw, Sql};
use crate::{on_a_world, on_both_pairs};

/// Nothing strikes.
struct Calm {
    within: Within,
}

impl Ground for Calm {
    async fn rise(&mut self, _: &mut ChaCha20Rng) {}
    async fn strike(&mut self, _: &mut ChaCha20Rng, _: &Done) -> String {
        String::new()
    }
    async fn recover(&mut self) {}
    on_a_world!();
}

/// What the checker says after a lie, and nothing before.
async fn after(pair: Pair, lie: impl AsyncFn(&mut Raw, &mut Person)) -> String {
    let mut ground = Calm { within: Within::new(pair, |_| {}).await };
    let (mut people, mut checker) = (gather(&ground, &["lucie"]).await, Checker::default());
    people[0].live(&mut ChaCha20Rng::seed_from_u64(7), 12).await;
    assert_eq!(look(&mut ground, &mut checker, &mut people).await, Vec::<String>::new());
    assert!(people[0].papers.iter().any(|paper| paper.known().is_some()), "there is something to lie about");
    people[0].come_in().await;
    let mut raw = ground.raw().await;
    lie(&mut raw, &mut people[0]).await;
    look(&mut ground, &mut checker, &mut people).await.join("\n")
}

fn some(person: &mut Person) -> &mut Paper {
    person.papers.iter_mut().find(|paper| paper.known().is_some_and(|state| !state.trashed)).unwrap()
}

fn made_up() -> Unanswered {
    let text = |what: &str| format!("{what} {BRAND}");
    let content = Arc::new(text("content").into_bytes());
    Unanswered { key: "made-up".to_owned(), onto: None, title: text("made up"), kind: "banque.rib".to_owned(), content }
}

/// Takes a trigger away, as whoever owns the database can.
async fn drop_trigger(raw: &mut Raw, name: &str, table: &str) {
    let sql = match raw.sql {
        Sql::Sqlite(_) => format!("DROP TRIGGER {name}"),
        Sql::Postgres(_) => format!("ALTER TABLE {table} DISABLE TRIGGER ALL"),
    };
    raw.run(&sql).await.unwrap();
}

on_both_pairs! {
    async fn a_deposit_that_was_not_kept(pair) {
        let told = after(pair, async |_, person| {
            let sent = made_up();
            let id = sqlx::types::Uuid::from_bytes(Source::system().bytes()).to_string();
            let state = State { title: sent.title, kind: sent.kind, trashed: false, versions: vec![sent.content] };
            person.papers.push(Paper::new(id, state));
        }).await;
        assert!(told.contains("found None; it must be one of"), "{told}");
    }

    async fn a_paper_that_nobody_sent(pair) {
        let told = after(pair, async |_, person| {
            let at = person.papers.iter().position(|paper| paper.known().is_some()).unwrap();
            person.papers.remove(at);
        }).await;
        assert!(told.contains("nobody sent it") && told.contains("by the journal"), "{told}");
    }

    async fn a_change_that_was_not_kept(pair) {
        let told = after(pair, async |_, person| {
            let change = Change::Amend { title: "autre".to_owned(), kind: "banque.rib".to_owned() };
            some(person).done(&change).unwrap();
        }).await;
        assert!(told.contains("it must be one of"), "{told}");
    }

    async fn a_destroyed_paper_that_came_back(pair) {
        let told = after(pair, async |_, person| some(person).done(&Change::Destroy).unwrap()).await;
        assert!(told.contains("it must be one of [None]"), "{told}");
    }

    async fn other_bytes(pair) {
        let told = after(pair, async |_, person| {
            for state in some(person).worlds.iter_mut().flatten() {
                let last = state.versions.last_mut().unwrap();
                *last = Arc::new([last.as_slice(), b"!"].concat());
            }
        }).await;
        assert!(told.contains("it must be one of"), "{told}");
    }

    async fn a_line_that_was_not_written(pair) {
        let told = after(pair, async |_, person| person.expect_line(Action::Export, "", true)).await;
        assert!(told.contains("1 answered, 0 lines"), "{told}");
    }

    async fn a_line_that_went(pair) {
        let told = after(pair, async |raw, person| {
            let id = some(person).id.clone();
            person.holder.content(&id).await.expect(200);
            let chain = raw.id(&person.holder.locker);
            drop_trigger(raw, "bodies_no_delete", "bodies").await;
            let sql = format!("DELETE FROM bodies WHERE chain_id = {chain} AND seq = (SELECT seq FROM chains WHERE chain_id = {chain})");
            assert_eq!(raw.run(&sql).await.unwrap(), 1);
        }).await;
        assert!(told.contains("comes after line") && told.contains("the journal of locker"), "{told}");
    }

    async fn a_blob_that_went(pair) {
        let told = after(pair, async |raw, _| {
            let name = raw.blob_names().await.remove(0);
            raw.blobs.delete(&name).await.unwrap();
        }).await;
        assert!(told.contains("blobs lost: [\"") && told.contains("the control says"), "{told}");
    }

    async fn something_under_way_for_ever(pair) {
        let told = after(pair, async |raw, person| {
            let (locker, nil) = (raw.id(&person.holder.locker), raw.id("00000000-0000-0000-0000-000000000000"));
            let no = if pair == Pair::Local { "0" } else { "false" };
            let sql = format!(
                "INSERT INTO under_way (locker_id, seq, session_id, action, touched_at, bytes, resting) VALUES ({locker}, 1, {nil}, 30, {}, 0, {no})",
                i64::MAX
            );
            raw.run(&sql).await.unwrap();
        }).await;
        assert!(told.contains("1 things are under way for ever"), "{told}");
    }

    async fn a_title_in_clear(pair) {
        let told = after(pair, async |raw, _| {
            let details = raw.literal(BRAND.as_bytes());
            raw.run(&format!("UPDATE profiles SET details = {details}")).await.unwrap();
        }).await;
        assert!(told.contains("in clear: "), "{told}");
    }

    /// A key that says "replayed" of something that was not seen, or the other way round.
    async fn a_deposit_that_was_there_all_along(pair) {
        let told = after(pair, async |_, person| {
            let sent = made_up();
            person.holder.client.send(person.sending(&sent)).await.expect(201);
            person.unanswered.push(Unanswered { title: sent.title.clone(), ..sent.clone() });
            person.unanswered.push(sent);
        }).await;
        assert!(told.contains("deposited twice") || told.contains("replayed"), "{told}");
    }
}
