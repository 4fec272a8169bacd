-- What waits to be told to servers of institutions. happened: 1 taken, 2 answered, 3 declined (requests), 4 paused, 5 resumed, 6 over
-- (shares). proof: of all but due_at and tries. Where it is told is in the request's sealed details.
CREATE TABLE webhooks (
    institution_id BLOB NOT NULL REFERENCES institutions (institution_id),
    webhook_id BLOB NOT NULL,
    happened INTEGER NOT NULL,
    request_id BLOB NOT NULL,
    share_id BLOB,
    at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    proof BLOB NOT NULL,
    PRIMARY KEY (institution_id, webhook_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_due ON webhooks (due_at, institution_id);
