#!/usr/bin/env bats
# A machine that is revoked is cut off at once and stays out until somebody lets it in anew.

load machines
load clusters

teardown_file() {
  # Whatever went wrong: worker-2 is a machine of the rack again.
  connected || let_in
  leave_clean
}

link() { cox machine list -o json | jq -r '.machines[] | select(.name == "worker-2") | .link'; }

connected() { [ "$(link)" = CONNECTED ]; }

unheard() { ! connected; }

join() {
  local answer
  answer=$(cox machine join-token --name worker-2 -o json)
  on worker-2 cox-agent join --anew --controller jumphost:7443 --name worker-2 --token-file - \
    --ca-pin "$(jq -r .caPin <<<"$answer")" <<<"$(jq -r .token <<<"$answer")"
}

let_in() {
  cox machine remove worker-2 --yes || true
  run join
  echo "$output"
  [ "$status" -eq 0 ]
  [ "${lines[-1]}" = "next: systemctl restart coxswain-agent, which still is what it was" ]
  on worker-2 systemctl restart coxswain-agent
  within 20 connected
}

@test "revoked: cut off within seconds, refused from then on, never leased" {
  connected
  cox machine revoke worker-2 --yes --reason stolen
  within 5 unheard
  within 15 on worker-2 sh -c 'journalctl -u coxswain-agent -n 20 | grep -qi revoked'
  # A new connection does not help.
  on worker-2 systemctl restart coxswain-agent
  within 15 on worker-2 sh -c 'journalctl -u coxswain-agent --since "-15s" | grep -qi revoked'
  unheard
  run cox cluster create 8xH200 -n 3 --dry-run
  [ "$status" -eq 3 ]
  grep -Eq '^worker-2 +revoked$' <<<"$output"
  run cox why worker-2
  [[ "$output" == *"revoked: its certificate is refused; cox machine remove worker-2"* ]]
}

@test "a token alone does not bring a revoked machine back" {
  run join
  [ "$status" -eq 3 ]
  [[ "$output" == *"machine worker-2 "*" was revoked"* ]]
  [[ "$output" == *"next: cox machine remove worker-2, then join it anew"* ]]
}

@test "removed and joined with a new token, it is a machine like any other" {
  let_in
  within 20 taken
  # Also to the letter: it held assignments under its old name, and takes those of its new one.
  make_key
  create "$BATS_TEST_TMPDIR/create" -n 1 --jumphost shared --hosts worker-2
  ended "$BATS_TEST_TMPDIR/create" 60
  echo "$output"
  [ "$status" -eq 0 ]
  destroy
}

# It was measured, and would be leased.
taken() { [ "$(cox cluster create 8xH200 -n 3 --dry-run -o name | xargs)" = "worker-0 worker-1 worker-2" ]; }
