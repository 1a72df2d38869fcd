#!/usr/bin/env bash
# Python with dateutil, which the tests hold recurrence rules against; the product needs neither.
#
#   dateutil.sh                         installs python3-dateutil from the distribution where there is none (root), and prints the
#                                       path of a Python that has it
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"

has_dateutil() { "$1" -c 'import dateutil.rrule' 2> /dev/null; }

for python in python3 /usr/bin/python3; do
  if has_dateutil "$python"; then
    command -v "$python"
    exit
  fi
done
if ! command -v apt-get > /dev/null || ((EUID != 0)); then
  die "the tests need a python3 with dateutil: install python3-dateutil with your distribution's package manager"
fi
say "Installing from the distribution, for the tests: python3-dateutil (no system service is started)"
install_packages python3-dateutil
has_dateutil /usr/bin/python3 || die "python3-dateutil was installed, and /usr/bin/python3 has none"
echo /usr/bin/python3
