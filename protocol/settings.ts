import { z } from 'zod'
import { AppError } from './app-error.ts'
import type { Lang } from './errors.ts'
import { optionWords, settingWords } from './setting-problems.ts'

/** A setting that is on or off: `yes` or `no`, and nothing else that could mean either. */
export const YesNo = z.stringbool({ truthy: ['yes'], falsy: ['no'] })

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The settings of a program: what its command line says wins over its environment, and every
 * problem is named at once.
 * @param options option of the command line → setting
 * @param parse turns `--option value` into values by option; its refusal is one more problem
 * @throws AppError config-invalid
 */
export const readSettings = <Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  options: Readonly<Record<string, string>>,
  parse: (options: Record<string, { type: 'string' }>) => Readonly<Record<string, unknown>>,
  environment: Environment,
): Readonly<z.infer<z.ZodObject<Shape>>> => {
  const problems: Readonly<Record<Lang, string>>[] = []
  const given: Record<string, unknown> = {}
  try {
    const names = Object.keys(options)
    const values = parse(Object.fromEntries(names.map((name) => [name, { type: 'string' }])))
    for (const [name, setting] of Object.entries(options)) given[setting] = values[name]
  } catch (error) {
    problems.push(optionWords(error, Object.keys(options)))
  }
  // An empty variable is how shells say "not set".
  for (const name of Object.keys(schema.shape)) given[name] ??= environment[name] || undefined
  const parsed = schema.safeParse(given)
  for (const issue of parsed.error?.issues ?? []) {
    const name = issue.path[0]
    const { vi, en } = settingWords(issue)
    problems.push({ vi: `${String(name)}: ${vi}`, en: `${String(name)}: ${en}` })
  }
  if (problems.length > 0 || !parsed.success) {
    const list = (lang: Lang) => [...new Set(problems.map((one) => `- ${one[lang]}`))].join('\n')
    throw new AppError('config-invalid', { vi: list('vi'), en: list('en') })
  }
  return Object.freeze(parsed.data)
}

/** The language of whoever started a program. */
export const terminalLang = (environment: Environment): Lang =>
  /^vi/i.test(environment.LC_ALL || environment.LC_MESSAGES || environment.LANG || '') ? 'vi' : 'en'
