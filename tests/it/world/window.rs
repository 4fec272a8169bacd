//! Windows: the holder reads and answers on the aidant's device.

use serde_json::{Value, json};

use super::{Answer, Client, Organisation, Professional, proposal};
use crate::entrance::through;

/// The window's cookie.
pub const WINDOW: &str = "__Host-consigne-fenetre";

/// What is proposed to somebody who is present: everything on housing, for 31 days.
pub fn present(organisation: &Organisation) -> Value {
    let mut body = proposal("", Some(organisation));
    body.as_object_mut().unwrap().remove("code");
    body
}

/// A window that an aidant has opened on their device.
pub struct Window<'a> {
    pub device: &'a Client,
    pub sign_in: String,
}

impl Professional {
    /// Opens a window on their device.
    pub async fn open_window(&self, body: &Value) -> Window<'_> {
        let opened = self.client.post_json("/api/v1/windows", body).await.expect(201).json();
        let (id, sign_in) = (opened["id"].as_str().unwrap(), opened["sign_in"].as_str().unwrap().to_owned());
        assert!(sign_in.ends_with(id), "{opened}");
        Window { device: &self.client, sign_in }
    }
}

impl Window<'_> {
    /// Somebody signs in there. What our callback answers.
    pub async fn enter(&self, who: &str) -> Answer {
        through(self.device, &self.sign_in, who).await.expect(303)
    }

    /// What its cookie is worth.
    pub fn cookie(&self) -> Option<String> {
        self.device.cookies.lock().unwrap().get(WINDOW).cloned()
    }

    /// Another browser that has only this cookie.
    pub fn copied(&self) -> Client {
        let client = self.device.elsewhere();
        client.cookies.lock().unwrap().insert(WINDOW.to_owned(), self.cookie().unwrap());
        client
    }

    pub async fn read(&self) -> Answer {
        self.device.get("/api/v1/window").await
    }

    /// Agrees to what is shown.
    pub async fn agree(&self) -> Answer {
        let shown = self.read().await.expect(200).json();
        self.agree_to(&shown["sha256"]).await
    }

    /// Agrees to a text.
    pub async fn agree_to(&self, sha256: &Value) -> Answer {
        self.device.post_json("/api/v1/window/consent", &json!({"accepts": sha256})).await
    }

    pub async fn post(&self, what: &str) -> Answer {
        self.device.post(&format!("/api/v1/window/{what}")).await
    }
}
