#!/bin/sh
# Makes this folder: espeak-ng's data for all its languages (9 MB), compiled from the sources that the crate espeak-rs-sys brings
# (espeak-ng 1.52) by the espeak-ng that it builds. Run it after `cargo build --release --workspace` when that crate changes; it needs
# nothing else.
#
#   assets/espeak-ng-data/refresh.sh [build folder of espeak-rs-sys, with bin/espeak-ng and espeak-ng/dictsource]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
from=${1:-$(ls -dt "$root"/target/release/build/espeak-rs-sys-*/out 2>/dev/null | head -n 1)}
[ -x "$from/bin/espeak-ng" ] || { echo "no built espeak-ng found; run: cargo build --release --workspace" >&2; exit 1; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
data=$scratch/espeak-ng-data
mkdir -p "$data/voices"
cp -r "$from/espeak-ng/espeak-ng-data/lang" "$data/lang"
cp -r "$from/espeak-ng/espeak-ng-data/voices/!v" "$data/voices/!v"
cp -r "$from/espeak-ng/phsource" "$from/espeak-ng/dictsource" "$scratch/"
export ESPEAK_DATA_PATH="$scratch"
(cd "$scratch/phsource" && "$from/bin/espeak-ng" --compile-intonations && "$from/bin/espeak-ng" --compile-phonemes) >&2
cd "$scratch/dictsource"
for rules in *_rules; do "$from/bin/espeak-ng" --compile="${rules%_rules}" >/dev/null; done
cd "$here"
# What the compiler writes beside its tables is for its developers.
rm -f "$data/phondata-manifest"
# Changed: without `dict_min` espeak-ng does not print a warning for each Mandarin line. The larger dictionary that it
# asks for is not needed, because crates/tts turns Chinese characters into pinyin itself.
for file in cmn cmn-Latn-pinyin; do
    sed '/^dict_min/d' "$data/lang/sit/$file" > "$scratch/$file"
    mv "$scratch/$file" "$data/lang/sit/$file"
done
find . -mindepth 1 -maxdepth 1 ! -name refresh.sh ! -name README.md ! -name LICENSE -exec rm -rf {} +
cp -r "$data/." "$here/"
chmod -R u=rwX,go=rX "$here"
du -sh "$here"
