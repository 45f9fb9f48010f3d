#!/usr/bin/env bats
# Two clusters at the same time on one jumphost: each is whole, neither is in the other's way.

load machines
load clusters

setup_file() {
  make_key
}

teardown_file() {
  leave_clean
}

# in_cluster CLUSTER COMMAND...: as its user, with what `cox env` says.
in_cluster() {
  local cluster=$1
  shift
  on jumphost sh -c "cox env $cluster > /run/env.$cluster && chmod 644 /run/env.$cluster"
  on jumphost runuser -l "$cluster" -c ". /run/env.$cluster; $*"
}

ran() { in_cluster "$1" 'grep -qs "node done" job.out'; }

@test "two clusters are made at once, run a job each, and end one by one" {
  create "$BATS_TEST_TMPDIR/first" -n 2 --name first
  first=$CLUSTER
  create "$BATS_TEST_TMPDIR/second" -n 1 --jumphost shared --name second
  second=$CLUSTER
  for name in first second; do
    ended "$BATS_TEST_TMPDIR/$name" 90
    echo "$output"
    [ "$status" -eq 0 ]
  done
  CLUSTER=$first proven 4 2
  CLUSTER=$second proven 2 1

  # cox env chooses.
  [ "$(cox env "$first")" = "export SLURM_CONF=/etc/coxswain/clusters/$first/slurm.conf" ]
  [ "$(in_cluster "$first" 'sinfo -h -N -o %N' | sort -u | xargs)" = "$first-0 $first-1" ]
  [ "$(in_cluster "$second" 'sinfo -h -N -o %N' | sort -u | xargs)" = "$second-0" ]

  # A job in each, at the same time.
  in_cluster "$first" "sbatch -N2 --gres=gpu:8 -o job.out --wrap 'srun hostname; echo node done'"
  in_cluster "$second" "sbatch -N1 --gres=gpu:8 -o job.out --wrap 'srun hostname; echo node done'"
  within 30 ran "$first"
  within 30 ran "$second"
  [ "$(in_cluster "$first" 'sort job.out' | xargs)" = "$first-0 $first-1 node done" ]
  [ "$(in_cluster "$second" 'sort job.out' | xargs)" = "$second-0 node done" ]

  # A login as a cluster's user means that cluster.
  [ "$(on jumphost runuser -l "$second" -c 'sinfo -h -N -o %N' | sort -u | xargs)" = "$second-0" ]

  # Whoever has not chosen is told how to, and never gets the wrong cluster.
  run on jumphost sbatch --wrap true
  echo "$output"
  [ "$status" -ne 0 ]
  [[ "$output" == *"several clusters ($(printf '%s\n' "$first" "$second" | sort | paste -sd, | sed 's/,/, /')); choose one: export SLURM_CONF="* ]]

  # A cluster's user runs nothing in another cluster, though its files can be read and its munged is there.
  run on jumphost runuser -l "$first" -c "SLURM_CONF=/etc/coxswain/clusters/$second/slurm.conf sbatch --wrap true"
  echo "$output"
  [ "$status" -ne 0 ]
  [[ "$output" == *"not allowed to use"* || "$output" == *"not permitted"* || "$output" == *"User's group"* ]]

  # With one left, plain commands are its.
  CLUSTER=$second destroy
  within 10 plain_slurm_is "$first"
  CLUSTER=$first destroy
  CLUSTER=$first is_gone
  CLUSTER=$second is_gone
}

plain_slurm_is() { [ "$(on jumphost runuser -l "$1" -c 'sinfo -h -N -o %N' | sort -u | xargs)" = "$1-0 $1-1" ]; }
