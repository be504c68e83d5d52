import { lang } from './config.ts'

/** A line for whoever watches. Standard output is left to results. */
export const say = (vi: string, en: string): void => {
  process.stderr.write(`${lang === 'vi' ? vi : en}\n`)
}
