import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { AppError } from '#protocol'

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g

/**
 * Trusts the authority of an office with certificates of its own, besides those that everybody trusts;
 * for every connection that this process makes.
 * @param file certificates in PEM
 * @throws AppError config-invalid
 */
export const trustAuthorities = (file: string | undefined): void => {
  if (file === undefined) return
  try {
    const pem = readFileSync(file, 'utf8')
    const certificates = pem.match(CERTIFICATE)
    if (!certificates) throw new Error(`${file} holds no certificate`)
    setDefaultCACertificates([...getCACertificates('default'), ...certificates])
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('config-invalid', { problems: `CA_FILE: ${detail}` }, { cause })
  }
}
