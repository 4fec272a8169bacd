//! The invented people of the demonstration. Nobody here exists; addresses are at `.example` (RFC 2606), SIRET numbers
//! begin with zeros, which are never given out.
//!
//! To add somebody, add an entry to [`PEOPLE`]. Their subject is made from their `login_hint`: don't rename.

use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::domain::person::{CivilIdentity, IssuerKind};

/// An invented person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoPerson {
    /// The issuer that knows them.
    pub kind: IssuerKind,
    /// Their name in `login_hint`.
    pub login_hint: &'static str,
    /// All given names.
    pub given_name: &'static str,
    /// Family name at birth (holders) or usual name (professionals).
    pub family_name: &'static str,
    /// The name in use, when it differs.
    pub preferred_username: Option<&'static str>,
    /// `YYYY-MM-DD`; `00` for an unknown month or day. Holders only, as the next three.
    pub birthdate: Option<&'static str>,
    /// `female` or `male`.
    pub gender: Option<&'static str>,
    /// Geographic code of the place of birth; empty when born abroad.
    pub birthplace: Option<&'static str>,
    /// Geographic code of the country of birth.
    pub birthcountry: Option<&'static str>,
    /// At `.example`. Not everybody has one.
    pub email: Option<&'static str>,
    /// Name at their own institution. Professionals only, as the next two.
    pub uid: Option<&'static str>,
    /// Number of the place where they work.
    pub siret: Option<&'static str>,
    /// The name of that place (not a claim; for pages and seeds).
    pub organisation: Option<&'static str>,
    /// One sentence for the demonstration's page.
    pub about: &'static str,
}

/// A holder or a professional with nothing filled in, so that entries stay short.
const BLANK: DemoPerson = DemoPerson {
    kind: IssuerKind::Holder,
    login_hint: "",
    given_name: "",
    family_name: "",
    preferred_username: None,
    birthdate: None,
    gender: None,
    birthplace: None,
    birthcountry: None,
    email: None,
    uid: None,
    siret: None,
    organisation: None,
    about: "",
};

/// Everybody, in the order of the page.
pub const PEOPLE: &[DemoPerson] = &[
    DemoPerson {
        login_hint: "angela",
        given_name: "Angela Claire Louise",
        family_name: "DUBOIS",
        birthdate: Some("1962-08-24"),
        gender: Some("female"),
        birthplace: Some("75107"),
        birthcountry: Some("99100"),
        email: Some("angela.dubois@courriel.example"),
        about: "Elle a déjà une consigne, avec des papiers.",
        ..BLANK
    },
    DemoPerson {
        login_hint: "ahmed",
        given_name: "Ahmed Idris",
        family_name: "OSMAN",
        // As for many people whose registers were lost: only the year is known.
        birthdate: Some("1991-00-00"),
        gender: Some("male"),
        birthplace: Some(""),
        birthcountry: Some("99343"),
        about: "Il a déjà une consigne. Il est né au Soudan. Il n’a pas d’adresse e-mail.",
        ..BLANK
    },
    DemoPerson {
        login_hint: "lucie",
        given_name: "Lucie Jeanne",
        family_name: "PETIT",
        preferred_username: Some("ROUX"),
        birthdate: Some("1996-02-29"),
        gender: Some("female"),
        birthplace: Some("69383"),
        birthcountry: Some("99100"),
        email: Some("lucie.roux@courriel.example"),
        about: "Elle vient pour la première fois. Elle n’a pas encore de consigne.",
        ..BLANK
    },
    DemoPerson {
        kind: IssuerKind::Professional,
        login_hint: "nadia",
        given_name: "Nadia",
        family_name: "BENALI",
        email: Some("nadia.benali@ccas-valserin.example"),
        uid: Some("demo-nadia"),
        siret: Some("00000101600013"),
        organisation: Some("CCAS de Valserin"),
        about: "Elle aide des personnes, au CCAS de Valserin.",
        ..BLANK
    },
    DemoPerson {
        kind: IssuerKind::Professional,
        login_hint: "paul",
        given_name: "Paul",
        family_name: "GARNIER",
        email: Some("paul.garnier@maison-valserin.example"),
        uid: Some("demo-paul"),
        siret: Some("00000202200010"),
        organisation: Some("Maison France services de Valserin"),
        about: "Il aide des personnes, à la maison France services de Valserin.",
        ..BLANK
    },
    DemoPerson {
        kind: IssuerKind::Professional,
        login_hint: "claire",
        given_name: "Claire",
        family_name: "MOREL",
        email: Some("claire.morel@ccas-valserin.example"),
        uid: Some("demo-claire"),
        siret: Some("00000101600013"),
        organisation: Some("CCAS de Valserin"),
        about: "Elle dirige les personnes qui aident, au CCAS de Valserin.",
        ..BLANK
    },
    DemoPerson {
        kind: IssuerKind::Professional,
        login_hint: "ines",
        given_name: "Inès",
        family_name: "LAURENT",
        email: Some("ines.laurent@aides-valserin.example"),
        uid: Some("demo-ines"),
        siret: Some("00000303800015"),
        organisation: Some("Caisse de Valserin"),
        about: "Elle travaille à la Caisse de Valserin. Elle demande des papiers.",
        ..BLANK
    },
    DemoPerson {
        kind: IssuerKind::Professional,
        login_hint: "bruno",
        given_name: "Bruno",
        family_name: "FABRE",
        email: Some("bruno.fabre@ccas-valserin.example"),
        uid: Some("demo-bruno"),
        siret: Some("00000101600013"),
        organisation: Some("CCAS de Valserin"),
        about: "Il commence au CCAS de Valserin. Personne ne l’a encore invité.",
        ..BLANK
    },
];

