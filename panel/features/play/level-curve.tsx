import { Box, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AudioMeasure, EpochMs } from '#protocol'
import { HOME_ZONE, timeOfDay } from '../../ui/when.ts'

const HEIGHT = 100
/** What is quieter than this looks like nothing. */
const FLOOR_DBFS = -60
const SCALE_WIDTH = 56
const LINES_DBFS = [0, -20, -40]

type Levels = NonNullable<AudioMeasure['levels']>

/** Level of every step in dBFS; null is digital silence. */
const dbfsOf = ({ bytes }: Levels): (number | null)[] =>
  [...atob(bytes)].map((char) => {
    const value = char.charCodeAt(0)
    return value === 0 ? null : (value - 255) / 2
  })

const heightOf = (dbfs: number): number =>
  Math.max(1, HEIGHT * (1 - Math.max(dbfs, FLOOR_DBFS) / FLOOR_DBFS))

/** How loud a play was from step to step, as its device measured it at the output. */
export const LevelCurve = (props: { levels: Levels; startAt: EpochMs; endAt: EpochMs }) => {
  const { levels, startAt, endAt } = props
  const { t } = useTranslation()
  const steps = dbfsOf(levels)
  const timeAt = (index: number) => timeOfDay(startAt + index * levels.stepMs, HOME_ZONE)
  const [from, to] = [timeAt(0), timeOfDay(endAt, HOME_ZONE)]
  const silent = steps.filter((dbfs) => dbfs === null).length
  const words = { from, to, silent, steps: steps.length }
  return (
    <Box pl={SCALE_WIDTH}>
      <Box pos="relative" mt={6}>
        {LINES_DBFS.map((dbfs) => (
          <Text
            key={dbfs}
            aria-hidden
            pos="absolute"
            left={-SCALE_WIDTH}
            top={HEIGHT - heightOf(dbfs) - 8}
            fz={10}
            c="dimmed"
          >
            {`${dbfs} dBFS`}
          </Text>
        ))}
        <svg
          role="img"
          aria-label={t('reports.play.curve', words)}
          viewBox={`0 0 ${steps.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          style={{ width: '100%', height: HEIGHT, display: 'block' }}
        >
          {LINES_DBFS.map((dbfs) => (
            <line
              key={dbfs}
              x1={0}
              x2={steps.length}
              y1={HEIGHT - heightOf(dbfs)}
              y2={HEIGHT - heightOf(dbfs)}
              stroke="light-dark(#d5dbd8, #3a4340)"
              vectorEffect="non-scaling-stroke"
            />
          ))}
          {steps.map(
            (dbfs, index) =>
              dbfs !== null && (
                <rect
                  // biome-ignore lint/suspicious/noArrayIndexKey: the position is what a bar is
                  key={index}
                  x={index}
                  y={HEIGHT - heightOf(dbfs)}
                  width={0.8}
                  height={heightOf(dbfs)}
                  fill="var(--mantine-primary-color-filled)"
                >
                  <title>{`${timeAt(index)}  ${dbfs} dBFS`}</title>
                </rect>
              ),
          )}
        </svg>
      </Box>
      <Group justify="space-between" aria-hidden>
        <Text size="xs" c="dimmed">
          {from}
        </Text>
        <Text size="xs" c="dimmed">
          {to}
        </Text>
      </Group>
    </Box>
  )
}
