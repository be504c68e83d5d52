/** Everything is mixed and put out as 16 bit samples, mono, at this rate. */
export const SAMPLE_RATE = 48_000
export const BYTES_PER_SAMPLE = 2
export const SAMPLES_PER_MS = SAMPLE_RATE / 1000
/** Amplitude of the loudest sample. */
export const FULL_SCALE = 32_768
