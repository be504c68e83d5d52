const LONGEST_MS = 8

/** Gives way to devices and panels whenever somebody has worked long enough in one go. */
export const createPause = () => {
  let since = performance.now()
  return (): Promise<void> | undefined => {
    if (performance.now() - since < LONGEST_MS) return undefined
    return new Promise((resolve) =>
      setImmediate(() => {
        since = performance.now()
        resolve()
      }),
    )
  }
}
