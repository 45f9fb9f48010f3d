#!/usr/bin/env bats
# What is done about a machine that is not well: a fault is forgotten, a spare takes its place, and nothing is lost meanwhile.

load machines
load clusters

setup_file() {
  two_nodes
}

teardown_file() {
  for machine in worker-0 worker-1 worker-2; do
    cox machine clear "$machine" --quarantine >/dev/null || true
  done
  leave_clean
}

known() { cox machine info "$1" -o json | jq -e --arg check "$2" '.verdicts[]? | select(.check == $check)' >/dev/null; }

@test "a fault that somebody mended is forgotten on their word, and the node is tested before it has jobs" {
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  kernel_says "$machine" "NVRM: Xid (PCI:0000:18:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
  within 15 is_drained "$node"
  run cox machine clear "$machine" --check xid-80
  [ "$status" -eq 0 ]
  within 30 eval "! cox machine info $machine -o json | jq -e .repair"
  is_drained "$node"
  cox machine clear "$machine" --check xid-79
  within 60 is_back "$node"
  cox cluster events "$CLUSTER" | grep -Eq "$node .*RETURNED"
}

@test "a card that fails while slurmctld is down drains its node once slurmctld is back" {
  node=$CLUSTER-1
  machine=$(machine_of "$node")
  on jumphost systemctl stop "coxswain-slurmctld@$CLUSTER"
  kernel_says "$machine" "NVRM: Xid (PCI:0000:2a:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
  within 15 held "$node"
  # Whoever stopped it: the jumphost's agent starts it again, as it should run.
  on jumphost systemctl start "coxswain-slurmctld@$CLUSTER"
  within 60 is_drained "$node"
  cox machine clear "$machine" --check xid-79
  within 60 is_back "$node"
}

@test "a spare takes the place of a machine, under the same name and with its jobs waited for" {
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  run cox machine repair "$machine" --action replace --dry-run
  echo "$output"
  [[ "${lines[3]}" == "4. set up worker-"*" as $node, and prove it before it gets jobs" ]]
  as_user "sbatch -N1 -w $node -o /dev/null --wrap 'sleep 6'"
  cox machine repair "$machine" --action replace --yes
  within 15 is_drained "$node"
  [ "$(machine_of "$node")" = "$machine" ]
  within 120 replaced "$node" "$machine"
  within 60 is_back "$node"
  as_user "srun -N2 --gres=gpu:8 hostname" | sort | tr '\n' ' ' | grep -q "$CLUSTER-0 $CLUSTER-1"

  run cox why "$machine"
  echo "$output"
  [[ "$output" == *"quarantined: replaced in $node"* ]]
  run on "$machine" systemctl is-active slurmd
  [ "$output" != active ]
  run cox machine repair "$(machine_of "$node")" --action replace --yes
  echo "$output"
  [ "$status" -eq 3 ]
  [[ "$output" == *"no machine could take the place"* ]]
  cox machine clear "$machine" --quarantine
  cox cluster create 8xH200 -n 1 --dry-run | grep -q "$machine"
}

replaced() {
  [ "$(machine_of "$1")" != "$2" ] && [ "$(cox instance info "$1" -o json | jq -r .lifecycle)" = RUNNING ]
}

@test "a free machine is repaired without a cluster, and not leased meanwhile" {
  free=$(cox machine list -o json | jq -r '.machines[] | select(.role == "WORKER" and (.instances | length) == 0) | .name' | head -1)
  boot=$(cox machine info "$free" -o json | jq -r .observation.bootId)
  cox machine repair "$free" --action reboot --yes
  within 30 eval "! podman exec ${RACK_NAME:-rack}-$free true 2>/dev/null || [ \"\$(cox machine info $free -o json | jq -r .link)\" != CONNECTED ]"
  "$RACK" power "$free" on
  within 60 eval "[ \"\$(cox machine info $free -o json | jq -r .observation.bootId)\" != $boot ]"
  within 60 eval "! cox machine info $free -o json | jq -e .repair"
}
