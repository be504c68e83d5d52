import { AppError, type CommandAnswer, type ErrorCode } from '#protocol'

/** What a device may say of itself when it does not do what it was asked. */
const SAID = new Set<string>([
  'busy',
  'command-unsupported',
  'device-disk-full',
  'device-no-screen',
  'device-no-sound',
  'nothing-on-air',
  'picture-gone',
] satisfies ErrorCode[])

/** Wider or higher no board is. */
const MOST_PIXELS = 10_000
const LARGEST_PICTURE_BYTES = 5_000_000

/** Whether bytes begin and end as a JPEG does and have a size in pixels; they are not decoded. */
const isPicture = (bytes: Uint8Array): boolean => {
  const { length } = bytes
  if (length < 4 || length > LARGEST_PICTURE_BYTES) return false
  const view = new DataView(bytes.buffer, bytes.byteOffset, length)
  if (view.getUint16(0) !== 0xffd8 || view.getUint16(length - 2) !== 0xffd9) return false
  for (let at = 2; at + 9 < length; ) {
    const marker = view.getUint16(at)
    if (marker >>> 8 !== 0xff) return false
    // Start of a frame: but for tables that have numbers between theirs.
    const isFrame =
      marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker)
    if (isFrame) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      return width > 0 && height > 0 && width <= MOST_PIXELS && height <= MOST_PIXELS
    }
    at += 2 + view.getUint16(at + 2)
  }
  return false
}

/**
 * The picture that a device answered with.
 * @throws AppError what the device says where that is one of its own refusals; device-refused where it is
 *   not, or where what it sends is no picture
 */
export const pictureIn = (answer: CommandAnswer): Uint8Array => {
  if (!answer.ok) {
    if (SAID.has(answer.code)) throw new AppError(answer.code as ErrorCode)
    throw new AppError('device-refused')
  }
  if (!answer.jpeg) throw new AppError('device-no-screen')
  if (!isPicture(answer.jpeg)) throw new AppError('device-refused')
  return answer.jpeg
}
