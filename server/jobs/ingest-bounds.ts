/** What the process that reads one file may take. What exceeds one of these ends it. */
export type IngestBounds = {
  /** Heap of its JavaScript, in MB. */
  heapMb: number
  /** Memory of the process and what it started, in bytes. Only Linux tells; elsewhere it is not bounded. */
  memoryBytes: number
  /** Time in which nothing moved. */
  stillMs: number
  /** Time in all. */
  totalMs: number
}

export const INGEST_BOUNDS: IngestBounds = {
  // A page of 2 MB, the longest text that is taken, needs under 100 MB.
  heapMb: 256,
  // Two at once fit beside a server of 4 GB; a frame of 4K with twenty others takes under a third.
  memoryBytes: 1_500_000_000,
  // The longest step that tells nothing on its way is a picture, which has 60 s.
  stillMs: 120_000,
  // Two hours of sound take about a quarter of an hour, two hours of film on two cores up to this.
  totalMs: 2 * 3_600_000,
}
