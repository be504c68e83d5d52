/** A function that makes the value of each key once. */
export const memo = <K, V extends NonNullable<unknown> | null>(make: (key: K) => V) => {
  const made = new Map<K, V>()
  return (key: K): V => {
    const known = made.get(key)
    if (known !== undefined) return known
    const fresh = make(key)
    made.set(key, fresh)
    return fresh
  }
}

/** One object for all that are told by the same text. */
export const interning = <T>() => {
  const known = new Map<string, T>()
  return (text: string, fresh: T): T => {
    const held = known.get(text)
    if (held !== undefined) return held
    known.set(text, fresh)
    return fresh
  }
}
