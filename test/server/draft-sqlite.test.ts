import { describe } from 'vitest'
import { draftSuite } from '../support/draft-suite.ts'

describe('the draft on SQLite', () => draftSuite('sqlite'))
