import { Box, Button, Code, Image, Stack, Text } from '@mantine/core'
import { IconPhoto } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Sha256 } from '#protocol'
import { api } from '../../server.ts'
import { ErrorNotice } from '../../ui/notices.tsx'

type Props = { id: string; title: string; sha256: Sha256 }

/** The picture of the board that a record names; its device keeps it, and is asked for it. */
export const EvidencePicture = ({ id, title, sha256 }: Props) => {
  const { t } = useTranslation()
  const fetched = useMutation({ mutationFn: () => api.playPicture(id) })
  return (
    <Stack gap="xs" align="flex-start">
      {fetched.data ? (
        <Box style={{ background: '#000', borderRadius: 8, overflow: 'hidden', maxWidth: 640 }}>
          <Image
            src={`/media/${fetched.data.sha256}`}
            alt={t('reports.play.pictureOf', { title })}
            fit="contain"
          />
        </Box>
      ) : (
        <>
          <Text size="sm">{t('reports.play.pictureKept')}</Text>
          <Button
            size="xs"
            variant="light"
            leftSection={<IconPhoto size={16} aria-hidden />}
            loading={fetched.isPending}
            onClick={() => fetched.mutate()}
          >
            {t('reports.play.pictureShow')}
          </Button>
        </>
      )}
      {fetched.error && <ErrorNotice error={fetched.error} />}
      <Code style={{ overflowWrap: 'anywhere' }}>{sha256}</Code>
    </Stack>
  )
}
