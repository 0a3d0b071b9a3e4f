import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many tests wait for real processes: a core less than there are, vitest's own choice, would stand idle.
    maxWorkers: '100%',
    env: { NO_COLOR: '1', TZ: 'UTC' },
    globalSetup: 'test/run-folder.ts',
    projects: [
      { extends: true, test: { name: 'tests', include: ['test/**/*.test.ts'] } },
      {
        extends: true,
        // Real servers, shells, browsers and recorders, that are killed, starved and waited for.
        test: { name: 'drills', include: ['test/**/*.drill.ts'], testTimeout: 120_000 },
      },
    ],
  },
});
