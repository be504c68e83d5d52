import { AppError, type Impact } from '#protocol'
import { type Rights, rightsFrom } from '../access/rights.ts'
import { bringingBack } from '../programme/bring-back.ts'
import { applied, contentName, type Difference, differences } from '../programme/changes.ts'
import { impactOf } from '../programme/impact.ts'
import { impactShownTo } from '../programme/references.ts'
import { liveChanges, writtenBy } from '../programme/second-person.ts'
import type { Subject } from '../programme/seen.ts'
import { select } from '../programme/selection.ts'
import type { Content } from '../store/content.ts'
import type { Asker, Ground, Within } from './ground.ts'

type Publishing = Asker & { twoPeopleForLive: boolean }

/** What some changes would do, with the token that publishes just that. */
const effectOf = async (
  subject: Subject,
  own: readonly Difference[],
  content: Content,
  rights: Rights,
  { known, foresight, seen }: Ground,
) => {
  const effect = await impactOf(own, content, known, foresight, rights.at)
  const draft = seen.token(subject, own, content, known, effect.statements)
  const changes = own.map(({ change }) => change)
  return { draft, changes, ...impactShownTo(rights, known, effect) }
}

/** What publishing the draft would do, as far as somebody may publish it. */
export const impact = async (
  { areaId, userId, twoPeopleForLive, ...asker }: Publishing & Within & { userId: string },
  ground: Ground,
): Promise<Impact> => {
  const { known, foresight, store } = ground
  const rights = rightsFrom(asker.grants, asker.at, known)
  if (areaId) rights.require('see', areaId)
  const all = differences(known.published, known.draft, known)
  const { own, foreign } = select(all, 'publish', known, rights, areaId)
  const content = foresight.named(contentName(known.number, own), () =>
    applied(known.published, own, 'publish-needs', known.draft, known),
  )
  const effect = await effectOf({ areaId, restored: null }, own, content, rights, ground)
  const live = twoPeopleForLive ? liveChanges(own, content) : []
  const mine = await writtenBy(userId, live, store.draft)
  const needsSecondPerson = mine.map(({ change }) => change.name)
  return { ...effect, foreign: foreign.length, undone: [], needsSecondPerson }
}

/** What bringing back an earlier publication would do, as far as somebody may publish it. */
export const restoreImpact = async (
  { number, twoPeopleForLive, ...asker }: Publishing & { number: number },
  ground: Ground,
): Promise<Impact> => {
  const { known, store } = ground
  const earlier = await store.publications.content(number)
  if (!earlier) throw new AppError('not-found', { what: 'publication' })
  const rights = rightsFrom(asker.grants, asker.at, known)
  const { own, foreign, content } = bringingBack(earlier, known, rights)
  const subject = { areaId: undefined, restored: number }
  const effect = await effectOf(subject, own, content, rights, ground)
  const ids = new Set(own.map(({ entry }) => `${entry.what} ${entry.id}`))
  const undone = differences(known.published, known.draft, known)
    .map(({ change }) => change)
    .filter(({ what, id }) => ids.has(`${what} ${id}`))
  const live = twoPeopleForLive ? liveChanges(own, content) : []
  const needsSecondPerson = live.map(({ change }) => change.name)
  return { ...effect, foreign: foreign.length, undone, needsSecondPerson }
}
