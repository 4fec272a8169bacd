-- What helpers add, for as long as they may take it back. Every column in clear is listed with its reason in
-- docs/formats/clear-columns.md. Keep in step with migrations/postgres/0006_acting.sql: a test compares the two.

-- organisation_id, membership_id: as which member; none for a relative. seq: the entry that says so. proof: HMAC of the row, so
-- that SQL can't let somebody take back what another added. details: what it changed, sealed under the key of the evidence collection.
CREATE TABLE deposits (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    version_id BLOB NOT NULL,
    document_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    organisation_id BLOB,
    membership_id BLOB,
    seq INTEGER NOT NULL,
    deposited_at INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, version_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deposits_at ON deposits (deposited_at);

-- version_id: the version that the key made; none where that was before this. withdrawn: whether it was taken back since.
ALTER TABLE idempotency ADD COLUMN version_id BLOB;
ALTER TABLE idempotency ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
