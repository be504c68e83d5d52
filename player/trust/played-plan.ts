import type { z } from 'zod'
import { DayPlan } from '#protocol'

/**
 * What a device reads of a plan: what is played. Why something else is not is for people, and a server
 * that knows more reasons than this device is still understood.
 */
export const PlayedPlan = DayPlan.omit({ withheld: true })
export type PlayedPlan = z.infer<typeof PlayedPlan>
