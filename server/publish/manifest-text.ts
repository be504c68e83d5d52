import { createHash } from 'node:crypto'
import { differenceParts, type EpochMs, type Manifest, type Part } from '#protocol'
import type { KnownDevice } from '../programme/memory.ts'
import type { ManifestPieces } from '../store/manifests.ts'

/**
 * A manifest is written in three pieces: who it is for, what the whole audience holds, and its number
 * and date. The middle one is written, hashed and compared once for all devices that share it.
 */
export type Holdings = Pick<Manifest, 'days' | 'media' | 'playUntil'> & {
  relayHosts: readonly string[]
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const heads = new WeakMap<KnownDevice, string>()

/** Who a manifest is for. */
export const aboutOf = (device: KnownDevice): Pick<Manifest, 'v' | 'deviceId' | 'device'> => ({
  v: 1,
  deviceId: device.id,
  device: {
    name: device.name,
    area: { id: device.areaId, code: device.areaCode, path: device.areaPath },
    timeZone: device.timeZone,
    channels: [...device.channels],
    canvas: device.canvas,
  },
})

/** The first piece. Devices never change, they are replaced. */
const headOf = (device: KnownDevice): string => {
  const known = heads.get(device)
  if (known !== undefined) return known
  const head = `${JSON.stringify(aboutOf(device)).slice(0, -1)},`
  heads.set(device, head)
  return head
}

export type Middle = { text: string; sha256: string }

export const middleOf = (holdings: Holdings): Middle => {
  const { days, media, playUntil, relayHosts } = holdings
  // A list that is empty is left out: it makes no manifest new.
  const listed = relayHosts.length > 0 && { relayHosts }
  const text = JSON.stringify({ days, media, playUntil, ...listed }).slice(1, -1)
  return { text, sha256: sha256(text) }
}

type Numbered = Pick<Manifest, 'revision' | 'issuedAt'>

const tailOf = ({ revision, issuedAt }: Numbered): string =>
  `,"revision":${revision},"issuedAt":${issuedAt},"ledgerSeals":true}`

/** The payload that is signed, in its pieces. */
export const piecesOf = (
  device: KnownDevice,
  holding: Middle,
  revision: number,
  issuedAt: EpochMs,
): ManifestPieces => ({ head: headOf(device), holding, tail: tailOf({ revision, issuedAt }) })

/** Says whether two manifests of a device differ in more than their number and date, or in their key. */
export const contentHashOf = (device: KnownDevice, middle: Middle, keyid: string): string =>
  sha256(`${keyid} ${headOf(device)}${middle.sha256}`)

/** Tells payloads by those before them; what two audiences differ in is found once. */
export const createDifferences = () => {
  const found = new Map<string, Part[]>()
  return (
    device: KnownDevice,
    before: Middle,
    after: Middle,
    revision: number,
    issuedAt: EpochMs,
  ): Part[] => {
    const name = `${before.sha256} ${after.sha256}`
    const inside = found.get(name) ?? differenceParts(before.text, after.text)
    found.set(name, inside)
    const shift = headOf(device).length
    const moved = inside.map(
      (part): Part => (typeof part === 'string' ? part : [part[0] + shift, part[1] + shift]),
    )
    const [first] = moved
    const goesOn = Array.isArray(first) && first[0] === shift
    const parts: Part[] = goesOn ? [[0, first[1]], ...moved.slice(1)] : [[0, shift], ...moved]
    return [...parts, tailOf({ revision, issuedAt })]
  }
}
