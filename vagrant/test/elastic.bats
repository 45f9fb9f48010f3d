#!/usr/bin/env bats
# A nodepool that has no machine until a job wants one, and gives it back when nobody does. Slurm asks by its own power saving.

load machines
load clusters

# The cluster has one node that is always there, so that what is elastic is seen beside what is not.
setup_file() {
  make_key
  create "$BATS_FILE_TMPDIR/create" -n 1 --jumphost shared
  export CLUSTER
  ended "$BATS_FILE_TMPDIR/create" 90
  echo "$output" >&2
  [ "$status" -eq 0 ]
  run cox nodepool create "$CLUSTER" burst 8xH200 --min 0 --max 2 --idle-time 15 --wait --timeout 60s
  echo "$output" >&2
  [ "$status" -eq 0 ]
}

teardown_file() {
  leave_clean
}

# Of all slots of the pool, as slurmctld has them: "IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN".
slots() { as_user "scontrol -a -o show node" | grep -F '+CLOUD' | grep -oE ' State=[^ ]+' | cut -d= -f2 | sort; }

all_empty() { [ "$(slots | sort -u)" = "IDLE+CLOUD+DYNAMIC_NORM+POWERED_DOWN" ]; }

free_machines() { cox machine list -o json | jq '[.machines[] | select((.instances // [] | length) == 0)] | length'; }

free_are() { [ "$(free_machines)" -eq "$1" ]; }

job_is() { [ "$(as_user "squeue -h -j $1 -o %T")" = "$2" ]; }

job_ended() { [ "$(as_user "scontrol -o show job $1" | grep -oE 'JobState=[A-Z]+')" = "JobState=COMPLETED" ]; }

submit() { as_user "sbatch --parsable -p burst $*"; }

@test "an empty pool has its slots, no machine, and a place in sinfo" {
  [ "$(slots | wc -l)" -eq 2 ]
  all_empty
  [ "$(as_user 'sinfo -h -p burst -o "%t %D"')" = "idle~ 2" ]
  # The jumphost and the one node.
  free_are 2
}

@test "a job on the empty pool gets a machine, and runs there with its GPUs" {
  begun=$SECONDS
  job=$(submit --gres=gpu:8 -o out --wrap "'hostname; echo \$CUDA_VISIBLE_DEVICES; sleep 5'")
  within 10 free_are 1
  echo "machine claimed after $((SECONDS - begun)) s" >&3
  within 120 job_is "$job" RUNNING
  echo "submitted on an empty pool, running after $((SECONDS - begun)) s" >&3
  within 60 job_ended "$job"
  run as_user 'cat out'
  echo "$output"
  [[ "${lines[0]}" == "$CLUSTER"-* ]]
  [ "${lines[1]}" = "0,1,2,3,4,5,6,7" ]
  # Not requeued on the way: a machine that came says once that it has booted.
  [ "$(as_user "scontrol -o show job $job" | grep -oE 'Restarts=[0-9]+')" = "Restarts=0" ]
}

@test "while it is there, slurmd can be restarted under a running job" {
  job=$(submit -o /dev/null --wrap "'sleep 8'")
  within 120 job_is "$job" RUNNING
  node=$(as_user "squeue -h -j $job -o %N")
  on "$(machine_of "$node")" systemctl restart slurmd
  within 60 job_ended "$job"
  [ "$(as_user "scontrol -o show job $job" | grep -oE 'Restarts=[0-9]+')" = "Restarts=0" ]
  [[ $(state "$node") != down* ]]
}

@test "two slots that come for one job are one MPI world" {
  job=$(submit -N2 --ntasks-per-node=2 -o mpi --wrap "'srun --mpi=pmix /usr/local/lib/coxswain/allreduce'")
  # A machine that is still being cleaned is none that is free, and Slurm keeps a requeued job back for two minutes.
  within 420 job_ended "$job"
  run as_user 'cat mpi'
  echo "$output"
  [ "$(grep -c 'size=4' <<<"$output")" -eq 4 ]
}

@test "an idle machine goes back to the pool, its slot stays, and nothing is left of it" {
  begun=$SECONDS
  within 120 free_are 2
  echo "given back after $((SECONDS - begun)) s" >&3
  within 60 all_empty
  [ "$(slots | wc -l)" -eq 2 ]
  for machine in $(cox machine list -o json | jq -r '.machines[] | select((.instances // [] | length) == 0) | .name'); do
    [ -z "$(on "$machine" sh -c "getent passwd $CLUSTER; ls -d /etc/coxswain/clusters/$CLUSTER /run/coxswain-slurmd-joins 2>/dev/null; true")" ]
  done
}

@test "a slot is used again by another job, and a restart of slurmctld in between loses nothing" {
  on jumphost systemctl restart "coxswain-slurmctld@$CLUSTER"
  within 30 all_empty
  job=$(submit -o /dev/null --wrap hostname)
  within 20 free_are 1
  on jumphost systemctl restart "coxswain-slurmctld@$CLUSTER"
  within 120 job_ended "$job"
  within 120 free_are 2
  within 60 all_empty
}

waits_anew() { [ "$(as_user "squeue -h -j $1 -o '%T %r'")" = "PENDING BeginTime" ]; }

@test "without a free machine the job is back in the queue at once, and is told why" {
  elastic=$CLUSTER
  # Another cluster takes all that is free.
  create "$BATS_TEST_TMPDIR/other" -n 2
  other=$CLUSTER CLUSTER=$elastic
  ended "$BATS_TEST_TMPDIR/other" 90
  [ "$status" -eq 0 ]
  job=$(submit -o /dev/null --wrap hostname)
  # Long before ResumeTimeout.
  within 30 waits_anew "$job"
  cox cluster info "$CLUSTER" | grep -q 'no machine fits 8xH200: '
  as_user "scancel $job"
  cox cluster destroy "$other" --yes --wait --timeout 60s
  within 20 is_open
  within 60 all_empty
}

is_open() { ! cox cluster info "$CLUSTER" | grep -q 'no machine fits'; }

@test "a pool that goes takes its empty slots along" {
  within 120 all_empty
  run cox nodepool delete "$CLUSTER" burst --yes --wait --timeout 60s
  echo "$output"
  [ "$status" -eq 0 ]
  [ -z "$(slots)" ]
}
