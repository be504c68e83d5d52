import type { TFunction } from 'i18next'
import type { Play } from '#protocol'

/** What was measured of a play, in words. */
export const measuredText = ({ measured }: Play, t: TFunction): string => {
  if (measured === null) return t('playLog.measured.none')
  if (measured.kind === 'screen') return t('playLog.measured.screen', { frames: measured.frames })
  if (measured.rmsDbfs === null) return t('playLog.measured.silent')
  return t('playLog.measured.audio', { level: measured.rmsDbfs })
}

/** A start error in ms, with its sign. */
export const errorText = (startErrorMs: number | null): string =>
  startErrorMs === null
    ? '–'
    : `${startErrorMs > 0 ? '+' : ''}${startErrorMs.toFixed(startErrorMs >= 1 ? 0 : 1)} ms`
