/** Keeps what was used last, up to a number of things. A promise that fails is not kept. */
export const createLatelyUsed = <T>(most: number) => {
  const held = new Map<string, T>()
  return (name: string, make: () => T): T => {
    const found = held.get(name)
    const thing = found === undefined ? make() : found
    held.delete(name)
    held.set(name, thing)
    if (held.size > most) held.delete(held.keys().next().value as string)
    if (found === undefined && thing instanceof Promise) {
      thing.catch(() => {
        if (held.get(name) === thing) held.delete(name)
      })
    }
    return thing
  }
}
