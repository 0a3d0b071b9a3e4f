-- 1 once a sample showed that this ps can't tell how old processes are: a container with an uptime of its own.
ALTER TABLE recorder_run ADD COLUMN ages_unknown INTEGER NOT NULL DEFAULT 0 CHECK (ages_unknown IN (0, 1));
