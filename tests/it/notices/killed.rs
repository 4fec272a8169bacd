//! `kill -9` at each step of telling somebody, on a real `consigne serve`: they are told once, or, of a letter that may have gone, not twice.

use std::time::Duration;

use consigne::domain::source::{Source, Timestamp};
use consigne::locker::Issuers;
use serde_json::json;

use super::mailbox::Mailbox;
use super::{confirm, figures};
use crate::bad_days::killed::{ORIGIN, Operator};
use crate::on_both_pairs;
use crate::world::gateway::Gateway;
use crate::world::{Client, Holder, Pair, proposal};

/// Sends what is due, in this process, when nobody else can have it any more.
async fn tell_later(operator: &Operator, sms: &Gateway) -> u64 {
    let mut config = operator.config.clone();
    let token = Some("a-token-of-the-gateway".to_owned().into());
    config.notices.sms = Some(consigne::config::SmsConfig { url: sms.url.clone(), token, codes_a_day: None });
    config.notices.email = Some(super::mailbox::config());
    let source = Source::with_manual_clock(Source::system().now().plus(Duration::from_mins(10)));
    let limits = consigne::locker::Limits::default();
    let opened = consigne::app::open(&config, &source, limits, Issuers::default(), false).await.unwrap();
    let sent = opened.lockers.tell_holders().await.unwrap();
    assert_eq!(opened.lockers.tell_holders().await.unwrap(), 0);
    opened.lockers.finish().await;
    opened.db.close().await;
    sent
}

/// Has somebody told by a channel; kills the service at a step of telling them that help began. Gives their journal's lines about it, and
/// what came.
async fn killed_at(pair: Pair, step: &str, by_mail: bool) -> (Vec<String>, usize) {
    let (gateway, mailbox) = (Gateway::open().await, Mailbox::new("lucie"));
    let mail = super::mailbox::config();
    let more = format!(
        "[notices.sms]\nurl = \"{}\"\ntoken = \"a-token-of-the-gateway\"\n[notices.email]\nhost = \"{}\"\nport = {}\nsecurity = \"none\"\nfrom = \"{}\"\n",
        gateway.url,
        mail.host,
        mail.port.unwrap(),
        mail.from,
    );
    let operator = Operator::with(pair, &more).await;
    let mut server = operator.serve(None).await;
    let client = Client::behind(operator.address, ORIGIN);
    client.sign_in("holder", "lucie").await;
    let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let lucie = Holder { client, locker, person: String::new() };
    let body = if by_mail {
        json!({"channel": "email", "address": mailbox.address, "discreet": false})
    } else {
        json!({"channel": "sms", "address": "0612345678", "discreet": false})
    };
    lucie.client.post_json(&lucie.path("/contact"), &body).await.expect(202);
    let code = if by_mail { mailbox.next(0).await } else { gateway.next(0).await };
    confirm(&lucie, &figures(code.rsplit("\n\n").next().unwrap())).await.expect(204);
    let ahmed = Client::behind(operator.address, ORIGIN);
    ahmed.sign_in("holder", "ahmed").await;
    let came = || if by_mail { mailbox.letters().len() } else { gateway.taken().len() };
    // Whatever has been told until here is the code alone: what tells of help comes at the next start.
    server.0.kill().unwrap();
    server.wait_for_its_death();
    let mut server = operator.serve(None).await;
    lucie.let_help(&ahmed, proposal("", None)).await;
    server.0.kill().unwrap();
    server.wait_for_its_death();
    assert_eq!(came(), 1);

    let mut server = operator.serve_until(step);
    server.wait_for_its_death();
    tell_later(&operator, &gateway).await;
    let server = operator.serve(None).await;
    let lines: Vec<String> =
        lucie.trail().await.into_iter().filter(|line| line.starts_with("notice.")).skip(1).collect();
    drop(server);
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
    (lines, came() - 1)
}

