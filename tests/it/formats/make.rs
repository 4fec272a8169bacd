//! Makes the vector files that are missing. Everything but the age files comes from seeds, so that a wrap or a field can be
//! made again byte for byte.

mod entries;

use consigne::domain::document::{
    AsOf, Day, Described, DocumentFields, FileName, IdText, Origin, Sha256Sum, Title, VersionFields, Whose,
};
use consigne::domain::ids::{
    CollectionId, DeploymentId, DocumentId, KeyId, LockerId, MandateId, MembershipId, OrganisationId, PersonId,
    SessionId, VersionId, VisitId, WindowId,
};
use consigne::domain::information::Acceptance;
use consigne::domain::person::CivilIdentity;
use consigne::domain::source::Source;
use consigne::domain::taxonomy::Kind;
use consigne::store::keys::DEPLOYMENT_SCOPE;
use consigne::vault::envelope::{Encrypter, PlainSum, identity_text};
use consigne::vault::keys::{Key, KeyKind, WrapContext, wrap};
use consigne::vault::named;
use consigne::vault::ring::Label;
use consigne::vault::sealed::{Binding, Place, seal};
use serde::Serialize;
use serde_json::{Value, json};

use super::{by_hand, seeded};
use crate::world::hex;

#[test]
#[ignore = "writes the vector files that are missing; never needed unless a format is added"]
fn make_missing_vectors() {
    let folder = format!("{}/docs/formats/vectors", env!("CARGO_MANIFEST_DIR"));
    for (name, make) in [
        ("wrap", wraps as fn() -> Value),
        ("sealed-fields", fields),
        ("lookup", hashes),
        ("entry", entries::entries),
        ("envelope", envelopes),
    ] {
        let path = format!("{folder}/{name}.json");
        if !std::path::Path::new(&path).exists() {
            std::fs::write(&path, serde_json::to_string_pretty(&make()).unwrap() + "\n").unwrap();
        }
    }
}

fn wraps() -> Value {
    let source = seeded([1; 32]);
    let deployment = DeploymentId::draw(&source);
    let locker = LockerId::draw(&source);
    let ids: Vec<KeyId> = (0..7).map(|_| KeyId::draw(&source)).collect();
    let keys: Vec<[u8; 32]> = (0..7).map(|_| source.bytes()).collect();
    let paper = (DocumentId::draw(&source), VersionId::draw(&source));
    // Index 0: an older root key; 1: the newest; then directory, lookup, locker, collection, document.
    let kinds = [
        KeyKind::Root,
        KeyKind::Root,
        KeyKind::Directory,
        KeyKind::Lookup,
        KeyKind::Locker,
        KeyKind::Collection,
        KeyKind::Document,
    ];
    let epochs = [1, 2, 1, 1, 3, 1, 1];
    let key = |i: usize| named(kinds[i], ids[i], epochs[i], keys[i]);
    let mut cases = Vec::new();
    for (name, inner, outer, scope, paper) in [
        ("directory key under the newest root key", 2, 1, DEPLOYMENT_SCOPE, None),
        ("lookup key under an older root key", 3, 0, DEPLOYMENT_SCOPE, None),
        ("locker key under the newest root key", 4, 1, locker, None),
        ("collection key under the locker key", 5, 4, locker, None),
        ("document key under the collection key", 6, 5, locker, Some(paper)),
        // What a rotation leaves until the older epoch is retired: the key of the third case, once more.
        ("the same locker key under an older root key", 4, 0, locker, None),
    ] {
        let seed: [u8; 32] = source.bytes();
        let row = wrap(&key(inner), &key(outer), &WrapContext { deployment, scope, paper }, &seeded(seed)).unwrap();
        let hand = by_hand::Wrap {
            deployment: *deployment.bytes(),
            scope: *scope.bytes(),
            kind: row.key.kind,
            key: *row.key.key.bytes(),
            epoch: row.key.epoch,
            wrapper_kind: row.wrapper_kind,
            wrapper: *row.wrapper.bytes(),
            wrapper_epoch: row.wrapper_epoch,
            alg: row.alg,
            paper: paper.map(|(d, v)| (*d.bytes(), *v.bytes())),
            wrapped: vec![],
        };
        cases.push(json!({
            "name": name, "deployment": deployment.to_string(), "scope": scope.to_string(),
            "document": paper.map(|p| p.0.to_string()), "version": paper.map(|p| p.1.to_string()),
            "kind": row.key.kind, "key_id": row.key.key.to_string(), "epoch": row.key.epoch,
            "wrapper_kind": row.wrapper_kind, "wrapper_id": row.wrapper.to_string(), "wrapper_epoch": row.wrapper_epoch,
            "alg": row.alg, "under": hex(&keys[outer]), "key": hex(&keys[inner]), "seed": hex(&seed),
            "context": hex(&hand.context()), "wrapped": hex(&row.wrapped),
        }));
    }
    let line = |i: usize| format!("{} {} {}", epochs[i], ids[i], data_encoding::BASE64.encode(&keys[i]));
    let file = format!("consigne root key v1\n{}\n{}\nend\n", line(0), line(1));
    let refused = [
        String::new(),
        "consigne root key v1\nend\n".to_owned(),
        file.replace("v1", "v2"),
        file.replace("\nend\n", "\n"),
        file.replace(&line(1), &line(1)[..line(1).len() - 4]),
        file.replace(&line(0), &format!("{} more", line(0))),
        file.replace("\n2 ", "\ntwo "),
        file.replace("\n2 ", "\n1 "),
        file.replace("\n1 ", "\n0 "),
    ];
    json!({
        "wraps": cases,
        "root_key_file": {
            "text": file, "newest_id": ids[1].to_string(), "newest_epoch": 2, "older_id": ids[0].to_string(),
            "older_epoch": 1, "refused": refused,
        },
    })
}

