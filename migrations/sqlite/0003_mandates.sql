-- What lets helpers in. Every column in clear is listed with its reason in docs/formats/clear-columns.md. Keep in step with
-- migrations/postgres/0003_mandates.sql: a test compares the two.

-- Codes that a holder shows to who is to help. lookup: keyed hash of the code.
CREATE TABLE help_codes (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    lookup BLOB NOT NULL,
    until INTEGER NOT NULL,
    proof BLOB NOT NULL,
    PRIMARY KEY (locker_id, lookup),
    UNIQUE (lookup)
) STRICT, WITHOUT ROWID;

-- What somebody proposes, until the holder answers. organisation_id and membership_id: an aidant; organisation_id alone: the desk;
-- person_id: a relative. details: sealed under the directory key, for nothing of the locker is open to who proposes.
CREATE TABLE proposals (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    mandate_id BLOB NOT NULL,
    organisation_id BLOB,
    membership_id BLOB,
    person_id BLOB,
    proposed_by BLOB NOT NULL,
    until INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
) STRICT, WITHOUT ROWID;

-- consent: 1 own session, 2 window, 3 paper. scopes: for each, 1 category or 2 paper, its opaque id, permissions as bits.
-- noted: whether its end is on record. details: what was agreed to, sealed under the key of the evidence collection. shown: what
-- the helper sees of it in their list, sealed under the directory key.
CREATE TABLE mandates (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    mandate_id BLOB NOT NULL,
    organisation_id BLOB,
    membership_id BLOB,
    person_id BLOB,
    consent INTEGER NOT NULL,
    confirmed INTEGER NOT NULL,
    begins_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    ended_at INTEGER,
    noted INTEGER NOT NULL,
    scopes BLOB NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    shown BLOB NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX mandates_organisation ON mandates (organisation_id);
CREATE INDEX mandates_person ON mandates (person_id);
CREATE INDEX mandates_end ON mandates (ends_at);

-- details: who, for whom, and the purpose in words, sealed under the key of the evidence collection.
CREATE TABLE visits (
    locker_id BLOB NOT NULL,
    visit_id BLOB NOT NULL,
    mandate_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    membership_id BLOB,
    until INTEGER NOT NULL,
    ended_at INTEGER,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, visit_id),
    FOREIGN KEY (locker_id, mandate_id) REFERENCES mandates (locker_id, mandate_id)
) STRICT, WITHOUT ROWID;
