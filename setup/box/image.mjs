import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'

/**
 * How the system that is installed into names what this machine has; undefined where it has no such file.
 * @param {string} root the tree of that system; '' where it is this one
 * @returns {(path: string) => string | undefined}
 */
export const insideOf = (root) => (path) => {
  if (root === '') return path
  const below = relative(root, path)
  if (!below.startsWith('..')) return `/${below}`
  // What this machine has at a path the other one may have at the same.
  return existsSync(join(root, path)) ? path : undefined
}
