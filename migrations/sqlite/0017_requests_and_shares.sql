-- What institutions ask people for. lookup: keyed hash of the code by which it reaches somebody. stage: 1 waiting, 2 taken into a locker,
-- 3 answered, 4 declined, 5 withdrawn. locker_id: whose, once its code was typed there. details: purpose, pieces, under the directory key.
CREATE TABLE paper_requests (
    institution_id BLOB NOT NULL REFERENCES institutions (institution_id),
    request_id BLOB NOT NULL,
    lookup BLOB NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    staged_at INTEGER NOT NULL,
    locker_id BLOB,
    share_id BLOB,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (institution_id, request_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX paper_requests_locker ON paper_requests (locker_id) WHERE locker_id IS NOT NULL;

-- What people handed over. papers: for each its place, paper and version, 34 bytes. details: what it is and what for, under the key of the
-- evidence collection. shown: the same for the institution, under the directory key.
CREATE TABLE shares (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    share_id BLOB NOT NULL,
    institution_id BLOB NOT NULL,
    request_id BLOB NOT NULL,
    begins_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    paused_at INTEGER,
    ended_at INTEGER,
    readings_max INTEGER,
    readings INTEGER NOT NULL,
    papers BLOB NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    shown BLOB NOT NULL,
    PRIMARY KEY (locker_id, share_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX shares_institution ON shares (institution_id, share_id);

-- Who read, as their program said: by the place of the reading's line. details: the name, under the directory key.
CREATE TABLE share_readers (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    seq INTEGER NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, seq)
) STRICT, WITHOUT ROWID;
