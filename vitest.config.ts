import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/postgres.ts'],
    testTimeout: 300_000,
    hookTimeout: 180_000,
    // Two cores: more at once only makes timers late.
    maxWorkers: 2,
  },
})
