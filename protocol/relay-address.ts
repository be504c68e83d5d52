import ipaddr from 'ipaddr.js'
import { z } from 'zod'

/** Longer addresses are refused: none that a station publishes is a tenth of it. */
const MOST_CHARACTERS = 2_000

/** So many hosts an administrator may list: every manifest carries them. */
export const MOST_RELAY_HOSTS = 100

/** `host` or `host:port`; IPv6 in brackets. */
const HOST = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?$/i

const normalHost = (text: string): string | undefined => {
  const [, host = '', port] = HOST.exec(text) ?? []
  const address = `http://${host}/`
  if (!URL.canParse(address) || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535)
    return undefined
  const { hostname } = new URL(address)
  return port === undefined ? hostname : `${hostname}:${Number(port)}`
}

/**
 * A host that the administrator vouches for, at all ports or at one: it may be asked without TLS, and
 * may lie in the own network. Kept as URLs write it.
 */
export const RelayHost = z
  .string()
  .trim()
  .max(300)
  .refine((text) => normalHost(text) !== undefined, { error: 'relay-host' })
  .overwrite((text) => normalHost(text) ?? text)

/**
 * The one spelling of an address of a stream.
 * @returns undefined where it is none: another scheme than http and https, a user or a password, a
 *   fragment, white space or control characters inside, or too long
 */
export const normalRelayAddress = (text: string): string | undefined => {
  if (text.length > MOST_CHARACTERS || /[\s\p{C}#]/u.test(text)) return undefined
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined
  const { href, username, password } = new URL(text)
  return username === '' && password === '' ? href : undefined
}

/** Whether the administrator vouches for the host of an address. */
export const isListedHost = (
  { protocol, hostname, port }: URL,
  hosts: readonly string[],
): boolean =>
  hosts.includes(hostname) ||
  hosts.includes(`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`)

/**
 * Whether an IP address lies in the public network: not in this machine, the own network, or a range
 * that is set aside for anything else. Whatever is no IP address does not.
 */
export const isPublicAddress = (text: string): boolean => {
  if (!ipaddr.isValid(text)) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  // Of IPv6 only this eighth has been given to anybody.
  return address instanceof ipaddr.IPv4 || ((address.parts[0] ?? 0) & 0xe000) === 0x2000
}

/** The IP address that an address names instead of a host, however it was spelled. */
const literalOf = ({ hostname }: URL): string | undefined =>
  hostname.startsWith('[')
    ? hostname.slice(1, -1)
    : /^\d+\.\d+\.\d+\.\d+$/.test(hostname)
      ? hostname
      : undefined

/**
 * Whether a stream may be fetched from an address, as far as the address tells: over https from the
 * public network, or from a listed host. What a name leads to is looked at by who connects.
 * @param hosts listed hosts, as RelayHost keeps them
 */
export const isRelayAllowed = (address: string, hosts: readonly string[]): boolean => {
  const normal = normalRelayAddress(address)
  if (normal === undefined) return false
  const url = new URL(normal)
  if (isListedHost(url, hosts)) return true
  const literal = literalOf(url)
  return url.protocol === 'https:' && (literal === undefined || isPublicAddress(literal))
}
