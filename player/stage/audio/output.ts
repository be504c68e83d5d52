/**
 * Where samples go. An output counts them from the first one written and knows which of them is
 * being heard: placing a sound at an instant means placing it at an index.
 */
export interface AudioOutput {
  /** What it is, for status and records. */
  readonly name: string
  /**
   * How many samples it should be given now, so that it never runs dry and never holds more than it
   * must.
   */
  wanted(): number
  /** Takes samples; the array may be reused afterwards. */
  write(samples: Int16Array): void
  /** How many it has been given. */
  written(): number
  /** The sample heard at a monotonic instant; undefined while the output does not know its clock. */
  sampleAt(monoMs: number): number | undefined
  /** The inverse of sampleAt. */
  monoAt(sample: number): number | undefined
  /** How often it ran dry. */
  underruns(): number
  close(): void
}

export type OutputEvents = {
  /** The output is gone and will not come back by itself. */
  onLost: (reason: string) => void
}
