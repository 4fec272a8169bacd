-- Bodies that receive papers. Their chains have the same ids, and kind 4. errands: what their programs may do at all, as bits: 1 ask for
-- papers, 2 fetch what was handed over. details: name, legal basis, kinds and public keys, sealed under the directory key.
CREATE TABLE institutions (
    institution_id UUID PRIMARY KEY,
    created_at BIGINT NOT NULL,
    errands BIGINT NOT NULL,
    suspended_at BIGINT,
    proof BYTEA NOT NULL,
    details BYTEA NOT NULL
);

-- Proofs that their programs have shown to get a token: each is taken once. lookup: keyed hash of its name. until: its own end.
CREATE TABLE assertions (
    institution_id UUID NOT NULL REFERENCES institutions (institution_id),
    lookup BYTEA NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (institution_id, lookup)
);
