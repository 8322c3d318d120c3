#!/usr/bin/env bash
# Which graphics card a build on this machine should compute on: prints the cargo feature (`cuda`, `metal`, or nothing) and says why.
# HANASHI_GRAPHICS=cuda|metal|none decides instead. CUDA needs NVIDIA's compiler and a card with its driver; Metal an Apple processor.
set -euo pipefail

say() { printf '== %s\n' "$*" >&2; }

case "${HANASHI_GRAPHICS:-}" in
  cuda | metal)
    say "The language model computes with $HANASHI_GRAPHICS, because HANASHI_GRAPHICS says so"
    printf '%s\n' "$HANASHI_GRAPHICS"
    exit
    ;;
  none)
    say "The language model computes on the processor, because HANASHI_GRAPHICS says so"
    exit
    ;;
  "") ;;
  *)
    say "HANASHI_GRAPHICS is \`$HANASHI_GRAPHICS\`; it can be cuda, metal or none"
    exit 1
    ;;
esac

if [ "$(uname -s)" = Darwin ] && [ "$(uname -m)" = arm64 ]; then
  say "The language model computes with Metal where it gains by it"
  printf 'metal\n'
  exit
fi
# A driver that is broken says so where the card's name would stand: only what looks like a card is taken.
card=$(nvidia-smi -L 2>/dev/null | sed -n 's/^GPU [0-9]*: \(.*\) (UUID.*/\1/p' | head -n 1 || true)
if [ -z "$card" ]; then
  say "The language model computes on the processor (no card of NVIDIA's with a driver was found)"
elif ! command -v nvcc >/dev/null; then
  say "The language model computes on the processor: $card is there, and nvcc is not on the PATH. Install NVIDIA's CUDA toolkit to use it"
else
  say "The language model computes on $card where it gains by it (CUDA $(nvcc --version | sed -n 's/.*release \([0-9.]*\).*/\1/p'))"
  printf 'cuda\n'
fi
