import { expect, test } from 'vitest'
import type { Grant } from '#protocol'
import { standingOf } from '../../panel/frame/standing.ts'

const NOW = 1_000
const grant = (validFrom: number, validTo: number | null): Grant => ({
  ...{ role: 'operator', areaId: null },
  ...{ validFrom, validTo },
})

test.each([
  ['no rights at all', [], { kind: 'none' }],
  ['a right without an end', [grant(0, null)], { kind: 'holds' }],
  ['a right that begins this instant', [grant(NOW, null)], { kind: 'holds' }],
  ['a right that ends this instant', [grant(0, NOW)], { kind: 'ended', at: NOW }],
  [
    'the next of several that begin',
    [grant(9_000, null), grant(2_000, 3_000)],
    { kind: 'begins', at: 2_000 },
  ],
  [
    'one that ended and one that begins',
    [grant(0, 10), grant(2_000, null)],
    { kind: 'begins', at: 2_000 },
  ],
  ['the last of several that ended', [grant(0, 10), grant(0, 20)], { kind: 'ended', at: 20 }],
  [
    'one that holds beside one that begins',
    [grant(2_000, null), grant(0, null)],
    { kind: 'holds' },
  ],
])('the panel says of %s what it comes to', (_name, grants, standing) => {
  expect(standingOf(grants, NOW)).toEqual(standing)
})
