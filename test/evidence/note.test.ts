import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  COSIGNATURE,
  cosign,
  openCheckpoint,
  openNote,
  readCheckpoint,
  signCheckpoint,
  signNote,
  verifierKey,
} from '#evidence'
import { DEVICE, sha } from '../support/builders.ts'
import { JOURNAL_KEY, OTHER_KEY } from '../support/evidence.ts'

const { privateKey } = generateKeyPairSync('ed25519')
const signer = { name: 'example.org/log', privateKey }
const vkey = verifierKey(signer.name, privateKey)

describe('signed notes', () => {
  test('the note that the Go implementation gives as its example verifies', () => {
    const text =
      'If you think cryptography is the answer to your problem,\n' +
      "then you don't know what your problem is.\n"
    const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`
    const key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
    expect(openNote(note, key)).toEqual({ text, at: null })
    expect(openNote(note.replace('answer', 'anwser'), key)).toBeUndefined()
  })

  test('a note may have empty lines, and opens with the key that signed it alone', () => {
    const note = signNote('a\n\nb\n', signer)
    expect(openNote(note, vkey)?.text).toBe('a\n\nb\n')
    const stranger = generateKeyPairSync('ed25519').privateKey
    expect(openNote(note, verifierKey(signer.name, stranger))).toBeUndefined()
    expect(openNote(note, verifierKey('example.org/other', privateKey))).toBeUndefined()
  })

  test('every byte of a note counts', () => {
    const note = cosign(signNote('loabang\n5\n', signer), signer, 1_731_276_000)
    const cosigner = verifierKey(signer.name, privateKey, COSIGNATURE)
    expect(openNote(note, cosigner)).toEqual({ text: 'loabang\n5\n', at: 1_731_276_000 })
    for (let index = 0; index < note.length; index++) {
      const bad = `${note.slice(0, index)}${note[index] === 'x' ? 'y' : 'x'}${note.slice(index + 1)}`
      expect(openNote(bad, vkey) && openNote(bad, cosigner), `at ${index}`).toBeUndefined()
    }
  })

  test('a cosignature is a signature of another kind, and says when', () => {
    const note = cosign(signNote('t\n', signer), signer, 17)
    const only = `t\n\n${note.split('\n').at(-2)}\n`
    expect(openNote(only, vkey)).toBeUndefined()
    expect(openNote(only, verifierKey(signer.name, privateKey, COSIGNATURE))?.at).toBe(17)
  })

  test.each(['', '\n\n', 'text', 'text\n\n', 'text\n\n— x\n', 'text\n\n— a+b AAAA\n'])(
    'what is no note opens with no key: %j',
    (note) => expect(openNote(note, vkey)).toBeUndefined(),
  )
})

describe('checkpoints', () => {
  const head = { deviceId: DEVICE, epoch: 2, size: 7, root: Buffer.from(sha('r'), 'hex') }

  test('belong to one epoch of one device', () => {
    const note = signCheckpoint(head, JOURNAL_KEY.privateKey)
    const { publicKey } = JOURNAL_KEY
    expect(openCheckpoint(note, DEVICE, 2, publicKey)).toEqual(head)
    expect(openCheckpoint(note, DEVICE, 3, publicKey)).toBeUndefined()
    expect(openCheckpoint(note, DEVICE.replace('0d', '0e'), 2, publicKey)).toBeUndefined()
    expect(openCheckpoint(note, DEVICE, 2, OTHER_KEY.publicKey)).toBeUndefined()
  })

  test.each([
    'o\n7\n',
    'o\n07\nAAAA\n',
    'o\n-1\nAAAA\n',
    `o\n1e3\n${Buffer.alloc(32).toString('base64')}\n`,
    `o\n7\n${Buffer.alloc(31).toString('base64')}\n`,
    `o\n7\n${Buffer.alloc(32).toString('base64')}`,
  ])('what is no checkpoint is not read as one: %j', (text) =>
    expect(readCheckpoint(text)).toBeUndefined(),
  )
})
