import { Group, Stack, Table, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Proposal } from '#protocol'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { useThemes } from '../../ui/use-themes.ts'
import { dayOf, length } from '../../ui/when.ts'
import { isoWeekday } from '../schedule/recurrence/weekday.ts'

type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7

/** Sessions that the planner proposes: when, and what is in them. */
export const SessionsTable = ({ sessions }: { sessions: Proposal['sessions'] }) => {
  const { t } = useTranslation()
  const codeOf = new Map(useThemes().map(({ id, code }) => [id, code]))
  return (
    <Table.ScrollContainer minWidth={480} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={150}>{t('campaigns.day')}</Table.Th>
            <Table.Th w={120}>{t('campaigns.time')}</Table.Th>
            <Table.Th>{t('campaigns.content')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sessions.map(({ date, startTime, endTime, items }) => (
            <Table.Tr key={`${date} ${startTime}`} style={{ verticalAlign: 'top' }}>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {t(`schedule.weekdayShort.d${isoWeekday(date) as Weekday}`)} {dayOf(date)}
              </Table.Td>
              <Table.Td style={{ whiteSpace: 'nowrap' }}>
                {startTime.slice(0, 5)}–{endTime.slice(0, 5)}
              </Table.Td>
              <Table.Td>
                <Stack gap={2}>
                  {items.map(({ assetId, title, themeIds, durationMs }, index) => (
                    <Group
                      // biome-ignore lint/suspicious/noArrayIndexKey: one clip may stand in a session twice
                      key={`${assetId} ${index}`}
                      gap={6}
                      wrap="nowrap"
                    >
                      {themeIds.map((id) => {
                        const code = codeOf.get(id)
                        return code && <ThemeChip key={id} code={code} />
                      })}
                      <Text size="sm">
                        {title}{' '}
                        <Text span c="dimmed" size="sm" className="figures">
                          {length(durationMs)}
                        </Text>
                      </Text>
                    </Group>
                  ))}
                </Stack>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
