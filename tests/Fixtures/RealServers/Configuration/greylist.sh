#!/usr/bin/env bash
# A policy server for Postfix (SMTPD_POLICY_README): a recipient is told to come back the first time that it is
# asked for by a sender, and is let through from the second time on.
set -euo pipefail

greylisted=$1
sender=
recipient=
while IFS='=' read -r name value; do
  case $name in
    sender) sender=$value ;;
    recipient) recipient=$value ;;
    '')
      # To make a directory is to ask and to remember in one step.
      if mkdir "$greylisted/${sender//\//_} ${recipient//\//_}" 2> /dev/null; then
        printf 'action=450 4.2.0 Greylisted, come back later\n\n'
      else
        printf 'action=dunno\n\n'
      fi
      ;;
  esac
done
