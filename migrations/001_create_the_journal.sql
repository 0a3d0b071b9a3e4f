-- Times that end in _boot_ms are milliseconds since the boot, those that end in _ms alone and name a
-- moment (started_ms, from_ms, quarter_ms …) are milliseconds since 1970 in UTC. CPU time is in milliseconds.

CREATE TABLE boot (
  boot_id INTEGER PRIMARY KEY,
  kernel_boot_id TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE recorder_run (
  run_id INTEGER PRIMARY KEY,
  boot_id INTEGER NOT NULL REFERENCES boot,
  pid INTEGER NOT NULL CHECK (pid > 0),
  version TEXT NOT NULL,
  host TEXT NOT NULL,
  vcpus INTEGER NOT NULL CHECK (vcpus > 0),
  programs TEXT NOT NULL CHECK (json_type(programs) = 'array'),
  users TEXT NOT NULL CHECK (json_type(users) = 'array'),
  forks INTEGER NOT NULL CHECK (forks IN (0, 1)),
  interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
  visibility TEXT NOT NULL CHECK (visibility IN ('all', 'own')),
  precision TEXT NOT NULL CHECK (precision IN ('cuu', 'pcpu')),
  -- 1 once a sample showed that this ps can't tell how old processes are: a container with an uptime of its own.
  ages_unknown INTEGER NOT NULL DEFAULT 0 CHECK (ages_unknown IN (0, 1)),
  -- 1 once a sample showed nearly all users as the one who stands for those without a uid in the user namespace.
  users_unmapped INTEGER NOT NULL DEFAULT 0 CHECK (users_unmapped IN (0, 1)),
  -- Names of programs that no process has matched so far, a minute after the start: [{program, near}].
  unmatched_programs TEXT NOT NULL DEFAULT '[]' CHECK (json_type(unmatched_programs) = 'array'),
  anchor_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  last_tick_ms INTEGER,
  last_tick_boot_ms INTEGER,
  -- What the recorder itself had used at its last tick since its own start, its own CPU time and that of each
  -- ps it ran, and whose child it was then. On nobody's account, but when it ends somebody reaps it.
  ppid INTEGER CHECK (ppid >= 0),
  cpu_ms INTEGER CHECK (cpu_ms >= 0),
  ended_ms INTEGER,
  end_reason TEXT CHECK (end_reason IN ('stopped', 'failed', 'crashed', 'rebooted')),
  CHECK ((last_tick_ms IS NULL) = (last_tick_boot_ms IS NULL)),
  CHECK ((cpu_ms IS NULL) = (ppid IS NULL)),
  CHECK ((ended_ms IS NULL) = (end_reason IS NULL))
) STRICT;

CREATE TABLE gap (
  gap_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES recorder_run,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL CHECK (duration_ms > 0),
  reason TEXT NOT NULL CHECK (reason IN ('ps', 'late', 'suspended', 'journal', 'damaged')),
  detail TEXT
) STRICT;

CREATE TABLE clock_step (
  step_id INTEGER PRIMARY KEY,
  run_id INTEGER NOT NULL REFERENCES recorder_run,
  before_ms INTEGER NOT NULL,
  after_ms INTEGER NOT NULL CHECK (after_ms <> before_ms)
) STRICT;

-- A uid may be renamed or given to somebody else. Each name that it had is a user of its own, so that records
-- keep the name that their user had.
CREATE TABLE user (
  user_id INTEGER PRIMARY KEY,
  uid INTEGER NOT NULL CHECK (uid >= 0),
  name TEXT NOT NULL CHECK (name <> ''),
  -- 1: the name that the uid was seen with last.
  latest INTEGER NOT NULL DEFAULT 1 CHECK (latest IN (0, 1))
) STRICT;

-- Names of programs and commands, kept once each.
CREATE TABLE name (
  name_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- Programs of the kernel's threads, each with the user whose they are: whoever else calls a process so has none.
CREATE TABLE kernel_program (
  program_id INTEGER NOT NULL REFERENCES name,
  user_id INTEGER NOT NULL REFERENCES user,
  PRIMARY KEY (program_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE process (
  process_id INTEGER PRIMARY KEY,
  boot_id INTEGER NOT NULL REFERENCES boot,
  pid INTEGER NOT NULL CHECK (pid > 0),
  ppid INTEGER NOT NULL CHECK (ppid >= 0),
  start_low_boot_ms INTEGER NOT NULL,
  start_high_boot_ms INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  prior_cpu_ms INTEGER NOT NULL CHECK (prior_cpu_ms >= 0),
  cpu_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  end_reason TEXT CHECK (end_reason IN ('gone', 'zombie', 'replaced', 'lost', 'rebooted', 'unfollowed')),
  CHECK (start_low_boot_ms <= start_high_boot_ms),
  CHECK (cpu_ms >= prior_cpu_ms),
  CHECK ((ended_ms IS NULL) = (end_reason IS NULL))
) STRICT;

-- What the recorder needs to go on after a restart; the row goes when the process does.
CREATE TABLE followed (
  process_id INTEGER PRIMARY KEY REFERENCES process ON DELETE CASCADE,
  condition TEXT NOT NULL CHECK (condition IN ('alive', 'zombie', 'unfollowed')),
  user_id INTEGER NOT NULL REFERENCES user,
  program_id INTEGER NOT NULL REFERENCES name,
  command_id INTEGER NOT NULL REFERENCES name,
  sampled_twice INTEGER NOT NULL CHECK (sampled_twice IN (0, 1)),
  quarter_ms INTEGER NOT NULL CHECK (quarter_ms % 900000 = 0),
  splits INTEGER NOT NULL CHECK (splits >= 0),
  slice_from_ms INTEGER NOT NULL,
  slice_changed INTEGER NOT NULL CHECK (slice_changed IN (0, 1)),
  slice_estimated INTEGER NOT NULL CHECK (slice_estimated IN (0, 1)),
  narrow_start_low_boot_ms INTEGER NOT NULL,
  narrow_start_high_boot_ms INTEGER NOT NULL,
  cpu_low_ms INTEGER NOT NULL CHECK (cpu_low_ms >= 0),
  cpu_high_ms INTEGER NOT NULL,
  reaped_low_ms INTEGER NOT NULL CHECK (reaped_low_ms >= 0),
  reaped_high_ms INTEGER NOT NULL,
  accounted_ms INTEGER NOT NULL CHECK (accounted_ms >= 0),
  guessed_ms INTEGER NOT NULL CHECK (guessed_ms BETWEEN 0 AND accounted_ms),
  CHECK (narrow_start_low_boot_ms <= narrow_start_high_boot_ms),
  CHECK (cpu_low_ms <= cpu_high_ms),
  CHECK (reaped_low_ms <= reaped_high_ms)
) STRICT;

CREATE TABLE credit (
  credit_id INTEGER PRIMARY KEY,
  process_id INTEGER NOT NULL REFERENCES process,
  user_id INTEGER NOT NULL REFERENCES user,
  program_id INTEGER NOT NULL REFERENCES name,
  command_id INTEGER NOT NULL REFERENCES name,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  cpu_ms INTEGER NOT NULL CHECK (cpu_ms >= 0),
  state INTEGER NOT NULL CHECK (state IN (0, 1, 2)),
  changed INTEGER NOT NULL CHECK (changed IN (0, 1)),
  estimated INTEGER NOT NULL CHECK (estimated IN (0, 1)),
  ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
  unseen INTEGER NOT NULL CHECK (unseen IN (0, 1)),
  CHECK (from_ms < to_ms)
) STRICT;

CREATE TRIGGER credit_complete_never_changes
BEFORE UPDATE ON credit WHEN old.state = 2
BEGIN
  SELECT raise(ABORT, 'a complete credit record never changes');
END;

-- Sums of the records of a quarter-hour: what a report reads.
CREATE TABLE usage (
  quarter_ms INTEGER NOT NULL CHECK (quarter_ms % 900000 = 0),
  user_id INTEGER NOT NULL REFERENCES user,
  program_id INTEGER NOT NULL REFERENCES name,
  command_id INTEGER NOT NULL REFERENCES name,
  cpu_ms INTEGER NOT NULL CHECK (cpu_ms >= 0),
  unseen_cpu_ms INTEGER NOT NULL CHECK (unseen_cpu_ms BETWEEN 0 AND cpu_ms),
  started INTEGER NOT NULL CHECK (started >= 0),
  taken_over INTEGER NOT NULL CHECK (taken_over >= 0),
  uncertain_ms INTEGER NOT NULL DEFAULT 0 CHECK (uncertain_ms >= 0),
  PRIMARY KEY (quarter_ms, user_id, program_id, command_id)
) STRICT, WITHOUT ROWID;

-- The same of a day of UTC: of a day of any time zone it leaves a report only the quarter-hours at its ends to read.
-- Triggers keep it, whoever writes `usage`; a row goes with the last quarter-hour in it.
CREATE TABLE usage_day (
  day_ms INTEGER NOT NULL CHECK (day_ms % 86400000 = 0),
  user_id INTEGER NOT NULL,
  program_id INTEGER NOT NULL,
  command_id INTEGER NOT NULL,
  quarters INTEGER NOT NULL CHECK (quarters BETWEEN 0 AND 96),
  cpu_ms INTEGER NOT NULL CHECK (cpu_ms >= 0),
  unseen_cpu_ms INTEGER NOT NULL CHECK (unseen_cpu_ms BETWEEN 0 AND cpu_ms),
  started INTEGER NOT NULL CHECK (started >= 0),
  uncertain_ms INTEGER NOT NULL CHECK (uncertain_ms >= 0),
  PRIMARY KEY (day_ms, user_id, program_id, command_id)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER usage_is_added
AFTER INSERT ON usage
BEGIN
  INSERT INTO usage_day
  VALUES (
    new.quarter_ms - new.quarter_ms % 86400000, new.user_id, new.program_id, new.command_id,
    1, new.cpu_ms, new.unseen_cpu_ms, new.started, new.uncertain_ms
  )
  ON CONFLICT DO UPDATE SET
    quarters = quarters + 1,
    cpu_ms = cpu_ms + excluded.cpu_ms,
    unseen_cpu_ms = unseen_cpu_ms + excluded.unseen_cpu_ms,
    started = started + excluded.started,
    uncertain_ms = uncertain_ms + excluded.uncertain_ms;
END;

CREATE TRIGGER usage_is_changed
AFTER UPDATE ON usage
BEGIN
  UPDATE usage_day SET
    cpu_ms = cpu_ms + new.cpu_ms - old.cpu_ms,
    unseen_cpu_ms = unseen_cpu_ms + new.unseen_cpu_ms - old.unseen_cpu_ms,
    started = started + new.started - old.started,
    uncertain_ms = uncertain_ms + new.uncertain_ms - old.uncertain_ms
  WHERE day_ms = old.quarter_ms - old.quarter_ms % 86400000
    AND user_id = old.user_id AND program_id = old.program_id AND command_id = old.command_id;
END;

CREATE TRIGGER usage_is_deleted
AFTER DELETE ON usage
BEGIN
  UPDATE usage_day SET
    quarters = quarters - 1,
    cpu_ms = cpu_ms - old.cpu_ms,
    unseen_cpu_ms = unseen_cpu_ms - old.unseen_cpu_ms,
    started = started - old.started,
    uncertain_ms = uncertain_ms - old.uncertain_ms
  WHERE day_ms = old.quarter_ms - old.quarter_ms % 86400000
    AND user_id = old.user_id AND program_id = old.program_id AND command_id = old.command_id;
  DELETE FROM usage_day
  WHERE quarters = 0 AND day_ms = old.quarter_ms - old.quarter_ms % 86400000
    AND user_id = old.user_id AND program_id = old.program_id AND command_id = old.command_id;
END;

-- What the recorder itself used, with the ps that it runs; on nobody's account.
CREATE TABLE recorder_usage (
  quarter_ms INTEGER PRIMARY KEY CHECK (quarter_ms % 900000 = 0),
  cpu_ms INTEGER NOT NULL CHECK (cpu_ms >= 0)
) STRICT;

-- What each user's programs have used since the journal began, for monitoring: pruned sums stay in it. A row goes once
-- it was idle for as long as records are kept, and begins anew.
CREATE TABLE counter (
  user_id INTEGER NOT NULL REFERENCES user,
  program_id INTEGER NOT NULL REFERENCES name,
  cpu_ms INTEGER NOT NULL,
  unseen_cpu_ms INTEGER NOT NULL,
  last_quarter_ms INTEGER NOT NULL CHECK (last_quarter_ms % 900000 = 0),
  PRIMARY KEY (user_id, program_id)
) STRICT, WITHOUT ROWID;

-- One row once there was a sample: the same of all users and of the recorder, and for how long it has sampled, by the
-- time since boot.
CREATE TABLE host_counter (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  cpu_ms INTEGER NOT NULL CHECK (cpu_ms >= 0),
  recorder_cpu_ms INTEGER NOT NULL CHECK (recorder_cpu_ms >= 0),
  recorded_ms INTEGER NOT NULL CHECK (recorded_ms >= 0)
) STRICT;

-- The tags that points are sent under, as they are sent.
CREATE TABLE series (
  series_id INTEGER PRIMARY KEY,
  host TEXT NOT NULL CHECK (host <> ''),
  program TEXT NOT NULL CHECK (program <> ''),
  user TEXT NOT NULL CHECK (user <> ''),
  UNIQUE (host, program, user)
) STRICT;

-- What a complete credit record is sent as, settled before it is sent for the first time: whatever dies, it is
-- the same point each time, and a database that has it already overwrites it with itself. In the order in which
-- they are sent. No foreign keys: each would be looked up for each record.
CREATE TABLE point (
  point_id INTEGER PRIMARY KEY,
  credit_id INTEGER NOT NULL,
  series_id INTEGER NOT NULL,
  timestamp_ms INTEGER NOT NULL,
  serialiser INTEGER NOT NULL CHECK (serialiser > 0),
  -- Time first: points are added at its end, not at one place for each series.
  UNIQUE (timestamp_ms, series_id)
) STRICT;

CREATE TRIGGER point_never_changes
BEFORE UPDATE ON point
BEGIN
  SELECT raise(ABORT, 'a point never changes');
END;

-- Up to which point a server had acknowledged or refused all at a moment.
CREATE TABLE acknowledgement (
  point_id INTEGER PRIMARY KEY,
  acknowledged_ms INTEGER NOT NULL
) STRICT;

-- Points that a server refused, each by itself; the row goes when one accepts it.
CREATE TABLE refusal (
  point_id INTEGER PRIMARY KEY REFERENCES point ON DELETE CASCADE,
  refused_ms INTEGER NOT NULL,
  status INTEGER NOT NULL,
  words TEXT NOT NULL
) STRICT;

-- One row. Every record up to passed_credit_id has its point or was passed over, every point up to
-- answered_point_id was acknowledged or refused. The destination is where points went last.
CREATE TABLE shipping (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  passed_credit_id INTEGER NOT NULL CHECK (passed_credit_id >= 0),
  answered_point_id INTEGER NOT NULL CHECK (answered_point_id >= 0),
  destination TEXT
) STRICT;
INSERT INTO shipping (only, passed_credit_id, answered_point_id) VALUES (1, 0, 0);

-- One row once ship was called: the last attempt, and whatever outlives it. outcome is NULL while it goes on, and stays
-- so where it is killed. words, without secrets, are those of the last failure. told has when somebody was last told of
-- each kind of failure or notice. The first point that waits is stuck_point_id since a server answered 5xx to it.
CREATE TABLE shipping_attempt (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  started_ms INTEGER NOT NULL,
  destination TEXT,
  outcome TEXT CHECK (outcome IN ('done', 'unavailable', 'misconfigured', 'refused', 'failed')),
  words TEXT,
  succeeded_ms INTEGER,
  failing_since_ms INTEGER,
  told TEXT NOT NULL DEFAULT '{}' CHECK (json_type(told) = 'object'),
  stuck_point_id INTEGER,
  stuck_since_ms INTEGER,
  CHECK (failing_since_ms IS NULL OR words IS NOT NULL),
  CHECK ((stuck_point_id IS NULL) = (stuck_since_ms IS NULL))
) STRICT;

-- Records beyond passed_credit_id that have their point: complete while an earlier one was still open.
CREATE TABLE point_ahead (
  credit_id INTEGER PRIMARY KEY
) STRICT;

-- One row once anything was pruned: of complete records that ended before this moment only those are left
-- that something still needs, and last_credit_id was the newest record's number at the time.
CREATE TABLE pruning (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  pruned_until_ms INTEGER NOT NULL,
  last_credit_id INTEGER NOT NULL
) STRICT;

CREATE INDEX gap_by_run ON gap (run_id);
CREATE INDEX clock_step_by_run ON clock_step (run_id);
CREATE UNIQUE INDEX user_by_uid_and_name ON user (uid, name);

-- The records of a process that has lived for months, but of one day: a report asks for them where a
-- process changed its user, or all did because the clock was set.
CREATE INDEX credit_by_process ON credit (process_id, from_ms);
CREATE INDEX credit_not_complete ON credit (state) WHERE state < 2;
CREATE INDEX credit_after_change ON credit (from_ms) WHERE changed = 1;

-- Whose processes cost the most in a day. A record lies within one quarter-hour of UTC, and days begin at
-- quarter-hours: the records of a day are those that begin in it.
CREATE INDEX credit_by_time ON credit (from_ms);

-- A record goes together with its point.
CREATE INDEX point_by_credit ON point (credit_id);

-- Credit records for people: names instead of numbers, seconds instead of milliseconds.
CREATE VIEW credit_record AS
SELECT
  credit.credit_id,
  process.pid,
  user.name AS user,
  user.uid,
  program.name AS program,
  command.name AS command,
  strftime('%Y-%m-%dT%H:%M:%fZ', credit.from_ms / 1000.0, 'unixepoch') AS "from",
  strftime('%Y-%m-%dT%H:%M:%fZ', credit.to_ms / 1000.0, 'unixepoch') AS "to",
  credit.cpu_ms / 1000.0 AS cpu_seconds,
  credit.cpu_ms / 60000.0 AS credits,
  CASE credit.state WHEN 0 THEN 'open' WHEN 1 THEN 'settling' ELSE 'complete' END AS state,
  credit.estimated,
  credit.ended,
  credit.unseen
FROM credit
JOIN process USING (process_id)
JOIN user USING (user_id)
JOIN name AS program ON program.name_id = credit.program_id
JOIN name AS command ON command.name_id = credit.command_id;
