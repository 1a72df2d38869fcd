# The REST API by hand, sourced by ./mail.

api() { # PATH [CURL OPTION]...
  local path=$1
  shift
  # The key goes through a pipe: a command line is for everyone on the machine to read.
  curl -sS --max-time 10 -H @<(printf 'Authorization: Bearer %s\n' "$(setting API_KEY)") \
    "http://127.0.0.1:$(port_setting MAIL_CONFIG_PORT 8080)/api/v1$path" "$@"
}

json_value() { # NAME, the first of that name on standard input; answers are flat enough for that
  grep -oE "\"$1\" ?: ?(\"([^\"\\\\]|\\\\.)*\"|[^,}]*)" | head -n 1 | sed -E "s/^\"$1\" ?: ?//; s/^\"(.*)\"\$/\1/; s/\\\\\"/\"/g" || true
}
