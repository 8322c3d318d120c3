#!/usr/bin/env bash
# Installs the system packages that are missing: `system-packages.sh run` for building and running, `… test` for the
# tests' extra ones as well. A script and not Rust because the linker that Rust needs is among the packages.
set -euo pipefail

build=(
  build-essential pkg-config cmake clang libclang-dev       # linker, whisper.cpp, espeak-ng, bindgen; perl and make for OpenSSL
  libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-dev            # the window
  libayatana-appindicator3-dev libxdo-dev libssl-dev
  libasound2-dev                                             # sound
  libsonic-dev                                               # without it espeak-ng's build fetches it from the network
)
tests=(
  xvfb xauth x11-utils x11-apps imagemagick dbus dbus-x11    # a window without a display
  webkit2gtk-driver libgl1-mesa-dri fonts-noto-cjk fonts-dejavu-core
  pulseaudio pulseaudio-utils alsa-utils sox                 # sound without a sound card
  xdotool python3-gi gir1.2-gtk-3.0                          # a file dragged from another window
  chromium chromium-driver                                   # the page alone
  espeak-ng curl file
  strace                                                     # sees any attempt to reach another machine
  libvulkan1 mesa-vulkan-drivers                             # a graphics card that is none
)
fedora="gcc gcc-c++ make perl-core pkgconf-pkg-config cmake clang clang-devel webkit2gtk4.1-devel gtk3-devel librsvg2-devel
  libayatana-appindicator-gtk3-devel libxdo-devel openssl-devel alsa-lib-devel sonic-devel"
arch="base-devel cmake clang webkit2gtk-4.1 gtk3 librsvg libayatana-appindicator xdotool openssl alsa-lib libsonic"

wanted=("${build[@]}")
[ "${1:-run}" = test ] && wanted+=("${tests[@]}")

say() { printf '%s\n' "$*" >&2; }

for tool in cargo node npm; do
  command -v "$tool" >/dev/null || {
    say "hanashi: \`$tool\` is missing. Install Rust from https://rustup.rs and Node 20 or newer from https://nodejs.org, then try again."
    exit 1
  }
done

# Other systems: name what is needed when it is visibly absent, and leave the installing to the person.
if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  absent=()
  for tool in cc c++ make perl cmake clang pkg-config; do command -v "$tool" >/dev/null || absent+=("$tool"); done
  if [ "$(uname -s)" = Linux ] && command -v pkg-config >/dev/null; then
    for library in webkit2gtk-4.1 gtk+-3.0 librsvg-2.0 alsa; do
      pkg-config --exists "$library" || absent+=("$library")
    done
  fi
  [ ${#absent[@]} -eq 0 ] && exit 0
  say "hanashi: not found on this system: ${absent[*]}"
  say "Install them and try again:"
  say "  Fedora:  sudo dnf install" $fedora
  say "  Arch:    sudo pacman -S --needed" $arch
  say "  macOS:   xcode-select --install && brew install cmake pkg-config"
  exit 1
fi

installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null || true)
missing=()
for package in "${wanted[@]}"; do
  grep -qx "$package installed" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    say "hanashi: these system packages are missing, and there is no sudo here. As root, run:"
    say "  apt-get install ${missing[*]}"
    exit 1
  }
  as_root=(sudo)
  [ -t 0 ] || as_root=(sudo -n) # nobody is there to type a password
fi

say "hanashi: installing ${#missing[@]} system packages: ${missing[*]}"
"${as_root[@]}" apt-get update -q

# A name this release does not carry (Ubuntu has no `chromium` package) must not keep the others out.
have=()
for package in "${missing[@]}"; do
  if [ -n "$(apt-cache madison "$package" 2>/dev/null)" ]; then have+=("$package"); else
    say "hanashi: this release has no package \`$package\`; what needs it will say so (CHROMIUM=/path/to/chromium names a browser)"
  fi
done
[ ${#have[@]} -eq 0 ] || "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${have[@]}"
