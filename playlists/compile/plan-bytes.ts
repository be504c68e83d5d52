import type { DayPlan, PlanItem, Segment, Withheld } from '#protocol'
import { requireText } from './plan-size.ts'

// Keys stand in the order of RFC 8785 in everything that is written here.

const itemText = (item: PlanItem): string => {
  const { approvedBy, assetId, durationMs, fallback, gainDb, kind, labels, mime, role } = item
  const { schedule, sha256, themes, title } = item
  return JSON.stringify({
    approvedBy,
    assetId,
    durationMs,
    fallback: fallback && { mime: fallback.mime, sha256: fallback.sha256 },
    gainDb,
    kind,
    labels: labels && {
      language: labels.language,
      sector: labels.sector,
      strand: labels.strand,
    },
    mime,
    role,
    schedule: { id: schedule.id, name: schedule.name },
    sha256,
    themes: themes.map(({ campaign, code, id, name }) => ({ campaign, code, id, name })),
    title,
  })
}

const withheldText = ({ assetId, at, reason, schedule, scheduleId, title }: Withheld): string =>
  JSON.stringify({ assetId, at, reason, schedule, scheduleId, title })

const becauseText = ({
  breaks,
  overrode,
  overrodeIds,
  priority,
  schedules,
}: Segment['because']): string =>
  JSON.stringify({
    breaks,
    overrode,
    overrodeIds,
    priority,
    schedules: schedules.map(({ id, name }) => ({ id, name })),
  })

/** So many characters of lists of items are kept at hand. */
const MOST_KEPT = 16_000_000

/**
 * Writes plans as canonical JSON (RFC 8785): the bytes that their hash names. What many plans share
 * is mostly written once; plans must not change meanwhile.
 * @returns a writer, which throws AppError plan-too-long [CP5]
 */
export const createPlanWriter = (): ((plan: DayPlan) => string) => {
  const items = new Map<readonly PlanItem[], string>()
  let kept = 0
  const itemsText = (list: readonly PlanItem[]): string => {
    const known = items.get(list)
    if (known !== undefined) return known
    const text = `[${list.map(itemText).join()}]`
    if (kept > MOST_KEPT) {
      items.clear()
      kept = 0
    }
    items.set(list, text)
    kept += text.length
    return text
  }
  const segmentText = ({ anchor, because, from, items: list, repeat, to, volume }: Segment) =>
    `{"anchor":${anchor},"because":${becauseText(because)},"from":${from},"items":${itemsText(list)},"repeat":${repeat},"to":${to},"volume":${volume}}`

  const segmentsText = (plan: DayPlan): string => {
    let length = 0
    const texts = plan.segments.map((segment) => {
      const text = segmentText(segment)
      length += text.length
      requireText(length, plan)
      return text
    })
    return texts.join()
  }

  return (plan) => {
    const { blank, ceilings, channel, v, withheld } = plan
    const dark = JSON.stringify(blank.map(({ from, to }) => ({ from, to })))
    const capped = JSON.stringify(ceilings.map(({ from, to, volume }) => ({ from, to, volume })))
    return `{"blank":${dark},"ceilings":${capped},"channel":"${channel}","segments":[${segmentsText(plan)}],"v":${v},"withheld":[${withheld.map(withheldText).join()}]}`
  }
}
