#!/usr/bin/env bats
# A cluster gets another partition with nodes of its own, and loses it, while jobs run elsewhere.

load machines
load clusters

setup_file() {
  two_nodes
}

teardown_file() {
  leave_clean
}

has_one_partition() { [ "$(partitions)" = main ]; }

partitions() { as_user 'sinfo -h -o %R' | sort -u | xargs; }

started_at() { on "$(machine_of "$1")" systemctl show -p ActiveEnterTimestampMonotonic --value slurmd; }

@test "a nodepool more is a partition of its own, proven, while a job elsewhere runs on" {
  as_user "rm -f count; sbatch -N1 -w $CLUSTER-0 -o /dev/null --wrap 'for i in \$(seq 1 600); do echo \$i >>count; sleep 0.5; done'"
  before=$(started_at "$CLUSTER-0")
  run cox nodepool create "$CLUSTER" more 8xH200 -n 1 --description 'nightly runs' --dry-run
  echo "$output"
  [[ "$output" == "+ $CLUSTER-2 on worker-"* ]]
  run cox nodepool create "$CLUSTER" more 8xH200 -n 1 --description 'nightly runs' --wait --timeout 120s
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(partitions)" = "main more" ]
  as_user "srun -p more --gres=gpu:8 hostname" | grep -qx "$CLUSTER-2"
  as_user "srun -n1 -w $CLUSTER-1 hostname" | grep -qx "$CLUSTER-1"
  run as_user "srun -w $CLUSTER-2 --immediate=3 hostname"
  echo "$output"
  [ "$status" -ne 0 ]
  [ "$(started_at "$CLUSTER-0")" = "$before" ]
  [ "$(as_user 'head -1 count; grep -c "^1$" count' | xargs)" = "1 1" ]
  [ "$(cox nodepool list "$CLUSTER" -o json | jq -r '.nodepools[] | "\(.name) \(.min) \(.running) \(.isDefault // false)"' | xargs)" = "main 2 2 true more 1 1 false" ]
}

@test "what is exported says both nodepools and changes nothing when it is applied" {
  cox cluster export "$CLUSTER" >"$BATS_TEST_TMPDIR/cluster.yaml"
  cat "$BATS_TEST_TMPDIR/cluster.yaml"
  on jumphost tee /root/cluster.yaml <"$BATS_TEST_TMPDIR/cluster.yaml" >/dev/null
  run cox cluster plan -f /root/cluster.yaml
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == *"nothing"* ]]
}

@test "what cannot be is refused by name, and changes nothing" {
  run cox cluster scale "$CLUSTER" -n 1 --yes
  [[ "$output" == *"has several nodepools: main, more"* ]]
  run cox nodepool create "$CLUSTER" 'x State=DOWN' 8xH200
  [[ "$output" == *"nodepool: 'x State=DOWN'"* ]]
  run cox nodepool edit "$CLUSTER" more --min 3 --max 2
  [[ "$output" == *"max: 2"* ]]
  run cox nodepool create "$CLUSTER" third 8xH200 -n 2
  echo "$output"
  [[ "$output" == *"no capacity"* ]]
  run cox nodepool edit "$CLUSTER" more --description $'two\nlines'
  [[ "$output" == *"description: "* ]]
  [ "$(partitions)" = "main more" ]
}

@test "a nodepool goes with its nodes, and nothing is left of it" {
  machine=$(machine_of "$CLUSTER-2")
  run cox nodepool delete "$CLUSTER" more --yes --wait --timeout 120s
  echo "$output"
  [ "$status" -eq 0 ]
  within 20 has_one_partition
  [ "$(as_user 'sinfo -h -N -o %N' | sort -u | xargs)" = "$CLUSTER-0 $CLUSTER-1" ]
  [ -z "$(on "$machine" sh -c "getent passwd $CLUSTER; grep -HF $CLUSTER /etc/hosts /etc/hostname; true")" ]
  [ "$(as_user 'head -1 count; grep -c "^1$" count' | xargs)" = "1 1" ]
}
