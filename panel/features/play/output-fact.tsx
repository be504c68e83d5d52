import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { AudioMeasure, Play } from '#protocol'
import { length } from '../../ui/when.ts'
import { measuredText } from '../play-log/measured.ts'
import { useNumbers } from '../reports/numbers.ts'
import { Fact, type Mark } from './fact.tsx'
import { LevelCurve } from './level-curve.tsx'

const isOther = ({ heard }: AudioMeasure): boolean =>
  Boolean(heard && heard.comparedMs > 0 && heard.offsetMs === null)

const markOf = ({ measured }: Play): Mark => {
  if (measured === null) return 'unknown'
  if (measured.kind === 'screen') return measured.frames > 0 ? 'yes' : 'no'
  return measured.rmsDbfs === null || isOther(measured) ? 'no' : 'yes'
}

/** What is known of a sound besides its level, a line for each. */
const useRemarks = () => {
  const { t } = useTranslation()
  const { share } = useNumbers()
  return ({ peakDbfs, underruns, mutedMs, relay, heard }: AudioMeasure): string[] => {
    const remarks: string[] = []
    if (peakDbfs !== null) remarks.push(t('reports.play.peak', { level: peakDbfs }))
    if (underruns > 0) remarks.push(t('reports.play.underruns', { count: underruns }))
    if (mutedMs) remarks.push(t('reports.play.muted', { length: length(mutedMs) }))
    if (relay) {
      const { streamMs, fallbackMs, silentMs, connections } = relay
      const lengths = { fallback: length(fallbackMs), silent: length(silentMs) }
      const words = { stream: length(streamMs), ...lengths, connections }
      remarks.push(t('reports.play.relay', words))
    }
    if (heard && heard.comparedMs > 0) {
      const compared = length(heard.comparedMs)
      const words = { monitor: heard.monitor, compared, share: share(heard.share) }
      remarks.push(
        heard.offsetMs === null
          ? t('reports.play.heardOther', words)
          : t('reports.play.heard', { ...words, offset: Math.round(heard.offsetMs) }),
      )
    }
    return remarks
  }
}

/** What came out: how loud, as a curve, and what of it a monitor recognised; or how many frames. */
export const OutputFact = ({ play }: { play: Play }) => {
  const { t } = useTranslation()
  const remarksOf = useRemarks()
  const { measured, startAt, endAt } = play
  const isSilent = measured?.kind === 'audio' && measured.rmsDbfs === null
  return (
    <Fact mark={markOf(play)} title={t('reports.play.output')}>
      <Text size="sm">
        {measured === null
          ? t('reports.play.outputUnknown')
          : isSilent
            ? t('reports.play.outputNo')
            : t('reports.play.outputYes', { measured: measuredText(play, t) })}
      </Text>
      {measured?.kind === 'audio' &&
        remarksOf(measured).map((remark) => (
          <Text key={remark} size="sm">
            {remark}
          </Text>
        ))}
      {measured?.kind === 'audio' && measured.levels && startAt !== null && endAt !== null && (
        <LevelCurve levels={measured.levels} startAt={startAt} endAt={endAt} />
      )}
    </Fact>
  )
}
