# The settings, sourced by ./mail: the caller's environment, and below it .env.

declare -A settings=()

# What of the caller's environment is meant for the services. The rest, a terminal's size and the like, stays
# out, so that `up` from another terminal is not a changed environment. All that .env names goes to the services.
is_for_services() { # NAME
  case $1 in
    SMTP_* | OTEL_* | MAIL_* | RABBITMQ_USER | RABBITMQ_PASSWORD | LOG_* | API_KEY | API_KEY_FILE | METRICS_KEY | PATH_BASE | API_RATE_LIMIT | API_ALLOWED_ORIGINS | MAX_MESSAGE_MIB | BLOCKED_FILE_TYPES | RETRY_DELAY_SECONDS | RETENTION_DAYS | TZDB_FILE) ;;
    EVENT_RETENTION_DAYS | EGRESS_ALLOW | SECRETS_PUBLIC_KEY | SECRETS_PRIVATE_KEYS) ;;
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
  read_api_key_file
}

# ./mail calls the API with the key, and Docker compose hands no file on: from here on the key is as good as in the environment.
read_api_key_file() {
  local file=${settings[API_KEY_FILE]:-}
  if [[ -z $file || ($(setting API_KEY) && -z ${api_key_of_file:-}) ]]; then return; fi
  [[ -f $file && -r $file ]] || die "API_KEY_FILE names no file that can be read"
  API_KEY=$(< "$file") api_key_of_file=1
  export API_KEY
  settings[API_KEY]=$API_KEY
  unset 'settings[API_KEY_FILE]'
}

