# ./mail sbom, sourced by ./mail.

# What the services are made of, with each package's licence, in CycloneDX. Read from what NuGet has resolved for them.
write_sbom() { # FILE
  local file
  file=$(realpath -m "$1")
  # One after another by "&&": before an "||" nothing else ends at a failure.
  (
    cd "$root" && restore_tools && dotnet restore deploy/services.slnf -v quiet && dotnet tool run dotnet-CycloneDX -- deploy/services.slnf -dpr -F Json -st Application -sn Mail \
      -sv "$(git describe --always --dirty 2> /dev/null || echo unknown)" -o "$(dirname "$file")" -fn "$(basename "$file")"
  ) >&2 || die "no bill of materials was made"
}
