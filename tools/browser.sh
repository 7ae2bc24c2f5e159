#!/usr/bin/env bash
# Fetches what the browser tests need. Where that is impossible they are skipped loudly, and fail under CI.
set -euo pipefail
cd "$(dirname "$0")/.."

missing() {
  echo "!!! $1: browser tests will be SKIPPED" >&2
  if [[ "${CI:-}" == true ]]; then
    echo "!!! in CI every test must run" >&2
    exit 1
  fi
}

have_chromium() {
  [[ -n "${GOODTERMS_CHROMIUM:-}" ]] || command -v chromium chromium-browser google-chrome >/dev/null
}

if ! have_chromium && [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  echo "installing Chromium for the browser tests"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null || true
fi
have_chromium || missing "no Chromium (install it, or name it in GOODTERMS_CHROMIUM)"

if [[ ! -f node_modules/axe-core/axe.min.js || package-lock.json -nt node_modules/.package-lock.json ]]; then
  if command -v npm >/dev/null; then
    npm ci --silent --ignore-scripts --no-audit --no-fund || missing "npm ci failed"
  else
    missing "no npm, and so no axe-core"
  fi
fi
