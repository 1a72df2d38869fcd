#!/usr/bin/env bash
# Three RabbitMQ nodes that form a cluster, and PostgreSQL with a synchronous standby, all on 127.0.0.1 and with all they
# keep under one directory. For tests: what protects from losing a machine has to be on several.
#
#   cluster.sh start DIR               starts them, waits until they are ready and prints POSTGRES= and RABBITMQ=, each
#                                      with all hosts
#   cluster.sh kill DIR rabbit-N       SIGKILL for a node, as if its machine were gone
#   cluster.sh kill DIR postgres       the same for the primary, with all its processes
#   cluster.sh unfollow DIR            commits no longer wait for the standby, and it hears of none
#   cluster.sh promote DIR             makes the standby the primary
#   cluster.sh stop DIR                stops and deletes all of it
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=servers.sh
source "$(dirname "${BASH_SOURCE[0]}")/servers.sh"

nodes=(rabbit-1 rabbit-2 rabbit-3)

# ---- RabbitMQ --------------------------------------------------------------------------------------------

# The nodes find each other through one port mapper, and trust each other by one cookie.
launch_nodes() { # DIR
  local dir=$1 node epmd n=0
  epmd=$(free_port)
  launch_epmd "$dir" "$epmd"
  launch_epmd() { :; }
  for node in "${nodes[@]}"; do
    prepare_rabbitmq_directory "$dir/$node"
    if [[ $node != "${nodes[0]}" ]]; then
      cp -f "$dir/${nodes[0]}/rabbitmq/password" "$dir/$node/rabbitmq/password"
      cp -fp "$dir/${nodes[0]}/rabbitmq/.erlang.cookie" "$dir/$node/rabbitmq/.erlang.cookie"
    fi
  done
  for node in "${nodes[@]}"; do
    {
      echo 'cluster_formation.peer_discovery_backend = classic_config'
      # A node that sees no majority stops, rather than going on with half of the truth.
      echo 'cluster_partition_handling = pause_minority'
      for ((n = 0; n < ${#nodes[@]}; n++)); do
        echo "cluster_formation.classic_config.nodes.$((n + 1)) = $(< "$dir/${nodes[$n]}/rabbitmq/node")"
      done
    } > "$dir/$node/rabbitmq/conf.d/cluster.conf"
    # Or it would be made anew, with a name of its own.
    touch "$dir/$node/rabbitmq/complete"
    launch_rabbitmq "$dir/$node" 0 0 0 "$epmd"
  done
}

wait_for_cluster() { # DIR
  local node deadline=$((SECONDS + 120))
  for node in "${nodes[@]}"; do wait_for_rabbitmq "$1/$node"; done
  until (($(curl -fs "$(rabbitmq_management "$1/${nodes[0]}")/api/nodes?columns=running" | grep -o '"running":true' | wc -l) == ${#nodes[@]})); do
    ((SECONDS < deadline)) || die "the nodes do not form a cluster; see $1/*/logs"
    sleep 0.2
  done
  # A classic queue is gone with its node until that comes back: the one that other applications schedule through is
  # declared as they declare it, without a type. Only a new virtual host takes a default; the first name is that of
  # RabbitMQ before 3.11.
  manage "$1" -X DELETE vhosts/mail
  manage "$1" -X PUT vhosts/mail -d '{"defaultqueuetype":"quorum","default_queue_type":"quorum"}'
  manage "$1" -X PUT permissions/mail/mail -d '{"configure":".*","write":".*","read":".*"}'
}

manage() { # DIR -X METHOD PATH [CURL_OPTION]...
  curl -fs -o /dev/null -H 'Content-Type: application/json' "$2" "$3" "$(rabbitmq_management "$1/${nodes[0]}")/api/$4" "${@:5}"
}

cluster_rabbitmq_connection() { # DIR
  local node amqp _ hosts=()
  for node in "${nodes[@]}"; do
    read -r amqp _ <<< "$(fingerprint_of "$1/$node" rabbitmq)"
    hosts+=("127.0.0.1:$amqp")
  done
  echo "amqp://mail:$(< "$1/${nodes[0]}/rabbitmq/password")@$(IFS=, && echo "${hosts[*]}")/mail"
}

# ---- PostgreSQL ------------------------------------------------------------------------------------------

launch_standby() { # DIR
  local primary=$1/primary standby=$1/standby area bin
  bin=$(postgres_bin)
  mkdir -p "$standby/logs"
  prepare_postgres_directory "$standby"
  area=$(realpath "$standby/postgres")
  cp "$primary/postgres/password" "$area/password"
  PGPASSWORD=$(< "$primary/postgres/password") "${as_postgres[@]}" "$bin/pg_basebackup" -D "$area/data" -R -X stream -c fast \
    -d "host=127.0.0.1 port=$(fingerprint_of "$primary" postgres) user=mail application_name=standby" >> "$standby/logs/postgres.log" 2>&1 ||
    fail_with_log "$standby" postgres "the standby could not be made"
  launch_postgres "$standby" 0
  wait_for_postgres "$standby"
}

# From here on a commit is answered when both have it on disk. Set on the primary alone: the standby, once promoted, must not
# wait for one of its own.
make_synchronous() { # DIR
  local deadline=$((SECONDS + 60))
  primary_sql "$1" "alter system set synchronous_standby_names = 'standby'"
  primary_sql "$1" 'select pg_reload_conf()' > /dev/null
  until [[ $(primary_sql "$1" "select count(*) from pg_stat_replication where sync_state = 'sync'") == 1 ]]; do
    ((SECONDS < deadline)) || die "the standby does not follow; see $1/standby/logs"
    sleep 0.2
  done
}

primary_sql() { sql_on "$1" primary "$2"; } # DIR STATEMENT

sql_on() { # DIR SERVER STATEMENT
  PGPASSWORD=$(< "$1/primary/postgres/password") "$(postgres_bin)/psql" -qtA -h 127.0.0.1 -p "$(fingerprint_of "$1/$2" postgres)" -U mail -d mail -c "$3"
}

cluster_postgres_connection() { # DIR
  local primary=$1/primary
  echo "Host=127.0.0.1:$(fingerprint_of "$primary" postgres),127.0.0.1:$(fingerprint_of "$1/standby" postgres);Database=mail;Username=mail;Password=$(< "$primary/postgres/password")"
}

# ---- The commands ----------------------------------------------------------------------------------------

cluster_start() { # DIR
  require_installed
  # shellcheck disable=SC2064 # the directory of now
  trap "cluster_stop '$1' >&2" EXIT
  mkdir -p "$1/primary/logs"
  launch_nodes "$1"
  launch_postgres "$1/primary" 0
  wait_for_postgres "$1/primary"
  launch_standby "$1"
  make_synchronous "$1"
  wait_for_cluster "$1"
  printf 'POSTGRES=%s\nRABBITMQ=%s\n' "$(cluster_postgres_connection "$1")" "$(cluster_rabbitmq_connection "$1")"
  trap - EXIT
}

cluster_kill() { # DIR WHAT
  local pid
  case $2 in
    postgres)
      pid=$(pid_of "$1/primary" postgres)
      # shellcheck disable=SC2046 # one word a process
      kill -KILL "$pid" $(pgrep -P "$pid")
      ;;
    rabbit-*)
      is_alive "$1/$2" rabbitmq || fail_with_log "$1/$2" rabbitmq "$2 had ended by itself"
      kill -KILL "$(pid_of "$1/$2" rabbitmq)"
      ;;
    *) die "kill knows postgres and ${nodes[*]}" ;;
  esac
}

cluster_unfollow() { # DIR
  primary_sql "$1" "alter system set synchronous_standby_names = ''"
  primary_sql "$1" 'select pg_reload_conf()' > /dev/null
  sql_on "$1" standby "alter system set primary_conninfo = ''"
  sql_on "$1" standby 'select pg_reload_conf()' > /dev/null
  until [[ $(primary_sql "$1" 'select count(*) from pg_stat_replication') == 0 ]]; do sleep 0.2; done
}

cluster_promote() { # DIR
  "${as_postgres[@]}" "$(postgres_bin)/pg_ctl" promote -s -w -D "$(realpath "$1/standby/postgres")/data"
}

cluster_stop() { # DIR
  local node
  for node in "${nodes[@]}"; do signal "$1/$node" rabbitmq KILL; done
  for node in "${nodes[@]}"; do stop_processes "$1/$node" KILL 5 rabbitmq; done
  stop_processes "$1" TERM 5 epmd
  for node in standby primary; do
    stop_postgres "$1/$node"
    wipe_servers "$1/$node"
  done
  rm -rf "${1:?}"
}

case ${1:-} in
  start | stop | kill | unfollow | promote)
    [[ ${2:-} ]] || die "say in which directory"
    mkdir -p "$2"
    "cluster_$1" "$(realpath "$2")" "${@:3}"
    ;;
  *)
    sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