on_both_pairs! {
    async fn a_text_message_comes_once(pair) {
        assert_eq!(killed_at(pair, "notice.made", false).await, (vec!["notice.send done".to_owned()], 1));
        let twice = vec!["notice.send done".to_owned(); 2];
        assert_eq!(killed_at(pair, "notice.taken", false).await, (twice.clone(), 1));
        assert_eq!(killed_at(pair, "notice.handed", false).await, (twice, 1), "the gateway knows it again");
    }

    async fn a_letter_does_not_come_twice(pair) {
        assert_eq!(killed_at(pair, "notice.made", true).await, (vec!["notice.send done".to_owned()], 1));
        let unknown = vec!["notice.send done".to_owned(), "notice.send ended:delivery_unknown".to_owned()];
        assert_eq!(killed_at(pair, "notice.taken", true).await, (unknown.clone(), 0), "it had not gone, and nobody can know");
        assert_eq!(killed_at(pair, "notice.handed", true).await, (unknown, 1));
    }
}

/// Not a story: what [`dates_are_told_once`] runs in a process of its own, to be killed at a step.
#[tokio::test]
#[ignore = "a part of another story, which runs it"]
async fn tells_in_a_process_of_its_own() {
    let (file, at) = (crate::world::setting("TELL_BY"), crate::world::setting("TELL_AT").parse().unwrap());
    tell_at(&consigne::config::Config::load(Some(file.as_ref()), None).unwrap(), Timestamp::from_micros(at)).await;
}

async fn tell_at(config: &consigne::config::Config, at: Timestamp) -> u64 {
    let source = Source::with_manual_clock(at);
    let limits = consigne::locker::Limits::default();
    let opened = consigne::app::open(config, &source, limits, Issuers::default(), false).await.unwrap();
    let sent = opened.lockers.tell_holders().await.unwrap();
    opened.lockers.finish().await;
    opened.db.close().await;
    sent
}

/// Somebody's passport ends in 60 days; the process that tells them dies at a step, the next morning. Gives what came.
async fn told_of_a_date(pair: Pair, step: &str) -> Vec<String> {
    let gateway = Gateway::open().await;
    let more = format!("[notices.sms]\nurl = \"{}\"\ntoken = \"a-token-of-the-gateway\"\n", gateway.url);
    let operator = Operator::with(pair, &more).await;
    let mut server = operator.serve(None).await;
    let client = Client::behind(operator.address, ORIGIN);
    client.sign_in("holder", "lucie").await;
    let locker = client.open_locker().await.expect(201).json()["id"].as_str().unwrap().to_owned();
    let lucie = Holder { client, locker, person: String::new() };
    super::told_by_sms(&lucie, &gateway, false).await;
    let now = Source::system().now();
    let last = consigne::words::date_of(now).checked_add(jiff::Span::new().days(60)).unwrap().to_string();
    super::dates::paper(&lucie, "Passeport", "identite.passeport", &last).await;
    server.0.kill().unwrap();
    server.wait_for_its_death();

    // The first of the mornings chose by the confirmation may be today's: two days on, it is over in any case.
    let at = consigne::words::next_morning(now.plus(Duration::from_hours(24)));
    let config = consigne::config::Config::load(Some(&operator.file), None).unwrap();
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "notices::killed::tells_in_a_process_of_its_own", "--ignored"]);
    child.env("TELL_BY", &operator.file).env("TELL_AT", at.micros().to_string()).env("CONSIGNE_KILL_AT", step);
    let ended = child.stdout(std::process::Stdio::null()).status().unwrap();
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(9), "{step}");
    // Whoever comes next: when nobody else can have it any more.
    tell_at(&config, at.plus(Duration::from_mins(6))).await;
    tell_at(&config, at.plus(Duration::from_mins(12))).await;
    tell_at(&config, at.plus(Duration::from_hours(25))).await;
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
    gateway.taken().into_iter().skip(1).map(|(_, text)| text).collect()
}

on_both_pairs! {
    async fn dates_are_told_once(pair) {
        for step in ["dates.looked_at", "dates.told", "notice.taken", "notice.handed"] {
            let told = told_of_a_date(pair, step).await;
            assert!(told.len() == 1 && told[0].contains("papier"), "{step}: {told:?}");
        }
    }
}
