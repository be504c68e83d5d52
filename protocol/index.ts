// biome-ignore-all lint/style/noExcessiveLinesPerFile: a list of names has no parts
/** The contract that server, player and panel share. */

export { AirEffect } from './air-effect.ts'
export {
  AppError,
  errorText,
  type FieldFault,
  FieldProblem,
  fieldText,
  Problem,
  UsedBy,
} from './app-error.ts'
export { Area, AreaKind, AreaTree, Reorganisation, ReorganisationOutcome } from './area.ts'
export {
  ApprovalState,
  Asset,
  AssetFilter,
  AssetKind,
  AssetPatch,
  channelOf,
  Ingest,
  IngestStep,
  Language,
  LOUDNESS_TARGET,
  RELAY_MIME,
  RelayInput,
  Rendition,
  Verdict,
} from './asset.ts'
export { Cadence, MOST_ROUNDS } from './cadence.ts'
export {
  Campaign,
  CampaignEdit,
  CampaignInput,
  Directive,
  type NewCampaign,
  Phase,
  Theme,
  ThemeSnapshot,
} from './campaign.ts'
export { Channel } from './channel.ts'
export { ClockAnswer, ClockRequest, SealedClock } from './clock-exchange.ts'
export { Command, CommandAnswer, CommandRecord, ManualCommand } from './command.ts'
export {
  Boundaries,
  Coverage,
  CoverageFilter,
  CoverageRow,
  Dimension,
  DimensionValue,
  NO_TALLY,
  Tally,
  TargetReached,
} from './coverage.ts'
export {
  Because,
  DayPlan,
  ItemRole,
  Labels,
  PlanItem,
  PolicyBreak,
  ScheduleRef,
  Segment,
  Withheld,
  WithheldReason,
} from './day-plan.ts'
export { Alert, Delivery, DeliveryCause, MissingFilter, MissingRun } from './delivery.ts'
export {
  ChannelStatus,
  Device,
  DeviceInput,
  DeviceStatus,
  ENROLMENT_CODE_LIFE_MS,
  EnrolmentCode,
  Fault,
  LiveDevice,
  OnAir,
  ToldStatus,
} from './device.ts'
export { Difference, differenceParts, type Part, rebuild } from './difference.ts'
export {
  Change,
  Copied,
  CopyDays,
  CopyToAreas,
  DraftState,
  HORIZON_DAYS,
  MakeGood,
  NoRoom,
  Preview,
  PreviewInput,
  Proposal,
  ProposalInput,
  Publication,
  Rollout,
  TargetState,
  WeekCoverage,
} from './draft.ts'
export {
  Envelope,
  HELLO_TYPE,
  KEYS_TYPE,
  MANIFEST_TYPE,
  POST_TYPE,
  signedBytes,
} from './envelope.ts'
export { ERRORS, ErrorCode, Lang } from './errors.ts'
export {
  DayEvidence,
  DeviceEvidence,
  HeldJournal,
  Incident,
  PlayProof,
  RecordVerdict,
  SignedNote,
  TreeHash,
  VerifierKey,
} from './evidence.ts'
export {
  FIELD_PROBLEMS,
  type FieldProblemCode,
  fieldProblem,
  isFieldProblem,
} from './field-problems.ts'
export {
  AreaId,
  AssetId,
  CampaignId,
  DeviceId,
  PlaylistId,
  ScheduleId,
  Sha256,
  ThemeId,
} from './ids.ts'
export { Impact, PublishInput, Statement } from './impact.ts'
export {
  AreaSnapshot,
  Canvas,
  Manifest,
  ManifestDay,
  ManifestRefusal,
  Revision,
} from './manifest.ts'
export {
  Applied,
  Challenge,
  Desired,
  EnrolAnswer,
  EnrolRequest,
  Hello,
  LiveUpdate,
  OLDEST_PROTOCOL_VERSION,
  PANEL_NAMESPACE,
  PLAYER_NAMESPACE,
  type PlayerToServer,
  PROTOCOL_VERSION,
  RecordAck,
  RecordBatch,
  Refused,
  type ServerToPanel,
  type ServerToPlayer,
  Welcome,
} from './messages.ts'
export { type Page, PageQuery, pageOf } from './page.ts'
export { isLoopback, isPlainHttp } from './plain-http.ts'
export { ApartReason, PlayFilter, PlayLogEntry, PlayLogPage } from './play-log.ts'
export {
  AudioMeasure,
  Cause,
  ClockGrade,
  ClockState,
  JournalEvent,
  JournalRecord,
  NO_RECORD,
  Outcome,
  Play,
  ScreenMeasure,
  UnknownEvent,
} from './play-record.ts'
export {
  DEFAULT_SLIDE_MS,
  type NewPlaylist,
  Playlist,
  PlaylistEdit,
  PlaylistInput,
  PlaylistItem,
} from './playlist.ts'
export {
  AreaPolicy,
  Daypart,
  DaypartChange,
  DaypartCode,
  NO_POLICY,
  Policy,
  PolicyField,
  PolicyInput,
  PolicyWindow,
  Station,
  VolumeCeiling,
  Weekday,
} from './policy.ts'
export { reachOf } from './reaches.ts'
export { createReceiver } from './receiver.ts'
export {
  isListedHost,
  isPublicAddress,
  isRelayAllowed,
  MOST_RELAY_HOSTS,
  normalRelayAddress,
  RelayHost,
} from './relay-address.ts'
export {
  AreaLetterhead,
  Letterhead,
  type NewReport,
  Report,
  ReportForm,
  ReportFormat,
  ReportPeriod,
  ReportRequest,
  ReportState,
} from './report.ts'
export {
  Audience,
  comparePriority,
  type NewSchedule,
  PRIORITIES,
  Priority,
  Schedule,
  ScheduleEdit,
  ScheduleInput,
  TimeRule,
} from './schedule.ts'
export { CLOCK_TYPE, LedgerSeal, SealedWelcome, WELCOME_TYPE } from './seals.ts'
export { readSettings, terminalLang, YesNo } from './settings.ts'
export { KeyStatement, SigningKeyState, TrustedKey } from './signing-keys.ts'
export { lineOf } from './text.ts'
export {
  Block,
  Conflict,
  DeviceTimeline,
  Explanation,
  Interruption,
  Misfit,
  Span,
  TimelineEntry,
  TimelineQuery,
  TimelineRow,
  WithheldSummary,
} from './timeline.ts'
export {
  DayMs,
  Dbfs,
  DurationMs,
  EpochMs,
  FIRST_DATE,
  isSameTime,
  LAST_DATE,
  LAST_INSTANT_MS,
  LocalDate,
  LocalEndTime,
  LocalTime,
  Lufs,
  TimeZone,
  Version,
  VolumePercent,
} from './units.ts'
export { ACTIONS, type Action, Grant, ROLES, Role, SignedIn } from './user.ts'
