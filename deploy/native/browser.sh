#!/usr/bin/env bash
# A browser for the tests of the page; the product needs none.
#
#   browser.sh                          installs Chromium from the distribution where there is none (root), and prints its path
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"
install_tool chromium chromium chromium-browser google-chrome
