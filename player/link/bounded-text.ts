/** A body that is longer than what was asked for can be. */
export class TooLong extends Error {}

/**
 * A body as text, read no further than to a bound.
 * @param announced its length by the answer's own word, where it says one
 * @throws TooLong
 */
export const boundedText = async (
  body: AsyncIterable<Uint8Array>,
  mostBytes: number,
  announced?: string | null,
): Promise<string> => {
  const tooLong = () => new TooLong(`the answer is longer than ${mostBytes} bytes`)
  if (Number(announced ?? 0) > mostBytes) throw tooLong()
  const chunks: Uint8Array[] = []
  let bytes = 0
  // Leaving the loop ends the stream, and with it the connection.
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > mostBytes) throw tooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
