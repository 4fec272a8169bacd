-- noted: whether the end of a share is on record.
ALTER TABLE shares ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
CREATE INDEX shares_due ON shares (until) WHERE noted = 0 AND ended_at IS NULL;

-- Those that can still be answered are counted before another is made. stage: 1 waiting, 2 taken.
CREATE INDEX paper_requests_open ON paper_requests (institution_id, until) WHERE stage <= 2;
