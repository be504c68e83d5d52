import { type ManagerOptions, NodeWebSocket, type SocketOptions } from 'socket.io-client'

/** The largest manifest (MOST_MANIFEST_UNITS) in base64, and room for links of the chain of keys. */
const MOST_BYTES = 12_000_000
/**
 * A challenge and a welcome with a countersigned note are some 2 kB. Not less than a socket is read
 * at once: what is larger and follows a welcome comes after that has been taken.
 */
const MOST_BYTES_BEFORE_WELCOME = 65_536

/**
 * Bounds what a server may send in one message, unpacked: a message that is larger ends the
 * connection before it is parsed.
 * @param isWelcome whether the server has answered the hello
 */
export const boundedSocket = (
  isWelcome: () => boolean,
): Partial<ManagerOptions & SocketOptions> => {
  class BoundedSocket extends NodeWebSocket {
    protected override onData(data: string | Uint8Array): void {
      const most = isWelcome() ? MOST_BYTES : MOST_BYTES_BEFORE_WELCOME
      if (data.length > most)
        return void this.onError(`the server sent ${data.length} bytes at once`, undefined)
      super.onData(data)
    }
  }
  // The client hands this on to its web socket, which stops reading there; its types do not say so.
  const bounds = { maxPayload: MOST_BYTES }
  return { ...bounds, transports: [BoundedSocket] }
}
