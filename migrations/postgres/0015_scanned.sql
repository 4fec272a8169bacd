-- Whether a version was looked at by the scanner for harmful content: 0 there was none, 1 nothing found, 2 taken without, 3 held
-- until it was, 4 something was found.
ALTER TABLE versions ADD COLUMN scanned BIGINT NOT NULL DEFAULT 0;
