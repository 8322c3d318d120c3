#!/bin/sh
# Brings ONNX Runtime, which Piper voices need: one library out of the npm package `onnxruntime-node` (MIT, Microsoft), into
# target/onnxruntime (or the folder named as the first argument). Needs npm; runs none of the package's scripts. The package
# is 86 MB to download; what is kept is 35 MB. Does nothing where the library is there already.
set -eu
version=1.24.3
root=$(cd "$(dirname "$0")/../.." && pwd)
to=${1:-"$root/target/onnxruntime"}

case "$(uname -s)/$(uname -m)" in
    Linux/x86_64) place=linux/x64; library=libonnxruntime.so.1 ;;
    Linux/aarch64) place=linux/arm64; library=libonnxruntime.so.1 ;;
    Darwin/arm64) place=darwin/arm64; library=libonnxruntime.$version.dylib ;;
    # Git's shell on Windows.
    MINGW*/x86_64 | MSYS*/x86_64) place=win32/x64; library=onnxruntime.dll ;;
    *) echo "onnxruntime-node has no library for $(uname -s) on $(uname -m); point HANASHI_ONNXRUNTIME at one" >&2; exit 1 ;;
esac
if [ -f "$to/$library" ] && [ "$(cat "$to/VERSION" 2>/dev/null)" = "$version" ]; then
    echo "ONNX Runtime $version is in $to"
    exit 0
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo "fetching ONNX Runtime $version (86 MB)"
(cd "$scratch" && npm pack --silent "onnxruntime-node@$version" >/dev/null)
tar -xzf "$scratch/onnxruntime-node-$version.tgz" -C "$scratch" "package/bin/napi-v6/$place/$library"
mkdir -p "$to"
mv "$scratch/package/bin/napi-v6/$place/$library" "$to/$library"
cp "$root/assets/onnxruntime/LICENSE" "$to/LICENSE"
echo "$version" > "$to/VERSION"
echo "ONNX Runtime $version is in $to"
