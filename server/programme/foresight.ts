import { type Content, NO_CONTENT } from '../store/content.ts'
import type { Store } from '../store/store.ts'
import { type Audiences, createAudiences } from './audiences.ts'
import { createBlocks } from './blocks.ts'
import { createLatelyUsed } from './lately-used.ts'
import type { Known } from './memory.ts'
import { createPlans } from './plans.ts'

/** Each is as large as all that is published. */
const MOST_PUBLICATIONS = 4
const MOST_CHOSEN = 3

type Ground = Pick<Known, 'areas' | 'assets' | 'relayHosts'>

export type Foresight = ReturnType<typeof createForesight>

/** What will be, was or would be on air, with what has been worked out already kept at hand. */
export const createForesight = (store: Pick<Store, 'publications'>) => {
  const plans = createPlans()
  const held = new WeakMap<Content, Ground & { audiences: Audiences }>()
  const chosen = createLatelyUsed<Content>(MOST_CHOSEN)
  const publications = createLatelyUsed<Promise<Content>>(MOST_PUBLICATIONS)

  return {
    plans,
    blocks: createBlocks(),

    /** Who hears what in a content; the same object as long as nothing has changed. */
    audiences({ areas, assets, relayHosts }: Ground, content: Content): Audiences {
      const found = held.get(content)
      if (found?.areas === areas && found.assets === assets) return found.audiences
      const audiences = createAudiences({ areas, assets, relayHosts }, content)
      held.set(content, { areas, assets, relayHosts, audiences })
      return audiences
    },

    /** A content by a name that says all that is in it: impact and publication are about the same. */
    named: (name: string, make: () => Content): Content => chosen(name, make),

    /** What was published as a number: the present one from memory, earlier ones from the store. */
    async contentOf(number: number, known: Known): Promise<Content> {
      if (number === known.number) return known.published
      return publications(String(number), async () => {
        return (await store.publications.content(number)) ?? NO_CONTENT
      })
    },
  }
}
