import { checkRecurrence } from '#playlists'
import {
  AppError,
  type AreaId,
  type FieldFault,
  type FieldProblem,
  fieldProblem,
  type Priority,
  type ScheduleInput,
} from '#protocol'
import type { Rights } from '../access/rights.ts'
import type { Content } from '../store/content.ts'
import { daypartFaults } from './dayparts.ts'
import type { Known } from './memory.ts'
import type { References } from './references.ts'

type Audience = ScheduleInput['audience']

/** Whoever schedules must have the right over every area that will hear it, and is told which not. */
export const requireAudience = (
  schedule: { areaId: ScheduleInput['areaId']; audience: Audience; priority: Priority },
  rights: Rights,
  { areas, devices }: Pick<Known, 'areas' | 'devices'>,
): void => {
  const { areaId, audience, priority } = schedule
  rights.require('edit', areaId)
  const unknown: FieldProblem[] = []
  const foreign: FieldProblem[] = []
  audience.areaIds.forEach((id, index) => {
    const field = `audience.areaIds.${index}`
    if (!areas.has(id) || !rights.may('see', id))
      unknown.push({ field, message: fieldProblem('area-unknown') })
    else if (!rights.may('edit', id)) foreign.push({ field, message: fieldProblem('area-foreign') })
  })
  audience.deviceIds.forEach((id, index) => {
    const field = `audience.deviceIds.${index}`
    const device = devices.get(id)
    if (!device || !rights.may('see', device.areaId))
      unknown.push({ field, message: fieldProblem('device-unknown') })
    else if (!rights.may('edit', device.areaId))
      foreign.push({ field, message: fieldProblem('device-foreign') })
  })
  audience.except?.areaIds.forEach((id, index) => {
    if (!areas.has(id) || !rights.may('see', id)) {
      const field = `audience.except.areaIds.${index}`
      unknown.push({ field, message: fieldProblem('area-unknown') })
    }
  })
  audience.except?.deviceIds.forEach((id, index) => {
    const device = devices.get(id)
    if (!device || !rights.may('see', device.areaId)) {
      const field = `audience.except.deviceIds.${index}`
      unknown.push({ field, message: fieldProblem('device-unknown') })
    }
  })
  if (priority === 'emergency') requireEmergency(schedule, rights, devices)
  if (foreign.length > 0) throw new AppError('not-allowed', {}, { fields: foreign })
  if (unknown.length > 0) throw new AppError('bad-input', {}, { fields: unknown })
}

/** @throws AppError emergency-not-allowed */
const requireEmergency = (
  { areaId, audience }: { areaId: AreaId; audience: Audience },
  rights: Rights,
  devices: Known['devices'],
): void => {
  const ofDevices = audience.deviceIds.flatMap((id) => devices.get(id)?.areaId ?? [])
  for (const id of [areaId, ...audience.areaIds, ...ofDevices])
    if (!rights.may('emergency', id)) throw new AppError('emergency-not-allowed')
}

/** @throws AppError bad-input, recurrence-invalid, recurrence-empty */
export const checkSchedule = (
  input: ScheduleInput,
  draft: Content,
  known: Pick<Known, 'areas' | 'devices'>,
  { mayUsePlaylist }: Pick<References, 'mayUsePlaylist'>,
): void => {
  const area = known.areas.get(input.areaId)
  if (!area) {
    const fields = [{ field: 'areaId', message: fieldProblem('area-unknown') }]
    throw new AppError('bad-input', {}, { fields })
  }
  checkRecurrence(input.time, area.timeZone)
  const fields: FieldFault[] = daypartFaults(input, draft, known)
  const playlists = draft.playlists.filter(mayUsePlaylist)
  const played = playlists.find(({ id }) => id === input.playlistId)
  if (!played) fields.push({ field: 'playlistId', message: fieldProblem('playlist-unknown') })
  if (input.fillPlaylistId !== null) {
    const fill = playlists.find(({ id }) => id === input.fillPlaylistId)
    const field = 'fillPlaylistId'
    if (!fill) fields.push({ field, message: fieldProblem('playlist-unknown') })
    else if (played && fill.channel !== played.channel)
      fields.push({ field, message: fieldProblem('playlist-channel') })
  }
  if (input.priority === 'emergency' && input.exception === null)
    fields.push({ field: 'exception', message: fieldProblem('emergency-reason') })
  if (fields.length > 0) throw new AppError('bad-input', {}, { fields })
}
