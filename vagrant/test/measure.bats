#!/usr/bin/env bats
# Idle nodes are measured by real MPI jobs that no user's job meets, and compared with what the same machines did before.

load machines
load clusters

setup_file() {
  two_nodes
}

teardown_file() {
  leave_clean
}

@test "two idle nodes are measured against each other, and that is their baseline" {
  run cox cluster test "$CLUSTER" --wait
  echo "$output"
  [ "$status" -eq 0 ]
  grep -Eq "^$CLUSTER-[01] +$CLUSTER-[01] +mpi-latency +[0-9.]+ +us" <<<"$output"
  grep -Eq "^$CLUSTER-[01] +$CLUSTER-[01] +mpi-bandwidth +[0-9.]+ +MB/s" <<<"$output"
  # No CUDA is here: said, and no number made up.
  grep -Eq "^$CLUSTER-0 +- +nccl-all-reduce +Unsupported" <<<"$output"
  machine=$(cox instance info "$CLUSTER-0" -o json | jq -r .machine)
  cox machine info "$machine" | grep -q "mpi-bandwidth between nodes: .* MB/s, at its own baseline"
  # Nothing of it is left in Slurm.
  [ -z "$(as_user 'squeue -h')" ]
  as_user 'scontrol show reservation' | grep -q "No reservations"
}

@test "a node with a job is left alone, and that is said" {
  as_user "sbatch -N1 -w $CLUSTER-1 -o /dev/null --wrap 'sleep 60'"
  within 20 busy "$CLUSTER-1"
  run cox cluster test "$CLUSTER" --wait
  echo "$output"
  [[ "$output" == *"$CLUSTER-1"*"skipped"* || "$output" == *"skipped"*"$CLUSTER-1"* ]]
  [ "$(as_user 'squeue -h -o %T')" = RUNNING ]
  as_user 'scancel --me'
}

busy() { [ "$(as_user "sinfo -h -N -n $1 -o %T" | head -1)" != idle ]; }

@test "what the GPUs did is kept for an hour on the machine, and for a day here" {
  machine=$(cox instance info "$CLUSTER-0" -o json | jq -r .machine)
  run on "$machine" cox-agent history --gpu 0
  echo "$output"
  grep -Eq "^20[0-9T:-]+Z +0 " <<<"$output"
  run cox machine history "$machine" --metric temperature
  echo "$output"
  grep -Eq "^0 +temperature .* 34 +34 +34 +C" <<<"$output"
}
