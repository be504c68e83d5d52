import { useInterval } from '@mantine/hooks'
import { useState } from 'react'
import type { EpochMs } from '#protocol'
import { serverNow } from '../server.ts'

/** The server's time, moving on every second. */
export const useNow = (): EpochMs => {
  const [now, setNow] = useState(serverNow)
  useInterval(() => setNow(serverNow()), 1_000, { autoInvoke: true })
  return now
}
