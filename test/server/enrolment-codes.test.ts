import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { createEnrolmentCodes } from '../../server/access/enrolment-codes.ts'

test('a code is the same however it is typed, and its hash tells nothing without the secret', () => {
  const codes = createEnrolmentCodes('secret')
  const code = codes.make()
  expect(code).toMatch(/^[A-Z2-9]{5}-[A-Z2-9]{5}$/)
  expect(codes.make()).not.toBe(code)
  for (const typed of [code.toLowerCase(), code.replace('-', ''), ` ${code.replace('-', ' ')}`])
    expect(codes.hash(typed)).toBe(codes.hash(code))
  expect(createEnrolmentCodes('other').hash(code)).not.toBe(codes.hash(code))
  const bare = createHash('sha256').update(code.replace('-', '')).digest('hex')
  expect(codes.hash(code)).not.toBe(bare)
})
