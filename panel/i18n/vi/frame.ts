/** Words around every page, and at the door. */
export const frame = {
  version: 'Loabang {{version}}',
  signOut: 'Đăng xuất',
  language: 'Ngôn ngữ',
  scheme: 'Đổi nền sáng hoặc tối',
  menu: 'Mở danh mục',
  skip: 'Tới nội dung chính',
  disconnected:
    'Trang này mất kết nối với máy chủ; những gì đang hiện có thể đã cũ. Đang thử nối lại …',
  allAreas: 'Mọi địa bàn',
  area: 'Địa bàn',
  noArea: 'Không có địa bàn nào khớp',
  apiDocs: 'Tài liệu API',
  noPage: 'Không có trang này',
  noPageHint: 'Địa chỉ sai, hoặc trang đã đổi chỗ. Hãy chọn một mục trong danh mục.',
}

export const signIn = {
  title: 'Đăng nhập',
  username: 'Tên đăng nhập',
  password: 'Mật khẩu',
  submit: 'Đăng nhập',
  again: 'Phiên làm việc đã hết',
  againText: 'Hãy đăng nhập lại. Những gì bạn đang làm vẫn còn nguyên; sau đó bấm lại nút vừa bấm.',
  motto: 'Lịch phát cho loa xã và bảng tin, và bằng chứng đã phát',
}

/** Where somebody who is signed in has no right to see anything now. */
export const rights = {
  begins: 'Quyền của bạn có hiệu lực từ {{time}}',
  ended: 'Quyền của bạn đã hết hiệu lực lúc {{time}}',
  none: 'Tài khoản của bạn chưa được giao quyền nào',
  hint: 'Nếu thời gian này không đúng hoặc bạn cần quyền ngay bây giờ, hãy báo người quản trị.',
}

export const place = {
  onAir: 'Đang phát',
  schedule: 'Lịch phát',
  library: 'Thư viện',
  campaigns: 'Chiến dịch',
  reports: 'Báo cáo',
  playLog: 'Nhật ký phát',
}
