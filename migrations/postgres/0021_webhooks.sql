-- What waits to be told to servers of institutions. happened: 1 taken, 2 answered, 3 declined (requests), 4 paused, 5 resumed, 6 over
-- (shares). proof: of all but due_at and tries. Where it is told is in the request's sealed details.
CREATE TABLE webhooks (
    institution_id UUID NOT NULL REFERENCES institutions (institution_id),
    webhook_id UUID NOT NULL,
    happened BIGINT NOT NULL,
    request_id UUID NOT NULL,
    share_id UUID,
    at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    PRIMARY KEY (institution_id, webhook_id)
);
CREATE INDEX webhooks_due ON webhooks (due_at, institution_id);
