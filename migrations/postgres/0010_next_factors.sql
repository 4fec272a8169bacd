-- A second factor that is to replace the one that stands. It is none until its first code has come, in the session that began it.
-- secret: sealed under the directory key. begun_at: it is good for a quarter of an hour.
CREATE TABLE next_factors (
    person_id UUID NOT NULL PRIMARY KEY REFERENCES second_factors (person_id),
    session_id UUID NOT NULL,
    begun_at BIGINT NOT NULL,
    proof BYTEA NOT NULL,
    secret BYTEA NOT NULL
);
