import { Code, Stack, Title } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Asset } from '#protocol'
import { Facts } from '../../ui/facts.tsx'
import { dateTime, HOME_ZONE, length } from '../../ui/when.ts'

const size = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`

/** What came in, beside what will go out. */
export const WasAndIs = ({ asset }: { asset: Asset }) => {
  const { t } = useTranslation()
  const { rendition, original, approval } = asset
  const at = (name: string | null, time: number | null) =>
    name && time ? t('library.by', { name, time: dateTime(time, HOME_ZONE) }) : '–'
  return (
    <Stack gap="md">
      <Stack gap={4}>
        <Title order={3} size="h5">
          {t('library.was')}
        </Title>
        <Facts
          rows={[
            [t('library.name'), original.name],
            [t('library.size'), size(original.bytes)],
            [t('library.uploadedBy'), at(asset.createdBy, asset.createdAt)],
            ...(asset.editedBy ? [[t('approval.editedBy'), asset.editedBy] as const] : []),
          ]}
        />
      </Stack>
      {rendition && (
        <Stack gap={4}>
          <Title order={3} size="h5">
            {t('library.is')}
          </Title>
          <Facts
            rows={[
              ...(rendition.durationMs
                ? [[t('library.duration'), length(rendition.durationMs)] as const]
                : []),
              ...(rendition.loudnessLufs !== null
                ? [
                    [
                      t('library.loudness'),
                      t('library.loudnessValue', {
                        lufs: rendition.loudnessLufs,
                        peak: rendition.truePeakDbtp,
                      }),
                    ] as const,
                  ]
                : []),
              ...(rendition.width
                ? [[t('library.dimensions'), `${rendition.width} × ${rendition.height}`] as const]
                : []),
              [t('library.size'), size(rendition.bytes)],
              [t('library.hash'), <Code key="hash">{rendition.sha256}</Code>],
              ...(approval.state === 'draft'
                ? []
                : [[t(`approval.${approval.state}By`), at(approval.by, approval.at)] as const]),
              ...(approval.note ? [[t('library.note'), approval.note] as const] : []),
            ]}
          />
        </Stack>
      )}
    </Stack>
  )
}
