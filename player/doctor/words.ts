/** What the doctor says, to whoever stands before the box. `{name}` is filled in. */
export const WORDS = {
  disk: { vi: 'Ổ đĩa', en: 'Disk' },
  network: { vi: 'Mạng', en: 'Network' },
  clock: { vi: 'Đồng hồ', en: 'Clock' },
  sound: { vi: 'Âm thanh', en: 'Sound' },
  screen: { vi: 'Màn hình', en: 'Screen' },
  record: { vi: 'Bản ghi', en: 'Record' },

  'not-enrolled': { vi: 'thiết bị chưa ghi danh', en: 'a device that is not enrolled' },
  'all-well': { vi: 'Mọi thứ đều tốt.', en: 'All is well.' },
  'well-as-known': {
    vi: 'Không có lỗi nào; {count} mục chưa chứng minh được (dấu ?).',
    en: 'Nothing failed; {count} could not be proved (marked ?).',
  },
  'not-well': { vi: '{count} mục có lỗi (dấu ✗).', en: '{count} failed (marked ✗).' },
  'will-sound': {
    vi: '· Loa sẽ kêu hai tiếng ngắn …',
    en: '· The loudspeaker will sound twice, shortly …',
  },
  'will-show': {
    vi: '· Bảng sẽ hiện một trang thử …',
    en: '· The board will show a test slide …',
  },
  'test-title': { vi: 'Kiểm tra thiết bị', en: 'Testing this device' },

  'disk-ok': {
    vi: 'còn trống {free} MB; ghi xuống đĩa thật mất {ms} ms',
    en: '{free} MB free; a write that is really on disk takes {ms} ms',
  },
  'disk-little': { vi: 'chỉ còn trống {free} MB', en: 'only {free} MB free' },
  'disk-little-do': {
    vi: 'Hãy xoá bớt tệp trên máy này, hoặc giảm CACHE_MB; cần ít nhất {needed} MB.',
    en: 'Remove files from this machine, or lower CACHE_MB; at least {needed} MB are needed.',
  },
  'disk-memory': {
    vi: 'thư mục dữ liệu nằm trong bộ nhớ ({type}): mất điện là mất hết',
    en: 'the data folder lies in memory ({type}): a power cut loses everything',
  },
  'disk-memory-do': {
    vi: 'Hãy đặt DATA_DIR vào một phân vùng ghi được trên đĩa hoặc thẻ nhớ.',
    en: 'Point DATA_DIR at a writable partition of a disk or card.',
  },
  'disk-overlay': {
    vi: 'ghi được, nhưng thư mục dữ liệu nằm trên lớp phủ (overlay): không rõ dữ liệu có còn sau khi mất điện',
    en: 'writable, but the data folder lies on an overlay: whether it outlives a power cut cannot be seen from here',
  },
  'disk-slow': {
    vi: 'ghi xuống đĩa rất chậm: {ms} ms; thẻ nhớ có thể sắp hỏng',
    en: 'writing to disk is very slow: {ms} ms; the card may be worn out',
  },
  'disk-slow-do': { vi: 'Hãy thay thẻ nhớ hoặc đĩa.', en: 'Replace the card or disk.' },
  'disk-wrong': {
    vi: 'ghi rồi đọc lại không khớp, hoặc không ghi được: {detail}',
    en: 'what was written does not read back, or could not be written: {detail}',
  },
  'disk-wrong-do': {
    vi: 'Hãy kiểm tra quyền ghi vào {folder} và tình trạng đĩa (dmesg), rồi thay đĩa nếu hỏng.',
    en: 'Check the permission to write in {folder} and the disk’s health (dmesg); replace it where it is broken.',
  },

  'player-runs': {
    vi: 'đầu phát đang chạy và đang giữ thiết bị này',
    en: 'the player is running, and holds this device',
  },
  'player-runs-do': {
    vi: 'Hãy dừng đầu phát (sudo systemctl stop loabang-player), chạy lại lệnh này, rồi khởi động lại đầu phát.',
    en: 'Stop the player (sudo systemctl stop loabang-player), run this again, then start the player.',
  },

  'network-ok': {
    vi: 'máy chủ {server} trả lời sau {ms} ms và nhận thiết bị này',
    en: 'the server {server} answers after {ms} ms and lets this device in',
  },
  'network-no-server': {
    vi: 'chưa biết địa chỉ máy chủ',
    en: 'the address of the server is not known',
  },
  'network-enrol-do': {
    vi: 'Hãy tạo mã ở trang Thiết bị rồi chạy lại với --server ĐỊA_CHỈ --code MÃ.',
    en: 'Make a code on the page Devices, then run this again with --server ADDRESS --code CODE.',
  },
  'network-not-enrolled': {
    vi: 'máy chủ {server} trả lời sau {ms} ms, nhưng thiết bị chưa ghi danh',
    en: 'the server {server} answers after {ms} ms, but this device is not enrolled',
  },
  'network-unreachable': {
    vi: 'không liên lạc được máy chủ {server} ({detail})',
    en: 'the server {server} cannot be reached ({detail})',
  },
  'network-unreachable-do': {
    vi: 'Hãy kiểm tra dây mạng hoặc 4G, địa chỉ máy chủ, và tường lửa (chỉ cần chiều ra).',
    en: 'Check the cable or the 4G, the server’s address, and the firewall (outwards is enough).',
  },
  'network-clock': {
    vi: 'đồng hồ của máy này sai ({now}): chứng chỉ của máy chủ {server} chưa hoặc không còn hiệu lực vào lúc đó ({detail})',
    en: 'this machine’s clock is wrong ({now}): the certificate of the server {server} is not valid at that time ({detail})',
  },
  'network-clock-do': {
    vi: 'Hãy chỉnh đồng hồ: sudo timedatectl set-time "2026-01-31 08:00"; nên có máy chủ giờ (NTP) hoặc RTC có pin. Lịch vẫn phát đúng giờ nếu máy chủ cho biết giờ có chữ ký.',
    en: 'Set the clock: sudo timedatectl set-time "2026-01-31 08:00"; a time server (NTP) or a battery-backed RTC is advisable. Plans are played at the right hour meanwhile where the server tells the time under its signature.',
  },
  'network-authority': {
    vi: 'không ai mà máy này tin cậy đứng ra bảo đảm cho chứng chỉ của máy chủ {server} ({detail})',
    en: 'nobody whom this machine trusts vouches for the certificate of the server {server} ({detail})',
  },
  'network-authority-do': {
    vi: 'Nếu đơn vị dùng CA riêng, hãy chép chứng chỉ CA (PEM) vào máy và đặt CA_FILE. Nếu không, có bên đứng giữa đường mạng.',
    en: 'Where the office has an authority of its own, copy its certificate (PEM) to this box and set CA_FILE. Otherwise somebody stands in between.',
  },
  'network-proxy-do': {
    vi: 'Máy này đặt HTTPS_PROXY, nhưng đầu phát không đi qua proxy: hãy cho phép kết nối thẳng tới máy chủ (cổng 443).',
    en: 'HTTPS_PROXY is set here, and a player uses no proxy: let it connect to the server directly (port 443).',
  },
  'network-no-socket': {
    vi: 'máy chủ {server} trả lời sau {ms} ms, nhưng mạng không cho mở WebSocket',
    en: 'the server {server} answers in {ms} ms, and the network lets no WebSocket through',
  },
  'network-no-socket-do': {
    vi: 'Hãy yêu cầu đơn vị quản lý mạng (tường lửa, proxy) cho phép WebSocket tới máy chủ, đường dẫn /socket.io/. Nếu dùng proxy ngược, xem docs/operations.md.',
    en: 'Ask those who run the network (firewall, proxy) to let WebSocket through to the server, path /socket.io/. For a reverse proxy see docs/operations.md.',
  },
  'network-not-let-in': {
    vi: 'máy chủ {server} trả lời sau {ms} ms, nhưng không nhận thiết bị này: {why}',
    en: 'the server {server} answers after {ms} ms, but does not let this device in: {why}',
  },
  'network-not-let-in-do': {
    vi: 'Nếu trang web mở được mà chỗ này không qua: proxy phải cho WebSocket đi qua. Nếu thiết bị đã bị huỷ ghi danh: tạo mã mới và chạy lại với --code.',
    en: 'If web pages open and this does not: proxies must let WebSocket through. If the enrolment was ended: make a new code, and run this again with --code.',
  },

  'clock-ok': {
    vi: 'khớp với máy chủ, sai số dưới {error} ms',
    en: 'agrees with the server, within {error} ms',
  },
  'clock-no-chip': {
    vi: 'khớp với máy chủ (dưới {error} ms), nhưng máy không có pin đồng hồ: sau khi mất điện, chưa có mạng thì chưa phát',
    en: 'agrees with the server (within {error} ms), but no chip keeps the time: after a power cut nothing is played until there is network',
  },
  'clock-no-chip-do': {
    vi: 'Nên lắp mô-đun RTC có pin. Nếu là máy ảo, đặt TRUST_SYSTEM_CLOCK=yes.',
    en: 'A battery-backed RTC module is advisable. On a virtual machine set TRUST_SYSTEM_CLOCK=yes.',
  },
  'clock-restored': {
    vi: 'giờ mang theo từ trước, sai số dưới {error} ms; chưa so được với máy chủ',
    en: 'the time was carried over, within {error} ms; it could not be compared with the server',
  },
  'clock-unknown': {
    vi: 'không biết giờ: chưa có mạng thì chưa phát gì',
    en: 'the time is not known: nothing is played until there is network',
  },
  'clock-unknown-do': {
    vi: 'Hãy nối mạng tới máy chủ một lần; nên lắp RTC có pin.',
    en: 'Let the box reach the server once; a battery-backed RTC is advisable.',
  },

  'kept-quiet': { vi: 'chưa thử (--quiet)', en: 'not tried (--quiet)' },
  'kept-quiet-do': {
    vi: 'Khi được phép phát ra tiếng, hãy chạy lại không kèm --quiet.',
    en: 'When it may be heard, run this again without --quiet.',
  },

  'sound-none': { vi: 'thiết bị này không có loa', en: 'this device has no loudspeaker' },
  'sound-heard': {
    vi: 'phát qua {output}, mức {level} dBFS; micrô nhận ra {share} % sau {late} ms',
    en: 'played through {output} at {level} dBFS; the monitor recognised {share} % of it, {late} ms late',
  },
  'sound-sent': {
    vi: 'đã phát qua {output}, mức {level} dBFS; không có gì để nghe lại',
    en: 'played through {output} at {level} dBFS; there is nothing to hear it back with',
  },
  'sound-sent-do': {
    vi: 'Hãy nghe tại chỗ, hoặc đặt AUDIO_MONITOR để máy tự nghe lại.',
    en: 'Listen on the spot, or set AUDIO_MONITOR so that the box hears itself.',
  },
  'sound-delayed': {
    vi: 'phát qua {output}; micrô nhận ra {share} %, nhưng trễ {late} ms',
    en: 'played through {output}; the monitor recognised {share} %, but {late} ms late',
  },
  'sound-delayed-do': {
    vi: 'Hãy cộng {late} vào AUDIO_DELAY_MS (đang là {delay}).',
    en: 'Add {late} to AUDIO_DELAY_MS (now {delay}).',
  },
  'sound-unheard': {
    vi: 'đã phát qua {output}, nhưng tại {monitor} chỉ nhận ra {share} %',
    en: 'played through {output}, but only {share} % of it was recognised at {monitor}',
  },
  'sound-unheard-do': {
    vi: 'Hãy kiểm tra ampli, dây loa, âm lượng, và AUDIO_MONITOR có đúng nguồn không.',
    en: 'Check the amplifier, its cables and volume, and whether AUDIO_MONITOR is the right source.',
  },
  'sound-nowhere': {
    vi: 'phát vào hư không ({output}): không ai nghe thấy',
    en: 'played into nothing ({output}): nobody hears it',
  },
  'sound-nowhere-do': {
    vi: 'Hãy cắm card âm thanh, cho tài khoản loabang vào nhóm audio, hoặc đặt AUDIO_OUTPUT.',
    en: 'Plug in a sound card, put the account loabang into the group audio, or set AUDIO_OUTPUT.',
  },
  'sound-failed': {
    vi: 'không mở được đầu ra âm thanh {output}: {detail}',
    en: 'the sound output {output} does not open or play: {detail}',
  },

  'screen-none': { vi: 'thiết bị này không có bảng', en: 'this device has no board' },
  'screen-ok': {
    vi: '{output} {width}×{height}: trang thử hiện đúng, {frames} khung hình',
    en: '{output} {width}×{height}: the test slide is on it, {frames} frames',
  },
  'screen-no-browser': { vi: 'không có Chromium', en: 'there is no Chromium' },
  'screen-no-browser-do': {
    vi: 'Hãy chạy: npm run chromium',
    en: 'Run: npm run chromium',
  },
  'screen-failed': { vi: 'bảng không mở được: {detail}', en: 'the board does not open: {detail}' },
  'screen-failed-do': {
    vi: 'Hãy xem nhật ký; ở chế độ kiosk cần có màn hình X (DISPLAY).',
    en: 'Look into the log; kiosk mode needs an X display (DISPLAY).',
  },
  'screen-blank': {
    vi: 'ảnh chụp không phải trang thử: bảng trống hoặc hiện thứ khác',
    en: 'its picture is not the test slide: the board is blank, or shows something else',
  },

  'record-ok': {
    vi: 'một lượt phát thử đã ghi xuống đĩa, chuỗi băm khớp, mở lại vẫn còn ({outcome})',
    en: 'a test play is on disk, its chain holds, and it is there when opened again ({outcome})',
  },
  'record-filed': {
    vi: 'một lượt phát thử đã ghi xuống đĩa, chuỗi băm khớp ({outcome}); sẽ gửi máy chủ với nhãn “kiểm tra”, không tính là lượt phát',
    en: 'a test play is on disk, and its chain holds ({outcome}); it goes to the server as a test, and counts as no play',
  },
  'record-failed': {
    vi: 'lượt phát thử không có bản ghi đúng: {detail}',
    en: 'the test play has no proper record: {detail}',
  },
  'record-failed-do': {
    vi: 'Hãy sửa các lỗi ở trên rồi chạy lại; nếu vẫn vậy, thay đĩa.',
    en: 'Mend what is wrong above, and run this again; if it stays, replace the disk.',
  },
} as const
