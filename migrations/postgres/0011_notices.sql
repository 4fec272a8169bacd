-- Where a holder wants to be told of things outside the service. A row of the locker's, one at most: what they chose last.
-- channel: none once they want no notice. seen: until which line the journal has been read for notices. tries: wrong codes.
-- details: address, language, whether discreet, sealed under the directory key.
CREATE TABLE contacts (
    locker_id UUID NOT NULL PRIMARY KEY REFERENCES lockers (locker_id),
    contact_id UUID NOT NULL,
    channel BIGINT,
    made_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    tries BIGINT NOT NULL,
    seen BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL
);

-- What waits to be sent. stage: whether somebody has taken it. details: what it tells, sealed under the directory key.
CREATE TABLE notices (
    locker_id UUID NOT NULL REFERENCES lockers (locker_id),
    notice_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    due_at BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL,
    PRIMARY KEY (locker_id, notice_id)
);
CREATE INDEX notices_due ON notices (due_at);
