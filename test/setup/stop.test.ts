import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { needs } from '../support/needs.ts'
import { until } from '../support/until.ts'

const ROOT = join(import.meta.dirname, '../..')

/** What runs with a setting in its environment, by its arguments; it is handed to what it starts. */
const runningWith = (setting: string): string[] =>
  globSync('/proc/[0-9]*/environ').flatMap((path) => {
    try {
      if (!readFileSync(path, 'utf8').split('\0').includes(setting)) return []
      return [readFileSync(path.replace('environ', 'cmdline'), 'utf8').replaceAll('\0', ' ')]
    } catch {
      // It has ended meanwhile, or is somebody else's.
      return []
    }
  })

test.each(['SIGINT', 'SIGTERM'] as const)(
  'tests that are stopped by %s leave nothing behind',
  needs('pulseaudio'),
  async (signal) => {
    const mark = randomUUID()
    const child = spawn(
      process.execPath,
      ['test/main.ts', 'test/player/speaker-server.test.ts', '-t', 'sample for sample'],
      { cwd: ROOT, stdio: 'ignore', env: { ...process.env, LOABANG_TEST_MARK: mark } },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = new Promise((resolve) => child.once('close', resolve))
    const running = () => runningWith(`LOABANG_TEST_MARK=${mark}`)
    await until(() => running().some((one) => one.includes('module-native-protocol-unix')))
    child.kill(signal)
    expect(await ended).toBe(1)
    // A process that was killed is gone a moment later.
    await until(() => running().length === 0).catch(() => undefined)
    expect(running()).toEqual([])
  },
)
