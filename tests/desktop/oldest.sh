#!/usr/bin/env bash
# The program on processors that are older than this machine's, by QEMU's user mode (Debian: qemu-user): on one without AVX (Nehalem,
# 2008) she writes and speaks, and the recogniser says what it lacks instead of dying; on one with AVX2 (Haswell, 2013) all of it works.
#
#   tests/desktop/oldest.sh [BINARY]
set -euo pipefail
cd "$(dirname "$0")/../.."
hanashi=${1:-${CARGO_TARGET_DIR:-target}/release/hanashi}
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HANASHI_HOME=$home/data
ears=tests/fixtures/whisper-nano/nano-whisper.en-q5_0.bin
clip=$(ls tests/fixtures/whisper-nano/clips/*.wav | head -n 1)

passed=0
ok() { passed=$((passed + 1)); echo "ok      $*"; }
fail() { echo "FAILED  $*"; echo "# oldest: $passed passed, 1 failed"; exit 1; }
on() { qemu-x86_64 -cpu "$@" 2>&1 | grep -v "TCG doesn't support"; }

for cpu in Nehalem Haswell; do
  words=$(on $cpu "$hanashi" complete --greedy --tokens 8 -p 'Hello') || fail "$cpu: $words"
  [ -n "$words" ] || fail "$cpu writes nothing"
  words=$(on $cpu "$hanashi" talk --text 'Hello! How are you?' --out "$home/$cpu.wav") || fail "$cpu: $words"
  [ "$(stat -c %s "$home/$cpu.wav")" -gt 10000 ] || fail "$cpu says nothing"
  ok "$cpu: she writes and speaks"
done
! words=$(on Nehalem "$hanashi" hear --model "$ears" "$clip") || fail "Nehalem hears without AVX2"
grep -q 'this processor lacks' <<<"$words" || fail "Nehalem: $words"
ok "Nehalem: the recogniser says what it lacks"
words=$(on Haswell "$hanashi" hear --model "$ears" "$clip") || fail "Haswell: $words"
grep -q '[a-z]' <<<"$words" || fail "Haswell hears nothing"
ok "Haswell: it hears: ${words##*  }"
echo "# oldest: $passed passed, 0 failed"
