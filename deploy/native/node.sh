#!/usr/bin/env bash
# Node.js with npm for the tests of generated clients; the product needs neither.
#
#   node.sh                             installs npm from the distribution where there is none (root), and prints its path
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"
install_tool npm npm
