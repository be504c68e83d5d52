import { Badge } from '@mantine/core'
import {
  IconAlertTriangleFilled,
  IconArrowBackUp,
  IconCircleCheck,
  IconHourglass,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ApprovalState } from '#protocol'

const LOOKS = {
  draft: { icon: IconHourglass, colour: 'gray' },
  approved: { icon: IconCircleCheck, colour: 'rice' },
  rejected: { icon: IconAlertTriangleFilled, colour: 'red' },
  withdrawn: { icon: IconArrowBackUp, colour: 'orange' },
} as const satisfies Record<ApprovalState, unknown>

export const ApprovalBadge = ({ state }: { state: ApprovalState }) => {
  const { t } = useTranslation()
  const { icon: Icon, colour } = LOOKS[state]
  return (
    <Badge
      variant="light"
      color={colour}
      leftSection={<Icon size={13} aria-hidden />}
      tt="none"
      style={{ flexShrink: 0 }}
    >
      {t(`library.approval.${state}`)}
    </Badge>
  )
}