struct Fields {
    source: Source,
    deployment: DeploymentId,
    locker: LockerId,
    cases: Vec<Value>,
}

impl Fields {
    fn add<T: Serialize>(&mut self, kind: KeyKind, place: Place, column: &str, row: &Value, value: &T) {
        let scope = if kind == KeyKind::Directory { DEPLOYMENT_SCOPE } else { self.locker };
        let (id, bytes, seed): (_, [u8; 32], [u8; 32]) =
            (KeyId::draw(&self.source), self.source.bytes(), self.source.bytes());
        let binding = Binding { deployment: self.deployment, scope };
        let sealed = seal(&named(kind, id, 2, bytes), &binding, place, value, &seeded(seed)).unwrap();
        let numbers = [kind.number(), 2, 1].map(i64::to_be_bytes);
        let row_bytes: Vec<Vec<u8>> = [
            "collection",
            "document",
            "version",
            "session",
            "organisation",
            "membership",
            "person",
            "mandate",
            "visit",
            "window",
        ]
        .iter()
        .filter_map(|name| row[name].as_str())
        .map(|id| id.parse::<KeyId>().unwrap().bytes().to_vec())
        .chain(row["seq"].as_u64().map(|seq| seq.to_be_bytes().to_vec()))
        .chain(row["lookup"].as_str().map(|h| data_encoding::HEXLOWER.decode(h.as_bytes()).unwrap()))
        .collect();
        let mut fields: Vec<&[u8]> = vec![
            self.deployment.bytes(),
            scope.bytes(),
            &numbers[0],
            id.bytes(),
            &numbers[1],
            &numbers[2],
            column.as_bytes(),
        ];
        fields.extend(row_bytes.iter().map(Vec::as_slice));
        let mut case = json!({
            "column": column, "deployment": self.deployment.to_string(), "scope": scope.to_string(),
            "key_kind": kind.number(), "key_id": id.to_string(), "key_epoch": 2, "key": hex(&bytes),
            "field_key": hex(&by_hand::field_key(&bytes)), "seed": hex(&seed),
            "context": hex(&by_hand::context("consigne/sealed/v1", &fields)),
            "json": serde_json::to_string(value).unwrap(), "sealed": hex(&sealed),
        });
        for (name, value) in row.as_object().unwrap() {
            case[name] = value.clone();
        }
        self.cases.push(case);
    }
}

/// What is sealed of a signed sheet.
fn signed_sheet(all: &mut Fields, mandate: MandateId, sum: Sha256Sum) {
    let row = json!({"mandate": mandate.to_string()});
    let photo = b"\xff\xd8\xff\xe0 photo";
    let fields = json!({
        "media_type": "image/jpeg", "size": photo.len(), "sha256": Sha256Sum::from_bytes(by_hand::sha256(&[photo])), "words": sum,
        "read_aloud": true,
    });
    let content = json!({"base64": data_encoding::BASE64.encode(photo)});
    all.add(KeyKind::Directory, Place::SheetDetails(mandate), "sheets.details", &row, &fields);
    all.add(KeyKind::Directory, Place::SheetContent(mandate), "sheets.content", &row, &content);
}

/// What describes a version.
fn a_file(person: PersonId) -> VersionFields {
    VersionFields {
        file_name: FileName::clean(&format!("{}.pdf", "quittance ".repeat(14))),
        media_type: "application/pdf".to_owned(),
        size: 81_234,
        sha256: Sha256Sum::from_bytes(by_hand::sha256(&[b"quittance"])),
        origin: Origin::Brought,
        deposited_by: IdText(person),
        scanned: consigne::domain::scanned::Scanned::Never,
        seen: Vec::new(),
        issued: None,
    }
}

