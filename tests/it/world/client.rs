//! People with a browser or a program: an HTTP client that keeps cookies as a browser does and follows nothing by itself.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Declared, html};

/// An HTTP client with cookies.
pub struct Client {
    http: reqwest::Client,
    pub base: String,
    /// The public origin, when it isn't the address we speak to (a server behind a TLS proxy, which we play).
    origin: Option<String>,
    pub cookies: Mutex<BTreeMap<String, String>>,
    /// Who signed in last, as the issuer was told.
    hint: Mutex<String>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    /// Fails unless the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", String::from_utf8_lossy(&self.body));
        self
    }

    /// Fails unless it sends on.
    #[track_caller]
    pub fn expect_redirect(self) -> Self {
        assert!(self.status.is_redirection(), "{} {}", self.status, self.text());
        self
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// A header's value, empty if absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .no_proxy()
            .pool_max_idle_per_host(0)
            .build()
            .unwrap();
        Self {
            http,
            base: format!("http://{address}"),
            origin: None,
            cookies: Mutex::default(),
            hint: Mutex::default(),
        }
    }

    /// Another browser, without a cookie, at the same site.
    pub fn elsewhere(&self) -> Self {
        Self {
            http: self.http.clone(),
            base: self.base.clone(),
            origin: self.origin.clone(),
            cookies: Mutex::default(),
            hint: Mutex::default(),
        }
    }

    /// Speaks to an address as the TLS proxy of a public origin.
    pub fn behind(address: SocketAddr, origin: &str) -> Self {
        Self { origin: Some(origin.to_owned()), ..Self::new(address) }
    }

    /// A request to our own site, with the cookies and, when it changes something, the `Origin` that a browser sends.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let path = self.origin.as_ref().and_then(|origin| path.strip_prefix(origin.as_str())).unwrap_or(path);
        let is_ours = !path.starts_with("http");
        let url = if is_ours { format!("{}{path}", self.base) } else { path.to_owned() };
        let mut request = self.http.request(method.clone(), url);
        if let (true, Some(origin)) = (is_ours, &self.origin) {
            request = request.header("host", origin.trim_start_matches("https://"));
        }
        if !matches!(method, Method::GET | Method::HEAD) {
            request = request
                .header("origin", self.origin.as_ref().unwrap_or(&self.base))
                .header("sec-fetch-site", "same-origin");
        }
        let cookies: Vec<_> = self.cookies.lock().unwrap().iter().map(|(k, v)| format!("{k}={v}")).collect();
        if cookies.is_empty() { request } else { request.header("cookie", cookies.join("; ")) }
    }

    /// Sends, keeps cookies, reads the body.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// The same, where the server may go away in the middle.
    pub async fn try_send(&self, request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
        self.try_execute(request.build()?).await
    }

    /// Sends a request that is built.
    pub async fn execute(&self, request: reqwest::Request) -> Answer {
        self.try_execute(request).await.unwrap()
    }

    async fn try_execute(&self, request: reqwest::Request) -> Result<Answer, reqwest::Error> {
        let (method, path) = (request.method().to_string(), request.url().path().to_owned());
        let is_ours = request.url().as_str().starts_with(&self.base);
        let response = self.http.execute(request).await?;
        self.keep(&response);
        let complaint = Declared::read().complaint(&method, &path, response.status().as_u16()).filter(|_| is_ours);
        assert_eq!(complaint, None, "an answer that the API's contract does not declare");
        let (status, headers) = (response.status(), response.headers().clone());
        let body = response.bytes().await?.to_vec();
        let answer = Answer { status, headers, body };
        if is_ours && !answer.body.is_empty() && answer.header("content-type").starts_with("text/html") {
            let faults = html::faults(&answer.text());
            assert_eq!(faults, Vec::<String>::new(), "{method} {path}: a page that is not right\n{}", answer.text());
        }
        Ok(answer)
    }

    fn keep(&self, response: &reqwest::Response) {
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (pair, attributes) = line.split_once(';').unwrap_or((line, ""));
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str) -> Answer {
        self.send(self.request(Method::POST, path)).await
    }

    /// A request with a JSON body.
    pub async fn post_json(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// A form, as a page sends it.
    pub async fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(self.request(Method::POST, path).header("accept", "text/html").form(fields)).await
    }

    /// SHA-256 of the information in force.
    pub async fn information(&self) -> String {
        self.get("/api/v1/information").await.expect(200).json()["sha256"].as_str().unwrap().to_owned()
    }

    /// Reads what must be read, agrees, opens one's own locker.
    pub async fn open_locker(&self) -> Answer {
        self.post_json("/api/v1/lockers", &json!({"accepts": self.information().await})).await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Signs in through the issuer, following redirects as a browser does.
    pub async fn sign_in(&self, kind: &str, hint: &str) {
        hint.clone_into(&mut self.hint.lock().unwrap());
        let mut next = format!("/auth/{kind}/login?login_hint={hint}");
        for _ in 0..8 {
            let answer = self.get(&next).await;
            if !answer.status.is_redirection() {
                panic!("stopped at {next}: {} {}", answer.status, answer.text());
            }
            next = answer.header("location").to_owned();
            if next == "/" {
                return;
            }
        }
        panic!("signing in goes round and round");
    }

    /// Proves again who a holder is: what they agree to next was proposed before.
    pub async fn prove_again(&self) {
        let hint = self.hint.lock().unwrap().clone();
        let back = crate::entrance::through(self, "/auth/holder/login?step_up=1&next=/papiers", &hint).await;
        assert_eq!(back.expect(303).header("location"), "/papiers");
    }
}

