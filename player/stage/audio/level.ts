import { FULL_SCALE, SAMPLE_RATE } from './format.ts'

/** Below this nobody hears anything. */
export const SILENT_DBFS = -60

export const dbfs = (amplitude: number): number | null =>
  amplitude <= 0 ? null : Math.min(0, Math.round(200 * Math.log10(amplitude / FULL_SCALE)) / 10)

/** More is not kept of one sound: beyond it two steps become one. */
const MOST_STEPS = 300

/** Half decibels above -127.5 dBFS; 0 is digital silence. */
const byteOf = (rms: number): number => {
  const level = dbfs(rms)
  return level === null ? 0 : Math.max(1, Math.round(255 + 2 * level))
}

/** The level of a sound as it goes: as a whole, and over its time. */
export const createLevelMeter = () => {
  let samples = 0
  let sumOfSquares = 0
  let peak = 0
  let stepSamples = SAMPLE_RATE
  let steps: number[] = []
  let open = 0
  let inOpen = 0
  let second = 0
  let inSecond = 0
  let lastSecond: number | null = null

  const fold = () => {
    const folded: number[] = []
    for (let index = 0; index < steps.length; index += 2) {
      folded.push((steps[index] as number) + (steps[index + 1] ?? 0))
    }
    steps = folded
    stepSamples *= 2
  }

  return {
    /** One block of samples: how many, the sum of their squares, the largest of them. */
    add(count: number, sum: number, largest: number) {
      samples += count
      sumOfSquares += sum
      peak = Math.max(peak, largest)
      second += sum
      inSecond += count
      if (inSecond >= SAMPLE_RATE) {
        lastSecond = dbfs(Math.sqrt(second / inSecond))
        second = 0
        inSecond = 0
      }
      open += sum
      inOpen += count
      if (inOpen < stepSamples) return
      steps.push(open)
      open = 0
      inOpen = 0
      if (steps.length >= MOST_STEPS) fold()
    },
    samples: () => samples,
    rmsDbfs: () => dbfs(Math.sqrt(sumOfSquares / Math.max(1, samples))),
    peakDbfs: () => dbfs(peak),
    /** Of the last whole second. */
    presentDbfs: () => lastSecond,
    /** A byte for each step of time, as AudioMeasure has it. */
    curve() {
      const bytes = steps.map((sum) => byteOf(Math.sqrt(sum / stepSamples)))
      if (inOpen > 0) bytes.push(byteOf(Math.sqrt(open / inOpen)))
      return {
        stepMs: (1000 * stepSamples) / SAMPLE_RATE,
        bytes: Buffer.from(bytes).toString('base64'),
      }
    },
  }
}
