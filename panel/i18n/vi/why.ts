/** Why a device is not simply working. */
export const why = {
  notEnrolled: 'Chưa ghi danh: đầu phát chưa dùng mã',
  refusedStep: 'không chỉnh đồng hồ theo máy chủ: không có nguồn giờ thứ hai khớp',
  needsUpdate: 'cần cập nhật phần mềm',
  neverSeen: 'Chưa từng kết nối',
  revision: 'Đang nhận lịch mới',
  media: 'Đã có {{ready}}/{{needed}} tệp nội dung, phần còn lại sẽ tải trước giờ phát',
  refusal: {
    format: 'Từ chối lịch: sai định dạng',
    signature: 'Từ chối lịch: chữ ký không đúng',
    'wrong-device': 'Từ chối lịch: của thiết bị khác',
    rollback: 'Từ chối lịch: bản cũ hơn bản đang giữ',
    expired: 'Từ chối lịch: đã hết hạn',
    revoked: 'Từ chối lịch: ký bằng khoá đã thu hồi',
    replay: 'Từ chối lịch: trùng số với bản khác',
    scope: 'Từ chối lịch: vượt phạm vi của thiết bị',
    hash: 'Từ chối lịch: nội dung không khớp mã băm',
  },
  noOutput: 'Chưa mở được đầu ra',
  fault: {
    unknown: 'Thiết bị báo một sự cố mà máy chủ này không biết: cập nhật đầu phát',
    'output-lost': 'Không mở được đầu ra, hoặc đầu ra vừa mất',
    'output-stuck': 'Đầu ra đứng yên, không phát',
    'output-silent': 'Nội dung đang phát không có tiếng',
    'monitor-silent': 'Máy nghe không nghe thấy gì: kiểm tra tăng âm, dây loa',
    'monitor-other': 'Máy nghe nghe thấy thứ khác với nội dung đang phát: kiểm tra ngay tại loa',
  },
}
