import { openJournal } from '../../player/journal/journal.ts'
import { aPlay, DEVICE } from './builders.ts'

/** Writes plays for ever and says what it was told is on disk; made to be killed. */
const [path = ''] = process.argv.slice(2)
const journal = openJournal(path, DEVICE)
const stamp = { at: 1, clock: { grade: 'synced' as const, errorMs: 1 } }
const say = (line: string) => process.stdout.write(`${line}\n`)

for (const { key, body } of journal.leftOpen()) {
  journal.close(key, { kind: 'play', play: body as ReturnType<typeof aPlay> }, stamp)
  say(`cut ${key}`)
}
for (let count = 0; ; count++) {
  const key = `${process.pid}-${count}`
  const play = aPlay({ device: key, outcome: 'interrupted', cause: 'player-killed' })
  journal.open(key, play)
  say(`open ${key}`)
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 4))
  journal.close(key, { kind: 'play', play: { ...play, outcome: 'completed', cause: null } }, stamp)
  say(`done ${key}`)
}
