#!/usr/bin/env bash
# Private PostgreSQL and RabbitMQ servers on 127.0.0.1, with all they keep under one directory.
# Sourced by ./mail; as a command, for the tests:
#
#   servers.sh install                  installs what is missing from the distribution (root)
#   servers.sh start DIR [--postgres-port P] [--rabbitmq-port P] [--management-port P] [--dist-port P]
#                        [--epmd-port P]
#                                       starts both, waits until they are ready and prints
#                                         POSTGRES=<Npgsql connection string>
#                                         RABBITMQ=<amqp uri>
#                                         RABBITMQ_MANAGEMENT=<http uri>
#                                       A port that is left out is a free one, the same at every later start.
#   servers.sh stop DIR [--wipe]        stops both; --wipe also deletes what they kept, DIR included
#
# What belongs to the system is left alone: its service, its clusters, its configuration files.
set -euo pipefail

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then servers_called_as_command=1; else servers_called_as_command=; fi
# shellcheck source-path=SCRIPTDIR source=processes.sh
source "$(dirname "${BASH_SOURCE[0]}")/processes.sh"

# ---- Installing ------------------------------------------------------------------------------------------

postgres_bin() { # [MAJOR], the newest where left out
  local bin
  for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | sort -rV); do
    if [[ -x $bin/postgres && ($# -eq 0 || $("$bin/postgres" -V) =~ \ $1[.[:space:]]) ]]; then
      echo "$bin"
      return
    fi
  done
  return 1
}

# The server's own script. Debian's wrapper in PATH switches to the user rabbitmq, and to that user's directory.
rabbitmq_server() {
  local script
  for script in $(printf '%s\n' /usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server | sort -rV); do
    if [[ -x $script ]]; then
      echo "$script"
      return
    fi
  done
  return 1
}

missing_packages() {
  postgres_bin > /dev/null || echo postgresql
  rabbitmq_server > /dev/null || echo rabbitmq-server
  command -v curl > /dev/null || echo curl
}

require_installed() {
  local missing
  missing=$(missing_packages | paste -sd ' ')
  if [[ -z $missing ]]; then return; fi
  if ! command -v apt-get > /dev/null; then
    die "missing: $missing. Install them with your distribution's package manager, or start a Docker engine."
  fi
  if ((EUID != 0)); then
    say "Missing: $missing. This one command installs them, without starting any system service:"
    say "  sudo $(realpath "${BASH_SOURCE[0]}") install"
    exit 1
  fi
  say "Installing from the distribution: $missing (no system service is started)"
  install_missing
}

install_missing() {
  local packages
  mapfile -t packages < <(missing_packages)
  install_packages "${packages[@]}"
}

# A program of the tests: where none of its names is to be found, its package is installed. Prints the path.
install_tool() { # PACKAGE NAME...
  local package=$1 name
  for name in "${@:2}"; do
    if command -v "$name"; then return; fi
  done
  if ! command -v apt-get > /dev/null || ((EUID != 0)); then
    die "the tests need $2: install it with your distribution's package manager"
  fi
  say "Installing from the distribution, for the tests: $package (no system service is started)"
  install_packages "$package"
  command -v "$2"
}

# The packages start their services when installed and at every boot. Neither is wanted here, so starting is
# forbidden while they are installed and what was enabled is disabled, but only for packages that were not
# there before: a service that the machine already had is its owner's.
install_packages() { # PACKAGE...
  local packages=("$@") policy=/usr/sbin/policy-rc.d cluster=/etc/postgresql-common/createcluster.d/mail.conf
  ((${#packages[@]})) || return 0
  local had_erlang=
  if dpkg -s erlang-base > /dev/null 2>&1; then had_erlang=1; fi

  local log
  log=$(mktemp)
  (
    lock_apt
    trap 'restore_policy "$policy" "$cluster"' EXIT
    restore_policy "$policy" "$cluster" # where an earlier run was killed
    if [[ -e $policy ]]; then mv "$policy" "$policy.before-mail"; fi
    printf '#!/bin/sh\n# written by mail while it installs packages\nexit 101\n' > "$policy"
    chmod 755 "$policy"
    mkdir -p "${cluster%/*}"
    echo 'create_main_cluster = false' > "$cluster"
    export DEBIAN_FRONTEND=noninteractive
    apt_get update
    apt_get install -y --no-install-recommends -o Dpkg::Options::=--force-confold "${packages[@]}"
  ) < /dev/null > "$log" 2>&1 || {
    tail -n 30 "$log" >&2
    die "apt-get could not install ${packages[*]}; see above"
  }
  rm -f "$log"

  if [[ " ${packages[*]} " == *" rabbitmq-server "* ]]; then
    disable_service rabbitmq-server.service
    if [[ -z $had_erlang ]]; then disable_service epmd.service epmd.socket; fi
  fi
  local package
  for package in prometheus nginx caddy; do
    if [[ " ${packages[*]} " == *" $package "* ]]; then disable_service "$package.service"; fi
  done
}

# Until the end of the subshell that calls it: tests that run at once may each want a package, and apt-get does not wait for the lists.
lock_apt() {
  exec 7> /var/lock/mail-apt
  flock 7
}

apt_get() {
  apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

restore_policy() { # POLICY_FILE CLUSTER_FILE
  if grep -qs '^# written by mail' "$1"; then rm -f "$1"; fi
  if [[ -e $1.before-mail ]]; then mv "$1.before-mail" "$1"; fi
  rm -f "$2"
}

disable_service() { # UNIT...
  local unit
  for unit in "$@"; do
    if command -v systemctl > /dev/null; then systemctl disable --quiet "$unit" > /dev/null 2>&1 || true; fi
    if [[ -x /etc/init.d/${unit%.service} ]]; then update-rc.d "${unit%.service}" disable > /dev/null 2>&1 || true; fi
  done
}

# ---- PostgreSQL ------------------------------------------------------------------------------------------

# PostgreSQL refuses to run as root; then it runs as the user that its package made.
as_postgres=()
if ((EUID == 0)); then as_postgres=(setpriv --reuid=postgres --regid=postgres --init-groups --); fi

# DIR/postgres, or a link there to a place that the user postgres can reach: a checkout in /root or in a
# fresh `mktemp -d` lies behind a directory that only root can pass.
prepare_postgres_directory() { # DIR
  local dir=$1 elsewhere
  if ((EUID != 0)); then
    mkdir -p "$dir/postgres"
    chmod 700 "$dir/postgres"
    return
  fi
  chmod a+x "$dir"
  if "${as_postgres[@]}" test -x "$dir"; then
    mkdir -p "$dir/postgres"
    if [[ -L $dir/postgres ]]; then return; fi
  else
    elsewhere=$(elsewhere_for "$dir")
    if [[ ! -d $elsewhere ]]; then mkdir -m 700 "$elsewhere"; fi
    # Anyone may create a directory in /var/tmp, also one of this name.
    if [[ -L $elsewhere || ! $(stat -c %U "$elsewhere") =~ ^(root|postgres)$ ]]; then
      die "$elsewhere belongs to someone else; remove it, or move the checkout to where the user postgres can read it"
    fi
    if [[ ! -L $dir/postgres ]]; then rm -rf "$dir/postgres"; fi
    ln -sfn "$elsewhere" "$dir/postgres"
  fi
  chown postgres: "$dir/postgres/"
  chmod 700 "$dir/postgres/"
}

elsewhere_for() { # DIR
  echo "/var/tmp/mail-$(realpath "$1" | sha256sum | cut -c1-16)"
}

# Made under another name and renamed at the end, so that one that is there is whole.
create_database() { # DIR BIN
  local area bin=$2 new
  area=$(realpath "$1/postgres") # not by way of $1, which the user postgres may be unable to pass
  new=$area/new
  rm -rf "$new"
  mkdir "$new"
  (umask 077 && random_secret > "$new/password")
  if ((EUID == 0)); then chown -R postgres: "$new"; fi
  {
    "${as_postgres[@]}" "$bin/initdb" -D "$new/data" -U mail --pwfile="$new/password" --auth=scram-sha-256 \
      --encoding=UTF8 --locale=C --no-instructions &&
      echo 'CREATE DATABASE mail;' | "${as_postgres[@]}" "$bin/postgres" --single -D "$new/data" postgres
  } >> "$1/logs/postgres.log" 2>&1 || fail_with_log "$1" postgres "PostgreSQL could not create its database"
  mv "$new/password" "$area/password"
  sync -f "$new/data"
  mv "$new/data" "$area/data"
  rmdir "$new"
}

launch_postgres() { # DIR PORT
  local dir=$1 port=$2 bin area
  if is_alive "$dir" postgres; then
    local has
    has=$(fingerprint_of "$dir" postgres)
    if [[ $has == "$port" || ($port == 0 && $has != stopping) ]]; then return; fi
    stop_postgres "$dir"
  fi
  port=$(chosen_port "$dir" postgres "$port")
  require_free_port "$port" PostgreSQL MAIL_POSTGRES_PORT=
  prepare_postgres_directory "$dir"
  area=$(realpath "$dir/postgres")
  if [[ -f $area/data/PG_VERSION ]]; then
    bin=$(postgres_bin "$(< "$area/data/PG_VERSION")") ||
      die "the data in $area was written by PostgreSQL $(< "$area/data/PG_VERSION"), which is not installed; install it, or start anew with ./mail down --wipe"
    forget_dead_postmaster "$area/data"
  else
    bin=$(postgres_bin) || die "PostgreSQL is not installed"
    create_database "$dir" "$bin"
  fi
  launch_env=(LANG=C.UTF-8)
  launch "$dir" postgres "$port" / "${as_postgres[@]}" "$bin/postgres" -D "$area/data" \
    -c listen_addresses=127.0.0.1 -c port="$port" -c unix_socket_directories= \
    -c max_connections=300 -c shared_buffers=256MB -c fsync=on -c synchronous_commit=on \
    -c logging_collector=off -c log_destination=stderr -c log_line_prefix='%m [%p] '
}

# After a crash PostgreSQL won't start while any process of its user has the pid that its old postmaster.pid
# names, and after a reboot one soon has. The file may go only if no process works in the directory: it is
# also what protects the data from a second server.
forget_dead_postmaster() { # DATA
  local data=$1 pid cwd
  [[ -f $data/postmaster.pid ]] || return 0
  read -r pid < "$data/postmaster.pid" || return 0
  [[ -e /proc/$pid ]] || return 0
  for cwd in /proc/[0-9]*/cwd; do
    if [[ $(readlink "$cwd" 2> /dev/null) == "$data" ]]; then return 0; fi
  done
  rm -f "$data/postmaster.pid"
}

# The backends of a killed postmaster notice within moments, and until then a new one refuses to start.
wait_for_postgres() { # DIR
  local dir=$1 port bin deadline=$((SECONDS + 60))
  port=$(fingerprint_of "$dir" postgres)
  bin=$(postgres_bin "$(< "$dir/postgres/data/PG_VERSION")")
  until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -t 1; do
    if ((SECONDS >= deadline)); then fail_with_log "$dir" postgres "PostgreSQL was not ready after 60 s"; fi
    if ! is_alive "$dir" postgres; then
      if [[ ${launched[$dir/postgres]:-} ]] && ! tail -n 5 "$dir/logs/postgres.log" | grep -qE 'shared memory block|postmaster.pid'; then
        fail_with_log "$dir" postgres "PostgreSQL ended while starting"
      fi
      sleep 1
      launch_postgres "$dir" 0
    fi
    sleep 0.1
  done
}

postgres_connection() { # DIR
  echo "Host=127.0.0.1;Port=$(fingerprint_of "$1" postgres);Database=mail;Username=mail;Password=$(< "$1/postgres/password")"
}

# SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for the clients to leave.
stop_postgres() { # DIR
  stop_processes "$1" INT 60 postgres
}

# ---- RabbitMQ --------------------------------------------------------------------------------------------

# A node's name, cookie and password belong to its data and lie beside it.
prepare_rabbitmq_directory() { # DIR
  local area=$1/rabbitmq
  # A node killed in its very first start may have made its database without the user. Nothing was ever
  # stored in it, so it is made anew.
  if [[ -d $area && ! -f $area/complete ]]; then rm -rf "$area"; fi
  if [[ -d $area ]]; then return; fi
  mkdir -p "$1/logs"
  (
    umask 077
    mkdir -p "$area/conf.d"
    random_secret > "$area/password"
    random_secret > "$area/.erlang.cookie"
    echo "mail-$(random_secret | cut -c1-12)@localhost" > "$area/node"
    echo '[rabbitmq_management].' > "$area/enabled_plugins"
  )
  chmod 400 "$area/.erlang.cookie"
}

write_rabbitmq_configuration() { # DIR AMQP_PORT MANAGEMENT_PORT
  (
    umask 077
    cat > "$1/rabbitmq/rabbitmq.conf" << EOF
listeners.tcp.1 = 127.0.0.1:$2
management.tcp.ip = 127.0.0.1
management.tcp.port = $3
default_vhost = mail
default_user = mail
default_pass = $(< "$1/rabbitmq/password")
loopback_users = none
# The default reserves 512 MB on the disk for every node that has a quorum queue.
raft.wal_max_size_bytes = 64000000
EOF
  )
}

launch_rabbitmq() { # DIR AMQP_PORT MANAGEMENT_PORT DIST_PORT EPMD_PORT
  local dir=$1 area=$1/rabbitmq server ports=()
  if is_alive "$dir" rabbitmq; then
    if rabbitmq_ports_fit "$dir" "${@:2}"; then
      read -ra ports <<< "$(fingerprint_of "$dir" rabbitmq)"
      launch_epmd "$dir" "${ports[3]}"
      return
    fi
    stop_rabbitmq "$dir"
  fi
  server=$(rabbitmq_server) || die "RabbitMQ is not installed"
  ports=("$(chosen_port "$dir" rabbitmq "$2")" "$(chosen_port "$dir" management "$3")"
    "$(chosen_port "$dir" dist "$4")" "$(chosen_port "$dir" epmd "$5")")
  require_free_port "${ports[0]}" RabbitMQ MAIL_RABBITMQ_PORT=
  require_free_port "${ports[1]}" "RabbitMQ's management UI" MAIL_RABBITMQ_MANAGEMENT_PORT=
  require_free_port "${ports[2]}" "RabbitMQ's distribution" MAIL_RABBITMQ_DIST_PORT=
  prepare_rabbitmq_directory "$dir"
  write_rabbitmq_configuration "$dir" "${ports[0]}" "${ports[1]}"
  launch_epmd "$dir" "${ports[3]}"
  # RUNNING_UNDER_SYSTEMD makes the script become the server rather than its parent, so that the pid is the
  # server's. The busy waits only burn processor time here.
  launch_env=(
    HOME="$(realpath "$area")" LANG=C.UTF-8
    RUNNING_UNDER_SYSTEMD=true
    RABBITMQ_NODENAME="$(< "$area/node")"
    RABBITMQ_MNESIA_BASE="$(realpath "$area")/mnesia"
    RABBITMQ_LOG_BASE="$(realpath "$dir")/logs"
    RABBITMQ_LOGS=-
    RABBITMQ_CONF_ENV_FILE=/dev/null
    RABBITMQ_CONFIG_FILE="$(realpath "$area")/rabbitmq.conf"
    RABBITMQ_CONFIG_FILES="$(realpath "$area")/conf.d"
    RABBITMQ_ADVANCED_CONFIG_FILE="$(realpath "$area")/advanced.config"
    RABBITMQ_ENABLED_PLUGINS_FILE="$(realpath "$area")/enabled_plugins"
    RABBITMQ_DIST_PORT="${ports[2]}"
    ERL_EPMD_PORT="${ports[3]}" ERL_EPMD_ADDRESS=127.0.0.1
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}'
  )
  launch "$dir" rabbitmq "${ports[*]}" / "$server"
}

# The node registers with a port mapper. Were it left to start its own, that would outlive it, unnamed.
launch_epmd() { # DIR PORT
  if is_alive "$1" epmd; then
    if [[ $(fingerprint_of "$1" epmd) == "$2" ]]; then return; fi
    stop_processes "$1" TERM 5 epmd
  fi
  require_free_port "$2" "Erlang's port mapper" MAIL_EPMD_PORT=
  launch_env=()
  launch "$1" epmd "$2" / epmd -port "$2" -address 127.0.0.1
  wait_until_ready "$1" epmd 10 port_answers "$2"
}

rabbitmq_ports_fit() { # DIR AMQP_PORT MANAGEMENT_PORT DIST_PORT EPMD_PORT
  local has port
  read -ra has <<< "$(fingerprint_of "$1" rabbitmq)"
  if ((${#has[@]} != 4)); then return 1; fi
  shift
  for port in "${has[@]}"; do
    if [[ $1 != 0 && $1 != "$port" ]]; then return 1; fi
    shift
  done
}

wait_for_rabbitmq() { # DIR
  local amqp management _
  read -r amqp management _ <<< "$(fingerprint_of "$1" rabbitmq)"
  if ! wait_until_ready "$1" rabbitmq 90 port_answers "$amqp"; then
    launch_rabbitmq "$1" 0 0 0 0
    wait_for_rabbitmq "$1"
  fi
  wait_until_ready "$1" rabbitmq 30 port_answers "$management"
  touch "$1/rabbitmq/complete"
}

rabbitmq_connection() { # DIR
  local amqp _
  read -r amqp _ <<< "$(fingerprint_of "$1" rabbitmq)"
  echo "amqp://mail:$(< "$1/rabbitmq/password")@127.0.0.1:$amqp/mail"
}

rabbitmq_management() { # DIR
  local _ management
  read -r _ management _ <<< "$(fingerprint_of "$1" rabbitmq)"
  echo "http://mail:$(< "$1/rabbitmq/password")@127.0.0.1:$management"
}

stop_rabbitmq() { # DIR
  stop_processes "$1" TERM 30 rabbitmq
  stop_processes "$1" TERM 5 epmd
}

# ---- Both ------------------------------------------------------------------------------------------------

# The port that was asked for; else the one of last time, so that connection strings stay valid; else a free one.
chosen_port() { # DIR NAME PORT
  local file=$1/$2.port port=$3
  if [[ $port == 0 ]]; then port=$(cat "$file" 2> /dev/null || unchosen_port "$1"); fi
  echo "$port" > "$file"
  echo "$port"
}

# A free one that no server beside this one, a node of its cluster for example, has chosen and does not listen on yet.
unchosen_port() { # DIR
  local port
  while port=$(free_port) && grep -qsx "$port" "$1"/*.port "$1"/../*/*.port; do :; done
  echo "$port"
}

# RabbitMQ takes longest: it boots while PostgreSQL does.
launch_servers() { # DIR POSTGRES_PORT RABBITMQ_PORT MANAGEMENT_PORT DIST_PORT EPMD_PORT
  mkdir -p "$1/logs"
  launch_rabbitmq "$1" "${@:3}"
  launch_postgres "$1" "$2"
}

wait_for_servers() { # DIR
  wait_for_postgres "$1"
  wait_for_rabbitmq "$1"
}

wipe_servers() { # DIR
  if [[ -L $1/postgres ]]; then rm -rf "$(elsewhere_for "$1")"; fi
  rm -rf "$1/postgres" "$1/rabbitmq" "$1"/{postgres,rabbitmq,management,dist,epmd}.port
}

servers_start() { # DIR [OPTION PORT]...
  local dir=$1 postgres=0 rabbitmq=0 management=0 dist=0 epmd=0
  shift
  while (($#)); do
    case $1 in
      --postgres-port) postgres=$2 ;;
      --rabbitmq-port) rabbitmq=$2 ;;
      --management-port) management=$2 ;;
      --dist-port) dist=$2 ;;
      --epmd-port) epmd=$2 ;;
      *) die "unknown option $1" ;;
    esac
    shift 2
  done
  require_installed
  # shellcheck disable=SC2064 # the directory of now
  trap "servers_stop '$dir' >&2" EXIT # half a start is of no use to a caller that got no addresses
  launch_servers "$dir" "$postgres" "$rabbitmq" "$management" "$dist" "$epmd"
  wait_for_servers "$dir"
  printf 'POSTGRES=%s\nRABBITMQ=%s\nRABBITMQ_MANAGEMENT=%s\n' \
    "$(postgres_connection "$dir")" "$(rabbitmq_connection "$dir")" "$(rabbitmq_management "$dir")"
  trap - EXIT
}

servers_stop() { # DIR [--wipe]
  signal "$1" postgres INT # both at once
  stop_rabbitmq "$1"
  stop_postgres "$1"
  if [[ ${2:-} == --wipe ]]; then wipe_servers "$1"; fi
}

servers_usage() {
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
  exit 2
}

if [[ $servers_called_as_command ]]; then
  case ${1:-} in
    install) if ((EUID == 0)); then install_missing; else require_installed; fi ;;
    start | stop)
      [[ ${2:-} ]] || servers_usage
      mkdir -p "$2"
      "servers_$1" "$(realpath "$2")" "${@:3}"
      if [[ $1 == stop && ${3:-} == --wipe ]]; then rm -rf "${2:?}"; fi
      ;;
    *) servers_usage ;;
  esac
fi
