import { z } from 'zod'

// Schemas speed themselves up by compiling code, which our own content policy forbids. They ask when
// they are made: this module must be the first that the panel loads.
z.config({ jitless: true })
