#!/usr/bin/env bash
# promtool, for the test of the alert rules; the product needs none.
#
#   promtool.sh                         installs Prometheus from the distribution where there is none (root, its service is not started), and prints promtool's path
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"
install_tool prometheus promtool
