/** Waits for something to become true; fails by name when it does not. */
export const until = async (
  what: () => unknown | Promise<unknown>,
  seconds = 150,
): Promise<void> => {
  const deadline = Date.now() + seconds * 1000
  while (!(await what())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
