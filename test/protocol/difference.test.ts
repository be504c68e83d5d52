import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { differenceParts, rebuild } from '#protocol'

const days = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({
    date: `2025-01-${first + index}`,
    startsAt: (first + index) * 86_400_000,
    plans: { audio: String((first + index) % 7).repeat(64) },
  }))

const manifest = (revision: number, first: number) =>
  JSON.stringify({ v: 1, days: days(first, 35), media: [], revision, issuedAt: revision * 1_000 })

describe('a difference', () => {
  test('rebuilds exactly what was signed, whatever was there before', () => {
    const text = fc.stringMatching(/^[a-c,{}"ắ]{0,60}$/)
    fc.assert(
      fc.property(text, text, (base, wanted) => {
        expect(rebuild(base, differenceParts(base, wanted))).toBe(wanted)
      }),
      { numRuns: 2_000 },
    )
  })

  test('between two nights is a small part of the manifest', () => {
    const [before, after] = [manifest(7, 1), manifest(8, 2)]
    const parts = differenceParts(before, after)
    expect(rebuild(before, parts)).toBe(after)
    expect(JSON.stringify(parts).length).toBeLessThan(after.length / 10)
  })

  test('that would be larger than any manifest does not fit, and is never put together', () => {
    const base = 'x'.repeat(100_000)
    const parts = Array.from({ length: 20_000 }, (): [number, number] => [0, base.length])
    expect(rebuild(base, parts)).toBeUndefined()
    expect(rebuild(base, parts.slice(0, 50))).toHaveLength(5_000_000)
  })

  test('from something else does not fit, or gives bytes that no signature covers', () => {
    const parts = differenceParts(manifest(7, 1), manifest(8, 2))
    expect(rebuild('{}', parts)).toBeUndefined()
    expect(rebuild(manifest(6, 3), parts)).not.toBe(manifest(8, 2))
    expect(rebuild('abc', [[2, 1]])).toBeUndefined()
  })
})
