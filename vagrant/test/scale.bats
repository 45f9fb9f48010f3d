#!/usr/bin/env bats
# Nodes come and go while jobs run elsewhere; nothing is left of those that went, and nobody else notices.

load machines
load clusters

setup_file() {
  two_nodes
}

teardown_file() {
  leave_clean
}

# A job whose end is seen: it counts up in a file, which a restart of it would begin anew.
long_job() { # NODE
  as_user "rm -f count; sbatch -N1 -w $1 -o /dev/null --wrap 'for i in \$(seq 1 600); do echo \$i >>count; sleep 0.5; done'"
  within 20 busy "$1"
}

busy() { [[ $(state "$1") == @(allocated|mixed) ]]; }

started_at() { on "$(machine_of "$1")" systemctl show -p ActiveEnterTimestampMonotonic --value slurmd; }

known_nodes() { as_user 'sinfo -h -N -o %N' | sort -u | xargs; }

@test "a node more is proven and has jobs, while a job elsewhere runs on and its slurmd is not restarted" {
  long_job "$CLUSTER-0"
  before=$(started_at "$CLUSTER-0")
  run cox cluster scale "$CLUSTER" -n 3 --dry-run
  echo "$output"
  [[ "$output" == "+ $CLUSTER-2 on worker-"* ]]
  run cox cluster scale "$CLUSTER" -n 3 --wait --timeout 120s
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"it has 3 nodes"* ]]
  echo "scale 2 to 3: $(grep -oE 'after [0-9.]+ ?m?s' <<<"$output" | head -1)" >&3
  [ "$(known_nodes)" = "$CLUSTER-0 $CLUSTER-1 $CLUSTER-2" ]
  as_user "srun -N1 -w $CLUSTER-2 --gres=gpu:8 hostname" | grep -qx "$CLUSTER-2"
  [ "$(started_at "$CLUSTER-0")" = "$before" ]
  busy "$CLUSTER-0"
  [ "$(as_user 'head -1 count; grep -c "^1$" count' | xargs)" = "1 1" ]
}

would_lose() { [ "$(cox cluster scale "$CLUSTER" -n 1 --dry-run | tr -d '\n')" = "- ${1/ /- }" ]; }

@test "the busy node stays, an idle one goes, and nothing is left of it" {
  machine=$(machine_of "$CLUSTER-2")
  other=$(machine_of "$CLUSTER-1")
  # The jumphost's newest report may still have the job that just ended there.
  within 20 would_lose "$CLUSTER-2 $CLUSTER-1"
  run cox cluster scale "$CLUSTER" -n 1 --yes --wait --timeout 120s
  echo "$output"
  [ "$status" -eq 0 ]
  echo "scale 3 to 1: $(grep -oE 'after [0-9.]+ ?m?s' <<<"$output" | head -1)" >&3
  [ "$(known_nodes)" = "$CLUSTER-0" ]
  busy "$CLUSTER-0"
  for machine in "$machine" "$other"; do
    [ -z "$(on "$machine" sh -c "getent passwd $CLUSTER; grep -HF $CLUSTER /etc/hosts /etc/hostname; ls -d /etc/coxswain/clusters/$CLUSTER 2>/dev/null; true")" ]
    [ "$(cox machine info "$machine" -o json | jq -r '.quarantine // ""')" = "" ]
  done
  run on jumphost grep -F "$CLUSTER-2" /etc/hosts
  [ "$status" -eq 1 ]
  [ "$(cox cluster info "$CLUSTER" -o json | jq -r '[.instances[].name] | join(" ")')" = "$CLUSTER-jumphost $CLUSTER-0" ]
}

@test "a slot is taken again by another proof, and a node leaves by name once its job has ended" {
  run cox cluster scale "$CLUSTER" -n 2 --wait --timeout 120s
  echo "$output"
  [ "$status" -eq 0 ]
  as_user "srun -N1 -w $CLUSTER-1 --gres=gpu:8 hostname"
  begin "$BATS_TEST_TMPDIR/remove" instance remove "$CLUSTER-0" --yes --wait --timeout 120s
  within 20 is_draining "$CLUSTER-0"
  run cox cluster scale "$CLUSTER" -n 3 --wait
  echo "$output"
  [ "$status" -ne 0 ]
  [[ "$output" == *"is being changed"* ]]
  [ ! -s "$BATS_TEST_TMPDIR/remove.status" ]
  as_user 'scancel --me'
  ended "$BATS_TEST_TMPDIR/remove" 120
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(known_nodes)" = "$CLUSTER-1" ]
}

is_draining() { [[ $(state "$1") == draining* ]]; }

@test "a person's drain holds until the person's word, with the reason in sinfo" {
  cox instance drain "$CLUSTER-1" --reason 'fan is loud'
  within 20 is_drained "$CLUSTER-1"
  as_user 'sinfo -R -h' | grep -q 'cox: fan is loud'
  run cox instance drain "$CLUSTER-1" --reason '$(reboot)'
  [ "$status" -ne 0 ]
  cox instance resume "$CLUSTER-1"
  within 60 is_back "$CLUSTER-1"
  run timeout 3 "$RACK" ssh jumphost -- timeout 2 cox cluster events "$CLUSTER" --follow
  echo "$output"
  [[ "$output" == *"RETURNED"* ]]
}

@test "the controller is killed while a node comes, and while it goes" {
  begin "$BATS_TEST_TMPDIR/up" cluster scale "$CLUSTER" -n 2 --wait --timeout 120s
  within 20 sees "$BATS_TEST_TMPDIR/up" "$CLUSTER-0 CONFIGURING"
  on jumphost systemctl kill -s KILL coxswain-controller
  ended "$BATS_TEST_TMPDIR/up" 120
  echo "$output"
  [ "$status" -eq 0 ]
  begin "$BATS_TEST_TMPDIR/down" cluster scale "$CLUSTER" -n 1 --yes --wait --timeout 120s
  within 20 sees "$BATS_TEST_TMPDIR/down" 'DESTROYING'
  on jumphost systemctl kill -s KILL coxswain-controller
  ended "$BATS_TEST_TMPDIR/down" 120
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(known_nodes | wc -w)" -eq 1 ]
}
