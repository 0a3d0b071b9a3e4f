-- A uid may be renamed or given to somebody else. Each name that it had is a user of its own, so that records
-- keep the name that their user had. The numbers of those that are known already are their uids.
DROP VIEW credit_record;

ALTER TABLE user RENAME COLUMN uid TO user_id;
ALTER TABLE user ADD COLUMN uid INTEGER NOT NULL DEFAULT 0 CHECK (uid >= 0);
-- 1: the name that the uid was seen with last.
ALTER TABLE user ADD COLUMN latest INTEGER NOT NULL DEFAULT 1 CHECK (latest IN (0, 1));
UPDATE user SET uid = user_id;
CREATE UNIQUE INDEX user_by_uid_and_name ON user (uid, name);

ALTER TABLE followed RENAME COLUMN uid TO user_id;
ALTER TABLE credit RENAME COLUMN uid TO user_id;
ALTER TABLE usage RENAME COLUMN uid TO user_id;

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
