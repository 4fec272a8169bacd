-- When a proposal was made, by the clock alone: the holder's proof must be newer. Those that waited before this column bear no proof
-- of it and are believed no more: whoever proposed does so again. Keep in step with migrations/postgres.
ALTER TABLE proposals ADD COLUMN made_at INTEGER NOT NULL DEFAULT 0;
