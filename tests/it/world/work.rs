//! People who come in for their work: with an authenticator in their pocket, in an organisation.

use std::time::Duration;

use consigne::domain::ids::InstitutionId;
use consigne::domain::organisation::{Name, Roles};
use consigne::domain::source::Source;
use serde_json::{Value, json};

use super::{Answer, Client, World};

/// Somebody signed in by the professional issuer, with a second factor.
pub struct Professional {
    pub client: Client,
    pub person: String,
    pub backup_codes: Vec<String>,
    pub secret: String,
    source: Source,
}

/// The six digits that an authenticator shows.
pub fn digits(secret: &str, source: &Source) -> String {
    let bytes = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    let totp = totp_rs::Builder::new().with_secret(bytes).with_account_name("").build().unwrap();
    totp.generate(u64::try_from(source.now().micros() / 1_000_000).unwrap()).to_string()
}

impl Professional {
    /// Sets up a second factor for somebody who has just proved who they are.
    pub async fn set_up(client: Client, source: &Source) -> Self {
        let person = client.get("/api/v1/me").await.expect(200).json()["person"]["id"].as_str().unwrap().to_owned();
        let shown = client.post("/api/v1/me/second-factor").await.expect(201).json();
        let secret = shown["secret"].as_str().unwrap().to_owned();
        let code = digits(&secret, source);
        let confirmed = client.post_json("/api/v1/me/second-factor/confirm", &json!({"code": code})).await.expect(200);
        let codes = confirmed.json()["backup_codes"].as_array().unwrap().clone();
        let backup_codes = codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect();
        Self { client, person, backup_codes, secret, source: source.clone() }
    }

    /// Lets the half-minute go by whose code may have served, and passes the second factor.
    pub async fn pass(&self) -> Answer {
        self.source.advance(Duration::from_secs(30));
        let code = digits(&self.secret, &self.source);
        self.client.post_json("/api/v1/me/second-factor/pass", &json!({"code": code})).await
    }

    /// The same person, signed in anew; the second factor is not passed yet.
    pub async fn again(self, world: &World, hint: &str) -> Self {
        self.with(world.sign_in("professional", hint).await)
    }

    /// The same person, by a browser in which they have signed in.
    pub fn with(self, client: Client) -> Self {
        Self { client, ..self }
    }
}

/// An organisation, as its members address it.
pub struct Organisation {
    pub id: String,
    /// The membership of its first referent.
    pub referent: String,
}

impl Organisation {
    /// An address within it.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/organisations/{}{rest}", self.id)
    }

    /// An address of a member.
    pub fn member(&self, member: &str, rest: &str) -> String {
        self.path(&format!("/members/{member}{rest}"))
    }
}

impl World {
    /// Somebody signed in by the professional issuer who sets up a second factor.
    pub async fn professional(&self, hint: &str) -> Professional {
        Professional::set_up(self.sign_in("professional", hint).await, &self.source).await
    }

    /// An organisation that the operator creates for a referent, who joins it.
    pub async fn organisation(&self, name: &str, referent: &Professional, roles: Roles) -> Organisation {
        let invited = self
            .lockers
            .create_organisation(Name::parse(name).unwrap(), Name::parse("La référente").unwrap(), roles)
            .await
            .unwrap();
        let joined = join(referent, &invited.code.shown()).await.expect(201).json();
        assert_eq!(joined["organisation"], invited.organisation.to_string());
        Organisation { id: invited.organisation.to_string(), referent: joined["member"].as_str().unwrap().to_owned() }
    }

    /// A referent, who has just passed their second factor, invites somebody, who joins. Gives the membership.
    pub async fn hire(&self, organisation: &Organisation, referent: &Professional, member: &Professional) -> String {
        let code = invite(organisation, referent, &json!({"name": "Quelqu'un"})).await;
        join(member, &code).await.expect(201).json()["member"].as_str().unwrap().to_owned()
    }
}

/// An invitation's code.
pub async fn invite(organisation: &Organisation, referent: &Professional, body: &Value) -> String {
    let invited = referent.client.post_json(&organisation.path("/members"), body).await.expect(201).json();
    invited["code"].as_str().unwrap().to_owned()
}

/// Somebody types an invitation's code.
pub async fn join(member: &Professional, code: &str) -> Answer {
    member.client.post_json("/api/v1/me/memberships", &json!({"code": code})).await
}

impl World {
    /// The office of an institution, that the operator opens for a referent, who joins it.
    pub async fn office(&self, institution: InstitutionId, referent: &Professional, roles: Roles) -> Organisation {
        let named = Name::parse("La référente").unwrap();
        let invited = self.lockers.open_office(institution, named, roles).await.unwrap().unwrap().unwrap();
        let joined = join(referent, &invited.code.shown()).await.expect(201).json();
        assert_eq!(joined["organisation"], invited.organisation.to_string());
        Organisation { id: invited.organisation.to_string(), referent: joined["member"].as_str().unwrap().to_owned() }
    }
}

impl Organisation {
    /// An address of an institution's office.
    pub fn office(&self, rest: &str) -> String {
        format!("/api/v1/offices/{}{rest}", self.id)
    }
}
