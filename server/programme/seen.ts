import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { AppError, type AreaId, type Statement } from '#protocol'
import type { Content } from '../store/content.ts'
import { groupsOf } from './changed-devices.ts'
import type { Difference } from './changes.ts'
import type { Foresight } from './foresight.ts'
import type { Known, KnownDevice } from './memory.ts'

const HASH_CHARS = 22

/** What is looked at: the draft, within an area or not, or an earlier publication. */
export type Subject = { areaId: AreaId | undefined; restored: number | null }

const scopeOf = ({ areaId, restored }: Subject): string =>
  restored === null ? (areaId ?? 'all') : `restore-${restored}`

/**
 * Names all that an impact follows from: these changes upon this publication, and which devices then
 * hear what. An approval, a policy, a device or an area that changes changes it.
 */
const groundOf = (
  subject: Subject,
  chosen: readonly Difference[],
  content: Content,
  known: Known,
  foresight: Pick<Foresight, 'audiences'>,
): string => {
  const changes = chosen.map(({ entry: { what, id, value } }) => [what, id, value?.version ?? 0])
  const hash = createHash('sha256').update(
    JSON.stringify([scopeOf(subject), known.number, changes]),
  )
  const before = foresight.audiences(known, known.published)
  const after = foresight.audiences(known, content)
  const paths = new Map<AreaId, string>()
  const pathOf = ({ areaId, areaPath }: KnownDevice): string => {
    const path = paths.get(areaId) ?? areaPath.join('/')
    paths.set(areaId, path)
    return path
  }
  for (const { devices, ...group } of groupsOf(known.devices.values(), before, after)) {
    const hearers = devices.map((device) => `${device.id} ${pathOf(device)}`)
    hash.update(`\n${group.before.key} ${group.after.key} ${hearers.join()}`)
  }
  return hash.digest('base64url').slice(0, HASH_CHARS)
}

export type Seen = ReturnType<typeof createSeen>

/**
 * Tokens for what somebody was shown: with one, exactly that is published, and only with all its
 * statements confirmed. Nothing is kept: any server process with the same secret can read them.
 */
export const createSeen = (secret: string, foresight: Pick<Foresight, 'audiences'>) => {
  const sealOf = (ground: string, ids: readonly string[]): string =>
    createHmac('sha256', secret)
      .update(`impact\n${ground}\n${[...ids].sort().join('\n')}`)
      .digest('base64url')
      .slice(0, HASH_CHARS)
  const isEqual = (a: string, b: string): boolean => {
    const [given, right] = [Buffer.from(a), Buffer.from(b)]
    return given.length === right.length && timingSafeEqual(given, right)
  }

  return {
    token(
      subject: Subject,
      chosen: readonly Difference[],
      content: Content,
      known: Known,
      statements: readonly Statement[],
    ): string {
      const ground = groundOf(subject, chosen, content, known, foresight)
      const ids = statements.map(({ id }) => id)
      return [scopeOf(subject), ground, sealOf(ground, ids)].join('.')
    },

    /**
     * Refuses to publish anything else than what was seen, or without what must be confirmed.
     * @throws AppError draft-changed, confirmation-needed
     */
    require(
      token: string,
      confirmed: readonly string[],
      subject: Subject,
      chosen: readonly Difference[],
      content: Content,
      known: Known,
    ): void {
      const [scope = '', given = '', seal = ''] = token.split('.')
      const ground = groundOf(subject, chosen, content, known, foresight)
      if (scope !== scopeOf(subject) || !isEqual(given, ground)) throw new AppError('draft-changed')
      if (!isEqual(seal, sealOf(ground, confirmed))) throw new AppError('confirmation-needed')
    },
  }
}

/** The area that a draft was looked at for. */
export const areaOfToken = (token: string): AreaId | undefined => {
  const [scope = ''] = token.split('.')
  return scope === 'all' || scope.startsWith('restore-') ? undefined : (scope as AreaId)
}
