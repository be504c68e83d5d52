import * as parser from 'socket.io-parser'

/** Text of a message: parsing it holds up everybody else. A batch of records is the largest. */
const MOST_CHARACTERS = 1_000_000

/** Refuses a message that is too long before it is parsed; its connection is closed. */
class BoundedDecoder extends parser.Decoder {
  override add(packet: unknown): void {
    if (typeof packet === 'string' && packet.length > MOST_CHARACTERS)
      throw new RangeError(`a message of ${packet.length} characters; at most ${MOST_CHARACTERS}`)
    super.add(packet)
  }
}

/** socket.io's own protocol with a bound on the length of a message. */
export const boundedParser = { ...parser, Decoder: BoundedDecoder }
