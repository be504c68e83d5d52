import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { username } from 'better-auth/plugins'
import { v7 as uuid } from 'uuid'
import { AppError } from '#protocol'
import type { Database, Engine } from '../store/open-database.ts'

const SESSION_DAYS = 14
const CLIENT_ADDRESS = 'x-loabang-client-address'
const BASE_PATH = '/internal/auth'

type AuthOptions = {
  db: Database
  engine: Engine
  /** Signs the session cookies; at least 32 random characters. */
  secret: string
  /** How people reach this server; decides whether cookies are for https only. */
  publicUrl: string
}

/** Over https a cookie of this name can be set by no other host, also not by one of the same domain. */
const cookiesAt = (publicUrl: string) => {
  const isHttps = publicUrl.startsWith('https:')
  return {
    cookiePrefix: isHttps ? '__Host-loabang' : 'loabang',
    useSecureCookies: false,
    defaultCookieAttributes: { secure: isHttps, path: '/' },
  }
}

const build = ({ db, engine, secret, publicUrl }: AuthOptions) =>
  betterAuth({
    appName: 'Loabang',
    baseURL: publicUrl,
    basePath: BASE_PATH,
    secret,
    database: { db, type: engine },
    telemetry: { enabled: false },
    // Nobody signs up: an administrator makes users.
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 12 },
    plugins: [username({ minUsernameLength: 3, maxUsernameLength: 40 })],
    session: { expiresIn: SESSION_DAYS * 86_400, updateAge: 86_400 },
    // A whole office may sign in from one address at eight in the morning; nobody guesses 20 a minute.
    rateLimit: {
      enabled: true,
      storage: 'memory',
      customRules: { '/sign-in/*': { window: 60, max: 20 } },
    },
    advanced: {
      ...cookiesAt(publicUrl),
      database: { generateId: () => uuid() },
      ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] },
    },
    logger: { disabled: true },
    // What is no refusal reaches us as it is: a full disk is no wrong password.
    onAPIError: { throw: true },
  })

export type Auth = Awaited<ReturnType<typeof createAuth>>

/**
 * Users, passwords and sessions, by better-auth. Its own HTTP interface is not mounted: what the
 * panel needs of it is in our API, and nothing else of it can be reached.
 */
export const createAuth = async (options: AuthOptions) => {
  const auth = build(options)
  const { runMigrations } = await getMigrations(auth.options)
  await runMigrations()

  return {
    /**
     * @returns the cookies of the new session
     * @throws AppError sign-in-failed, too-many-tries
     */
    async signIn(
      credentials: { username: string; password: string },
      clientAddress: string,
    ): Promise<string[]> {
      const response = await auth.handler(
        new Request(new URL(`${BASE_PATH}/sign-in/username`, options.publicUrl), {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            origin: new URL(options.publicUrl).origin,
            [CLIENT_ADDRESS]: clientAddress,
          },
          body: JSON.stringify(credentials),
        }),
      )
      if (response.status === 429) throw new AppError('too-many-tries')
      if (response.status >= 500) throw new Error(`sign-in ended with ${response.status}`)
      if (!response.ok) throw new AppError('sign-in-failed')
      return response.headers.getSetCookie()
    },

    /** @returns cookies that end the session in the browser; it has ended here already */
    async signOut(headers: Headers): Promise<string[]> {
      const { headers: answer } = await auth.api.signOut({ headers, returnHeaders: true })
      return answer.getSetCookie()
    },

    /** Whose session these headers carry, if it still holds. */
    async userOf(
      headers: Headers,
    ): Promise<{ id: string; username: string; name: string } | undefined> {
      const session = await auth.api.getSession({ headers })
      if (!session) return undefined
      const { id, name, username: login } = session.user
      return { id, name, username: login ?? name }
    },

    /**
     * Gives somebody a new password; all their sessions end.
     * @returns the user's id
     * @throws AppError user-unknown
     */
    async resetPassword(username: string, password: string): Promise<string> {
      const { internalAdapter, password: hashing } = await auth.$context
      const email = `${username.toLowerCase()}@users.invalid`
      const found = await internalAdapter.findUserByEmail(email)
      if (!found) throw new AppError('user-unknown', { username })
      const { id } = found.user
      await internalAdapter.updatePassword(id, await hashing.hash(password))
      await internalAdapter.deleteUserSessions(id)
      return id
    },

    /**
     * Makes a user who can sign in with this name and password; one of that name who was there
     * before is replaced. @returns the user's id
     */
    async addUser(user: { username: string; name: string; password: string }): Promise<string> {
      const context = await auth.$context
      const email = `${user.username.toLowerCase()}@users.invalid`
      const before = await context.internalAdapter.findUserByEmail(email)
      if (before) await context.internalAdapter.deleteUser(before.user.id)
      const { id } = await context.internalAdapter.createUser(
        {
          name: user.name,
          username: user.username.toLowerCase(),
          // The library wants an address; nobody is written to.
          email,
          emailVerified: true,
        },
        { method: 'admin' },
      )
      await context.internalAdapter.linkAccount({
        userId: id,
        accountId: id,
        providerId: 'credential',
        password: await context.password.hash(user.password),
      })
      return id
    },
  }
}
