import { NO_TALLY } from '#protocol'
import { type Cell, percent, type ReportContext, rowsOf, type Sheet, say } from './sheet.ts'
import { column, coverageFor, notesOf, subtitleOf } from './summaries.ts'

const SILENT_MS = 24 * 3_600_000

/** D: the devices and how they did. */
export const devicesSheet = async (context: ReportContext): Promise<Sheet> => {
  const { store, request, from, to, scope, now } = context
  const { lang } = request
  const below = request.areaId ? new Set(await store.areas.idsBelow(request.areaId)) : undefined
  const tallies = new Map(
    (await store.coverage.values('device', { from, to, scope, by: null })).map((one) => [
      one.value,
      one.tally,
    ]),
  )
  const allowed = scope === 'everywhere' ? undefined : await store.areas.idsWithin(scope)
  const devices = (await store.devices.list()).filter(
    ({ areaId }) => (!below || below.has(areaId)) && (!allowed || allowed.has(areaId)),
  )
  const coverage = await coverageFor(context)
  const stateOf = (enrolledAt: number | null, lastSeenAt: number | null) => {
    if (enrolledAt === null) return say(lang, 'chưa ghi danh', 'not enrolled')
    if (lastSeenAt === null || now - lastSeenAt > SILENT_MS) {
      return say(lang, 'mất kết nối > 24 giờ', 'offline for over 24 h')
    }
    return say(lang, 'hoạt động', 'working')
  }
  const rows = devices.map((device, index): Cell[] => {
    const tally = tallies.get(device.id) ?? NO_TALLY
    const { name, areaPath, channels, enrolledAt, lastSeenAt } = device
    const kinds = channels.map((channel) =>
      channel === 'audio' ? say(lang, 'loa', 'loudspeaker') : say(lang, 'bảng', 'board'),
    )
    return [
      ...[index + 1, name, areaPath.slice(1).toReversed().join(', '), kinds.join(', ')],
      ...[stateOf(enrolledAt, lastSeenAt), lastSeenAt, tally.plays, tally.planned],
      ...[percent(tally.delivered, tally.planned), tally.unknown],
    ]
  })
  return {
    form: 'devices',
    title: say(lang, 'Biểu tổng hợp thiết bị', 'Devices'),
    subtitle: await subtitleOf(context),
    notes: notesOf(coverage, lang),
    columns: [
      column(say(lang, 'STT', 'No.'), 'int', 5),
      column(say(lang, 'Thiết bị', 'Device'), 'text', 26),
      column(say(lang, 'Địa bàn', 'Area'), 'text', 28),
      column(say(lang, 'Loại', 'Kind'), 'code', 9),
      column(say(lang, 'Tình trạng', 'State'), 'text', 14),
      column(say(lang, 'Lần cuối liên lạc', 'Last seen'), 'instant', 15),
      column(say(lang, 'Số lượt phát', 'Plays'), 'int', 9),
      column(say(lang, 'Kế hoạch', 'Planned'), 'int', 9),
      column(say(lang, 'Đạt (%)', 'Delivered (%)'), 'share', 8),
      column(say(lang, 'Chưa rõ', 'Unknown'), 'int', 8),
    ],
    rows: rowsOf(rows),
    sum: null,
    expected: rows.length,
  }
}
