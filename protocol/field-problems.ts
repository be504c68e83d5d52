import type { Lang } from './errors.ts'

/** What can be wrong with a field beyond its shape: said by a code in the schemas, in words to people. */
export const FIELD_PROBLEMS = {
  'date-unknown': {
    vi: 'Không có ngày này. Hãy chọn một ngày có thật, viết theo năm-tháng-ngày, ví dụ 2026-11-25.',
    en: 'There is no such date. Choose one that exists, written as year-month-day, such as 2026-11-25.',
  },
  'date-out-of-range': {
    vi: 'Ngày phải nằm trong khoảng từ 01/01/2000 đến 31/12/2199. Hãy xem lại năm.',
    en: 'The date must lie between 1 January 2000 and 31 December 2199. Check the year.',
  },
  'time-unknown': {
    vi: 'Không có giờ này. Hãy chọn giờ từ 00:00 đến 23:59.',
    en: 'There is no such time. Choose one from 00:00 to 23:59.',
  },
  'end-time-unknown': {
    vi: 'Không có giờ này. Hãy chọn giờ từ 00:00 đến 24:00.',
    en: 'There is no such time. Choose one from 00:00 to 24:00.',
  },
  'window-whole-day': {
    vi: 'Giờ kết thúc trùng giờ bắt đầu: có phải 24 giờ không? Cả ngày thì ghi từ 00:00 đến 24:00; nếu không, hãy sửa giờ kết thúc.',
    en: 'The end equals the start: 24 hours? A full day is 00:00 to 24:00; otherwise change the end.',
  },
  'daypart-unknown': {
    vi: '{area} không có khung giờ mã “{daypart}”. Các khung giờ ở đó: {dayparts}. Hãy chọn khung có ở mọi nơi phát, thêm khung này vào quy định của địa bàn, hoặc đặt theo giờ nhập tay.',
    en: '{area} has no window with the code “{daypart}”. Its windows: {dayparts}. Choose one that exists wherever the schedule is heard, add it to the policy of the area, or set the times by the clock.',
  },
  'rule-punctuation': {
    vi: 'Quy tắc lặp chỉ gồm các phần TÊN=GIÁ TRỊ cách nhau bằng một dấu “;”, không có khoảng trắng, không có “;” ở đầu hay cuối, không có chữ “RRULE:”. Ví dụ: FREQ=WEEKLY;BYDAY=MO,TH.',
    en: 'A recurrence is parts NAME=VALUE with one “;” between them: no spaces, no “;” at its start or end, no “RRULE:”. For example FREQ=WEEKLY;BYDAY=MO,TH.',
  },
  'rule-part-unknown': {
    vi: 'Không có phần này trong quy tắc lặp. Các phần dùng được: FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYSETPOS, WKST.',
    en: 'A recurrence has no such part. It may have FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTH, BYMONTHDAY, BYYEARDAY, BYWEEKNO, BYSETPOS, WKST.',
  },
  'rule-part-twice': {
    vi: 'Phần này viết hai lần. Hãy viết một lần, các giá trị cách nhau bằng dấu phẩy.',
    en: 'This part is there twice. Write it once, with commas between its values.',
  },
  'rule-value': {
    vi: 'Giá trị của phần này không hợp lệ theo RFC 5545. Ví dụ đúng: INTERVAL=2, COUNT=10, BYDAY=MO,TH, BYMONTH=1,7, BYMONTHDAY=1,15,-1.',
    en: 'RFC 5545 does not know this value. Right ones look like INTERVAL=2, COUNT=10, BYDAY=MO,TH, BYMONTH=1,7, BYMONTHDAY=1,15,-1.',
  },
  'rule-until': {
    vi: 'UNTIL là ngày cuối (20261231), giờ địa phương (20261231T235959) hoặc giờ UTC (20261231T165959Z), từ năm 2000 đến năm 2199.',
    en: 'UNTIL is a last date (20261231), a local time (20261231T235959) or a time in UTC (20261231T165959Z), in the years 2000 to 2199.',
  },
  'rule-frequency-missing': {
    vi: 'Quy tắc lặp phải có FREQ: DAILY, WEEKLY, MONTHLY hoặc YEARLY. Ví dụ: FREQ=WEEKLY;BYDAY=MO.',
    en: 'A recurrence needs FREQ: DAILY, WEEKLY, MONTHLY or YEARLY. For example FREQ=WEEKLY;BYDAY=MO.',
  },
  'rule-count-and-until': {
    vi: 'COUNT và UNTIL không đi cùng nhau. Hãy bỏ một trong hai.',
    en: 'COUNT and UNTIL exclude each other. Leave one of them out.',
  },
  'rule-below-a-day': {
    vi: 'Quy tắc lặp chỉ nói về ngày. Muốn phát nhiều lần trong ngày, hãy đặt lượt phát theo đồng hồ (trường cadence): cứ bao nhiêu phút, hoặc vào phút nào của mỗi giờ.',
    en: 'A recurrence speaks of days. To play several times a day, set rounds by the clock (the field cadence): every so many minutes, or at a minute of every hour.',
  },
  'rule-numbered-weekday': {
    vi: 'Số đứng trước thứ (như 2SA) chỉ có nghĩa trong tháng hoặc năm. “Thứ Bảy tuần thứ 2 và thứ 4” viết là FREQ=MONTHLY;BYDAY=2SA,4SA; còn mọi Thứ Bảy thì bỏ số: FREQ=WEEKLY;BYDAY=SA.',
    en: 'A number before a weekday (such as 2SA) counts within a month or a year. “Second and fourth Saturday” is FREQ=MONTHLY;BYDAY=2SA,4SA; for every Saturday leave the number out: FREQ=WEEKLY;BYDAY=SA.',
  },
  'rule-numbered-in-week': {
    vi: 'Đi cùng BYWEEKNO thì thứ không mang số: viết BYDAY=MO thay cho BYDAY=1MO.',
    en: 'Beside BYWEEKNO a weekday carries no number: write BYDAY=MO and not BYDAY=1MO.',
  },
  'rule-month-day-in-week': {
    vi: 'FREQ=WEEKLY không dùng ngày trong tháng. Ngày 13 hằng tháng viết là FREQ=MONTHLY;BYMONTHDAY=13; Thứ Sáu ngày 13 viết là FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR.',
    en: 'FREQ=WEEKLY knows no days of the month. The 13th of every month is FREQ=MONTHLY;BYMONTHDAY=13; Friday the 13th is FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR.',
  },
  'rule-of-years': {
    vi: 'BYYEARDAY và BYWEEKNO đếm trong năm, nên chỉ đi với FREQ=YEARLY. Ví dụ: FREQ=YEARLY;BYYEARDAY=100 hoặc FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO.',
    en: 'BYYEARDAY and BYWEEKNO count within a year and need FREQ=YEARLY. For example FREQ=YEARLY;BYYEARDAY=100 or FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO.',
  },
  'rule-position-alone': {
    vi: 'BYSETPOS chọn trong những ngày mà phần khác nêu ra. Hãy thêm phần đó, ví dụ ngày làm việc cuối tháng: FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1.',
    en: 'BYSETPOS chooses among days that another part names. Add that part: the last working day of the month is FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1.',
  },
  'rule-never': {
    vi: 'Quy tắc này không rơi vào ngày nào. Hãy xem lại ngày bắt đầu, ngày kết thúc và các ngày trong tháng.',
    en: 'This recurrence falls on no day. Check its start, its end and the days of the month.',
  },
  'ends-before-start': {
    vi: 'Ngày kết thúc đứng trước ngày bắt đầu.',
    en: 'The end lies before the start.',
  },
  'phase-unknown': {
    vi: 'Không có giai đoạn nào mang mã này.',
    en: 'No phase has this code.',
  },
  'audience-empty': {
    vi: 'Hãy chọn ít nhất một địa bàn hoặc một thiết bị.',
    en: 'Choose at least one area or device.',
  },
  'emergency-reason': {
    vi: 'Tin khẩn cấp phải có lý do. Hãy ghi rõ vì sao được chen ngang.',
    en: 'An emergency needs a reason. Say why it may break in.',
  },
  'canvas-mismatch': {
    vi: 'Bảng cần kích thước điểm ảnh, và chỉ bảng mới có kích thước này.',
    en: 'A board needs its size in pixels, and only a board has one.',
  },
  'fill-playlist-mismatch': {
    vi: 'Hãy chọn danh sách phát để lấp phần còn trống, hoặc chọn cách lấp khác.',
    en: 'Choose the playlist that fills the rest, or another way to fill it.',
  },
  'cadence-not-alone': {
    vi: 'Lượt phát theo đồng hồ không đi cùng “phát lại từ đầu”, “phát tiếp danh sách khác” hay nhiều lượt cách quãng. Hãy chọn một cách.',
    en: 'Rounds by the clock do not go with a playlist that begins anew, one that fills the rest, or several rounds with a gap. Choose one of them.',
  },
  'cadence-without-round': {
    vi: 'Trong khung giờ này không có phút đã chọn của giờ nào. Hãy nới khung giờ, hoặc chọn phút khác.',
    en: 'No hour has this minute within the window. Widen the window, or choose another minute.',
  },
  'cadence-too-many': {
    vi: 'Quá nhiều lượt phát trong khung giờ: nhiều nhất 48 lượt. Hãy chọn quãng dài hơn, hoặc thu hẹp khung giờ.',
    en: 'Too many rounds in the window: 48 at most. Choose a longer interval, or a shorter window.',
  },
  'daypart-twice': {
    vi: 'Hai khung giờ có cùng mã. Mỗi mã chỉ dùng một lần.',
    en: 'Two windows have the same code. Use each code once.',
  },
  'phases-overlap': {
    vi: 'Giai đoạn này chồng lên giai đoạn khác. Hãy sửa ngày để các giai đoạn nối tiếp nhau.',
    en: 'This phase overlaps another. Change the dates so that phases follow each other.',
  },
  'theme-unknown': {
    vi: 'Không có chủ đề nào mang mã này.',
    en: 'No theme has this code.',
  },
  'theme-gone': {
    vi: 'Chủ đề này không còn. Hãy chọn lại.',
    en: 'This theme does not exist. Choose again.',
  },
  'code-twice': {
    vi: 'Mã này đã dùng cho mục khác. Mỗi mã chỉ dùng một lần.',
    en: 'Another entry has this code already. Use each code once.',
  },
  'playlist-unknown': {
    vi: 'Danh sách phát này không tồn tại. Hãy chọn danh sách khác.',
    en: 'There is no such playlist. Choose another.',
  },
  'playlist-cycle': {
    vi: 'Danh sách này chứa chính nó, trực tiếp hoặc qua danh sách khác. Hãy chọn danh sách khác.',
    en: 'The playlist would contain itself, directly or through another one. Choose another.',
  },
  'playlist-channel': {
    vi: 'Danh sách này dành cho kênh khác: danh sách âm thanh và danh sách hình không lẫn vào nhau.',
    en: 'That playlist is for the other channel: sound and pictures do not mix.',
  },
  'playlist-too-deep': {
    vi: 'Danh sách lồng nhau quá nhiều tầng. Hãy gộp bớt các tầng.',
    en: 'Playlists are nested too deep. Use fewer levels.',
  },
  'playlist-too-long': {
    vi: 'Danh sách mở ra quá nhiều mục. Hãy bớt các danh sách lồng nhau.',
    en: 'The playlist unfolds to too many items. Nest fewer lists.',
  },
  'asset-unknown': {
    vi: 'Nội dung này không tồn tại. Hãy chọn lại.',
    en: 'There is no such asset. Choose again.',
  },
  'relay-duration': {
    vi: 'Tiếp sóng cần thời lượng cụ thể. Hãy nhập thời lượng.',
    en: 'A relay needs an explicit duration. Enter it.',
  },
  'area-unknown': {
    vi: 'Địa bàn này không tồn tại. Hãy chọn lại.',
    en: 'There is no such area. Choose again.',
  },
  'area-foreign': {
    vi: 'Bạn không phụ trách địa bàn này. Hãy bỏ chọn, hoặc nhờ người phụ trách.',
    en: 'This area is not in your charge. Leave it out, or ask whoever is in charge.',
  },
  'device-unknown': {
    vi: 'Thiết bị này không tồn tại. Hãy chọn lại.',
    en: 'There is no such device. Choose again.',
  },
  'device-foreign': {
    vi: 'Thiết bị này nằm ngoài địa bàn bạn phụ trách. Hãy bỏ chọn.',
    en: 'This device is outside the areas in your charge. Leave it out.',
  },
  'week-not-monday': {
    vi: 'Tuần được gọi bằng ngày thứ Hai của nó.',
    en: 'A week is named by its Monday.',
  },
  'nested-too-deep': {
    vi: 'Các cấp lồng nhau quá sâu: nhiều nhất 12 cấp.',
    en: 'The levels are nested too deep: 12 at most.',
  },
  'parameter-unknown': {
    vi: 'Không có tham số tên này. Hãy bỏ đi hoặc sửa tên.',
    en: 'There is no parameter of this name. Leave it out or correct its name.',
  },
  'date-outside-week': {
    vi: 'Ngày này nằm ngoài tuần của đề xuất. Hãy lập lại đề xuất cho tuần đó.',
    en: 'This date lies outside the week of the proposal. Make a proposal for that week.',
  },
  'too-many-days': {
    vi: 'Khoảng ngày quá dài: nhiều nhất 42 ngày.',
    en: 'The range is too long: 42 days at most.',
  },
  'period-too-long': {
    vi: 'Khoảng thời gian quá dài: nhiều nhất 10 năm. Hãy chọn ngày gần nhau hơn.',
    en: 'The period is too long: 10 years at most. Choose dates that are closer together.',
  },
  'too-many-dates': {
    vi: 'Lịch có quá nhiều ngày riêng lẻ: nhiều nhất 400. Hãy dùng quy tắc lặp.',
    en: 'The schedule would have too many single dates: 400 at most. Use a recurrence.',
  },
  'too-many-copies': {
    vi: 'Quá nhiều bản sao trong một lần: nhiều nhất 2.000. Hãy chọn ít địa bàn hoặc ít lịch hơn.',
    en: 'Too many copies at once: 2,000 at most. Choose fewer areas or schedules.',
  },
  'nothing-to-copy': {
    vi: 'Không có gì để chép: các lịch này không phát trong những ngày được chép, hoặc đã phát vào các ngày kia. Hãy chọn ngày khác.',
    en: 'There is nothing to copy: these schedules do not happen on the days copied, or happen on the others already. Choose other days.',
  },
  'not-approved-clip': {
    vi: 'Nội dung thay thế phải là âm thanh đã được duyệt.',
    en: 'What stands in must be an approved sound.',
  },
  'relay-address': {
    vi: 'Địa chỉ phải bắt đầu bằng https:// và dẫn ra mạng công cộng; không chứa mật khẩu, khoảng trắng hay dấu #. Máy chủ chỉ có http:// hoặc nằm trong mạng nội bộ phải được người quản trị khai trước trong RELAY_HOSTS.',
    en: 'The address must begin with https:// and lead to the public network, without a password, a space or #. A host that has only http://, or lies in the own network, must first be listed by the administrator in RELAY_HOSTS.',
  },
  'time-zone-unknown': {
    vi: 'Không có múi giờ này. Ví dụ đúng: Asia/Ho_Chi_Minh.',
    en: 'There is no such time zone. An example: Asia/Ho_Chi_Minh.',
  },
} as const satisfies Record<string, Record<Lang, string>>

export type FieldProblemCode = keyof typeof FIELD_PROBLEMS

/** Keeps a schema from naming a problem that has no words. */
export const fieldProblem = (code: FieldProblemCode): string => code

export const isFieldProblem = (text: string): text is FieldProblemCode => text in FIELD_PROBLEMS
