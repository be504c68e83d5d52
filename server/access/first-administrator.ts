import { randomInt } from 'node:crypto'
import type { EpochMs } from '#protocol'
import type { Users } from '../store/users.ts'
import type { Auth } from './auth.ts'

/** Without 0 O 1 l I: read from a screen and typed by hand. */
const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ'
const LENGTH = 20

/** About 116 bits, in groups of five: `xxxxx-xxxxx-xxxxx-xxxxx`. */
export const generatePassword = (): string =>
  Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)])
    .join('')
    .replace(/.{5}(?!$)/g, '$&-')

export const ADMINISTRATOR = 'admin'

/**
 * Makes the administrator where nobody administers yet, also where an earlier first start was cut
 * off half-way. There is no default password: one is made
 * up, or taken from whoever set the server up.
 * @returns the password, to be shown once; undefined where there is an administrator already
 */
export const ensureAdministrator = async (
  auth: Auth,
  users: Users,
  given: string | undefined,
  now: EpochMs,
): Promise<string | undefined> => {
  if (await users.hasAdministrator()) return undefined
  const password = given ?? generatePassword()
  const id = await auth.addUser({ username: ADMINISTRATOR, name: 'Quản trị', password })
  await users.addGrant(id, { role: 'administrator', areaId: null, validFrom: now, validTo: null })
  return password
}
