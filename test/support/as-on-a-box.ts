import { setPriority } from 'node:os'

/** As in setup/box/loabang-player.service: sound goes before whatever else the machine does. */
const NICE = -10

try {
  setPriority(NICE)
} catch {
  // Only root may; elsewhere a machine that is too busy is heard as a gap.
}
