#!/usr/bin/env bats
# A cluster of one node is one machine: Slurm's controller, its node and the login are there. It grows, and leaves nothing.

load machines
load clusters

setup_file() {
  make_key
  create "$BATS_FILE_TMPDIR/create" -n 1 --name solo
  export CLUSTER
  ended "$BATS_FILE_TMPDIR/create" 180
  echo "$output" >&2
  [ "$status" -eq 0 ]
  MACHINE=$(machine_of "$CLUSTER-0")
  export MACHINE
}

teardown_file() {
  leave_clean
}

# there COMMAND...: as its user on its first machine, as a login does.
there() { on "$MACHINE" runuser -l "$CLUSTER" -c "$*"; }

@test "one instance, no jumphost of others, and a login that goes there" {
  proven 2 1
  [ "$(cox instance list -o json | jq -r '.instances[].name' | xargs)" = "$CLUSTER-0" ]
  [ "$(cox cluster info "$CLUSTER" -o json | jq -r .jumphost)" = "$MACHINE" ]
  [[ "$(cox cluster info "$CLUSTER" -o json | jq -r .statusLine)" == "RUNNING (1/1)" ]]
  cox cluster info "$CLUSTER" | grep -q "^login  *cox ssh $CLUSTER-0$"
  [ "$(cox ssh -i "$KEY" "$CLUSTER" -- hostname)" = "$CLUSTER-0" ]
  [ "$(cox ssh -i "$KEY" "$CLUSTER-0" -- id -un)" = "$CLUSTER" ]
  # The enrolled jumphost has nothing of it.
  run on jumphost sh -c "getent passwd $CLUSTER; grep -F $CLUSTER /etc/hosts; ls -d /etc/coxswain/clusters/$CLUSTER; systemctl is-active coxswain-slurmctld@$CLUSTER"
  [[ "$output" != *"$CLUSTER:x:"* && "$output" != *$'\n'active* ]]
  cox cluster info "$CLUSTER" | grep -q "1 of 1 node take jobs"
}

@test "jobs run there with all of its GPUs" {
  job=$(there "sbatch --parsable -n2 --gres=gpu:8 -o single.out --wrap 'srun -n2 hostname; echo done'")
  within 30 there "grep -qs done single.out"
  [ "$(there 'sort single.out' | xargs)" = "$CLUSTER-0 $CLUSTER-0 done" ]
}

@test "it outlives a restart of its agent and of its slurmctld, and the job too" {
  there "sbatch -o kept.out --wrap 'echo begun; until [ -e end ]; do sleep 0.1; done; echo ended'"
  within 20 there "grep -qs begun kept.out"
  on "$MACHINE" systemctl restart coxswain-agent "coxswain-slurmctld@$CLUSTER" slurmd
  within 30 there "sinfo -h"
  there "touch end"
  within 30 there "grep -qs ended kept.out"
}

@test "its node is where Slurm runs: it neither leaves, nor stops, nor is replaced" {
  run cox instance remove "$CLUSTER-0" --yes
  [ "$status" -eq 3 ]
  [[ "$output" == *"$CLUSTER-0 runs the cluster's slurmctld: its cluster ends with it"* ]]
  run cox instance replace "$CLUSTER-0" --yes --force
  [ "$status" -eq 3 ]
  [[ "$output" == *"is a jumphost"* ]]
  run cox instance stop "$CLUSTER-0"
  [ "$status" -eq 3 ]
}

@test "it grows by another machine, and MPI runs over both" {
  run cox instance add "$CLUSTER" --wait --timeout 180s
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(there 'srun -N2 --mpi=none hostname' | sort | xargs)" = "$CLUSTER-0 $CLUSTER-1" ]
  run cox cluster scale "$CLUSTER" -n 1 --yes --wait --timeout 180s
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(there 'sinfo -h -N -o %N' | sort -u | xargs)" = "$CLUSTER-0" ]
}

@test "it ends, and nothing of it is left anywhere" {
  run cox cluster destroy "$CLUSTER" --yes --wait --timeout 180s
  echo "$output"
  [ "$status" -eq 0 ]
  within 10 is_gone
  within 20 all_free
}

@test "a worker of its own is its jumphost, and free again with the end" {
  create "$BATS_TEST_TMPDIR/own" -n 1 --jumphost own --name own
  ended "$BATS_TEST_TMPDIR/own" 180
  echo "$output"
  [ "$status" -eq 0 ]
  own=$(machine_of "$CLUSTER-jumphost")
  [ "$own" != jumphost ]
  [ "$own" != "$(machine_of "$CLUSTER-0")" ]
  [ "$(on "$own" runuser -l "$CLUSTER" -c 'srun -N1 hostname')" = "$CLUSTER-0" ]
  run cox cluster destroy own --yes --wait --timeout 180s
  echo "$output"
  [ "$status" -eq 0 ]
  within 10 is_gone
  within 20 all_free
}
