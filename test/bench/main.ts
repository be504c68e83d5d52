import { compile } from './compile.ts'
import { coverage } from './coverage.ts'
import { delivery } from './delivery.ts'
import { emergency } from './emergency.ts'
import { exportPlays } from './export.ts'
import { footprint } from './footprint.ts'
import { gapless } from './gapless.ts'
import { impact } from './impact.ts'
import { kill9 } from './kill9.ts'
import { ledger } from './ledger.ts'
import { offline30 } from './offline30.ts'
import { panelWeek } from './panel-week.ts'
import { publish } from './publish.ts'
import { push } from './push.ts'
import { recurrence } from './recurrence.ts'
import { type Report, table } from './report.ts'
import { skew } from './skew.ts'
import { slides } from './slides.ts'
import { start } from './start.ts'
import { strangers } from './strangers.ts'

/** `npm run bench [-- NAME] [--full] [--json]`: measures, beside the raw limit of this machine. */

const BENCHES: Record<string, () => Promise<Report>> = {
  compile,
  publish,
  impact,
  push,
  'panel-week': panelWeek,
  start,
  skew,
  gapless,
  footprint,
  emergency,
  slides,
  ledger,
  kill9,
  offline30,
  delivery,
  coverage,
  export: exportPlays,
  strangers,
  recurrence,
}

const args = process.argv.slice(2)
const isJson = args.includes('--json')
const names = args.filter((arg, index) => !arg.startsWith('--') && args[index - 1] !== '--millions')
const unknown = names.find((name) => !(name in BENCHES))

if (unknown !== undefined) {
  process.stderr.write(
    `✗ There is no benchmark "${unknown}"; there are: ${Object.keys(BENCHES).join(', ')}\n`,
  )
  process.exit(1)
}
for (const [name, bench] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue
  const report = await bench()
  process.stdout.write(isJson ? `${JSON.stringify(report)}\n` : table(report))
  if (report.goals.some(({ met }) => !met)) process.exitCode = 1
}
process.exit()
