# ./mail bench, sourced by ./mail.

# Servers of its own, which are gone with what they kept when the script ends, however that is.
run_bench() { # [SCENARIO] [OPTION]...
  local servers=$root/deploy/native/servers.sh dir addresses
  require_installed
  say "Building"
  (cd "$root" && dotnet build Mail.sln -c Release -v quiet --nologo) >&2 || die "the bench does not build"
  dir=$(mktemp -d /var/tmp/mail-bench-XXXXXX)
  # shellcheck disable=SC2064 # the names of now
  trap "'$servers' stop '$dir' --wipe" EXIT
  addresses=$("$servers" start "$dir")
  ConnectionStrings__Postgres=$(sed -n 's/^POSTGRES=//p' <<< "$addresses") \
    ConnectionStrings__RabbitMq=$(sed -n 's/^RABBITMQ=//p' <<< "$addresses") \
    RABBITMQ_MANAGEMENT=$(sed -n 's/^RABBITMQ_MANAGEMENT=//p' <<< "$addresses") BENCH_SERVERS=$dir \
    dotnet "$root/bench/bin/Release/net10.0/Bench.dll" "$@" || exit
}
