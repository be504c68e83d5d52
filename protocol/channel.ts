import { z } from 'zod'

/** What a device can bring out. Each channel of a device has a timeline of its own. */
export const Channel = z.enum(['audio', 'screen'])
export type Channel = z.infer<typeof Channel>
