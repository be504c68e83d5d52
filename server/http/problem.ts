import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import { AppError, type ErrorCode, errorText, type Problem } from '#protocol'
import { isDiskFull } from '../ground/named-failure.ts'
import type { Env } from './env.ts'
import { fieldsOf } from './issue-text.ts'

/** The one place that knows what HTTP calls each refusal. */
const STATUS: Readonly<Record<ErrorCode, ContentfulStatusCode>> = {
  'bad-input': 400,
  'not-signed-in': 401,
  'sign-in-failed': 401,
  'too-many-tries': 429,
  'too-many-codes': 429,
  'method-not-allowed': 405,
  'device-refused': 502,
  'foreign-page': 403,
  'not-allowed': 403,
  'emergency-not-allowed': 403,
  'not-found': 404,
  'record-archived': 410,
  'reference-unknown': 400,
  'code-unknown': 404,
  'code-used': 409,
  'code-expired': 410,
  'server-disk-full': 507,
  'media-missing': 410,
  'device-unknown': 404,
  'signature-wrong': 403,
  'protocol-mismatch': 409,
  busy: 503,
  'journal-gap': 409,
  'journal-broken': 409,
  'device-offline': 409,
  'device-silent': 504,
  'device-no-screen': 409,
  'picture-gone': 410,
  'device-no-sound': 409,
  'device-disk-full': 409,
  'nothing-on-air': 409,
  'command-unsupported': 409,
  'file-empty': 400,
  'file-too-large': 413,
  'request-too-large': 413,
  'file-cut-short': 400,
  'file-kind-unknown': 415,
  'document-kind-unknown': 415,
  'file-unreadable': 422,
  'file-silent': 422,
  'bulletin-setting': 422,
  'file-too-long': 422,
  'picture-too-large': 422,
  'file-stops-ingest': 422,
  'pictures-impossible': 422,
  'asset-not-failed': 409,
  'loudness-out-of-reach': 422,
  'asset-not-ready': 409,
  'asset-changed': 409,
  'own-work': 403,
  'relay-not-allowed': 409,
  'asset-kind-mismatch': 400,
  'asset-in-use': 409,
  'asset-in-policy': 409,
  'asset-in-relay': 409,
  'playlist-in-use': 409,
  'playlist-nested': 409,
  'used-elsewhere': 409,
  'theme-in-use': 409,
  'schedule-conflict': 409,
  'plan-too-large': 422,
  'plan-too-long': 422,
  'plans-too-large': 422,
  'planning-failed': 503,
  'recurrence-invalid': 400,
  'recurrence-empty': 400,
  'area-code-taken': 409,
  'period-open': 409,
  'report-unfinished': 409,
  'report-expired': 410,
  'report-too-long': 422,
  'browser-missing': 503,
  'changed-meanwhile': 409,
  'draft-changed': 409,
  'confirmation-needed': 409,
  'second-person-needed': 403,
  'second-person-restores': 403,
  'publish-needs': 409,
  'draft-needs': 409,
  'daypart-in-use': 409,
  'nothing-changed': 409,
  'config-invalid': 500,
  'port-in-use': 500,
  'port-not-allowed': 500,
  'folder-unwritable': 500,
  'database-unreachable': 503,
  'database-in-use': 503,
  'host-unknown': 500,
  'folder-full': 500,
  'database-newer': 500,
  'database-damaged': 500,
  'database-missing': 500,
  'database-served': 500,
  'engine-forgotten': 500,
  'office-other': 500,
  'keys-missing': 500,
  'keys-other': 500,
  'keys-older': 500,
  'key-damaged': 500,
  'clock-wrong': 500,
  'clock-unset': 500,
  'authority-file': 500,
  'program-missing': 500,
  'program-failed': 500,
  'folder-not-empty': 500,
  'backup-inside': 500,
  'backup-nothing': 500,
  'user-unknown': 500,
  'backup-missing': 500,
  'backup-damaged': 500,
  'backup-incomplete': 500,
  'backup-altered': 500,
  'backup-other': 500,
  'backup-other-database': 500,
  'restore-unfinished': 500,
  'not-enrolled': 400,
  'plain-http': 500,
  'server-unreachable': 502,
  'seed-refused': 500,
  internal: 500,
}

/** Where waiting helps, for so many seconds. */
const RETRY_AFTER_S: Partial<Record<ErrorCode, number>> = {
  'too-many-tries': 60,
  'too-many-codes': 600,
  busy: 5,
}

/** Turns whatever was thrown into an answer (RFC 9457); what nobody expected is logged as a bug. */
export const onError =
  (log: Logger) =>
  (error: Error, c: Context<Env>): Response => {
    const requestId = c.get('requestId')
    let known: AppError
    if (error instanceof AppError) known = error
    else if (isDiskFull(error)) {
      log.error({ requestId, err: error }, 'the disk is full')
      known = new AppError('server-disk-full', {}, { cause: error })
    } else if (error instanceof HTTPException)
      known = new AppError('bad-input', {}, { cause: error })
    else {
      log.error({ requestId, err: error }, 'a request failed')
      known = new AppError('internal', { requestId })
    }
    const status = STATUS[known.code]
    const lang = c.get('lang')
    const wait = RETRY_AFTER_S[known.code]
    if (wait !== undefined) c.header('retry-after', String(wait))
    const problem: Problem = {
      type: `urn:loabang:${known.code}`,
      code: known.code,
      title: errorText(known.code, lang, known.params),
      status,
      fields: fieldsOf(known, lang),
      requestId,
      ...known.attached,
    }
    return c.json(problem, status, { 'content-type': 'application/problem+json' })
  }
