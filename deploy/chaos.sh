# ./mail chaos, sourced by ./mail.

# Servers, services and mail server are this attack's own, and gone at its end.
run_chaos() { # [OPTION]...
  require_installed
  say "Building"
  (cd "$root" && dotnet build Mail.sln -c Release -v quiet --nologo) >&2 || die "the solution does not build"
  dotnet "$root/tests/Chaos/bin/Release/net10.0/Chaos.dll" attack "$@" || exit
}
