-- Papers for somebody without an account. lookup: keyed hash of their code; names: two keyed hashes of it with a surname of the holder's, one
-- after the other. days: so many from the first use, where the time begins then. institution_id and request_id are nil there.
ALTER TABLE shares ADD COLUMN lookup BLOB;
ALTER TABLE shares ADD COLUMN names BLOB;
ALTER TABLE shares ADD COLUMN days INTEGER;
ALTER TABLE shares ADD COLUMN used_at INTEGER;
CREATE UNIQUE INDEX shares_code ON shares (lookup) WHERE lookup IS NOT NULL;

-- How often such codes were tried in vain, one after the other: by keyed hash of a code, of one of nothing too, or of where it came from.
CREATE TABLE code_tries (
    lookup BLOB NOT NULL PRIMARY KEY,
    missed INTEGER NOT NULL,
    missed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
