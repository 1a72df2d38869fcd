# ./mail test, sourced by ./mail.

# The longest takes half of it. Without a limit one test that never ends would take the result of all others with it.
longest_project=30m

# A project counts as a failure of its own where it crashed, took too long, or ran nothing without a filter.
run_tests() { # [--long | FILTER]
  local filter=${1:-} options=() project output passed=0 failed=0 code counted
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
  output=$(mktemp)
  # shellcheck disable=SC2064 # the name of now
  trap "rm -f '$output'" EXIT
  for project in $(test_projects); do
    code=0
    echo "== $project"
    dotnet test --project "$project" -c Release --no-build --timeout "$longest_project" "${options[@]}" < /dev/null 2>&1 | tee "$output" || code=$?
    counted=$(($(count succeeded) + $(count failed)))
    passed=$((passed + $(count succeeded)))
    failed=$((failed + $(count failed)))
    if ((counted == 0)) && [[ $filter && $code == 8 ]]; then continue; fi
    if ((counted == 0 || (code != 0 && $(count failed) == 0))); then
      # https://aka.ms/testingplatform/exitcodes: 3 is an aborted run.
      if ((code == 3)); then echo "== $project was aborted: is there a test that takes longer than $longest_project?"; fi
      echo "== $project ended with exit code $code and counts as a failure"
      failed=$((failed + 1))
    fi
  done
  if ((passed + failed == 0)); then
    say "no test matches ${filter:-anything}"
    failed=1
  fi
  test_result "$passed" "$failed"
}

# Not the fixtures, nor the application that one of the tests starts.
test_projects() {
  grep -l 'Include="xunit.v3"' tests/*/*.csproj
}

# shellcheck disable=SC2154 # output is that of run_tests()
count() { # LABEL of the summary at the end
  local n
  n=$(sed -nE "s/^ +$1: ([0-9]+)\$/\1/p" "$output" | tail -n 1)
  echo "${n:-0}"
}

test_result() { # PASSED FAILED
  echo "$1 passed, $2 failed"
  exit $(($2 > 0))
}
