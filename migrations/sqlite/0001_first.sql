-- The whole first schema. Every column in clear is listed with its reason in docs/formats/clear-columns.md.
-- Keep in step with migrations/postgres/0001_first.sql: a test compares the two.

-- One row: which installation this is. kind: 1 real, 2 demonstration. root_epoch: the epoch of the root key that the last
-- whole rotation moved to. root_floor: older epochs are retired, nothing is wrapped under them any more.
CREATE TABLE deployment (
    one INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
    deployment_id BLOB NOT NULL,
    kind INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    root_epoch INTEGER NOT NULL DEFAULT 1,
    root_floor INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;

-- The processes that serve, and the newest epoch of the root key that each knows.
CREATE TABLE processes (
    process_id BLOB NOT NULL PRIMARY KEY,
    seen_at INTEGER NOT NULL,
    root_epoch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE persons (
    person_id BLOB NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- lookup: HMAC of issuer and subject under the lookup key. proof, here and in sessions and lockers: HMAC of the row, so that
-- one which SQL has pointed at somebody else is not believed.
CREATE TABLE identities (
    lookup BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL REFERENCES persons (person_id),
    proof BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_person ON identities (person_id);

-- token: SHA-256 of the 256-bit cookie value. details: sealed under the directory key.
CREATE TABLE sessions (
    token BLOB NOT NULL PRIMARY KEY,
    session_id BLOB NOT NULL UNIQUE,
    person_id BLOB NOT NULL REFERENCES persons (person_id),
    strength INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    proven_at INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_person ON sessions (person_id);

-- A sign-in that has served, until it is too old in any case. lookup: SHA-256 of the state.
CREATE TABLE sign_ins (
    lookup BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- seen_at: the day the holder last came in. noticed: months of absence that were last noted, 0 for none.
CREATE TABLE lockers (
    locker_id BLOB NOT NULL PRIMARY KEY,
    person_id BLOB NOT NULL UNIQUE REFERENCES persons (person_id),
    created_at INTEGER NOT NULL,
    quota INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    noticed INTEGER NOT NULL,
    proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX lockers_seen ON lockers (seen_at);

-- Lockers that their holder has closed. proof: HMAC of the row, so that SQL can't have a locker erased.
CREATE TABLE closures (
    locker_id BLOB NOT NULL PRIMARY KEY REFERENCES lockers (locker_id),
    closed_at INTEGER NOT NULL,
    erase_at INTEGER NOT NULL,
    proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX closures_erase ON closures (erase_at);

-- One row a chain: its head. kind: 1 service, 2 organisation, 3 locker (chain_id is then the locker's id).
CREATE TABLE chains (
    chain_id BLOB NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    link BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The journal, first half: never changed, never deleted.
CREATE TABLE commitments (
    chain_id BLOB NOT NULL REFERENCES chains (chain_id),
    seq INTEGER NOT NULL CHECK (seq > 0),
    previous BLOB NOT NULL,
    leaf BLOB NOT NULL,
    PRIMARY KEY (chain_id, seq)
) STRICT, WITHOUT ROWID;

-- The journal, second half: deleted only when the locker's erasure is on record.
CREATE TABLE bodies (
    chain_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    salt BLOB NOT NULL,
    entry BLOB NOT NULL,
    PRIMARY KEY (chain_id, seq),
    FOREIGN KEY (chain_id, seq) REFERENCES commitments (chain_id, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE erasures (
    locker_id BLOB NOT NULL PRIMARY KEY,
    erased_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Erased lockers whose blobs may still be there.
CREATE TABLE removals (
    locker_id BLOB NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- locker_id is the nil id for keys of the deployment itself (directory, lookup).
CREATE TABLE keys (
    locker_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    kind INTEGER NOT NULL,
    epoch INTEGER NOT NULL,
    PRIMARY KEY (locker_id, key_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE wraps (
    locker_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    wrapper_id BLOB NOT NULL,
    wrapper_kind INTEGER NOT NULL,
    wrapper_epoch INTEGER NOT NULL,
    alg INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (locker_id, key_id, wrapper_id, wrapper_epoch),
    FOREIGN KEY (locker_id, key_id) REFERENCES keys (locker_id, key_id)
) STRICT, WITHOUT ROWID;

-- What a rotation of the root key looks for: one row a locker.
CREATE INDEX wraps_root ON wraps (locker_id, wrapper_epoch, wrapper_id) WHERE wrapper_kind = 1;

-- Opaque: which category a collection is stands sealed in label.
CREATE TABLE collections (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    collection_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    label BLOB NOT NULL,
    PRIMARY KEY (locker_id, collection_id),
    FOREIGN KEY (locker_id, key_id) REFERENCES keys (locker_id, key_id)
) STRICT, WITHOUT ROWID;

-- The holder's civil identity, sealed under the key of the profile collection.
CREATE TABLE profiles (
    locker_id BLOB NOT NULL PRIMARY KEY REFERENCES lockers (locker_id),
    details BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What the holder has read and agreed to, as it was shown: sealed under the key of the evidence collection. seq: the entry
-- that says so.
CREATE TABLE acceptances (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    seq INTEGER NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, seq)
) STRICT, WITHOUT ROWID;

-- state: 1 live, 2 in the trash.
CREATE TABLE documents (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    document_id BLOB NOT NULL,
    collection_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    state INTEGER NOT NULL,
    private INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    trashed_at INTEGER,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, document_id),
    FOREIGN KEY (locker_id, collection_id) REFERENCES collections (locker_id, collection_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE versions (
    locker_id BLOB NOT NULL,
    version_id BLOB NOT NULL,
    document_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    key_id BLOB NOT NULL,
    blob TEXT NOT NULL,
    blob_size INTEGER NOT NULL,
    blob_sha256 BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, version_id),
    UNIQUE (locker_id, document_id, number),
    UNIQUE (locker_id, blob),
    FOREIGN KEY (locker_id, document_id) REFERENCES documents (locker_id, document_id),
    FOREIGN KEY (locker_id, key_id) REFERENCES keys (locker_id, key_id)
) STRICT, WITHOUT ROWID;

-- lookup, fingerprint: HMACs under the lookup key of the caller's Idempotency-Key and of what was asked.
CREATE TABLE idempotency (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    lookup BLOB NOT NULL,
    fingerprint BLOB NOT NULL,
    document_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (locker_id, lookup)
) STRICT, WITHOUT ROWID;

-- Readings and deposits that have begun and have no closing entry yet. seq: the entry that began them. resting: a reading
-- in ranges that waits for the next one.
CREATE TABLE under_way (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    seq INTEGER NOT NULL,
    session_id BLOB NOT NULL,
    action INTEGER NOT NULL,
    document_id BLOB,
    version_id BLOB,
    touched_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    resting INTEGER NOT NULL,
    PRIMARY KEY (locker_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX under_way_touched ON under_way (touched_at);
CREATE INDEX under_way_session ON under_way (session_id);

-- What the journal forbids. The checks on insert hold even where recursive_triggers is off (INSERT OR REPLACE).
CREATE TRIGGER commitments_no_update BEFORE UPDATE ON commitments
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER commitments_no_delete BEFORE DELETE ON commitments
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER commitments_no_replace BEFORE INSERT ON commitments
WHEN EXISTS (SELECT 1 FROM commitments WHERE chain_id = NEW.chain_id AND seq >= NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER bodies_no_update BEFORE UPDATE ON bodies
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER bodies_no_delete BEFORE DELETE ON bodies
WHEN NOT EXISTS (SELECT 1 FROM erasures WHERE locker_id = OLD.chain_id)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
CREATE TRIGGER bodies_no_replace BEFORE INSERT ON bodies
WHEN EXISTS (SELECT 1 FROM bodies WHERE chain_id = NEW.chain_id AND seq >= NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;

-- Nothing is added to what was erased.
CREATE TRIGGER bodies_not_after_erasure BEFORE INSERT ON bodies
WHEN EXISTS (SELECT 1 FROM erasures WHERE locker_id = NEW.chain_id)
BEGIN SELECT RAISE(ABORT, 'the journal of an erased locker is over'); END;

-- A chain's head only moves forward, and a chain never goes.
CREATE TRIGGER chains_forward BEFORE UPDATE ON chains
WHEN NEW.chain_id <> OLD.chain_id OR NEW.kind <> OLD.kind OR NEW.seq < OLD.seq
  OR (NEW.seq = OLD.seq AND (NEW.link <> OLD.link OR NEW.at <> OLD.at))
BEGIN SELECT RAISE(ABORT, 'a journal only grows'); END;
CREATE TRIGGER chains_no_delete BEFORE DELETE ON chains
BEGIN SELECT RAISE(ABORT, 'a journal only grows'); END;
CREATE TRIGGER chains_no_replace BEFORE INSERT ON chains
WHEN EXISTS (SELECT 1 FROM chains WHERE chain_id = NEW.chain_id)
BEGIN SELECT RAISE(ABORT, 'a journal only grows'); END;

-- What says that a locker was erased is never taken back.
CREATE TRIGGER erasures_no_update BEFORE UPDATE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure stays on record'); END;
CREATE TRIGGER erasures_no_replace BEFORE INSERT ON erasures
WHEN EXISTS (SELECT 1 FROM erasures WHERE locker_id = NEW.locker_id)
BEGIN SELECT RAISE(ABORT, 'an erasure stays on record'); END;
CREATE TRIGGER erasures_no_delete BEFORE DELETE ON erasures
BEGIN SELECT RAISE(ABORT, 'an erasure stays on record'); END;
