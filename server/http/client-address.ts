import type { IncomingMessage } from 'node:http'
import ipaddr from 'ipaddr.js'

const MAPPED_BITS = 96

/** Peers are compared as IPv4 where they are that: so are ranges that are written as IPv4 in IPv6. */
const rangeOf = (text: string): ReturnType<typeof ipaddr.parseCIDR> => {
  const whole = text.includes(':') ? 128 : 32
  const [range, bits] = ipaddr.parseCIDR(text.includes('/') ? text : `${text}/${whole}`)
  const isMapped =
    range instanceof ipaddr.IPv6 && range.isIPv4MappedAddress() && bits >= MAPPED_BITS
  return isMapped ? [range.toIPv4Address(), bits - MAPPED_BITS] : [range, bits]
}

/**
 * Whose request this is, for limits per address: the peer, or, where the peer is a proxy that the
 * administrator trusts, the last address that such a proxy added to X-Forwarded-For. What anybody
 * else writes there is not believed.
 * @param proxies addresses or ranges, as `10.0.0.5` or `10.0.0.0/24`
 */
export const createClientAddress = (proxies: readonly string[]) => {
  const ranges = proxies.map(rangeOf)
  const isTrusted = (text: string): boolean => {
    if (!ipaddr.isValid(text)) return false
    const address = ipaddr.process(text)
    return ranges.some(
      ([range, bits]) => range.kind() === address.kind() && address.match([range, bits] as never),
    )
  }
  return ({ socket, headers }: IncomingMessage): string => {
    const said = String(headers['x-forwarded-for'] ?? '').split(',')
    let address = socket.remoteAddress ?? 'unknown'
    while (isTrusted(address)) {
      const before = said.pop()?.trim()
      if (!before || !ipaddr.isValid(before)) break
      address = before
    }
    return address
  }
}
export type ClientAddress = ReturnType<typeof createClientAddress>