fn fields() -> Value {
    let source = seeded([2; 32]);
    let (document, version) = (DocumentId::draw(&source), VersionId::draw(&source));
    let (collection, session) = (CollectionId::draw(&source), SessionId::draw(&source));
    let lookup: [u8; 32] = source.bytes();
    let person = PersonId::draw(&source);
    let (deployment, locker) = (DeploymentId::draw(&source), LockerId::draw(&source));
    let mut all = Fields { source, deployment, locker, cases: Vec::new() };
    let label = Label::Category("logement".to_owned());
    let row = json!({"collection": collection.to_string()});
    all.add(KeyKind::Locker, Place::Label(collection), "collections.label", &row, &label);
    let holder = CivilIdentity {
        given_name: "Angela Claire Louise".to_owned(),
        family_name: "DUBOIS".to_owned(),
        birthdate: Some("1962-08-24".to_owned()),
        gender: Some("female".to_owned()),
        birthplace: Some("75107".to_owned()),
        birthcountry: Some("99100".to_owned()),
        ..CivilIdentity::default()
    };
    all.add(KeyKind::Collection, Place::Profile, "profiles.details", &json!({}), &holder);
    let paper = DocumentFields {
        title: Title::parse("Quittance de mars — l’été").unwrap(),
        kind: Kind::from_code("logement.quittance_loyer").unwrap(),
        whose: Whose::Me,
        issued_on: Some(Day::parse("2026-03-05").unwrap()),
        expires_on: None,
        good_until: None,
        private: false,
    };
    let paper = Described { fields: paper, as_of: AsOf::deposited(version, 4).amended(9) };
    let row = json!({"document": document.to_string()});
    all.add(KeyKind::Collection, Place::Document(document), "documents.details", &row, &paper);
    let file = a_file(person);
    let row = json!({"document": document.to_string(), "version": version.to_string()});
    all.add(KeyKind::Collection, Place::Version(document, version), "versions.details", &row, &file);
    let details = json!({"id_token": "e30.e30.c2ln", "identity": holder, "issuer": "holder"});
    let row = json!({"session": session.to_string()});
    all.add(KeyKind::Directory, Place::Session(session), "sessions.details", &row, &details);
    let row = json!({"lookup": hex(&lookup)});
    all.add(KeyKind::Directory, Place::SignIn(lookup), "sign_ins.details", &row, &json!({"kind": "holder"}));
    let text = "Ce qu'il faut savoir\n\nVous êtes d'accord.\n";
    let accepted = Acceptance {
        version: "2026-11-22".to_owned(),
        locale: "fr".to_owned(),
        sha256: Sha256Sum::from_bytes(by_hand::sha256(&[text.as_bytes()])),
        text: text.to_owned(),
    };
    all.add(KeyKind::Collection, Place::Acceptance(1), "acceptances.details", &json!({"seq": 1}), &accepted);
    // From a source of its own: the ids of the cases before stay what they were.
    let source = seeded([8; 32]);
    let (organisation, membership) = (OrganisationId::draw(&source), MembershipId::draw(&source));
    let row = json!({"organisation": organisation.to_string()});
    let details = json!({"name": "CCAS de Valserin"});
    all.add(KeyKind::Directory, Place::Organisation(organisation), "organisations.details", &row, &details);
    let row = json!({"organisation": organisation.to_string(), "membership": membership.to_string()});
    let details = json!({"name": "Nadia BENALI", "volunteer": false});
    all.add(KeyKind::Directory, Place::Membership(organisation, membership), "memberships.details", &row, &details);
    let row = json!({"person": person.to_string()});
    let details = json!({"secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"});
    all.add(KeyKind::Directory, Place::Factor(person), "second_factors.secret", &row, &details);
    let (mandate, visit) = (MandateId::draw(&source), VisitId::draw(&source));
    let row = json!({"mandate": mandate.to_string()});
    let scope = json!([{"category": "logement", "permissions": 3}]);
    let proposed = json!({
        "helper": "Nadia BENALI", "organisation": "CCAS de Valserin", "desk": false, "scope": scope, "term": {"days": 31}, "theme": "logement",
        "purpose": "Demande de logement",
    });
    all.add(KeyKind::Directory, Place::Proposal(mandate), "proposals.details", &row, &proposed);
    let words = "Vous autorisez Nadia BENALI à vous aider.";
    let sum = Sha256Sum::from_bytes(by_hand::sha256(&[words.as_bytes()]));
    let evidence = json!({"locale": "fr", "sha256": sum, "text": words, "read_aloud": true});
    let agreed = json!({"proposed": proposed, "evidence": evidence});
    all.add(KeyKind::Collection, Place::Mandate(mandate), "mandates.details", &row, &agreed);
    let shown = json!({
        "holder": "Lucie Jeanne ROUX", "scope": [{"category": "logement", "permissions": 3, "collection": collection.to_string()}],
        "theme": "logement", "purpose": "Demande de logement",
    });
    all.add(KeyKind::Directory, Place::Shown(mandate), "mandates.shown", &row, &shown);
    let row = json!({"visit": visit.to_string()});
    let fields = json!({
        "who": "Nadia BENALI", "organisation": "CCAS de Valserin", "purpose": "Remplir la demande", "salt": hex(&source.bytes::<32>()),
    });
    all.add(KeyKind::Collection, Place::Visit(visit), "visits.details", &row, &fields);
    let window = WindowId::draw(&source);
    let row = json!({"window": window.to_string()});
    all.add(KeyKind::Directory, Place::Window(window), "windows.details", &row, &proposed);
    let told = json!({"id_token": "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"});
    all.add(KeyKind::Directory, Place::Leaving(window), "windows.leaving", &row, &told);
    signed_sheet(&mut all, mandate, sum);
    let row = json!({"person": person.to_string()});
    let details = json!({"secret": "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"});
    all.add(KeyKind::Directory, Place::NextFactor(person), "next_factors.secret", &row, &details);
    json!({"fields": all.cases})
}

