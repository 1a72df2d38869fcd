# Background processes of one directory, sourced by ./mail and servers.sh.
#
# A process NAME of a directory DIR has
#   DIR/NAME.pid       the pid of the real program, for people and for `kill`
#   DIR/NAME.started   the kernel's start time of that pid, and a fingerprint of what was started
#   DIR/logs/NAME.log  all that it prints
# The start time is what tells a live process from a stranger that was given the same pid later.

# Runs inside the new process, before it becomes the program: closing what it inherited (a lock held by a
# background process would never be released) and writing its own pid, so that there is no moment at which
# the process exists and the pid file does not, however the script that started it ends.
# shellcheck disable=SC2016 # expanded there, not here
launcher='
  dir=$1 name=$2 fingerprint=$3 cwd=$4; shift 4
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    if [ "$fd" -gt 2 ]; then eval "exec $fd>&-"; fi
  done
  read -r stat < "/proc/$$/stat"
  fields=(${stat##*) })
  for variable in $(compgen -e); do unset "$variable"; done
  while IFS= read -r -d "" variable; do export "$variable"; done
  exec < /dev/null
  printf "%s %s\n" "${fields[19]}" "$fingerprint" > "$dir/$name.started.$$" &&
    mv -f "$dir/$name.started.$$" "$dir/$name.started" &&
    printf "%s\n" "$$" > "$dir/$name.pid.$$" &&
    mv -f "$dir/$name.pid.$$" "$dir/$name.pid" &&
    cd "$cwd" && exec "$@"
'

declare -A launched=() # what this run of the script started

# The environment of the new process is `launch_env`, NAME=VALUE each, and nothing else. It goes through a pipe
# because a command line, which could also set it, is for everyone on the machine to read.
launch_env=()

launch() { # DIR NAME FINGERPRINT CWD COMMAND...
  local dir=$1 name=$2 fingerprint=$3 cwd=$4 log=$1/logs/$2.log
  shift 4
  mkdir -p "$dir/logs"
  if [[ -f $log && $(stat -c %s "$log") -gt 20000000 ]]; then mv -f "$log" "$log.1"; fi
  rm -f "$dir/$name.pid" "$dir/$name.started"
  launched[$dir/$name]=1
  setsid nohup bash -c "$launcher" launcher "$dir" "$name" "$fingerprint" "$cwd" "$@" \
    < <(printf '%s\0' "PATH=$PATH" "${launch_env[@]}") >> "$log" 2>&1 &
  local i
  for ((i = 0; i < 100; i++)); do
    [[ -f $dir/$name.pid ]] && return
    sleep 0.05
  done
  die "$name could not be started; see $log"
}

pid_of() { # DIR NAME
  local pid
  read -r pid 2> /dev/null < "$1/$2.pid" && [[ $pid =~ ^[0-9]+$ ]] && echo "$pid"
}

fingerprint_of() { # DIR NAME
  local started fingerprint
  read -r started fingerprint 2> /dev/null < "$1/$2.started" && echo "$fingerprint"
}

is_alive() { # DIR NAME
  local pid stat started _ fields
  pid=$(pid_of "$1" "$2") || return 1
  read -r started _ 2> /dev/null < "$1/$2.started" || return 1
  read -r stat 2> /dev/null < "/proc/$pid/stat" || return 1
  read -ra fields <<< "${stat##*) }"
  # A zombie has ended: where nothing reaps it (a container without an init) it stays listed for ever.
  [[ ${fields[0]} != [ZX] && ${fields[19]} == "$started" ]]
}

started_at() { # DIR NAME
  stat -c %Y "$1/$2.started"
}

# The fingerprint becomes one that nothing wants: a process on its way out is not one that may stay.
signal() { # DIR NAME SIGNAL
  local started _
  is_alive "$1" "$2" || return 0
  read -r started _ < "$1/$2.started"
  printf '%s stopping\n' "$started" > "$1/$2.started.new"
  mv -f "$1/$2.started.new" "$1/$2.started"
  kill -s "$3" "$(pid_of "$1" "$2")" 2> /dev/null || true
}

# Sends SIGNAL to all of them at once, waits for them together, and kills those that outlive the grace time.
stop_processes() { # DIR SIGNAL GRACE_SECONDS NAME...
  local dir=$1 sig=$2 deadline=$((SECONDS + $3)) name
  shift 3
  for name in "$@"; do signal "$dir" "$name" "$sig"; done
  for name in "$@"; do
    while is_alive "$dir" "$name" && ((SECONDS < deadline)); do sleep 0.1; done
    if is_alive "$dir" "$name"; then
      warn "$name did not stop in time and is killed"
      signal "$dir" "$name" KILL
      while is_alive "$dir" "$name"; do sleep 0.1; done
    fi
    rm -f "$dir/$name.pid" "$dir/$name.started"
  done
}

port_answers() { # PORT
  (exec 3<> "/dev/tcp/127.0.0.1/$1") 2> /dev/null
}

require_free_port() { # PORT WHAT WHAT_TO_SET
  if port_answers "$1"; then
    die "port $1 on 127.0.0.1, meant for $2, is taken by another program. Stop that, or choose another port: $3"
  fi
}

# Below the range that the kernel hands out to outgoing connections, so that none of those can take it first.
free_port() {
  local port
  while :; do
    port=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
    port_answers "$port" || break
  done
  echo "$port"
}

random_secret() {
  od -An -N20 -tx1 /dev/urandom | tr -d ' \n'
}

# Waits until a command succeeds, but not for a process that has died meanwhile. Returns 1 if that was one
# found running, which was on its way out already: the caller starts it again.
wait_until_ready() { # DIR NAME SECONDS COMMAND...
  local dir=$1 name=$2 seconds=$3 deadline=$((SECONDS + $3))
  shift 3
  until "$@" 2> /dev/null; do
    if ! is_alive "$dir" "$name"; then
      if [[ -z ${launched[$dir/$name]:-} ]]; then return 1; fi
      fail_with_log "$dir" "$name" "$name ended while starting"
    fi
    ((SECONDS < deadline)) || fail_with_log "$dir" "$name" "$name was not ready after $seconds s"
    sleep 0.1
  done
}

fail_with_log() { # DIR NAME MESSAGE
  tail -n 20 "$1/logs/$2.log" >&2 || true
  die "$3; the lines above are the end of $1/logs/$2.log"
}

say() { printf '%s\n' "$*" >&2; }
warn() { printf 'warning: %s\n' "$*" >&2; }
die() {
  printf 'error: %s\n' "$*" >&2
  if ((BASH_SUBSHELL)); then exit "$said"; fi
  exit 1
}

# `set -e` ends a script without a word. What ends it by surprise says where; what was said once, in a subshell,
# is not said again.
said=97
report_surprise() { # EXIT_CODE LINE COMMAND
  if (($1 != said)); then say "error: unexpected failure in ${BASH_SOURCE[1]##*/}, line $2: $3"; fi
  if ((BASH_SUBSHELL)); then exit "$said"; fi
  exit 1
}
set -E
trap 'report_surprise "$?" "$LINENO" "$BASH_COMMAND"' ERR
