#!/bin/sh
# The player's command, as its service runs it: sudo loabang-player doctor
set -eu
export DATA_DIR=/var/lib/loabang-player NODE_ENV=production
cd "@ROOT@"
exec setpriv --reuid=loabang --regid=loabang --init-groups \
  "@NODE@" @FLAGS@ --env-file-if-exists=/etc/loabang/player.env "@PLAYER@" "$@"
