import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { notRun, type TestReport } from './checks/not-run.ts'
import { runCheck } from './checks/run-check.ts'

/** Every check of the project, one after another, and how many passed in the last line. */

const ROOT = join(import.meta.dirname, '..')

/** The script behind a package's command, run with this very Node. */
const command = (name: string, bin = name): string => {
  const manifest = join(ROOT, 'node_modules', name, 'package.json')
  const { bin: bins } = JSON.parse(readFileSync(manifest, 'utf8')) as {
    bin: string | Record<string, string>
  }
  return join(dirname(manifest), typeof bins === 'string' ? bins : (bins[bin] ?? ''))
}

const CHECKS: readonly (readonly [name: string, script: string, ...args: string[]])[] = [
  ['format and lint', command('@biomejs/biome', 'biome'), 'ci', '--error-on-warnings', '.'],
  ['types: programs and tests', command('typescript', 'tsc'), '-p', '.'],
  ['types: panel', command('typescript', 'tsc'), '-p', 'panel'],
  ['types: the board’s page', command('typescript', 'tsc'), '-p', 'player/page'],
  ['types: end to end', command('typescript', 'tsc'), '-p', 'test/e2e'],
  ['dead code', command('knip'), '--no-progress'],
]

type Report = {
  numPassedTests: number
  numFailedTests: number
  testResults: { assertionResults: TestReport[] }[]
}

const filters = process.argv.slice(2)
let passed = 0
let failed = 0

if (filters.length === 0) {
  // Beside each other: none of them keeps every core busy all the time.
  const running = CHECKS.map(([, script, ...args]) => runCheck(ROOT, script, args, true))
  for (const [index, [name]] of CHECKS.entries()) {
    const { ok, output } = (await running[index]) as { ok: boolean; output: string }
    process.stdout.write(`${ok ? '' : output}${ok ? '✓' : '✗'} ${name}\n`)
    if (ok) passed += 1
    else failed += 1
  }
}

const folder = mkdtempSync(join(tmpdir(), 'loabang-report-'))
const report = join(folder, 'report.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
const { ok } = await runCheck(ROOT, command('vitest'), ['run', ...reporters, ...filters], false)
try {
  const counts = JSON.parse(readFileSync(report, 'utf8')) as Report
  passed += counts.numPassedTests
  failed += counts.numFailedTests
  const tests = counts.testResults.flatMap(({ assertionResults }) => assertionResults)
  process.stdout.write(notRun(tests, filters))
  // A file that cannot be loaded, or an error outside of any test, fails the run without a test.
  if (!ok && counts.numFailedTests === 0) failed += 1
} catch {
  failed += 1
}
rmSync(folder, { recursive: true, force: true })
process.stdout.write(`${passed} passed, ${failed} failed\n`)
process.exitCode = failed > 0 ? 1 : 0
