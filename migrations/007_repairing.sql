-- One row in a journal that took the place of a damaged one: lower numbers are the other's, whose rows keep
-- them when they are copied.
CREATE TABLE begun_anew (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  first_process_id INTEGER NOT NULL CHECK (first_process_id > 0),
  first_credit_id INTEGER NOT NULL CHECK (first_credit_id > 0)
) STRICT;

-- Damaged journals that were copied into this one, by the SHA-256 of the file, and how many of the rows of
-- their sums were added to this one's: records are told apart by their numbers, sums can't be.
CREATE TABLE repaired (
  sha256 TEXT PRIMARY KEY,
  repaired_ms INTEGER NOT NULL,
  sums_added INTEGER NOT NULL CHECK (sums_added >= 0)
) STRICT, WITHOUT ROWID;
