import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Lang, readSettings, terminalLang, YesNo } from '#protocol'

const WINDOW = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/

/** Stretches of the local day, in ms since its first instant. */
const DownloadWindows = z.preprocess(
  (text) => (typeof text === 'string' ? text.split(',') : text),
  z.array(
    z
      .string()
      .trim()
      .regex(WINDOW, 'download-windows')
      .transform((text) => {
        const [, fromHour, fromMinute, toHour, toMinute] = WINDOW.exec(text) ?? []
        const at = (hour: unknown, minute: unknown) => (Number(hour) * 60 + Number(minute)) * 60_000
        return { from: at(fromHour, fromMinute), to: at(toHour, toMinute) }
      }),
  ),
)

/** Every setting of a player. An option of the command line wins over its environment variable. */
const Config = z.object({
  /** Only read while the player is not enrolled. */
  SERVER_URL: z.url({ protocol: /^https?$/, error: 'http-address' }).optional(),
  ENROLMENT_CODE: z.string().optional(),
  /** Certificates of an authority of one's own (PEM), beside those that everybody trusts. */
  CA_FILE: z.string().optional(),
  /** Not used: the doctor names it where the server cannot be reached. */
  HTTPS_PROXY: z.string().optional(),
  /** yes: the server may be asked without TLS, over any network. */
  ALLOW_HTTP: YesNo.default(false),
  DATA_DIR: z.string().min(1).default('data/player'),
  /** auto, pulse, pulse:SINK, alsa, alsa:DEVICE, null, or file:PATH. */
  AUDIO_OUTPUT: z
    .string()
    .regex(/^(auto|pulse(:.+)?|alsa(:.+)?|null|file:.+)$/, 'audio-output')
    .default('auto'),
  /** What lies between the output's own word and the air: amplifier, horn, wireless link. */
  AUDIO_DELAY_MS: z.coerce.number().min(-1_000).max(5_000).default(0),
  /** Where it can be listened to what comes out: pulse (the default sink), pulse:SOURCE, alsa:DEVICE. */
  AUDIO_MONITOR: z
    .string()
    .regex(/^(pulse(:.+)?|alsa:.+)$/, 'audio-monitor')
    .optional(),
  /** Commands for the shell that switch the amplifier, where it can be; it is on that long before a sound. */
  AMPLIFIER_ON_COMMAND: z.string().optional(),
  AMPLIFIER_OFF_COMMAND: z.string().optional(),
  AMPLIFIER_LEAD_SECONDS: z.coerce.number().min(0).max(120).default(5),
  /** headless, or kiosk where there is a display. */
  DISPLAY_MODE: z.enum(['headless', 'kiosk']).default('headless'),
  /** yes: something keeps this machine's clock without power, though no clock chip can be seen. */
  TRUST_SYSTEM_CLOCK: z.enum(['auto', 'yes']).default('auto'),
  /** Ceiling of all downloads together; 0: none. */
  DOWNLOAD_KBPS: z.coerce.number().int().min(0).default(0),
  /** `22:00-05:00,12:00-13:00`: what is not needed soon is fetched inside these only. */
  DOWNLOAD_WINDOWS: DownloadWindows.default([]),
  /** Over how long the devices of a province spread what is published to all of them at once. */
  DOWNLOAD_SPREAD_MINUTES: z.coerce.number().int().min(0).max(1_440).default(30),
  /** Media that no plan needs are kept as long as all of them are not larger. */
  CACHE_MB: z.coerce.number().int().min(0).default(4_000),
  JOURNAL_MB: z.coerce.number().int().min(10).default(200),
  /** Commands for the shell that switch the display itself, where it can be. */
  DISPLAY_ON_COMMAND: z.string().optional(),
  DISPLAY_OFF_COMMAND: z.string().optional(),
  /** A picture for the record of every n-th slide, beside the first of every content each day; 0: none. */
  EVIDENCE_EVERY: z.coerce.number().int().min(0).default(10),
  EVIDENCE_MB_PER_DAY: z.coerce.number().min(0).default(20),
  /** What the browser may take before its page is renewed. */
  BROWSER_MB: z.coerce.number().int().min(100).default(700),
  FFMPEG_PATH: z.string().default('ffmpeg'),
  CHROMIUM_PATH: z.string().optional(),
  /** Given by systemd: where to say that we live, and within how many microseconds. */
  NOTIFY_SOCKET: z.string().optional(),
  WATCHDOG_USEC: z.coerce.number().int().positive().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
})
export type Config = Readonly<z.infer<typeof Config>>

const OPTIONS = {
  server: 'SERVER_URL',
  code: 'ENROLMENT_CODE',
  data: 'DATA_DIR',
  output: 'AUDIO_OUTPUT',
  display: 'DISPLAY_MODE',
} as const

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

/** The language of whoever started us. */
export const lang: Lang = terminalLang(process.env)
