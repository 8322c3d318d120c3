#!/usr/bin/env bash
# The real app in a real window, without a display, a sound card or a network: see desktop.mjs.
set -euo pipefail
cd "$(dirname "$0")/../.."
exec node tests/desktop/desktop.mjs "$@"
