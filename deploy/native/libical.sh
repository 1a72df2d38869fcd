#!/usr/bin/env bash
# libical, which the tests hold recurrence rules against; the product needs none.
#
#   libical.sh                          fetches libical3 from Debian or its kin, installs nothing, and prints the path of the library
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"

# Named for the release: after an upgrade of the machine, what was unpacked before may lack its libraries.
# shellcheck source=/dev/null
unpacked=/var/cache/mail-tests/$(. /etc/os-release && echo "$ID-${VERSION_ID:-rolling}")-libical
library() { find /usr/lib "$unpacked" -name 'libical.so.3' 2> /dev/null | head -n 1; }

if [[ -z $(library) ]]; then
  command -v apt-get > /dev/null || die "these tests need libical 3, and there is no apt-get here"
  say "Fetching libical3 from the distribution (nothing is installed)"
  mkdir -p "$unpacked/archives/partial"
  {
    flock 8
    if [[ -z $(library) ]]; then
      (
        lock_apt
        apt_get update
        apt_get install -y --download-only --reinstall --no-install-recommends -o Dir::Cache::archives="$unpacked/archives" libical3
        find "$unpacked/archives" -name '*.deb' -exec dpkg-deb -x {} "$unpacked" \;
      ) < /dev/null > "$unpacked/log" 2>&1 || die "apt-get could not fetch libical3, see $unpacked/log"
    fi
  } 8> "$unpacked/lock"
fi
library
