import { expect } from 'vitest'

/**
 * Counts what a property has really looked at: one that finds nothing to check in what it draws passes
 * and proves nothing.
 */
export const lookedAt = () => {
  let count = 0
  return {
    add(more: number | boolean = 1) {
      count += Number(more)
    },
    /** @param least far below what is usual: a seed alone must not decide */
    expectAtLeast(least: number) {
      expect(count, 'too little was drawn that the property could check').toBeGreaterThanOrEqual(
        least,
      )
    },
  }
}
