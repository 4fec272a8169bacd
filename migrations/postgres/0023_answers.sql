-- What somebody has chosen so far for a request that is in their locker. details: papers, refusals, last day, under the key of the evidence
-- collection.
CREATE TABLE answers (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    request_id UUID NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, request_id)
);
