//! Many writers at once: commits may be shared, none is lost, none hangs, a writer who goes away in the middle leaves nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use consigne::access::Door;
use consigne::app::{deployment_of, verify};
use consigne::domain::entry::{Action, Actor, Ground, Line, Object, Outcome};
use consigne::domain::ids::RequestId;

use crate::on_both_pairs;
use crate::world::{Pair, World};

fn line(world: &World) -> Line {
    let request = RequestId::draw(&world.source);
    Line::new(Actor::Operator, Ground::Maintenance, Action::Migrate, Object::None, Outcome::Done, request)
}

on_both_pairs! {
    async fn a_hundred_writers_and_half_of_them_leave_in_the_middle(pair) {
        let world = World::new(pair).await;
        let door = Door::for_notes(world.db.clone(), deployment_of(&world.db).await.unwrap());
        let before = verify::journals(&world.config).await.unwrap().entries;
        let acknowledged = Arc::new(AtomicU64::new(0));
        let mut writers = Vec::new();
        for number in 0..100_u64 {
            let (door, line, acknowledged) = (door.clone(), line(&world), Arc::clone(&acknowledged));
            writers.push(tokio::spawn(async move {
                let write = door.note(line);
                // Every other one gives up after a moment: before its turn, in it, or while its commit is shared.
                let patience = if number % 2 == 0 { Duration::from_secs(30) } else { Duration::from_micros(number * 40) };
                if let Ok(written) = tokio::time::timeout(patience, write).await {
                    written.unwrap();
                    acknowledged.fetch_add(1, Ordering::SeqCst);
                }
            }));
        }
        for writer in writers {
            tokio::time::timeout(Duration::from_secs(30), writer).await.expect("nobody hangs").unwrap();
        }
        door.note(line(&world)).await.unwrap();
        let acknowledged = acknowledged.load(Ordering::SeqCst) + 1;
        let report = verify::journals(&world.config).await.unwrap();
        assert!(report.breaks.is_empty(), "{:?}", report.breaks);
        // The check itself wrote one line before this one.
        let written = report.entries - before - 1;
        assert!(acknowledged >= 50 && written >= acknowledged && written <= 101, "{acknowledged} of {written}");
    }

    async fn every_statement_prepares(pair) {
        let world = World::new(pair).await;
        world.db.check_statements().await.unwrap();
        assert!(consigne::store::statements().count() > 40);
    }

    async fn time_in_a_journal_never_goes_back(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        lucie.get("").await.expect(200);
        // The clock of the machine is set an hour back: entries keep the order of their chain.
        let back = consigne::domain::source::Source::with_manual_clock(world.source.now().minus(Duration::from_secs(3600)));
        let opened = consigne::app::open(
            &world.config, &back, consigne::locker::Limits::default(), consigne::locker::Issuers::default(), true,
        ).await.unwrap();
        opened.lockers.door().note(line(&world)).await.unwrap();
        lucie.get("").await.expect(200);
        opened.db.close().await;
        assert!(verify::journals(&world.config).await.unwrap().breaks.is_empty());
    }
}
