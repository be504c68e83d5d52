import { expect, test } from 'vitest'
import { openOffice, simulateDelivery } from '../support/delivery.ts'
import { tempFolder } from '../support/temp-folder.ts'

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const RUNS = 15

test(`[DL1] acknowledged is stored, each record once and in order, whatever breaks (seeds from ${SEED})`, async () => {
  const office = await openOffice(tempFolder())
  const seen = new Set<string>()
  for (let seed = SEED; seed < SEED + RUNS; seed++) {
    const counts = await simulateDelivery(seed, office, tempFolder())
    for (const [name, count] of Object.entries(counts)) if (count > 0) seen.add(name)
  }
  await office.close()
  // Everything that can go wrong did.
  expect([...seen].sort()).toEqual(
    [
      'records',
      'sent',
      'dropped',
      'unanswered',
      'doubled',
      'late',
      'serverCrashes',
      'midTransaction',
      'deviceCrashes',
    ].sort(),
  )
})
