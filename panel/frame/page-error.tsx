import { ErrorNotice } from '../ui/notices.tsx'

/** What stands where a page broke, or a part of it could not be fetched: how to go on. */
export const PageError = ({ error }: { error: unknown }) => (
  <ErrorNotice error={error} onRetry={() => window.location.reload()} />
)
