import type { Campaign, NewCampaign } from '#protocol'

type Theme = NewCampaign['themes'][number]
export type Target = { per: 'plays' | 'minutes'; count: number }

/** A campaign while it is edited: a theme carries its own target. Keys hold a row together while its code changes. */
export type CampaignDraft = {
  name: string
  directive: NewCampaign['directive']
  phases: (NewCampaign['phases'][number] & { key: string })[]
  themes: (Theme & { key: string; target: Target | null })[]
}

const key = () => crypto.randomUUID()

export const newPhase = (code: string, from: string) => ({
  key: key(),
  code,
  name: '',
  from,
  to: null,
})
export const newTheme = (code: string, phases: string[]) => ({
  key: key(),
  code,
  name: '',
  phases,
  target: null,
})

export const draftOfCampaign = (campaign: Campaign | undefined, today: string): CampaignDraft => {
  if (!campaign)
    return {
      name: '',
      directive: { issuer: '', number: null, symbol: null, date: null, subject: '', basis: [] },
      phases: [newPhase('1', today)],
      themes: [newTheme('1.1', ['1'])],
    }
  const { name, directive, phases, themes, targets } = campaign
  return {
    name,
    directive,
    phases: phases.map((phase) => ({ ...phase, key: key() })),
    themes: themes.map(({ id, code, name: title, phases: active }) => {
      const found = targets.find(({ themeId }) => themeId === id)
      const target = found ? { per: found.per, count: found.count } : null
      return { key: key(), code, name: title, phases: active, target }
    }),
  }
}

export const inputOfCampaign = (draft: CampaignDraft): NewCampaign => ({
  name: draft.name.trim() || draft.directive.subject.trim(),
  directive: draft.directive,
  phases: draft.phases.map(({ key: _, ...phase }) => phase),
  themes: draft.themes.map(({ key: _, target: __, ...theme }) => theme),
  targets: draft.themes.flatMap(({ code, target }) => (target ? [{ theme: code, ...target }] : [])),
})
