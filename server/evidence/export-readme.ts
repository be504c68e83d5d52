/** What an export says of itself to whoever opens it. */
export const README = {
  'README.vi.md': `# Bản xuất nhật ký phát có bằng chứng

Kiểm tra không cần mạng, chỉ cần Node.js 20 trở lên:

    node verify.mjs

| kết quả | mã thoát | nghĩa |
|---|---|---|
| OK | 0 | mọi bản ghi trong kỳ đều có ở đây, đúng như thiết bị đã ký, đúng thứ tự |
| UNKNOWN | 2 | những gì có ở đây là đúng; phần được nêu tên thì chưa chứng minh được (không có nghĩa là không phát) |
| CONTRADICTION | 1 | có bản ghi, tệp hoặc chữ ký không khớp; vị trí được nêu tên |

Để không phải tin vào khoá nằm trong chính bản xuất này, hãy đối chiếu:

    node verify.mjs --key KHOÁ_CỦA_MÁY_CHỦ
    node verify.mjs --qr "NỘI DUNG MÃ QR IN TRÊN BÁO CÁO"

| tệp | nội dung |
|---|---|
| plays.csv | các lượt phát được hỏi; thời gian là giờ UTC |
| records.jsonl | bản ghi nguyên văn từng byte như thiết bị đã viết, mỗi dòng một bản ghi |
| proofs.jsonl | mỗi nhật ký: điểm kiểm do thiết bị ký và máy chủ ký xác nhận; mã băm thay cho bản ghi không đưa ra |
| days.jsonl | gốc chung của mọi thiết bị theo từng ngày, có chữ ký của máy chủ và dấu thời gian nếu có |
| manifest.json, manifest.note | danh sách tệp với mã băm, và chữ ký của máy chủ trên danh sách |

Chứng minh được: không bản ghi nào đã gửi về bị sửa, xoá, thêm hay đảo thứ tự về sau. Không chứng minh được: rằng loa
thật sự kêu to ngoài mức đo ghi trong bản ghi, hay rằng một thiết bị bị chiếm quyền đã ghi đúng sự thật.
`,
  'README.en.md': `# Export of a play log, with proof

To check it, offline, with nothing but Node.js 20 or newer:

    node verify.mjs

| result | exit code | meaning |
|---|---|---|
| OK | 0 | every record of the period is here, as the device signed it, in order |
| UNKNOWN | 2 | what is here holds; what is named is not proved (which does not mean that nothing played) |
| CONTRADICTION | 1 | a record, file or signature does not fit; it is named |

So as not to rely on the key that lies in this very export, compare:

    node verify.mjs --key THE_SERVERS_KEY
    node verify.mjs --qr "TEXT OF THE QR CODE PRINTED ON A REPORT"

| file | what it holds |
|---|---|
| plays.csv | the plays that were asked for; times are UTC |
| records.jsonl | records, byte for byte as devices wrote them, one a line |
| proofs.jsonl | for each journal the checkpoint that its device signed and the server countersigned; hashes for records that are not shown |
| days.jsonl | one root a day over all devices, signed by the server, stamped where an authority is configured |
| manifest.json, manifest.note | the files with their hashes, and the server's signature over the list |

Proved: no record that was received has been changed, removed, added or moved since. Not proved: that a loudspeaker was
heard beyond the level that a record says was measured, or that a device in foreign hands wrote the truth.
`,
} as const
