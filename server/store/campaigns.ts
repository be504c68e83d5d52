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
    }))
  },

  async add(input: CampaignInput, at: number): Promise<Campaign> {
    const id = uuid() as CampaignId
    const themes = input.themes.map((theme) => ({ id: uuid() as ThemeId, ...theme }))
    await db.transaction().execute(async (tx) => {
      const { name, directive, phases } = input
      await tx
        .insertInto('campaign')
        .values({
          id,
          name,
          directive: JSON.stringify(directive),
          phases: JSON.stringify(phases),
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
    return { id, name: input.name, directive: input.directive, phases: input.phases, themes }
  },
})

export type Campaigns = ReturnType<typeof createCampaigns>
