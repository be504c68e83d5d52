import { v7 as uuid } from 'uuid'
import type { Campaign, CampaignId, CampaignInput, ThemeId } from '#protocol'
import type { Database } from './open-database.ts'

export const createCampaigns = (db: Database) => ({
  async list(): Promise<Campaign[]> {
    const campaigns = await db.selectFrom('campaign').selectAll().orderBy('id').execute()
    const themes = await db.selectFrom('theme').selectAll().orderBy('position').execute()
    return campaigns.map((row) => ({
      id: row.id as CampaignId,
      name: row.name,
      version: row.version,
      directive: JSON.parse(row.directive) as Campaign['directive'],
      phases: JSON.parse(row.phases) as Campaign['phases'],
      themes: themes
        .filter((theme) => theme.campaign_id === row.id)
        .map(({ id, code, name, phases }) => ({
          id: id as ThemeId,
          code,
          name,
          phases: JSON.parse(phases) as string[],
        })),
      targets: JSON.parse(row.targets) as Campaign['targets'],
      document: row.document === null ? null : (JSON.parse(row.document) as Campaign['document']),
    }))
  },

  async add(input: CampaignInput, at: number): Promise<Campaign> {
    const id = uuid() as CampaignId
    const themes = input.themes.map((theme) => ({ id: uuid() as ThemeId, ...theme }))
    const targets = input.targets.flatMap(({ theme, ...target }) => {
      const themeId = themes.find(({ code }) => code === theme)?.id
      return themeId ? [{ themeId, ...target }] : []
    })
    await db.transaction().execute(async (tx) => {
      const { name, directive, phases } = input
      await tx
        .insertInto('campaign')
        .values({
          id,
          name,
          directive: JSON.stringify(directive),
          version: 1,
          phases: JSON.stringify(phases),
          targets: JSON.stringify(targets),
          document: null,
          created_at: at,
        })
        .execute()
      const rows = themes.map((theme, position) => ({
        id: theme.id,
        campaign_id: id,
        code: theme.code,
        name: theme.name,
        phases: JSON.stringify(theme.phases),
        position,
      }))
      await tx.insertInto('theme').values(rows).execute()
    })
    const { name, directive, phases } = input
    return { id, version: 1, name, directive, phases, themes, targets, document: null }
  },
})

export type Campaigns = ReturnType<typeof createCampaigns>
