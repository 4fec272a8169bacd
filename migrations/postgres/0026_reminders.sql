-- Where somebody is written to about their place in an organisation: as their issuer said when they came in last. It goes with their last
-- place. details: sealed under the directory key.
CREATE TABLE work_addresses (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES persons (person_id),
    details BYTEA NOT NULL
);

-- What waits to be sent there: a place gives no rights soon, or any more, for want of activity. months: 5 or 6. stage: whether somebody has
-- taken it. The words are made when it is sent.
CREATE TABLE reminders (
    organisation_id UUID NOT NULL,
    membership_id UUID NOT NULL,
    months BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    stage BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    PRIMARY KEY (organisation_id, membership_id),
    FOREIGN KEY (organisation_id, membership_id) REFERENCES memberships (organisation_id, membership_id)
);
CREATE INDEX reminders_due ON reminders (due_at);
