import { z } from 'zod'
import { ASSET_ERRORS } from './asset-errors.ts'
import { DEVICE_ERRORS } from './device-errors.ts'
import { DRAFT_ERRORS } from './draft-errors.ts'
import { FILE_ERRORS } from './file-errors.ts'
import { START_ERRORS } from './start-errors.ts'

export const Lang = z.enum(['vi', 'en'])
export type Lang = z.infer<typeof Lang>

/**
 * Everything that can be refused, in words that say what to do next. `{name}` is filled in from the
 * error's params. The codes travel over HTTP and sockets alike; the words are chosen by the reader.
 */
export const ERRORS = {
  'bad-input': {
    vi: 'Một số mục chưa đúng; chưa có gì được lưu. Hãy sửa các mục được nêu rồi gửi lại.',
    en: 'Some fields are not right; nothing was saved. Correct the fields named and send again.',
  },
  'not-signed-in': {
    vi: 'Bạn chưa đăng nhập hoặc phiên đã hết. Hãy đăng nhập lại.',
    en: 'You are not signed in, or your session has ended. Sign in again.',
  },
  'sign-in-failed': {
    vi: 'Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra lại; mật khẩu phân biệt chữ hoa và chữ thường.',
    en: 'User name or password is wrong. Check both; passwords tell capitals from small letters.',
  },
  'too-many-tries': {
    vi: 'Thử đăng nhập quá nhiều lần. Hãy chờ một phút rồi thử lại.',
    en: 'Too many sign-in attempts. Wait a minute, then try again.',
  },
  'too-many-codes': {
    vi: 'Nhập mã ghi danh sai quá nhiều lần. Hãy chờ 10 phút rồi thử lại.',
    en: 'Too many wrong enrolment codes. Wait ten minutes, then try again.',
  },
  'method-not-allowed': {
    vi: 'Địa chỉ này không nhận {method}, chỉ nhận {allowed}.',
    en: 'This address does not take {method}; it takes {allowed}.',
  },
  'not-allowed': {
    vi: 'Tài khoản của bạn không có quyền làm việc này ở địa bàn này. Hãy hỏi người quản trị.',
    en: 'Your account may not do this in this area. Ask the administrator.',
  },
  'foreign-page': {
    vi: 'Yêu cầu này đến từ trang của một địa chỉ khác, không phải của máy chủ này ({own}), nên bị từ chối. Hãy mở bảng điều khiển bằng đúng địa chỉ đó. Nếu mọi người dùng địa chỉ khác, người quản trị sửa PUBLIC_URL (hoặc để proxy chuyển tiếp Host) rồi khởi động lại máy chủ.',
    en: 'This request came from a page of another address than this server’s ({own}) and was refused. Open the panel at that address. Where people use another, the administrator corrects PUBLIC_URL (or lets the proxy pass Host on) and restarts the server.',
  },
  'not-found': {
    vi: 'Không tìm thấy {what}. Có thể mục này đã bị xoá; hãy tải lại danh sách.',
    en: 'There is no such {what}. It may have been deleted; reload the list.',
  },
  'record-archived': {
    vi: 'Bản ghi này đã chuyển vào kho lưu trữ của máy chủ (thư mục archives, theo tháng). Hãy hỏi người quản trị.',
    en: 'This record was moved to the archives of the server (folder archives, by month). Ask the administrator.',
  },
  'reference-unknown': {
    vi: 'Mục {field} trỏ tới {what} không tồn tại. Hãy chọn lại.',
    en: 'The field {field} names a {what} that does not exist. Choose again.',
  },
  'code-unknown': {
    vi: 'Mã ghi danh không đúng. Hãy kiểm tra lại mã, hoặc xin người quản trị một mã mới (docs/without-a-page.md).',
    en: 'This enrolment code is not known. Check it, or ask the administrator for a new one (docs/without-a-page.md).',
  },
  'code-used': {
    vi: 'Mã ghi danh này đã dùng cho một thiết bị khác. Hãy xin người quản trị một mã mới (docs/without-a-page.md).',
    en: 'This enrolment code was used by another device. Ask the administrator for a new one (docs/without-a-page.md).',
  },
  'code-expired': {
    vi: 'Mã ghi danh đã hết hạn. Hãy xin người quản trị một mã mới (docs/without-a-page.md).',
    en: 'This enrolment code has expired. Ask the administrator for a new one (docs/without-a-page.md).',
  },
  'server-disk-full': {
    vi: 'Đĩa của máy chủ đã đầy; chưa có gì được lưu. Hãy báo người quản trị giải phóng chỗ trên đĩa chứa dữ liệu của máy chủ, rồi thử lại.',
    en: 'The disk of the server is full; nothing was saved. Ask the administrator to free space on the disk that holds the server’s data, then try again.',
  },
  'media-missing': {
    vi: 'Tệp này đã mất trên đĩa của máy chủ. Hãy báo người quản trị khôi phục từ bản sao lưu, hoặc tải tệp lên lại.',
    en: 'This file is lost on the disk of the server. Ask the administrator to restore it from a backup, or upload it again.',
  },
  'device-unknown': {
    vi: 'Máy chủ không biết thiết bị này. Hãy ghi danh lại bằng mã mới.',
    en: 'The server does not know this device. Enrol it again with a new code.',
  },
  'signature-wrong': {
    vi: 'Chữ ký không khớp với khoá đã ghi danh. Hãy ghi danh lại thiết bị bằng mã mới.',
    en: 'The signature does not match the enrolled key. Enrol the device again with a new code.',
  },
  'protocol-mismatch': {
    vi: 'Đầu phát và máy chủ không cùng phiên bản. Hãy cập nhật cả hai.',
    en: 'Player and server do not speak the same version. Update both.',
  },
  busy: {
    vi: 'Máy chủ đang bận. Xin thử lại sau ít phút.',
    en: 'The server is busy. Try again in a moment.',
  },
  'journal-gap': {
    vi: 'Nhật ký gửi lên thiếu bản ghi; máy chủ chờ từ bản ghi {next}.',
    en: 'The journal sent has a gap; the server waits for record {next}.',
  },
  'journal-broken': {
    vi: 'Chuỗi nhật ký không khớp ở bản ghi {seq}. Không bản ghi nào được nhận.',
    en: 'The journal chain does not fit at record {seq}. No record was taken.',
  },
  'request-too-large': {
    vi: 'Nội dung gửi lên lớn hơn mức cho phép {limit}. Hãy chia thành nhiều phần nhỏ hơn rồi gửi lại.',
    en: 'What was sent is larger than the limit of {limit}. Send it in smaller parts.',
  },
  ...DEVICE_ERRORS,
  ...FILE_ERRORS,
  ...ASSET_ERRORS,
  'playlist-in-use': {
    vi: 'Danh sách đang dùng trong lịch phát “{schedule}”. Hãy đổi hoặc xoá lịch đó trước.',
    en: 'This playlist is used by the schedule “{schedule}”. Change or delete that schedule first.',
  },
  'playlist-nested': {
    vi: 'Danh sách đang nằm trong danh sách phát “{playlist}”. Hãy gỡ khỏi danh sách đó trước.',
    en: 'This playlist is part of the playlist “{playlist}”. Take it out of that one first.',
  },
  'used-elsewhere': {
    vi: 'Mục này đang được dùng ở một địa bàn mà bạn không xem được. Hãy nhờ quản trị viên của tỉnh gỡ ra trước.',
    en: 'This is used in an area that you may not see. Ask an administrator of the province to take it out there first.',
  },
  'theme-in-use': {
    vi: 'Chủ đề {theme} còn gắn với {count} nội dung ({assets}). Hãy gỡ chủ đề khỏi các nội dung đó trước khi bỏ.',
    en: 'The theme {theme} is still on {count} assets ({assets}). Take it off them before removing it.',
  },
  'schedule-conflict': {
    vi: 'Lịch “{name}” trùng giờ với “{other}” trên {devices} thiết bị; chưa có gì được lưu. Hãy đổi giờ, chọn “phát sau” hoặc “thay thế”, hoặc lưu và chấp nhận phần trùng.',
    en: 'The schedule “{name}” overlaps “{other}” on {devices} devices; nothing was saved. Change the time, choose to queue or to replace, or save and accept the overlap.',
  },
  'plan-too-large': {
    vi: 'Kế hoạch một ngày sẽ có {items} mục, nhiều hơn {most} mục mà một thiết bị nhận được; nhiều nhất là của lịch “{name}”. Hãy rút ngắn danh sách phát của lịch, cho mỗi trang hiện lâu hơn, hoặc giảm số lịch cùng giờ và số lần bị ngắt.',
    en: 'The plan of one day would hold {items} items, more than the {most} that a device takes; most are from the schedule “{name}”. Shorten its playlist, let each slide stand longer, or have fewer schedules at the same time and fewer interruptions.',
  },
  'plan-too-long': {
    vi: 'Kế hoạch một ngày sẽ dài hơn {most} MB mà một thiết bị nhận được; nhiều nhất là của lịch “{name}”. Hãy rút ngắn danh sách phát của lịch, hoặc bớt chủ đề gắn với các nội dung trong đó.',
    en: 'The plan of one day would be longer than the {most} MB that a device takes; most is from the schedule “{name}”. Shorten its playlist, or take themes off the content in it.',
  },
  'plans-too-large': {
    vi: 'Kế hoạch {days} ngày của một thiết bị sẽ dài hơn {most} MB; nhiều nhất là ngày của lịch “{name}”. Hãy rút ngắn danh sách phát, hoặc tắt xáo trộn để các ngày giống nhau.',
    en: 'The plans of {days} days for one device would be longer than {most} MB; the largest is a day of the schedule “{name}”. Shorten its playlist, or do not shuffle it, so that days are alike.',
  },
  'planning-failed': {
    vi: 'Máy chủ không tính được kế hoạch trong giới hạn bộ nhớ và thời gian; chưa có gì thay đổi. Hãy rút ngắn danh sách phát, bớt lịch cùng giờ, hoặc xem ít ngày hơn rồi thử lại.',
    en: 'The server could not work out the plans within its bounds of memory and time; nothing was changed. Shorten playlists, have fewer schedules at the same time, or look at fewer days, and try again.',
  },
  'recurrence-invalid': {
    vi: 'Quy tắc lặp không hợp lệ ({detail}). Hãy chọn lại kiểu lặp.',
    en: 'The recurrence is not valid ({detail}). Choose it again.',
  },
  'recurrence-empty': {
    vi: 'Với quy tắc này lịch sẽ không bao giờ phát. Hãy xem lại ngày bắt đầu, ngày kết thúc và kiểu lặp.',
    en: 'With this rule the schedule never happens. Check its start, its end and its recurrence.',
  },
  'area-code-taken': {
    vi: 'Mã địa bàn {code} đã có từ ngày {date}. Hãy kiểm tra danh sách nhập.',
    en: 'The area code {code} is already taken from {date}. Check the list to be imported.',
  },
  'period-open': {
    vi: 'Giai đoạn này chưa bắt đầu nên chưa có gì để báo cáo. Hãy chọn giai đoạn khác.',
    en: 'This phase has not begun, so there is nothing to report. Choose another.',
  },
  'report-unfinished': {
    vi: 'Báo cáo này chưa có tệp: đang lập, đã huỷ hoặc bị lỗi. Hãy xem lại danh sách.',
    en: 'This report has no file: it is being made, was cancelled or failed. Look at the list.',
  },
  'report-expired': {
    vi: 'Tệp báo cáo đã quá hạn lưu nên đã xoá. Hãy lập lại báo cáo.',
    en: 'The file of this report was deleted after its time. Make the report again.',
  },
  'report-too-long': {
    vi: 'Báo cáo dài hơn {most} dòng nên không in thành PDF được. Hãy chọn XLSX hoặc CSV, hoặc thu hẹp thời gian, địa bàn.',
    en: 'The report has more than {most} rows, too many for a PDF. Choose XLSX or CSV, or a shorter time or a smaller area.',
  },
  'browser-missing': {
    vi: 'Máy chủ chưa có Chromium nên chưa lập được PDF. Hãy chọn XLSX hoặc CSV, hoặc báo người quản trị.',
    en: 'The server has no Chromium to make a PDF with. Choose XLSX or CSV, or tell the administrator.',
  },
  'changed-meanwhile': {
    vi: '“{name}” vừa được người khác sửa hoặc xoá; thay đổi của bạn chưa được lưu. Hãy tải bản mới, so với bản của bạn rồi lưu lại.',
    en: 'Somebody else has just changed or deleted “{name}”; your change was not saved. Load the new version, compare it with yours, and save again.',
  },
  'daypart-in-use': {
    vi: 'Chưa lưu: {count} lịch đang theo khung giờ bị bỏ hoặc đổi mã, và sẽ không phát ở đó nữa. Hãy xem từng lịch, sửa lịch trước, hoặc xác nhận vẫn lưu.',
    en: 'Not saved: {count} schedules use a window that would be removed or get another code, and would not be on air there any more. Look at each, change it first, or confirm.',
  },
  ...DRAFT_ERRORS,
  ...START_ERRORS,
  internal: {
    vi: 'Máy chủ gặp lỗi; thao tác chưa được thực hiện. Mã tra cứu: {requestId}.',
    en: 'The server failed; nothing was done. Reference: {requestId}.',
  },
} as const satisfies Record<string, Record<Lang, string>>

export type ErrorCode = keyof typeof ERRORS
export const ErrorCode = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])
