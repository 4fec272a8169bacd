//! Help: somebody proposes, the holder agrees, a visit begins.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Answer, Client, Holder, Organisation, multipart};

/// A mandate in force, as its helper addresses it.
pub struct Mandate {
    pub id: String,
    pub locker: String,
}

/// What is proposed, unless a story says otherwise: everything on housing, for 31 days.
pub fn proposal(code: &str, organisation: Option<&Organisation>) -> Value {
    let mut body = json!({
        "code": code, "scope": [{"category": "logement", "permissions": ["list", "read", "deposit", "organise", "share"]}],
        "term": {"days": 31}, "theme": "logement", "purpose": "Demande de logement social",
    });
    if let Some(organisation) = organisation {
        body["organisation"] = json!(organisation.id);
    }
    body
}

impl Holder {
    /// A code that she shows.
    pub async fn help_code(&self) -> String {
        let made = self.client.post(&self.path("/help-codes")).await.expect(201).json();
        made["code"].as_str().unwrap().to_owned()
    }

    /// Agrees to a proposal, as it is shown to her.
    pub async fn agree(&self, mandate: &str) -> Answer {
        let help = self.get("/mandates").await.expect(200).json();
        let all = help["proposals"].as_array().unwrap();
        let shown = all.iter().find(|p| p["id"] == mandate).unwrap_or_else(|| panic!("{help}"));
        let body = json!({"accepts": shown["sha256"]});
        self.client.post_json(&self.path(&format!("/mandates/{mandate}/consent")), &body).await
    }

    /// Lets somebody help, as they propose: shows a code, reads, agrees.
    pub async fn let_help(&self, helper: &Client, mut body: Value) -> Mandate {
        body["code"] = json!(self.help_code().await);
        let made = helper.post_json("/api/v1/mandates", &body).await.expect(201).json();
        let id = made["id"].as_str().unwrap().to_owned();
        self.client.prove_again().await;
        self.agree(&id).await.expect(204);
        Mandate { id, locker: self.locker.clone() }
    }

    /// Stops a mandate.
    pub async fn stop(&self, mandate: &Mandate) {
        self.client.post(&self.path(&format!("/mandates/{}/revoke", mandate.id))).await.expect(204);
    }
}

/// A visit that has begun.
pub struct Visit<'a> {
    pub client: &'a Client,
    pub id: String,
    pub locker: String,
}

impl Mandate {
    /// Asks for a visit.
    pub async fn ask_visit(&self, helper: &Client) -> Answer {
        let body = json!({"locker": self.locker, "mandate": self.id, "purpose": "Remplir la demande de logement"});
        helper.post_json("/api/v1/visits", &body).await
    }

    /// Begins a visit.
    pub async fn visit<'a>(&self, helper: &'a Client) -> Visit<'a> {
        let begun = self.ask_visit(helper).await.expect(201).json();
        Visit { client: helper, id: begun["id"].as_str().unwrap().to_owned(), locker: self.locker.clone() }
    }
}

impl Visit<'_> {
    /// An address within the locker.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/lockers/{}{rest}", self.locker)
    }

    /// A request of the visit.
    pub fn request(&self, method: Method, rest: &str) -> reqwest::RequestBuilder {
        self.client.request(method, &self.path(rest)).header("consigne-visit", &self.id)
    }

    pub async fn send(&self, method: Method, rest: &str) -> Answer {
        self.client.send(self.request(method, rest)).await
    }

    pub async fn get(&self, rest: &str) -> Answer {
        self.send(Method::GET, rest).await
    }

    pub async fn post(&self, rest: &str) -> Answer {
        self.send(Method::POST, rest).await
    }

    pub async fn patch(&self, document: &str, body: &Value) -> Answer {
        self.client.send(self.request(Method::PATCH, &format!("/documents/{document}")).json(body)).await
    }

    pub async fn deposit(&self, metadata: &Value, content: &[u8]) -> Answer {
        let form = multipart(metadata, "papier.txt", content.to_vec());
        self.client.send(self.request(Method::POST, "/documents").multipart(form)).await
    }

    pub async fn content(&self, document: &str) -> Answer {
        self.get(&format!("/documents/{document}/content")).await
    }

    /// The titles that the list shows.
    pub async fn titles(&self) -> Vec<String> {
        let list = self.get("/documents").await.expect(200).json();
        list["items"].as_array().unwrap().iter().map(|p| p["title"].as_str().unwrap().to_owned()).collect()
    }

    /// Ends it.
    pub async fn end(&self) -> Answer {
        self.client.post(&self.path(&format!("/visits/{}/end", self.id))).await
    }
}

