/** A line of ffmpeg may repeat a tag of the file, of any length. */
const MOST_READ = 1_000
const MOST_TOLD = 200

const TELLING = /invalid|error|could not|not found|no such|does not/i
/** Which part of ffmpeg says it, and where that lies in memory. */
const SOURCE = /\[[^[\]]*\]/g

/** ffmpeg's last complaint, without the addresses and paths that mean nothing to a person. */
export const complaint = (report: string): string => {
  const lines = report.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.findLast((line) => TELLING.test(line))
  return (telling ?? lines.at(-1) ?? '')
    .slice(0, MOST_READ)
    .replace(SOURCE, '')
    .split(/\s+/)
    .map((word) => (word.includes('/') ? '…' : word))
    .join(' ')
    .trim()
    .slice(0, MOST_TOLD)
}
