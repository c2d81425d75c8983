#!/bin/sh
# Finds or installs a Chromium for the browser tests and writes its path to the file given; where
# none can be had, the file stays without a path and the browser tests say that they were skipped.
set -eu
found=$1

look() {
    for name in "${ZHIYIN_CHROMIUM:-}" chromium /usr/bin/chromium chromium-browser google-chrome; do
        [ -n "$name" ] && command -v "$name" && return 0
    done
    .venv/bin/python - <<'PY'
from pathlib import Path
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    path = playwright.chromium.executable_path
    raise SystemExit(print(path) if Path(path).exists() else 1)
PY
}

install() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            chromium fonts-noto-cjk && return 0
    fi
    timeout 300 .venv/bin/playwright install chromium
}

mkdir -p "$(dirname "$found")"
look >"$found" 2>/dev/null && exit 0
log="$found.log"
install </dev/null >"$log" 2>&1 || true
look >"$found" 2>/dev/null && exit 0
: >"$found"
echo "No Chromium could be installed (see $log): the browser tests will be skipped." >&2
