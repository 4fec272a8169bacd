//! Wraps, sealed fields, keyed hashes: `wrap.md`, `sealed-fields.md`, `lookup.md`.

use consigne::domain::code::Code;
use consigne::domain::document::{Described, VersionFields};
use consigne::domain::information::Acceptance;
use consigne::domain::person::CivilIdentity;
use consigne::store::keys::{DEPLOYMENT_SCOPE, KeyRow, WrapRow};
use consigne::vault::keys::{KeyKind, NamedKey, WrapContext, unwrap, wrap};
use consigne::vault::ring::Label;
use consigne::vault::root::RootKeys;
use consigne::vault::sealed::{self, Binding, Place};
use consigne::vault::{Vault, VaultError, named};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::by_hand::{self, Wrap};
use super::{array, bytes, id, id_bytes, list, number, same, seeded, text, vectors};
use crate::world::hex;

fn kind(number: i64) -> KeyKind {
    KeyKind::from_number(number).unwrap()
}

pub fn wrap_row(case: &Value) -> (WrapRow, WrapContext) {
    let paper = case["document"].is_string().then(|| (id(case, "document"), id(case, "version")));
    let context = WrapContext { deployment: id(case, "deployment"), scope: id(case, "scope"), paper };
    let row = WrapRow {
        key: KeyRow { key: id(case, "key_id"), kind: number(case, "kind"), epoch: number(case, "epoch") },
        wrapper: id(case, "wrapper_id"),
        wrapper_kind: number(case, "wrapper_kind"),
        wrapper_epoch: number(case, "wrapper_epoch"),
        alg: number(case, "alg"),
        wrapped: bytes(case, "wrapped"),
    };
    (row, context)
}

fn under(case: &Value) -> NamedKey {
    named(
        kind(number(case, "wrapper_kind")),
        id(case, "wrapper_id"),
        number(case, "wrapper_epoch"),
        array(case, "under"),
    )
}

#[test]
fn wraps_open_and_are_made_again_byte_for_byte() {
    for case in list(&vectors("wrap"), "wraps") {
        let name = text(case, "name");
        let ((row, context), under) = (wrap_row(case), under(case));
        let key = unwrap(&row, &under, &context).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!((key.id(), key.epoch()), (row.key.key, row.key.epoch));
        // The same nonce again gives the same bytes only for the same key at the same place.
        let again = wrap(&key, &under, &context, &seeded(array(case, "seed"))).unwrap();
        same(name, &again.wrapped, &row.wrapped);
        assert_eq!(again, row, "{name}");
    }
}

#[test]
fn wraps_open_by_the_page_alone() {
    for case in list(&vectors("wrap"), "wraps") {
        let wrap = Wrap {
            deployment: id_bytes(case, "deployment"),
            scope: id_bytes(case, "scope"),
            kind: number(case, "kind"),
            key: id_bytes(case, "key_id"),
            epoch: number(case, "epoch"),
            wrapper_kind: number(case, "wrapper_kind"),
            wrapper: id_bytes(case, "wrapper_id"),
            wrapper_epoch: number(case, "wrapper_epoch"),
            alg: number(case, "alg"),
            paper: case["document"].is_string().then(|| (id_bytes(case, "document"), id_bytes(case, "version"))),
            wrapped: bytes(case, "wrapped"),
        };
        same("context", &wrap.context(), &bytes(case, "context"));
        assert_eq!(wrap.open(&array(case, "under")).map(|k| hex(&k)), Some(text(case, "key").to_owned()));
    }
}

#[test]
fn a_wrap_moved_or_changed_does_not_open() {
    let vectors = vectors("wrap");
    let cases = list(&vectors, "wraps");
    for case in cases {
        let ((row, context), under) = (wrap_row(case), under(case));
        let refuse = |row: &WrapRow, context: &WrapContext| {
            assert_eq!(unwrap(row, &under, context).err(), Some(VaultError::Damaged), "{}", text(case, "name"));
        };
        for change in [
            |r: &mut WrapRow| r.key.epoch += 1,
            |r: &mut WrapRow| r.key.kind = if r.key.kind == 2 { 4 } else { 2 },
            |r: &mut WrapRow| r.key.key = r.wrapper,
            |r: &mut WrapRow| r.wrapper_epoch += 1,
            |r: &mut WrapRow| r.alg = 2,
            |r: &mut WrapRow| r.wrapped[0] ^= 1,
            |r: &mut WrapRow| r.wrapped.truncate(71),
            |r: &mut WrapRow| r.wrapped.push(0),
        ] {
            let mut changed = row.clone();
            change(&mut changed);
            refuse(&changed, &context);
        }
        for other in cases {
            if other != case {
                // Another's row at this place, and another's bytes in this row.
                let (foreign, _) = wrap_row(other);
                refuse(&foreign, &context);
                refuse(&WrapRow { wrapped: foreign.wrapped, ..row.clone() }, &context);
                refuse(&row, &WrapContext { scope: id(case, "key_id"), ..context });
            }
        }
    }
}

