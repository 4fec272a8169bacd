-- How many codes went to telephone numbers on a day (UTC, days since 1970), in the whole service; and whether the service's journal says
-- already that it was as many as the configuration allows.
CREATE TABLE code_days (
    day BIGINT NOT NULL PRIMARY KEY,
    sent BIGINT NOT NULL,
    noted BIGINT NOT NULL
);
