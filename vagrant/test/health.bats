#!/usr/bin/env bats
# A card that fails is found, named and kept from jobs before anybody's job meets it, and comes back only tested.

load machines
load clusters

CARD=0000:18:00.0

setup_file() {
  two_nodes
}

teardown_file() {
  leave_clean
}

reason() { as_user "scontrol -o show node $1" | grep -oP ' Reason=\K.*?(?= \[)'; }

health() { cox machine info "$1" -o json | jq -r .health; }

@test "machines that are well say so, and how much was looked at" {
  for machine in worker-0 worker-1 worker-2; do
    run cox machine info "$machine"
    echo "$output"
    grep -Eq '^health +(PASS|INFO)' <<<"$output"
    [ "$(cox machine info "$machine" -o json | jq .observation.checks)" -gt 20 ]
  done
}

@test "a kernel's line about a lost card drains its node within seconds, with the card's name" {
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  started=$(date +%s%N)
  kernel_says "$machine" "NVRM: Xid (PCI:0000:18:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus."
  within 15 is_drained "$node"
  echo "kernel line to drained node: $((($(date +%s%N) - started) / 1000000)) ms (as seen through ssh)" >&3
  [ "$(reason "$node")" = "cox: xid-79 gpu=$CARD reboot" ]
  within 5 test "$(health "$machine")" = CRITICAL
  # The other node works on.
  [ "$(state "$CLUSTER-1")" = idle ]
  as_user "srun -N1 -w $CLUSTER-1 hostname"
}

@test "it is explained, and what would help is recommended but not done" {
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  run cox why "$node"
  echo "$output"
  [[ "$output" == *"kept from jobs: xid-79 gpu=$CARD reboot"* ]]
  run cox machine recommendations
  echo "$output"
  grep -Eq "^$machine +$node +reboot +xid-79 +$CARD " <<<"$output"
  run cox cluster create 8xH200 -n 3 --dry-run
  [ "$status" -eq 3 ]
}

@test "the machine's own prolog would refuse a job, fast, and with the reason" {
  machine=$(machine_of "$CLUSTER-0")
  run on "$machine" /usr/lib/coxswain/agent/bin/prolog
  echo "$output"
  [ "$status" -eq 1 ]
  [[ "$output" == *"xid-79 $CARD"* ]]
  run on "$(machine_of "$CLUSTER-1")" /usr/lib/coxswain/agent/bin/prolog
  [ "$status" -eq 0 ]
}

@test "what is known of a fault survives the agent, and a reboot ends it: the node is tested, then has jobs again" {
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  on "$machine" systemctl restart coxswain-agent
  within 20 connected_again "$machine"
  is_drained "$node"
  on "$machine" grep -q xid-79 /run/coxswain-agent/health.json
  "$RACK" power "$machine" off
  "$RACK" power "$machine" on
  within 60 is_back "$node"
  run cox cluster events "$CLUSTER"
  echo "$output"
  for event in HELD RETESTING RETURNED; do
    grep -Eq "$node .*$event|$event.*$node" <<<"$output"
  done
  as_user "srun -N1 -w $node --gres=gpu:8 hostname"
}

connected_again() { [ "$(cox machine info "$1" -o json | jq -r .link)" = CONNECTED ]; }

@test "an application's fault is told and drains nothing" {
  node=$CLUSTER-1
  machine=$(machine_of "$node")
  kernel_says "$machine" "NVRM: Xid (PCI:0000:18:00): 13, pid=4711, name=python, Graphics Exception: ESR 0x505648=0x1000e"
  within 15 told "$machine" xid-13
  [ "$(state "$node")" = idle ]
}

told() { on "$1" grep -q "\"$2\"" /run/coxswain-agent/health.json; }

@test "a drain that a person has set is neither taken over nor ended" {
  node=$CLUSTER-1
  machine=$(machine_of "$node")
  on jumphost env SLURM_CONF="/etc/coxswain/clusters/$CLUSTER/slurm.conf" \
    scontrol update nodename="$node" state=drain reason="fan is loud"
  kernel_says "$machine" "NVRM: Xid (PCI:0000:18:00): 95, pid=1, name=x, Uncontained: LTC TAG (0x7,0x0). RST: Yes, D-RST: No"
  within 20 held "$node"
  [ "$(reason "$node")" = "fan is loud" ]
  "$RACK" power "$machine" off
  "$RACK" power "$machine" on
  within 60 healthy "$machine"
  [ "$(reason "$node")" = "fan is loud" ]
  on jumphost env SLURM_CONF="/etc/coxswain/clusters/$CLUSTER/slurm.conf" scontrol update nodename="$node" state=resume
  within 60 is_back "$node"
}

@test "a repair that somebody asked for waits for the job, reboots, tests, and gives the node back" {
  node=$CLUSTER-1
  machine=$(machine_of "$node")
  as_user "sbatch -N1 -w $node -o /dev/null --wrap 'sleep 8'"
  run cox machine repair "$machine" --action reboot --dry-run
  echo "$output"
  [ "${lines[2]}" = "3. reboot $machine" ]
  boot=$(cox machine info "$machine" -o json | jq -r .observation.bootId)
  cox machine repair "$machine" --action reboot --yes
  within 15 is_drained "$node"
  within 90 repaired "$node"
  within 60 is_back "$node"
  within 30 rebooted "$machine" "$boot"
  run cox machine repair worker-2 --action reset-gpu --gpu 18
  [ "$status" -eq 2 ]
}

# The report that is kept may be older than the one that the controller acted on.
rebooted() { [ "$(cox machine info "$1" -o json | jq -r .observation.bootId)" != "$2" ]; }

# A machine in a container does not come up again by itself.
repaired() {
  "$RACK" power "$machine" on >/dev/null
  cox cluster events "$CLUSTER" | grep -q "$1 .* REPAIRED "
}

healthy() { [[ $(health "$1") == @(PASS|INFO) ]]; }

@test "a card that the driver wants reset is kept from jobs though every counter is fine, until the driver says otherwise" {
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  on "$machine" sh -c 'cp /etc/fake-nvml.conf /etc/fake-nvml.conf.well && echo "set.recovery.3=1" >> /etc/fake-nvml.conf'
  within 60 is_drained "$node"
  reason "$node" | grep -Eq '^cox: recovery-action gpu=[0-9a-f:.]+ reset-gpu$'
  on "$machine" mv /etc/fake-nvml.conf.well /etc/fake-nvml.conf
  within 120 is_back "$node"
}
