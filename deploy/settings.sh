# The settings, sourced by ./mail: the caller's environment, and below it .env.

declare -A settings=()

# What of the caller's environment is meant for the services. The rest, a terminal's size and the like, stays
# out, so that `up` from another terminal is not a changed environment. All that .env names goes to the services.
is_for_services() { # NAME
  case $1 in
    SMTP_* | OTEL_* | MAIL_* | RABBITMQ_USER | RABBITMQ_PASSWORD | LOG_* | API_KEY | METRICS_KEY | PATH_BASE | API_RATE_LIMIT | API_ALLOWED_ORIGINS | RETRY_DELAY_SECONDS | RETENTION_DAYS) ;;
    ASPNETCORE_* | DOTNET_* | *__* | SSL_CERT_FILE | SSL_CERT_DIR | TZ) ;;
    HTTP_PROXY | HTTPS_PROXY | NO_PROXY | http_proxy | https_proxy | no_proxy) ;;
    *) return 1 ;;
  esac
}

load_settings() {
  local name
  settings=()
  if [[ -f $root/.env ]]; then read_env_file "$root/.env"; fi
  for name in $(compgen -e); do
    if is_for_services "$name" || [[ -v settings[$name] ]]; then settings[$name]=${!name}; fi
  done
}

# NAME=VALUE lines, read as Docker compose reads them as far as both can agree: no shell is run over them.
read_env_file() { # FILE
  local line name value
  while IFS= read -r line || [[ $line ]]; do
    [[ ${line%$'\r'} =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$ ]] || continue
    name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
    if [[ $value =~ ^\'([^\']*)\' || $value =~ ^\"([^\"]*)\" ]]; then
      value=${BASH_REMATCH[1]}
    else
      value=${value%%[[:space:]]\#*}
      value=${value%"${value##*[![:space:]]}"}
    fi
    settings[$name]=$value
  done < "$1"
}

setting() { # NAME [DEFAULT]; an empty one is one that is not set
  local value=${settings[$1]:-}
  echo "${value:-${2:-}}"
}

port_setting() { # NAME DEFAULT
  local port
  port=$(setting "$1" "$2")
  if [[ ! $port =~ ^[0-9]{1,5}$ ]] || ((port < 1 || port > 65535)); then die "$1 is not a port: $port"; fi
  echo "$port"
}

uses_local_inbox() { [[ -z $(setting SMTP_HOST) ]]; }

# No key, no API: the first start makes one. It is kept in .env, where Docker compose finds it as well.
ensure_api_key() {
  if [[ $(setting API_KEY) ]]; then return; fi
  if [[ ! -f $root/.env ]]; then
    (umask 077 && cat "$root/.env.example" > "$root/.env.new" && mv "$root/.env.new" "$root/.env")
  fi
  printf '\nAPI_KEY=%s\n' "$(random_secret)" >> "$root/.env"
  say "Wrote a random API_KEY to .env"
  # An empty API_KEY of the caller's would hide it.
  unset API_KEY
  load_settings
}
