//! Who would get more out of a window than an answer: an aidant who holds the device and every cookie on it, somebody who has the
//! link, somebody who writes SQL.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use consigne::http::openapi::document;
use reqwest::Method;
use serde_json::{Value, json};

use super::windows::met;
use crate::attacks::tools::assert_problem;
use crate::entrance::{SESSION, through};
use crate::on_both_pairs;
use crate::world::{Pair, WINDOW, World, present, short};

const SIGN_IN: &str = "__Host-consigne-entree";

on_both_pairs! {
    /// The aidant keeps the window's cookie while the holder is still in it, and tries it on everything there is: as it is, as a
    /// session's, and with their own session beside it.
    async fn a_windows_cookie_opens_nothing_else(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let paper = lucie.deposit("Bail", "logement.bail", b"bail").await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let as_it_is = window.copied();
        let as_session = world.anonymous();
        as_session.cookies.lock().unwrap().insert(SESSION.to_owned(), window.cookie().unwrap());
        let both = window.copied();
        both.cookies.lock().unwrap().insert(SESSION.to_owned(), window.cookie().unwrap());
        let mut tried = 0;
        for (path, item) in document().value()["paths"].as_object().unwrap() {
            for (method, told) in item.as_object().unwrap() {
                let is_public = told["security"].as_array().is_some_and(|ways| ways.iter().all(|way| way == &json!({})));
                if is_public {
                    continue;
                }
                let is_windows = told["security"][0].get("window").is_some();
                let filled = path.replace("{locker}", &lucie.locker).replace("{document}", &paper).replace("{kind}", "holder");
                let filled = filled.split('{').enumerate().map(|(at, part)| match part.split_once('}') {
                    Some((_, rest)) if at > 0 => format!("{paper}{rest}"),
                    _ => part.to_owned(),
                });
                let filled: String = filled.collect();
                let method: Method = method.to_uppercase().parse().unwrap();
                for (who, client) in [("alone", &as_it_is), ("as a session", &as_session), ("as both", &both)] {
                    // What ends the window is told elsewhere.
                    if is_windows && who != "as a session" {
                        continue;
                    }
                    let mut request = client.request(method.clone(), &filled);
                    if !method.is_safe() {
                        request = request.json(&json!({}));
                    }
                    let answer = client.send(request).await;
                    assert_eq!(answer.status, 401, "{method} {path} {who}: {}", answer.text());
                    tried += 1;
                }
            }
        }
        assert!(tried > 100, "{tried}");
        // Pages neither: each sends to the entrance.
        for page in ["/papiers", "/qui-a-ouvert", "/aide", "/consigne", "/sessions", "/aider"] {
            for client in [&as_it_is, &as_session, &both] {
                let answer = client.get(page).await.expect(303);
                assert!(answer.header("location").starts_with("/?entrer="), "{page}");
            }
        }
        // With the aidant's own session beside it: what an aidant without a mandate sees, which is nothing.
        for rest in ["", "/documents", "/journal", "/mandates", "/export"] {
            assert_problem(&claire.client.get(&lucie.path(rest)).await, 404, "not-found", rest);
        }
        assert_eq!(claire.client.get("/api/v1/me/sessions").await.json()["items"].as_array().unwrap().len(), 1);
        window.read().await.expect(200);
        assert_eq!(lucie.content(&paper).await.expect(200).body, b"bail");
        let lines = lucie.journal().await;
        assert!(!lines.iter().any(|line| short(line) == "sign_in done" && line["seq"].as_u64() > Some(4)), "no session began");
    }

    /// The link is sent to the holder's own telephone, or opened by somebody else: it is good on the aidant's device alone.
    async fn the_link_is_good_on_one_device(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        let nadia = world.professional("nadia").await;
        assert_problem(&world.anonymous().get(&window.sign_in).await, 401, "not-signed-in", "nobody's device");
        for (client, who) in [(&lucie.client, "the holder's own device"), (&nadia.client, "another aidant's")] {
            assert_problem(&client.get(&window.sign_in).await, 401, "window-over", who);
        }
        assert_problem(&claire.client.get("/auth/holder/login?window=nonsense").await, 401, "window-over", "no id");
        assert_problem(&claire.client.get(&window.sign_in.replace("holder", "professional")).await, 404, "no-issuer", "the other way in");
        // Begun on the aidant's device, ended on another, with what that browser kept: still no.
        let away = claire.client.get(&window.sign_in).await.expect(303);
        let other = world.anonymous();
        other.cookies.lock().unwrap().insert(SIGN_IN.to_owned(), claire.client.cookies.lock().unwrap()[SIGN_IN].clone());
        let mut at_issuer = url::Url::parse(away.header("location")).unwrap();
        at_issuer.query_pairs_mut().append_pair("login_hint", "lucie");
        let back = other.get(at_issuer.as_str()).await;
        let turned = other.get(back.header("location")).await.expect(303);
        assert!(turned.header("location").contains("/session/end?"), "{}", turned.header("location"));
        assert!(!other.cookies.lock().unwrap().contains_key(WINDOW) && !other.cookies.lock().unwrap().contains_key(SESSION));
    }

    /// An answer of the issuer serves once, and nobody signs in twice to one window.
    async fn a_callback_that_comes_again_opens_nothing(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, ccas) = met(&world).await;
        world.holder("ahmed").await;
        let window = claire.open_window(&present(&ccas)).await;
        let away = claire.client.get(&window.sign_in).await.expect(303);
        let kept = claire.client.cookies.lock().unwrap()[SIGN_IN].clone();
        let mut at_issuer = url::Url::parse(away.header("location")).unwrap();
        at_issuer.query_pairs_mut().append_pair("login_hint", "lucie");
        let back = claire.client.get(at_issuer.as_str()).await.header("location").to_owned();
        assert_eq!(claire.client.get(&back).await.expect(303).header("location"), "/avec-moi/lire");
        claire.client.cookies.lock().unwrap().insert(SIGN_IN.to_owned(), kept);
        assert_problem(&claire.client.get(&back).await, 400, "unknown-sign-in", "again");
        window.read().await.expect(200);
        assert_problem(&claire.client.get(&window.sign_in).await, 401, "window-over", "somebody has signed in");
    }

    /// The aidant has somebody else sign in than they said, or signs in as the person that they are at home: the answer is for that
    /// person's locker, by their proof, and for no other.
    async fn whoever_signs_in_answers_for_themselves(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let ahmed = world.holder("ahmed").await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("ahmed").await;
        window.agree().await.expect(200);
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
        assert_eq!(ahmed.get("/mandates").await.json()["mandates"][0]["consent"], "window");
        let trail = ahmed.trail().await;
        assert!(trail.contains(&"window.sign_in done".to_owned()), "{trail:?}");
        assert!(!lucie.trail().await.iter().any(|line| line.starts_with("window.")));
    }

    /// Whatever the window rests on may end while the holder reads: it ends with it, on the very next request.
    async fn what_it_rests_on_ends_it(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, consigne::domain::organisation::Roles::Both).await;
        let nadia = world.professional("nadia").await;
        let member = world.hire(&ccas, &claire, &nadia).await;

        let window = nadia.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let sum = window.read().await.expect(200).json()["sha256"].clone();
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_problem(&window.agree_to(&sum).await, 401, "window-over", "suspended");
        assert_problem(&window.read().await, 401, "window-over", "suspended");
        claire.pass().await.expect(204);
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);

        // Signing out takes the cookie of the session, not that of the window; the window is over all the same.
        nadia.pass().await.expect(204);
        let window = nadia.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let sum = window.read().await.expect(200).json()["sha256"].clone();
        nadia.client.post("/auth/logout").await.expect(303);
        assert!(window.cookie().is_some());
        assert_problem(&window.agree_to(&sum).await, 401, "window-over", "signed out");
        assert_problem(&window.post("extend").await, 401, "window-over", "signed out");

        // A session that sleeps is over too, though the window was given time.
        let nadia = nadia.again(&world, "nadia").await;
        nadia.pass().await.expect(204);
        let window = nadia.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        world.wait(Duration::from_mins(4));
        nadia.pass().await.expect(204);
        window.post("extend").await.expect(200);
        // Another of theirs takes its place.
        let copied = window.copied();
        let newer = nadia.open_window(&present(&ccas)).await;
        assert_problem(&copied.get("/api/v1/window").await, 401, "window-over", "a newer one was opened");
        drop(newer);

        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
        let trail = lucie.trail().await;
        assert!(trail.contains(&"mandate.give refused:not_a_member".to_owned()), "{trail:?}");
        assert!(trail.contains(&"mandate.give refused:session_ended".to_owned()), "{trail:?}");
    }

    /// The aidant kept the cookie, and goes on after the holder has answered and left; or comes too late.
    /// She signs in, walks away, and stops all help from her own telephone. Whoever still has the device agrees for her.
    async fn stopping_all_help_ends_a_window_too(pair) {
        let world = World::new(pair).await;
        let lucie = world.holder("lucie").await;
        let claire = world.professional("claire").await;
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let shown = window.read().await.expect(200).json();
        lucie.client.post(&lucie.path("/mandates/stop")).await.expect(200);
        assert_problem(&window.agree_to(&shown["sha256"]).await, 401, "window-over", "she has answered");
        claire.pass().await.expect(204);
        assert_problem(&window.post("extend").await, 401, "window-over", "nor is there more time");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
    }

    async fn after_the_answer_there_is_no_other(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let copied = window.copied();
        let sum = window.read().await.expect(200).json()["sha256"].clone();
        window.post("decline").await.expect(200);
        let agree = json!({"accepts": sum});
        assert_problem(&copied.post_json("/api/v1/window/consent", &agree).await, 401, "window-over", "declined");
        for path in ["/api/v1/window/decline", "/api/v1/window/extend", "/api/v1/window/close"] {
            assert_problem(&copied.post(path).await, 401, "window-over", path);
        }
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let copied = window.copied();
        window.agree().await.expect(200);
        assert_problem(&copied.post_json("/api/v1/window/consent", &agree).await, 401, "window-over", "a second time");
        let help = lucie.get("/mandates").await.expect(200).json();
        assert_eq!(help["mandates"].as_array().unwrap().len(), 1);
        // The page that was open is no way back either.
        let reloaded = copied.get("/avec-moi/lire").await.expect(303);
        assert_eq!(reloaded.header("location"), "/avec-moi/fini");
        assert_eq!(claire.client.get("/avec-moi/lire").await.expect(303).header("location"), "/avec-moi/fini");
    }

    /// Two devices with one cookie agree and decline at once: one of them is the answer.
    async fn one_answer_at_a_time(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        for _ in 0..8 {
            let window = claire.open_window(&present(&ccas)).await;
            window.enter("lucie").await;
            let agree = json!({"accepts": window.read().await.expect(200).json()["sha256"]});
            let copies: Vec<_> = (0..3).map(|_| window.copied()).collect();
            let (a, b, c) = tokio::join!(
                copies[0].post_json("/api/v1/window/consent", &agree),
                copies[1].post("/api/v1/window/decline"),
                copies[2].post_json("/api/v1/window/consent", &agree)
            );
            let mut statuses = [a, b, c].map(|answer| answer.status.as_u16());
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 401, 401]);
            claire.pass().await.expect(204);
        }
        let trail = lucie.trail().await;
        let answers = trail.iter().filter(|line| ["mandate.give done", "mandate.decline done"].contains(&line.as_str()));
        assert_eq!(answers.count(), 8, "{trail:?}");
        let help = lucie.get("/mandates").await.expect(200).json();
        let active = help["mandates"].as_array().unwrap().iter().filter(|m| m["status"] == "active").count();
        assert!(active <= 1, "{help}");
    }

    /// Somebody who may write SQL points a window elsewhere, or makes it last: it is nobody's then.
    async fn a_row_that_sql_has_changed_is_no_window(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let ahmed = world.holder("ahmed").await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("ahmed").await;
        let sum = window.read().await.expect(200).json()["sha256"].clone();
        let mut raw = world.raw().await;
        let (theirs, person) = (raw.id(&lucie.locker), raw.id(&lucie.person));
        let (own, own_person) = (raw.id(&ahmed.locker), raw.id(&ahmed.person));
        for (change, back) in [
            (format!("locker_id = {theirs}, holder_id = {person}"), format!("locker_id = {own}, holder_id = {own_person}")),
            (format!("locker_id = {theirs}"), format!("locker_id = {own}")),
            ("until = until + 1".to_owned(), "until = until - 1".to_owned()),
            ("desk = 1".to_owned(), "desk = 0".to_owned()),
            ("strength = 3".to_owned(), "strength = 1".to_owned()),
        ] {
            raw.run(&format!("UPDATE windows SET {change}")).await.unwrap();
            assert_problem(&window.agree_to(&sum).await, 401, "window-over", &change);
            raw.run(&format!("UPDATE windows SET {back}")).await.unwrap();
            window.read().await.expect(200);
        }
        window.agree().await.expect(200);
        raw.run("UPDATE windows SET ended_at = NULL").await.unwrap();
        assert_problem(&window.read().await, 401, "not-signed-in", "its cookie is forgotten");
        assert_eq!(lucie.get("/mandates").await.json()["mandates"], json!([]));
    }

    /// Another site's page, in the aidant's browser, answers for the holder: it may not.
    async fn another_site_answers_nothing(pair) {
        let world = World::new(pair).await;
        let (_lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        window.enter("lucie").await;
        let sum: Value = window.read().await.expect(200).json()["sha256"].clone();
        for path in ["/api/v1/window/consent", "/avec-moi/accord", "/avec-moi/refus", "/avec-moi/quitter", "/avec-moi"] {
            let request = claire.client.request(Method::POST, path).form(&[("accepts", sum.as_str().unwrap())]);
            let mut request = request.build().unwrap();
            request.headers_mut().insert("origin", "https://evil.test".parse().unwrap());
            request.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
            claire.client.execute(request).await.expect(403);
        }
        window.read().await.expect(200);
    }

    /// Somebody was still signed in at the issuer on that device, and the issuer vouches for that: it is no proof of who sits there.
    async fn the_person_says_no_at_their_issuer(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, ccas) = met(&world).await;
        let window = claire.open_window(&present(&ccas)).await;
        let away = claire.client.get(&window.sign_in).await.expect(303);
        let asked = url::Url::parse(away.header("location")).unwrap();
        let state = asked.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let said = claire.client.get(&format!("/auth/holder/callback?error=access_denied&state={state}")).await;
        assert_problem(&said, 403, "declined", "no is no");
        assert!(window.cookie().is_none());
        assert!(!lucie.trail().await.iter().any(|line| line.starts_with("window.")));
        // They may still change their mind.
        through(&claire.client, &window.sign_in, "lucie").await.expect(303);
        window.read().await.expect(200);
    }
}
