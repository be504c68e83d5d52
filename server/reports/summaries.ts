import { addDays, startOfDay } from '#playlists'
import {
  type Coverage,
  type CoverageRow,
  type DeliveryCause,
  NO_TALLY,
  type Tally,
  type ThemeId,
} from '#protocol'
import { coverageOf } from '../evidence/coverage.ts'
import { addTally } from '../evidence/coverage-sum.ts'
import {
  boundariesText,
  type Cell,
  type Column,
  dayText,
  definition,
  percent,
  type ReportContext,
  rowsOf,
  type Sheet,
  say,
} from './sheet.ts'

export const coverageFor = (
  { store, request, from, to, scope, now, campaigns }: ReportContext,
  channel = request.channel,
): Promise<Coverage> =>
  coverageOf(
    store,
    {
      ...{ from, to, rows: 'communes', boundaries: request.boundaries },
      areaId: request.areaId ?? undefined,
      themeId: request.themeId ?? undefined,
      channel: channel ?? undefined,
    },
    scope,
    now,
    campaigns,
  )

export const subtitleOf = async ({ store, request, from, to }: ReportContext): Promise<string> => {
  const area = (await store.areas.list()).find(({ id }) => id === request.areaId)
  const days = say(
    request.lang,
    `Từ ngày ${dayText(from)} đến ngày ${dayText(to)}`,
    `From ${dayText(from)} to ${dayText(to)}`,
  )
  return [days, area?.path.toReversed().join(', '), boundariesText(request)]
    .filter(Boolean)
    .join('; ')
}

/** What every summary says below its table. */
export const notesOf = ({ total, communesWithoutDevice, waiting }: Coverage, lang: 'vi' | 'en') => [
  definition(lang),
  say(
    lang,
    `Chưa rõ: ${total.unknown} lượt theo kế hoạch chưa có bản ghi nào nói đã phát hay không; không tính là đã phát.`,
    `Unknown: of ${total.unknown} planned plays no record says how they went; they are not counted as played.`,
  ),
  say(
    lang,
    `Số xã, phường, thị trấn chưa có thiết bị: ${communesWithoutDevice}.`,
    `Communes without any device: ${communesWithoutDevice}.`,
  ),
  ...(waiting > 0
    ? [
        say(
          lang,
          `Đang đối soát thêm ${waiting} ngày máy; số liệu kế hoạch có thể còn thay đổi.`,
          `${waiting} device days are still being set against their plans.`,
        ),
      ]
    : []),
]

export const column = (title: string, kind: Column['kind'], width: number): Column => ({
  title,
  kind,
  width,
})

/** B: what each theme reached. */
export const themesSheet = async (context: ReportContext): Promise<Sheet> => {
  const { store, request, from, to, scope, campaigns } = context
  const { lang } = request
  const [audio, screen] = [
    await coverageFor(context, 'audio'),
    await coverageFor(context, 'screen'),
  ]
  const all = await coverageFor(context)
  const assets = await store.plays.assetsByTheme({
    scope,
    from: startOfDay(from, context.timeZone),
    to: startOfDay(addDays(to, 1), context.timeZone),
    channel: request.channel ?? undefined,
  })
  const tallyIn = (coverage: Coverage, id: ThemeId): Tally =>
    coverage.themes.find((theme) => theme.id === id)?.total ?? { ...NO_TALLY }
  const rows = all.themes.map((theme, index): Cell[] => {
    const campaign = campaigns.find(({ themes }) => themes.some(({ id }) => id === theme.id))
    const phases = campaign?.themes.find(({ id }) => id === theme.id)?.phases ?? []
    const reached = all.rows.filter(({ cells }) =>
      cells.some(({ themeId, tally }) => themeId === theme.id && tally.plays > 0),
    ).length
    return [
      ...[index + 1, theme.code, theme.name, phases.join(', '), assets.get(theme.id) ?? 0],
      ...[tallyIn(audio, theme.id).plays, theme.total.playedMs, tallyIn(screen, theme.id).plays],
      ...[reached, percent(reached, all.communes)],
    ]
  })
  return {
    form: 'themes',
    title: say(
      lang,
      'Biểu tổng hợp kết quả tuyên truyền theo chủ đề',
      'Summary of what was broadcast, by theme',
    ),
    subtitle: await subtitleOf(context),
    notes: notesOf(all, lang),
    columns: [
      column(say(lang, 'STT', 'No.'), 'int', 5),
      column(say(lang, 'Mã chủ đề', 'Code'), 'code', 8),
      column(say(lang, 'Chủ đề', 'Theme'), 'text', 38),
      column(say(lang, 'Giai đoạn', 'Phases'), 'code', 9),
      column(say(lang, 'Số tin, bài', 'Items'), 'int', 8),
      column(say(lang, 'Số lượt phát (loa)', 'Plays (loudspeakers)'), 'int', 11),
      column(say(lang, 'Tổng thời lượng', 'Total length'), 'length', 12),
      column(say(lang, 'Số lượt hiển thị (bảng)', 'Showings (boards)'), 'int', 11),
      column(say(lang, 'Số xã có phát', 'Communes reached'), 'int', 9),
      column(say(lang, 'Tỷ lệ xã có phát (%)', 'Share of communes (%)'), 'share', 9),
    ],
    rows: rowsOf(rows),
    sum: [
      ...[null, null, say(lang, 'Tổng số lượt (mỗi lượt tính một lần)', 'All plays, each once')],
      ...[null, null, audio.total.plays, all.total.playedMs, screen.total.plays],
      ...[all.communesWithPlays, percent(all.communesWithPlays, all.communes)],
    ],
    expected: rows.length,
  }
}

