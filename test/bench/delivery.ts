import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Counts, openOffice, simulateDelivery } from '../support/delivery.ts'
import { atMost, type Report, reportOf, rounded } from './report.ts'
import { IS_FULL } from './sound.ts'

/** `DELIVERY_SEED=n DELIVERY_RUNS=1` plays one again. */
const FIRST_SEED = Number(process.env.DELIVERY_SEED ?? 1)
const RUNS = Number(process.env.DELIVERY_RUNS ?? (IS_FULL ? 10_000 : 1_000))
/** A server's folder is used for so many: later it only grows. */
const RUNS_PER_OFFICE = 50
/** Crashes are made of what is in the files, so that these may lie in memory. */
const MEMORY = '/dev/shm'

/** Breaks the way of records to the server in every manner, from seeds, and looks for what is lost. */
export const delivery = async (): Promise<Report> => {
  const root = mkdtempSync(join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'loabang-delivery-'))
  const total: Partial<Counts> = {}
  const failures: string[] = []
  const begun = performance.now()
  try {
    for (let done = 0; done < RUNS; done += RUNS_PER_OFFICE) {
      const folder = join(root, String(done))
      mkdirSync(folder)
      const office = await openOffice(folder)
      for (let run = done; run < Math.min(RUNS, done + RUNS_PER_OFFICE); run++) {
        try {
          const counts = await simulateDelivery(FIRST_SEED + run, office, folder)
          for (const [name, count] of Object.entries(counts) as [keyof Counts, number][])
            total[name] = (total[name] ?? 0) + count
        } catch (error) {
          failures.push(String(error))
          process.stderr.write(`\n✗ ${error}\n`)
        }
      }
      await office.close()
      rmSync(folder, { recursive: true })
      process.stderr.write(`\rdelivery: ${Math.min(RUNS, done + RUNS_PER_OFFICE)} of ${RUNS}`)
    }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  process.stderr.write('\n')
  const seconds = (performance.now() - begun) / 1000
  return reportOf('delivery', {
    figures: {
      simulations: RUNS,
      'first seed': FIRST_SEED,
      'records written by devices': total.records ?? 0,
      'batches sent': total.sent ?? 0,
      'batches lost on the way': total.dropped ?? 0,
      'answers lost on the way': total.unanswered ?? 0,
      'batches that came twice': total.doubled ?? 0,
      'batches that came too late': total.late ?? 0,
      'crashes of the server': total.serverCrashes ?? 0,
      'crashes of it in the middle of a transaction': total.midTransaction ?? 0,
      'crashes of a device': total.deviceCrashes ?? 0,
      's each': rounded(seconds / RUNS, 3),
      ...(failures[0] !== undefined && { 'first failure': failures[0] }),
    },
    limit: { 'simulations in which nothing is lost': RUNS },
    goals: [
      atMost(
        'simulations in which something was lost, doubled or out of order',
        failures.length,
        0,
      ),
    ],
  })
}
