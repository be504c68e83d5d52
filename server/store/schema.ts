/**
 * The tables, in types that mean the same on SQLite and PostgreSQL: instants are integers of
 * milliseconds, dates are text, truth is 0 or 1, and what is only read whole is JSON in text.
 */
export type Schema = {
  area: {
    id: string
    code: string
    name: string
    kind: string
    parent_id: string | null
    /** Ids from the root down to this area, each between slashes: `/a/b/c/`. */
    id_path: string
    /** JSON: names from the root down to this area. */
    name_path: string
    time_zone: string
    valid_from: string
    valid_to: string | null
  }
  device: {
    id: string
    name: string
    area_id: string
    channels: string
    canvas: string | null
    device_key: string | null
    journal_key: string | null
    enrolled_at: number | null
    last_seen_at: number | null
    applied_revision: number | null
    screenshot: string | null
    created_at: number
    /** The stamp of devices at its last change. */
    stamp: number
  }
  enrolment_code: {
    code_hash: string
    device_id: string
    expires_at: number
    /** The device key that used it: the same device may ask again when an answer was lost. */
    used_by_key: string | null
  }
  /** Rises with every change of a noun's rows: what is kept in memory is checked against it. */
  stamp: { noun: string; value: number }
  /** What operators edit: campaigns, playlists, schedules, and the policies of areas. */
  draft: {
    what: string
    id: string
    version: number
    /** JSON without id and version; null once it is deleted, so that its versions go on rising. */
    body: string | null
  }
  theme: { id: string; campaign_id: string }
  asset: {
    id: string
    kind: string | null
    title: string
    language: string
    area_id: string
    valid_from: string | null
    valid_to: string | null
    original: string
    ingest: string
    /** 1 while there is work left to do on it: what to go on with after a restart. */
    pending: number
    rendition: string | null
    waveform: string | null
    /** JSON: where a relay's stream is, or null. */
    relay: string | null
    thumbnail: string | null
    approval: string
    /** The state within `approval`, for filters. */
    approval_state: string
    /** The title, in lower case and without diacritics. */
    search: string
    created_at: number
    created_by: string
    /** The stamp of assets at its last change. */
    stamp: number
  }
  asset_theme: { asset_id: string; theme_id: string; position: number }
  /** Stored bytes that devices and the panel may fetch. */
  media: { sha256: string; mime: string; bytes: number }
  publication: {
    number: number
    at: number
    by: string
    /** JSON: all that was published, frozen. */
    content: string
    /** JSON: in what it differed from the publication before. */
    changes: string
    devices: number
    restored: number | null
  }
  /** Which devices a publication changed something for, and the revision that brings it to them. */
  publication_device: { number: number; device_id: string; revision: number }
  day_plan: { sha256: string; body: string }
  /** What the devices of one audience hold: the largest piece of their manifests, once. */
  holding: { sha256: string; body: string }
  manifest: {
    device_id: string
    revision: number
    /** Says whether a newly compiled manifest differs in more than its number and date. */
    content_hash: string
    /** The signed payload is head, holding and tail, one after the other. */
    head: string
    holding: string
    tail: string
    payload_type: string
    /** JSON */
    signatures: string
    issued_at: number
  }
  journal: {
    device_id: string
    epoch: number
    /** Records [0, next) are stored. */
    next: number
    head: string
  }
  journal_record: {
    device_id: string
    epoch: number
    seq: number
    bytes: string
    received_at: number
  }
  play: {
    device_id: string
    epoch: number
    seq: number
    planned_start_at: number
    area_id: string
    channel: string
    outcome: string
    /** Title, themes, device and area, in lower case and without diacritics. */
    search: string
  }
  play_theme: { device_id: string; epoch: number; seq: number; theme_id: string }
  incident: {
    id: string
    device_id: string
    at: number
    kind: string
    detail: string
  }
  user_grant: {
    id: string
    user_id: string
    role: string
    area_id: string | null
    valid_from: number
    valid_to: number | null
  }
  audit: {
    id: string
    at: number
    user_id: string
    action: string
    subject: string
    detail: string
  }
}
