import { AssetId, type PlanItem, ScheduleId } from '#protocol'

const NOBODY = '00000000-0000-7000-8000-000000000000'

/** Something that this device brings out of its own accord: nobody approved it, no schedule asked for it. */
export const ownItem = (
  what: Pick<PlanItem, 'sha256' | 'mime' | 'kind' | 'title' | 'durationMs'>,
): PlanItem => ({
  ...what,
  assetId: AssetId.parse(NOBODY),
  themes: [],
  approvedBy: '',
  role: 'item',
  gainDb: 0,
  fallback: null,
  schedule: { id: ScheduleId.parse(NOBODY), name: '' },
})
