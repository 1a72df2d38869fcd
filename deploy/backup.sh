# ./mail backup and ./mail restore, sourced by ./mail. RabbitMQ needs none: its messages are wake-ups, which the database can
# send again.

# Under another name until it is whole: what is called FILE can be restored.
back_up() { # FILE
  local file=$1 part=$1.part
  if [[ -e $file ]]; then die "$file is there already; a backup overwrites none"; fi
  say "Backing up"
  (umask 077 && postgres_tool pg_dump --format=custom --dbname=mail > "$part") || {
    rm -f "$part"
    die "no backup was made"
  }
  postgres_tool pg_restore --list > /dev/null < "$part" || die "$part can't be read back"
  sync -f "$part"
  mv "$part" "$file"
  say "Wrote $file, $(du -h "$file" | cut -f1), e-mails pending: $(count_pending mail). It holds all that the e-mails say: keep it as safe as them."
}

# Into a database beside the present one, which takes its place when it is whole: a restore that fails changes nothing.
restore_backup() { # FILE [--yes]
  local operand='' yes='' file before
  take_operand_and_yes "$@"
  file=$operand
  if [[ -z $file ]]; then usage_error "restore wants a file"; fi
  [[ -r $file ]] || die "$file can't be read"
  postgres_tool pg_restore --list > /dev/null < "$file" || die "$file is no backup"
  if [[ -z $yes ]]; then
    confirm 'to put the backup in the place of the present database' "Put $file in the place of the present database?" 'nothing changed'
  fi
  say "Restoring beside the present database"
  sql postgres 'set client_min_messages = warning' 'drop database if exists mail_restoring' 'create database mail_restoring'
  postgres_tool pg_restore --exit-on-error --single-transaction --no-owner --dbname=mail_restoring < "$file" || {
    sql postgres 'drop database mail_restoring'
    die "the backup could not be restored; nothing changed"
  }
  before=mail_before_$(date -u +%Y%m%d%H%M%S)
  say "Stopping the services"
  "$(running_mode)_stop_services"
  # Whoever else is connected would keep it from being renamed.
  sql postgres "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'mail'" \
    "alter database mail rename to $before" 'alter database mail_restoring rename to mail'
  say "The database that was there is now called $before; drop it when nothing in it is missed"
  release_lock
  command_up
  say "Restored, e-mails pending: $(count_pending mail). Everything is held back: what the backup does not know to be sent would be"
  say "sent again. ./mail release shows what would go out, and lets it go."
}

count_pending() { # DATABASE
  sql "$1" "select count(*) from mail.mt_doc_scheduled_email where status = 'pending'"
}

sql() { # DATABASE STATEMENT...
  local database=$1 statement options=()
  shift
  for statement in "$@"; do options+=(--command="$statement"); done
  postgres_tool psql --quiet --no-psqlrc --tuples-only --no-align --set=ON_ERROR_STOP=1 --dbname="$database" "${options[@]}" < /dev/null
}

# The server's own version of it, as the owner of the data.
postgres_tool() { # PROGRAM [OPTION]...
  "$(running_mode)_postgres_tool" "$@"
}

native_postgres_tool() { # PROGRAM [OPTION]...
  local program=$1 port
  shift
  port=$(fingerprint_of "$run" postgres)
  PGPASSWORD=$(< "$run/postgres/password") "$(postgres_bin "$(< "$run/postgres/data/PG_VERSION")")/$program" \
    --host=127.0.0.1 --port="$port" --username=mail "$@"
}

docker_postgres_tool() { # PROGRAM [OPTION]...
  local program=$1
  shift
  compose exec -T postgres "$program" --username=mail "$@"
}

native_stop_services() {
  local instances
  mapfile -t instances < <(running_instances)
  stop_processes "$run" TERM "$service_grace_seconds" "${instances[@]}"
}

docker_stop_services() { compose stop "${compose_services[@]}" >&2; }

require_running() {
  if [[ -z $(running_mode) ]]; then die "nothing is running; ./mail up starts it"; fi
}
