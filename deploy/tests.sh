# ./mail test, sourced by ./mail.

# The longest takes half of it. Without a limit one test that never ends would take the result of all others with it.
longest_project=30m

# A project counts as a failure of its own where it crashed, took too long, or ran nothing without a filter.
run_tests() { # [--long | FILTER]
  local filter=${1:-} options=() name output passed=0 failed=0
  if ! docker_answers; then require_installed; fi
  if [[ $filter == --long ]]; then
    filter=
  elif [[ $filter ]]; then
    # Either the class or the method or the namespace; several queries are joined by "or".
    options=(--filter-query "/*/*$filter*/*/*" --filter-query "/*/*/*$filter*/*" --filter-query "/*/*/*/*$filter*")
  else
    options=(--filter-not-trait Length=long)
  fi
  export DOTNET_CLI_UI_LANGUAGE=en # the summary is read below
  cd "$root" || exit
  # One compiler for all projects, the SDK's default: where a machine's environment switches it off, each one starts anew.
  if ! dotnet build Mail.sln -c Release -v quiet --nologo -p:UseSharedCompilation=true; then
    say "the solution does not build"
    test_result 0 1
  fi
  output=$(mktemp -d)
  # shellcheck disable=SC2064 # the name of now
  trap "rm -rf '$output'" EXIT
  # Two lanes, each of which mostly waits, and about as long as the other. The quick ones come first, alone.
  local first=(Chaos Decisions) lanes=("EndToEnd Models" "Page Servers") lane
  for name in $(test_projects); do
    if [[ " ${first[*]} ${lanes[*]} " != *" $name "* ]]; then first+=("$name"); fi
  done
  for name in "${first[@]}"; do run_project "$name"; done
  for lane in "${lanes[@]}"; do
    for name in $lane; do run_project "$name"; done > "$output/lane ${lane%% *}" &
  done
  wait
  cat "$output"/lane*
  for name in $(test_projects); do count_project "$name"; done
  if ((passed + failed == 0)); then
    say "no test matches ${filter:-anything}"
    failed=1
  fi
  name_failures
  test_result "$passed" "$failed"
}

# Once more at the end: what a failed test logged can be thousands of lines. grep fails where it finds none, which is how it should be.
# shellcheck disable=SC2154 # output is that of run_tests()
name_failures() {
  cat "$output"/*.log | grep -A 6 '^failed ' | cut -c 1-300 || true
}

# shellcheck disable=SC2154 # options and output are those of run_tests()
run_project() { # NAME
  local code=0 priority=0
  # The model checker takes a processor for itself.
  if [[ $1 == Models ]]; then priority=5; fi
  echo "== $1"
  nice -n "$priority" dotnet test --project "tests/$1/$1.csproj" -c Release --no-build --timeout "$longest_project" "${options[@]}" < /dev/null 2>&1 |
    tee "$output/$1.log" || code=$?
  echo "$code" > "$output/$1.code"
}

# shellcheck disable=SC2154 # filter, passed and failed are those of run_tests()
count_project() { # NAME
  local code counted
  code=$(cat "$output/$1.code")
  counted=$(($(count "$1" succeeded) + $(count "$1" failed)))
  passed=$((passed + $(count "$1" succeeded)))
  failed=$((failed + $(count "$1" failed)))
  if ((counted == 0)) && [[ $filter && $code == 8 ]]; then return; fi
  if ((counted == 0 || (code != 0 && $(count "$1" failed) == 0))); then
    # https://aka.ms/testingplatform/exitcodes: 3 is an aborted run.
    if ((code == 3)); then echo "== $1 was aborted: is there a test that takes longer than $longest_project?"; fi
    echo "== $1 ended with exit code $code and counts as a failure"
    failed=$((failed + 1))
  fi
}

# Not the fixtures, nor the application that one of the tests starts.
test_projects() {
  grep -l 'Include="xunit.v3"' tests/*/*.csproj | xargs -n 1 basename -s .csproj
}

# shellcheck disable=SC2154 # output is that of run_tests()
count() { # NAME, LABEL of the summary at the end
  local n
  n=$(sed -nE "s/^ +$2: ([0-9]+)\$/\1/p" "$output/$1.log" | tail -n 1)
  echo "${n:-0}"
}

test_result() { # PASSED FAILED
  echo "$1 passed, $2 failed"
  exit $(($2 > 0))
}
