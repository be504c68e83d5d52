import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { picture } from '../support/board.ts'
import { make, speech } from '../support/ffmpeg.ts'
import { tempFolder } from '../support/temp-folder.ts'

const HOOK = join(import.meta.dirname, '../support/without-sharp.mjs')
const SCRIPT = join(import.meta.dirname, '../support/ingest-one.ts')

test('on a processor that the library for pictures does not run on, pictures are refused by name, and sound and text are not', async () => {
  const folder = tempFolder()
  const read = (path: string): Record<string, unknown> =>
    JSON.parse(
      execFileSync(
        process.execPath,
        ['--import', HOOK, SCRIPT, path, join(folder, 'out'), process.env.FFMPEG_PATH ?? 'ffmpeg'],
        {
          encoding: 'utf8',
        },
      ),
    )
  const sound = make(join(folder, 'a.wav'), ...speech(1, 0.3))
  expect(read(sound)).toMatchObject({ kind: 'clip' })
  const text = join(folder, 'b.md')
  writeFileSync(text, '# Tin')
  expect(read(text)).toMatchObject({ kind: 'bulletin' })
  expect(read(await picture(folder, 'red'))).toMatchObject({
    refused: 'pictures-impossible',
    detail: expect.stringContaining('Unsupported CPU'),
  })
})
