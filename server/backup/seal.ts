import { createHash, createPrivateKey } from 'node:crypto'
import { join } from 'node:path'
import { openNote } from '#evidence'
import type { SignedNote } from '#protocol'
import { LEDGER_KEY, toLedgerKey } from '../evidence/ledger-key.ts'
import { CONTENTS_FILE, readText } from './contents.ts'

/** Beside the list of files: the ledger's signature of that list. */
export const SEAL_FILE = 'backup.note'

const textOf = (contents: string): string =>
  `loabang/backup\n${createHash('sha256').update(contents).digest('hex')}\n`

/** What is printed when a backup is made and when it is restored: 40 hex digits in groups of 8. */
export const fingerprintOf = (contents: string): string =>
  (
    createHash('sha256').update(contents).digest('hex').slice(0, 40).match(/.{8}/g) as string[]
  ).join(' ')

const keyIn = async (folder: string) =>
  toLedgerKey(createPrivateKey(await readText(join(folder, 'keys', LEDGER_KEY))))

/** Signs the list of a backup with the key of the ledger that lies in it. */
export const seal = async (folder: string, contents: string): Promise<SignedNote> =>
  (await keyIn(folder)).sign(textOf(contents))

/** Whether the list of a backup is what the ledger's key signed. */
export const isSealed = async (folder: string): Promise<boolean> => {
  try {
    const contents = await readText(join(folder, CONTENTS_FILE))
    const note = (await readText(join(folder, SEAL_FILE))) as SignedNote
    return openNote(note, (await keyIn(folder)).notesKey)?.text === textOf(contents)
  } catch {
    return false
  }
}
