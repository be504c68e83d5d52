import { mkdir, rm } from 'node:fs/promises'

/** Makes an empty folder for some work; what is in it when the work is over is removed with it. */
export const inScratchFolder = async <T>(
  path: string,
  work: (folder: string) => Promise<T>,
): Promise<T> => {
  await mkdir(path)
  try {
    return await work(path)
  } finally {
    // A process that was just ended may still be leaving a file there.
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
}
