-- The records of a process that has lived for months, but of one day: a report asks for them where a
-- process changed its user, or all did because the clock was set.
DROP INDEX credit_by_process;
CREATE INDEX credit_by_process ON credit (process_id, from_ms);
