/**
 * Keeps what was used last, up to a weight of all. A promise that fails is not kept.
 * @param weigh what one thing adds; things that nobody weighs count as one
 */
export const createLatelyUsed = <T>(most: number, weigh: (thing: T) => number = () => 1) => {
  const held = new Map<string, T>()
  let weight = 0
  const drop = (name: string, thing: T): void => {
    held.delete(name)
    weight -= weigh(thing)
  }
  const makeRoom = (): void => {
    for (const [name, thing] of held) {
      if (weight <= most) return
      drop(name, thing)
    }
  }
  const keep = (name: string, thing: T): void => {
    held.set(name, thing)
    weight += weigh(thing)
    if (thing instanceof Promise) {
      thing.catch(() => {
        if (held.get(name) === thing) drop(name, thing)
      })
    }
    makeRoom()
  }
  return (name: string, make: () => T): T => {
    const found = held.get(name)
    if (found === undefined) {
      const fresh = make()
      keep(name, fresh)
      return fresh
    }
    held.delete(name)
    held.set(name, found)
    return found
  }
}
