/**
 * Milliseconds since some fixed instant of this machine, with fractions: never set, never stepped,
 * and the same in every thread.
 */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6
