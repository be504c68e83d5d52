/** What a verdict puts on air or takes off it, and what keeps somebody from giving it. */
export const approval = {
  askApprove: 'Duyệt “{{title}}”?',
  again: 'Duyệt phát lại',
  working: 'Đang xem duyệt nội dung này thì phát ở đâu …',
  puts: 'Duyệt có hiệu lực ngay. Lần phát đầu: {{time}} trên {{count}} thiết bị.',
  takes: 'Có hiệu lực ngay. Từ {{time}}, {{count}} thiết bị không phát nội dung này nữa.',
  putsNothing: 'Chưa có lịch nào phát nội dung này; duyệt chưa đưa gì lên loa hay bảng.',
  takesNothing: 'Hiện không thiết bị nào có lịch phát nội dung này.',
  editTakes:
    'Đang có lịch phát trên {{count}} thiết bị, gần nhất {{time}}. Lưu thay đổi sẽ ngừng phát ngay, cho tới khi được duyệt lại.',
  where: 'Nơi phát',
  devicesFrom: '{{count}} thiết bị, từ {{time}}',
  elsewhere: '{{count}} thiết bị ngoài địa bàn bạn được xem',
  more: '… và {{count}} mục nữa',
  schedules: 'Lịch phát',
  nextAt: 'lần tới {{time}}',
  noNext: 'không phát trong 7 ngày tới',
  playlists: 'Danh sách phát',
  stations: 'Nhạc hiệu, lời xướng của',
  relays: 'Phát thay khi mất sóng của',
  ownWork:
    'Bạn tải lên hoặc sửa nội dung này gần nhất nên cần một người khác duyệt. Đơn vị chỉ có một người duyệt: người quản trị máy chủ đặt FOUR_EYES=no.',
  unsaved: 'Có thay đổi chưa lưu: hãy lưu hoặc bỏ thay đổi rồi mới duyệt được.',
  changed: 'Nội dung đã thay đổi sau khi bạn mở. Đây là những gì đã khác:',
  read: 'Bản bạn đã xem',
  present: 'Bản hiện tại',
  seen: 'Đã xem, tiếp tục',
  takenOff: 'Đã thu hồi “{{title}}”. Muốn phát lại: bấm “Duyệt phát lại”.',
  approvedBy: 'Duyệt bởi',
  rejectedBy: 'Từ chối bởi',
  withdrawnBy: 'Thu hồi bởi',
  editedBy: 'Sửa gần nhất bởi',
}

/** Before what was typed is lost. */
export const unsaved = {
  title: 'Bỏ thay đổi?',
  text: 'Những gì bạn vừa nhập ở đây chưa được lưu.',
  discard: 'Bỏ thay đổi',
  leave: 'Bỏ và rời đi',
  stay: 'Ở lại',
}
