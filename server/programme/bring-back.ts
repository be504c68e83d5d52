import type { Rights } from '../access/rights.ts'
import type { Content } from '../store/content.ts'
import { applied, type Difference, differences } from './changes.ts'
import type { Known } from './memory.ts'
import { select } from './selection.ts'

/**
 * What bringing back an earlier publication changes, where somebody may publish.
 * @throws AppError publish-needs
 */
export const bringingBack = (
  earlier: Content,
  known: Known,
  rights: Rights,
): { own: Difference[]; foreign: Difference[]; content: Content } => {
  const all = differences(known.published, earlier, known)
  const { own, foreign } = select(all, 'publish', known, rights)
  const content = applied(known.published, own, 'publish-needs', earlier, known)
  return { own, foreign, content }
}
