import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { USAGE } from '../../setup/usage.mjs'
import { tempFolder } from '../support/temp-folder.ts'

const MAIN = join(import.meta.dirname, '../../setup/main.mjs')

const loabang = (args: string[], locale = 'C') => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: locale },
  })
  return { status, said: stdout + stderr }
}

test('every command says what it takes, in both languages, and which version it is', () => {
  const unknown = loabang(['nonsense']).said
  const names = /there are: (.*)/.exec(unknown)?.[1]?.split(', ') ?? []
  expect(Object.keys(USAGE).sort()).toEqual(names.sort())
  const all = loabang(['--help'])
  expect(all.status).toBe(0)
  for (const name of names) expect(all.said).toContain(`  ${name} `)
  expect(loabang(['verify', '--help'], 'vi_VN.UTF-8').said).toContain('Kiểm tra một gói xuất')
  expect(loabang(['backup', '--help']).said).toContain('--to DIR')
  for (const args of [['--version'], ['server', '--version']])
    expect(loabang(args)).toEqual({ status: 0, said: `loabang ${packageJson.version}\n` })
})

test('the command of a box says what it takes, to everybody', () => {
  const script = join(import.meta.dirname, '../../setup/box/loabang-player.sh')
  const help = (locale: string, ...args: string[]) => {
    const env = { PATH: process.env.PATH, LC_ALL: locale }
    const { status, stdout } = spawnSync('sh', [script, ...args], { encoding: 'utf8', env })
    return { status, stdout }
  }
  for (const args of [['--help'], ['doctor', '--help']]) {
    expect(help('C', ...args)).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^sudo loabang-player doctor .*\n\nThe box proves itself/),
    })
    expect(help('vi_VN.UTF-8', ...args).stdout).toContain('Đầu phát tự kiểm tra')
  }
})

describe('verify', () => {
  test.each([
    ['no folder', []],
    ['an option that there is not', ['--nonsense']],
    ['a path that is not there', ['/nonexistent']],
    ['a key without its value', ['--key']],
  ])('is not accused of anything: %s', (_name, args) => {
    const { status, said } = loabang(['verify', ...args])
    expect(said).toContain('node verify.mjs [DIR] [--key KEY]')
    expect(said).not.toMatch(/CONTRADICTION: |^\s+at /m)
    expect(status).toBe(64)
  })

  test('nor is a folder that is no export', () => {
    const folder = join(tempFolder(), 'empty')
    mkdirSync(folder)
    expect(loabang(['verify', folder]).status).toBe(64)
  })
})
