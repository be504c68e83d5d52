import type { ClockState } from '#protocol'
import type { Finding } from './finding.ts'

/** How well the time is known by now, and whether it would be after a power cut. */
export const clockFinding = ({ grade, errorMs }: ClockState, isKept: boolean): Finding => {
  const check = 'clock'
  const params = { error: Math.ceil(errorMs ?? 0) }
  switch (grade) {
    case 'synced':
      return isKept
        ? { check, mark: 'proved', says: 'clock-ok', params }
        : { check, mark: 'unproved', says: 'clock-no-chip', params, remedy: 'clock-no-chip-do' }
    case 'restored':
      return { check, mark: 'unproved', says: 'clock-restored', params }
    case 'unknown':
      return { check, mark: 'failed', says: 'clock-unknown', remedy: 'clock-unknown-do' }
  }
}
