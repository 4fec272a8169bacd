-- The whole first schema. Every column in clear is listed with its reason in docs/formats/clear-columns.md.
-- Keep in step with migrations/sqlite/0001_first.sql: a test compares the two.

-- One row: which installation this is. kind: 1 real, 2 demonstration. root_epoch: the epoch of the root key that the last
-- whole rotation moved to. root_floor: older epochs are retired, nothing is wrapped under them any more.
CREATE TABLE deployment (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    deployment_id UUID NOT NULL,
    kind BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    root_epoch BIGINT NOT NULL DEFAULT 1,
    root_floor BIGINT NOT NULL DEFAULT 1
);

-- The processes that serve, and the newest epoch of the root key that each knows.
CREATE TABLE processes (
    process_id UUID NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL,
    root_epoch BIGINT NOT NULL
);

CREATE TABLE persons (
    person_id UUID NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL
);

-- lookup: HMAC of issuer and subject under the lookup key. proof, here and in sessions and lockers: HMAC of the row, so that
-- one which SQL has pointed at somebody else is not believed.
CREATE TABLE identities (
    lookup BYTEA NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL REFERENCES persons (person_id),
    proof BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX identities_person ON identities (person_id);

-- token: SHA-256 of the 256-bit cookie value. details: sealed under the directory key.
CREATE TABLE sessions (
    token BYTEA NOT NULL PRIMARY KEY,
    session_id UUID NOT NULL UNIQUE,
    person_id UUID NOT NULL REFERENCES persons (person_id),
    strength BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    proven_at BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);

-- A sign-in that has served, until it is too old in any case. lookup: SHA-256 of the state.
CREATE TABLE sign_ins (
    lookup BYTEA NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);

-- seen_at: the day the holder last came in. noticed: months of absence that were last noted, 0 for none.
CREATE TABLE lockers (
    locker_id UUID NOT NULL PRIMARY KEY,
    person_id UUID NOT NULL UNIQUE REFERENCES persons (person_id),
    created_at BIGINT NOT NULL,
    quota BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    noticed BIGINT NOT NULL,
    proof BYTEA NOT NULL
);
CREATE INDEX lockers_seen ON lockers (seen_at);

-- Lockers that their holder has closed. proof: HMAC of the row, so that SQL can't have a locker erased.
CREATE TABLE closures (
    locker_id UUID NOT NULL PRIMARY KEY REFERENCES lockers (locker_id),
    closed_at BIGINT NOT NULL,
    erase_at BIGINT NOT NULL,
    proof BYTEA NOT NULL
);
CREATE INDEX closures_erase ON closures (erase_at);

-- One row a chain: its head. kind: 1 service, 2 organisation, 3 locker (chain_id is then the locker's id).
CREATE TABLE chains (
    chain_id UUID NOT NULL PRIMARY KEY,
    kind BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    link BYTEA NOT NULL,
    at BIGINT NOT NULL
);

-- The journal, first half: never changed, never deleted.
CREATE TABLE commitments (
    chain_id UUID NOT NULL REFERENCES chains (chain_id),
    seq BIGINT NOT NULL CHECK (seq > 0),
    previous BYTEA NOT NULL,
    leaf BYTEA NOT NULL,
    PRIMARY KEY (chain_id, seq)
);

-- The journal, second half: deleted only when the locker's erasure is on record.
CREATE TABLE bodies (
    chain_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    salt BYTEA NOT NULL,
    entry BYTEA NOT NULL,
    PRIMARY KEY (chain_id, seq),
    FOREIGN KEY (chain_id, seq) REFERENCES commitments (chain_id, seq)
);

CREATE TABLE erasures (
    locker_id UUID NOT NULL PRIMARY KEY,
    erased_at BIGINT NOT NULL
);

-- Erased lockers whose blobs may still be there.
CREATE TABLE removals (
    locker_id UUID NOT NULL PRIMARY KEY
);

-- locker_id is the nil id for keys of the deployment itself (directory, lookup).
CREATE TABLE keys (
    locker_id UUID NOT NULL,
    key_id UUID NOT NULL,
    kind BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    PRIMARY KEY (locker_id, key_id)
);

CREATE TABLE wraps (
    locker_id UUID NOT NULL,
    key_id UUID NOT NULL,
    wrapper_id UUID NOT NULL,
    wrapper_kind BIGINT NOT NULL,
    wrapper_epoch BIGINT NOT NULL,
    alg BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (locker_id, key_id, wrapper_id, wrapper_epoch),
    FOREIGN KEY (locker_id, key_id) REFERENCES keys (locker_id, key_id)
);

-- What a rotation of the root key looks for: one row a locker.
CREATE INDEX wraps_root ON wraps (locker_id, wrapper_epoch, wrapper_id) WHERE wrapper_kind = 1;

-- Opaque: which category a collection is stands sealed in label.
CREATE TABLE collections (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    collection_id UUID NOT NULL,
    key_id UUID NOT NULL,
    label BYTEA NOT NULL,
    PRIMARY KEY (locker_id, collection_id),
    FOREIGN KEY (locker_id, key_id) REFERENCES keys (locker_id, key_id)
);

-- The holder's civil identity, sealed under the key of the profile collection.
CREATE TABLE profiles (
    locker_id UUID NOT NULL PRIMARY KEY REFERENCES lockers (locker_id),
    details BYTEA NOT NULL
);

-- What the holder has read and agreed to, as it was shown: sealed under the key of the evidence collection. seq: the entry
-- that says so.
CREATE TABLE acceptances (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    seq BIGINT NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, seq)
);

-- state: 1 live, 2 in the trash.
CREATE TABLE documents (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    document_id UUID NOT NULL,
    collection_id UUID NOT NULL,
    version_id UUID NOT NULL,
    state BIGINT NOT NULL,
    private BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    trashed_at BIGINT,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, document_id),
    FOREIGN KEY (locker_id, collection_id) REFERENCES collections (locker_id, collection_id)
);

