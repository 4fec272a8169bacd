-- What institutions ask people for. lookup: keyed hash of the code by which it reaches somebody. stage: 1 waiting, 2 taken into a locker,
-- 3 answered, 4 declined, 5 withdrawn. locker_id: whose, once its code was typed there. details: purpose, pieces, under the directory key.
CREATE TABLE paper_requests (
    institution_id UUID NOT NULL REFERENCES institutions (institution_id),
    request_id UUID NOT NULL,
    lookup BYTEA NOT NULL UNIQUE,
    made_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    staged_at BIGINT NOT NULL,
    locker_id UUID,
    share_id UUID,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (institution_id, request_id)
);
CREATE INDEX paper_requests_locker ON paper_requests (locker_id) WHERE locker_id IS NOT NULL;

-- What people handed over. papers: for each its place, paper and version, 34 bytes. details: what it is and what for, under the key of the
-- evidence collection. shown: the same for the institution, under the directory key.
CREATE TABLE shares (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    share_id UUID NOT NULL,
    institution_id UUID NOT NULL,
    request_id UUID NOT NULL,
    begins_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    paused_at BIGINT,
    ended_at BIGINT,
    readings_max BIGINT,
    readings BIGINT NOT NULL,
    papers BYTEA NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    shown BYTEA NOT NULL,
    PRIMARY KEY (locker_id, share_id)
);
CREATE INDEX shares_institution ON shares (institution_id, share_id);

-- Who read, as their program said: by the place of the reading's line. details: the name, under the directory key.
CREATE TABLE share_readers (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    seq BIGINT NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, seq)
);
