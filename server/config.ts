import { parseArgs } from 'node:util'
import { z } from 'zod'
import {
  isLoopback,
  isPlainHttp,
  type Lang,
  LocalDate,
  MOST_RELAY_HOSTS,
  RelayHost,
  readSettings,
  TimeZone,
  terminalLang,
  YesNo,
} from '#protocol'

const port = z.coerce.number().int().min(0).max(65_535)

/** `host` or `host:port`, with commas between them. */
const RelayHosts = z.preprocess(
  (text) => (typeof text === 'string' ? text.split(',').filter((part) => part.trim()) : text),
  z.array(RelayHost).max(MOST_RELAY_HOSTS),
)

/** IP addresses, or ranges of them. */
const Addresses = z.preprocess(
  (text) => (typeof text === 'string' ? text.split(',').map((part) => part.trim()) : text),
  z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], { error: 'address-list' })),
)

/** Every setting of the server. An option of the command line wins over its environment variable. */
const Config = z
  .object({
    /** 0 takes any free port and says which. */
    PORT: port.default(8080),
    /** 0.0.0.0 serves every address of this machine; beyond loopback ALLOW_HTTP has to be set. */
    HOST: z.string().default('127.0.0.1'),
    /** `yes`: passwords and manifests may cross a network without TLS. */
    ALLOW_HTTP: YesNo.default(false),
    /** Proxies whose X-Forwarded-For is believed, with commas between them. */
    TRUSTED_PROXIES: Addresses.default([]),
    DATA_DIR: z.string().min(1).default('data/server'),
    /** Set, it is the database: `postgres://user:password@host/name`. Unset, SQLite in DATA_DIR is. */
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'postgres-address' }).optional(),
    /** How people reach the server, where that is not what their browser says: behind a proxy with https. */
    PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'http-address' }).optional(),
    /** An authority that stamps the daily roots (RFC 3161), and the certificates that it is believed by. */
    TSA_URL: z.url({ protocol: /^https?$/, error: 'http-address' }).optional(),
    TSA_CA_FILE: z.string().optional(),
    TIME_ZONE: TimeZone.default('Asia/Ho_Chi_Minh'),
    /** Records older than this many whole months are moved to archives; 0: never. */
    RETENTION_MONTHS: z.coerce.number().int().min(0).max(1_200).default(24),
    /** Hosts that streams may be taken from without TLS, or that lie in the own network. */
    RELAY_HOSTS: RelayHosts.default([]),
    FFMPEG_PATH: z.string().default('ffmpeg'),
    /** Where programs that are named without a folder are looked for. */
    PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
    /** Prints reports; unset, puppeteer looks for one. */
    CHROMIUM_PATH: z.string().optional(),
    /** Whether an asset is approved by somebody else than who uploaded it or last edited it. */
    FOUR_EYES: YesNo.default(true),
    /** What is of class live is published by somebody else than who wrote it. `no`: an office of one person. */
    TWO_PEOPLE_FOR_LIVE: YesNo.default(true),
    MAX_UPLOAD_MB: z.coerce.number().int().min(1).max(10_000).default(500),
    LOG_LEVEL: z
      .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
      .default('info'),
    /** Today's date, where the clock of this machine is right although it looks wrong. */
    TODAY: LocalDate.optional(),
    /** Only read at the very first start; without it a password is made up and printed. */
    ADMIN_PASSWORD: z.string().min(12).optional(),
  })
  .refine(({ TSA_URL, TSA_CA_FILE }) => !TSA_URL === !TSA_CA_FILE, {
    path: ['TSA_CA_FILE'],
    message: 'authority-halved',
  })
  .refine(({ HOST, ALLOW_HTTP }) => ALLOW_HTTP || isLoopback(HOST), {
    path: ['HOST'],
    message: 'plain-http',
  })
  .refine(({ PUBLIC_URL, ALLOW_HTTP }) => ALLOW_HTTP || !PUBLIC_URL || !isPlainHttp(PUBLIC_URL), {
    path: ['PUBLIC_URL'],
    message: 'plain-http',
  })
export type Config = Readonly<z.infer<typeof Config>>

const OPTIONS = { port: 'PORT', host: 'HOST', data: 'DATA_DIR', today: 'TODAY' } as const

/** @throws AppError config-invalid, naming every setting that is wrong */
export const readConfig = (
  args: readonly string[] = process.argv.slice(2),
  environment: NodeJS.ProcessEnv = process.env,
): Config =>
  readSettings(
    Config,
    OPTIONS,
    (options) => parseArgs({ args: [...args], options }).values,
    environment,
  )

type Options = Record<string, { type: 'string' }>

/** Reads a command line; an option that takes no value is `yes` where it is given. */
const parserOf =
  (args: readonly string[], flags: readonly string[] = []) =>
  (options: Options): Record<string, unknown> => {
    const bare = flags.map((name) => [name, { type: 'boolean' }] as const)
    const { values } = parseArgs({
      args: [...args],
      options: { ...options, ...Object.fromEntries(bare) },
    })
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value === true ? 'yes' : value]),
    )
  }

const KEEPING_OPTIONS = {
  to: { quiet: 'QUIET', 'allow-missing': 'ALLOW_MISSING' },
  from: { quiet: 'QUIET', 'accept-altered': 'ACCEPT_ALTERED', fingerprint: 'FINGERPRINT' },
}
const KEEPING_FLAGS = {
  to: ['quiet', 'allow-missing'],
  from: ['quiet', 'accept-altered'],
}

/** What `backup` and `restore` need to know. */
const KeepingConfig = z.object({
  DATA_DIR: Config.shape.DATA_DIR,
  DATABASE_URL: Config.shape.DATABASE_URL,
  /** Where the backup is written, or read. */
  BACKUP_DIR: z.string({ error: 'backup-folder' }).min(1),
  /** Say nothing but what has to be looked into, and the fingerprint. */
  QUIET: YesNo.default(false),
  /** Back up although files that the database names are lost. */
  ALLOW_MISSING: YesNo.default(false),
  /** Restore although the list of files is not what was signed. */
  ACCEPT_ALTERED: YesNo.default(false),
  /** What the backup that is to be restored printed. */
  FINGERPRINT: z.string().optional(),
})
export type KeepingConfig = Readonly<z.infer<typeof KeepingConfig>>

/**
 * @param option what the folder of the backup is called on the command line
 * @throws AppError config-invalid
 */
export const readKeepingConfig = (
  option: 'to' | 'from',
  args: readonly string[] = process.argv.slice(2),
  environment: NodeJS.ProcessEnv = process.env,
): KeepingConfig =>
  readSettings(
    KeepingConfig,
    { data: 'DATA_DIR', [option]: 'BACKUP_DIR', ...KEEPING_OPTIONS[option] },
    parserOf(args, KEEPING_FLAGS[option]),
    environment,
  )

/** What `reset-password` needs to know. */
const ResetConfig = z.object({
  DATA_DIR: Config.shape.DATA_DIR,
  DATABASE_URL: Config.shape.DATABASE_URL,
  /** Whose password it is. */
  LOGIN: z.string().min(1).default('admin'),
})

/** @throws AppError config-invalid */
export const readResetConfig = (
  args: readonly string[] = process.argv.slice(2),
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<z.infer<typeof ResetConfig>> =>
  readSettings(ResetConfig, { data: 'DATA_DIR', user: 'LOGIN' }, parserOf(args), {
    ...environment,
    // Some shells set it for purposes of their own.
    LOGIN: undefined,
  })

/** The language of whoever started us. */
export const lang: Lang = terminalLang(process.env)
