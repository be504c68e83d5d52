import type { TFunction } from 'i18next'
import type { Policy, PolicyWindow, Weekday } from '#protocol'

type Day = 1 | 2 | 3 | 4 | 5 | 6 | 7

const EVERY_DAY = 7
const hours = ({ startTime, endTime }: { startTime: string; endTime: string }): string =>
  `${startTime.slice(0, 5)}–${endTime.slice(0, 5)}`

const daysInWords = (weekdays: readonly Weekday[], t: TFunction): string =>
  weekdays.length === EVERY_DAY
    ? ''
    : ` (${weekdays.map((day) => t(`schedule.weekdayShort.d${day as Day}`)).join(', ')})`

/** An area's own policy, field by field, as two versions of it are compared. */
export const policyInWords = (own: Policy, t: TFunction): [string, string][] => {
  const lines = (given: readonly string[] | undefined): string =>
    given ? given.join('\n') || t('policy.none') : t('policy.inherited')
  const windows = (field: 'broadcastWindows' | 'quietHours' | 'screenBlank') => {
    const given: readonly PolicyWindow[] | null = own[field]
    if (given?.length === 0) return t(`policy.empty.${field}`)
    return lines(given?.map((one) => hours(one) + daysInWords(one.weekdays, t)))
  }
  const limit = (given: number | null) => (given === null ? t('policy.inherited') : String(given))
  const tunes = (['signature', 'call', 'chime', 'closing'] as const).filter(
    (tune) => own.station?.[tune],
  )
  return [
    [t('policy.fields.broadcastWindows'), windows('broadcastWindows')],
    [t('policy.fields.quietHours'), windows('quietHours')],
    [
      t('policy.fields.dayparts'),
      lines(
        own.dayparts?.map(({ name, exceptions, ...times }) => {
          const kept = exceptions.length
          const more = kept > 0 ? ` (${t('policy.exceptionsKept', { count: kept })})` : ''
          return `${name}: ${hours(times)}${more}`
        }),
      ),
    ],
    [t('policy.fields.sessionsPerDay'), limit(own.sessionsPerDay)],
    [t('policy.fields.minutesPerDay'), limit(own.minutesPerDay)],
    [t('policy.fields.minutesPerSession'), limit(own.minutesPerSession)],
    [
      t('policy.fields.volumeCeilings'),
      lines(own.volumeCeilings?.map((one) => `${hours(one)}: ${one.volume} %`)),
    ],
    [
      t('policy.fields.station'),
      own.station ? lines(tunes.map((tune) => t(`policy.${tune}`))) : t('policy.inherited'),
    ],
    [t('policy.fields.screenBlank'), windows('screenBlank')],
  ]
}
