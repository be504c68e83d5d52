/** Where a voice gets its samples from. */
export interface SoundSource {
  /** Fills a block from a position on; what there is not is silence. */
  read(position: number, block: Float32Array): void
  close(): void
}
