import { Paper, Stack, Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Impact } from '#protocol'
import { dateTime, HOME_ZONE } from '../../../ui/when.ts'

const MOST_GROUPS = 60
const NAMED = 8

type AreaImpact = Impact['areas'][number]

/** Areas for which the same is said, in one place: mostly all communes of a district. */
const alike = (areas: readonly AreaImpact[]): AreaImpact[][] => [
  ...Map.groupBy(areas, ({ firstChangeAt, starts, stops, moves, alters }) =>
    JSON.stringify([firstChangeAt, starts, stops, moves, alters]),
  ).values(),
]

const Line = (props: { word: string; name: string; children: ReactNode }) => (
  <Table.Tr>
    <Table.Td w={110}>{props.word}</Table.Td>
    <Table.Td>{props.name}</Table.Td>
    <Table.Td ta="right">{props.children}</Table.Td>
  </Table.Tr>
)

/** What starts, stops, moves and sounds different, area by area; nothing is folded away. */
export const AreaChanges = ({ areas }: { areas: readonly AreaImpact[] }) => {
  const { t } = useTranslation()
  const at = (time: number) => dateTime(time, HOME_ZONE)
  const groups = alike(areas)
  const rest = groups.slice(MOST_GROUPS).flat().length
  return (
    <Stack gap="xs">
      {groups.slice(0, MOST_GROUPS).map((group) => {
        const [first] = group
        if (!first) return null
        const names = group.slice(0, NAMED).map(({ path }) => path.at(-1))
        const more = group.length - names.length
        const devices = group.reduce((sum, one) => sum + one.devices, 0)
        const { starts, stops, moves, alters } = first
        return (
          <Paper key={first.areaId} withBorder px="sm" py={6}>
            <Text size="sm" fw={500}>
              {names.join(', ')}
              {more > 0 && ` ${t('publishing.moreAreas', { count: more })}`}{' '}
              <Text span c="dimmed" size="sm">
                {t('publishing.devices', { count: devices })} ·{' '}
                {t('publishing.earliest', { time: at(first.firstChangeAt) })}
              </Text>
            </Text>
            <Table verticalSpacing={2}>
              <Table.Tbody>
                {starts.map(({ id, name, at: time }) => (
                  <Line key={`s ${id}`} word={t('publishing.starts')} name={name}>
                    {at(time)}
                  </Line>
                ))}
                {stops.map(({ id, name, at: time }) => (
                  <Line key={`e ${id}`} word={t('publishing.stops')} name={name}>
                    {at(time)}
                  </Line>
                ))}
                {moves.map(({ id, name, from, to }) => (
                  <Line key={`m ${id}`} word={t('publishing.moves')} name={name}>
                    {at(from.from)} → {at(to.from)}
                  </Line>
                ))}
                {alters.map(({ id, name, at: time }) => (
                  <Line key={`a ${id}`} word={t('publishing.alters')} name={name}>
                    {at(time)}
                  </Line>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
        )
      })}
      {rest > 0 && <Text size="sm">{t('publishing.moreAreas', { count: rest })}</Text>}
    </Stack>
  )
}
