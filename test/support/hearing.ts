/** Samples of a window in which a tone is looked for: 10 ms. */
export const WINDOW = 480

/** Amplitude of a tone in a window of samples at 48 kHz. */
export const amplitude = (samples: Int16Array, from: number, hertz: number): number => {
  let real = 0
  let imaginary = 0
  for (let index = 0; index < WINDOW; index++) {
    const angle = (2 * Math.PI * hertz * index) / 48_000
    real += (samples[from + index] ?? 0) * Math.cos(angle)
    imaginary += (samples[from + index] ?? 0) * Math.sin(angle)
  }
  return (2 * Math.hypot(real, imaginary)) / WINDOW
}
