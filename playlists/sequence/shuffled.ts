/** FNV-1a over UTF-16 units: spreads a text over 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  }
  return hash >>> 0
}

/** Numbers in [0, 1) that follow from a text alone: xorshift of Marsaglia, 32 bits. */
export const dice = (seed: string): (() => number) => {
  let state = hashOf(seed) || 1
  const roll = (): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
  // Seeds that differ in their last letter begin alike.
  for (let turn = 0; turn < 8; turn++) roll()
  return roll
}

/** Another order of the same things: the same wherever and whenever it is asked for [NE4]. */
export const shuffled = <T>(things: readonly T[], seed: string): T[] => {
  const order = [...things]
  const roll = dice(seed)
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(roll() * (last + 1))
    const moved = order[last] as T
    order[last] = order[other] as T
    order[other] = moved
  }
  return order
}
