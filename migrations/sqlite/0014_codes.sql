-- How many codes went to telephone numbers on a day (UTC, days since 1970), in the whole service; and whether the service's journal says
-- already that it was as many as the configuration allows.
CREATE TABLE code_days (
    day INTEGER NOT NULL PRIMARY KEY,
    sent INTEGER NOT NULL,
    noted INTEGER NOT NULL
) STRICT;
