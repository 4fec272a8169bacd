//! What anybody is told of a paper by its code: one of three words. Who attacks: whoever found a paper, whoever guesses codes, whoever
//! writes SQL.

use std::time::Duration;

use consigne::domain::entry::{Action, Outcome};
use consigne::domain::organisation::Roles;

use crate::attacks::tools::{assert_problem, service_chain};
use crate::on_both_pairs;
use crate::world::printed::Pdf;
use crate::world::{Client, Holder, Mandate, Pair, World, proposal};

/// The code on the paper of a mandate.
async fn code(lucie: &Holder, mandate: &Mandate) -> String {
    let text = Pdf::of(lucie.get(&format!("/mandates/{}/attestation", mandate.id)).await).flat();
    text.split_whitespace().find(|word| word.len() == 14 && word.matches('-').count() == 2).unwrap().to_owned()
}

async fn said(client: &Client, code: &str) -> String {
    let answer = client.get(&format!("/api/v1/attestations/check?code={code}")).await.expect(200);
    let told = answer.json();
    assert_eq!(told.as_object().unwrap().len(), 1, "one word, and nothing else: {told}");
    told["status"].as_str().unwrap().to_owned()
}

on_both_pairs! {
    async fn it_is_valid_until_help_ends_by_whatever_way(pair) {
        let world = World::new(pair).await;
        let (lucie, claire, nadia) = (world.holder("lucie").await, world.professional("claire").await, world.professional("nadia").await);
        let ccas = world.organisation("CCAS", &claire, Roles::Both).await;
        let member = world.hire(&ccas, &claire, &nadia).await;
        let ahmed = world.holder("ahmed").await;
        nadia.pass().await.expect(204);
        let mandate = lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        let relative = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let (of_nadia, of_ahmed) = (code(&lucie, &mandate).await, code(&lucie, &relative).await);
        assert_ne!(of_nadia, of_ahmed);
        let anybody = world.anonymous();
        // However it is typed.
        for typed in [of_nadia.clone(), of_nadia.to_lowercase(), of_nadia.replace('-', "%20"), of_nadia.replace('-', "")] {
            assert_eq!(said(&anybody, &typed).await, "valid", "{typed}");
        }
        assert_eq!(said(&anybody, "2222-2222-2222").await, "unknown");
        assert_eq!(said(&anybody, "nonsense").await, "unknown");

        // Suspended, and resumed: what she may do now is what is said.
        claire.pass().await.expect(204);
        claire.client.post(&ccas.member(&member, "/suspend")).await.expect(204);
        assert_eq!(said(&anybody, &of_nadia).await, "ended");
        claire.client.post(&ccas.member(&member, "/resume")).await.expect(204);
        assert_eq!(said(&anybody, &of_nadia).await, "valid");
        lucie.stop(&mandate).await;
        assert_eq!(said(&anybody, &of_nadia).await, "ended");
        assert_eq!(said(&anybody, &of_ahmed).await, "valid");

        // A closed locker helps nobody; one that is open again does; one whose time is over does not.
        world.wait(Duration::from_secs(61));
        lucie.client.prove_again().await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        assert_eq!(said(&anybody, &of_ahmed).await, "ended");
        lucie.client.post(&lucie.path("/reopen")).await.expect(200);
        assert_eq!(said(&anybody, &of_ahmed).await, "valid");
        world.wait(Duration::from_hours(24 * 400));
        assert_eq!(said(&anybody, &of_ahmed).await, "ended");
    }

    /// Whose help was cut keeps a paper that says more.
    async fn a_paper_from_before_a_narrowing_has_ended(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mut asked = proposal("", None);
        asked["scope"] = serde_json::json!([{"category": "logement", "permissions": ["list", "read"]}, {"category": "impots", "permissions": ["list"]}]);
        let mandate = lucie.let_help(&ahmed.client, asked).await;
        let before = code(&lucie, &mandate).await;
        let narrow = serde_json::json!({"scope": [{"category": "logement", "permissions": ["list"]}]});
        let path = lucie.path(&format!("/mandates/{}/narrow", mandate.id));
        lucie.client.post_json(&path, &narrow).await.expect(204);
        let after = code(&lucie, &mandate).await;
        assert_ne!(before, after);
        assert_eq!(said(&world.anonymous(), &before).await, "ended");
        assert_eq!(said(&world.anonymous(), &after).await, "valid");
        let text = Pdf::of(lucie.get(&format!("/mandates/{}/attestation", mandate.id)).await).flat();
        assert!(!text.contains("Impôts") && !text.contains("ouvrir"), "{text}");
    }

    async fn of_an_erased_locker_nothing_is_known(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let code = code(&lucie, &mandate).await;
        lucie.client.prove_again().await;
        lucie.client.post(&lucie.path("/close")).await.expect(200);
        world.wait(Duration::from_hours(24 * 31));
        assert_eq!(world.lockers.erase_due().await.unwrap(), 1);
        assert_eq!(said(&world.anonymous(), &code).await, "unknown");
        assert_eq!(world.raw().await.count("attestations").await, 0);
    }

    /// Somebody tries ten thousand codes, and one that they found.
    async fn ten_thousand_guesses_meet_the_wall(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let code = code(&lucie, &mandate).await;
        let anybody = world.anonymous();
        let (mut answered, mut refused) = (0, 0);
        let guess = |number: usize| {
            let letters: Vec<char> = "23456789ABCDEFGHJKMNPQRSTUVWXYZ".chars().collect();
            let (mut rest, mut text) = (number, String::new());
            for _ in 0..12 {
                text.push(letters[rest % letters.len()]);
                rest /= letters.len();
            }
            text
        };
        for round in 0..400 {
            let asked: Vec<_> = (0..25).map(|one| {
                let path = format!("/api/v1/attestations/check?code={}", guess(round * 25 + one));
                let client = &anybody;
                async move { client.get(&path).await }
            }).collect();
            for answer in futures_util::future::join_all(asked).await {
                match answer.status.as_u16() {
                    200 => {
                        assert_eq!(answer.json()["status"], "unknown");
                        answered += 1;
                    }
                    429 => refused += 1,
                    other => panic!("{other}"),
                }
            }
        }
        assert_eq!(answered + refused, 10_000);
        assert_eq!(answered, 30, "in one minute, from one place");
        // A right one is refused as well: being refused tells nothing. The page says what to do.
        let late = anybody.get(&format!("/api/v1/attestations/check?code={code}")).await;
        assert_problem(&late, 429, "too-many", "too many");
        let page = anybody.get(&format!("/verifier?code={code}")).await;
        assert!(page.status.as_u16() == 429 && page.text().contains("Attendez une minute"), "{}", page.text());
        world.wait(Duration::from_secs(61));
        assert_eq!(said(&anybody, &code).await, "valid");

        // Not a line of anybody's journal; of the service's, two, with how many they stand for, whichever codes these were.
        assert!(!lucie.trail().await.iter().any(|line| line.starts_with("attestation.check")), "{:?}", lucie.trail().await);
        world.lockers.finish().await;
        let lines = service_chain(&mut world.raw().await).await;
        let count = |is_done: bool| -> u64 {
            let of = lines.iter().filter(|entry| entry.line.action == Action::CheckAttestation);
            of.filter(|entry| (entry.line.outcome == Outcome::Done) == is_done).map(|entry| entry.line.count.unwrap_or(1)).sum()
        };
        assert_eq!((count(true), count(false)), (31, 9_972));
    }

    /// The answer comes no sooner whichever it is, and is shaped alike.
    async fn neither_time_nor_shape_tells_more_than_the_word(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let (valid, ended) = (lucie.let_help(&ahmed.client, proposal("", None)).await, {
            let angela = world.holder("angela").await;
            lucie.let_help(&angela.client, proposal("", None)).await
        });
        let codes = [code(&lucie, &valid).await, code(&lucie, &ended).await, "2345-6789-ABCD".to_owned(), "nonsense".to_owned()];
        lucie.stop(&ended).await;
        let anybody = world.anonymous();
        let mut shapes = Vec::new();
        for code in &codes {
            let begun = tokio::time::Instant::now();
            let answer = anybody.get(&format!("/api/v1/attestations/check?code={code}")).await.expect(200);
            assert!(begun.elapsed() >= Duration::from_millis(199), "{code}: {:?}", begun.elapsed());
            let mut headers: Vec<_> = answer.headers.iter().filter(|(name, _)| *name != "date" && *name != "content-length").map(|(name, value)| format!("{name}: {value:?}")).collect();
            headers.sort();
            shapes.push(headers);
            let page = anybody.get(&format!("/verifier?code={code}")).await.text();
            for word in ["Lucie", "Ahmed", "ROUX", "logement", "Logement"] {
                assert!(!page.contains(word), "{word}: {page}");
            }
        }
        assert!(shapes.iter().all(|headers| *headers == shapes[0]), "{shapes:?}");
    }

    /// Whoever writes SQL makes no paper valid: not by a row of their own, not by an older row put back.
    async fn a_row_by_hand_makes_nothing_valid(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let first = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let of_first = code(&lucie, &first).await;
        let mut raw = world.raw().await;
        raw.run("CREATE TABLE kept AS SELECT * FROM mandates").await.unwrap();
        lucie.stop(&first).await;
        assert_eq!(said(&world.anonymous(), &of_first).await, "ended");
        // The mandate as it was, with its proof.
        raw.run("DELETE FROM mandates").await.unwrap();
        raw.run("INSERT INTO mandates SELECT * FROM kept").await.unwrap();
        assert_eq!(said(&world.anonymous(), &of_first).await, "ended", "the journal knows better");
        // The code of one, on another that is in force.
        let second = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let of_second = code(&lucie, &second).await;
        assert_eq!(said(&world.anonymous(), &of_second).await, "valid");
        let id = raw.id(&second.id);
        raw.run(&format!("DELETE FROM attestations WHERE mandate_id = {id}")).await.unwrap();
        assert_eq!(said(&world.anonymous(), &of_second).await, "unknown");
        raw.run(&format!("UPDATE attestations SET mandate_id = {id}")).await.unwrap();
        assert_eq!(said(&world.anonymous(), &of_first).await, "unknown", "without its proof");
        // No code stands in the database, nor anything it could be found from without the key.
        let dump = raw.dump().await;
        for code in [&of_first, &of_second] {
            let plain = code.replace('-', "");
            assert!(!dump.windows(12).any(|window| window == plain.as_bytes()), "the code is in the database");
        }
    }

    async fn the_page_says_what_the_word_means(pair) {
        let world = World::new(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let mandate = lucie.let_help(&ahmed.client, proposal("", None)).await;
        let code = code(&lucie, &mandate).await;
        let anybody = world.anonymous();
        let page = anybody.get("/verifier").await.expect(200).text();
        assert!(page.contains("Tapez le code") && !page.contains("role=\"status\""), "{page}");
        let page = async |code: &str, status: u16| anybody.get(&format!("/verifier?code={code}")).await.expect(status).text();
        assert!(page(&code, 200).await.contains("Cette attestation est valable."));
        lucie.stop(&mandate).await;
        assert!(page(&code, 200).await.contains("Cette attestation est terminée."));
        assert!(page("2345-6789-ABCD", 200).await.contains("Ce code est inconnu."));
        let wrong = page("ABC%3Cb%3E", 422).await;
        assert!(wrong.contains("n’est pas un code d’attestation") && wrong.contains("ABC&#60;b&#62;"), "{wrong}");
        // Who is signed in is nobody here: the same page.
        assert!(!lucie.client.get("/verifier").await.expect(200).text().contains("Lucie"));
    }
}
