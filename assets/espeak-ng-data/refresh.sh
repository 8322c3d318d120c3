#!/bin/sh
# Makes this folder: the part of espeak-ng's data that the app's three languages need (1 MB of 8.8), taken from the data
# that espeak-rs-sys builds from its bundled espeak-ng 1.52 sources. Run it after `cargo build --release -p tts` when that
# crate changes; it needs nothing else.
#
#   assets/espeak-ng-data/refresh.sh [built espeak-ng-data folder]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
from=${1:-$(ls -d "$root"/target/release/build/espeak-rs-sys-*/out/share/espeak-ng-data 2>/dev/null | head -n 1)}
[ -f "$from/phondata" ] || { echo "no built espeak-ng-data found; run: cargo build --release -p tts" >&2; exit 1; }

rm -rf "$here/lang" "$here/voices"
mkdir -p "$here/lang/gmw" "$here/lang/sit" "$here/lang/jpx" "$here/voices/!v"
for file in phondata phonindex phontab intonations en_dict cmn_dict ja_dict; do cp "$from/$file" "$here/$file"; done
for file in en en-GB-scotland en-GB-x-rp en-US; do cp "$from/lang/gmw/$file" "$here/lang/gmw/$file"; done
cp "$from/lang/jpx/ja" "$here/lang/jpx/ja"
# Changed: without `dict_min` espeak-ng does not print a warning for each Mandarin line. The larger dictionary that it
# asks for is not needed, because crates/tts turns Chinese characters into pinyin itself.
for file in cmn cmn-Latn-pinyin; do sed '/^dict_min/d' "$from/lang/sit/$file" > "$here/lang/sit/$file"; done
for variant in f1 f2 f3 f4 f5 m1 m2 m3 m4 m5 m6 m7 m8 Alicia Andrea Andy Annie Michael anika belinda linda steph zac; do
    cp "$from/voices/!v/$variant" "$here/voices/!v/$variant"
done
chmod -R u=rwX,go=rX "$here"
du -sh "$here"
