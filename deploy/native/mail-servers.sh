#!/usr/bin/env bash
# Private Postfix and Exim servers on an address of their own, with all they keep under one directory: what the
# tests send to. As a command:
#
#   mail-servers.sh install             fetches both from the distribution (root)
#   mail-servers.sh start DIR ADDRESS   starts both on ADDRESS, one of 127.0.0.0/8 that nobody else uses, and waits
#                                       until they answer. DIR holds certificate.pem and key.pem.
#                                         Postfix  587 STARTTLS, 465 TLS from the first byte; no login
#                                         Exim    2587 STARTTLS, 2465 TLS from the first byte; login
#                                       E-mail that they keep is in DIR/postfix/kept/new and DIR/exim/kept/new.
#   mail-servers.sh stop DIR            stops both and deletes DIR
#
# Nothing is installed, since the two packages exclude each other and each would become the machine's mail
# system: they are unpacked into a directory and run from there, as accounts that every Debian has.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"

configuration=$(dirname "$(realpath "${BASH_SOURCE[0]}")")/mail-servers
# Named for the release: after an upgrade of the machine, what was unpacked before may lack its libraries.
# shellcheck source=/dev/null
unpacked=/var/cache/mail-tests/$(. /etc/os-release && echo "$ID-${VERSION_ID:-rolling}")
account='uucp'

# ---- Fetching --------------------------------------------------------------------------------------------

require_packages() {
  if [[ -e $unpacked/complete ]]; then return; fi
  command -v apt-get > /dev/null ||
    die "these tests run Postfix and Exim out of Debian's packages, and there is no apt-get here: run them on Debian or Ubuntu"
  say "Fetching Postfix and Exim from the distribution (nothing is installed)"
  mkdir -p "$unpacked/archives/partial"
  local log=$unpacked/log package
  {
    flock 8
    if [[ ! -e $unpacked/complete ]]; then
      (
        lock_apt
        apt_get update
        for package in postfix exim4-daemon-light libnss-wrapper; do
          apt_get install -y --download-only --reinstall --no-install-recommends -o Dir::Cache::archives="$unpacked/archives" "$package"
        done
        find "$unpacked/archives" -name '*.deb' -exec dpkg-deb -x {} "$unpacked" \;
        # Set for their package's users, whom there need not be here.
        find "$unpacked/usr" -perm /6000 -exec chmod ug-s {} +
        touch "$unpacked/complete"
      ) < /dev/null > "$log" 2>&1 || {
        tail -n 30 "$log" >&2
        die "apt-get could not fetch postfix, exim4-daemon-light and libnss-wrapper, which these tests need; see above"
      }
    fi
  } 8> "$unpacked/lock"
}

library_path() {
  printf '%s:' "$unpacked/usr/lib/postfix" "$unpacked"/usr/lib/*-linux-gnu* "$unpacked"/lib/*-linux-gnu*
}

# ---- Postfix ---------------------------------------------------------------------------------------------

launch_postfix() { # DIR ADDRESS
  local area=$1/postfix queue=$1/postfix/queue directory
  mkdir -p "$area/conf" "$queue/pid"
  for directory in active bounce corrupt defer deferred flush hold incoming private saved trace; do
    install -d -m 700 -o "$account" "$queue/$directory"
  done
  install -d -m 730 -o "$account" -g news "$queue/maildrop"
  install -d -m 710 -o "$account" -g news "$queue/public"
  install -d -m 700 -o "$account" "$area/data"
  install -d -m 700 -o nobody "$area/kept" "$area/greylisted"
  install -m 755 "$configuration/greylist.sh" "$area"
  printf '%s = %s\n' area "$area" unpacked "$unpacked" libraries "$(library_path)" | cat - "$configuration/main.cf" > "$area/conf/main.cf"
  {
    printf '%s inet n - n - - smtpd %s\n' "$2:587" '' "$2:465" '-o smtpd_tls_wrappermode=yes'
    echo "greylist unix - n n - 0 spawn user=nobody argv=/bin/bash $area/greylist.sh $area/greylisted"
    cat "$configuration/master.cf"
  } > "$area/conf/master.cf"
  launch_env=(LD_LIBRARY_PATH="$(library_path)" MAIL_CONFIG="$area/conf" LANG=C)
  launch "$1" postfix "$2" / "$unpacked/usr/lib/postfix/sbin/master" -c "$area/conf" -s
}

# ---- Exim ------------------------------------------------------------------------------------------------

launch_exim() { # DIR ADDRESS
  local area=$1/exim
  install -d -m 700 -o "$account" "$area" "$area/spool" "$area/kept"
  # Exim's user is built in by name. A library gives it that name, for a user that there is.
  printf 'Debian-exim:x:%s:%s::/:/bin/false\n' "$(id -u "$account")" "$(id -g "$account")" > "$area/passwd"
  printf 'Debian-exim:x:%s:\n' "$(id -g "$account")" > "$area/group"
  printf '%s = %s\n' AREA "$area" UNPACKED "$unpacked" ADDRESS "$2" | cat - "$configuration/exim.conf" > "$area/exim.conf"
  launch_env=(
    LD_LIBRARY_PATH="$(library_path)" LD_PRELOAD=libnss_wrapper.so
    NSS_WRAPPER_PASSWD="$area/passwd" NSS_WRAPPER_GROUP="$area/group" LANG=C
  )
  launch "$1" exim "$2" / setpriv --reuid="$(id -u "$account")" --regid="$(id -g "$account")" --clear-groups -- \
    "$unpacked/usr/sbin/exim4" -C "$area/exim.conf" -bdf
}

# ---- Both ------------------------------------------------------------------------------------------------

mail_servers_start() { # DIR ADDRESS
  local dir=$1 address=$2 port
  ((EUID == 0)) || die "Postfix is to be started by root: run these tests as root, in a container for example"
  require_packages
  # shellcheck disable=SC2064 # the directory of now
  trap "mail_servers_stop '$dir'" EXIT
  chmod a+x "$dir"
  chown "$account" "$dir/certificate.pem" "$dir/key.pem"
  chmod 400 "$dir/key.pem"
  launch_postfix "$dir" "$address"
  launch_exim "$dir" "$address"
  for port in 587 465; do wait_until_ready "$dir" postfix 30 answers_at "$address" "$port"; done
  for port in 2587 2465; do wait_until_ready "$dir" exim 30 answers_at "$address" "$port"; done
  trap - EXIT
}

answers_at() { # ADDRESS PORT
  (exec 3<> "/dev/tcp/$1/$2") 2> /dev/null
}

mail_servers_stop() { # DIR
  stop_processes "$1" TERM 20 postfix exim
  rm -rf "$1"
}

case ${1:-} in
  install) require_packages ;;
  start | stop)
    if [[ -z ${2:-} || ($1 == start && -z ${3:-}) ]]; then die "usage: ${0##*/} start DIR ADDRESS | stop DIR"; fi
    "mail_servers_$1" "$(realpath "$2")" "${@:3}"
    ;;
  *)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
