import { v7 as uuid } from 'uuid'
import {
  AppError,
  type Campaign,
  type CampaignId,
  type CampaignInput,
  type ThemeId,
} from '#protocol'
import type { Known } from './memory.ts'

const NAMED = 3

/** A campaign as it is entered, with identities; a theme keeps the one that its code had before. */
export const campaignOf = (
  id: CampaignId,
  { themes: entered, targets: asked, ...rest }: CampaignInput,
  before: Campaign | null,
): Campaign => {
  const idOf = new Map(before?.themes.map((theme) => [theme.code, theme.id]))
  const themes = entered.map((theme) => ({
    id: idOf.get(theme.code) ?? (uuid() as ThemeId),
    ...theme,
  }))
  const targets = asked.flatMap(({ theme, ...target }) => {
    const themeId = themes.find(({ code }) => code === theme)?.id
    return themeId ? [{ themeId, ...target }] : []
  })
  const { name, directive, phases } = rest
  const document = before?.document ?? null
  return { id, version: before?.version ?? 1, name, directive, phases, themes, targets, document }
}

/**
 * Refuses to let go of a theme that assets still carry.
 * @throws AppError theme-in-use, naming the theme and the first assets
 */
export const requireThemesFree = (
  before: Campaign,
  after: Campaign | null,
  { assets }: Pick<Known, 'assets'>,
): void => {
  const kept = new Set(after?.themes.map(({ id }) => id))
  for (const theme of before.themes) {
    if (kept.has(theme.id)) continue
    const users = [...assets.values()].filter(({ themeIds }) => themeIds.includes(theme.id))
    if (users.length === 0) continue
    const names = users.slice(0, NAMED).map(({ title }) => `“${title}”`)
    throw new AppError('theme-in-use', {
      theme: `${theme.code} ${theme.name}`,
      count: users.length,
      assets: names.join(', ') + (users.length > NAMED ? ', …' : ''),
    })
  }
}
