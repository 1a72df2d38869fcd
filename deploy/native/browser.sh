#!/usr/bin/env bash
# A browser for the tests of the page; the product needs none.
#
#   browser.sh                          installs Chromium from the distribution where there is none (root), and prints its path
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"

find_browser() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

if ! find_browser; then
  if ! command -v apt-get > /dev/null || ((EUID != 0)); then
    die "the tests of the page need Chromium: install it with your distribution's package manager"
  fi
  say "Installing from the distribution: chromium"
  log=$(mktemp)
  { apt_get update && DEBIAN_FRONTEND=noninteractive apt_get install -y --no-install-recommends chromium; } < /dev/null > "$log" 2>&1 || {
    tail -n 30 "$log" >&2
    die "apt-get could not install chromium; see above"
  }
  rm -f "$log"
  find_browser
fi
