-- The organisation whose members act for an institution as its agents. Its newest requests first, for them.
ALTER TABLE institutions ADD COLUMN office_id BLOB REFERENCES organisations (organisation_id);
CREATE UNIQUE INDEX institutions_office ON institutions (office_id);
CREATE INDEX paper_requests_newest ON paper_requests (institution_id, made_at);
