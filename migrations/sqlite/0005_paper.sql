-- Help agreed to on paper. Every column in clear is listed with its reason in docs/formats/clear-columns.md. Keep in step with
-- migrations/postgres/0005_paper.sql: a test compares the two.

-- kind: 1 shown at once, for half an hour; 2 kept on paper, for a year. Proofs of the first kind stay as they were.
ALTER TABLE help_codes ADD COLUMN kind INTEGER NOT NULL DEFAULT 1;

-- basis: 0 the holder answers in a session of their own, 1 a signed sheet (2 is kept for a court's decision). Proofs of the
-- first stay as they were.
ALTER TABLE proposals ADD COLUMN basis INTEGER NOT NULL DEFAULT 0;
CREATE INDEX proposals_mandate ON proposals (mandate_id);
CREATE INDEX proposals_organisation ON proposals (organisation_id);

-- When the holder confirmed a mandate that was given on paper.
ALTER TABLE mandates ADD COLUMN acknowledged_at INTEGER;

-- A signed sheet, as it was photographed. until: when it goes, for one that waits; none for one whose mandate
-- was given. times: how often a photo was sent. details: what kind of file it is, how the words were read; content: the file itself.
-- Both are sealed under the directory key while it waits, for nothing of the locker is open to who sends it; then under the key of
-- the evidence collection.
CREATE TABLE sheets (
    locker_id BLOB NOT NULL REFERENCES lockers (locker_id),
    mandate_id BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    until INTEGER,
    times INTEGER NOT NULL,
    proof BLOB NOT NULL,
    details BLOB NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (locker_id, mandate_id)
) STRICT;
CREATE INDEX sheets_until ON sheets (until);