#[test]
fn the_root_key_file_is_read_and_a_wrong_one_is_refused() {
    let vectors = vectors("wrap");
    let case = &vectors["root_key_file"];
    let roots = RootKeys::parse(text(case, "text")).unwrap();
    assert_eq!((roots.newest().id(), roots.newest().epoch()), (id(case, "newest_id"), number(case, "newest_epoch")));
    assert!(roots.find(id(case, "older_id"), number(case, "older_epoch")).is_some());
    assert!(roots.find(id(case, "older_id"), number(case, "newest_epoch")).is_none());
    for wrong in list(&vectors["root_key_file"], "refused") {
        assert!(RootKeys::parse(wrong.as_str().unwrap()).is_err(), "{wrong}");
    }
    // The newest key of the file is the one that the first wrap of the list was made under.
    let first = &list(&vectors, "wraps")[0];
    let (row, context) = wrap_row(first);
    unwrap(&row, roots.newest(), &context).unwrap();
}

fn place(case: &Value) -> Place {
    match text(case, "column") {
        "collections.label" => Place::Label(id(case, "collection")),
        "profiles.details" => Place::Profile,
        "documents.details" => Place::Document(id(case, "document")),
        "versions.details" => Place::Version(id(case, "document"), id(case, "version")),
        "acceptances.details" => Place::Acceptance(number(case, "seq").try_into().unwrap()),
        "sessions.details" => Place::Session(id(case, "session")),
        "organisations.details" => Place::Organisation(id(case, "organisation")),
        "memberships.details" => Place::Membership(id(case, "organisation"), id(case, "membership")),
        "second_factors.secret" => Place::Factor(id(case, "person")),
        "next_factors.secret" => Place::NextFactor(id(case, "person")),
        "proposals.details" => Place::Proposal(id(case, "mandate")),
        "mandates.details" => Place::Mandate(id(case, "mandate")),
        "mandates.shown" => Place::Shown(id(case, "mandate")),
        "visits.details" => Place::Visit(id(case, "visit")),
        "windows.details" => Place::Window(id(case, "window")),
        "windows.leaving" => Place::Leaving(id(case, "window")),
        "sheets.details" => Place::SheetDetails(id(case, "mandate")),
        "sheets.content" => Place::SheetContent(id(case, "mandate")),
        "sign_ins.details" => Place::SignIn(array(case, "lookup")),
        other => panic!("unknown column {other}"),
    }
}

/// Opens as the type that the program keeps there, seals again, and gives the bytes and the value's JSON.
fn round<T: Serialize + DeserializeOwned>(case: &Value, key: &NamedKey, binding: &Binding) -> (Vec<u8>, String) {
    let value: T = sealed::open(key, binding, place(case), &bytes(case, "sealed")).unwrap();
    let again = sealed::seal(key, binding, place(case), &value, &seeded(array(case, "seed"))).unwrap();
    (again, serde_json::to_string(&value).unwrap())
}

#[test]
fn sealed_fields_open_and_are_made_again_byte_for_byte() {
    for case in list(&vectors("sealed-fields"), "fields") {
        let key =
            named(kind(number(case, "key_kind")), id(case, "key_id"), number(case, "key_epoch"), array(case, "key"));
        let binding = Binding { deployment: id(case, "deployment"), scope: id(case, "scope") };
        let (again, json) = match text(case, "column") {
            "collections.label" => round::<Label>(case, &key, &binding),
            "profiles.details" => round::<CivilIdentity>(case, &key, &binding),
            "documents.details" => round::<Described>(case, &key, &binding),
            "versions.details" => round::<VersionFields>(case, &key, &binding),
            "acceptances.details" => round::<Acceptance>(case, &key, &binding),
            _ => round::<Value>(case, &key, &binding),
        };
        assert_eq!(json, text(case, "json"), "the value's JSON has drifted");
        same(text(case, "column"), &again, &bytes(case, "sealed"));
    }
}

#[test]
fn sealed_fields_open_by_the_page_alone() {
    for case in list(&vectors("sealed-fields"), "fields") {
        let numbers = [number(case, "key_kind"), number(case, "key_epoch"), 1].map(i64::to_be_bytes);
        let ids = |names: &[&str]| names.iter().map(|n| id_bytes(case, n).to_vec()).collect::<Vec<_>>();
        let column = text(case, "column");
        let row: Vec<Vec<u8>> = match column {
            "collections.label" => ids(&["collection"]),
            "documents.details" => ids(&["document"]),
            "versions.details" => ids(&["document", "version"]),
            "sessions.details" => ids(&["session"]),
            "organisations.details" => ids(&["organisation"]),
            "memberships.details" => ids(&["organisation", "membership"]),
            "second_factors.secret" | "next_factors.secret" => ids(&["person"]),
            "proposals.details" | "mandates.details" | "mandates.shown" | "sheets.details" | "sheets.content" => {
                ids(&["mandate"])
            }
            "visits.details" => ids(&["visit"]),
            "windows.details" | "windows.leaving" => ids(&["window"]),
            "acceptances.details" => vec![number(case, "seq").to_be_bytes().to_vec()],
            "sign_ins.details" => vec![bytes(case, "lookup")],
            _ => vec![],
        };
        let (deployment, scope, key_id) =
            (id_bytes(case, "deployment"), id_bytes(case, "scope"), id_bytes(case, "key_id"));
        let mut fields: Vec<&[u8]> =
            vec![&deployment, &scope, &numbers[0], &key_id, &numbers[1], &numbers[2], column.as_bytes()];
        fields.extend(row.iter().map(Vec::as_slice));
        let context = by_hand::context("consigne/sealed/v1", &fields);
        same("context", &context, &bytes(case, "context"));
        same("field key", &by_hand::field_key(&array(case, "key")), &bytes(case, "field_key"));
        let plain = by_hand::open_field(&array(case, "key"), &context, &bytes(case, "sealed")).unwrap();
        assert_eq!(plain.len() % 256, 0, "padded");
        assert_eq!(String::from_utf8(plain).unwrap().trim_end_matches(' '), text(case, "json"));
    }
}