CREATE TABLE versions (
    locker_id UUID NOT NULL,
    version_id UUID NOT NULL,
    document_id UUID NOT NULL,
    number BIGINT NOT NULL,
    key_id UUID NOT NULL,
    blob TEXT NOT NULL,
    blob_size BIGINT NOT NULL,
    blob_sha256 BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, version_id),
    UNIQUE (locker_id, document_id, number),
    UNIQUE (locker_id, blob),
    FOREIGN KEY (locker_id, document_id) REFERENCES documents (locker_id, document_id),
    FOREIGN KEY (locker_id, key_id) REFERENCES keys (locker_id, key_id)
);

-- lookup, fingerprint: HMACs under the lookup key of the caller's Idempotency-Key and of what was asked.
CREATE TABLE idempotency (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    lookup BYTEA NOT NULL,
    fingerprint BYTEA NOT NULL,
    document_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (locker_id, lookup)
);

-- Readings and deposits that have begun and have no closing entry yet. seq: the entry that began them. resting: a reading
-- in ranges that waits for the next one.
CREATE TABLE under_way (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    seq BIGINT NOT NULL,
    session_id UUID NOT NULL,
    action BIGINT NOT NULL,
    document_id UUID,
    version_id UUID,
    touched_at BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    resting BOOLEAN NOT NULL,
    PRIMARY KEY (locker_id, seq)
);
CREATE INDEX under_way_touched ON under_way (touched_at);
CREATE INDEX under_way_session ON under_way (session_id);

-- What the journal forbids. ENABLE ALWAYS: also in replica mode, where ordinary triggers sleep.
CREATE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation'; END $$;
CREATE FUNCTION journal_keeps_unless_erased() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS (SELECT 1 FROM erasures WHERE locker_id = OLD.chain_id) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION journal_is_over_when_erased() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF EXISTS (SELECT 1 FROM erasures WHERE locker_id = NEW.chain_id) THEN
        RAISE EXCEPTION 'the journal of an erased locker is over' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION chain_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN
    IF NEW.chain_id <> OLD.chain_id OR NEW.kind <> OLD.kind OR NEW.seq < OLD.seq
       OR (NEW.seq = OLD.seq AND (NEW.link <> OLD.link OR NEW.at <> OLD.at)) THEN
        RAISE EXCEPTION 'a journal only grows' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER commitments_no_change BEFORE UPDATE OR DELETE ON commitments
    FOR EACH ROW EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER commitments_no_truncate BEFORE TRUNCATE ON commitments
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER bodies_no_update BEFORE UPDATE ON bodies
    FOR EACH ROW EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER bodies_no_delete BEFORE DELETE ON bodies
    FOR EACH ROW EXECUTE FUNCTION journal_keeps_unless_erased();
CREATE TRIGGER bodies_not_after_erasure BEFORE INSERT ON bodies
    FOR EACH ROW EXECUTE FUNCTION journal_is_over_when_erased();
CREATE TRIGGER bodies_no_truncate BEFORE TRUNCATE ON bodies
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER chains_forward BEFORE UPDATE ON chains
    FOR EACH ROW EXECUTE FUNCTION chain_only_grows();
CREATE TRIGGER chains_no_delete BEFORE DELETE ON chains
    FOR EACH ROW EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER chains_no_truncate BEFORE TRUNCATE ON chains
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER erasures_no_change BEFORE UPDATE OR DELETE ON erasures
    FOR EACH ROW EXECUTE FUNCTION journal_refuses();
CREATE TRIGGER erasures_no_truncate BEFORE TRUNCATE ON erasures
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses();

ALTER TABLE commitments ENABLE ALWAYS TRIGGER commitments_no_change;
ALTER TABLE commitments ENABLE ALWAYS TRIGGER commitments_no_truncate;
ALTER TABLE bodies ENABLE ALWAYS TRIGGER bodies_no_update;
ALTER TABLE bodies ENABLE ALWAYS TRIGGER bodies_no_delete;
ALTER TABLE bodies ENABLE ALWAYS TRIGGER bodies_not_after_erasure;
ALTER TABLE bodies ENABLE ALWAYS TRIGGER bodies_no_truncate;
ALTER TABLE chains ENABLE ALWAYS TRIGGER chains_forward;
ALTER TABLE chains ENABLE ALWAYS TRIGGER chains_no_delete;
ALTER TABLE chains ENABLE ALWAYS TRIGGER chains_no_truncate;
ALTER TABLE erasures ENABLE ALWAYS TRIGGER erasures_no_change;
ALTER TABLE erasures ENABLE ALWAYS TRIGGER erasures_no_truncate;
