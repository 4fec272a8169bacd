//! Coming in, proving again who one is, seeing and ending one's sessions: through the site, as a browser does.

pub mod issuer;
mod professional;
mod provider;
mod sessions;
mod step_up;

use url::Url;

use crate::world::{Answer, Client};

pub const SESSION: &str = "__Host-consigne";

pub fn cookie(client: &Client, name: &str) -> String {
    client.cookies.lock().unwrap().get(name).cloned().unwrap_or_default()
}

/// Goes to the demonstration's issuer, chooses somebody there, comes back: the answer of our callback.
pub async fn through(client: &Client, login: &str, who: &str) -> Answer {
    let away = client.get(login).await.expect(303);
    let mut at_issuer = Url::parse(away.header("location")).unwrap();
    at_issuer.query_pairs_mut().append_pair("login_hint", who);
    let back = client.get(at_issuer.as_str()).await;
    assert!(back.status.is_redirection(), "{}", back.text());
    client.get(back.header("location")).await
}
