/** Why a play was not completed. */
export const causes = {
  'joined-late': 'vào giữa chừng',
  'cut-by-plan': 'lịch cắt',
  'plan-changed': 'lịch thay đổi',
  'player-stopped': 'đầu phát được dừng',
  'player-killed': 'đầu phát tắt đột ngột',
  skipped: 'được bỏ qua bằng tay',
  'clock-set': 'đồng hồ được chỉnh lại',
  'media-missing': 'chưa tải được nội dung',
  'media-corrupt': 'tệp trên máy bị hỏng',
  'not-decodable': 'không giải mã được',
  'output-lost': 'mất đầu ra âm thanh',
  'screen-lost': 'mất màn hình',
  emergency: 'nhường cho tin khẩn cấp',
  'relay-lost': 'mất nguồn tiếp âm',
  muted: 'bị tắt tiếng',
  silent: 'đầu ra không có tiếng',
}
