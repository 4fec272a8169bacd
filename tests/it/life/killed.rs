//! `kill -9` at each step of an erasure, on a real `consigne serve`; what runs after completes it.

use std::time::Duration;

use bytes::Bytes;
use consigne::access::{Caller, Token};
use consigne::app::Opened;
use consigne::domain::document::{DocumentFields, FileName, Title, Whose};
use consigne::domain::ids::{LockerId, RequestId};
use consigne::domain::person::{CivilIdentity, IssuerKind};
use consigne::domain::source::Source;
use consigne::domain::taxonomy::Kind;
use consigne::identity::SignedIn;
use consigne::locker::{DepositAsk, Issuers, Limits, Onto};
use consigne::words::Locale;
use secrecy::SecretString;

use crate::bad_days::killed::Operator;
use crate::on_both_pairs;
use crate::world::Pair;

async fn open(operator: &Operator, source: &Source) -> Opened {
    consigne::app::open(&operator.config, source, Limits::default(), Issuers::default(), false).await.unwrap()
}

/// Somebody opened a locker 31 days ago, put two papers in it, and closed it.
async fn closed_a_month_ago(operator: &Operator) -> LockerId {
    let source = Source::with_manual_clock(Source::system().now().minus(Duration::from_secs(31 * 24 * 3600)));
    let opened = open(operator, &source).await;
    let lockers = &opened.lockers;
    let caller = |token| Caller {
        token,
        visit: None,
        client: None,
        office: None,
        request: RequestId::draw(&source),
        origin: [0; 16],
    };
    let signed_in = SignedIn {
        kind: IssuerKind::Holder,
        issuer: "issuer".to_owned(),
        subject: "lucie".to_owned(),
        identity: CivilIdentity::default(),
        acr: None,
        auth_time: Some(source.now()),
        id_token: SecretString::from(String::new()),
    };
    let came_in = lockers.admit(&caller(None), signed_in, "issuer").await.unwrap();
    let caller = caller(Token::from_cookie(&came_in.cookie));
    let told = lockers.information(Locale::Fr).sha256.to_string();
    let locker = lockers.open_own(&caller, Some(&told)).await.unwrap();
    for title in ["Bail", "Quittance"] {
        let fields = DocumentFields {
            title: Title::parse(title).unwrap(),
            kind: Kind::from_code("logement.bail").unwrap(),
            whose: Whose::Me,
            issued_on: None,
            expires_on: None,
            good_until: None,
            private: false,
        };
        let ask = DepositAsk {
            locker,
            onto: Onto::Paper(fields),
            file_name: FileName::clean("b.txt"),
            sha256: None,
            repeat_key: None,
            issuance: None,
        };
        let body = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from_static(b"le bail"))]);
        lockers.deposit(&caller, ask, body).await.unwrap();
    }
    lockers.close(&caller, locker).await.unwrap();
    lockers.finish().await;
    opened.db.close().await;
    locker
}

async fn killed_at(pair: Pair, step: &str) {
    let operator = Operator::new(pair).await;
    let locker = closed_a_month_ago(&operator).await;
    // A line of today: without one, the clock could be far ahead, and nothing would be erased for a day.
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
    operator.serve_until(step).wait_for_its_death();

    // What the next start does, then what its first job does.
    let opened = open(&operator, &Source::system()).await;
    opened.lockers.replay_erasures().await.unwrap();
    opened.lockers.erase_due().await.unwrap();
    assert!(!opened.lockers.door().has_locker(locker).await.unwrap());
    let far = consigne::domain::source::Timestamp::from_micros(i64::MAX);
    let left = opened.lockers.blobs().list_older_than(far, 100, None).await.unwrap();
    let left: Vec<_> = left.iter().map(|n| n.as_str().to_owned()).filter(|n| !n.starts_with("probe/")).collect();
    assert_eq!(left, [format!("tombstones/{locker}")]);
    assert!(opened.lockers.door().removals().await.unwrap().is_empty());
    opened.db.close().await;
    assert!(operator.consigne(&["journal", "verify"]).status().unwrap().success());
}

on_both_pairs! {
    async fn when_it_is_decided(pair) { killed_at(pair, "erase.begun").await; }
    async fn when_the_tombstone_lies(pair) { killed_at(pair, "erase.tombstone").await; }
    async fn before_the_commit(pair) { killed_at(pair, "erase.before_commit").await; }
    async fn when_it_is_committed(pair) { killed_at(pair, "erase.committed").await; }
    async fn when_one_blob_is_gone(pair) { killed_at(pair, "erase.blob").await; }
    async fn when_all_blobs_are_gone(pair) { killed_at(pair, "erase.blobs").await; }
}
