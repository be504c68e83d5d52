import {
  type Asset,
  type Campaign,
  isRelayAllowed,
  type LocalDate,
  type ThemeId,
  type ThemeSnapshot,
  type Withheld,
} from '#protocol'

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

const isOutOfReach = ({ kind, relay }: Asset, relayHosts: readonly string[]): boolean =>
  kind === 'relay' && (relay === null || !isRelayAllowed(relay.url, relayHosts))

/** Whether an asset may be played on a date, and if not, the first reason why not [EL1–EL3, EL7]. */
export const eligibility = (
  asset: Asset | undefined,
  date: LocalDate,
  active: ReadonlyMap<ThemeId, ThemeSnapshot>,
  relayHosts: readonly string[],
): Verdict => {
  if (!asset?.rendition) return { eligible: false, reason: 'asset-missing' }
  if (isOutOfReach(asset, relayHosts)) return { eligible: false, reason: 'relay-not-allowed' }
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