# A .env file, read as Docker compose reads it (compose-go's dotenv package). What would come out otherwise there, or would not be what
# was meant, ends the script with the number of the line. No shell is run over it.
read_env_file() { # FILE
  local LC_ALL=C file=$1 text line=1 current name value expanded
  IFS= read -r -d '' text < "$file" || true
  text=${text#$'\xEF\xBB\xBF'}
  while [[ $text ]]; do
    current=${text%%$'\n'*}
    if [[ $current =~ ^[[:space:]]*(export[[:space:]]+)?([][A-Za-z0-9_.-]+)[[:space:]]*[=:][[:space:]]*(.*)$ ]]; then
      name=${BASH_REMATCH[2]} value=${BASH_REMATCH[3]}
      case $value in
        [\'\"]*) read_quoted ;;
        *) read_unquoted ;;
      esac
      # Compose takes other names too, and hands them to no container.
      if [[ $name =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then settings[$name]=$value; fi
    elif [[ ! $current =~ ^[[:space:]]*(#.*|(export[[:space:]]+)?[][A-Za-z0-9_.-]+[[:space:]]*)?$ ]]; then
      refuse_line "it is neither NAME=VALUE nor a comment"
    fi
    # A name alone is one of the caller's environment, which comes in any case.
    if [[ $text != *$'\n'* ]]; then break; fi
    text=${text#*$'\n'} line=$((line + 1))
  done
}

# The functions below are parts of read_env_file, and have its variables.

refuse_line() { # WHY
  die "line $line of $file can't be read: $1"
}

read_unquoted() {
  value=${value%% #*}
  value=${value%"${value##*[![:space:]]}"}
  expand_variables "$value"
  value=$expanded
}

# Up to the same quote, also on another line; a backslash before a quote makes it a part of the value. Leaves text at the last line of it.
read_quoted() {
  local quote=${value:0:1} body raw pattern newlines
  body=${text:$((${#current} - ${#value} + 1))}
  pattern="^(([^$quote\\\\]|\\\\.)*)$quote"
  [[ $body =~ $pattern ]] || refuse_line "a quote begins in it and does not end"
  raw=${BASH_REMATCH[1]}
  text=${body:${#BASH_REMATCH[0]}}
  newlines=${raw//[!$'\n']/}
  line=$((line + ${#newlines}))
  current=${text%%$'\n'*}
  [[ $current =~ ^[[:space:]]*(#.*)?$ ]] || refuse_line "something follows the closing quote"
  value=${raw//"\\$quote"/$quote}
  if [[ $quote == '"' ]]; then
    expand_escapes "$value"
    expand_variables "$expanded"
    value=$expanded
  fi
}

# What stands in double quotes: \n and its kin; \$ is a dollar sign, which expand_variables knows as $$.
expand_escapes() { # TEXT; sets expanded
  local rest=$1
  expanded=
  while [[ $rest == *'\'?* ]]; do
    expanded+=${rest%%'\'*} rest=${rest#*'\'}
    case $rest in
      a*) expanded+=$'\a' ;;
      b*) expanded+=$'\b' ;;
      f*) expanded+=$'\f' ;;
      n*) expanded+=$'\n' ;;
      r*) expanded+=$'\r' ;;
      t*) expanded+=$'\t' ;;
      v*) expanded+=$'\v' ;;
      '\'*) expanded+='\' ;;
      '$'*) expanded+='$$' ;;
      0*) refuse_line "write what \\0… stands for itself" ;;
      *) expanded+="\\${rest:0:1}" ;;
    esac
    rest=${rest:1}
  done
  expanded+=$rest
}

# $NAME, ${NAME} and ${NAME:-otherwise}; $$ is a dollar sign. Compose puts nothing in the place of a name that is not set, which is
# how passwords are cut.
expand_variables() { # TEXT; sets expanded
  local rest=$1 found
  expanded=
  while [[ $rest == *'$'* ]]; do
    expanded+=${rest%%'$'*} rest=${rest#*'$'}
    if [[ $rest == '$'* ]]; then
      expanded+='$' rest=${rest:1}
    elif [[ $rest =~ ^([A-Za-z_][A-Za-z0-9_]*) || $rest =~ ^\{([A-Za-z_][A-Za-z0-9_]*)\} ]]; then
      rest=${rest:${#BASH_REMATCH[0]}}
      find_variable "${BASH_REMATCH[1]}" ||
        refuse_line "\$${BASH_REMATCH[1]} is not set. Write \$\$ for a dollar sign, or put the value in single quotes"
      expanded+=$found
    elif [[ $rest =~ ^\{([A-Za-z_][A-Za-z0-9_]*)(:?)-([^\{\}\$]*)\} ]]; then
      rest=${rest:${#BASH_REMATCH[0]}}
      if ! find_variable "${BASH_REMATCH[1]}" || [[ ${BASH_REMATCH[2]} && -z $found ]]; then found=${BASH_REMATCH[3]}; fi
      expanded+=$found
    elif [[ $rest == '{'* ]]; then
      refuse_line "only \${NAME} and \${NAME:-otherwise} are read. Write \$\$ for a dollar sign, or put the value in single quotes"
    else
      expanded+='$'
    fi
  done
  expanded+=$rest
}

# The caller's environment comes first, then what stands above in the file.
find_variable() { # NAME; sets found
  if [[ -v $1 && $(declare -p "$1") =~ ^declare\ -[a-zA-Z]*x ]]; then
    found=${!1}
  elif [[ -v settings[$1] ]]; then
    found=${settings[$1]}
  else
    return 1
  fi
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

# A pair of keys for the secrets of webhooks: ConfigService seals for the public one, senders open with the private one.
ensure_secrets_keys() {
  local pair private public
  if [[ $(setting SECRETS_PUBLIC_KEY) || $(setting SECRETS_PRIVATE_KEYS) ]]; then return; fi
  if ! command -v openssl > /dev/null; then
    say "There is no openssl to make keys with: there are no webhooks until SECRETS_PUBLIC_KEY and SECRETS_PRIVATE_KEYS are set"
    return
  fi
  pair=$(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 2> /dev/null)
  private=$(openssl pkcs8 -topk8 -nocrypt -outform DER <<< "$pair" | base64 -w 0)
  public=$(openssl pkey -pubout -outform DER <<< "$pair" | base64 -w 0)
  printf '\nSECRETS_PUBLIC_KEY=%s\nSECRETS_PRIVATE_KEYS=%s\n' "$public" "$private" >> "$root/.env"
  say "Wrote a pair of keys for the secrets of webhooks to .env"
  unset SECRETS_PUBLIC_KEY SECRETS_PRIVATE_KEYS
  load_settings
}
