import { Alert, Button, Group, Stack, Table, Text } from '@mantine/core'
import { IconUsers } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'

type Props = {
  /** What differs: the field, and how each has it. */
  rows: readonly (readonly [string, string, string])[]
  isRemoved: boolean
  onKeepMine: () => void
  onTakeTheirs: () => void
}

/** Two people changed one thing: both versions, side by side, and nothing is lost until one is chosen. */
export const BothVersions = ({ rows, isRemoved, onKeepMine, onTakeTheirs }: Props) => {
  const { t } = useTranslation()
  return (
    <Alert color="orange" icon={<IconUsers />} role="alert">
      <Stack gap="sm">
        <Text fw={600}>{t('scheduleForm.stale.title')}</Text>
        <Text size="sm">
          {isRemoved ? t('scheduleForm.stale.removed') : t('scheduleForm.stale.text')}
        </Text>
        {!isRemoved && (
          <Table withTableBorder verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('scheduleForm.stale.field')}</Table.Th>
                <Table.Th>{t('scheduleForm.stale.mine')}</Table.Th>
                <Table.Th>{t('scheduleForm.stale.theirs')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows
                .filter(([, mine, theirs]) => mine !== theirs)
                .map(([field, mine, theirs]) => (
                  <Table.Tr key={field}>
                    <Table.Td>{field}</Table.Td>
                    <Table.Td style={{ whiteSpace: 'pre-line' }}>{mine}</Table.Td>
                    <Table.Td style={{ whiteSpace: 'pre-line' }}>{theirs}</Table.Td>
                  </Table.Tr>
                ))}
            </Table.Tbody>
          </Table>
        )}
        <Group gap="xs">
          <Button size="xs" onClick={onKeepMine}>
            {t('scheduleForm.stale.keepMine')}
          </Button>
          <Button size="xs" variant="default" onClick={onTakeTheirs}>
            {t('scheduleForm.stale.takeTheirs')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
