import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Lang, readSettings, terminalLang } from '#protocol'

/** Every setting of a player. An option of the command line wins over its environment variable. */
const Config = z.object({
  /** Only read while the player is not enrolled. */
  SERVER_URL: z.url({ protocol: /^https?$/ }).optional(),
  ENROLMENT_CODE: z.string().optional(),
  DATA_DIR: z.string().min(1).default('data/player'),
  /** auto, pulse, alsa, alsa:DEVICE, null, or file:PATH. */
  AUDIO_OUTPUT: z
    .string()
    .regex(/^(auto|pulse|alsa(:.+)?|null|file:.+)$/)
    .default('auto'),
  /** headless, or kiosk where there is a display. */
  DISPLAY_MODE: z.enum(['headless', 'kiosk']).default('headless'),
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
