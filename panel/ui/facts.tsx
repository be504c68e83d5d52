import { Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Names and values, one below the other. */
export const Facts = ({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) => (
  <Table
    variant="vertical"
    layout="fixed"
    withRowBorders={false}
    verticalSpacing={4}
    horizontalSpacing={0}
  >
    <Table.Tbody>
      {rows.map(([name, value]) => (
        <Table.Tr key={name}>
          <Table.Th w="38%" bg="transparent" fw={400} style={{ verticalAlign: 'top' }}>
            <Text size="sm" c="dimmed">
              {name}
            </Text>
          </Table.Th>
          <Table.Td style={{ overflowWrap: 'anywhere' }}>
            <Text size="sm" component="div">
              {value}
            </Text>
          </Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
)
