/** What can be wrong when a device is asked to do something. */
export const DEVICE_ERRORS = {
  'device-offline': {
    vi: 'Thiết bị đang mất kết nối nên chưa nhận được lệnh. Hãy thử lại khi thiết bị có mạng.',
    en: 'The device is offline, so the command was not sent. Try again when it is back.',
  },
  'device-silent': {
    vi: 'Thiết bị không trả lời trong {seconds} giây. Hãy thử lại.',
    en: 'The device did not answer within {seconds} s. Try again.',
  },
  'device-no-screen': {
    vi: 'Thiết bị này không có màn hình đang chạy nên không chụp được.',
    en: 'This device has no running screen, so there is nothing to capture.',
  },
  'picture-gone': {
    vi: 'Thiết bị không còn giữ ảnh này: ảnh chỉ được giữ 35 ngày, và mất nếu thẻ nhớ bị thay. Bản ghi vẫn còn nguyên.',
    en: 'The device no longer holds this picture: they are kept for 35 days, and are lost with its disk. The record itself stands.',
  },
  'device-no-sound': {
    vi: 'Thiết bị này không có loa. Hãy chọn một thiết bị có kênh âm thanh.',
    en: 'This device has no loudspeaker. Choose one with an audio channel.',
  },
  'device-disk-full': {
    vi: 'Thiết bị đã làm theo, nhưng ổ đĩa đầy nên sẽ quên khi khởi động lại. Hãy xoá bộ nhớ đệm của thiết bị rồi làm lại.',
    en: 'The device did it, but its disk is full and it will forget it on restart. Clear its cache, then do it again.',
  },
  'nothing-on-air': {
    vi: 'Lúc này thiết bị không phát gì nên không có gì để bỏ qua.',
    en: 'Nothing is on air on this device now, so there is nothing to skip. Wait until something is.',
  },
  'command-unsupported': {
    vi: 'Thiết bị này chưa làm được lệnh đó. Hãy cập nhật phần mềm của đầu phát.',
    en: 'This device cannot do that. Update the software of the player.',
  },
  'device-refused': {
    vi: 'Thiết bị trả lời không đúng. Hãy thử lại; nếu vẫn vậy, hãy cập nhật phần mềm của đầu phát.',
    en: 'The device did not answer as it should. Try again; if it stays so, update the software of the player.',
  },
} as const
