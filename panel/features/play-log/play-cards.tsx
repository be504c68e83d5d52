import { Group, Paper, Stack, Text, UnstyledButton } from '@mantine/core'
import type { PlayLogEntry } from '#protocol'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { exactTime, HOME_ZONE, length } from '../../ui/when.ts'
import { OutcomeMark } from './outcome.tsx'
import { playKey } from './play-table.tsx'

/** The play log where there is no room for a table. */
export const PlayCards = ({
  entries,
  onOpen,
}: {
  entries: readonly PlayLogEntry[]
  onOpen: (key: string) => void
}) => (
  <Stack gap="xs">
    {entries.map((entry) => {
      const { play } = entry
      const key = playKey(entry)
      return (
        <UnstyledButton key={key} onClick={() => onOpen(key)}>
          <Paper withBorder p="sm">
            <Stack gap={4}>
              <Group justify="space-between" wrap="nowrap" align="flex-start">
                <Text size="xs" c="dimmed" className="figures">
                  {exactTime(play.startAt ?? play.plannedStartAt, HOME_ZONE)} ·{' '}
                  {length(play.playedMs)}
                </Text>
                <OutcomeMark play={play} />
              </Group>
              <Group gap={6} wrap="nowrap">
                {play.themes.map(({ code }) => (
                  <ThemeChip key={code} code={code} />
                ))}
                <Text size="sm" fw={500}>
                  {play.asset.title}
                </Text>
              </Group>
              <Text size="xs" c="dimmed">
                {play.device} · {play.area.path.at(-1)}
              </Text>
            </Stack>
          </Paper>
        </UnstyledButton>
      )
    })}
  </Stack>
)
