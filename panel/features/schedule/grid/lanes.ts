import { type Block, comparePriority, PRIORITIES, type TimelineRow } from '#protocol'

const LANE_PX = 26
const PADDING_PX = 4
const MOST_LANES = 3
/** A name and a second line beneath it. */
const LEAST_PX = 40

export type Placed = { block: Block; key: string; lane: number; layer: number }
export type RowLayout = {
  row: TimelineRow
  placed: Placed[]
  lanes: number
  height: number
  /** Height of a lane. */
  lanePx: number
}

const meets = (a: Block, b: Block) => a.from < b.to && b.from < a.to

/** Names one block of a row, also after the timeline is loaded again. */
export const blockKey = ({ schedule, channel, from }: Block): string =>
  `${schedule.id} ${channel} ${from}`

/**
 * Blocks of one class that meet lie below each other; a block of a higher class lies over what it
 * interrupts. Sound comes first, screens below it.
 */
export const layOut = (row: TimelineRow): RowLayout => {
  const placed: Placed[] = []
  let base = 0
  for (const channel of ['audio', 'screen'] as const) {
    const blocks = row.blocks
      .filter((block) => block.channel === channel)
      .sort((a, b) => comparePriority(a.priority, b.priority) || a.from - b.from)
    const here: Placed[] = []
    for (const block of blocks) {
      const taken = new Set(
        here
          .filter((other) => other.block.priority === block.priority && meets(other.block, block))
          .map(({ lane }) => lane),
      )
      let lane = base
      while (taken.has(lane) && lane < base + MOST_LANES - 1) lane += 1
      const layer = PRIORITIES.indexOf(block.priority)
      here.push({ block, key: blockKey(block), lane, layer })
    }
    if (here.length > 0) base = Math.max(...here.map(({ lane }) => lane)) + 1
    placed.push(...here)
  }
  const lanes = Math.max(1, base)
  return {
    row,
    placed: placed.sort((a, b) => a.block.from - b.block.from || a.lane - b.lane),
    lanes,
    lanePx: LANE_PX,
    height: Math.max(LEAST_PX, lanes * LANE_PX + 2 * PADDING_PX),
  }
}

/** Distance of a lane from the top of its row. */
export const laneTop = (lane: number): number => PADDING_PX + lane * LANE_PX
