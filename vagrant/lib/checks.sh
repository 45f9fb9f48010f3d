# shellcheck shell=bash
# Every test there is, counted one by one.

readonly PARTS=(maven packages lint rack)
# What takes many minutes and is asked for by name: vagrant/rack test --slow.
readonly SLOW=slow

run_checks() {
  local parts=("$@") part
  ((${#parts[@]})) || parts=("${PARTS[@]}")
  parts=("${parts[@]/#--slow/$SLOW}")
  for part in "${parts[@]}"; do
    [[ " ${PARTS[*]} $SLOW " == *" $part "* ]] || misuse "test: no part '$part' (parts: ${PARTS[*]})"
  done

  PASSED=0 FAILED=0 SKIPPED=0 CHILD="" INTERRUPTED=""
  # Own process groups, so that an interrupted check ends with all that it started.
  set -m
  trap 'interrupted INT' INT
  trap 'interrupted TERM' TERM
  trap finish EXIT
  prepare_host
  for part in "${parts[@]}"; do
    say "Part: $part"
    "check_$part"
  done
}

interrupted() {
  INTERRUPTED=$1
  [[ -z $CHILD ]] || kill -- "-$CHILD" 2>/dev/null || true
  exit 1
}

# The end of all runs, however they came about: no rack is left, and the last line is the sum.
finish() {
  local status=$?
  trap - EXIT
  trap '' INT TERM
  if ((status != 0)) && ((FAILED == 0)); then FAILED=1; fi
  [[ -z $INTERRUPTED ]] || echo "not ok - interrupted by SIG$INTERRUPTED"
  if ((FAILED > 0)) && [[ -f $STATE/rack.workers ]]; then
    save_logs || true
  fi
  take_down >"$STATE/logs/down.log" 2>&1 || {
    FAILED=$((FAILED + 1))
    echo "not ok - the rack is taken down"
    cat "$STATE/logs/down.log"
  }
  echo "$PASSED passed, $FAILED failed, $SKIPPED skipped"
  ((FAILED == 0 && PASSED > 0)) || exit 1
  exit 0
}

# attempt LOG COMMAND...: runs it, its output in the log; answers interrupts at once.
attempt() {
  local log=$STATE/logs/$1 status=0
  shift
  ("$@") >"$log" 2>&1 </dev/null &
  CHILD=$!
  wait "$CHILD" || status=$?
  CHILD=""
  return "$status"
}

# check NAME COMMAND...: one test.
check() {
  local name=$1 log started=$SECONDS
  shift
  log=$(tr -cs '[:alnum:]-' _ <<<"$name").log
  if attempt "$log" "$@"; then
    PASSED=$((PASSED + 1))
    echo "ok - $name ($((SECONDS - started)) s)"
  else
    FAILED=$((FAILED + 1))
    echo "not ok - $name ($((SECONDS - started)) s)"
    tail -n 40 "$STATE/logs/$log" | sed 's/^/    /'
    echo "    (all of it: vagrant/.rack/logs/$log)"
    return 1
  fi
}

# check_suite NAME REPORTS COMMAND...: many tests, counted from the JUnit reports that they leave under REPORTS.
check_suite() {
  local name=$1 reports=$2 log started=$SECONDS status=0 counts
  shift 2
  log=$(tr -cs '[:alnum:]-' _ <<<"$name").log
  attempt "$log" "$@" || status=$?
  counts=$(python3 "$ROOM/lib/count_reports.py" "$reports") || counts="0 1 0"
  local passed failed skipped
  read -r passed failed skipped <<<"$counts"
  # A runner that fails without a failed test (it does not compile, it was killed) has failed all the same, and one that
  # ran no test has shown nothing.
  if ((status != 0 && failed == 0)) || ((status == 0 && passed == 0)); then failed=$((failed + 1)); fi
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
  if ((failed == 0)); then
    echo "ok - $name: $passed passed, $skipped skipped ($((SECONDS - started)) s)"
  else
    echo "not ok - $name: $passed passed, $failed failed, $skipped skipped, exit status $status ($((SECONDS - started)) s)"
    tail -n 60 "$STATE/logs/$log" | sed 's/^/    /'
    echo "    (all of it: vagrant/.rack/logs/$log)"
    return 1
  fi
}

check_maven() {
  find "$REPO"/*/target -maxdepth 1 -name '*-reports' -prune -exec rm -rf {} + 2>/dev/null || true
  # An earlier run's, which would be counted as Maven's.
  rm -rf "$STATE/bats"
  check "machine images build" build_images bare || return 0
  # The tests on a machine install the agent's; without one they say so themselves.
  check "packages build for the tests on a machine" build_packages || true
  start_podman_service
  # The label: should Maven be killed, its machine goes with the rack.
  check_suite "mvn -Pmachine verify" "$REPO" env -u JAVA_HOME \
    DOCKER_HOST="unix://$SOCKETS/podman.sock" TESTCONTAINERS_RYUK_DISABLED=true \
    COXSWAIN_MACHINE_IMAGE="$(image_of jumphost bare)" COXSWAIN_MACHINE_LABEL="$LABEL" \
    mvn -B -ntp -f "$REPO/pom.xml" -Pmachine verify || true
  stop_podman_service
}

check_packages() {
  check "packages build" build_packages || return 0
  local module
  for module in controller agent; do
    check "lintian coxswain-$module" lintian --fail-on error --info "$(package_file "$module")" || true
  done
}

check_lint() {
  check "ansible-lint" in_directory "$REPO/ansible" ansible-lint --nocolor --profile production || true
  check "ansible syntax" in_directory "$REPO/ansible" \
    ansible-playbook -i inventory/example.yml --syntax-check site.yml || true
  check "shellcheck" in_directory "$ROOM" shellcheck -x rack image/rack-init demo/hello-mpi.sh "$REPO/.ci/run" || true
  local provider
  for provider in docker libvirt; do
    check "vagrant validate ($provider)" env \
      VAGRANT_CWD="$ROOM" VAGRANT_HOME="$STATE/vagrant.d" VAGRANT_DOTFILE_PATH="$STATE/validate-$provider" \
      VAGRANT_CHECKPOINT_DISABLE=1 VAGRANT_DEFAULT_PROVIDER="$provider" vagrant validate || true
  done
}

check_rack() {
  # From nothing, whatever was here before.
  take_down >"$STATE/logs/down.log" 2>&1
  check "rack up" up --workers 3 || return 0
  check "a second Ansible run changes nothing" changes_nothing || true
  rm -rf "$STATE/bats"
  mkdir -p "$STATE/bats"
  check_suite "bats" "$STATE/bats" env RACK="$ROOM/rack" \
    bats --timing --print-output-on-failure --report-formatter junit --output "$STATE/bats" "$ROOM/test" || true
}

check_slow() {
  take_down >"$STATE/logs/down.log" 2>&1
  check "rack up" up --workers 1 || return 0
  rm -rf "$STATE/bats"
  mkdir -p "$STATE/bats"
  check_suite "bats, slow" "$STATE/bats" env RACK="$ROOM/rack" \
    bats --timing --print-output-on-failure --report-formatter junit --output "$STATE/bats" "$ROOM/test/slow" || true
}

in_directory() {
  cd "$1" || return
  shift
  "$@"
}

changes_nothing() {
  local recap
  run_ansible || return
  recap=$(sed -n '/^PLAY RECAP/,$p' "$STATE/logs/ansible.log" | grep -E '^[a-z0-9-]+ +:')
  [[ $(wc -l <<<"$recap") -eq $(machines | wc -l) ]] || die "the recap does not name every machine"
  ! grep -v 'changed=0 ' <<<"$recap" || die "these machines were changed (expected: changed=0)"
}
