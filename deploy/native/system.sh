# The whole system as processes of this machine, sourced by ./mail. All it keeps is in .run.

declare -A service_projects=([config]=ConfigService [scheduler]=SchedulerService [sender]=SenderService)
declare -A service_ports=([config]=8080 [scheduler]=8180 [sender]=8280)
service_kinds=(config scheduler sender)

# .NET's own grace time is 35 s; what outlives it is stuck.
service_grace_seconds=40

# ---- What should run -------------------------------------------------------------------------------------

# The scale of a running system stays until another is asked for: `up` mends, it does not shrink.
choose_scale() { # KIND=N...
  local pair kind
  declare -gA scale=([config]=1 [scheduler]=1 [sender]=1)
  if [[ -f $run/scale ]]; then
    while IFS='=' read -r kind pair; do scale[$kind]=$pair; done < "$run/scale"
  fi
  for pair in "$@"; do scale[${pair%%=*}]=${pair#*=}; done
  for kind in "${service_kinds[@]}"; do echo "$kind=${scale[$kind]}"; done > "$run/scale.new"
  mv "$run/scale.new" "$run/scale"
}

wanted_instances() {
  local kind n
  for kind in "${service_kinds[@]}"; do
    for ((n = 1; n <= scale[$kind]; n++)); do echo "$kind-$n"; done
  done
}

running_instances() {
  local file name
  for file in "$run"/{config,scheduler,sender}-*.pid; do
    name=${file##*/}
    if [[ -f $file ]]; then echo "${name%.pid}"; fi
  done
}

port_of() { # INSTANCE
  local kind=${1%-*}
  echo $(($(port_setting "MAIL_${kind^^}_PORT" "${service_ports[$kind]}") + ${1##*-} - 1))
}

inbox_port() { port_setting MAIL_INBOX_PORT 8025; }
inbox_smtp_port() { port_setting MAIL_INBOX_SMTP_PORT 1025; }

# ---- Building --------------------------------------------------------------------------------------------

# Asking MSBuild whether there is anything to do takes longer than all the rest of a second start.
source_state() {
  (cd "$root" && find services store scheduler contracts Directory.*.props global.json .editorconfig BannedSymbols.txt \
    \( -name bin -o -name obj \) -prune -o -type f -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum | cut -d' ' -f1)
}

binaries_of() { # KIND
  echo "$root/services/${service_projects[$1]}/bin/Release/net10.0"
}

build_services() {
  local state kind missing=
  state=$(source_state)
  for kind in "${service_kinds[@]}"; do
    if [[ ! -f $(binaries_of "$kind")/${service_projects[$kind]}.dll ]]; then missing=1; fi
  done
  if [[ -z $missing && $(cat "$run/built" 2> /dev/null) == "$state" ]]; then return; fi
  say "Building the services"
  # Without the lock: the compiler's own servers outlive the build.
  if ! dotnet build "$root/deploy/services.slnf" -c Release -v quiet --nologo > "$run/logs/build.log" 2>&1 9>&-; then
    grep -E 'error|warn' "$run/logs/build.log" | sort -u | head -n 20 >&2 || true
    die "the services could not be built; see $run/logs/build.log"
  fi
  echo "$state" > "$run/built"
}

# Services run from a copy, since a later build, that of ./mail test for one, writes over files that a running
# process has mapped into its memory.
binaries_state() { # KIND
  (cd "$(binaries_of "$1")" && find . -type f -printf '%p %T@ %s\n' | LC_ALL=C sort | sha256sum | cut -c1-16)
}

copy_binaries() { # KIND STATE
  local copy=$run/bin/$1-$2
  if [[ ! -d $copy ]]; then
    mkdir -p "$run/bin"
    rm -rf "$copy.new"
    cp -a "$(binaries_of "$1")" "$copy.new"
    mv "$copy.new" "$copy"
  fi
  echo "$copy"
}

remove_old_copies() { # COPY...
  local copy
  for copy in "$run"/bin/*; do
    if [[ -d $copy && " $* " != *" $copy "* ]]; then rm -rf "$copy"; fi
  done
}

# ---- The inbox -------------------------------------------------------------------------------------------

inbox_program() {
  local packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
  find "$packages"/rnwood.smtp4dev*/3.15.0/tools -name Rnwood.Smtp4dev.dll 2> /dev/null | head -n 1 || true
}

# A second try: on a new machine a first one has found a package without its command.
restore_tools() {
  dotnet tool restore || dotnet tool restore
}

start_inbox() {
  local program fingerprint http smtp
  http=$(inbox_port) smtp=$(inbox_smtp_port)
  fingerprint="$http-$smtp"
  if is_alive "$run" inbox; then
    if [[ $(fingerprint_of "$run" inbox) == "$fingerprint" ]]; then return; fi
    stop_processes "$run" TERM 10 inbox
  fi
  program=$(inbox_program)
  if [[ -z $program ]]; then
    say "Fetching the inbox (smtp4dev)"
    (cd "$root" && restore_tools > "$run/logs/tools.log" 2>&1 9>&-) || fail_with_log "$run" tools "dotnet tool restore failed"
    program=$(inbox_program)
  fi
  [[ $program ]] || die "smtp4dev is not where NuGet keeps packages; is NUGET_PACKAGES set otherwise than at dotnet tool restore?"
  require_free_port "$http" "the inbox's page" MAIL_INBOX_PORT=
  require_free_port "$smtp" "the inbox's SMTP" MAIL_INBOX_SMTP_PORT=
  # Started as its program and not as a tool, which would put a parent between the pid and the server. It keeps
  # 100 e-mails where it isn't told otherwise, and silently drops the oldest.
  launch_env=(HOME="$HOME" DOTNET_ROLL_FORWARD=Major DOTNET_gcServer=0)
  if [[ ${DOTNET_ROOT:-} ]]; then launch_env+=(DOTNET_ROOT="$DOTNET_ROOT"); fi
  launch "$run" inbox "$fingerprint" / "$(command -v dotnet)" "$program" \
    --urls="http://127.0.0.1:$http" --smtpport="$smtp" --bindaddress=127.0.0.1 --allowremoteconnections- --disableipv6+ \
    --imapport= --pop3port= --tlsmode=None --hostname=localhost --nousersettings \
    --baseappdatapath="$run/inbox" --db=inbox.db --messagestokeep=1000000 --sessionstokeep=100
}

wait_for_inbox() {
  if ! wait_until_ready "$run" inbox 60 answers "http://127.0.0.1:$(inbox_port)/api/messages?pageSize=1"; then
    start_inbox
    wait_for_inbox
    return
  fi
  if [[ ${launched[$run/inbox]:-} ]]; then warm_inbox_up || true; fi
}

# Its first conversation takes half a second, which would look like the lateness of the first e-mail.
warm_inbox_up() {
  local line _ id mark=warm-up-$RANDOM page
  page="http://127.0.0.1:$(inbox_port)/api/messages"
  {
    read -r -t 5 _ <&3
    for line in 'HELO localhost' 'MAIL FROM:<warm-up@example.org>' 'RCPT TO:<warm-up@example.org>' DATA \
      "Subject: $mark"$'\r\n\r\n.' QUIT; do
      printf '%s\r\n' "$line" >&3
      read -r -t 5 _ <&3
    done
  } 3<> "/dev/tcp/127.0.0.1/$(inbox_smtp_port)"
  for _ in {1..20}; do
    id=$(curl -fsS "$page?searchTerms=$mark" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4 || true)
    if [[ $id ]]; then break; fi
    sleep 0.1
  done
  if [[ $id ]]; then curl -fsS -o /dev/null -X DELETE "$page/$id"; fi
}

# ---- The services ----------------------------------------------------------------------------------------

service_environment() { # INSTANCE; fills launch_env
  local instance=$1 name
  local -A all=()
  for name in "${!settings[@]}"; do all[$name]=${settings[$name]}; done
  if uses_local_inbox; then
    all[SMTP_HOST]=127.0.0.1 all[SMTP_PORT]=$(inbox_smtp_port) all[SMTP_USE_TLS]=false
    all[SMTP_ALLOW_PLAINTEXT]=true all[SMTP_AUTH]=none
    all[SMTP_FROM_EMAIL]=$(setting SMTP_FROM_EMAIL mail@example.org) all[SMTP_FROM_NAME]=$(setting SMTP_FROM_NAME Mail)
  fi
  unset 'all[ASPNETCORE_HTTP_PORTS]' 'all[ASPNETCORE_HTTPS_PORTS]' # images set them; ASPNETCORE_URLS says it here
  # The keys that open the secrets of webhooks: senders alone have them.
  if [[ $instance != sender* ]]; then unset 'all[SECRETS_PRIVATE_KEYS]' 'all[SECRETS_PRIVATE_KEYS_FILE]'; fi
  all[ASPNETCORE_URLS]="http://127.0.0.1:$(port_of "$instance")"
  all[ASPNETCORE_ENVIRONMENT]=$(setting ASPNETCORE_ENVIRONMENT Production)
  all[INSTANCE_NAME]=$instance
  all[ConnectionStrings__Postgres]=$(postgres_connection "$run")
  all[ConnectionStrings__RabbitMq]=$(rabbitmq_connection "$run")
  launch_env=()
  for name in $(printf '%s\n' "${!all[@]}" | LC_ALL=C sort); do
    if [[ ${all[$name]} ]]; then launch_env+=("$name=${all[$name]}"); fi
  done
}

start_services() {
  local kind instance copies=() outdated=()
  local -A states=() copy=() fingerprints=()
  for kind in "${service_kinds[@]}"; do
    states[$kind]=$(binaries_state "$kind")
    copy[$kind]=$(copy_binaries "$kind" "${states[$kind]}")
    copies+=("${copy[$kind]}")
  done

  local wanted
  wanted=$(wanted_instances)
  for instance in $wanted; do
    service_environment "$instance"
    fingerprints[$instance]=${states[${instance%-*}]}-$(printf '%s\n' "${launch_env[@]}" | sha256sum | cut -c1-16)
  done
  for instance in $(running_instances); do
    if [[ $(fingerprint_of "$run" "$instance") != "${fingerprints[$instance]:-none}" ]]; then outdated+=("$instance"); fi
  done
  if ((${#outdated[@]})); then
    say "Stopping ${outdated[*]}"
    stop_processes "$run" TERM "$service_grace_seconds" "${outdated[@]}"
  fi
  remove_old_copies "${copies[@]}"

  for instance in $wanted; do
    if ! is_alive "$run" "$instance"; then start_service "$instance" "${fingerprints[$instance]}" "${copy[${instance%-*}]}"; fi
  done
}

start_service() { # INSTANCE FINGERPRINT DIRECTORY
  local kind=${1%-*}
  require_free_port "$(port_of "$1")" "$1" "MAIL_${kind^^}_PORT= (that of $kind-1)"
  service_environment "$1"
  launch_env+=(HOME="$HOME" LANG="${LANG:-C.UTF-8}" TMPDIR="${TMPDIR:-/tmp}")
  say "Starting $1"
  launch "$run" "$1" "$2" "$3" "$(command -v dotnet)" "${service_projects[$kind]}.dll"
}

wait_for_services() {
  local instance
  for instance in $(wanted_instances); do
    if ! wait_until_ready "$run" "$instance" 90 service_is_up "$instance"; then
      start_services
      wait_for_services
      return
    fi
    case ${trouble[$instance]:-} in
      '') ;;
      Missing:* | Invalid:*) say "$instance is up but not configured. ${trouble[$instance]} Correct .env and run ./mail up again." ;;
      *) say "$instance is up but sends nothing: ${trouble[$instance]} E-mail waits, and goes out by itself once that is put right." ;;
    esac
  done
}

declare -A trouble=() # sender: why it sends nothing

# A sender that can't use its settings, or with a mail server that won't have it, is meant to be up and not ready: e-mail waits.
service_is_up() { # INSTANCE
  local url
  url=http://127.0.0.1:$(port_of "$1")
  if answers "$url/health/ready"; then return 0; fi
  if [[ $1 != sender-* ]] || ! answers "$url/health/live"; then return 1; fi
  trouble[$1]=$(sender_trouble "$url")
  [[ ${trouble[$1]} ]]
}

# ---- The commands ----------------------------------------------------------------------------------------

native_up() { # KIND=N...
  if [[ $(uname) != Linux ]]; then die "without a Docker engine this needs Linux; start the engine and try again"; fi
  require_installed
  mkdir -p "$run/logs"
  echo native > "$run/mode"
  choose_scale "$@"
  launch_servers "$run" "$(port_setting MAIL_POSTGRES_PORT 5433)" "$(port_setting MAIL_RABBITMQ_PORT 5673)" \
    "$(port_setting MAIL_RABBITMQ_MANAGEMENT_PORT 15673)" "$(port_setting MAIL_RABBITMQ_DIST_PORT 25673)" \
    "$(port_setting MAIL_EPMD_PORT 4370)"
  if uses_local_inbox; then start_inbox; else stop_processes "$run" TERM 10 inbox; fi
  build_services
  wait_for_servers "$run"
  if uses_local_inbox; then wait_for_inbox; fi
  start_services
  wait_for_services
  print_addresses "$(port_of config-1)" "$(native_inbox)" \
    "http://127.0.0.1:$(port_setting MAIL_RABBITMQ_MANAGEMENT_PORT 15673) (user mail, password $(< "$run/rabbitmq/password"))"
}

native_inbox() {
  if uses_local_inbox; then echo "http://127.0.0.1:$(inbox_port)"; fi
}

native_down() { # [--wipe]
  local instances
  mapfile -t instances < <(running_instances)
  stop_processes "$run" TERM "$service_grace_seconds" "${instances[@]}"
  stop_processes "$run" TERM 10 inbox
  servers_stop "$run" "$@"
  rm -f "$run/mode" "$run/scale"
  if [[ ${1:-} == --wipe ]]; then find "$run" -mindepth 1 -delete; fi
}

native_status() {
  local file name dead=0 found=
  printf '%-12s %8s  %-19s  %-30s %s\n' NAME PID SINCE STATE ADDRESS
  for file in "$run"/*.pid; do
    [[ -f $file ]] || continue
    found=1 name=${file##*/} name=${name%.pid}
    if is_alive "$run" "$name"; then
      printf '%-12s %8s  %-19s  %-30s %s\n' "$name" "$(pid_of "$run" "$name")" \
        "$(date -d "@$(started_at "$run" "$name")" '+%F %T')" "$(state_of "$name")" "$(address_of "$name")"
    else
      dead=1
      printf '%-12s %8s  %-19s  %-30s %s\n' "$name" - - "dead: ./mail up restarts it" ""
    fi
  done
  if [[ -z $found ]]; then
    say "Nothing is running; ./mail up starts it."
    exit 1
  fi
  exit $dead
}

state_of() { # NAME
  case $1 in
    config-* | scheduler-* | sender-*)
      local url
      url=http://127.0.0.1:$(port_of "$1")
      if answers "$url/health/ready"; then
        echo ready
      elif answers "$url/health/live"; then
        echo "up, not ready"
      else
        echo "does not answer"
      fi
      ;;
    *) echo running ;;
  esac
}

address_of() { # NAME
  local first second _
  read -r first second _ <<< "$(fingerprint_of "$run" "$1")"
  case $1 in
    config-* | scheduler-* | sender-*) echo "http://127.0.0.1:$(port_of "$1")" ;;
    inbox) echo "http://127.0.0.1:${first%-*}, SMTP ${first#*-}" ;;
    rabbitmq) echo "127.0.0.1:$first, UI http://127.0.0.1:$second" ;;
    *) echo "127.0.0.1:$first" ;;
  esac
}

native_logs() { # [SERVICE]
  local files=() file name
  for file in "$run"/logs/*.log; do
    name=${file##*/} name=${name%.log}
    if [[ -f $file && (-z ${1:-} || $name == "$1" || $name == "$1"-*) ]]; then files+=("$file"); fi
  done
  ((${#files[@]})) || die "no logs${1:+ of $1}; there are: $(cd "$run/logs" 2> /dev/null && echo *.log)"
  exec tail -n 50 -F "${files[@]}"
}
