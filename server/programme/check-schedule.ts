import { checkRecurrence } from '#playlists'
import {
  AppError,
  type FieldFault,
  type FieldProblem,
  fieldProblem,
  type ScheduleInput,
} from '#protocol'
import type { Rights } from '../access/rights.ts'
import type { Content } from '../store/content.ts'
import { daypartFaults } from './dayparts.ts'
import type { Known } from './memory.ts'

type Audience = ScheduleInput['audience']

/** Whoever schedules must have the right over every area that will hear it, and is told which not. */
export const requireAudience = (
  { areaId, audience }: { areaId: ScheduleInput['areaId']; audience: Audience },
  rights: Rights,
  { areas, devices }: Pick<Known, 'areas' | 'devices'>,
): void => {
  rights.require('edit', areaId)
  const unknown: FieldProblem[] = []
  const foreign: FieldProblem[] = []
  audience.areaIds.forEach((id, index) => {
    const field = `audience.areaIds.${index}`
    if (!areas.has(id)) unknown.push({ field, message: fieldProblem('area-unknown') })
    else if (!rights.may('edit', id)) foreign.push({ field, message: fieldProblem('area-foreign') })
  })
  audience.deviceIds.forEach((id, index) => {
    const field = `audience.deviceIds.${index}`
    const device = devices.get(id)
    if (!device) unknown.push({ field, message: fieldProblem('device-unknown') })
    else if (!rights.may('edit', device.areaId))
      foreign.push({ field, message: fieldProblem('device-foreign') })
  })
  if (foreign.length > 0) throw new AppError('not-allowed', {}, { fields: foreign })
  if (unknown.length > 0) throw new AppError('bad-input', {}, { fields: unknown })
}

/** @throws AppError bad-input, recurrence-invalid, recurrence-empty */
export const checkSchedule = (
  input: ScheduleInput,
  draft: Content,
  known: Pick<Known, 'areas' | 'devices'>,
): void => {
  checkRecurrence(input.time)
  const fields: FieldFault[] = daypartFaults(input, draft, known)
  const played = draft.playlists.find(({ id }) => id === input.playlistId)
  if (!played) fields.push({ field: 'playlistId', message: fieldProblem('playlist-unknown') })
  if (input.fillPlaylistId !== null) {
    const fill = draft.playlists.find(({ id }) => id === input.fillPlaylistId)
    const field = 'fillPlaylistId'
    if (!fill) fields.push({ field, message: fieldProblem('playlist-unknown') })
    else if (played && fill.channel !== played.channel)
      fields.push({ field, message: fieldProblem('playlist-channel') })
  }
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}
