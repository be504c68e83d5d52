import { z } from 'zod'
import { type FieldProblemCode, fieldProblem } from './field-problems.ts'
import { CampaignId, Sha256, ThemeId } from './ids.ts'
import { lineOf } from './text.ts'
import { LocalDate, Version } from './units.ts'

/** A stretch of a campaign. `to` is the last day, or null while nobody has fixed it. */
export const Phase = z
  .object({
    code: z.string().min(1).max(20),
    name: lineOf(300),
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
    name: lineOf(500),
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

/** What a campaign asks of every device that hears it, in every week in which the theme is active. */
const Target = z.strictObject({
  per: z.enum(['plays', 'minutes']),
  count: z.int().min(1).max(10_000),
})
const TargetByCode = Target.extend({ theme: z.string() })
const TargetById = Target.extend({ themeId: ThemeId })

const body = {
  name: lineOf(300),
  directive: Directive,
  phases: z.array(Phase).min(1).max(50),
}

const overlaps = (a: Phase, b: Phase): boolean =>
  (b.to === null || a.from <= b.to) && (a.to === null || b.from <= a.to)

export const Campaign = z
  .object({
    id: CampaignId,
    version: Version,
    ...body,
    themes: z.array(Theme),
    targets: z.array(TargetById),
    /** The letter itself, as it was attached. */
    document: z.object({ sha256: Sha256, name: z.string() }).nullable(),
  })
  .meta({ id: 'Campaign' })
export type Campaign = z.infer<typeof Campaign>

/** A campaign as somebody enters it: themes are known by their code, and name the phases by code. */
export const CampaignInput = z
  .object({
    ...body,
    themes: z
      .array(Theme.omit({ id: true }))
      .min(1)
      .max(200),
    targets: z.array(TargetByCode).max(400).default([]),
  })
  .superRefine((campaign, context) => {
    const complain = (path: (string | number)[], problem: FieldProblemCode) =>
      context.addIssue({ code: 'custom', path, message: fieldProblem(problem) })
    campaign.phases.forEach((phase, index) => {
      const before = campaign.phases.slice(0, index)
      if (before.some(({ code }) => code === phase.code))
        complain(['phases', index, 'code'], 'code-twice')
      if (before.some((other) => overlaps(other, phase)))
        complain(['phases', index, 'from'], 'phases-overlap')
    })
    campaign.themes.forEach(({ code }, index) => {
      if (campaign.themes.findIndex((theme) => theme.code === code) < index)
        complain(['themes', index, 'code'], 'code-twice')
    })
    campaign.targets.forEach(({ theme }, index) => {
      if (!campaign.themes.some(({ code }) => code === theme))
        complain(['targets', index, 'theme'], 'theme-unknown')
    })
    const known = new Set(campaign.phases.map((phase) => phase.code))
    campaign.themes.forEach((theme, index) => {
      for (const code of theme.phases) {
        if (!known.has(code)) complain(['themes', index, 'phases'], 'phase-unknown')
      }
    })
  })
  .meta({ id: 'CampaignInput' })
export type CampaignInput = z.infer<typeof CampaignInput>
/** An edit names the version that it was made from. Themes are kept by their code. */
export const CampaignEdit = CampaignInput.safeExtend({ version: Version }).meta({
  id: 'CampaignEdit',
})
export type CampaignEdit = z.infer<typeof CampaignEdit>
/** As it is sent: what has a default may be left out. */
export type NewCampaign = z.input<typeof CampaignInput>

/** A theme as records and plans carry it: readable after the campaign is gone. */
export const ThemeSnapshot = z
  .object({ id: ThemeId, code: z.string(), name: z.string(), campaign: z.string() })
  .meta({ id: 'ThemeSnapshot' })
export type ThemeSnapshot = z.infer<typeof ThemeSnapshot>
