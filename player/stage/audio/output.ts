/**
 * Where samples go. An output counts them from the first one written and knows which of them is
 * being heard: placing a sound at an instant means placing it at an index.
 */
export interface AudioOutput {
  /** What it is, for status and records. */
  readonly name: string
  /**
   * How many samples it should be given now, so that it never runs dry and never holds more than it
   * must; none once it is closed or lost.
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
  /** Monotonic instant at which it last said that it had played something. */
  advancedAt(): number
  /** How often it ran dry. */
  underruns(): number
  /**
   * Makes what it was given and has not played yet inaudible, within some tens of milliseconds;
   * what is written from now on is heard.
   * @returns false where the backend cannot
   */
  hush(): boolean
  /** Closes the tap behind everything, or opens it: nothing of what is given is heard meanwhile. */
  setMuted(isMuted: boolean): void
  close(): void
}

export type OutputEvents = {
  /** The output is gone and will not come back by itself. */
  onLost: (reason: string) => void
}

/** How much sound an output holds. Less is quicker, more survives a busier machine. */
export type Depth = {
  /** What the sound server or the card holds. */
  bufferMs: number
  /** How far ahead of what is heard it is filled. */
  leadMs: number
  /** At least so long lies between two fillings, ms; less than what it holds beyond its buffer. */
  turnMs: number
}

/** The programme can be planned ahead: less than this ran dry on a busy machine. */
export const PROGRAMME: Depth = { bufferMs: 500, leadMs: 700, turnMs: 100 }
/** An emergency cannot: what lies in the buffer is heard before it. */
export const EMERGENCY: Depth = { bufferMs: 40, leadMs: 90, turnMs: 0 }

/** A device that sound comes out of; it takes several streams at once and mixes them. */
export interface SoundDevice {
  readonly name: string
  open(depth: Depth, events: OutputEvents): AudioOutput
}
