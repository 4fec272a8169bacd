-- Bodies that receive papers. Their chains have the same ids, and kind 4. errands: what their programs may do at all, as bits: 1 ask for
-- papers, 2 fetch what was handed over. details: name, legal basis, kinds and public keys, sealed under the directory key.
CREATE TABLE institutions (
    institution_id BLOB PRIMARY KEY NOT NULL,
    created_at INTEGER NOT NULL,
    errands INTEGER NOT NULL,
    suspended_at INTEGER,
    proof BLOB NOT NULL,
    details BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Proofs that their programs have shown to get a token: each is taken once. lookup: keyed hash of its name. until: its own end.
CREATE TABLE assertions (
    institution_id BLOB NOT NULL REFERENCES institutions (institution_id),
    lookup BLOB NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (institution_id, lookup)
) STRICT, WITHOUT ROWID;