/// Everybody: [`PEOPLE`].
pub const fn people() -> &'static [DemoPerson] {
    PEOPLE
}

/// The person of this issuer that a `login_hint` names.
pub fn person(kind: IssuerKind, login_hint: &str) -> Option<&'static DemoPerson> {
    PEOPLE.iter().find(|person| person.kind == kind && person.login_hint == login_hint)
}

/// The subject by which an issuer names somebody: the same at every start, so that sample data can be laid beforehand.
pub fn subject_for(kind: IssuerKind, login_hint: &str) -> Option<String> {
    person(kind, login_hint).map(DemoPerson::subject)
}

impl DemoPerson {
    /// See [`subject_for`]. Holders' end in `v1`, as `FranceConnect`'s do; professionals' look like UUIDs.
    pub fn subject(&self) -> String {
        let digest = Sha256::digest(format!("consigne demo subject {} {}", self.kind.code(), self.login_hint));
        match self.kind {
            IssuerKind::Holder => format!("{}v1", HEXLOWER.encode(&digest)),
            IssuerKind::Professional => {
                let mut bytes = [0; 16];
                bytes.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
                uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
            }
        }
    }

    /// The identity that a relying party reads when it asks for every scope.
    pub fn civil_identity(&self) -> CivilIdentity {
        let owned = |value: Option<&str>| value.map(str::to_owned);
        CivilIdentity {
            given_name: self.given_name.to_owned(),
            family_name: self.family_name.to_owned(),
            preferred_username: owned(self.preferred_username),
            birthdate: owned(self.birthdate),
            gender: owned(self.gender),
            birthplace: owned(self.birthplace),
            birthcountry: owned(self.birthcountry),
            email: owned(self.email),
        }
    }

    /// First given name and family name, for a button.
    pub fn short_name(&self) -> String {
        format!("{} {}", self.given_name.split(' ').next().unwrap_or_default(), self.family_name)
    }

    /// The claims that these scopes give (`FranceConnect` and `ProConnect` both name a scope after each claim).
    pub(super) fn claims(&self, scopes: &[&str]) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("sub".to_owned(), json!(self.subject()));
        let mut give = |claim: &str, group: &str, value: Option<Value>| {
            if let Some(value) = value
                && (scopes.contains(&claim) || scopes.contains(&group))
            {
                claims.insert(claim.to_owned(), value);
            }
        };
        let (pivot, profile) = ("identite_pivot", "profile");
        give("given_name", if self.kind == IssuerKind::Holder { pivot } else { profile }, Some(json!(self.given_name)));
        match self.kind {
            IssuerKind::Holder => {
                let all: Vec<&str> = self.given_name.split(' ').collect();
                give("given_name_array", pivot, Some(json!(all)));
                give("family_name", pivot, Some(json!(self.family_name)));
                give("birthdate", pivot, self.birthdate.map(Value::from));
                give("gender", pivot, self.gender.map(Value::from));
                give("birthplace", pivot, self.birthplace.map(Value::from));
                give("birthcountry", pivot, self.birthcountry.map(Value::from));
                give("preferred_username", profile, self.preferred_username.map(Value::from));
            }
            IssuerKind::Professional => {
                give("usual_name", profile, Some(json!(self.family_name)));
                give("uid", profile, self.uid.map(Value::from));
                give("siret", profile, self.siret.map(Value::from));
            }
        }
        give("email", "email", self.email.map(Value::from));
        claims
    }
}
