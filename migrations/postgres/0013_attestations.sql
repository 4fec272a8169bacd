-- Papers that say who helps, until when: one for each text that a mandate has rested on, made when it is asked for. lookup: keyed hash of its
-- code. words: SHA-256 of that text, as the mandate bears it while it is its newest.
CREATE TABLE attestations (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    mandate_id UUID NOT NULL,
    words BYTEA NOT NULL,
    lookup BYTEA NOT NULL UNIQUE,
    made_at BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    PRIMARY KEY (locker_id, mandate_id, words)
);
