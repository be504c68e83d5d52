import { z } from 'zod'
import { Channel } from './channel.ts'
import { ScheduleRef } from './day-plan.ts'
import { Change, DraftState, TargetState } from './draft.ts'
import { AreaId } from './ids.ts'
import { PolicyField } from './policy.ts'
import { Conflict, Interruption, Misfit, Span, WithheldSummary } from './timeline.ts'
import { EpochMs } from './units.ts'

const ScheduleAt = ScheduleRef.extend({ at: EpochMs })

const AreaImpact = z.object({
  areaId: AreaId,
  path: z.array(z.string()),
  devices: z.int().positive(),
  /** The first instant at which something else is heard or seen than before. */
  firstChangeAt: EpochMs,
  /** Schedules that are heard or seen where they were not, with the first time of each. */
  starts: z.array(ScheduleAt),
  /** Schedules that are no longer heard or seen where they were. */
  stops: z.array(ScheduleAt),
  moves: z.array(ScheduleRef.extend({ from: Span, to: Span })),
  /** Schedules that keep their times and sound or look different. */
  alters: z.array(ScheduleAt),
})

/** Areas by name, the first few, and how many there are. */
const Areas = { areas: z.int().positive(), areaNames: z.array(z.string()).max(5) }

/** Names exactly this statement: publishing sends it back. */
const id = z.string()

/** What must be confirmed, sentence by sentence, before it is published. */
export const Statement = z
  .discriminatedUnion('kind', [
    /** Nothing at all is on air there any more, as far as devices look ahead. */
    z.object({
      id,
      kind: z.literal('silence'),
      channel: Channel,
      /** no-window: policy leaves no broadcast window; nothing-planned: nothing is scheduled or let through. */
      reason: z.enum(['no-window', 'nothing-planned']),
      devices: z.int().nonnegative(),
      ...Areas,
    }),
    /** An emergency breaks into everything, in quiet hours and outside windows too. */
    z.object({
      id,
      kind: z.literal('emergency'),
      schedule: ScheduleRef,
      /** Why, in the words of the person who made it. */
      because: z.string(),
      /** When it is first heard or seen; null: not as far as devices look ahead. */
      at: EpochMs.nullable(),
      devices: z.int().nonnegative(),
      inQuietHours: z.boolean(),
      interrupts: z.array(z.string()).max(20),
    }),
    /** An area makes looser what an area above it lays down. */
    z.object({
      id,
      kind: z.literal('looser'),
      areaId: AreaId,
      area: z.string(),
      above: z.string(),
      field: PolicyField,
    }),
  ])
  .meta({ id: 'Statement' })
export type Statement = z.infer<typeof Statement>

/** What publishing the draft, or bringing back an earlier publication, would do, before it is done. */
export const Impact = DraftState.extend({
  /** Names exactly what was seen: publishing sends it back. */
  draft: z.string(),
  /** On how many days, today first, all of this was looked for. */
  days: z.int().positive(),
  devices: z.int().nonnegative(),
  /** The earliest of the areas' first changes. */
  firstChangeAt: EpochMs.nullable(),
  areas: z.array(AreaImpact),
  conflicts: z.array(Conflict),
  interruptions: z.array(Interruption),
  statements: z.array(Statement),
  withheld: z.array(WithheldSummary),
  misfits: z.array(Misfit),
  targets: z.array(TargetState),
  /** Names of changes of class live that the reader wrote or would bring back: somebody else publishes them. */
  needsSecondPerson: z.array(z.string()),
  /** Changes of the draft, not published yet, that bringing back an earlier publication would undo. */
  undone: z.array(Change),
}).meta({ id: 'Impact' })
export type Impact = z.infer<typeof Impact>

/** Publishes what was seen, and says which of its statements were confirmed. */
export const PublishInput = z
  .strictObject({
    /** As the impact named it. */
    draft: z.string().max(300),
    /** Ids of the statements that were confirmed: all that the impact makes. */
    confirmed: z.array(z.string().max(100)).max(500).default([]),
  })
  .meta({ id: 'PublishInput' })
export type PublishInput = z.infer<typeof PublishInput>
