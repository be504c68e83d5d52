/** Words of copying schedules, and of finding anything. */
export const copy = {
  daysTitle: 'Chép lịch sang ngày khác',
  daysHint:
    'Chép những gì phát trong khoảng này (của các lịch ở các hàng đang hiện) sang ngày khác.',
  what: 'Chép',
  day: 'Một ngày',
  from: 'Ngày được chép',
  week: 'Cả tuần từ {{date}}',
  to: 'Sang (ngày đầu của mỗi bản chép)',
  areasTitle: 'Chép lịch sang địa bàn khác',
  schedules: 'Lịch được chép',
  areas: 'Sang địa bàn',
  submit: 'Chép vào bản nháp',
  done_other: 'Đã chép thành {{count}} lịch trong bản nháp',
  nothing: 'Không có lịch nào trong khoảng đang hiện.',
}

export const find = {
  open: 'Tìm nhanh (Ctrl K)',
  title: 'Tìm nhanh',
  placeholder: 'Gõ tên xã, lịch, danh sách, nội dung … (không cần dấu)',
  none: 'Không tìm thấy gì. Thử ít chữ hơn.',
  kind: {
    place: 'Trang',
    area: 'Địa bàn',
    schedule: 'Lịch phát',
    playlist: 'Danh sách',
    campaign: 'Đợt tuyên truyền',
    device: 'Thiết bị',
  },
}
