-- When the dates in a locker are to be looked at next, so that its holder is told before they come.
ALTER TABLE contacts ADD COLUMN look_at INTEGER;
CREATE INDEX contacts_look ON contacts (look_at);
