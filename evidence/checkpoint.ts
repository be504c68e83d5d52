import { type NoteSigner, signNote, verifierKey } from './note.ts'
import { journalOrigin, openNote, readCheckpoint } from './verify.mjs'

/** The head of the tree of one epoch of a device's journal. */
export type JournalHead = { deviceId: string; epoch: number; size: number; root: Uint8Array }

/** The text of a checkpoint (C2SP tlog-checkpoint). @param extensions lines after the root */
export const checkpointText = (
  origin: string,
  size: number,
  root: Uint8Array,
  ...extensions: string[]
): string => [origin, size, Buffer.from(root).toString('base64'), ...extensions, ''].join('\n')

/** A device's checkpoint: a note that its journal key signs, over the first `size` records. */
export const signCheckpoint = (
  { deviceId, epoch, size, root }: JournalHead,
  privateKey: NoteSigner['privateKey'],
): string => {
  const origin = journalOrigin(deviceId, epoch)
  return signNote(checkpointText(origin, size, root), { name: origin, privateKey })
}

/**
 * Reads a device's checkpoint.
 * @param journalKey SPKI in base64
 * @returns undefined where the key did not sign it for this very epoch
 */
export const openCheckpoint = (
  note: string,
  deviceId: string,
  epoch: number,
  journalKey: string,
): JournalHead | undefined => {
  const origin = journalOrigin(deviceId, epoch)
  const opened = openNote(note, verifierKey(origin, journalKey))
  const said = opened && readCheckpoint(opened.text)
  if (said?.origin !== origin || said.extensions.length > 0) return undefined
  return { deviceId, epoch, size: said.size, root: said.root }
}
