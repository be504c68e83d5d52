import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { applyBlankHours, type PlannedDay, type Timeline, timelineOf } from '#playlists/timeline'
import type { Channel, Manifest, ManifestRefusal, Sha256 } from '#protocol'
import { boundedText, TooLong } from '../link/bounded-text.ts'
import { get } from '../link/get.ts'
import { checkPlans, isNamed } from './check-plans.ts'
import { PlayedPlan } from './played-plan.ts'
import { replaceFile } from './replace-file.ts'

const DOWNLOAD_TIMEOUT_MS = 60_000
/** A day of 30 s clips without a pause is a plan of 2 MB; a box has 512 MB for everything. */
const MOST_PLAN_BYTES = 16_000_000

/** Day plans on the device's own disk, under the names of their content. */
export const createPlanStore = (folder: string, server: string) => {
  const plans = join(folder, 'plans')

  const namedBy = (manifest: Manifest): Set<Sha256> =>
    new Set(manifest.days.flatMap((day) => Object.values(day.plans)))

  const pathOf = (sha256: Sha256) => join(plans, sha256)
  const read = (sha256: Sha256): string | undefined =>
    existsSync(pathOf(sha256)) ? readFileSync(pathOf(sha256), 'utf8') : undefined

  const isIntact = (sha256: Sha256): boolean => {
    const text = read(sha256)
    return text !== undefined && isNamed(text, sha256)
  }

  const download = async (sha256: Sha256): Promise<void> => {
    const url = new URL(`/api/plans/${sha256}`, server)
    const response = await get(url, {}, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS))
    const { statusCode, headers } = response
    if (statusCode !== 200) {
      response.destroy()
      throw new Error(`HTTP ${statusCode}`)
    }
    replaceFile(
      pathOf(sha256),
      await boundedText(response, MOST_PLAN_BYTES, headers['content-length']),
    )
  }

  return {
    /**
     * Gets the plans that a manifest names and that are not here yet, and checks all of them.
     * @returns why they cannot be taken, by name; undefined where they can
     * @throws where they could not be fetched: to be tried again
     */
    async complete(manifest: Manifest): Promise<ManifestRefusal | undefined> {
      try {
        for (const sha256 of namedBy(manifest)) if (!isIntact(sha256)) await download(sha256)
      } catch (error) {
        // Whatever has no end is not what its name says.
        if (error instanceof TooLong) return 'hash'
        throw error
      }
      return checkPlans(manifest, read)
    },

    /** Lets go of what a manifest in force does not name. */
    keepOnly(manifest: Manifest): void {
      const needed = namedBy(manifest)
      mkdirSync(plans, { recursive: true })
      for (const name of readdirSync(plans)) {
        if (!needed.has(name as Sha256)) rmSync(join(plans, name), { force: true })
      }
    },

    /** A channel's plans on the axis of time. Days whose plan is missing or damaged are silent. */
    timeline(manifest: Manifest, channel: Channel): Timeline {
      const parsed = new Map<Sha256, PlayedPlan>()
      const days = manifest.days.flatMap(({ startsAt, plans: named }): PlannedDay[] => {
        const sha256 = named[channel]
        const text = sha256 && !parsed.has(sha256) && isIntact(sha256) ? read(sha256) : undefined
        const fresh = text === undefined ? undefined : PlayedPlan.safeParse(JSON.parse(text)).data
        if (sha256 && fresh) parsed.set(sha256, fresh)
        const plan = sha256 && parsed.get(sha256)
        return plan
          ? [
              {
                startsAt,
                sha256,
                segments: applyBlankHours(plan.segments, plan.blank),
                ceilings: plan.ceilings,
              },
            ]
          : []
      })
      return timelineOf(days)
    },
  }
}
