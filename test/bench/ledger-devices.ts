import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import canonicalize from 'canonicalize'
import { leafHash, signCheckpoint, TreeHead } from '#evidence'
import {
  type DeviceId,
  type JournalRecord,
  NO_RECORD,
  type Play,
  type RecordBatch,
  type ThemeId,
} from '#protocol'
import { aPlay, sha } from '../support/builders.ts'

/** A device as the ledger's bench needs it: who it is, and what it has not sent yet. */
export type BenchDevice = { deviceId: DeviceId; pem: string; publicKey: string }

export const newBenchDevice = (deviceId: DeviceId): BenchDevice => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return {
    deviceId,
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  }
}

export const keyOf = ({ pem }: BenchDevice): KeyObject => createPrivateKey(pem)

const THEMES = ['1.1', '1.2', '2.1'].map((code, index) => ({
  id: `01890000-0000-7000-8000-0000000000c${index}` as ThemeId,
  code,
  name: `Chủ đề ${code} của đợt tuyên truyền`,
  campaign: 'Tuyên truyền sắp xếp đơn vị hành chính',
}))

/** A play a minute, of forty titles and three themes. */
export const playOf = (seq: number): Play => {
  const at = 1_731_276_000_000 + seq * 60_000
  return aPlay({
    ...{ plannedStartAt: at, plannedEndAt: at + 10_000 },
    themes: THEMES.slice(seq % 3, (seq % 3) + 1),
    asset: { ...aPlay().asset, title: `Bản tin số ${seq % 40} về sắp xếp đơn vị hành chính` },
  })
}

/** An evening of a device, in batches: records and signatures as a real player makes them. */
export const eveningOf = (
  device: BenchDevice,
  records: number,
  perBatch: number,
): RecordBatch[] => {
  const { deviceId } = device
  const privateKey = keyOf(device)
  const tree = new TreeHead()
  const batches: RecordBatch[] = []
  let prev = NO_RECORD
  for (let from = 0; from < records; from += perBatch) {
    const edge = tree.edge.map((hash) => Buffer.from(hash).toString('base64'))
    const texts: string[] = []
    for (let seq = from; seq < Math.min(records, from + perBatch); seq++) {
      const play = playOf(seq)
      const record: JournalRecord = {
        v: 1,
        deviceId,
        epoch: 0,
        seq,
        prev,
        at: play.plannedStartAt,
        clock: { grade: 'synced', errorMs: 1 },
        event: { kind: 'play', play },
      }
      const bytes = canonicalize(record) as string
      prev = sha(bytes)
      tree.append(leafHash(bytes))
      texts.push(bytes)
    }
    const head = { deviceId, epoch: 0, size: tree.size, root: tree.root() }
    const checkpoint = signCheckpoint(head, privateKey)
    batches.push({ epoch: 0, from, records: texts, edge, checkpoint })
  }
  return batches
}
