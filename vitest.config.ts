import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Also where other work takes most of the machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many tests wait for real processes: a core less than there are, vitest's own choice, would stand idle.
    maxWorkers: '100%',
    env: { NO_COLOR: '1', TZ: 'UTC' },
    globalSetup: 'test/run-folder.ts',
    projects: [
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          // Files share a process, since starting one and loading the same modules costs more than most of the tests.
          // What a test changes for all, it puts back.
          isolate: false,
        },
      },
      {
        extends: true,
        // Real servers, shells, browsers and recorders, that are killed, starved and waited for.
        test: { name: 'drills', include: ['test/**/*.drill.ts'] },
      },
    ],
  },
});
