-- Papers for somebody without an account. lookup: keyed hash of their code; names: two keyed hashes of it with a surname of the holder's, one
-- after the other. days: so many from the first use, where the time begins then. institution_id and request_id are nil there.
ALTER TABLE shares ADD COLUMN lookup BYTEA;
ALTER TABLE shares ADD COLUMN names BYTEA;
ALTER TABLE shares ADD COLUMN days BIGINT;
ALTER TABLE shares ADD COLUMN used_at BIGINT;
CREATE UNIQUE INDEX shares_code ON shares (lookup) WHERE lookup IS NOT NULL;

-- How often such codes were tried in vain, one after the other: by keyed hash of a code, of one of nothing too, or of where it came from.
CREATE TABLE code_tries (
    lookup BYTEA NOT NULL PRIMARY KEY,
    missed BIGINT NOT NULL,
    missed_at BIGINT NOT NULL
);
