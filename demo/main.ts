import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AppError, errorText, type PlayLogEntry } from '#protocol'
import { CheckFailure, check } from './check.ts'
import { StartFailure } from './children.ts'
import { type Config, lang, readConfig } from './config.ts'
import { say } from './say.ts'
import { type Story, tellStory } from './story.ts'

const POLL_MS = 2_000
/** By then the first slide with something on it is in front. */
const SCREENSHOT_AFTER_MS = 15_000

const line = ({ play }: PlayLogEntry): string => {
  const time = new Intl.DateTimeFormat('en-GB', {
    timeStyle: 'medium',
    timeZone: 'Asia/Ho_Chi_Minh',
  })
  const level = play.measured?.kind === 'audio' ? `${play.measured.rmsDbfs} dBFS` : ''
  const themes = play.themes.map(({ code }) => code).join(' ')
  const at = time.format(play.startAt ?? play.plannedStartAt)
  return `${at}  ${play.outcome.padEnd(11)} ${play.device}  ${themes}  ${play.asset.title}  ${level}`
}

/** Prints plays as they arrive, until somebody has seen enough. */
const watch = async ({ api, devices }: Story): Promise<never> => {
  const seen = new Set<string>()
  setTimeout(() => void api.screenshot(devices.board).catch(() => undefined), SCREENSHOT_AFTER_MS)
  for (;;) {
    const plays = await api.plays(50).catch(() => [])
    for (const entry of plays.toReversed()) {
      const id = `${entry.deviceId}/${entry.epoch}/${entry.seq}`
      if (seen.has(id)) continue
      seen.add(id)
      process.stdout.write(`${line(entry)}\n`)
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

const show = async (config: Config) => {
  const story = await tellStory(config)
  const stop = async () => {
    say('\nĐang dừng …', '\nStopping …')
    await Promise.all(story.children.map((child) => child.stop()))
    process.exit(0)
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  say(
    `\n  Trang điều khiển:  ${story.server}\n  Đăng nhập:         admin / ${story.password}\n\nNhật ký phát (Ctrl+C để dừng):`,
    `\n  Panel:    ${story.server}\n  Sign in:  admin / ${story.password}\n\nPlay log (Ctrl+C stops):`,
  )
  await watch(story)
}

const prove = async (config: Config) => {
  const startedAt = Date.now()
  const folder = mkdtempSync(join(tmpdir(), 'loabang-check-'))
  say(`· Thư mục chạy thử: ${folder}`, `· Everything of this check lies in ${folder}`)
  const story = await tellStory({ ...config, DATA_DIR: folder, PORT: 0 })
  try {
    const result = await check(story, startedAt)
    process.stdout.write(`${JSON.stringify(result)}\n`)
  } finally {
    await Promise.all(story.children.map((child) => child.stop()))
  }
  rmSync(folder, { recursive: true, force: true })
}

try {
  const config = readConfig()
  await (config.CHECK === 'true' ? prove(config) : show(config))
} catch (error) {
  if (error instanceof StartFailure) process.stderr.write(`\n${error.message}\n`)
  else if (error instanceof CheckFailure) process.stderr.write(`\n✗ ${error.message}\n`)
  else if (error instanceof AppError) {
    process.stderr.write(`\n✗ ${errorText(error.code, lang, error.params)}\n`)
    if (typeof error.cause === 'string') process.stderr.write(`  ${error.cause}\n`)
  } else throw error
  process.exit(1)
}
