//! What the operator looks at by a command is written down too, in the service's own journal (M3).

use consigne::domain::entry::{Action, Actor, Ground, Object, Outcome};
use consigne::domain::organisation::Roles;
use consigne::journal::canonical::decode;

use crate::on_both_pairs;
use crate::rotation::{command, succeeds};
use crate::world::{Pair, World};

on_both_pairs! {
    async fn each_look_by_a_command_is_a_line(pair) {
        let world = World::new(pair).await;
        let claire = world.professional("claire").await;
        world.organisation("CCAS", &claire, Roles::Referent).await;
        let mut raw = world.raw().await;
        let service = "SELECT b.entry FROM bodies b JOIN chains c ON c.chain_id = b.chain_id WHERE c.kind = 1 ORDER BY b.seq";
        for (arguments, action) in [
            (["journal", "verify"], Action::VerifyJournal), (["keys", "list"], Action::ListKeys),
            (["organisation", "list"], Action::ListOrganisations),
        ] {
            let before = raw.bytes(service).await.len();
            for times in 1..=2 {
                succeeds(command(&world, &arguments).output().unwrap());
                let lines: Vec<_> = raw.bytes(service).await[before..].iter().map(|entry| decode(entry).unwrap().line).collect();
                let looks: Vec<_> = lines.iter().filter(|line| line.action == action).collect();
                assert_eq!(looks.len(), times, "{action:?}: {lines:?}");
                let line = looks[times - 1];
                assert_eq!((line.actor, line.object, line.outcome), (Actor::Operator, Object::None, Outcome::Done), "{line:?}");
                assert_eq!(line.ground, Ground::Maintenance, "{line:?}");
                if action == Action::ListOrganisations {
                    assert_eq!(line.count, Some(1), "how many were shown");
                }
            }
        }
    }
}
