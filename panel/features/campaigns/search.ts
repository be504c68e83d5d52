import { z } from 'zod'
import { AreaId, LocalDate } from '#protocol'

/** What the address of a campaign's page says. */
export const campaignSearchShape = {
  tab: z.enum(['matrix', 'coverage', 'planner', 'makeGoods']),
  week: LocalDate,
  areaId: AreaId,
  measure: z.enum(['planned', 'delivered', 'share']),
  edit: z.boolean(),
}
const Search = z.object(campaignSearchShape).partial()
export type CampaignSearch = z.infer<typeof Search>
