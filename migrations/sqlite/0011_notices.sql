-- Where a holder wants to be told of things outside the service. A row of the locker's, one at most: what they chose last.
-- channel: none once they want no notice. seen: until which line the journal has been read for notices. tries: wrong codes.
-- details: address, language, whether discreet, sealed under the directory key.
CREATE TABLE contacts (
    locker_id BLOB NOT NULL PRIMARY KEY REFERENCES lockers (locker_id),
    contact_id BLOB NOT NULL,
    channel INTEGER,
    made_at INTEGER NOT NULL,
    confirmed_at INTEGER,
    tries INTEGER NOT NULL,
    seen INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- What waits to be sent. stage: whether somebody has taken it. details: what it tells, sealed under the directory key.
CREATE TABLE notices (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    notice_id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    stage INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    PRIMARY KEY (locker_id, notice_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notices_due ON notices (due_at);
