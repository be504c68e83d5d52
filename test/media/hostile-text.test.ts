import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { complaint } from '../../media/ffmpeg/complaint.ts'
import { parseStreams } from '../../media/ingest/probe.ts'
import { readText } from '../../media/ingest/read-text.ts'
import { bulletinTitle } from '../../media/slides/bulletin.ts'
import { readFrontMatter } from '../../media/slides/front-matter.ts'
import { isHtml } from '../../media/slides/html-page.ts'
import { htmlTitle } from '../../media/slides/html-title.ts'
import { HOSTILE_TEXTS } from '../support/hostile-texts.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** Far more than is taken: a reader that goes through it twice for every character never ends. */
const MUCH = 3_000_000

describe('a page begins with its declaration, after a mark, white space and comments', () => {
  test.each<[string, boolean]>([
    ['<!doctype html><p>', true],
    ['\ufeff \n<!-- a --> <!-- <p> -->\n<!DOCTYPE HTML>', true],
    ['<HTML lang="vi">', true],
    ['<html>', true],
    ['<!-- <html> -->', false],
    ['<!-- a --> b --> <html>', false],
    ['<!-- <html>', false],
    ['<html-like>', false],
    ['# <html>', false],
    ['', false],
  ])('%j', (text, is) => expect(isHtml(text)).toBe(is))

  test('it is read once', () => {
    expect(isHtml(`${'<!---->'.repeat(MUCH / 7)}x`)).toBe(false)
    expect(isHtml(`${' '.repeat(MUCH)}<!--${'-'.repeat(MUCH)}`)).toBe(false)
  })
})

describe('a page is called by its title, its first heading, or its first words', () => {
  test.each<[string, string | undefined]>([
    ['<html><TITLE lang=vi>Cắt <b>nước</b> &amp; điện</TITLE><h1>b</h1>', 'Cắt <b>nước</b> & điện'],
    ['<html><title> </title><h1 class=">">Cắt\n <b>nước</b></h1> mai', 'Cắt nước'],
    ['<html><style>p{}</style><script>a<b</script><p>Cắt&nbsp;nước <i>mai</i>', 'Cắt nước mai'],
    [`<html><p>${'a'.repeat(200)}`, 'a'.repeat(80)],
    ['<html><title>never closed', undefined],
    ['<html><h1></h1><h1>hai</h1>', 'hai'],
    ['<html><!-- a --><style>b', undefined],
  ])('%j', (page, title) => expect(htmlTitle(page)).toBe(title))

  test.each([
    '<title ',
    '<title>',
    '<h1>',
    '<style>',
    '<style>a</styl',
    '<b>',
    '</b>',
    '<',
    '&',
    '&amp',
    ' ',
    '<!--',
    '<![CDATA[',
  ])('it is read once, whatever it repeats: %j', (piece) => {
    const title = htmlTitle(`<html>${piece.repeat(MUCH / piece.length)}`)
    expect((title ?? '').length).toBeLessThanOrEqual(80)
  })
})

test('a bulletin is read once for its name and its settings', () => {
  expect(bulletinTitle('\n'.repeat(MUCH))).toBeUndefined()
  expect(bulletinTitle(`${' \n'.repeat(MUCH / 2)}a`)).toBe('a')
  expect(bulletinTitle(`${'#\n'.repeat(MUCH / 2)}## a`)).toBe('a')
  const spaces = ' '.repeat(MUCH)
  const { layout } = readFrontMatter(`---\nticker: a${spaces}b\n---\nc`)
  expect(layout.ticker).toBe(`a${spaces}b`)
  for (const line of ['a'.repeat(MUCH), spaces.concat('x'), 'toString: a', ': a']) {
    expect(() => readFrontMatter(`---\n${line}\n---\n`), line.slice(0, 9)).toThrow(/means nothing/)
  }
})

test('marks on one letter, of which no language has many, are normalised in one go', async () => {
  const path = join(tempFolder(), 'a')
  writeFileSync(path, `a${'\u0301\u0316'.repeat(MUCH / 2)}`)
  expect((await readText(path))?.startsWith('á\u0316')).toBe(true)
  writeFileSync(path, 'Gò Quao'.normalize('NFD'))
  expect(await readText(path)).toBe('Gò Quao'.normalize('NFC'))
})

describe('what ffmpeg reports of a file holds the words of a stranger', () => {
  test('a tag is taken neither for a stream nor for a length', () => {
    const report = [
      '  Metadata:',
      '    title           : Stream #0:0: Video: h264, 320x180, Duration: 00:00:01.00',
      '                    : Duration: 09:00:00.00',
      '  Duration: 00:00:03.00, start: 0.000000, bitrate: 64 kb/s',
      '  Stream #0:0: Audio: mp3, 44100 Hz, mono',
    ].join('\n')
    expect(parseStreams(report)).toEqual({ durationMs: 3000, hasAudio: true, video: null })
  })

  test('a long one is read once', () => {
    const nothing = { durationMs: null, hasAudio: false, video: null }
    for (const piece of ['Stream #0:0', '  Stream #0:0', 'Duration: 0', '[', 'a', 'Video: '])
      expect(parseStreams(piece.repeat(MUCH / piece.length)), piece).toEqual(nothing)
    for (const piece of ['[', '[a] ', 'a', '/ ', ' '])
      expect(complaint(`error ${piece.repeat(MUCH)}`).length, piece).toBeLessThanOrEqual(200)
  })

  test('its last complaint is shown without addresses and paths', () => {
    const report = '[mov @ 0x55ea] moov atom not found\n/tmp/a: Invalid data found in /tmp/a\n\n'
    expect(complaint(report)).toBe('… Invalid data found in …')
  })
})

test('every hostile text is under the limits, so that it reaches its reader', () => {
  for (const [name, text] of Object.entries(HOSTILE_TEXTS))
    expect(Buffer.byteLength(text), name).toBeLessThanOrEqual(2 * 1024 * 1024)
})
