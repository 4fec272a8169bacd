-- Papers that say who helps, until when: one a mandate, made when it is first asked for. lookup: keyed hash of its code.
CREATE TABLE attestations (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    mandate_id UUID NOT NULL,
    lookup BYTEA NOT NULL UNIQUE,
    made_at BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
);
