import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Many tests wait for real processes: a core less than there are, vitest's own choice, would stand idle.
    maxWorkers: '100%',
    env: { NO_COLOR: '1', TZ: 'UTC' },
  },
});
