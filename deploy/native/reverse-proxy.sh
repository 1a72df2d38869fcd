#!/usr/bin/env bash
# A reverse proxy, for the tests of a path prefix; the product needs none.
#
#   reverse-proxy.sh nginx|caddy        installs it from the distribution where there is none (root, its service is not started), and prints its path
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"
# Debian has nginx where only root's PATH leads.
PATH=$PATH:/usr/sbin
install_tool "$1" "$1"
