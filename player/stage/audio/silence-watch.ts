import { SAMPLES_PER_MS } from './format.ts'
import { SILENT_DBFS } from './level.ts'

/** Tells for how long there has been nothing to hear where something was meant to be heard. */
export const createSilenceWatch = () => {
  let handedOut: { end: number; samples: number; isSilent: boolean }[] = []
  let silent = 0

  return {
    /** A block that was handed out. */
    block(end: number, samples: number, isMeant: boolean, rmsDbfs: number | null) {
      const isSilent = isMeant && (rmsDbfs === null || rmsDbfs < SILENT_DBFS)
      handedOut.push({ end, samples, isSilent })
    },
    /** How far the output has come. */
    heard(sample: number) {
      const still = handedOut.findIndex(({ end }) => end > sample)
      const gone = still < 0 ? handedOut : handedOut.slice(0, still)
      handedOut = still < 0 ? [] : handedOut.slice(still)
      for (const { samples, isSilent } of gone) silent = isSilent ? silent + samples : 0
    },
    silentMs: () => silent / SAMPLES_PER_MS,
  }
}
