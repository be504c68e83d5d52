import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Most of what these take is sound, clips and clocks that go as fast as time, not work. */
const REAL_TIME = [
  'test/player/{amplifier,bad-network,between,conductor,dead-clock,doctor}.test.ts',
  'test/player/{hostile-server,relay-ports,tampered}.test.ts',
  'test/player/screen/{page,stage}.test.ts',
  'test/player/speaker*.test.ts',
  'test/setup/{install-box,stop}.test.ts',
]

const END_TO_END = ['test/e2e/*.test.ts']

/** Files that take about a minute start first: started last, one of them would run alone at the end. */
const LONGEST =
  /(player\/(doctor|speaker-|between|amplifier)|e2e\/(schedule|story)|evidence\/backup|screen\/stage|hostile-files|strangers)/

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
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