const POWER: readonly (DeliveryCause | null)[] = ['no-power', 'player-stopped']
const DEVICE: readonly (DeliveryCause | null)[] = [
  ...(['device-fault', 'media-missing', 'plan-not-held', 'clock-set', 'silent'] as const),
]

/** C: what each area was to get and got. */
export const areasSheet = async (context: ReportContext): Promise<Sheet> => {
  const { store, request, from, to, scope } = context
  const { lang } = request
  const coverage = await coverageFor(context)
  const kinds = await store.coverage.channelsByArea()
  const causes = await store.missing.causesByArea({ from, to, scope })
  const codes = new Map(coverage.themes.map(({ id, code }) => [id, code]))
  const numbers = ({ areaId, total }: Pick<CoverageRow, 'areaId' | 'total'>): Cell[] => {
    const of = (wanted: readonly (DeliveryCause | null)[]) =>
      (causes.get(areaId) ?? [])
        .filter(({ cause }) => wanted.includes(cause))
        .reduce((sum, { count }) => sum + count, 0)
    const notWhole = total.shortened + total.missed
    const [power, device, overridden] = [of(POWER), of(DEVICE), of(['overridden'])]
    const { planned, delivered, playedMs, unknown } = total
    return [
      ...[planned, delivered, percent(delivered, planned), playedMs, power, device, overridden],
      ...[Math.max(0, notWhole - power - device - overridden), unknown],
    ]
  }
  const rows = coverage.rows.map((row, index): Cell[] => [
    ...[index + 1, row.path.slice(1).toReversed().join(', ') || row.name],
    ...[kinds.get(row.areaId)?.audio ?? 0, kinds.get(row.areaId)?.screen ?? 0],
    ...numbers(row),
    row.devices === 0
      ? say(lang, 'chưa có thiết bị', 'no device')
      : row.silentThemeIds.map((id) => codes.get(id) ?? '').join(', '),
  ])
  const total = { ...NO_TALLY }
  for (const row of coverage.rows) addTally(total, row.total)
  const sums = rows.reduce<number[]>((sum, row) => {
    row.forEach((value, index) => {
      if (typeof value === 'number') sum[index] = (sum[index] ?? 0) + value
    })
    return sum
  }, [])
  return {
    form: 'areas',
    title: say(lang, 'Biểu tổng hợp kết quả tuyên truyền theo địa bàn', 'Summary by area'),
    subtitle: await subtitleOf(context),
    notes: notesOf(coverage, lang),
    columns: [
      column(say(lang, 'STT', 'No.'), 'int', 5),
      column(say(lang, 'Đơn vị', 'Unit'), 'text', 30),
      column(say(lang, 'Số cụm loa', 'Loudspeakers'), 'int', 7),
      column(say(lang, 'Số bảng', 'Boards'), 'int', 7),
      column(say(lang, 'Số lượt phát kế hoạch', 'Planned plays'), 'int', 9),
      column(say(lang, 'Đã phát đủ', 'Delivered whole'), 'int', 9),
      column(say(lang, 'Tỷ lệ (%)', 'Share (%)'), 'share', 8),
      column(say(lang, 'Thời lượng', 'Length'), 'length', 10),
      column(say(lang, 'Mất điện, tắt máy', 'No power, switched off'), 'int', 8),
      column(say(lang, 'Lỗi thiết bị', 'Device fault'), 'int', 8),
      column(say(lang, 'Bị khẩn cấp chen', 'Overridden'), 'int', 8),
      column(say(lang, 'Lý do khác', 'Other cause'), 'int', 8),
      column(say(lang, 'Chưa rõ', 'Unknown'), 'int', 8),
      column(say(lang, 'Chủ đề chưa phát', 'Themes not heard'), 'text', 16),
    ],
    rows: rowsOf(rows),
    sum: [
      ...[null, say(lang, 'Tổng cộng', 'Total'), sums[2] ?? 0, sums[3] ?? 0],
      ...[total.planned, total.delivered, percent(total.delivered, total.planned), total.playedMs],
      ...[sums[8] ?? 0, sums[9] ?? 0, sums[10] ?? 0, sums[11] ?? 0, total.unknown, null],
    ],
    expected: rows.length,
  }
}
