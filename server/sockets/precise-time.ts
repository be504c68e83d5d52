/** Corrections of the system clock smaller than this are its own noise. */
const TOLERATED_MS = 2

let shiftMs = 0

/** The system's time in ms with fractions: steady in between, following when the clock is set. */
export const preciseTime = (): number => {
  const steady = performance.timeOrigin + performance.now() + shiftMs
  const wall = Date.now()
  if (Math.abs(wall - steady) <= TOLERATED_MS) return steady
  shiftMs += wall - steady
  return wall
}