fn hashes() -> Value {
    let source = seeded([3; 32]);
    let key: [u8; 32] = source.bytes();
    let person = PersonId::draw(&source);
    let sum = by_hand::sha256(&[b"RIB"]);
    let metadata = r#"[{"title":"RIB","kind":"banque.rib","whose":"me"},false,"rib.pdf"]"#;
    let case = |label: &str, fields: &[&[u8]], length: usize, named: Value| {
        let message = by_hand::context(label, fields);
        let mut case = named;
        case["label"] = json!(label);
        case["message"] = json!(hex(&message));
        case["hash"] = json!(hex(&by_hand::keyed_hash(&key, &message)[..length]));
        case
    };
    let (issuer, subject) =
        ("https://issuer.example", "b6048e95bb134ec5b1d1e1fa69f287172e91722b9354d637a1bcf2ebb0fd2ef5v1");
    let (v4, v6) = ([192, 0, 2, 7], [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 1]);
    let hashed = by_hand::sha256(&[metadata.as_bytes()]);
    json!({"key": hex(&key), "hashes": [
        case("identity", &[issuer.as_bytes(), subject.as_bytes()], 32, json!({"issuer": issuer, "subject": subject})),
        case("repeat", &[person.bytes(), b"k-1"], 32, json!({"person": person.to_string(), "idempotency_key": "k-1"})),
        case("fingerprint", &[&hashed, &sum], 32, json!({"metadata": metadata, "content_sha256": hex(&sum)})),
        case("invitation", &[b"ABCDEFGHJKMN"], 32, json!({"code": "ABCD-EFGH-JKMN"})),
        case("help code", &[b"23456789ABCD"], 32, json!({"code": "2345-6789-ABCD"})),
        case("backup code", &[person.bytes(), b"23456789ABCD"], 32, json!({"person": person.to_string(), "code": "2345-6789-ABCD"})),
        case("origin", &[&v4], 16, json!({"address": hex(&v4)})),
        case("origin", &[&v6], 16, json!({"address": hex(&v6)})),
    ]})
}

fn envelopes() -> Value {
    let source = seeded([5; 32]);
    let cases: Vec<Value> = [("no content", 0), ("seven bytes", 7), ("two chunks", 65_537)]
        .into_iter()
        .map(|(name, size)| {
            let (bytes, plain): ([u8; 32], _) = (source.bytes(), super::envelope::content(size));
            let key = Key::from_bytes(bytes);
            let mut encrypter = Encrypter::new(&key).unwrap();
            let mut blob = encrypter.push(&[&plain]).unwrap().to_vec();
            let mut sum = PlainSum::default();
            sum.push(&[&plain]);
            blob.extend(encrypter.finish(sum).unwrap().0);
            json!({
                "name": name, "document_key": hex(&bytes), "identity": identity_text(&key).unwrap().as_str(),
                "size": size, "sha256": hex(&by_hand::sha256(&[&plain])),
                "blob_sha256": hex(&by_hand::sha256(&[&blob])), "blob": data_encoding::BASE64.encode(&blob),
            })
        })
        .collect();
    json!({"envelopes": cases})
}