#[test]
fn a_sealed_field_opens_at_its_place_only() {
    let vectors = vectors("sealed-fields");
    let cases = list(&vectors, "fields");
    for (case, other) in cases.iter().flat_map(|a| cases.iter().map(move |b| (a, b))) {
        let key =
            named(kind(number(case, "key_kind")), id(case, "key_id"), number(case, "key_epoch"), array(case, "key"));
        let binding = Binding { deployment: id(case, "deployment"), scope: id(case, "scope") };
        let elsewhere = sealed::open::<Value>(&key, &binding, place(other), &bytes(case, "sealed"));
        assert_eq!(elsewhere.is_ok(), case == other, "{} at {}", text(case, "column"), text(other, "column"));
        let mut cut = bytes(case, "sealed");
        cut.pop();
        assert!(sealed::open::<Value>(&key, &binding, place(case), &cut).is_err());
        for (at, value) in [(0, 2), (1, 2)] {
            let mut newer = bytes(case, "sealed");
            newer[at] = value;
            assert!(sealed::open::<Value>(&key, &binding, place(case), &newer).is_err(), "unknown format or algorithm");
        }
    }
}

/// A vault with a lookup key of ours.
fn vault_with(lookup: [u8; 32]) -> Vault {
    let source = seeded([9; 32]);
    let roots = RootKeys::draw(&source);
    let deployment = consigne::domain::ids::DeploymentId::draw(&source);
    let context = WrapContext { deployment, scope: DEPLOYMENT_SCOPE, paper: None };
    let key = |kind, bytes| named(kind, consigne::domain::ids::KeyId::draw(&source), 1, bytes);
    let wraps: Vec<WrapRow> = [key(KeyKind::Directory, [1; 32]), key(KeyKind::Lookup, lookup)]
        .iter()
        .map(|key| wrap(key, roots.newest(), &context, &source).unwrap())
        .collect();
    Vault::open(deployment, roots, &wraps, source).unwrap()
}

#[test]
fn keyed_hashes_are_the_same() {
    let vectors = vectors("lookup");
    let key: [u8; 32] = array(&vectors, "key");
    let vault = vault_with(key);
    let lookup = vault.lookup();
    for case in list(&vectors, "hashes") {
        let label = text(case, "label");
        let (found, fields): (Vec<u8>, Vec<Vec<u8>>) = match label {
            "identity" => {
                let (issuer, subject) = (text(case, "issuer"), text(case, "subject"));
                (lookup.identity(issuer, subject).to_vec(), vec![issuer.into(), subject.into()])
            }
            "repeat" => {
                let sent = text(case, "idempotency_key");
                (
                    lookup.repeat_key(id(case, "person"), sent).to_vec(),
                    vec![id_bytes(case, "person").into(), sent.into()],
                )
            }
            "fingerprint" => {
                let (metadata, sum) = (text(case, "metadata").as_bytes(), array(case, "content_sha256"));
                let hashed = by_hand::sha256(&[metadata]);
                (lookup.fingerprint(metadata, &sum).to_vec(), vec![hashed.into(), sum.into()])
            }
            "invitation" => {
                let code = Code::parse(text(case, "code")).unwrap();
                (lookup.invitation(&code).to_vec(), vec![code.as_str().into()])
            }
            "help code" => {
                let code = Code::parse(text(case, "code")).unwrap();
                (lookup.help_code(&code).to_vec(), vec![code.as_str().into()])
            }
            "backup code" => {
                let code = Code::parse(text(case, "code")).unwrap();
                let person = id(case, "person");
                (
                    lookup.backup_code(person, &code).to_vec(),
                    vec![id_bytes(case, "person").into(), code.as_str().into()],
                )
            }
            "origin" => {
                let address = bytes(case, "address");
                (lookup.origin(&address).to_vec(), vec![address])
            }
            other => panic!("unknown label {other}"),
        };
        same(label, &found, &bytes(case, "hash"));
        let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        let message = by_hand::context(label, &fields);
        same("message", &message, &bytes(case, "message"));
        same(label, &by_hand::keyed_hash(&key, &message)[..found.len()], &found);
    }
}
