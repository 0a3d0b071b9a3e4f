-- One row once anything was pruned: of complete records that ended before this moment only those are left
-- that something still needs, and last_credit_id was the newest record's number at the time.
CREATE TABLE pruning (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  pruned_until_ms INTEGER NOT NULL,
  last_credit_id INTEGER NOT NULL
) STRICT;

-- A record goes together with its point.
CREATE INDEX point_by_credit ON point (credit_id);
