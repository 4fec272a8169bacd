//! A page of another site leads a browser to an address that makes a paper: nothing is made, and no line is written, before the person says so.

use consigne::domain::organisation::Roles;
use reqwest::Method;

use crate::attacks::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Client, Pair, World, proposal};

/// Opens an address as a browser does that a page led there.
async fn led_by(client: &Client, from: &str, path: &str, visit: Option<&str>) -> crate::world::Answer {
    let mut request = client.request(Method::GET, path).header("accept", "text/html").header("sec-fetch-site", from);
    if let Some(visit) = visit {
        request = request.header("consigne-visit", visit);
    }
    client.send(request).await
}

on_both_pairs! {
    async fn a_link_of_another_site_makes_no_paper(pair) {
        let world = World::new(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let mandate = lucie.let_help(&claire.client, proposal("", Some(&ccas))).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let visit = mandate.visit(&claire.client).await;
        let own = [
            format!("/papiers/{paper}/recu"),
            "/consigne/recu".to_owned(),
            format!("/aide/{}/attestation", mandate.id),
        ];
        let helped = [
            format!("/visite/{}/{}/attestation", lucie.locker, visit.id),
            format!("/visite/{}/{}/papiers/{paper}/recu", lucie.locker, visit.id),
        ];
        let all = own.iter().map(|path| (&lucie.client, path)).chain(helped.iter().map(|path| (&claire.client, path)));
        let before = lucie.trail().await.len();
        for (client, path) in all.clone() {
            for from in ["cross-site", "same-site", "what is that"] {
                let answer = led_by(client, from, path, None).await;
                let text = answer.text();
                assert_eq!(answer.status.as_u16(), 403, "{path} from {from}");
                assert!(text.contains("Rien n’est fait encore") && text.contains(&format!("href=\"{path}\"")), "{path}: {text}");
            }
        }
        let api = [format!("/documents/{paper}/receipt"), "/receipt".to_owned(), format!("/mandates/{}/attestation", mandate.id)];
        for path in &api {
            let answer = led_by(&lucie.client, "cross-site", &lucie.path(path), None).await;
            assert_problem(&answer, 403, "wrong-origin", path);
        }
        let made = |line: &String| ["mandate.attest", "document.receipt", "locker.receipt"].iter().any(|one| line.starts_with(one));
        let lines = lucie.trail().await;
        assert!(!lines[before..].iter().any(made), "no line: {lines:?}");
        // From here, or by hand, it is made.
        for (client, path) in all {
            for from in ["same-origin", "none"] {
                let answer = led_by(client, from, path, None).await;
                assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/pdf"), "{path}");
            }
        }
        assert_eq!(lucie.trail().await[before..].iter().filter(|line| made(line)).count(), 10);
    }
}
