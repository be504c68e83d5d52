import type { ReportingSchema } from './schema-reporting.ts'

/**
 * The tables, in types that mean the same on SQLite and PostgreSQL: instants are integers of
 * milliseconds, dates are text, truth is 0 or 1, and what is only read whole is JSON in text.
 */
export type Schema = ReportingSchema & {
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
  /** Keys that a device had: records that were signed with them stay provable. */
  device_key: {
    device_id: string
    device_key: string
    journal_key: string
    enrolled_at: number
    /** null while they are in use. */
    ended_at: number | null
  }
  /** What people asked of a device by hand, and what came of it. */
  device_command: {
    id: string
    device_id: string
    at: number
    by_name: string
    /** JSON: the command. */
    command: string
    ok: number
    code: string | null
    took_ms: number
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
  /** Who wrote which version of the draft; a version that only went back to what is published has none. */
  draft_author: { what: string; id: string; version: number; user_id: string; name: string }
  theme: { id: string; campaign_id: string }
  asset: {
    id: string
    /** Counts what people change. */
    version: number
    kind: string | null
    title: string
    language: string
    strand: string | null
    sector: string | null
    area_id: string
    valid_from: string | null
    valid_to: string | null
    original: string
    ingest: string
    /** 1 while there is work left to do on it: what to go on with after a restart. */
    pending: number
    /** How often that work was begun since, and neither finished nor taken back. */
    ingest_attempts: number
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
    /** User name of who last edited it, or named it at its upload. */
    edited_by: string | null
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
    /** SHA-256 of the last of them. */
    head: string
    /** Hashes of the tree's right edge, base64 of 32 bytes each: what appending to it needs. */
    edge: string
    /** The device's checkpoint over them, countersigned; null where there are none. */
    note: string | null
    /** The key that signed it: SPKI in base64. */
    journal_key: string
    received_at: number
    /** Records [0, archived) were moved to archives. */
    archived: number
  }
  /** 256 hashes of a journal's tree each (tree-tiles.ts). */
  tree_tile: { device_id: string; epoch: number; level: number; idx: number; hashes: string }
  /** A journal as a day was closed over it, where it had grown since the day before. */
  checkpoint: {
    device_id: string
    epoch: number
    size: number
    note: string
    journal_key: string
  }
  /** One root over all devices. */
  day_root: {
    date: string
    size: number
    root: string
    note: string
    /** What the root is of: lines of text, a leaf each (evidence/day-leaf.ts). */
    leaves: string
    timestamp: string | null
    made_at: number
  }
  /** Roots of days that were dated by a wrong clock: out of use, and kept. */
  voided_day: {
    date: string
    size: number
    root: string
    note: string
    leaves: string
    timestamp: string | null
    made_at: number
    voided_at: number
  }
  /** One row: whose database this is. */
  office: {
    id: string
    made_at: number
    seen_at: number
    ledger_key: string
    signing_keyid: string
    signing_version: number
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
    schedule_id: string
    asset_sha256: string
    /** Of the manifest that it was played from. */
    revision: number
    outcome: string
    cause: string | null
    played_ms: number
    /** Of `play_text`. */
    text_key: string
  }
  /** What plays are found by, once however many say the same: many fewer than plays. */
  play_text: {
    /** The first half of the text's SHA-256 would do; this is a quarter of it, in hexadecimal. */
    key: string
    /** Title, themes, device and area, in lower case and without diacritics. */
    search: string
  }
  /** Plays kept apart from the log, with the reason: counted nowhere, and alerted to. */
  unplanned_play: {
    device_id: string
    epoch: number
    seq: number
    planned_start_at: number
    received_at: number
    /** ApartReason. */
    reason: string
  }
  /** Devices whose identity two machines use at the same time, until they enrol again. */
  device_twin: {
    device_id: string
    since: number
    last_at: number
    /** How often the one came back after the other. */
    count: number
  }
  play_theme: {
    device_id: string
    epoch: number
    seq: number
    theme_id: string
    planned_start_at: number
  }
  incident: {
    id: string
    device_id: string
    at: number
    kind: string
    epoch: number
    seq: number
    /** JSON: what came, and under which checkpoint. */
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
