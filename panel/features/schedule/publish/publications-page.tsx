import { Badge, Button, Group, Paper, Stack, Table, Text, VisuallyHidden } from '@mantine/core'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Publication } from '#protocol'
import { api } from '../../../server.ts'
import { MoreButton } from '../../../ui/more-button.tsx'
import { Empty, ErrorNotice, Loading } from '../../../ui/notices.tsx'
import { dateTime, HOME_ZONE } from '../../../ui/when.ts'
import { ImpactDialog } from './impact-dialog.tsx'

const SHOWN_CHANGES = 4

/** Every publication, what it changed, and the way back to it. */
export const PublicationsPage = () => {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [asked, setAsked] = useState<Publication>()
  const list = useInfiniteQuery({
    queryKey: ['publications'],
    queryFn: ({ pageParam }) => api.publications(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  const { error, isPending, refetch } = list
  const data = list.data?.pages.flatMap(({ items }) => items)
  const showRollout = (number: number) =>
    void navigate({
      to: '.',
      search: ((before: object) => ({ ...before, rollout: number })) as never,
    })
  const changesOf = ({ changes }: Publication) => {
    const names = changes
      .slice(0, SHOWN_CHANGES)
      .map(({ kind, name }) => `${t(`publishing.kind.${kind}`)} “${name}”`)
    const rest = changes.length - names.length
    return names.join(', ') + (rest > 0 ? ` … +${rest}` : '')
  }
  return (
    <Stack>
      {isPending && <Loading />}
      {error && <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty
          icon={<IconHistory size={40} stroke={1.5} />}
          title={t('publishing.empty')}
          hint={t('publishing.emptyHint')}
        />
      )}
      {data && data.length > 0 && (
        <Paper withBorder>
          <Table.ScrollContainer
            minWidth={620}
            scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
          >
            <Table verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('publishing.number')}</Table.Th>
                  <Table.Th>{t('publishing.at')}</Table.Th>
                  <Table.Th>{t('publishing.by')}</Table.Th>
                  <Table.Th>{t('publishing.whatChanged')}</Table.Th>
                  <Table.Th ta="right">{t('publishing.deviceColumn')}</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>{t('schedule.more')}</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.map((one, index) => (
                  <Table.Tr key={one.number}>
                    <Table.Td>{one.number}</Table.Td>
                    <Table.Td style={{ whiteSpace: 'nowrap' }}>
                      {dateTime(one.at, HOME_ZONE)}
                    </Table.Td>
                    <Table.Td>{one.by}</Table.Td>
                    <Table.Td>
                      <Text size="sm">
                        {one.restored !== null &&
                          `${t('publishing.restored', { number: one.restored })}. `}
                        {changesOf(one)}
                      </Text>
                    </Table.Td>
                    <Table.Td ta="right">{one.devices}</Table.Td>
                    <Table.Td>
                      <Group gap={4} justify="flex-end" wrap="nowrap">
                        {index === 0 && (
                          <Badge variant="light" tt="none" style={{ flexShrink: 0 }}>
                            {t('publishing.current')}
                          </Badge>
                        )}
                        <Button
                          size="compact-sm"
                          variant="subtle"
                          onClick={() => showRollout(one.number)}
                        >
                          {t('publishing.progress')}
                        </Button>
                        {index > 0 && (
                          <Button size="compact-sm" variant="light" onClick={() => setAsked(one)}>
                            {t('publishing.restore')}
                          </Button>
                        )}
                      </Group>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
      <MoreButton list={list}>{t('library.more')}</MoreButton>
      <ImpactDialog
        isOpen={asked !== undefined}
        restored={asked}
        onClose={() => setAsked(undefined)}
        onPublished={(number) => {
          setAsked(undefined)
          showRollout(number)
        }}
      />
    </Stack>
  )
}
