-- Organisations, who belongs to them, and second factors. Every column in clear is listed with its reason in
-- docs/formats/clear-columns.md. Keep in step with migrations/sqlite/0002_organisations.sql: a test compares the two.

-- issuer: 1 holder, 2 professional. factor_at: when a second factor was passed in this session. Both are in the row's proof, so
-- sessions from before end here.
ALTER TABLE sessions ADD COLUMN issuer BIGINT NOT NULL DEFAULT 1;
ALTER TABLE sessions ADD COLUMN factor_at BIGINT;

-- details: sealed under the directory key.
CREATE TABLE organisations (
    organisation_id UUID NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    details BYTEA NOT NULL
);

-- roles: 1 aidant, 2 referent, 3 both. seen_at: the last day of activity. noticed: months of inactivity that were last noted, 0
-- for none. invitation: keyed hash of the code, until it is used. proof: HMAC of the row, so that SQL can't make a member.
CREATE TABLE memberships (
    organisation_id UUID NOT NULL REFERENCES organisations (organisation_id),
    membership_id UUID NOT NULL,
    person_id UUID REFERENCES persons (person_id),
    roles BIGINT NOT NULL,
    invited_until BIGINT NOT NULL,
    joined_at BIGINT,
    suspended_at BIGINT,
    left_at BIGINT,
    seen_at BIGINT NOT NULL,
    noticed BIGINT NOT NULL,
    invitation BYTEA,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, membership_id),
    UNIQUE (membership_id)
);
CREATE INDEX memberships_person ON memberships (person_id);
CREATE INDEX memberships_seen ON memberships (seen_at);
CREATE UNIQUE INDEX memberships_invitation ON memberships (invitation);

-- One a person. secret: sealed under the directory key. step: the last half-minute whose code was taken; none is taken twice.
-- failures, failed_at: wrong codes in a row, and when the last one came.
CREATE TABLE second_factors (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (person_id),
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    step BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    secret BYTEA NOT NULL
);

-- Printed codes that serve once each. lookup: keyed hash of person and code.
CREATE TABLE backup_codes (
    person_id UUID NOT NULL REFERENCES second_factors (person_id),
    lookup BYTEA NOT NULL,
    PRIMARY KEY (person_id, lookup)
);
