-- Papers that say who helps, until when: one a mandate, made when it is first asked for. lookup: keyed hash of its code.
CREATE TABLE attestations (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    mandate_id BLOB NOT NULL,
    lookup BLOB NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    proof BLOB NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
) STRICT, WITHOUT ROWID;
