# shellcheck shell=bash
# What the tests of the rack share. RACK is the command itself.

RACK=${RACK:-$BATS_TEST_DIRNAME/../rack}

# on MACHINE COMMAND...: as root there.
on() {
  local machine=$1
  shift
  "$RACK" ssh "$machine" -- "$@"
}

# every MACHINES COMMAND...: on each of them; fails, and names the machine, when one does.
every() {
  local machines=$1 machine
  shift
  for machine in $machines; do
    on "$machine" "$@" || {
      echo "on $machine: exit status $? of: $*"
      return 1
    }
  done
}

# Each line of the output matches its pattern, and there are as many lines as patterns.
lines_match() {
  local index=0 pattern
  while IFS= read -r pattern; do
    [[ ${lines[index]-} =~ ^$pattern$ ]] || {
      printf 'line %d: %s\nexpected: %s\n' "$((index + 1))" "${lines[index]-(none)}" "$pattern"
      return 1
    }
    index=$((index + 1))
  done
  ((index == ${#lines[@]})) || {
    printf 'unexpected line %d: %s\n' "$((index + 1))" "${lines[index]}"
    return 1
  }
}
