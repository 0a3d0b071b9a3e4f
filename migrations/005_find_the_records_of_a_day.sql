-- Whose processes cost the most in a day. A record lies within one quarter-hour of UTC, and days begin at
-- quarter-hours: the records of a day are those that begin in it.
CREATE INDEX credit_by_time ON credit (from_ms);
