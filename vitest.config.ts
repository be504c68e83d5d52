import { defineConfig } from 'vitest/config'

/** Most of what these take is sound, clips and clocks that go as fast as time, not work. */
const REAL_TIME = [
  'test/player/{amplifier,bad-network,between,conductor,dead-clock,doctor}.test.ts',
  'test/player/{hostile-server,relay-ports,tampered}.test.ts',
  'test/player/speaker*.test.ts',
  'test/setup/{install-box,stop}.test.ts',
]

/** The longest, beside each other: begun last, one of them would run alone at the end. */
const END_TO_END = ['test/e2e/*.test.ts']

export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 180_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'in real time',
          include: REAL_TIME,
          setupFiles: ['test/support/as-on-a-box.ts'],
          maxWorkers: 4,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'end to end',
          include: END_TO_END,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'at work',
          globalSetup: ['test/support/postgres.ts'],
          include: ['test/**/*.test.ts'],
          exclude: [...REAL_TIME, ...END_TO_END],
          // Two cores: more at once only makes timers late.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})
