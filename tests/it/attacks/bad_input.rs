//! A holder's own program, or a page that somebody made them open, sends what should not be taken: wrong descriptions,
//! wrong bodies, programs, names that are traps, too much. Each refusal says which field and which limit; nothing is half
//! done, and the journal says that it was tried.

mod body;

use std::time::Duration;

use consigne::locker::Limits;
use reqwest::Method;
use serde_json::{Value, json};

use self::body::{Desk, Parts};
use super::tools::assert_problem;
use crate::on_both_pairs;
use crate::world::{Pair, World};

fn described(changes: &Value) -> String {
    let mut all = json!({"title": "Bail", "kind": "logement.bail"});
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            all.as_object_mut().unwrap().remove(name);
        } else {
            all[name] = value.clone();
        }
    }
    all.to_string()
}

/// Descriptions that are refused, and the field that is named.
fn wrong_descriptions() -> Vec<(String, &'static str)> {
    let field = |name: &'static str, value: Value| (described(&json!({name: value})), name);
    let mut all: Vec<(String, &str)> = ["", "{", "[]", "null", "42", "\"x\"", "{\"title\":\"a\"", "{}{}"]
        .into_iter()
        .map(|text| (text.to_owned(), "metadata"))
        .collect();
    all.push(("[".repeat(20_000), "metadata"));
    all.push((described(&json!({"titel": "Bail"})), "metadata"));
    all.push((described(&json!({"note": "x".repeat(70_000)})), "metadata"));
    all.push((r#"{"title":"a","title":"b","kind":"logement.bail"}"#.to_owned(), "metadata"));
    all.push((described(&json!({"title": 12})), "metadata"));
    all.push((described(&json!({"private": "oui"})), "metadata"));
    for missing in ["title", "kind"] {
        all.push((described(&json!({missing: Value::Null})), missing));
    }
    for title in ["", "   ", "\u{200b}\u{202e}\u{7}", &"é".repeat(201), &"x".repeat(4_000)] {
        all.push(field("title", json!(title)));
    }
    for kind in ["", "logement", "logement.", "bail", "LOGEMENT.BAIL", "logement.bail ", "../logement.bail"] {
        all.push(field("kind", json!(kind)));
    }
    for day in [
        "2026-02-30",
        "2026-13-01",
        "2026-00-10",
        "demain",
        "2026-2-3",
        "2026-02-03T10:00",
        "",
        "20260203",
        "-026-02-03",
    ] {
        all.push(field("issued_on", json!(day)));
        all.push(field("expires_on", json!(day)));
    }
    all.push(field("whose", json!("neighbour")));
    for sum in ["", "abc", &"0".repeat(63), &"0".repeat(65), &"g".repeat(64)] {
        all.push(field("sha256", json!(sum)));
    }
    all
}

/// Contents that are refused whatever their name says.
const PROGRAMS: &[(&str, &[u8])] = &[
    ("carte.pdf", b"MZ\x90\0\x03\0\0\0"),
    ("carte.png", b"\x7fELF\x02\x01\x01\0"),
    ("photo.jpg", b"PK\x03\x04\x14\0\0\0\x08\0photos/chat.js"),
    ("lettre.txt", b"<html><script>alert(1)</script></html>"),
    ("lettre.txt", b"<!DOCTYPE html><p>bonjour"),
    ("dessin.png", b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
    ("dessin.png", b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>"),
    ("notes.txt", b"#!/bin/sh\nrm -rf /\n"),
    ("notes.txt", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
    ("notes.txt", b"\0asm\x01\0\0\0"),
    ("notes.txt", b"\xca\xfe\xba\xbe\0\0\0\x34"),
    ("notes.txt", b"du texte\0et puis autre chose"),
    ("notes.txt", b"\xff\xfe\xfa\xfb octets"),
];

/// Names as sent, and as they are kept.
fn names() -> Vec<(String, String)> {
    let long = format!("{}.pdf", "n".repeat(4_000));
    let kept = format!("{}.pdf", "n".repeat(146));
    [
        ("../../etc/passwd", "passwd"),
        ("/etc/shadow", "shadow"),
        ("C:\\Users\\lucie\\carte.PDF", "carte.PDF"),
        ("..", "papier"),
        ("...", "papier"),
        (".htaccess", "htaccess"),
        ("facture\u{202e}fdp.exe", "facturefdp.exe"),
        ("\u{2066}a\u{2069}.txt", "a.txt"),
        ("a';alert(1)//", "papier"),
        ("x; filename=evil.html", "x; filename=evil.html"),
        ("100%41.txt", "100%41.txt"),
        ("عقد.pdf", "عقد.pdf"),
        ("reçu n°3 — été.txt", "reçu n°3 — été.txt"),
        ("a%0d%0aSet-Cookie: x=y.txt", "a%0d%0aSet-Cookie_ x=y.txt"),
        ("", "papier"),
        (&long, &kept),
    ]
    .into_iter()
    .map(|(sent, kept)| (sent.to_owned(), kept.to_owned()))
    .collect()
}

on_both_pairs! {
    async fn a_wrong_description_is_refused_by_its_field(pair) {
        let mut desk = Desk::open(World::new(pair).await).await;
        for (text, field) in wrong_descriptions() {
            let short: String = text.chars().take(80).collect();
            let answer = desk.send(Parts::new().text("metadata", &text).file("x.txt", b"texte")).await;
            assert_problem(&answer, 422, "bad-field", &short);
            assert_eq!(answer.json()["field"], field, "{short}");
            if field == "title" && text.len() > 200 {
                assert_eq!(answer.json()["limit"], 200, "{short}");
            }
            assert!(!answer.text().contains("line 1 column"), "no inner detail: {}", answer.text());
            desk.assert_nothing_done(&short, &["document.deposit_begin done", "access.close ended:bad_field"]).await;
        }
        let bytes = Parts::new().part("form-data; name=\"metadata\"", b"{\"title\": \"\xff\"}").file("x.txt", b"texte");
        assert_problem(&desk.send(bytes).await, 422, "bad-field", "not UTF-8");
    }

    /// Titles are kept without what draws nothing or turns the writing round.
    async fn a_title_is_cleaned(pair) {
        let desk = Desk::open(World::new(pair).await).await;
        for (sent, kept) in [
            ("Quittance\tde \u{202e}mars\u{7} ", "Quittance de mars"),
            ("a\r\nSet-Cookie: x=y", "a Set-Cookie: x=y"),
            ("\u{2066}caf\u{65}\u{301}\u{2069}\u{200b}", "café"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            (&"é".repeat(200), &"é".repeat(200)),
        ] {
            let metadata = json!({"title": sent, "kind": "logement.bail"});
            let made = desk.lucie.deposit_with(&metadata, "x.txt", b"texte".to_vec()).await.expect(201).json();
            assert_eq!(made["title"], kept);
            let path = format!("/documents/{}", made["id"].as_str().unwrap());
            assert_eq!(desk.lucie.get(&path).await.expect(200).json()["title"], kept);
        }
    }

    async fn a_body_of_another_form_is_refused(pair) {
        let mut desk = Desk::open(World::new(pair).await).await;
        let good = described(&json!({}));
        let bad_field = &["document.deposit_begin done", "access.close ended:bad_field"];
        for (what, parts, field) in [
            ("no file", Parts::new().text("metadata", &good), "file"),
            ("the file first", Parts::new().file("x.txt", b"texte").text("metadata", &good), "metadata"),
            ("no description", Parts::new().file("x.txt", b"texte"), "metadata"),
            ("other names", Parts::new().text("meta", &good).text("fichier", "texte"), "file"),
            ("nothing", Parts::new(), "file"),
        ] {
            let answer = desk.send(parts).await;
            assert_problem(&answer, 422, "bad-field", what);
            assert_eq!(answer.json()["field"], field, "{what}");
            desk.assert_nothing_done(what, bad_field).await;
        }
        for content_type in ["application/json", "text/plain", "multipart/form-data", "multipart/mixed; boundary=grenze", "", "é"] {
            let whole = Parts::new().text("metadata", &good).file("x.txt", b"texte").end();
            let answer = desk.send_as(content_type, whole).await;
            assert_problem(&answer, 422, "bad-field", content_type);
            assert_eq!(answer.json()["field"], "content-type", "{content_type}");
            desk.assert_nothing_done(content_type, bad_field).await;
        }
        let whole = Parts::new().text("metadata", &good).file("x.txt", b"texte").end();
        let cut_in_file = whole[..whole.len() - 20].to_vec();
        for (what, content_type, bytes) in [
            ("another boundary", "multipart/form-data; boundary=autre", whole.clone()),
            ("cut in the description", "multipart/form-data; boundary=grenze", whole[..90].to_vec()),
            ("cut in the file", "multipart/form-data; boundary=grenze", cut_in_file),
            ("no multipart at all", "multipart/form-data; boundary=grenze", b"bonjour".to_vec()),
        ] {
            let answer = desk.send_as(content_type, bytes).await;
            assert_problem(&answer, 400, "cut", what);
            desk.assert_nothing_done(what, &["document.deposit_begin done"]).await;
        }
    }

    async fn empty_files_and_programs_are_refused(pair) {
        let mut desk = Desk::open(World::new(pair).await).await;
        let good = described(&json!({}));
        let trail = &["document.deposit_begin done", "access.close ended:kind_of_file"];
        let answer = desk.send(Parts::new().text("metadata", &good).file("vide.pdf", b"")).await;
        assert_problem(&answer, 422, "empty-file", "empty");
        desk.assert_nothing_done("empty", trail).await;
        let mut taken = Vec::new();
        for (name, content) in PROGRAMS {
            let answer = desk.send(Parts::new().text("metadata", &good).file(name, content)).await;
            let what = format!("{name}: {}", String::from_utf8_lossy(content));
            if answer.status == 201 {
                taken.push(what);
                desk.look().await;
                continue;
            }
            assert_problem(&answer, 415, "kind-of-file", &what);
            desk.assert_nothing_done(&what, trail).await;
        }
        assert!(taken.is_empty(), "{taken:?}");
    }

    /// File names come from devices, and from whoever made the file: kept clean, and served so that they can't break out
    /// of their header.
    async fn a_file_name_is_never_a_path_nor_a_header(pair) {
        let desk = Desk::open(World::new(pair).await).await;
        let good = described(&json!({}));
        for (sent, kept) in names() {
            let short: String = sent.chars().take(40).collect();
            let made = desk.send(Parts::new().text("metadata", &good).file(&sent, b"texte")).await.expect(201).json();
            assert_eq!(made["file_name"], kept, "{short:?}");
            let answer = desk.lucie.content(made["id"].as_str().unwrap()).await.expect(200);
            let (way, plain, real) = body::disposition(answer.header("content-disposition"));
            assert!(way == "inline" || way == "attachment", "{short:?}: {way}");
            assert_eq!(real, kept, "{short:?}");
            assert!(plain.is_ascii() && !plain.contains(['"', '\\', '\r', '\n', '/']), "{short:?}: {plain}");
            assert!(answer.headers.get("set-cookie").is_none());
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
            assert!(answer.header("content-security-policy").contains("sandbox"));
        }
        // Escaped quotes, and line breaks that would begin another header.
        for raw in [
            "form-data; name=\"file\"; filename=\"a\\\"b.txt\"",
            "form-data; name=\"file\"; filename=\"a.txt\"; filename*=UTF-8''b%0d%0aX-Evil%3A%201.txt",
            "form-data; name=\"file\"; filename=\"a.txt\r\nX-Evil: 1\"",
            "form-data; name=\"file\"; filename=\"a\nX-Evil: 1.txt\"",
            "form-data; name=\"file\"; filename=\"a\u{7}b\u{1b}[31mc.txt\"",
        ] {
            let answer = desk.send(Parts::new().text("metadata", &good).part(raw, b"texte")).await;
            if answer.status == 201 {
                let name = answer.json()["file_name"].as_str().unwrap().to_owned();
                assert!(!name.contains(['"', '\r', '\n', '/']), "{raw}: {name}");
                let read = desk.lucie.content(answer.json()["id"].as_str().unwrap()).await.expect(200);
                assert!(read.headers.get("x-evil").is_none(), "{raw}");
                assert_eq!(body::disposition(read.header("content-disposition")).2, name, "{raw}");
            } else {
                assert!(answer.status.is_client_error(), "{raw}: {}", answer.status);
            }
        }
    }

    /// To the byte: what fits is taken, one byte more is not.
    async fn the_largest_paper_and_one_byte_more(pair) {
        let limits = Limits { document_bytes: 200_000, ..Limits::default() };
        let mut desk = Desk::open(World::with(pair, limits).await).await;
        let good = described(&json!({}));
        let fits = desk.send(Parts::new().text("metadata", &good).file("x.txt", &vec![b'a'; 200_000])).await.expect(201);
        assert_eq!(fits.json()["size"], 200_000);
        desk.look().await;
        for size in [200_001, 270_000] {
            let answer = desk.send(Parts::new().text("metadata", &good).file("x.txt", &vec![b'a'; size])).await;
            assert_problem(&answer, 413, "too-large", "one byte more");
            assert_eq!(answer.json()["limit"], 200_000);
            desk.assert_nothing_done("too large", &["document.deposit_begin done", "access.close ended:too_large"]).await;
        }
        let wrong = described(&json!({"sha256": "0".repeat(64)}));
        let answer = desk.send(Parts::new().text("metadata", &wrong).file("x.txt", &vec![b'a'; 100_000])).await;
        assert_problem(&answer, 422, "wrong-hash", "hash");
        desk.assert_nothing_done("hash", &["document.deposit_begin done", "access.close ended:wrong_hash"]).await;
    }

    /// More than the locker may hold, in one go, bit by bit, and by several requests at the same moment.
    async fn no_locker_holds_more_than_its_quota(pair) {
        let limits = Limits { locker_bytes: 300_000, ..Limits::default() };
        let mut desk = Desk::open(World::with(pair, limits).await).await;
        let good = described(&json!({}));
        let paper = |size: usize| Parts::new().text("metadata", &good).file("x.txt", &vec![b'a'; size]);
        let refused = &["document.deposit_begin done", "document.deposit refused:quota_exceeded", "access.close ended:quota_exceeded"];
        assert_problem(&desk.send(paper(300_000)).await, 413, "quota", "alone");
        desk.assert_nothing_done("alone", refused).await;
        desk.send(paper(100_000)).await.expect(201);
        desk.look().await;
        // As it is sent it would fit, to the byte; as it is stored it does not.
        let held = usize::try_from(desk.lucie.get("").await.expect(200).json()["size"].as_u64().unwrap()).unwrap();
        desk.look().await;
        assert_problem(&desk.send(paper(300_000 - held)).await, 413, "quota", "second");
        desk.assert_nothing_done("second", refused).await;
        assert_problem(&desk.send(paper(250_000)).await, 413, "quota", "on its way");
        desk.assert_nothing_done("on its way", &["document.deposit_begin done", "access.close ended:quota_exceeded"]).await;

        let at_once = futures_util::future::join_all((0..5).map(|_| desk.send(paper(60_000)))).await;
        let mut statuses: Vec<_> = at_once.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 201, 201, 413, 413]);
        let glance = desk.lucie.get("").await.expect(200).json();
        assert!(glance["size"].as_u64().unwrap() <= 300_000, "{glance}");
        assert_eq!(glance["count"], 4);
        assert_eq!(desk.raw.all_blobs().await.len(), 4);
    }

    /// The connection breaks half-way, or nothing more comes: nothing is stored, and the journal says why.
    async fn half_a_body_is_nothing(pair) {
        let limits = Limits { body_idle: Duration::from_millis(400), ..Limits::default() };
        let mut desk = Desk::open(World::with(pair, limits).await).await;
        let good = described(&json!({}));
        let whole = Parts::new().text("metadata", &good).file("x.txt", &vec![b'a'; 300_000]).end();
        for (what, sent) in [("early in the file", 2_000), ("half", 150_000), ("all but the end", whole.len() - 5)] {
            desk.send_and_hang_up(&whole, sent).await;
            desk.assert_nothing_done(what, &["document.deposit_begin done", "access.close ended:cut"]).await;
        }
        let stalled = desk.send_and_wait(&whole, 150_000).await;
        assert_eq!(stalled.status, 408, "{stalled:?}");
        assert!(stalled.body.contains("/problems/too-slow"), "{stalled:?}");
        desk.assert_nothing_done("stalled", &["document.deposit_begin done", "access.close ended:too_slow"]).await;
    }

    async fn a_wrong_repeat_key_is_refused(pair) {
        let mut desk = Desk::open(World::new(pair).await).await;
        let good = described(&json!({}));
        for key in ["", "\"\"", "\"", &"k".repeat(201), &"k".repeat(3_000)] {
            let whole = Parts::new().text("metadata", &good).file("x.txt", b"texte").end();
            let request = desk.lucie.client.request(Method::POST, &desk.lucie.path("/documents"));
            let request = request.header("idempotency-key", key).header("content-type", body::CONTENT_TYPE).body(whole);
            let answer = desk.lucie.client.send(request).await;
            assert_problem(&answer, 422, "bad-field", key);
            assert_eq!(answer.json()["field"], "Idempotency-Key", "{key}");
            desk.assert_nothing_done(key, &["document.deposit_begin done", "access.close ended:bad_field"]).await;
        }
        desk.send(Parts::new().text("metadata", &good).file("x.txt", b"texte")).await.expect(201);
    }
}
