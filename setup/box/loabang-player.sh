#!/bin/sh
# The player's command, as its service runs it: sudo loabang-player doctor
set -eu
case " $* " in *" --help "*)
  # Asking needs no rights.
  case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
  vi*)
    cat <<'TEXT'
sudo loabang-player doctor [--quiet] [--lang vi|en]

Đầu phát tự kiểm tra: ổ đĩa, mạng, giờ, âm thanh, màn hình. --quiet: không phát tiếng, không hiện gì.
Dừng đầu phát trước: sudo systemctl stop loabang-player. Thiết lập: /etc/loabang/player.env.
TEXT
    ;;
  *)
    cat <<'TEXT'
sudo loabang-player doctor [--quiet] [--lang vi|en]

The box proves itself: disk, network, clock, sound and screen. --quiet: nothing is heard or shown.
Stop the player before: sudo systemctl stop loabang-player. Settings: /etc/loabang/player.env.
TEXT
    ;;
  esac
  exit 0
  ;;
esac
export DATA_DIR=/var/lib/loabang-player NODE_ENV=production
cd "@ROOT@"
exec setpriv --reuid=loabang --regid=loabang --init-groups \
  "@NODE@" @FLAGS@ --env-file-if-exists=/etc/loabang/player.env "@PLAYER@" "$@"
