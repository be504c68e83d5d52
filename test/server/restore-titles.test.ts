import { expect, test } from 'vitest'
import { openOffice, playlistBody, publishDraft, scheduleBody } from '../support/office.ts'

const idOf = ({ json }: { json: unknown }) => String((json as { id: unknown }).id)

test('the impact of bringing back a publication names no title that its reader may not see', async () => {
  const { admin, areas, hire, clip, device } = await openOffice('sqlite')
  const own = areas['30988'] as string
  await device('30988')
  const b = await hire('nguoi_b', 'operator', '30988')
  const shared = await clip('Của tỉnh')
  const unapproved = await clip('Tỉnh chưa duyệt', { isApproved: false })
  const list = playlistBody(areas['91'] as string, [shared, unapproved])
  const playlist = idOf(await admin.post('/api/playlists', list))
  await publishDraft(admin)
  const first = await b.post('/api/schedules', scheduleBody(own, playlist))
  expect((await publishDraft(b)).status).toBe(201)
  await b.send('DELETE', `/api/schedules/${idOf(first)}?version=1`)
  expect((await publishDraft(b)).status).toBe(201)
  const { status, text } = await b.get('/api/publications/2/impact')
  expect(status).toBe(200)
  expect(JSON.parse(text)).toMatchObject({
    withheld: [{ withheld: { assetId: null, title: '' } }],
  })
  expect(text).not.toContain('Tỉnh chưa duyệt')
  const seen = await admin.get('/api/publications/2/impact')
  expect(seen.text).toContain('Tỉnh chưa duyệt')
})
