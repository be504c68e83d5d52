import type { Content } from '../store/content.ts'
import type { DraftStore } from '../store/draft.ts'
import type { Difference } from './changes.ts'
import { playedBy } from './touched.ts'

/** Changes that put something of class live on air, or change what is: schedules, what they play, and their windows. */
export const liveChanges = (chosen: readonly Difference[], content: Content): Difference[] => {
  const live = playedBy(content, 'live')
  return chosen.filter(
    ({ entry, windowOf }) =>
      (entry.value !== null && live.has(entry.id)) || windowOf.includes('live'),
  )
}

/** Of live changes those that somebody wrote, alone or with others, since they were published. */
export const writtenBy = async (
  userId: string,
  changes: readonly Difference[],
  draft: Pick<DraftStore, 'authorsOf'>,
): Promise<Difference[]> => {
  if (changes.length === 0) return []
  const authors = await draft.authorsOf(changes.map(({ entry }) => entry))
  return changes.filter(({ entry: { what, id }, before }) =>
    authors.some(
      (author) =>
        author.what === what &&
        author.id === id &&
        author.userId === userId &&
        author.version > (before?.version ?? 0),
    ),
  )
}
