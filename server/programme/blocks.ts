import { blocksOf, type Programme } from '#playlists'
import type { Block, Channel, LocalDate } from '#protocol'
import { type Audience, placeOf } from './audiences.ts'
import { compilerFor } from './compilers.ts'
import { createLatelyUsed } from './lately-used.ts'

/** Some 600 bytes each. */
const MOST_BLOCKS = 100_000

/** A block as one audience has it, before it is known how many devices that are. */
export type AudienceBlock = Omit<Block, 'devices' | 'isDraft'>

export type Blocks = ReturnType<typeof createBlocks>

/** Blocks of audiences, kept while they are asked for. */
export const createBlocks = () => {
  const lately = createLatelyUsed<AudienceBlock[]>(MOST_BLOCKS, ({ length }) => 1 + length)
  return (
    audience: Audience,
    programme: Programme,
    channel: Channel,
    first: LocalDate,
    last: LocalDate,
  ): AudienceBlock[] =>
    lately(`${audience.key} ${channel} ${first} ${last}`, () => {
      const place = placeOf(audience, channel)
      const hearers = { schedules: audience.schedules, place, devices: [''] }
      const blocks = blocksOf(compilerFor(programme, first), [hearers], first, last)
      return blocks.map(({ devices, isDraft, ...block }) => block)
    })
}
