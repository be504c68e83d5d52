import { IconKey } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SignedIn } from '#protocol'
import { Empty } from '../ui/notices.tsx'
import { useNow } from '../ui/use-now.ts'
import { dateTime, HOME_ZONE } from '../ui/when.ts'
import { standingOf } from './standing.ts'

/**
 * The pages, as soon as somebody has a right to see any; until then, why there is nothing to see. Where the
 * last right or the session ends meanwhile the pages stay, with what was typed into them.
 */
export const Rights = ({ user, children }: { user: SignedIn | null; children: ReactNode }) => {
  const { t } = useTranslation()
  const now = useNow()
  const [isOpen, setIsOpen] = useState(false)
  if (isOpen || !user) return children
  const standing = standingOf(user.grants, now)
  if (standing.kind === 'holds') {
    setIsOpen(true)
    return children
  }
  const time = 'at' in standing ? dateTime(standing.at, HOME_ZONE) : ''
  return (
    <Empty
      icon={<IconKey size={40} />}
      title={t(`rights.${standing.kind}`, { time })}
      hint={t('rights.hint')}
    />
  )
}
