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
  UNIQUE (series_id, timestamp_ms)
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

-- Records beyond passed_credit_id that have their point: complete while an earlier one was still open.
CREATE TABLE point_ahead (
  credit_id INTEGER PRIMARY KEY
) STRICT;
