/** The tables that reports are drawn from, in the same types (schema.ts). */
export type ReportingSchema = {
  /** What a journal tells besides plays: boots, stops, refusals. */
  device_event: {
    device_id: string
    epoch: number
    seq: number
    at: number
    kind: string
    /** JSON: the event. */
    detail: string
  }
  /** Which plans hold on which days, as manifests say it; many devices share one. */
  plan_calendar: {
    sha256: string
    /** JSON: the days of a manifest. */
    body: string
  }
  /** From which instant a device was to hold which calendar, and where it stood. Rows are only added. */
  plan_history: {
    device_id: string
    revision: number
    at: number
    calendar_sha256: string
    device: string
    area_id: string
    /** JSON: the area as records carry it. */
    area: string
  }
  /** Planned against delivered of one device on one day. */
  day_statement: {
    device_id: string
    date: string
    /** When it has to be drawn up again; null where nothing is expected to change. */
    due_at: number | null
    /** JSON: what it has added to `coverage`, to be taken back before the next one. */
    tallies: string
    updated_at: number | null
    /** Why it could not be drawn up the last time; null where it could. */
    failure: string | null
  }
  /** Planned and not fully delivered, alike ones of a day gathered. */
  missing_run: {
    device_id: string
    date: string
    position: number
    area_id: string
    channel: string
    outcome: string
    cause: string | null
    count: number
    first_at: number
    last_at: number
    /** JSON: device, area, schedule, asset and themes by name. */
    detail: string
  }
  /**
   * Counts by time, area, theme and channel, for all plays and for each value of the other
   * dimensions. `period` is a day (YYYY-MM-DD) or a month (YYYY-MM); theme '' is every play once.
   */
  coverage: {
    dimension: string
    value: string
    period: string
    area_id: string
    theme_id: string
    channel: string
    plays: number
    played_ms: number
    completed: number
    partial: number
    failed: number
    planned: number
    delivered: number
    shortened: number
    missed: number
    unknown: number
    withheld: number
  }
  /** Names of themes as records gave them last: readable after the campaign is gone. */
  theme_seen: { id: string; code: string; name: string; campaign: string }
  /** After a re-organisation: which area took over which. */
  succession: {
    old_area_id: string
    new_area_id: string
    kind: string
    effective: string
    decree: string
  }
  /** How an office heads and signs its reports, from a day on. */
  letterhead: { area_id: string; valid_from: string; body: string; version: number }
  report: {
    id: string
    user_id: string
    area_id: string | null
    /** JSON: what was asked for. */
    request: string
    /** JSON: areas that whoever asked may see, or null for everywhere. */
    scope: string | null
    state: string
    progress: number
    file_name: string
    bytes: number | null
    sha256: string | null
    /** A code of the error table. */
    failure: string | null
    created_at: number
    finished_at: number | null
    expires_at: number
  }
}
