//! By electronic letter, against a real mail server.

use std::time::Duration;

use consigne::domain::organisation::Roles;
use serde_json::json;

use super::mailbox::{Mailbox, config, text};
use super::{confirm, contact, figures, lines};
use crate::bad_days::killed::{ORIGIN, Operator};
use crate::on_both_pairs;
use crate::world::{Answer, Client, Holder, Pair, World, proposal, setting};
use consigne::locker::Limits;

async fn world(pair: Pair) -> World {
    World::build(pair, Limits::default(), |changed| changed.notices.email = Some(config())).await
}

async fn choose(lucie: &Holder, address: &str) -> Answer {
    let body = json!({"channel": "email", "address": address, "discreet": false});
    lucie.client.post_json(&lucie.path("/contact"), &body).await
}

/// The values of a header.
fn header<'l>(letter: &'l str, name: &str) -> Vec<&'l str> {
    let head = letter.split_once("\n\n").unwrap().0;
    let named = format!("{}: ", name.to_lowercase());
    head.lines().filter(|line| line.to_lowercase().starts_with(&named)).map(|line| &line[named.len()..]).collect()
}

on_both_pairs! {
    async fn help_that_begins_is_told_by_letter(pair) {
        let world = world(pair).await;
        let (lucie, claire) = (world.holder("lucie").await, world.professional("claire").await);
        let ccas = world.organisation("CCAS de Valserin", &claire, Roles::Both).await;
        let nadia = world.professional("nadia").await;
        world.hire(&ccas, &claire, &nadia).await;
        let mailbox = Mailbox::new("lucie");
        choose(&lucie, &mailbox.address).await.expect(202);
        let letter = mailbox.next(0).await;
        confirm(&lucie, &figures(&text(&letter))).await.expect(204);
        lucie.let_help(&nadia.client, proposal("", Some(&ccas))).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1);
        let letter = mailbox.next(1).await;
        assert!(text(&letter).contains("Nadia") && text(&letter).contains("une aide a commencé"), "{letter}");
        assert_eq!(header(&letter, "to"), [mailbox.address.as_str()]);
        assert_eq!(header(&letter, "from"), ["Consigne <consigne@exemple.fr>"]);
        assert_eq!((header(&letter, "cc").len(), header(&letter, "bcc").len(), header(&letter, "subject").len()), (0, 0, 1));
        assert_eq!(header(&letter, "auto-submitted"), ["auto-generated"]);
        assert!(header(&letter, "message-id")[0].ends_with("@exemple.fr>"), "{letter}");
        let hint = contact(&lucie).await["address_hint"].clone();
        assert_eq!(hint, "l…@exemple.fr");
    }

    /// Somebody types more than an address, to have letters sent to others too.
    async fn an_address_can_not_bring_recipients(pair) {
        let world = world(pair).await;
        let lucie = world.holder("lucie").await;
        let (own, other) = (Mailbox::new("lucie"), Mailbox::new("ahmed"));
        for between in ["\r\nBcc: ", ",", ", ", " ", ";", "\n", "%0aBcc:", "\u{2028}", "\0"] {
            choose(&lucie, &format!("{}{between}{}", own.address, other.address)).await.expect(422);
        }
        choose(&lucie, &format!("<{}>", own.address)).await.expect(422);
        world.settle().await;
        assert_eq!((own.letters().len(), other.letters().len()), (0, 0));
    }

    async fn a_server_that_refuses_or_says_to_come_back(pair) {
        let world = world(pair).await;
        for (name, waits, told) in [
            ("refuse", 0, ["notice.send done", "notice.send ended:not_delivered"].as_slice()),
            ("later", 1, &["notice.send done"]),
            // The bytes are there, and no answer: it is not sent again.
            ("cut", 0, &["notice.send done", "notice.send ended:delivery_unknown"]),
        ] {
            let lucie = world.holder("lucie").await;
            let (before, mailbox) = (lines(&lucie).await.len(), Mailbox::new(name));
            choose(&lucie, &mailbox.address).await.expect(202);
            for _ in 0..100 {
                if lines(&lucie).await.len() - before == told.len() && world.raw().await.count("notices").await == waits {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            assert_eq!(lines(&lucie).await[before..], *told, "{name}");
            assert_eq!(world.raw().await.count("notices").await, waits, "{name}");
            assert_eq!(mailbox.letters().len(), usize::from(name == "cut"), "{name}");
            world.wait(Duration::from_mins(2));
            world.lockers.tell_holders().await.unwrap();
            assert_eq!(mailbox.letters().len(), usize::from(name == "cut"), "{name}: not twice");
        }
    }

    /// One letter that is refused for a while holds up nobody else's.
    async fn one_letter_that_waits_lets_the_others_go(pair) {
        let world = world(pair).await;
        let (lucie, ahmed) = (world.holder("lucie").await, world.holder("ahmed").await);
        let (fine, later) = (Mailbox::new("lucie"), Mailbox::new("later"));
        choose(&lucie, &fine.address).await.expect(202);
        confirm(&lucie, &figures(&text(&fine.next(0).await))).await.expect(204);
        choose(&ahmed, &later.address).await.expect(202);
        for _ in 0..100 {
            if lines(&ahmed).await.len() == 1 {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        world.settle().await;
        // His is due before hers.
        world.wait(Duration::from_mins(2));
        lucie.let_help(&ahmed.client, proposal("", None)).await;
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 1, "in one round");
        assert!(text(&fine.next(1).await).contains("une aide a commencé"));
        assert_eq!((lines(&ahmed).await.len(), later.letters().len()), (2, 0), "it was tried, and waits");
    }

    /// Nobody listens where the server should be: nothing is opened, nothing is said to be sent.
    async fn a_server_that_is_away_costs_no_line(pair) {
        let world = World::build(pair, Limits::default(), |changed| {
            let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            changed.notices.email = Some(consigne::config::EmailConfig { port: Some(nobody), ..config() });
        })
        .await;
        let lucie = world.holder("lucie").await;
        choose(&lucie, "lucie@exemple.fr").await.expect(202);
        world.settle().await;
        world.wait(Duration::from_mins(2));
        assert_eq!(world.lockers.tell_holders().await.unwrap(), 0);
        assert_eq!(lines(&lucie).await, Vec::<String>::new());
        assert_eq!(world.raw().await.count("notices").await, 1, "it waits");
    }
}

/// Somebody chooses an address, on a `consigne serve` that reaches a server so, trusting the authority of the tests or only those of the
/// system. Gives the letters that came, whether a line says that one was sent, and what was logged.
async fn sent_by(host: &str, port: &str, security: &str, trusts: bool) -> (usize, bool, String) {
    let port = setting(port);
    let more = format!(
        "[notices.email]\nhost = \"{host}\"\nport = {port}\nsecurity = \"{security}\"\nfrom = \"consigne@exemple.fr\"\n"
    );
    let operator = Operator::with(Pair::Local, &more).await;
    let authority = setting("CONSIGNE_TEST_MAIL_AUTHORITY");
    let trusted = trusts.then_some(("SSL_CERT_FILE", authority));
    let _server = operator.serve_with(operator.address, trusted.as_slice()).await;
    let client = Client::behind(operator.address, ORIGIN);
    client.sign_in("holder", "lucie").await;
    let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let lucie = Holder { client, locker, person: String::new() };
    let mailbox = Mailbox::new("lucie");
    choose(&lucie, &mailbox.address).await.expect(202);
    for _ in 0..100 {
        if !mailbox.letters().is_empty() || operator.log().contains("is away") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let told = !lines(&lucie).await.is_empty();
    (mailbox.letters().len(), told, operator.log())
}

#[tokio::test]
async fn letters_go_by_tls_and_by_starttls() {
    for (port, security) in [("CONSIGNE_TEST_SMTP_STARTTLS", "starttls"), ("CONSIGNE_TEST_SMTP_TLS", "tls")] {
        let (letters, told, log) = sent_by("localhost", port, security, true).await;
        assert_eq!((letters, told), (1, true), "{security}: {log}");
    }
}

/// Somebody stands in for the server, or in between: no letter, and no line, for nothing was opened.
#[tokio::test]
async fn a_server_that_is_not_the_one_gets_nothing() {
    for (host, port, security, trusts) in [
        // Nobody known vouches for it.
        ("localhost", "CONSIGNE_TEST_SMTP_TLS", "tls", false),
        ("localhost", "CONSIGNE_TEST_SMTP_STARTTLS", "starttls", false),
        // It has another name.
        ("127.0.0.1", "CONSIGNE_TEST_SMTP_TLS", "tls", true),
        ("127.0.0.1", "CONSIGNE_TEST_SMTP_STARTTLS", "starttls", true),
        // It does not offer what is asked for.
        ("localhost", "CONSIGNE_TEST_SMTP", "starttls", true),
        ("localhost", "CONSIGNE_TEST_SMTP", "tls", true),
    ] {
        let (letters, told, log) = sent_by(host, port, security, trusts).await;
        assert_eq!((letters, told), (0, false), "{host} {port} {security}: {log}");
        assert!(log.contains("the mail server is away") && !log.contains("exemple.fr"), "{log}");
    }
}
