import { Badge } from '@mantine/core'
import type { ReactNode } from 'react'

/** Something that is not done yet: amber words that can be read on every ground. */
export const WarnBadge = ({ children }: { children: ReactNode }) => (
  <Badge
    variant="outline"
    tt="none"
    style={{ color: 'light-dark(#8a4b00, #f0b93a)', borderColor: 'currentColor' }}
  >
    {children}
  </Badge>
)
