-- SHA-256 of the words that a mandate rests on: what was agreed to, or what its holder has left of it since. The journal's newest
-- entry about them bears the same. A mandate from before this column lets nobody in: it is given again.
ALTER TABLE mandates ADD COLUMN words BYTEA NOT NULL DEFAULT '';
