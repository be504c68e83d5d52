import { expect, test } from 'vitest'
import { createAdmission } from '../../server/sockets/admission.ts'

test('ten thousand devices at once: two hundred come in, each other is given a turn of its own', () => {
  let now = 1_000_000
  const { admit } = createAdmission(200, () => now)
  const waits = Array.from({ length: 10_000 }, admit)
  expect(waits.filter((wait) => wait === 0)).toHaveLength(200)
  const later = waits.filter((wait) => wait > 0)
  expect(new Set(later).size).toBeGreaterThan(9_000)
  expect(Math.max(...later)).toBeLessThan(51_000)
  // Coming back when told, nobody is turned away again for long.
  now += 10_000
  expect(Array.from({ length: 200 }, admit).every((wait) => wait === 0)).toBe(true)
})
