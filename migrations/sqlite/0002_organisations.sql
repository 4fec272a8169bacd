-- Organisations, who belongs to them, and second factors. Every column in clear is listed with its reason in
-- docs/formats/clear-columns.md. Keep in step with migrations/postgres/0002_organisations.sql: a test compares the two.

-- issuer: 1 holder, 2 professional. factor_at: when a second factor was passed in this session. Both are in the row's proof, so
-- sessions from before end here.
ALTER TABLE sessions ADD COLUMN issuer INTEGER NOT NULL DEFAULT 1;
ALTER TABLE sessions ADD COLUMN factor_at INTEGER;

-- details: sealed under the directory key.
CREATE TABLE organisations (
    organisation_id BLOB NOT NULL PRIMARY KEY,
    created_at INTEGER NOT NULL,
    details BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- roles: 1 aidant, 2 referent, 3 both. seen_at: the last day of activity. noticed: months of inactivity that were last noted, 0
-- for none. invitation: keyed hash of the code, until it is used. proof: HMAC of the row, so that SQL can't make a member.
CREATE TABLE memberships (
    organisation_id BLOB NOT NULL REFERENCES organisations (organisation_id),
    membership_id BLOB NOT NULL,
    person_id BLOB REFERENCES persons (person_id),
    roles INTEGER NOT NULL,
    invited_until INTEGER NOT NULL,
    joined_at INTEGER,
    suspended_at INTEGER,
    left_at INTEGER,
    seen_at INTEGER NOT NULL,
    noticed INTEGER NOT NULL,
    invitation BLOB,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (organisation_id, membership_id),
    UNIQUE (membership_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_person ON memberships (person_id);
CREATE INDEX memberships_seen ON memberships (seen_at);
CREATE UNIQUE INDEX memberships_invitation ON memberships (invitation);

-- One a person. secret: sealed under the directory key. step: the last half-minute whose code was taken; none is taken twice.
-- failures, failed_at: wrong codes in a row, and when the last one came.
CREATE TABLE second_factors (
    person_id BLOB NOT NULL PRIMARY KEY REFERENCES persons (person_id),
    created_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    step INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    failed_at INTEGER NOT NULL,
    proof BLOB NOT NULL,
    secret BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Printed codes that serve once each. lookup: keyed hash of person and code.
CREATE TABLE backup_codes (
    person_id BLOB NOT NULL REFERENCES second_factors (person_id),
    lookup BLOB NOT NULL,
    PRIMARY KEY (person_id, lookup)
) STRICT, WITHOUT ROWID;
