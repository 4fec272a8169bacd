-- Windows: a holder signs in on an aidant's device, reads what is proposed, and answers. No session: what its token is taken for
-- is in this table alone. Keep in step with migrations/postgres/0004_windows.sql: a test compares the two.

-- session_id, person_id, membership_id: what it rests on. locker_id, holder_id, strength, entered_at, token: once the holder has
-- signed in; token is the hash of the cookie's value. details: what is proposed, leaving: what their issuer is told when they go,
-- both sealed under the directory key, and gone when they are of no more use.
CREATE TABLE windows (
    window_id BLOB PRIMARY KEY NOT NULL,
    session_id BLOB NOT NULL,
    person_id BLOB NOT NULL,
    organisation_id BLOB NOT NULL,
    membership_id BLOB NOT NULL,
    desk INTEGER NOT NULL,
    mandate_id BLOB NOT NULL,
    opened_at INTEGER NOT NULL,
    granted_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    token BLOB UNIQUE,
    locker_id BLOB,
    holder_id BLOB,
    strength INTEGER,
    entered_at INTEGER,
    ended_at INTEGER,
    proof BLOB NOT NULL,
    details BLOB,
    leaving BLOB
) STRICT, WITHOUT ROWID;
CREATE INDEX windows_session ON windows (session_id);
CREATE INDEX windows_locker ON windows (locker_id);
CREATE INDEX windows_end ON windows (until);

-- A holder reads by name on whose device they signed in; the entry has the id of a membership.
CREATE UNIQUE INDEX memberships_id ON memberships (membership_id);
