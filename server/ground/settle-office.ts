import { join } from 'node:path'
import { v7 as uuid } from 'uuid'
import { openNote } from '#evidence'
import { AppError, type EpochMs } from '#protocol'
import { LEDGER_KEY, type LedgerKey, loadLedgerKey } from '../evidence/ledger-key.ts'
import { loadSigningKey, SIGNING_KEY, type SigningKey } from '../publish/signing-key.ts'
import type { OfficeRow } from '../store/office.ts'
import type { Engine } from '../store/open-database.ts'
import type { Store } from '../store/store.ts'
import { missingKeys } from './check-folder.ts'
import { type OfficeFile, writeOfficeFile } from './office-file.ts'

type Place = {
  store: Pick<Store, 'office' | 'evidence'>
  folder: string
  engine: Engine
  /** What the folder says about itself. */
  said: OfficeFile | undefined
  /** Nothing was in the database before this start. */
  wasEmpty: boolean
  now: EpochMs
}

/** @throws AppError office-other, keys-missing */
const refuseOtherPairs = async (
  { store, folder, said, wasEmpty }: Place,
  row: OfficeRow | undefined,
): Promise<void> => {
  const keys = join(folder, 'keys')
  const missing = missingKeys(keys)
  if (said && row?.id !== said.office) throw new AppError('office-other', { folder })
  if (wasEmpty && missing.length === 0) throw new AppError('office-other', { folder })
  if (missing.length > 0 && (row || (await store.office.dependsOnKeys())))
    throw new AppError('keys-missing', { folder: keys, files: missing.join(', ') })
}

/** @throws AppError keys-other, keys-older */
const refuseOtherKeys = (
  folder: string,
  row: OfficeRow,
  key: SigningKey,
  ledgerKey: LedgerKey,
): void => {
  if (row.ledgerKey !== ledgerKey.notesKey)
    throw new AppError('keys-other', { folder, file: LEDGER_KEY })
  if (key.version < row.signingVersion)
    throw new AppError('keys-older', { folder, version: row.signingVersion, held: key.version })
  if (key.keyidAt(row.signingVersion) !== row.signingKeyid)
    throw new AppError('keys-other', { folder, file: SIGNING_KEY })
}

/**
 * Makes sure that folder, database and keys are of one office, and marks them as such at the first
 * start. Nothing is made where something of it is missing: devices trust the keys that they know.
 * @returns the keys, and when a server last served this database; undefined at the first start
 * @throws AppError office-other, keys-missing, keys-other, keys-older, key-damaged
 */
export const settleOffice = async (
  place: Place,
): Promise<{ key: SigningKey; ledgerKey: LedgerKey; seenAt: EpochMs | undefined }> => {
  const { store, folder, engine, said, now } = place
  const row = await store.office.read()
  await refuseOtherPairs(place, row)
  const keys = join(folder, 'keys')
  const key = loadSigningKey(keys)
  const ledgerKey = loadLedgerKey(keys)
  if (row) refuseOtherKeys(keys, row, key, ledgerKey)
  // The key is changed on disk first: a start in between finds the newer one there.
  if (row && key.version > row.signingVersion) await store.office.signsWith(key.keyid, key.version)
  // A database of before this table says by its last day which key it is signed with.
  const last = row ? undefined : await store.evidence.lastDay()
  if (last && !openNote(last.note, ledgerKey.notesKey))
    throw new AppError('keys-other', { folder: keys, file: LEDGER_KEY })
  const seenAt = row ? row.seenAt : await store.office.lastWritten()
  const id = row?.id ?? uuid()
  if (!row)
    await store.office.add(
      id,
      {
        ledgerKey: ledgerKey.notesKey,
        signingKeyid: key.keyid,
        signingVersion: key.version,
      },
      seenAt ?? now,
    )
  if (!said) writeOfficeFile(folder, id, engine)
  return { key, ledgerKey, seenAt }
}
