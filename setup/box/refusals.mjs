import { relative } from 'node:path'
import { starts } from '../run.mjs'
import { SetupProblem } from '../terminal.mjs'
import { insideOf } from './image.mjs'

/** The unit hides these from the player. */
const HIDDEN = /^\/(home|root|tmp|run)(\/|$)/
/** A shell or systemd takes these for something else, also between quotation marks. */
const MISREAD = /[\p{Cc}"$%\\`]/u

/**
 * Refuses what would make a box that does not start, before anything is changed.
 * @param {{ root: string, project: string, isDry: boolean }} place
 */
export const refuseWhatCannotWork = ({ root, project: source, isDry }) => {
  const isHere = root === ''
  const inside = insideOf(root)
  const project = inside(source) ?? source
  const node = inside(process.execPath)
  const quoted = source.replaceAll("'", "'\\''")
  const move = `sudo cp -a '${quoted}' '${root}/opt/loabang' && cd '${root}/opt/loabang'`
  if (process.platform !== 'linux' || !starts('systemctl', '--version')) {
    throw new SetupProblem({
      en: 'A box needs Linux with systemd. Elsewhere start the player by hand: npm run player',
      vi: 'Đầu phát cần Linux có systemd. Trên máy khác hãy chạy tay: npm run player',
    })
  }
  if (isHere && !isDry && process.getuid?.() !== 0) {
    throw new SetupProblem(
      {
        en: 'Installing a box changes the system: it must be done as root. Run:',
        vi: 'Cài đầu phát là thay đổi hệ thống, phải có quyền root. Hãy chạy:',
      },
      `sudo npx loabang install-box ${process.argv.slice(2).join(' ')}`,
    )
  }
  if (relative(root, source).startsWith('..') && !isHere) {
    throw new SetupProblem(
      {
        en: `The project must lie inside ${root}: its path is that of the image. Put it there, and run the same command from there:`,
        vi: `Dự án phải nằm trong ${root} vì ảnh đĩa dùng chính đường dẫn đó. Hãy chép vào rồi chạy lại lệnh từ đó:`,
      },
      move,
    )
  }
  if (node === undefined) {
    throw new SetupProblem({
      en: `The image has no ${process.execPath}. Install Node there, or run this with the Node of the project (remove Node 24 from this machine’s PATH).`,
      vi: `Ảnh đĩa không có ${process.execPath}. Hãy cài Node vào đó, hoặc chạy bằng Node của dự án (bỏ Node 24 khỏi PATH của máy này).`,
    })
  }
  const misread = [project, node].find((path) => MISREAD.test(path))
  if (misread) {
    throw new SetupProblem(
      {
        en: `The path ${misread} has a character that the system would misread (one of " $ % \\ \`). Put the project elsewhere, and run the same command there:`,
        vi: `Đường dẫn ${misread} có ký tự mà hệ thống sẽ hiểu sai (một trong " $ % \\ \`). Hãy đặt dự án vào chỗ khác rồi chạy lại lệnh ở đó:`,
      },
      move,
    )
  }
  const hidden = [project, node].find((path) => HIDDEN.test(path))
  if (hidden) {
    throw new SetupProblem(
      {
        en: `The player’s account does not see ${hidden}. Put the project where it can, and run the same command there:`,
        vi: `Tài khoản của đầu phát không thấy ${hidden}. Hãy đặt dự án vào chỗ khác rồi chạy lại lệnh ở đó:`,
      },
      move,
    )
  }
}
