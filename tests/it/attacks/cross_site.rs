//! The victim is signed in and opens the attacker's page, which sends requests to us with the victim's cookie; or the
//! attacker points a name of their own at us.

use serde_json::json;

use super::tools::{RawAnswer, send_raw, seq};
use crate::on_both_pairs;
use crate::world::{Holder, Pair, World};

/// The start of a request, its headers, the status it gets (0: whatever it is).
type Ask<'a> = (String, Vec<(&'a str, &'a str)>, u16);

/// The victim's papers: one in its place, one in the trash.
struct Victim {
    holder: Holder,
    live: String,
    trashed: String,
    cookie: String,
}

async fn victim(world: &World) -> Victim {
    let holder = world.holder("lucie").await;
    let live = holder.deposit("Bail", "logement.bail", b"bail").await;
    let trashed = holder.deposit("RIB", "banque.rib", b"rib").await;
    holder.client.delete(&holder.path(&format!("/documents/{trashed}"))).await.expect(204);
    let cookies = holder.client.cookies.lock().unwrap().clone();
    let cookie = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
    Victim { holder, live, trashed, cookie }
}

/// Everything that changes something: start of the request, content type, body.
fn changes(victim: &Victim) -> Vec<(String, &'static str, String)> {
    let at = |rest: &str| victim.holder.path(rest);
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"metadata\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; \
         name=\"file\"; filename=\"x.txt\"\r\n\r\ntexte\r\n--b--\r\n",
        json!({"title": "Intrus", "kind": "banque.rib"})
    );
    let page_form = form.replace("\"file\"", "\"fichier\"").replace("\"metadata\"", "\"autre\"");
    vec![
        (format!("DELETE {}", at(&format!("/documents/{}", victim.live))), "", String::new()),
        (format!("POST {}", at(&format!("/documents/{}/restore", victim.trashed))), "", String::new()),
        (format!("POST {}", at("/documents")), "multipart/form-data; boundary=b", form),
        ("POST /api/v1/lockers".to_owned(), "text/plain", "{}".to_owned()),
        (format!("POST {}", at("/close")), "text/plain", String::new()),
        (format!("POST {}", at("/reopen")), "text/plain", String::new()),
        (format!("POST {}", at("/information")), "application/json", "{}".to_owned()),
        (format!("PUT {}", at("")), "text/plain", String::new()),
        (format!("PATCH {}", at("")), "text/plain", String::new()),
        ("POST /nulle-part".to_owned(), "application/x-www-form-urlencoded", "a=b".to_owned()),
        (format!("POST /papiers/{}/corbeille", victim.live), "application/x-www-form-urlencoded", String::new()),
        (format!("POST /papiers/{}/reprendre", victim.trashed), "application/x-www-form-urlencoded", String::new()),
        ("POST /papiers/ajouter".to_owned(), "multipart/form-data; boundary=b", page_form),
        ("POST /consigne/ouvrir".to_owned(), "application/x-www-form-urlencoded", String::new()),
        ("POST /consigne/fermer".to_owned(), "application/x-www-form-urlencoded", String::new()),
        ("POST /consigne/rouvrir".to_owned(), "application/x-www-form-urlencoded", String::new()),
        ("POST /consigne/informations".to_owned(), "application/x-www-form-urlencoded", "lu=oui".to_owned()),
        ("POST /auth/logout".to_owned(), "application/x-www-form-urlencoded", String::new()),
    ]
}

async fn send(world: &World, victim: &Victim, change: &(String, &str, String), headers: &[(&str, &str)]) -> RawAnswer {
    let host = world.address.to_string();
    let mut all = vec![("Cookie", victim.cookie.as_str()), ("Content-Type", change.1)];
    if !headers.iter().any(|(name, _)| *name == "Host") {
        all.push(("Host", &host));
    }
    all.extend(headers);
    send_raw(world, &change.0, &all, &change.2).await
}

#[track_caller]
fn assert_told(answer: &RawAnswer, status: u16, kind: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {answer:?}");
    assert!(answer.body.contains(&format!("\"/problems/{kind}\"")), "{what}: {answer:?}");
}

