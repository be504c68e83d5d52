import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type PlannedDay, type Timeline, timelineOf } from '#playlists/timeline'
import { type Channel, DayPlan, type Envelope, type Manifest, type Sha256 } from '#protocol'
import { darken } from './darken.ts'
import { replaceFile } from './replace-file.ts'

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex')

/** The manifest in force and the plans that it names, on the device's own disk. */
export const createPlanStore = (folder: string, server: string) => {
  const plans = join(folder, 'plans')
  const manifestPath = join(folder, 'manifest.json')
  mkdirSync(plans, { recursive: true })

  const namedBy = (manifest: Manifest): Set<Sha256> =>
    new Set(manifest.days.flatMap((day) => Object.values(day.plans)))

  /** A plan's text, if it is on disk and is what its name says. */
  const read = (sha256: Sha256): string | undefined => {
    const path = join(plans, sha256)
    if (!existsSync(path)) return undefined
    const text = readFileSync(path, 'utf8')
    return hashOf(text) === sha256 ? text : undefined
  }

  const download = async (sha256: Sha256): Promise<void> => {
    const response = await fetch(new URL(`/api/plans/${sha256}`, server))
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    const text = await response.text()
    if (hashOf(text) !== sha256) throw new Error('the bytes are not those of the name')
    replaceFile(join(plans, sha256), text)
  }

  return {
    /** The envelope that was accepted last, as it came. */
    envelope(): unknown {
      try {
        return JSON.parse(readFileSync(manifestPath, 'utf8'))
      } catch {
        return undefined
      }
    },

    /** Gets the plans that a manifest names and that are not here yet. */
    async complete(manifest: Manifest): Promise<void> {
      for (const sha256 of namedBy(manifest)) if (read(sha256) === undefined) await download(sha256)
    },

    /** Puts a manifest in force. What it no longer names is let go. */
    save(envelope: Envelope, manifest: Manifest): void {
      replaceFile(manifestPath, JSON.stringify(envelope))
      const needed = namedBy(manifest)
      for (const name of readdirSync(plans)) {
        if (!needed.has(name as Sha256)) rmSync(join(plans, name), { force: true })
      }
    },

    /** A channel's plans on the axis of time. Days whose plan is missing or damaged are silent. */
    timeline(manifest: Manifest, channel: Channel): Timeline {
      const parsed = new Map<Sha256, DayPlan>()
      const days = manifest.days.flatMap(({ startsAt, plans: named }): PlannedDay[] => {
        const sha256 = named[channel]
        const text = sha256 && !parsed.has(sha256) ? read(sha256) : undefined
        if (sha256 && text) parsed.set(sha256, DayPlan.parse(JSON.parse(text)))
        const plan = sha256 && parsed.get(sha256)
        return plan ? [{ startsAt, sha256, segments: darken(plan.segments, plan.blank) }] : []
      })
      return timelineOf(days)
    },
  }
}
