import type { Asset, Campaign, LocalDate, ThemeId, ThemeSnapshot, Withheld } from '#protocol'

const isWithin = (date: LocalDate, from: LocalDate | null, to: LocalDate | null): boolean =>
  (from === null || from <= date) && (to === null || date <= to)

/** The themes that some phase of their campaign makes active on a date. */
export const activeThemes = (
  campaigns: readonly Campaign[],
  date: LocalDate,
): Map<ThemeId, ThemeSnapshot> => {
  const active = new Map<ThemeId, ThemeSnapshot>()
  for (const campaign of campaigns) {
    const running = campaign.phases.filter((phase) => isWithin(date, phase.from, phase.to))
    for (const theme of campaign.themes) {
      if (!running.some((phase) => theme.phases.includes(phase.code))) continue
      const { id, code, name } = theme
      active.set(id, { id, code, name, campaign: campaign.name })
    }
  }
  return active
}

type Verdict = { eligible: true } | { eligible: false; reason: Withheld['reason'] }

/** Whether an asset may be played on a date, and if not, the first reason why not [EL1–EL3]. */
export const eligibility = (
  asset: Asset | undefined,
  date: LocalDate,
  active: ReadonlyMap<ThemeId, ThemeSnapshot>,
): Verdict => {
  if (!asset?.rendition) return { eligible: false, reason: 'asset-missing' }
  const { approval, rendition } = asset
  if (approval.state !== 'approved' || approval.sha256 !== rendition.sha256) {
    return { eligible: false, reason: 'not-approved' }
  }
  if (!isWithin(date, asset.validFrom, asset.validTo)) {
    return { eligible: false, reason: 'not-valid' }
  }
  if (asset.themeIds.length > 0 && !asset.themeIds.some((id) => active.has(id))) {
    return { eligible: false, reason: 'theme-inactive' }
  }
  return { eligible: true }
}
