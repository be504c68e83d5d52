/** What is refused about assets: approving, changing and deleting them. */
export const ASSET_ERRORS = {
  'asset-not-failed': {
    vi: 'Nội dung này đang xử lý hoặc đã xử lý xong nên không cần thử lại. Hãy tải lại danh sách.',
    en: 'This is being processed or is done, so there is nothing to try again. Reload the list.',
  },
  'asset-not-ready': {
    vi: 'Nội dung chưa xử lý xong nên chưa duyệt được. Hãy chờ các bước xử lý hoàn tất.',
    en: 'This is still being processed, so it cannot be approved yet. Wait until its steps are done.',
  },
  'asset-changed': {
    vi: 'Nội dung đã thay đổi sau khi bạn mở. Hãy nghe hoặc xem lại bản mới rồi duyệt.',
    en: 'This has changed since you opened it. Listen to or look at the new version, then approve.',
  },
  'own-work': {
    vi: 'Bạn là người tải lên hoặc sửa nội dung này gần nhất nên không tự duyệt được. Hãy nhờ một người khác có quyền duyệt. Đơn vị chỉ có một người duyệt thì người quản trị máy chủ đặt FOUR_EYES=no rồi khởi động lại.',
    en: 'You uploaded this or were the last to edit it, so somebody else has to approve it. Ask another person with the right to approve. Where there is only one, the administrator of the server sets FOUR_EYES=no and restarts it.',
  },
  'relay-not-allowed': {
    vi: 'Không duyệt được: các thiết bị không tiếp sóng từ {address}. Hãy thêm lại bằng địa chỉ https:// công cộng, hoặc nhờ người quản trị khai máy chủ này trong RELAY_HOSTS.',
    en: 'This cannot be approved: devices take no stream from {address}. Add it again with a public https:// address, or ask the administrator to list its host in RELAY_HOSTS.',
  },
  'asset-kind-mismatch': {
    vi: 'Danh sách phát {channel} không nhận “{title}”: loa chỉ phát âm thanh, bảng chỉ hiện hình và chữ.',
    en: 'A playlist for {channel} cannot hold “{title}”: loudspeakers play sound, boards show pictures and text.',
  },
  'asset-in-use': {
    vi: 'Nội dung đang nằm trong danh sách phát “{playlist}”. Hãy gỡ khỏi danh sách trước khi xoá.',
    en: 'This is in the playlist “{playlist}”. Take it out of the playlist before deleting it.',
  },
  'asset-in-policy': {
    vi: 'Nội dung đang là nhạc hiệu của đài ở “{area}”. Hãy đổi nhạc hiệu trước khi xoá.',
    en: 'This is a tune of the station in “{area}”. Change the tune before deleting it.',
  },
  'asset-in-relay': {
    vi: 'Nội dung đang được phát thay khi mất sóng của “{relay}”. Hãy xoá nội dung tiếp sóng đó trước.',
    en: 'This is played where the stream of “{relay}” does not come. Delete that relay first.',
  },
} as const
