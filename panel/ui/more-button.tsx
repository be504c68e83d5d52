import { Button, Center } from '@mantine/core'
import type { ReactNode } from 'react'

type MoreButtonProps = {
  /** An infinite query. */
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }
  /** What it says. */
  children: ReactNode
}

/** Asks for the next page of a long list; nothing where there is none. */
export const MoreButton = ({ list, children }: MoreButtonProps) =>
  list.hasNextPage && (
    <Center>
      <Button
        variant="default"
        loading={list.isFetchingNextPage}
        onClick={() => void list.fetchNextPage()}
      >
        {children}
      </Button>
    </Center>
  )
