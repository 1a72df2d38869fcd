# ./mail demo, sourced by ./mail: three e-mails a few seconds apart, from REST to inbox. The third carries a picture and a file.

demo_seconds=(3 5 7)
arrival_seconds=30
demo_picture=iVBORw0KGgoAAAANSUhEUgAAADAAAAAwCAIAAADYYG7QAAAArklEQVR42u3XTQqAIBAFYA/TgTpuFyvaVZskRJ2/lxS8mE0wjp8zGJTWbf9UJI
demo_picture+=IIIogggggKgI77meZlQOTtZNAA03OvJqjIG6O5XnugIhvOqhYXQNVDvNGYHCoQ3NSppgWhxicWMYDirdKsNYPcJuUqD8g6PlOyE6Q/tLWdIZC4
demo_picture+=n2O4UVBrIu4rCQBVBe6bCANVTY4iSBDkgw4GxYMggggiiH+uBBFEEEEE/Rh0AgX4dm1vdP8ZAAAAAElFTkSuQmCC

demo() { # INBOX_URL
  local inbox=$1 run_id now i due emails='' answer
  run_id=$(date +%H%M%S)-$(random_secret | cut -c1-4)
  now=$(date +%s)
  for i in 0 1 2; do
    due=$(date -u -d "@$((now + demo_seconds[i]))" +%FT%TZ)
    emails+="${emails:+,}{\"key\":\"demo-$run_id-$((i + 1))\",\"to\":[\"Ada Lovelace <ada@example.org>\"],"
    emails+="\"subject\":\"Demo $((i + 1)) of 3, run $run_id\",\"scheduled_datetime\":\"$due\","
    emails+="\"text\":\"This e-mail was due at $due.\",\"html\":\"<p>This e-mail was due at <b>$due</b>."
    if ((i == 2)); then
      emails+=" <img src=\\\"cid:picture\\\" alt=\\\"an envelope\\\"></p>\",\"attachments\":[$(demo_attachments "$run_id")]}"
    else
      emails+="</p>\"}"
    fi
  done
  echo
  echo "PUT /api/v1/client/demo/email-config with three e-mails, due in ${demo_seconds[0]}, ${demo_seconds[1]} and ${demo_seconds[2]} s (run $run_id)"
  answer=$(api /client/demo/email-config --fail-with-body -X PUT -H 'Content-Type: application/json' -d "{\"emails\":[$emails]}") ||
    die "the config was refused: $answer"

  local ids=() seen=(pending pending pending) lateness=('' '' '') arrived=('' '' '') body status key
  for i in 0 1 2; do
    key=demo-$run_id-$((i + 1))
    ids[i]=$(tr '{' '\n' <<< "$answer" | grep -F "\"$key\"" | json_value id)
    [[ ${ids[i]} ]] || die "the answer names no e-mail $key: $answer"
  done

  while ! all_set "${arrived[@]}" && (($(date +%s) < now + demo_seconds[2] + arrival_seconds)); do
    for i in 0 1 2; do
      if [[ ${arrived[i]} ]] || (($(date +%s) < now + demo_seconds[i])); then continue; fi
      if [[ ${seen[i]} == pending ]]; then
        progress "$i" due
        seen[i]=due
      fi
      if [[ -z ${lateness[i]} ]]; then
        body=$(api "/scheduled-emails/${ids[i]}") || continue
        status=$(json_value status <<< "$body")
        if [[ $status == pending || $status == "${seen[i]}" ]]; then continue; fi
        seen[i]=$status
        if [[ $status == sent ]]; then
          lateness[i]=$(json_value lateness_ms <<< "$body")
          progress "$i" "sent, ${lateness[i]} ms after it was due"
        else
          progress "$i" "$status: $(json_value explanation <<< "$body")"
        fi
      fi
      if [[ ${lateness[i]} && $(copies_in_inbox "$inbox" "Demo $((i + 1)) of 3, run $run_id") -gt 0 ]]; then
        arrived[i]=1
        progress "$i" "in the inbox"
      fi
    done
    sleep 0.25 # asking takes processor time too, that of what is being measured
  done
  demo_summary "$inbox" "$run_id" "$now"
}

demo_attachments() { # RUN_ID
  local invoice
  invoice=$(printf 'Invoice of run %s\r\nOne demo: 0.00\r\n' "$1" | base64 | tr -d '\n')
  printf '{"content":"%s","filename":"picture.png","content_id":"picture"},{"content":"%s","filename":"invoice %s.txt"}' "$demo_picture" "$invoice" "$1"
}

all_set() {
  local value
  for value in "$@"; do [[ $value ]] || return 1; done
}

progress() { # INDEX WHAT
  printf '%s  demo %s  %s\n' "$(date +%T.%1N)" "$(($1 + 1))" "$2"
}

copies_in_inbox() { # INBOX_URL SUBJECT
  curl -sS --max-time 10 -G "$1/api/messages" --data-urlencode "searchTerms=$2" --data pageSize=10 | json_value rowCount || true
}

# shellcheck disable=SC2154 # ids, lateness and arrived are those of demo()
demo_summary() { # INBOX_URL RUN_ID NOW
  local i copies failed=0
  echo
  printf '%-8s %-10s %-8s %9s  %s\n' E-MAIL DUE STATUS LATENESS 'IN THE INBOX'
  for i in 0 1 2; do
    copies=$(copies_in_inbox "$1" "Demo $((i + 1)) of 3, run $2")
    printf '%-8s %-10s %-8s %9s  %s\n' "demo $((i + 1))" "$(date -d "@$(($3 + demo_seconds[i]))" +%T)" "${seen[i]}" \
      "${lateness[i]:+${lateness[i]} ms}" "$(inbox_verdict "$copies")"
    if [[ $copies != 1 || -z ${lateness[i]} || ${lateness[i]} == -* ]]; then failed=1; fi
  done
  echo
  if ((failed)); then
    echo "Not all as promised. Why an e-mail stands where it stands:"
    for i in 0 1 2; do
      if [[ -z ${arrived[i]} ]]; then
        printf '  demo %s: %s\n' "$((i + 1))" "$(api "/scheduled-emails/${ids[i]}" | json_value explanation)"
      fi
    done
    exit 1
  fi
  echo "All three arrived, each once. Read them at $1"
}

inbox_verdict() { # COPIES
  case $1 in
    0 | '') echo no ;;
    1) echo once ;;
    *) echo "$1 times" ;;
  esac
}
