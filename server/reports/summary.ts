import { boundariesText, dayText, type ReportContext, say } from './sheet.ts'
import { coverageFor } from './summaries.ts'

/** The sentence that a report begins with: what was played, how much of the plan, what is not known. */
export const summaryOf = async (context: ReportContext): Promise<string> => {
  const { request, from, to } = context
  const { lang } = request
  const { total, communesWithoutDevice } = await coverageFor(context)
  const locale = lang === 'vi' ? 'vi-VN' : 'en-GB'
  const number = new Intl.NumberFormat(locale)
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const plays = number.format(total.plays)
  const planned =
    total.planned === 0
      ? say(lang, 'không có kế hoạch để đối soát', 'nothing was planned')
      : say(
          lang,
          `đạt ${share.format(total.delivered / total.planned)} kế hoạch`,
          `${share.format(total.delivered / total.planned)} of the plan`,
        )
  return say(
    lang,
    `Từ ngày ${dayText(from)} đến ngày ${dayText(to)}: ${plays} lượt phát, ${planned}; ${number.format(communesWithoutDevice)} xã, phường, thị trấn chưa có đài; ${number.format(total.unknown)} lượt chưa rõ. Số liệu ${boundariesText(request)}.`,
    `From ${dayText(from)} to ${dayText(to)}: ${plays} plays, ${planned}; ${number.format(communesWithoutDevice)} communes without a station; ${number.format(total.unknown)} unknown; ${boundariesText(request)}.`,
  )
}
