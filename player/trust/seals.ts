import { verify } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { z } from 'zod'
import { readVerifierKey } from '#evidence'
import { type EnrolAnswer, type LedgerSeal, signedBytes } from '#protocol'
import { replaceFile } from './replace-file.ts'

/** Put aside with all else that is trusted, where the device enrols with another server. */
const PINNED = 'trust.seals.json'

export type Seals = ReturnType<typeof openSeals>

/**
 * What the server says on a connection under the key of its ledger, which is pinned at enrolment. A
 * server of version 1 seals nothing; once it is known that this one does, by its enrolment, by a signed
 * manifest, or by a seal that fits, nothing without a seal is believed any more, for good.
 */
export const openSeals = (
  folder: string,
  { ledgerKey, ledgerSeals }: Pick<EnrolAnswer, 'ledgerKey' | 'ledgerSeals'>,
) => {
  const path = join(folder, PINNED)
  const key = readVerifierKey(ledgerKey)?.key
  let isRequired = ledgerSeals || existsSync(path)

  const require = () => {
    if (isRequired) return
    replaceFile(path, '{}')
    isRequired = true
  }

  const isSigned = (type: string, { payload, signature }: LedgerSeal): boolean =>
    key !== undefined &&
    verify(
      null,
      signedBytes(type, Buffer.from(payload, 'utf8')),
      key,
      Buffer.from(signature, 'base64'),
    )

  return {
    isRequired: () => isRequired,

    /** A signed manifest says that the server seals what it says. */
    require,

    /** @returns what was sealed; undefined where the ledger's key did not sign it as this type */
    open<Said>(type: string, seal: LedgerSeal, schema: z.ZodType<Said>): Said | undefined {
      if (!isSigned(type, seal)) return undefined
      try {
        const said = schema.safeParse(JSON.parse(seal.payload)).data
        if (said) require()
        return said
      } catch {
        return undefined
      }
    },
  }
}
