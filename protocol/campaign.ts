import { z } from 'zod'
import { fieldProblem } from './field-problems.ts'
import { CampaignId, ThemeId } from './ids.ts'
import { LocalDate } from './units.ts'

/** A stretch of a campaign. `to` is the last day, or null while nobody has fixed it. */
export const Phase = z
  .object({
    code: z.string().min(1).max(20),
    name: z.string().trim().min(1).max(300),
    from: LocalDate,
    to: LocalDate.nullable(),
  })
  .refine((phase) => phase.to === null || phase.from <= phase.to, {
    path: ['to'],
    error: fieldProblem('ends-before-start'),
  })
  .meta({ id: 'Phase' })
export type Phase = z.infer<typeof Phase>

export const Theme = z
  .object({
    id: ThemeId,
    code: z.string().min(1).max(20),
    name: z.string().trim().min(1).max(500),
    /** Codes of the phases in which the theme is active. */
    phases: z.array(z.string()),
  })
  .meta({ id: 'Theme' })
export type Theme = z.infer<typeof Theme>

/** The letter that orders a campaign. Number and date stay blank until the registry has filled them in. */
export const Directive = z
  .object({
    issuer: z.string(),
    number: z.string().nullable(),
    symbol: z.string().nullable(),
    date: LocalDate.nullable(),
    subject: z.string(),
    basis: z.array(z.string()),
  })
  .meta({ id: 'Directive' })
export type Directive = z.infer<typeof Directive>

const body = {
  name: z.string().trim().min(1).max(300),
  directive: Directive,
  phases: z.array(Phase).min(1),
}

export const Campaign = z
  .object({ id: CampaignId, ...body, themes: z.array(Theme) })
  .meta({ id: 'Campaign' })
export type Campaign = z.infer<typeof Campaign>

/** A campaign as somebody enters it: themes have no id yet, and name the phases by code. */
export const CampaignInput = z
  .object({ ...body, themes: z.array(Theme.omit({ id: true })).min(1) })
  .superRefine((campaign, context) => {
    const known = new Set(campaign.phases.map((phase) => phase.code))
    campaign.themes.forEach((theme, index) => {
      for (const code of theme.phases) {
        if (known.has(code)) continue
        const path = ['themes', index, 'phases']
        context.addIssue({ code: 'custom', path, message: fieldProblem('phase-unknown') })
      }
    })
  })
  .meta({ id: 'CampaignInput' })
export type CampaignInput = z.infer<typeof CampaignInput>

/** A theme as records and plans carry it: readable after the campaign is gone. */
export const ThemeSnapshot = z
  .object({ id: ThemeId, code: z.string(), name: z.string(), campaign: z.string() })
  .meta({ id: 'ThemeSnapshot' })
export type ThemeSnapshot = z.infer<typeof ThemeSnapshot>