on_both_pairs! {
    /// The page sends what the victim's own pages could send. Nothing is done, whatever it says about where it comes from.
    async fn another_sites_requests_change_nothing(pair) {
        let world = World::new(pair).await;
        let victim = victim(&world).await;
        let own = format!("http://{}", world.address);
        let longer = format!("{own}.evil.example");
        let (slash, tls, port) = (format!("{own}/"), own.replace("http:", "https:"), format!("{own}0"));
        let kinds: Vec<(&str, Vec<(&str, &str)>)> = vec![
            ("no origin", vec![]),
            ("a referer alone", vec![("Referer", &slash)]),
            ("fetch metadata alone", vec![("Sec-Fetch-Site", "same-origin")]),
            ("another origin", vec![("Origin", "https://evil.example")]),
            ("null", vec![("Origin", "null")]),
            ("an empty origin", vec![("Origin", "")]),
            ("a longer name", vec![("Origin", &longer)]),
            ("another port", vec![("Origin", &port)]),
            ("another scheme", vec![("Origin", &tls)]),
            ("with a path", vec![("Origin", &slash)]),
            ("cross-site", vec![("Origin", &own), ("Sec-Fetch-Site", "cross-site")]),
            ("same-site", vec![("Origin", &own), ("Sec-Fetch-Site", "same-site")]),
            ("two origins", vec![("Origin", &own), ("Origin", "https://evil.example")]),
            ("two origins, ours last", vec![("Origin", "https://evil.example"), ("Origin", &own)]),
            ("twice ours", vec![("Origin", &own), ("Origin", &own)]),
            ("a list", vec![("Origin", "https://evil.example, http://x")]),
        ];
        world.settle().await;
        let mut raw = world.raw().await;
        let before = seq(&mut raw, &victim.holder.locker).await;
        let changes = changes(&victim);
        for (kind, headers) in &kinds {
            for change in &changes {
                let answer = send(&world, &victim, change, headers).await;
                assert_told(&answer, 403, "wrong-origin", &format!("{kind}: {}", change.0));
            }
        }
        assert_eq!(seq(&mut raw, &victim.holder.locker).await, before, "nothing was asked of the locker");
        assert_eq!(raw.all_blobs().await.len(), 2);
        let list = victim.holder.get("/documents").await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "the session stands, the papers are where they were");

        // From our own pages the same requests do what they say: the test can tell the difference.
        let headers = [("Origin", own.as_str()), ("Sec-Fetch-Site", "same-origin")];
        let mut statuses = Vec::new();
        for change in &changes {
            statuses.push(send(&world, &victim, change, &headers).await.status);
        }
        // Those of the pages come after those of the API: the papers are already where these would put them.
        assert_eq!(statuses, [204, 204, 201, 409, 200, 200, 422, 405, 405, 404, 409, 409, 422, 303, 303, 303, 422, 303]);
    }

    /// The attacker's name leads to our server: no page of ours is shown under it, and no redirect leads to it.
    async fn another_name_is_sent_to_ours(pair) {
        let world = World::new(pair).await;
        let victim = victim(&world).await;
        let own = format!("http://{}", world.address);
        let port = world.address.port();
        let other_port = format!("127.0.0.1:{}", port ^ 1);
        let prefix = format!("{}.evil.example", world.address);
        let at = victim.holder.path("/documents?q=a");
        for host in ["evil.example", &other_port, &prefix, "localhost", "127.0.0.1", "", "evil.example:80"] {
            for path in ["/", at.as_str(), "/nulle-part"] {
                for method in ["GET", "HEAD"] {
                    let headers = [("Host", host), ("Cookie", victim.cookie.as_str()), ("X-Forwarded-Host", host)];
                    let answer = send_raw(&world, &format!("{method} {path}"), &headers, "").await;
                    assert_eq!(answer.status, 307, "{host} {path}: {answer:?}");
                    assert_eq!(answer.header("location"), format!("{own}{path}"), "{host}");
                    assert!(answer.body.is_empty());
                }
            }
            // A path that a browser would read as another site's.
            let answer = send_raw(&world, "GET //evil.example/", &[("Host", host)], "").await;
            assert!(!answer.head.contains("//evil.example"), "{answer:?}");
            for change in &changes(&victim) {
                for origin in [own.as_str(), "http://evil.example"] {
                    let answer = send(&world, &victim, change, &[("Host", host), ("Origin", origin)]).await;
                    assert_told(&answer, 421, "wrong-host", &format!("{host}: {}", change.0));
                    assert!(answer.header("location").is_empty());
                }
            }
        }
        let host = world.address.to_string();
        let named = [("Host", host.as_str()), ("X-Forwarded-Host", "evil.example"), ("Forwarded", "host=evil.example")];
        let answer = send_raw(&world, "GET /nulle-part", &named, "").await;
        assert_eq!(answer.status, 404);
        assert!(!answer.head.contains("evil") && !answer.body.contains("evil"), "{answer:?}");
        let list = victim.holder.get("/documents").await.expect(200).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
    }

    /// Frames, sniffing, caches and referrers: closed on every answer, errors included.
    async fn every_answer_is_dressed(pair) {
        let world = World::new(pair).await;
        let victim = victim(&world).await;
        let host = world.address.to_string();
        let own = format!("http://{host}");
        let at = |rest: &str| victim.holder.path(rest);
        let content = at(&format!("/documents/{}/content", victim.live));
        let cookie = ("Cookie", victim.cookie.as_str());
        let ours = ("Host", host.as_str());
        let asks: Vec<Ask<'_>> = vec![
            ("GET /".into(), vec![ours], 0),
            ("GET /".into(), vec![ours, cookie, ("Accept", "text/html")], 0),
            ("GET /api/v1/me".into(), vec![ours], 401),
            ("GET /api/v1/me".into(), vec![ours, cookie], 200),
            (format!("GET {}", at("/documents")), vec![ours, cookie], 200),
            (format!("GET {}", at("/documents?limit=x")), vec![ours, cookie], 400),
            (format!("GET {}", at("/journal")), vec![ours, cookie], 200),
            (format!("GET {content}"), vec![ours, cookie], 200),
            (format!("GET {content}"), vec![ours, cookie, ("Range", "bytes=0-1")], 206),
            (format!("GET {content}"), vec![ours, cookie, ("Range", "bytes=900-")], 416),
            (format!("HEAD {content}"), vec![ours, cookie], 200),
            (format!("GET {content}"), vec![ours], 401),
            ("GET /papiers".into(), vec![ours, cookie], 200),
            ("GET /papiers".into(), vec![ours], 303),
            ("GET /papiers/ajouter".into(), vec![ours, cookie], 200),
            ("GET /papiers/x".into(), vec![ours, cookie], 404),
            ("GET /papiers/%FF".into(), vec![ours, cookie], 404),
            ("GET /qui-a-ouvert".into(), vec![ours, cookie], 200),
            ("GET /langue?vers=en".into(), vec![ours], 303),
            ("GET /nulle-part".into(), vec![ours], 404),
            ("GET /nulle-part".into(), vec![ours, ("Accept", "text/html")], 404),
            ("GET /auth/holder/login".into(), vec![ours], 303),
            ("GET /auth/holder/callback?code=a&state=b".into(), vec![ours], 400),
            ("GET /auth/aucun/login".into(), vec![ours], 404),
            ("POST /api/v1/me".into(), vec![ours, ("Origin", &own)], 405),
            ("POST /api/v1/me".into(), vec![ours], 403),
            ("POST /api/v1/me".into(), vec![("Host", "evil.example")], 421),
            ("GET /".into(), vec![("Host", "evil.example")], 307),
            ("GET /api/v1/lockers/%FF".into(), vec![ours, cookie], 404),
        ];
        let mut bare = Vec::new();
        for (start, headers, status) in &asks {
            let answer = send_raw(&world, start, headers, "").await;
            if *status != 0 && answer.status != *status {
                bare.push(format!("{start}: {} instead of {status}", answer.status));
            }
            let policy = answer.header("content-security-policy");
            let closed = [
                ("nosniff", answer.header("x-content-type-options") == "nosniff"),
                ("no-store", answer.header("cache-control").contains("no-store")),
                ("referrer", answer.header("referrer-policy") == "same-origin"),
                ("frames", policy.contains("frame-ancestors 'none'")),
                ("old frames", answer.header("x-frame-options") == "DENY"),
                ("default-src", policy.contains("default-src 'none'")),
                ("scripts", !policy.contains("unsafe-eval") && !policy.contains("script-src *")),
            ];
            bare.extend(closed.iter().filter(|(_, is)| !is).map(|(what, _)| format!("{start} {}: {what}", answer.status)));
            if start.ends_with("/content") && answer.status < 300 {
                assert!(policy.contains("sandbox"), "{start}: {policy}");
            }
            assert!(answer.header("access-control-allow-origin").is_empty(), "{start}");
            assert!(answer.header("server").is_empty(), "{start}");
        }
        assert!(bare.is_empty(), "{}", bare.join("\n"));
    }
}