/// A multipart body as programs send it: `metadata`, then `file`.
pub fn multipart(metadata: &Value, file_name: &str, content: Vec<u8>) -> reqwest::multipart::Form {
    let file = reqwest::multipart::Part::bytes(content).file_name(file_name.to_owned());
    reqwest::multipart::Form::new().text("metadata", metadata.to_string()).part("file", file)
}

/// A holder with a locker.
pub struct Holder {
    pub client: Client,
    pub locker: String,
    pub person: String,
}

impl Holder {
    /// The same person, signed in anew: time has gone by.
    pub async fn again(self, world: &super::World, hint: &str) -> Self {
        Self { client: world.sign_in("holder", hint).await, ..self }
    }

    /// An address within the locker.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/lockers/{}{rest}", self.locker)
    }

    pub async fn get(&self, rest: &str) -> Answer {
        self.client.get(&self.path(rest)).await
    }

    /// Deposits with a description of one's own.
    pub async fn deposit_with(&self, metadata: &Value, file_name: &str, content: Vec<u8>) -> Answer {
        let request = self.client.request(Method::POST, &self.path("/documents"));
        self.client.send(request.multipart(multipart(metadata, file_name, content))).await
    }

    /// Deposits a paper; gives its id.
    pub async fn deposit(&self, title: &str, kind: &str, content: &[u8]) -> String {
        let metadata = json!({"title": title, "kind": kind});
        let answer = self.deposit_with(&metadata, "papier.txt", content.to_vec()).await.expect(201);
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// The content of a paper.
    pub async fn content(&self, document: &str) -> Answer {
        self.get(&format!("/documents/{document}/content")).await
    }

    /// The whole journal, oldest first.
    pub async fn journal(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        let mut after = String::new();
        loop {
            let page = self.get(&format!("/journal?limit=200{after}")).await.expect(200).json();
            lines.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        lines.reverse();
        lines
    }

    /// The journal in short: `action outcome[:reason]`, oldest first, without the line of this very reading.
    pub async fn trail(&self) -> Vec<String> {
        let mut trail: Vec<String> = self.journal().await.iter().map(short).collect();
        trail.pop();
        trail
    }
}

/// A line of the journal in short.
pub fn short(line: &Value) -> String {
    let (action, outcome) = (line["action"].as_str().unwrap_or("?"), &line["outcome"]);
    match outcome["reason"].as_str() {
        Some(reason) => format!("{action} {}:{reason}", outcome["kind"].as_str().unwrap()),
        None => format!("{action} {}", outcome["kind"].as_str().unwrap_or("?")),
    }
}
