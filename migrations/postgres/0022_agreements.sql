-- Which institutions may deposit papers in a locker. agreement_id: the id of the request that it answers. kinds: for each a keyed hash, 16
-- bytes. day, today: how many papers came in on the last day that one did (counted from 1970). bytes: what came in since the beginning.
-- details: with whom, what for, which kinds, under the directory key.
CREATE TABLE agreements (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    agreement_id UUID NOT NULL,
    institution_id UUID NOT NULL,
    begins_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    ended_at BIGINT,
    kinds BYTEA NOT NULL,
    day BIGINT NOT NULL,
    today BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, agreement_id)
);
CREATE INDEX agreements_institution ON agreements (institution_id, agreement_id);
