import { defineConfig } from 'vitest/config';

const support = ['test/support/**', 'test/fakes/**', 'test/lab/**', 'test/fixtures/**'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...support, 'test/wire/**', 'test/e2e/**'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'wire',
          include: ['test/wire/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // They wait more than they work: for keys typed at a person's speed, for timers, for servers that answer late.
          maxWorkers: 4,
        },
      },
      {
        // One virtual machine at a time: each takes both cores of a small runner.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
