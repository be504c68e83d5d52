import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { UsedBy } from '#protocol'
import { Refusal } from '../transport.ts'

const placeOf = ({ what, id }: UsedBy) => {
  switch (what) {
    case 'schedule':
      return { to: '/schedule', search: { edit: id } as never }
    case 'playlist':
      return { to: '/schedule/playlists/$id', params: { id } as never }
    case 'policy':
      return { to: '/schedule/policy', search: { areaId: id } as never }
    case 'asset':
      return { to: '/library', search: { asset: id } as never }
  }
}

/** The way to what holds a thing that cannot be deleted for it, where a refusal names one. */
export const UsedByLink = ({ error }: { error: unknown }) => {
  if (!(error instanceof Refusal)) return null
  const usedBy = UsedBy.safeParse((error.details as { usedBy?: unknown } | undefined)?.usedBy).data
  if (!usedBy) return null
  return (
    <Anchor size="sm" renderRoot={(props) => <Link {...props} {...placeOf(usedBy)} />}>
      {usedBy.name} →
    </Anchor>
  )
}
