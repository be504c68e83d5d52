/** What can be refused of a draft and of publishing it. Part of the table of errors.ts. */
export const DRAFT_ERRORS = {
  'draft-changed': {
    vi: 'Bản nháp đã thay đổi sau khi bạn xem tác động; chưa có gì được phát hành. Hãy xem lại tác động rồi phát hành.',
    en: 'The draft has changed since you looked at its impact; nothing was published. Look at the impact again, then publish.',
  },
  'confirmation-needed': {
    vi: 'Bản này có điều phải xác nhận trước khi phát hành: loa im hẳn, tin khẩn cấp chen ngang, hoặc quy định của cấp trên bị nới lỏng. Chưa có gì được phát hành. Hãy mở “Xem tác động”, đọc từng câu và xác nhận.',
    en: 'This says things that must be confirmed before it is published: loudspeakers that fall silent, an emergency that breaks in, or a rule of an area above that is made looser. Nothing was published. Open the impact, read each sentence and confirm it.',
  },
  'second-person-needed': {
    vi: '“{name}” phát mức “Trực tiếp” và chính bạn đã soạn: cần người thứ hai. Chưa có gì được phát hành. Hãy nhờ người khác có quyền phát hành xem tác động rồi phát hành.',
    en: '“{name}” is of class live and you wrote it yourself: a second person is needed. Nothing was published. Ask somebody else who may publish to look at the impact and publish it.',
  },
  'second-person-restores': {
    vi: '“{name}” phát mức “Trực tiếp”: một người không tự khôi phục được. Chưa có gì được phát hành. Hãy chọn “Chỉ đưa vào bản nháp”, rồi nhờ người khác có quyền phát hành xem và phát hành.',
    en: '“{name}” is of class live: one person alone cannot bring it back. Nothing was published. Choose “Into the draft only”, then ask somebody else who may publish to look at it and publish it.',
  },
  'publish-needs': {
    vi: '“{name}” cần “{needs}”, mà bạn không có quyền phát hành mục này. Hãy nhờ người phụ trách phát hành trước, hoặc chọn mục khác.',
    en: '“{name}” needs “{needs}”, which you may not publish. Ask whoever is in charge of it to publish it first, or choose another.',
  },
  'draft-needs': {
    vi: 'Không làm được: “{name}” trong bản nháp cần “{needs}”. Hãy sửa “{name}” trước.',
    en: 'This cannot be done: “{name}” of the draft needs “{needs}”. Change “{name}” first.',
  },
  'nothing-changed': {
    vi: 'Không có thay đổi nào để phát hành.',
    en: 'There is nothing to publish.',
  },
  'emergency-not-allowed': {
    vi: 'Mức “Khẩn cấp” chỉ dành cho trực ban và người quản trị ở mọi nơi lịch này phát. Hãy chọn mức khác, hoặc nhờ trực ban.',
    en: 'The class emergency is for duty officers and administrators of every place that hears the schedule. Choose another class, or ask the duty officer.',
  },
} as const
