#!/usr/bin/env bash
# The package's whole life in a copy-on-write view of this system (nothing here is changed): installed, found on the PATH, talks in the
# terminal, opens its window from /usr and talks there (desktop.mjs), fetches a model from a hub on this machine and answers with
# it, and is removed without leaving anything outside the user's data. Needs root, and the package: `cargo xtask package`.
#
#   sudo tests/desktop/installed.sh [PACKAGE.deb]
set -euo pipefail
cd "$(dirname "$0")/../.."
deb=$(readlink -f "${1:-$(ls -t target/release/bundle/deb/*.deb | head -n 1)}")

if [ "${INSIDE:-}" != 1 ]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  INSIDE=1 SCRATCH=$scratch unshare --mount --propagation private "$0" "$deb"
  exit
fi

root=$SCRATCH/root
mount -t tmpfs none "$SCRATCH"
mkdir "$root" "$SCRATCH/upper" "$SCRATCH/work"
mount -t overlay overlay -o "lowerdir=/,upperdir=$SCRATCH/upper,workdir=$SCRATCH/work" "$root"
for folder in dev proc sys; do mount --rbind "/$folder" "$root/$folder"; done
mount -t tmpfs none "$root/tmp"
cp "$deb" "$root/tmp/hanashi.deb"
inside() { chroot "$root" env -u HANASHI_MODELS HOME=/tmp/home HANASHI_HOME=/tmp/home/data LANG=C.UTF-8 "$@"; }
mkdir "$root/tmp/home"

passed=0
ok() { passed=$((passed + 1)); echo "ok      $*"; }
fail() { echo "FAILED  $*"; echo "# installed: $passed passed, 1 failed"; exit 1; }

inside dpkg --install /tmp/hanashi.deb >"$SCRATCH/dpkg.log" 2>&1 || { cat "$SCRATCH/dpkg.log"; fail "the package does not install"; }
ok "it installs"

inside sh -c 'test "$(command -v hanashi)" = /usr/bin/hanashi' || fail "hanashi is not on the PATH"
for file in man/man1/hanashi.1 bash-completion/completions/hanashi zsh/site-functions/_hanashi applications/Hanashi.desktop; do
  test -s "$root/usr/share/$file" || fail "/usr/share/$file is missing"
done
grep -q 'MimeType=.*application/x-charx.*image/png' "$root/usr/share/applications/Hanashi.desktop" || fail "cards do not open it"
grep -q '^Exec=hanashi-desktop %F' "$root/usr/share/applications/Hanashi.desktop" || fail "it is not given the card that is opened"
grep -q 'application/x-charx:\*.charx' "$root/usr/share/mime/globs2" || fail "a .charx is not known by its name"
ok "program, manual, completions and desktop entry are in their places"

answer=$(cd / && inside hanashi --json talk --text 'Hello! How are you?' --out /tmp/reply.wav) || fail "it does not talk"
grep -q '"reply":"[^"]' <<<"$answer" && test -s "$root/tmp/reply.wav" || fail "no answer: $answer"
ok "it talks from /usr, and is heard"

mkdir "$root/tmp/hub"
cp assets/models/hanashi-mini/hanashi-mini.gguf "$root/tmp/hub/another.gguf"
cp -r crates/llm/tests/fixtures/families/qwen3 "$root/tmp/hub/folder"
inside python3 -m http.server --bind 127.0.0.1 --directory /tmp/hub 8391 >"$SCRATCH/hub.log" 2>&1 &
hub=$!
trap 'kill $hub 2>/dev/null || true' EXIT
for _ in $(seq 50); do inside curl -fsI http://127.0.0.1:8391/another.gguf >"$SCRATCH/head" 2>&1 && break; sleep 0.1; done
cat >"$root/tmp/home/data/catalogue.toml" <<'TOML'
version = 1
[[model]]
id = 'another'
kind = 'chat'
name = 'Another'
licence = { id = 'CC-BY-4.0' }
files = [{ url = 'http://127.0.0.1:8391/another.gguf' }]
[[model]]
id = 'folder'
kind = 'chat'
name = 'Folder'
licence = { id = 'MIT' }
files = [
  { url = 'http://127.0.0.1:8391/folder/config.json' },
  { url = 'http://127.0.0.1:8391/folder/tokenizer.json' },
  { url = 'http://127.0.0.1:8391/folder/model.safetensors' },
]
TOML
inside hanashi models pull another >"$SCRATCH/pull" || fail "it does not fetch"
answer=$(inside hanashi --json talk --model another --text 'And you?' --out /tmp/second.wav) || fail "it does not answer with the new model"
grep -q '"reply":"[^"]' <<<"$answer" || fail "no answer of the new model: $answer"
inside hanashi --json upkeep network | grep -q '"host":"127.0.0.1"' || fail "the access was not noted"
ok "a model is fetched from a hub on this machine, noted, and answers"

inside hanashi models pull folder >"$SCRATCH/pull" || fail "it does not fetch a folder"
inside hanashi --json complete --model folder --prompt a --tokens 3 --greedy | grep -q '"ids":\[[0-9]' || fail "the folder is not a model"
inside hanashi models rm folder && [ ! -e "$root/tmp/home/data/models/folder" ] || fail "the folder does not go"
ok "a folder of weights is fetched as one model, used, and goes as one"

if [ "${WINDOW:-1}" = 1 ]; then
  chroot "$root" env HOME=/root PATH="$PATH" sh -c "cd '$PWD' && node tests/desktop/desktop.mjs /usr/bin/hanashi-desktop" || fail "the window does not work from /usr"
  ok "the window opens from /usr, and she talks"
fi

inside dpkg --remove hanashi >"$SCRATCH/dpkg.log" 2>&1 || { cat "$SCRATCH/dpkg.log"; fail "it is not removed"; }
left=$(find "$SCRATCH/upper" -type f \( -path '*hanashi*' -o -path '*Hanashi*' \) \
  -not -path '*/var/lib/dpkg/*' -not -path '*/var/log/*' -not -path "$SCRATCH/upper$PWD/*" -not -path '*/root/.npm/*')
[ -z "$left" ] || fail "it leaves: $left"
test -s "$root/tmp/home/data/hanashi.sqlite" || fail "the user's data went, too"
ok "it is removed; nothing is left but the user's data"
echo "# installed: $passed passed, 0 failed"
