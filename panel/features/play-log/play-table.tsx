import { Group, Table, Text, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { PlayLogEntry } from '#protocol'
import { ThemeChip } from '../../ui/theme-chip.tsx'
import { exactTime, HOME_ZONE, length } from '../../ui/when.ts'
import { errorText, measuredText } from './measured.ts'
import { OutcomeMark } from './outcome.tsx'

export const playKey = ({ deviceId, epoch, seq }: PlayLogEntry): string =>
  `${deviceId}/${epoch}/${seq}`

type Props = { entries: readonly PlayLogEntry[]; onOpen: (key: string) => void }

export const PlayTable = ({ entries, onOpen }: Props) => {
  const { t } = useTranslation()
  return (
    <Table.ScrollContainer minWidth={920}>
      <Table stickyHeader highlightOnHover verticalSpacing={6} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={165}>{t('playLog.column.start')}</Table.Th>
            <Table.Th>{t('playLog.column.content')}</Table.Th>
            <Table.Th>{t('playLog.column.device')}</Table.Th>
            <Table.Th>{t('playLog.column.area')}</Table.Th>
            <Table.Th w={150}>{t('playLog.column.outcome')}</Table.Th>
            <Table.Th w={80} ta="right">
              {t('playLog.column.played')}
            </Table.Th>
            <Table.Th w={90} ta="right">
              {t('playLog.column.error')}
            </Table.Th>
            <Table.Th w={120} ta="right">
              {t('playLog.column.measured')}
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => {
            const { play } = entry
            const key = playKey(entry)
            return (
              <Table.Tr key={key} onClick={() => onOpen(key)} style={{ cursor: 'pointer' }}>
                <Table.Td>
                  <UnstyledButton
                    fz="sm"
                    style={{ whiteSpace: 'nowrap' }}
                    onClick={() => onOpen(key)}
                  >
                    {exactTime(play.startAt ?? play.plannedStartAt, HOME_ZONE)}
                  </UnstyledButton>
                </Table.Td>
                <Table.Td>
                  <Group gap={6} wrap="nowrap">
                    {play.themes.map(({ code, name }) => (
                      <ThemeChip key={code} code={code} name={name} />
                    ))}
                    <Text size="sm" lineClamp={1}>
                      {play.asset.title}
                    </Text>
                  </Group>
                </Table.Td>
                <Table.Td>{play.device}</Table.Td>
                <Table.Td>{play.area.path.toReversed().slice(0, 2).join(', ')}</Table.Td>
                <Table.Td>
                  <OutcomeMark play={play} />
                </Table.Td>
                <Table.Td ta="right">{length(play.playedMs)}</Table.Td>
                <Table.Td ta="right">{errorText(play.startErrorMs)}</Table.Td>
                <Table.Td ta="right">{measuredText(play, t)}</Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
