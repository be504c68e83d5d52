import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, queries } from '../../server.ts'
import { areasQuery } from '../../ui/use-programme.ts'
import { questionOf, type ScheduleSearch } from './search.ts'

const timelineOf = (search: ScheduleSearch) => {
  const question = questionOf(search)
  return { queryKey: ['timeline', question], queryFn: () => api.timeline(question) }
}

/** Asks before the page is drawn: the answer is what everybody waits for. */
export const prefetchTimeline = (search: ScheduleSearch): void => {
  void queries.prefetchQuery(timelineOf(search))
  void queries.prefetchQuery(areasQuery)
}

export const useTimeline = (search: ScheduleSearch) =>
  useQuery({ ...timelineOf(search), placeholderData: keepPreviousData })
