import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type Lang, readSettings, terminalLang } from '#protocol'

const flag = z.enum(['true', 'false']).default('false')

/** Every setting of the demo. */
const Config = z.object({
  /** true: runs in a fresh temporary folder on a free port, proves itself, and ends. */
  CHECK: flag,
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  DATA_DIR: z.string().min(1).default('data/demo'),
  SEED_DIR: z
    .string()
    .min(1)
    .default(join(import.meta.dirname, 'seed')),
})
export type Config = Readonly<z.infer<typeof Config>>

const OPTIONS = { check: 'CHECK', port: 'PORT', data: 'DATA_DIR', seed: 'SEED_DIR' } as const

/** @throws AppError config-invalid, naming every setting that is wrong */
export const readConfig = (args: readonly string[] = process.argv.slice(2)): Config =>
  readSettings(
    Config,
    OPTIONS,
    (options) => {
      const { check, ...rest } = parseArgs({
        args: [...args],
        options: { ...options, check: { type: 'boolean' } },
      }).values
      return check === undefined ? rest : { ...rest, check: String(check) }
    },
    {},
  )

/** The language of whoever started us. */
export const lang: Lang = terminalLang(process.env)

/** Our own environment and something more, for a program that we start. */
export const environmentWith = (more: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  ...more,
})