/// A photo: the first bytes of a JPEG, and whatever follows.
pub fn jpeg(rest: &[u8]) -> Vec<u8> {
    [b"\xff\xd8\xff\xe0\0\x10JFIF\0".as_slice(), rest].concat()
}

/// What is proposed on paper, unless a story says otherwise: to see and open what is on housing, for 31 days.
pub fn on_paper(code: &str, organisation: &Organisation) -> Value {
    let mut body = proposal(code, Some(organisation));
    body["consent"] = json!("paper");
    body["scope"] = json!([{"category": "logement", "permissions": ["list", "read"]}]);
    body
}

impl Holder {
    /// A code that she keeps on paper.
    pub async fn paper_code(&self) -> String {
        let made = self.client.post_json(&self.path("/help-codes"), &json!({"for": "paper"})).await.expect(201).json();
        made["code"].as_str().unwrap().to_owned()
    }
}

/// What somebody proposed on paper.
pub struct Sheet<'a> {
    pub proposer: &'a Client,
    pub id: String,
    organisation: &'a Organisation,
}

impl<'a> Sheet<'a> {
    /// Proposes.
    pub async fn propose(proposer: &'a Client, organisation: &'a Organisation, body: &Value) -> Self {
        let made = proposer.post_json("/api/v1/mandates", body).await.expect(201).json();
        Self { proposer, id: made["id"].as_str().unwrap().to_owned(), organisation }
    }

    /// Where its proposer addresses it.
    pub fn own_path(&self) -> String {
        format!("/api/v1/mandates/{}/sheet", self.id)
    }

    /// Where a second person addresses it.
    pub fn path(&self, rest: &str) -> String {
        self.organisation.path(&format!("/sheets/{}{rest}", self.id))
    }

    /// Sends a photo.
    pub async fn send(&self, photo: Vec<u8>) -> Answer {
        self.send_as(self.proposer, photo).await
    }

    /// Somebody sends a photo, naming the words as the proposer reads them.
    pub async fn send_as(&self, client: &Client, photo: Vec<u8>) -> Answer {
        let words = self.proposer.get(&self.own_path()).await.expect(200).json()["sha256"].clone();
        let form =
            multipart(&json!({"accepts": words, "read_aloud": true, "interpreter": "Fatou D."}), "feuille.jpg", photo);
        client.send(client.request(Method::PUT, &self.own_path()).multipart(form)).await
    }

    /// It, as the list shows it to a member; null if it waits no more.
    pub async fn seen_by(&self, client: &Client) -> Value {
        let list = client.get(&self.organisation.path("/sheets")).await.expect(200).json();
        list["items"].as_array().unwrap().iter().find(|one| one["id"] == self.id).cloned().unwrap_or(Value::Null)
    }

    /// Somebody confirms what the list shows, with a name.
    pub async fn confirm_named(&self, client: &Client, name: &str) -> Answer {
        let evidence = self.seen_by(client).await["sent"]["evidence"].clone();
        client.post_json(&self.path("/confirm"), &json!({"accepts": evidence, "family_name": name})).await
    }

    /// Somebody confirms it for Lucie Roux.
    pub async fn confirm(&self, client: &Client) -> Answer {
        self.confirm_named(client, "roux").await
    }

    /// The mandate that it became.
    pub fn mandate(&self, holder: &Holder) -> Mandate {
        Mandate { id: self.id.clone(), locker: holder.locker.clone() }
    }
}
