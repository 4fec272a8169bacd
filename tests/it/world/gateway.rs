//! A gateway for text messages, as an operator may have one: it takes each id once, and can be away, slow, refuse, or lose its answer.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::Value;

use super::{Limits, Pair, World};

/// What it does with what it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// 503.
    Away,
    /// 400.
    Refuses,
    /// Takes it, and says 503.
    LosesItsAnswer,
    /// Takes nothing and answers long after anybody waits.
    Hangs,
    /// Sends whoever asks to another address.
    SendsElsewhere,
}

#[derive(Debug)]
struct Told {
    mood: Mood,
    /// What was taken, once each.
    taken: Vec<Value>,
    /// How often it was asked.
    asked: usize,
}

/// A gateway on loopback.
#[derive(Debug, Clone)]
pub struct Gateway {
    told: Arc<Mutex<Told>>,
    pub url: url::Url,
}

impl Gateway {
    pub async fn open() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/messages", listener.local_addr().unwrap()).parse().unwrap();
        let told = Arc::new(Mutex::new(Told { mood: Mood::Takes, taken: Vec::new(), asked: 0 }));
        let router = Router::new().route("/messages", post(take)).with_state(Arc::clone(&told));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { told, url }
    }

    pub fn mood(&self, mood: Mood) {
        self.told.lock().unwrap().mood = mood;
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.told.lock().unwrap().asked
    }

    /// What it has taken: to whom, what.
    pub fn taken(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.told.lock().unwrap().taken.iter().map(|one| (text(&one["to"]), text(&one["text"]))).collect()
    }

    /// The last text that it has taken; waits for one more than there were.
    pub async fn next(&self, were: usize) -> String {
        for _ in 0..200 {
            if let Some((_, text)) = self.taken().get(were) {
                return text.clone();
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("no message came: {:?}", self.taken());
    }

    /// A world that has this gateway.
    pub async fn world(&self, pair: Pair) -> World {
        let url = self.url.clone();
        let token = Some("a-token-of-the-gateway".to_owned().into());
        World::build(pair, Limits::default(), |config| {
            config.notices.sms = Some(consigne::config::SmsConfig { url, token, codes_a_day: None });
        })
        .await
    }
}

async fn take(
    State(told): State<Arc<Mutex<Told>>>,
    headers: HeaderMap,
    Json(message): Json<Value>,
) -> (StatusCode, HeaderMap) {
    let mood = {
        let mut told = told.lock().unwrap();
        told.asked += 1;
        if headers["authorization"] != "Bearer a-token-of-the-gateway"
            || headers["idempotency-key"] != message["id"].as_str().unwrap()
        {
            return (StatusCode::UNAUTHORIZED, HeaderMap::new());
        }
        let is_new = !told.taken.iter().any(|taken| taken["id"] == message["id"]);
        if matches!(told.mood, Mood::Takes | Mood::LosesItsAnswer) {
            if !is_new {
                return (StatusCode::CONFLICT, HeaderMap::new());
            }
            told.taken.push(message);
        }
        told.mood
    };
    match mood {
        Mood::Takes => (StatusCode::ACCEPTED, HeaderMap::new()),
        Mood::Away | Mood::LosesItsAnswer => (StatusCode::SERVICE_UNAVAILABLE, HeaderMap::new()),
        Mood::Refuses => (StatusCode::BAD_REQUEST, HeaderMap::new()),
        Mood::Hangs => {
            tokio::time::sleep(Duration::from_mins(2)).await;
            (StatusCode::ACCEPTED, HeaderMap::new())
        }
        Mood::SendsElsewhere => {
            let mut headers = HeaderMap::new();
            headers.insert("location", "/messages".parse().unwrap());
            (StatusCode::TEMPORARY_REDIRECT, headers)
        }
    }
}
