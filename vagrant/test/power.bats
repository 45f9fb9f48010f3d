#!/usr/bin/env bats
# Machines are switched through management controllers that speak real IPMI, and instances are stopped and started by them.

load machines
load clusters

setup_file() {
  "$RACK" bmc up >"$BATS_FILE_TMPDIR/bmcs"
  on jumphost sh -c 'umask 077; cat >/root/bmc-password' <"$BATS_TEST_DIRNAME/../.rack/bmc/password"
  while read -r machine address; do
    # ssh would read the rest of the list.
    cox machine bmc set "$machine" --protocol ipmi --address "$address" --user cox --password-file /root/bmc-password </dev/null
  done <"$BATS_FILE_TMPDIR/bmcs"
}

teardown_file() {
  for machine in worker-0 worker-1 worker-2; do
    "$RACK" power "$machine" on || true
    cox machine bmc remove "$machine" || true
  done
  "$RACK" bmc down
  on jumphost rm -f /root/bmc-password
  leave_clean
}

is_up() { cox machine info "$1" -o json | jq -e '.link == "CONNECTED" and (.address // "") != ""' >/dev/null; }
is_running_container() { [ "$(podman inspect -f '{{.State.Running}}' "${RACK_NAME:-rack}-$1")" = "$2" ]; }

@test "a machine's power is read, by a password that nothing shows" {
  run cox machine power worker-2
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == "worker-2 is on (by its BMC, ipmi "*")" ]]
  cox machine bmc show worker-2 | grep -q 'kept, encrypted'
  on jumphost ls -l /var/lib/coxswain/bmc-1.key | grep -q '^-r--------'
  # The agent has it for as long as the order is open, and not a moment longer.
  within 10 eval "! on jumphost grep -rqF -f /root/bmc-password /var/lib/coxswain /var/lib/coxswain-agent /var/log /run/log"
  run on jumphost sh -c 'journalctl -o cat | grep -cF -f /root/bmc-password'
  [ "$output" = 0 ]
}

@test "a free machine is switched off in good order, and on again" {
  run cox machine power worker-2 off --yes
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == "worker-2 is off (by its BMC, ipmi "*")" ]]
  is_running_container worker-2 false
  run cox machine power worker-2 on
  echo "$output"
  [ "$status" -eq 0 ]
  within 60 is_up worker-2
}

@test "power is cut by force, and a cycle is off and on" {
  run cox machine power worker-2 off --force --yes
  [ "$status" -eq 0 ]
  is_running_container worker-2 false
  run cox machine power worker-2 on
  [ "$status" -eq 0 ]
  within 60 is_up worker-2
  run cox machine power worker-2 cycle --force --yes
  echo "$output"
  [ "$status" -eq 0 ]
  [[ "$output" == "worker-2 is on "* ]]
  within 60 is_up worker-2
}

@test "a wrong password, a controller that is not there and words that are none are told, and change nothing" {
  printf 'not-the-password' | on jumphost sh -c 'umask 077; cat >/root/bmc-wrong'
  address=$(sed -n 's/^worker-2 //p' "$BATS_FILE_TMPDIR/bmcs")
  cox machine bmc set worker-2 --protocol ipmi --address "$address" --user cox --password-file /root/bmc-wrong
  run cox machine power worker-2 off --yes
  echo "$output"
  [ "$status" -ne 0 ]
  [[ "$output" == *"worker-2: its BMC (ipmi $address) refused user 'cox' or the password"* ]]
  is_running_container worker-2 true
  cox machine bmc set worker-2 --protocol ipmi --address "${address%:*}:9799" --user cox --password-file /root/bmc-password
  run cox machine power worker-2 --timeout 5m
  echo "$output"
  [ "$status" -ne 0 ]
  [[ "$output" == *"does not answer (expected: IPMI over LAN"* ]]
  for word in '-oProxyCommand=reboot' 'a;reboot' '$(reboot)' "10.0.0.1 -U root"; do
    run cox machine bmc set worker-2 --protocol ipmi "--address=$word" --user cox --password-file /root/bmc-password
    echo "$output"
    [ "$status" -ne 0 ]
    [[ "$output" == *address*"'$word'"* ]]
  done
  cox machine bmc set worker-2 --protocol ipmi --address "$address" --user cox --password-file /root/bmc-password
  on jumphost rm /root/bmc-wrong
  cox machine power worker-2
}

@test "an instance is stopped once its job has ended, and started and proven again" {
  two_nodes
  node=$CLUSTER-0
  machine=$(machine_of "$node")
  run cox machine power "$machine" off --yes
  echo "$output"
  [ "$status" -ne 0 ]
  [[ "$output" == *"is leased to $node, which is RUNNING"* ]]
  job=$(as_user "sbatch --parsable -N1 -w $node -o job.out --wrap 'sleep 8; echo whole'")
  within 20 eval "as_user 'squeue -h -j $job -o %T' | grep -q RUNNING"
  run cox instance stop "$node" --wait --timeout 3m
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(lifecycle "$node")" = STOPPED ]
  is_running_container "$machine" false
  as_user "cat job.out" | grep -q whole
  # The other node works, and silence is no fault.
  as_user "srun -N1 hostname" | grep -q "$CLUSTER-1"
  run cox instance start "$node" --wait --timeout 5m
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(lifecycle "$node")" = RUNNING ]
  as_user "srun -N2 --gres=gpu:8 hostname" | sort | tr '\n' ' ' | grep -q "$CLUSTER-0 $CLUSTER-1"
}
