import { createFfmpeg, ingest } from '#media/ingest'
import { AppError } from '#protocol'

/** Reads one file as the process of an ingest does, and says what came of it. */
const [path = '', output = '', ffmpeg = 'ffmpeg'] = process.argv.slice(2)
const files = { rendition: output, thumbnail: `${output}.thumbnail` }
const order = { ffmpeg: createFfmpeg(ffmpeg), output: files, onProgress() {} }
const said = await ingest(path, order).catch((error: unknown) => {
  if (!(error instanceof AppError)) throw error
  return { refused: error.code, detail: error.params.detail }
})
process.stdout.write(JSON.stringify(said))
