-- What lets helpers in. Every column in clear is listed with its reason in docs/formats/clear-columns.md. Keep in step with
-- migrations/sqlite/0003_mandates.sql: a test compares the two.

-- Codes that a holder shows to who is to help. lookup: keyed hash of the code.
CREATE TABLE help_codes (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    lookup BYTEA NOT NULL,
    until BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    PRIMARY KEY (locker_id, lookup),
    UNIQUE (lookup)
);

-- What somebody proposes, until the holder answers. organisation_id and membership_id: an aidant; organisation_id alone: the desk;
-- person_id: a relative. details: sealed under the directory key, for nothing of the locker is open to who proposes.
CREATE TABLE proposals (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    mandate_id UUID NOT NULL,
    organisation_id UUID,
    membership_id UUID,
    person_id UUID,
    proposed_by UUID NOT NULL,
    until BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
);

-- consent: 1 own session, 2 window, 3 paper. scopes: for each, 1 category or 2 paper, its opaque id, permissions as bits.
-- noted: whether its end is on record. details: what was agreed to, sealed under the key of the evidence collection. shown: what
-- the helper sees of it in their list, sealed under the directory key.
CREATE TABLE mandates (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    mandate_id UUID NOT NULL,
    organisation_id UUID,
    membership_id UUID,
    person_id UUID,
    consent BIGINT NOT NULL,
    confirmed BIGINT NOT NULL,
    begins_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    noted BIGINT NOT NULL,
    scopes BYTEA NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    shown BYTEA NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
);
CREATE INDEX mandates_organisation ON mandates (organisation_id);
CREATE INDEX mandates_person ON mandates (person_id);
CREATE INDEX mandates_end ON mandates (ends_at);

-- details: who, for whom, and the purpose in words, sealed under the key of the evidence collection.
CREATE TABLE visits (
    locker_id UUID NOT NULL,
    visit_id UUID NOT NULL,
    mandate_id UUID NOT NULL,
    person_id UUID NOT NULL,
    membership_id UUID,
    until BIGINT NOT NULL,
    ended_at BIGINT,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, visit_id),
    FOREIGN KEY (locker_id, mandate_id) REFERENCES mandates (locker_id, mandate_id)
);
