-- Which institutions may deposit papers in a locker. agreement_id: the id of the request that it answers. kinds: for each a keyed hash, 16
-- bytes. day, today: how many papers came in on the last day that one did (counted from 1970). bytes: what came in since the beginning.
-- details: with whom, what for, which kinds, under the directory key.
CREATE TABLE agreements (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    agreement_id BLOB NOT NULL,
    institution_id BLOB NOT NULL,
    begins_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    ended_at INTEGER,
    kinds BLOB NOT NULL,
    day INTEGER NOT NULL,
    today INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, agreement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX agreements_institution ON agreements (institution_id, agreement_id);
