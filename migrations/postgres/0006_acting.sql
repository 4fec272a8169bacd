-- What helpers add, for as long as they may take it back. Every column in clear is listed with its reason in
-- docs/formats/clear-columns.md. Keep in step with migrations/sqlite/0006_acting.sql: a test compares the two.

-- organisation_id, membership_id: as which member; none for a relative. seq: the entry that says so. proof: HMAC of the row, so
-- that SQL can't let somebody take back what another added. details: what it changed, sealed under the key of the evidence collection.
CREATE TABLE deposits (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    version_id UUID NOT NULL,
    document_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID,
    membership_id UUID,
    seq BIGINT NOT NULL,
    deposited_at BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, version_id)
);
CREATE INDEX deposits_at ON deposits (deposited_at);

-- version_id: the version that the key made; none where that was before this. withdrawn: whether it was taken back since.
ALTER TABLE idempotency ADD COLUMN version_id UUID;
ALTER TABLE idempotency ADD COLUMN withdrawn BOOLEAN NOT NULL DEFAULT false;
