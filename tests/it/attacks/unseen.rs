//! Somebody with a stolen cookie, or on a shared device, tries to read without leaving a line; a stranger tries to be listened
//! to before anybody asks who they are.

use reqwest::Method;

use crate::on_both_pairs;
use crate::world::{Pair, World};

on_both_pairs! {
    /// They read again and again within the moment in which closings are gathered, hoping that one line will do for all.
    async fn every_whole_reading_has_a_line_of_its_own(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let id = victim.deposit("Un bail", "logement.bail", b"le bail").await;
        for _ in 0..20 {
            victim.content(&id).await.expect(200);
        }
        world.settle().await;
        let lines = victim.journal().await;
        let count = |action: &str| lines.iter().filter(|l| l["action"] == action).count();
        assert_eq!((count("content.read"), count("access.close")), (20, 20));
        assert!(lines.iter().filter(|l| l["action"] == "access.close").all(|l| l["bytes"] == 7));
    }

    /// They hide a whole download behind another one, which they drop.
    async fn a_reading_is_not_hidden_behind_another(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let content = b"le bail ".repeat(1 << 20);
        let id = victim.deposit("Un bail", "logement.bail", &content).await;
        let path = victim.path(&format!("/documents/{id}/content"));
        let decoy = victim.client.request(Method::GET, &path).send().await.unwrap();
        let ranged = victim.client.request(Method::GET, &path).header("range", "bytes=0-").send().await.unwrap();
        drop(decoy);
        assert_eq!(ranged.bytes().await.unwrap().len(), content.len());
        assert_eq!(victim.content(&id).await.expect(200).body.len(), content.len());
        // The decoy's task sees that its reader has left.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        world.settle().await;
        world.wait(std::time::Duration::from_secs(121));
        world.lockers.close_stale(false).await.unwrap();
        let lines = victim.journal().await;
        assert_eq!(lines.iter().filter(|l| l["action"] == "content.read").count(), 3, "one for each stream");
        let moved: u64 = lines.iter().filter(|l| l["action"] == "access.close").filter_map(|l| l["bytes"].as_u64()).sum();
        assert!(moved >= 2 * content.len() as u64, "{moved} bytes are told");
    }

    /// A stranger sends a body without end to a locker that is not theirs: the answer comes before the body does.
    async fn nobody_reads_what_a_stranger_sends(pair) {
        let world = World::new(pair).await;
        let victim = world.holder("lucie").await;
        let stranger = world.sign_in("holder", "ahmed").await;
        for (client, status) in [(&stranger, 404), (&world.anonymous(), 401)] {
            let endless = futures_util::stream::unfold(0_u32, |sent| async move {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                Some((Ok::<_, std::io::Error>(vec![b'x'; 1024]), sent + 1))
            });
            let request = client
                .request(Method::POST, &victim.path("/documents"))
                .header("content-type", "multipart/form-data; boundary=b")
                .body(reqwest::Body::wrap_stream(endless));
            let answer = tokio::time::timeout(std::time::Duration::from_secs(5), request.send()).await.expect("at once");
            assert_eq!(answer.unwrap().status().as_u16(), status);
        }
    }
}
