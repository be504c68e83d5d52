/** Why a file cannot be used, in words that say what to do next. Part of the table of errors.ts. */
export const FILE_ERRORS = {
  'file-empty': {
    vi: 'Tệp không có dữ liệu. Hãy kiểm tra tệp trên máy rồi tải lên lại.',
    en: 'The file is empty. Check it on your computer and upload it again.',
  },
  'file-too-large': {
    vi: 'Tệp lớn hơn mức cho phép {limit}. Hãy cắt hoặc nén tệp rồi tải lên lại.',
    en: 'The file is larger than the limit of {limit}. Cut or compress it and upload it again.',
  },
  'file-cut-short': {
    vi: 'Tệp thiếu phần cuối: bị ngắt khi chép hoặc khi tải lên. Hãy kiểm tra tệp trên máy rồi tải lên lại.',
    en: 'The end of the file is missing: it was cut off when it was copied or uploaded. Check it on your computer, then upload it again.',
  },
  'file-kind-unknown': {
    vi: 'Không phát được loại tệp này. Hãy dùng MP3, WAV, OGG, M4A, FLAC cho âm thanh; PNG, JPEG, WebP cho ảnh; MP4, WebM cho video; hoặc .md cho bản tin chữ.',
    en: 'This kind of file cannot be broadcast. Use MP3, WAV, OGG, M4A or FLAC for sound; PNG, JPEG or WebP for pictures; MP4 or WebM for video; .md for a text bulletin.',
  },
  'document-kind-unknown': {
    vi: 'Không đính kèm được loại tệp này. Văn bản cần là PDF, DOCX hoặc ảnh chụp (PNG, JPEG, WebP).',
    en: 'This kind of file cannot be attached. A letter must be PDF, DOCX or a picture (PNG, JPEG, WebP).',
  },
  'file-unreadable': {
    vi: 'Tệp hỏng hoặc không đọc được ({detail}). Hãy xuất lại tệp từ phần mềm gốc rồi tải lên lại.',
    en: 'The file is damaged or cannot be read ({detail}). Export it again and upload the new file.',
  },
  'file-silent': {
    vi: 'Tệp âm thanh không có tiếng. Hãy nghe lại tệp gốc rồi tải lên bản có tiếng.',
    en: 'The sound file is silent. Listen to the original and upload one that can be heard.',
  },
  'file-too-long': {
    vi: 'Nội dung dài hơn mức cho phép {limit}. Hãy cắt thành nhiều phần.',
    en: 'This is longer than the limit of {limit}. Cut it into parts.',
  },
  'picture-too-large': {
    vi: 'Hình có quá nhiều điểm ảnh: tối đa {limit} triệu. Hãy thu nhỏ hình hoặc video rồi tải lên lại.',
    en: 'The picture has too many pixels: at most {limit} million. Scale the picture or video down and upload it again.',
  },
  'pictures-impossible': {
    vi: 'Máy chủ này không xử lý được hình và video: thư viện xử lý hình không chạy trên bộ xử lý (CPU) hoặc hệ điều hành này ({detail}). Âm thanh và bản tin chữ vẫn dùng được. Hãy chuyển máy chủ sang máy có CPU đời mới hơn (x86-64-v2 trở lên).',
    en: 'This server cannot handle pictures and videos: the library for pictures does not run on this processor or system ({detail}). Sound and text bulletins work. Move the server to a machine with a newer processor (x86-64-v2 or better).',
  },
  'file-stops-ingest': {
    vi: 'Máy chủ đã phải dừng hai lần khi xử lý tệp này nên đã gác tệp lại. Hãy xuất lại tệp từ phần mềm gốc, gọn hơn, rồi tải lên; hoặc bấm “Thử lại”.',
    en: 'Processing this file had to be ended twice, so it was set aside. Export it again in a simpler form and upload that, or choose “Try again”.',
  },
  'loudness-out-of-reach': {
    vi: 'Không đưa được âm lượng về mức phát chuẩn (đo được {lufs} LUFS). Hãy tải lên bản ghi rõ hơn.',
    en: 'The loudness could not be brought to the broadcast level (measured {lufs} LUFS). Upload a clearer recording.',
  },
  'bulletin-setting': {
    vi: 'Dòng “{line}” ở đầu bản tin không dùng được. Các dòng được phép: {known}. Hãy sửa rồi tải lên lại.',
    en: 'The line “{line}” at the head of the bulletin means nothing here. What may stand there: {known}. Correct it and upload it again.',
  },
} as const
