-- What the recorder itself had used at its last tick since its own start, its own CPU time and that of each
-- ps it ran, and whose child it was then. On nobody's account, but when it ends somebody reaps it. Both are
-- NULL before the first tick, and in runs of a version that did not note it.
ALTER TABLE recorder_run ADD COLUMN ppid INTEGER CHECK (ppid >= 0);
ALTER TABLE recorder_run ADD COLUMN cpu_ms INTEGER
  CHECK (cpu_ms >= 0) CHECK ((cpu_ms IS NULL) = (ppid IS NULL));
