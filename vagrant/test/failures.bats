#!/usr/bin/env bats
# What breaks in the middle of things: the controller, agents, a machine, a package. Nobody helps unless the test says so.

load machines
load clusters

setup_file() {
  make_key
}

teardown_file() {
  on worker-2 sh -c '[ ! -d /var/lib/apt/lists.away ] || /bin/sh /root/mend' || true
  leave_clean
}

kill_controller() { on jumphost systemctl kill -s KILL coxswain-controller; }

kill_agent() { on "$1" systemctl kill -s KILL coxswain-agent; }

# Ends the cluster of the test; a machine that was away may still be on its way back.
gone() {
  run destroy
  echo "$output"
  [ "$status" -eq 0 ]
  is_gone
}

# survives_kill PATTERN: the controller dies as soon as create has printed it.
survives_kill() {
  local file=$BATS_TEST_TMPDIR/create
  # A controller that was killed before knows machines as free once their agents are back.
  within 20 all_free
  create "$file" -n 2
  within 15 sees "$file" "$1"
  kill_controller
  ended "$file" 60
  echo "$output"
  [ "$status" -eq 0 ]
  proven 4 2
}

@test "the controller is killed while PROVISIONING, and again while DESTROYING" {
  survives_kill 'PROVISIONING'
  file=$BATS_TEST_TMPDIR/destroy
  begin "$file" cluster destroy "$CLUSTER" --yes --wait
  within 15 sees "$file" 'DESTROYING'
  kill_controller
  ended "$file" 60
  echo "$output"
  [ "$status" -eq 0 ]
  is_gone
}

@test "the controller is killed while CONFIGURING, and when the first machine of the end is clean" {
  survives_kill 'CONFIGURING'
  file=$BATS_TEST_TMPDIR/destroy
  begin "$file" cluster destroy "$CLUSTER" --yes --wait
  within 15 sees "$file" 'DESTROYED'
  kill_controller
  ended "$file" 60
  echo "$output"
  [ "$status" -eq 0 ]
  is_gone
}

@test "the controller is killed when slurmctld serves, and an agent while DESTROYING" {
  survives_kill '(run slurmd|wait for the nodes|prove MPI)'
  file=$BATS_TEST_TMPDIR/destroy
  begin "$file" cluster destroy "$CLUSTER" --yes --wait
  within 15 sees "$file" 'DESTROYING'
  kill_agent jumphost
  kill_agent worker-0
  ended "$file" 60
  echo "$output"
  [ "$status" -eq 0 ]
  is_gone
}

@test "a worker's agent and the jumphost's agent are killed in the middle of create" {
  file=$BATS_TEST_TMPDIR/create
  create "$file" -n 2 --hosts worker-0,worker-1
  within 15 sees "$file" 'PROVISIONING'
  kill_agent worker-1
  within 15 sees "$file" "$CLUSTER-jumphost CONFIGURING"
  kill_agent jumphost
  ended "$file" 60
  echo "$output"
  [ "$status" -eq 0 ]
  proven 4 2
  gone
}

@test "a worker loses power while CONFIGURING and comes back" {
  file=$BATS_TEST_TMPDIR/create
  create "$file" -n 2 --hosts worker-0,worker-1
  within 15 sees "$file" 'CONFIGURING'
  "$RACK" power worker-1 off
  "$RACK" power worker-1 on
  ended "$file" 90
  echo "$output"
  [ "$status" -eq 0 ]
  proven 4 2
  gone
}

@test "a job goes on while the controller and agents restart" {
  file=$BATS_TEST_TMPDIR/create
  create "$file" -n 1 --jumphost shared
  ended "$file" 60
  [ "$status" -eq 0 ]
  worker=$(cox instance info "$CLUSTER-0" -o json | jq -r .machine)
  # It ends when it is told to: by a file, not by the clock.
  as_user "sbatch --wrap 'echo begun; until [ -e end ]; do sleep 0.1; done; echo ended' -o job.out"
  within 20 as_user 'grep -qs begun job.out'
  pid=$(on "$worker" pgrep -u "$CLUSTER" -f slurm_script)
  on jumphost systemctl restart coxswain-controller
  on jumphost systemctl restart coxswain-agent
  on "$worker" systemctl restart coxswain-agent
  within 20 connected "$worker"
  within 20 connected jumphost
  [ "$(on "$worker" pgrep -u "$CLUSTER" -f slurm_script)" = "$pid" ]
  as_user 'touch end'
  within 20 as_user '! squeue -h | grep -q .'
  [ "$(as_user 'cat job.out')" = "$(printf 'begun\nended')" ]
  gone
}

connected() { [ "$(cox machine info "$1" -o json | jq -r .link)" = CONNECTED ]; }

# Takes a package off a machine, and everything that it could be installed from.
break_packages() {
  on "$1" sh -eu -c '
    mkdir /root/away
    cat > /root/mend <<MEND
set -eu
rm -rf /var/lib/apt/lists
mv /var/lib/apt/lists.away /var/lib/apt/lists
mv /root/away/sources.list.d /etc/apt/
mv /root/away/*.deb /var/cache/apt/archives/
rmdir /root/away
rm /root/mend
MEND
    dpkg --purge --force-depends libpmix-dev >/dev/null 2>&1
    mv /var/cache/apt/archives/libpmix-dev_*.deb /root/away/
    mv /etc/apt/sources.list.d /root/away/
    mv /var/lib/apt/lists /var/lib/apt/lists.away
    mkdir -p /var/lib/apt/lists/partial'
}

@test "one bad machine of two: create says which step failed where and why, the other runs, retry mends it" {
  # So that there is something to take away.
  on worker-2 sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends libpmix-dev' >/dev/null 2>&1
  break_packages worker-2
  file=$BATS_TEST_TMPDIR/create
  create "$file" -n 2 --hosts worker-0,worker-2
  ended "$file" 90
  echo "$output"
  [ "$status" -eq 1 ]
  bad=$(cox instance list -o json | jq -r '.instances[] | select(.machine == "worker-2") | .name')
  good=$(cox instance list -o json | jq -r '.instances[] | select(.machine == "worker-0") | .name')
  [ "$(lifecycle "$bad")" = FAILED ]
  [ "$(lifecycle "$good")" = RUNNING ]
  [ "$(lifecycle "$CLUSTER-jumphost")" = RUNNING ]
  # The step, the machine, the command's last lines, what to do.
  # Other packages are missing there too, where no test before this one used the machine.
  [[ "$output" == *"worker-2: install Slurm and MPI: package: "*"libpmix-dev"* ]]
  [[ "$output" == *"| E: "* ]]
  [[ "$output" == *"fix: check the machine's package sources"* ]]
  [[ "$output" == *"cox instance retry $bad"* ]]
  run cox why "$bad"
  [[ "$output" == *"libpmix-dev"* ]]
  # The good one takes jobs already.
  [ "$(as_user 'srun -N1 hostname')" = "$good" ]

  on worker-2 /bin/sh /root/mend
  run cox instance retry "$bad" --wait --timeout 90s
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(lifecycle "$bad")" = RUNNING ]
  [ "$(as_user 'srun -N2 hostname' | sort)" = "$(printf '%s\n' "$CLUSTER-0" "$CLUSTER-1")" ]
  gone
}
