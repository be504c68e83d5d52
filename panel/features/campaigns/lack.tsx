import { Anchor, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { AreaId, NoRoom } from '#protocol'

type Props = {
  reason: NoRoom
  areaId: AreaId
  missing: number
  per: 'plays' | 'minutes'
}

/** How much the planner finds no time for, why, and where that can be changed. */
export const Lack = ({ reason, areaId, missing, per }: Props) => {
  const { t } = useTranslation()
  return (
    <Text size="sm">
      {t('campaigns.lack', { missing: Math.ceil(missing), unit: t(`campaigns.${per}`) })}{' '}
      {t(`campaigns.shortfall.${reason}`)}
      {reason === 'no-window' && (
        <>
          {' '}
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link {...props} to="/schedule/policy" search={{ areaId } as never} />
            )}
          >
            {t('campaigns.setWindows')}
          </Anchor>
        </>
      )}
    </Text>
  )
}
