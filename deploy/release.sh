# ./mail release, sourced by ./mail: shows what a release would let go out, asks, and releases.

release_hold() { # [CLIENT] [--yes]
  local operand='' yes='' client path preview reason
  take_operand_and_yes "$@"
  client=$operand
  path=${client:+/client/$client}/release
  preview=$(api "$path?dry_run=true" --fail-with-body -X POST) || die "the API refused: ${preview:-no answer}"
  if [[ $(json_value held <<< "$preview") != true ]]; then
    say "Nothing is held back${client:+ for $client}; ./mail release CLIENT ends the hold on one client"
    return
  fi
  reason=$(json_value reason <<< "$preview")
  if [[ $reason == null ]]; then reason=''; fi
  say "Held back since $(json_value since <<< "$preview")${reason:+: $reason}"
  print_would_send "$preview"
  if [[ -z $yes ]]; then confirm 'to release' 'Let it go out?' 'still held'; fi
  api "$path" --fail-with-body -X POST > /dev/null || die "the API refused the release"
  say "Released"
}

# The answer is flat enough to be taken apart at its braces: a line a client. Where nothing is pending there is none, and
# grep calls that a failure.
print_would_send() { # PREVIEW
  local line
  printf '%-40s %10s %10s %10s\n' client 'due now' 'due later' expired
  tr '{' '\n' <<< "${1#*\"would_send\"}" | grep -F client_id | while IFS= read -r line; do
    printf '%-40s %10s %10s %10s\n' "$(json_value client_id <<< "$line")" "$(json_value due_now <<< "$line")" \
      "$(json_value due_later <<< "$line")" "$(json_value expiring <<< "$line")"
  done || true
}
