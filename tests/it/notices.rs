//! What holders are told of outside the service (DOMAIN M13): chosen, confirmed, told once, told no more.

mod attacks;
mod carriers;
mod chosen;
mod dates;
mod digest;
mod ended;
mod kept;
mod killed;
mod letters;
pub mod mailbox;
mod told;

use serde_json::{Value, json};

use crate::world::gateway::Gateway;
use crate::world::{Answer, Holder};

const NUMBER: &str = "06 12 34 56 78";

/// The six figures of a message.
pub fn figures(text: &str) -> String {
    let code: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
    assert_eq!(code.len(), 6, "{text}");
    code
}

/// She chooses a number, and types the code that comes there.
pub async fn told_by_sms(lucie: &Holder, gateway: &Gateway, discreet: bool) {
    let were = gateway.taken().len();
    choose(lucie, NUMBER, discreet).await.expect(202);
    let code = figures(&gateway.next(were).await);
    confirm(lucie, &code).await.expect(204);
}

pub async fn choose(lucie: &Holder, number: &str, discreet: bool) -> Answer {
    let body = json!({"channel": "sms", "address": number, "discreet": discreet});
    lucie.client.post_json(&lucie.path("/contact"), &body).await
}

pub async fn confirm(lucie: &Holder, code: &str) -> Answer {
    lucie.client.post_json(&lucie.path("/contact/confirm"), &json!({"code": code})).await
}

pub async fn contact(lucie: &Holder) -> Value {
    lucie.get("/contact").await.expect(200).json()
}

/// The lines about messages, oldest first.
pub async fn lines(lucie: &Holder) -> Vec<String> {
    lucie.trail().await.into_iter().filter(|line| line.starts_with("notice.")).collect()
}
