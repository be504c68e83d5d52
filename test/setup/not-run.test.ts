import { expect, test } from 'vitest'
import { notRun, type TestReport } from '../checks/not-run.ts'
import type { Lacking } from '../support/needs.ts'

const one = (name: string, status: string, lacks?: Partial<Lacking>): TestReport => ({
  status,
  ancestorTitles: ['a group'],
  title: name,
  meta: lacks ? { lacks: { programs: [], rights: [], ...lacks } } : {},
})

const TESTS = [
  one('passes', 'passed', {}),
  one('sounds', 'skipped', { programs: ['aplay', 'pulseaudio'] }),
  one('sounds again', 'skipped', { programs: ['aplay'] }),
  one('fills a disk', 'skipped', { rights: ['mount'] }),
]

test('the end names what is missing for tests that were not run, and the command that installs it', () => {
  const said = notRun(TESTS, ['test/player'])
  expect(said).toMatch(/^3 not run: this machine lacks ALSA, PulseAudio, the right to mount$/m)
  expect(said).toMatch(/^ {4}(sudo )?apt-get install -y alsa-utils pulseaudio pulseaudio-utils$/m)
  expect(said).not.toMatch(/left out/)
})

test('a right that is missing names no command', () => {
  expect(notRun(TESTS.slice(3), [])).toBe('1 not run: this machine lacks the right to mount\n')
})

test('what -t leaves out is not the machine’s fault', () => {
  const tests = [...TESTS, one('speaks', 'skipped')]
  expect(notRun(tests, ['-t', 'group > passes'])).toBe('4 left out\n')
  expect(notRun(tests, ['--testNamePattern=again'])).toMatch(
    /^1 not run: this machine lacks ALSA\n\n.*alsa-utils\n\n3 left out\n$/,
  )
})

test('where all were run nothing is said', () => {
  expect(notRun(TESTS.slice(0, 1), [])).toBe('')
})
