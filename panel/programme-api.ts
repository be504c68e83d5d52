import { z } from 'zod'
import {
  type AreaId,
  AreaPolicy,
  Campaign,
  type CampaignId,
  Copied,
  type CopyDays,
  type CopyToAreas,
  type DeviceId,
  DeviceTimeline,
  DraftState,
  type EpochMs,
  Explanation,
  Impact,
  type LocalDate,
  MakeGood,
  type NewCampaign,
  type NewPlaylist,
  type NewSchedule,
  Playlist,
  type PlaylistId,
  type Policy,
  Preview,
  Proposal,
  Publication,
  type PublishInput,
  pageOf,
  Rollout,
  Schedule,
  type ScheduleId,
  TimelineRow,
  type Version,
  WeekCoverage,
} from '#protocol'
import { queryString, type Transport } from './transport.ts'

const TimelinePage = pageOf(TimelineRow)
const PublicationPage = pageOf(Publication)

export type TimelineQuestion = {
  areaId?: AreaId | undefined
  rows: 'children' | 'communes' | 'devices'
  channel?: 'audio' | 'screen' | undefined
  from: LocalDate
  to: LocalDate
  view: 'draft' | 'published'
  search?: string | undefined
}

/** Somebody who has seen the conflicts wants the schedule all the same. */
const accepting = (isAccepted: boolean) => (isAccepted ? '?accept=conflicts' : '')

/** Everything that decides what is on air: campaigns, playlists, schedules, policies, publications. */
export const programmeApi = ({ call, send, upload }: Transport) => ({
  policy: (areaId: AreaId) => call(AreaPolicy, 'GET', `/api/areas/${areaId}/policy`),
  /** Somebody who has seen which schedules lose their window wants the policy all the same. */
  setPolicy: (areaId: AreaId, policy: Policy, version?: number, isAccepted = false) => {
    const query = queryString({ version, accept: isAccepted ? 'dayparts' : undefined })
    return call(AreaPolicy, 'PUT', `/api/areas/${areaId}/policy${query}`, policy)
  },

  campaigns: () => call(z.array(Campaign), 'GET', '/api/campaigns'),
  addCampaign: (campaign: NewCampaign) => call(Campaign, 'POST', '/api/campaigns', campaign),
  editCampaign: (id: CampaignId, campaign: NewCampaign & { version: Version }) =>
    call(Campaign, 'PUT', `/api/campaigns/${id}`, campaign),
  attachLetter: (id: CampaignId, file: File) =>
    upload(Campaign, `/api/campaigns/${id}/document${queryString({ name: file.name })}`, file),
  coverage: (id: CampaignId, week: LocalDate, areaId: AreaId | undefined) =>
    call(WeekCoverage, 'GET', `/api/campaigns/${id}/coverage${queryString({ week, areaId })}`),
  propose: (id: CampaignId, areaId: AreaId, week: LocalDate) =>
    call(Proposal, 'POST', `/api/campaigns/${id}/proposals`, { areaId, week }),
  acceptProposal: (id: CampaignId, proposal: Proposal) =>
    call(Copied, 'POST', `/api/campaigns/${id}/proposals/accept`, { proposal }),
  makeGoods: (id: CampaignId, week: LocalDate, areaId: AreaId | undefined) =>
    call(
      z.array(MakeGood),
      'GET',
      `/api/campaigns/${id}/make-goods${queryString({ week, areaId })}`,
    ),

  playlists: () => call(z.array(Playlist), 'GET', '/api/playlists'),
  addPlaylist: (playlist: NewPlaylist) => call(Playlist, 'POST', '/api/playlists', playlist),
  editPlaylist: (id: PlaylistId, playlist: NewPlaylist & { version: Version }) =>
    call(Playlist, 'PUT', `/api/playlists/${id}`, playlist),
  removePlaylist: async (id: PlaylistId, version: Version) =>
    void (await send('DELETE', `/api/playlists/${id}${queryString({ version })}`)),

  schedules: () => call(z.array(Schedule), 'GET', '/api/schedules'),
  addSchedule: (schedule: NewSchedule, isAccepted = false) =>
    call(Schedule, 'POST', `/api/schedules${accepting(isAccepted)}`, schedule),
  editSchedule: (
    id: ScheduleId,
    schedule: NewSchedule & { version: Version },
    isAccepted = false,
  ) => call(Schedule, 'PUT', `/api/schedules/${id}${accepting(isAccepted)}`, schedule),
  removeSchedule: async (id: ScheduleId, version: Version) =>
    void (await send('DELETE', `/api/schedules/${id}${queryString({ version })}`)),
  copyDays: (copy: CopyDays) => call(Copied, 'POST', '/api/schedules/copy-days', copy),
  copyToAreas: (copy: CopyToAreas) => call(Copied, 'POST', '/api/schedules/copy-to-areas', copy),
  preview: (draft: {
    schedule: NewSchedule
    replaces: ScheduleId | null
    from: LocalDate
    to: LocalDate
  }) => call(Preview, 'POST', '/api/preview', draft),

  /** Where a calendar program finds an area's schedule: an address that needs no signing in. */
  calendar: (areaId: AreaId) =>
    call(z.object({ path: z.string() }), 'GET', `/api/areas/${areaId}/calendar`),
  timeline: (question: TimelineQuestion) =>
    call(TimelinePage, 'GET', `/api/timeline${queryString({ ...question, limit: 500 })}`),
  deviceTimeline: (id: DeviceId, date: LocalDate, view: 'draft' | 'published') =>
    call(DeviceTimeline, 'GET', `/api/devices/${id}/timeline${queryString({ date, view })}`),
  explain: (id: DeviceId, at: EpochMs) =>
    call(Explanation, 'GET', `/api/devices/${id}/explain${queryString({ at })}`),

  impact: (areaId: AreaId | undefined) =>
    call(Impact, 'GET', `/api/draft/impact${queryString({ areaId })}`),
  discardDraft: async () => void (await send('DELETE', '/api/draft')),
  publish: (seen: PublishInput) => call(Publication, 'POST', '/api/publications', seen),
  publications: async (cursor?: string) =>
    call(PublicationPage, 'GET', `/api/publications${queryString({ cursor, limit: 50 })}`),
  draft: () => call(DraftState, 'GET', '/api/draft'),
  restoreImpact: (number: number) => call(Impact, 'GET', `/api/publications/${number}/impact`),
  restorePublication: (number: number, seen: PublishInput) =>
    call(Publication, 'POST', `/api/publications/${number}/restore`, seen),
  /** Into the draft only: somebody else publishes it. */
  bringBackAsDraft: (number: number) =>
    call(DraftState, 'POST', `/api/publications/${number}/draft`),
  rollout: (number: number) => call(Rollout, 'GET', `/api/publications/${number}/rollout`),
})
