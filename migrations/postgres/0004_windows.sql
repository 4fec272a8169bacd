-- Windows: a holder signs in on an aidant's device, reads what is proposed, and answers. No session: what its token is taken for
-- is in this table alone. Keep in step with migrations/sqlite/0004_windows.sql: a test compares the two.

-- session_id, person_id, membership_id: what it rests on. locker_id, holder_id, strength, entered_at, token: once the holder has
-- signed in; token is the hash of the cookie's value. details: what is proposed, leaving: what their issuer is told when they go,
-- both sealed under the directory key, and gone when they are of no more use.
CREATE TABLE windows (
    window_id UUID PRIMARY KEY NOT NULL,
    session_id UUID NOT NULL,
    person_id UUID NOT NULL,
    organisation_id UUID NOT NULL,
    membership_id UUID NOT NULL,
    desk BIGINT NOT NULL,
    mandate_id UUID NOT NULL,
    opened_at BIGINT NOT NULL,
    granted_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    token BYTEA UNIQUE,
    locker_id UUID,
    holder_id UUID,
    strength BIGINT,
    entered_at BIGINT,
    ended_at BIGINT,
    proof BYTEA NOT NULL,
    details BYTEA,
    leaving BYTEA
);
CREATE INDEX windows_session ON windows (session_id);
CREATE INDEX windows_locker ON windows (locker_id);
CREATE INDEX windows_end ON windows (until);

-- A holder reads by name on whose device they signed in; the entry has the id of a membership.
CREATE UNIQUE INDEX memberships_id ON memberships (membership_id);
