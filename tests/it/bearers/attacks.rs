//! Who attacks a code: who finds it, who guesses, who passes it on, who knows the surname, who writes SQL.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{a_paper, copy, enter, give, giving, inside, list, open, plain, with_pass};
use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::{Answer, Client, Holder, Pair, World};

/// Everything of an answer that may tell one cause from another.
fn seen(answer: &Answer) -> (u16, Vec<u8>, Vec<String>) {
    let mut names: Vec<String> = answer.headers.keys().map(ToString::to_string).collect();
    names.sort();
    (answer.status.as_u16(), answer.body.clone(), names)
}

/// Lines of refused tries in a holder's journal; nobody waited for them, so they are waited for here.
async fn tries(world: &World, angela: &Holder) -> Vec<Value> {
    world.settle().await;
    let is_try = |line: &Value| line["outcome"]["reason"] == "wrong_surname";
    angela.journal().await.into_iter().filter(is_try).collect()
}

/// Another browser, from the same place.
fn browser(world: &World) -> Client {
    world.anonymous()
}

on_both_pairs! {
    /// Somebody finds the sheet on a photocopier, and tries surnames. What they are told is what is told of a code of nothing.
    async fn the_finder_of_a_code_learns_nothing_and_meets_a_wall(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let (share, code) = give(&angela, &giving(&[&paper])).await;
        let finder = browser(&world);
        let nothing = enter(&finder, "2345-6789-ABCD", "Dubois").await;
        let no_code = enter(&finder, "pas un code", "Dubois").await;
        let wrong = enter(&finder, &code, "Dupont").await;
        let empty = enter(&finder, &code, "").await;
        assert_problem(&wrong, 422, "wrong-code-or-name", "wrong surname");
        for other in [&nothing, &no_code, &empty] {
            assert_eq!(seen(&wrong), seen(other), "nothing tells a code of something from one of nothing");
        }
        // Four in vain: then there is a wait, the right surname or not, the code of something or of nothing.
        let (right, ghost) = (enter(&finder, &code, "Dubois").await, enter(&finder, "2345-6789-ABCD", "Dubois").await);
        assert_problem(&right, 429, "too-many", "too early");
        assert_eq!(seen(&right), seen(&ghost));
        // The wait grows: after the first minute there is one try, and then two minutes.
        world.wait(Duration::from_secs(61));
        assert_problem(&enter(&finder, &code, "Martin").await, 422, "wrong-code-or-name", "one more");
        world.wait(Duration::from_secs(61));
        assert_problem(&enter(&finder, &code, "Dubois").await, 429, "too-many", "two minutes now");
        // Angela sees it: not that a code of nothing was tried, which is in the service's journal.
        let tried = tries(&world, &angela).await;
        assert_eq!(tried.len(), 3, "{tried:?}");
        assert_eq!(plain(tried[0]["sentence"].as_str().unwrap()),
            "La personne qui a le code pour Mme Petit, propriétaire a essayé d'entrer avec le code. C'était refusé : le nom de famille n'était pas le bon. Pour : Louer un logement.");
        let whole = angela.get(&format!("/shares/{share}")).await.json();
        assert_eq!(whole["uses"].as_array().unwrap().iter().filter(|one| one["refused"] == "wrong_surname").count(), 3);
        world.lockers.door().flush_refusals(true).await.unwrap();
        let chain = service_chain(&mut world.raw().await).await;
        let noted = chain.iter().filter(|entry| entry.line.action == consigne::domain::entry::Action::EnterCode).count();
        assert!((1..=6).contains(&noted), "{noted} lines for as many tries, and more");
    }

    /// The wall is of the code too, wherever tries come from; and it is there after the service was started again.
    async fn a_code_is_slow_from_a_thousand_places_and_after_a_restart(pair) {
        let mut world = World::build(pair, consigne::locker::Limits::default(), |config| config.client_address_header = Some("x-forwarded-for".to_owned())).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let (_, code) = give(&angela, &giving(&[&paper])).await;
        let from = async |world: &World, place: usize, code: &str, surname: &str| {
            let body = json!({"code": code, "surname": surname});
            let client = browser(world);
            let request = client.request(Method::POST, "/api/v1/codes/enter").header("x-forwarded-for", format!("192.0.2.{place}"));
            client.send(request.json(&body)).await
        };
        for place in 1..=4 {
            assert_problem(&from(&world, place, &code, "Dupont").await, 422, "wrong-code-or-name", "from elsewhere each time");
        }
        for place in 5..=8 {
            assert_problem(&from(&world, place, &code, "Dubois").await, 429, "too-many", "the code itself waits");
        }
        world.restart(|_| {}).await;
        assert_problem(&from(&world, 9, &code, "Dubois").await, 429, "too-many", "nothing is forgotten");
        // Somebody with the right code and surname ends the count of the code.
        world.wait(Duration::from_secs(61));
        from(&world, 10, &code, "Dubois").await.expect(200);
        for place in 11..=14 {
            assert_problem(&from(&world, place, &code, "Dupont").await, 422, "wrong-code-or-name", "counted anew");
        }
        assert_problem(&from(&world, 15, &code, "Dupont").await, 429, "too-many", "and no further");
    }

    /// Many at once have no more tries than one after the other; and nobody ends the count of their place with a code of their own.
    async fn guessing_at_once_or_with_a_right_code_between_is_no_way_round(pair) {
        let world = World::new(pair).await;
        let (angela, ahmed) = (world.holder("angela").await, world.holder("ahmed").await);
        let (paper, his) = (a_paper(&angela, "Bail").await, a_paper(&ahmed, "Bail").await);
        let (_, code) = give(&angela, &giving(&[&paper])).await;
        let (_, own) = give(&ahmed, &giving(&[&his])).await;
        let guesser = browser(&world);
        let at_once = (0..24).map(|n| { let (guesser, code) = (&guesser, &code); async move { enter(guesser, code, &format!("Dupont{n}")).await } });
        let answers = futures_util::future::join_all(at_once).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 422).count(), 4, "looked at");
        assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 20, "too early");
        assert_eq!(tries(&world, &angela).await.len(), 4);
        assert_problem(&enter(&guesser, &own, "anything").await, 429, "too-many", "their place waits, whatever the code");
    }

    /// Ahmed's former wife knows the surname, and has no code; or she has the code of something that is over.
    async fn a_surname_is_nothing_without_a_code(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let (share, code) = give(&angela, &giving(&[&paper])).await;
        let ex = browser(&world);
        let mut near = code.clone();
        near.replace_range(0..1, if code.starts_with('2') { "3" } else { "2" });
        assert_problem(&enter(&ex, &near, "Dubois").await, 422, "wrong-code-or-name", "one letter off");
        assert!(tries(&world, &angela).await.is_empty(), "a code of nothing is of nobody");
        // A pass is made by nobody else, and is of no other use.
        for forged in ["", "nonsense", &"A".repeat(600)] {
            assert_problem(&list(&ex, forged).await, 401, "pass-over", "forged");
            assert_problem(&open(&ex, forged, 1).await, 401, "pass-over", "forged");
        }
        let pass = inside(&browser(&world), &code, "Dubois", "Jeanne Petit").await;
        let mut bent = pass.clone().into_bytes();
        bent[40] = if bent[40] == b'A' { b'B' } else { b'A' };
        assert_problem(&list(&ex, &String::from_utf8(bent).unwrap()).await, 401, "pass-over", "bent");
        let me = ex.send(ex.request(Method::GET, "/api/v1/me").header("consigne-pass", &pass).header("cookie", format!("__Host-consigne={pass}"))).await;
        assert_problem(&me, 401, "not-signed-in", "no session");
        let reads = ex.send(ex.request(Method::GET, &angela.path(&format!("/documents/{paper}/content"))).header("consigne-pass", &pass)).await;
        assert_problem(&reads, 401, "not-signed-in", "no way to the original");
        let institutions = ex.send(ex.request(Method::GET, &format!("/api/v1/shares/{share}")).bearer_auth(&pass)).await;
        assert_problem(&institutions, 401, "not-signed-in", "no program");
        // A session is no pass: Angela's own cookie opens nothing here.
        assert_problem(&angela.client.get("/api/v1/codes/papers").await, 401, "pass-over", "no pass");
    }

    /// A landlady gives the code and the surname to somebody else: each look bears the name that was said, the copy the name of whom it was
    /// given to; and Angela stops it.
    async fn who_passes_the_code_on_is_seen(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let (share, code) = give(&angela, &giving(&[&paper])).await;
        let nephew = browser(&world);
        let pass = inside(&nephew, &code, "Dubois", "Kevin, le neveu").await;
        list(&nephew, &pass).await.expect(200);
        let marked = plain(&copy(open(&nephew, &pass, 1).await.expect(200)).about("Subject"));
        assert!(marked.contains("Mme Petit, propriétaire"), "{marked}");
        world.settle().await;
        let whole = angela.get(&format!("/shares/{share}")).await.json();
        assert!(whole["uses"].to_string().matches("Kevin, le neveu").count() == 2, "{whole}");
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        assert_problem(&open(&nephew, &pass, 1).await, 410, "share-over", "stopped");
        // What stands beside the line is the name that was said, by its salted hash.
        let journal = angela.journal().await;
        let line = journal.iter().find(|line| line["action"] == "content.read" && line["actor"]["kind"] == "code_bearer").unwrap();
        assert!(line["sentence"].as_str().unwrap().contains("Kevin"), "{line}");
    }

    /// A browser left open at the library: after a quarter of an hour it shows nothing; nor does it last for ever.
    async fn a_pass_is_over_soon(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let (_, code) = give(&angela, &giving(&[&paper])).await;
        let landlady = browser(&world);
        let mut pass = inside(&landlady, &code, "Dubois", "Jeanne Petit").await;
        for _ in 0..16 {
            world.wait(Duration::from_secs(14 * 60));
            pass = list(&landlady, &pass).await.expect(200).json()["pass"].as_str().unwrap().to_owned();
        }
        world.wait(Duration::from_secs(15 * 60));
        assert_problem(&list(&landlady, &pass).await, 401, "pass-over", "idle");
        let mut pass = inside(&landlady, &code, "Dubois", "Jeanne Petit").await;
        for _ in 0..17 {
            world.wait(Duration::from_secs(14 * 60));
            pass = list(&landlady, &pass).await.expect(200).json()["pass"].as_str().unwrap().to_owned();
        }
        world.wait(Duration::from_secs(3 * 60));
        assert_problem(&list(&landlady, &pass).await, 401, "pass-over", "four hours");
    }

    /// Somebody writes SQL: they give themselves more time, more readings, another surname, a code of their own. Nothing is believed.
    async fn who_writes_sql_gives_nothing(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let paper = a_paper(&angela, "Bail").await;
        let mut once = giving(&[&paper]);
        once["readings"] = json!(1);
        let (_, code) = give(&angela, &once).await;
        let (_, other) = give(&angela, &giving(&[&paper])).await;
        let thief = browser(&world);
        let pass = inside(&thief, &code, "Dubois", "X").await;
        open(&thief, &pass, 1).await.expect(200);
        let mut raw = world.raw().await;
        raw.run("UPDATE shares SET readings = 0 WHERE readings = 1").await.unwrap();
        assert_problem(&open(&thief, &pass, 1).await, 404, "not-found", "not believed");
        raw.run("UPDATE shares SET until = until + 1").await.unwrap();
        assert_problem(&enter(&thief, &other, "Dubois").await, 422, "wrong-code-or-name", "not believed");
        // No code, no surname, and no name of who reads is in the database.
        let all = String::from_utf8_lossy(&raw.dump().await).into_owned();
        for text in [code.replace('-', ""), other.replace('-', ""), "Petit".to_owned(), "dubois".to_owned()] {
            assert!(!all.contains(&text), "{text} is in the clear");
        }
    }

    /// The end comes while a long copy is on its way: it stops.
    async fn a_copy_on_its_way_stops_when_it_is_stopped(pair) {
        let world = World::new(pair).await;
        let angela = world.holder("angela").await;
        let noise: Vec<u8> = consigne::domain::source::Source::system().bytes::<65_536>().into_iter().cycle().take(20 * 1024 * 1024).collect();
        let pdf = with_noise(&noise);
        let metadata = crate::world::metadata_of("Long", "logement.bail", None);
        let paper = angela.deposit_with(&metadata, "long.pdf", pdf).await.expect(201).json();
        let (share, code) = give(&angela, &giving(&[paper["id"].as_str().unwrap()])).await;
        let landlady = browser(&world);
        let pass = inside(&landlady, &code, "Dubois", "Jeanne Petit").await;
        let request = landlady.request(Method::GET, "/api/v1/codes/papers/1/content").header("consigne-pass", &pass);
        let mut response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let declared: usize = response.headers()["content-length"].to_str().unwrap().parse().unwrap();
        let mut got = response.chunk().await.unwrap().unwrap().len();
        angela.client.post(&angela.path(&format!("/shares/{share}/revoke"))).await.expect(204);
        // Slowly enough that rights are looked at again on the way.
        tokio::time::sleep(Duration::from_secs(6)).await;
        let cut = loop {
            match response.chunk().await {
                Ok(Some(piece)) => got += piece.len(),
                Ok(None) => break false,
                Err(_) => break true,
            }
        };
        assert!(cut && got < declared, "{got} of {declared}");
        world.settle().await;
        let journal = angela.journal().await;
        assert!(journal.iter().any(|line| line["action"] == "access.close" && line["outcome"]["reason"] == "share_over"), "its end is told");
        assert_problem(&with_pass(&landlady, Method::GET, "/api/v1/codes/papers", &pass, None).await, 410, "share-over", "over");
    }
}

/// A PDF of one page with a picture of noise, which does not pack.
fn with_noise(noise: &[u8]) -> Vec<u8> {
    let side = 2_560;
    let height = noise.len() / (side * 3);
    let noise = &noise[..side * 3 * height];
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    let content = b"q 500 0 0 700 40 40 cm /I Do Q";
    let parts: [Vec<u8>; 5] = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>".to_vec(),
        [format!("<</Length {}>>\nstream\n", content.len()).as_bytes(), content, b"\nendstream"].concat(),
        [
            format!("<</Type/XObject/Subtype/Image/Width {side}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8/Length {}>>\nstream\n", noise.len()).as_bytes(),
            noise,
            b"\nendstream",
        ]
        .concat(),
    ];
    for (number, part) in parts.iter().enumerate() {
        places.push(out.len());
        out.extend_from_slice(format!("{} 0 obj\n", number + 1).as_bytes());
        out.extend_from_slice(part);
        out.extend_from_slice(b"\nendobj\n");
    }
    let start = out.len();
    out.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", parts.len() + 1).as_bytes());
    for place in places {
        out.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    out.extend_from_slice(
        format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", parts.len() + 1).as_bytes(),
    );
    out
}
