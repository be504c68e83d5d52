import { Select, SimpleGrid } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AssetId, type Station } from '#protocol'
import { useAssets } from '../../../ui/use-programme.ts'
import { length } from '../../../ui/when.ts'

type Props = { value: Station; onChange: (station: Station) => void }

const TUNES = ['signature', 'call', 'chime', 'closing'] as const

/** What a session of the station opens and closes with: clips of the library. */
export const StationFields = ({ value, onChange }: Props) => {
  const { t } = useTranslation()
  const { data: assets = [] } = useAssets()
  const clips = assets
    .filter(({ kind }) => kind === 'clip')
    .map(({ id, title, rendition }) => ({
      value: id,
      label: `${title} (${length(rendition?.durationMs ?? 0)})`,
    }))
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }}>
      {TUNES.map((tune) => (
        <Select
          key={tune}
          label={t(`policy.${tune}`)}
          placeholder={t('policy.noTune')}
          data={clips}
          value={value[tune]}
          clearable
          searchable
          limit={60}
          onChange={(id) => onChange({ ...value, [tune]: id ? AssetId.parse(id) : null })}
        />
      ))}
    </SimpleGrid>
  )
}
