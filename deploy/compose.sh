# The whole system in containers, sourced by ./mail. The same files serve a plain `docker compose up`.

declare -A compose_services=([config]=configservice [scheduler]=schedulerservice [sender]=senderservice)

docker_answers() {
  command -v docker > /dev/null && timeout 15 docker info > /dev/null 2>&1
}

compose() {
  docker compose --project-directory "$root" -f "$root/docker-compose.yml" -f "$root/docker-compose.override.yml" "$@" 9>&-
}

docker_up() { # KIND=N...
  local kind config_port options=()
  docker_answers || die "no Docker engine answers; start one, or use ./mail up --native"
  docker compose version > /dev/null 2>&1 || die "docker has no compose plugin; install docker-compose-plugin, or use ./mail up --native"
  choose_scale "$@"
  echo docker > "$run/mode"
  config_port=$(port_setting MAIL_CONFIG_PORT 8080)
  for kind in "${!compose_services[@]}"; do options+=(--scale "${compose_services[$kind]}=${scale[$kind]}"); done
  if ! uses_local_inbox; then options+=(--scale inbox=0); fi
  # One port can be published for one container only.
  if ((${scale[config]} > 1)); then export MAIL_CONFIG_PORT=$config_port-$((config_port + ${scale[config]} - 1)); fi
  require_free_docker_ports
  SOURCE_COMMIT=$(source_commit)
  export SOURCE_COMMIT
  compose up --build --detach --wait --remove-orphans "${options[@]}" >&2 || {
    compose ps --all >&2
    show_last_words
    die "not everything is up; ./mail logs tells more"
  }
  if uses_local_inbox; then warm_docker_inbox_up || true; fi
  report_unconfigured_senders "http://127.0.0.1:$config_port"
  print_addresses "$config_port" "$(docker_inbox)" \
    "http://127.0.0.1:$(port_setting MAIL_RABBITMQ_MANAGEMENT_PORT 15672) (user mail, password ${settings[RABBITMQ_PASSWORD]:-mail})"
}

# Docker's own message says neither what a port is for nor which setting moves it.
require_free_docker_ports() {
  require_free_docker_port configservice MAIL_CONFIG_PORT 8080 "the page and the API"
  require_free_docker_port rabbitmq MAIL_RABBITMQ_MANAGEMENT_PORT 15672 "RabbitMQ's management UI"
  if uses_local_inbox; then
    require_free_docker_port inbox MAIL_INBOX_PORT 8025 "the inbox's page"
    require_free_docker_port inbox MAIL_INBOX_SMTP_PORT 1025 "the inbox's SMTP"
  fi
}

require_free_docker_port() { # SERVICE VARIABLE DEFAULT WHAT
  # A container of ours that is running has it.
  if [[ $(compose ps --quiet --status running "$1" 2> /dev/null) ]]; then return; fi
  require_free_port "$(port_setting "$2" "$3")" "$4" "$2="
}

# A service that a setting keeps from starting says so in its last line, without the codes that compose puts around it.
show_last_words() {
  local service last
  for service in "${compose_services[@]}"; do
    if [[ $(compose ps --format '{{.Health}}' "$service" 2> /dev/null) == healthy ]]; then continue; fi
    last=$(compose logs --no-color --no-log-prefix --tail 1 "$service" 2> /dev/null | sed 's/\x1b\[[0-9;]*[A-Za-z]//g' || true)
    if [[ $last && $last != '{'* ]]; then say "$service said last: $last"; fi
  done
}

# The commit that the images are built from; nothing where they are not just that, or where there is no git.
source_commit() {
  local built=(services store scheduler contracts Directory.Build.props Directory.Packages.props global.json Dockerfile)
  if [[ -z $(git -C "$root" status --porcelain -- "${built[@]}" 2>&1) ]]; then git -C "$root" log -1 --format=%H -- "${built[@]}" 2> /dev/null || true; fi
}

# Its container has no health check: the image has nothing to make one with.
warm_docker_inbox_up() {
  local i
  for ((i = 0; i < 100; i++)); do
    if answers "$(docker_inbox)/api/messages?pageSize=1"; then
      warm_inbox_up
      return
    fi
    sleep 0.2
  done
}

docker_inbox() {
  if uses_local_inbox; then echo "http://127.0.0.1:$(port_setting MAIL_INBOX_PORT 8025)"; fi
}

report_unconfigured_senders() { # URL
  local said
  said=$(unusable_settings "$1")
  if [[ $said ]]; then
    say "The senders are up but not configured. $said Correct .env and run ./mail up again."
    return
  fi
  report_blocked_senders "$1"
}

# A sender tells within a few seconds of its start that the mail server won't have it.
report_blocked_senders() { # URL
  local trouble
  trouble=$(senders_trouble "$1")
  if [[ $trouble ]]; then say "The senders are up but send nothing: $trouble E-mail waits, and goes out by itself once that is put right."; fi
}

docker_down() { # [--wipe]
  if [[ ${1:-} == --wipe ]]; then compose down --remove-orphans --volumes; else compose down --remove-orphans; fi >&2
  rm -f "$run/mode" "$run/scale"
}

docker_status() { compose ps --all; }

docker_logs() { # [SERVICE]
  local service=${1:-}
  if [[ -n $service ]]; then service=${compose_services[${service%-[0-9]*}]:-$service}; fi
  compose logs --tail 50 --follow ${service:+"$service"}
}
