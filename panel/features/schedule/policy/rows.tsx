import { ActionIcon, Button, Group, Stack } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

type Props<Row> = {
  value: readonly Row[]
  isReadOnly: boolean
  blank: Row
  /** What an empty list means. */
  empty: ReactNode
  onChange: (rows: Row[]) => void
  render: (row: Row, set: (change: Partial<Row>) => void) => ReactNode
}

/** A short list that grows and shrinks by whole rows. */
export const Rows = <Row extends object>(props: Props<Row>) => {
  const { value, isReadOnly, blank, empty, onChange, render } = props
  const { t } = useTranslation()
  return (
    <Stack gap="xs">
      {value.length === 0 && empty}
      {value.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name, and keep their places
        <Group key={index} gap="xs" align="flex-end">
          {render(row, (change) =>
            onChange(value.map((one, place) => (place === index ? { ...one, ...change } : one))),
          )}
          <ActionIcon
            variant="subtle"
            color="red"
            size={36}
            disabled={isReadOnly}
            aria-label={t('policy.removeRow', { index: index + 1 })}
            onClick={() => onChange(value.filter((_, place) => place !== index))}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </Group>
      ))}
      {!isReadOnly && (
        <Button
          variant="light"
          size="xs"
          leftSection={<IconPlus size={15} />}
          style={{ alignSelf: 'flex-start' }}
          onClick={() => onChange([...value, blank])}
        >
          {t('policy.add')}
        </Button>
      )}
    </Stack>
  )
}
