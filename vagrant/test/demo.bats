#!/usr/bin/env bats
# The demo, and every line that it shows.

load machines
load clusters

setup_file() {
  export DEMO=$BATS_FILE_TMPDIR/demo
  "${RACK:-$BATS_TEST_DIRNAME/../rack}" demo --record "$DEMO" >&2
  CLUSTER=$(grep -oEm1 'c-[0-9a-f]{4}' "$DEMO/create" | head -1)
  export CLUSTER
}

teardown_file() {
  leave_clean
}

# shows STEP: the step's output becomes `lines`, but for what ssh says where it meets a host for the first time.
shows() {
  mapfile -t lines < <(grep -v "^Warning: Permanently added 'jumphost'" "$DEMO/$1")
}

# A machine's line in `cox machine list`: NAME ROLE SHAPE CPUS MEMORY LINK HEALTH INSTANCE ADDRESS.
machine_line() {
  echo "$1 +$2 +$3 +[0-9]+ +[0-9.]+ [GT]iB +CONNECTED +(PASS|INFO) +- +[0-9.]+ *"
}

free_machines() {
  cat <<LINES
NAME +ROLE +SHAPE +CPUS +MEMORY +LINK +HEALTH +INSTANCE +ADDRESS *
$(machine_line jumphost JUMPHOST cpu)
$(machine_line worker-0 WORKER 8xH200)
$(machine_line worker-1 WORKER 8xH200)
$(machine_line worker-2 WORKER 8xH200)
LINES
}

@test "machine list: one jumphost and three workers of 8xH200, connected, well and free" {
  shows machines
  lines_match < <(free_machines)
}

@test "the user's key is there" {
  shows key
  lines_match </dev/null
  on jumphost test -s /root/.ssh/id_ed25519.pub
}

@test "create: each instance is seen to go through its lifecycle to RUNNING, and what to type next is said" {
  shows create
  [ "${lines[0]}" = "cluster $CLUSTER is being made" ]
  for instance in "$CLUSTER-jumphost" "$CLUSTER-0" "$CLUSTER-1"; do
    for lifecycle in PROVISIONING CONFIGURING RUNNING; do
      grep -Eq "^\[ *[0-9]+m?s?\] $instance $lifecycle" "$DEMO/create"
    done
  done
  grep -Eq "^\[ *[0-9ms]+\] $CLUSTER-0 CONFIGURING  .+ \([0-9]+/[0-9]+\)" "$DEMO/create"
  grep -Eq "^cluster $CLUSTER is RUNNING after [0-9ms ]+$" "$DEMO/create"
  [ "${lines[-1]}" = "cox ssh $CLUSTER-jumphost" ]
  # And nothing but: progress, of each and of all, the end, the next step.
  run grep -Ev "^(cluster $CLUSTER is |\[ *[0-9ms]+\] ($CLUSTER-(jumphost|0|1) |[A-Z_]+ \(.+\); [0-2] of 2 nodes take jobs$)|cox ssh )" "$DEMO/create"
  [ -z "$output" ]
}

@test "the job's files and its program reach the cluster's home in silence" {
  shows upload
  lines_match </dev/null
  shows compile
  lines_match </dev/null
}

@test "sbatch and squeue: the job is in the queue" {
  shows submit
  lines_match <<LINES
Submitted batch job [0-9]+
 +JOBID +PARTITION +NAME +USER +ST +TIME +NODES +NODELIST\(REASON\)
 +[0-9]+ +main +hello-mp +$CLUSTER +(PD|CF|R) +0:0[0-9] +2 +.+
LINES
}

@test "the job ends by itself" {
  shows await
  run grep -Ev "^ +[0-9]+ +main +hello-mp +$CLUSTER +(PD|CF|R|CG) " "$DEMO/await"
  [ -z "$output" ]
}

@test "the job's output: four ranks on two nodes agree on the sum and each sees eight GPUs" {
  shows output
  # Ranks print in any order, and Slurm chooses which node is the first.
  mapfile -t lines < <(sort "$DEMO/output")
  lines_match <<LINES
hello-mpi: all 4 ranks on 2 nodes agree
rank 0 of 4 on $CLUSTER-[01]: sum 30 \(expected 30\), GPUs visible 8
rank 1 of 4 on $CLUSTER-[01]: sum 30 \(expected 30\), GPUs visible 8
rank 2 of 4 on $CLUSTER-[01]: sum 30 \(expected 30\), GPUs visible 8
rank 3 of 4 on $CLUSTER-[01]: sum 30 \(expected 30\), GPUs visible 8
LINES
  [ "$(grep -c "on $CLUSTER-0: " "$DEMO/output")" -eq 2 ]
}

@test "cluster info: RUNNING, accepted, its instances on three machines" {
  shows info
  grep -Eq "^cluster +$CLUSTER$" "$DEMO/info"
  grep -Eq '^status +RUNNING' "$DEMO/info"
  grep -Eq '^shape +8xH200 x 2 nodes$' "$DEMO/info"
  grep -Eq "^login +cox ssh $CLUSTER-jumphost$" "$DEMO/info"
  grep -Eq "^user +$CLUSTER, uid 2[0-9]{4}$" "$DEMO/info"
  grep -Eq '^slurm +22\.05\.[0-9]+, slurmctld port [0-9]+$' "$DEMO/info"
  grep -Eq '^accepted +20' "$DEMO/info"
  grep -Eq "^$CLUSTER-jumphost +RUNNING +CONNECTED +(PASS|INFO) .* jumphost " "$DEMO/info"
  grep -Eq "^$CLUSTER-0 +RUNNING +CONNECTED +(PASS|INFO) +IDLE[A-Z_+]* .* worker-[0-2] " "$DEMO/info"
  grep -Eq "^$CLUSTER-1 +RUNNING +CONNECTED +(PASS|INFO) +IDLE[A-Z_+]* .* worker-[0-2] " "$DEMO/info"
}

@test "cluster list -o json: the one cluster, for programs" {
  run jq -r '.clusters[] | [.id, .status, .shape, .size] | @csv' "$DEMO/list"
  [ "$output" = "\"$CLUSTER\",\"RUNNING\",\"8xH200\",2" ]
}

@test "destroy: each instance is seen to be destroyed" {
  shows destroy
  for instance in "$CLUSTER-jumphost" "$CLUSTER-0" "$CLUSTER-1"; do
    grep -Eq "^\[ *[0-9ms]+\] $instance (DESTROYING|DESTROYED)" "$DEMO/destroy"
  done
  [[ "${lines[-2]}" =~ ^cluster\ $CLUSTER\ is\ DESTROYED\ after\ [0-9ms]+$ ]]
  [ "${lines[-1]}" = "machines are available again" ]
}

@test "machine list afterwards: all machines are free again" {
  shows afterwards
  lines_match < <(free_machines)
}

@test "nothing of the cluster is left on any machine" {
  is_gone
}

@test "the cluster's home is kept: it is on a file system that machines share" {
  run on jumphost sh -c "cat /home/$CLUSTER/slurm-*.out && stat -c %u /home/$CLUSTER"
  [ "$status" -eq 0 ]
  [[ "$output" == *"all 4 ranks on 2 nodes agree"* ]]
  [[ "${lines[-1]}" =~ ^2[0-9]{4}$ ]]
}
