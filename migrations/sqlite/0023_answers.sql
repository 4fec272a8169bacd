-- What somebody has chosen so far for a request that is in their locker. details: papers, refusals, last day, under the key of the evidence
-- collection.
CREATE TABLE answers (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    request_id BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, request_id)
) STRICT, WITHOUT ROWID;
