#!/usr/bin/env bats
# What people type wrong, and what must not be done: each is refused, says why and what to do, and changes nothing.
# Exit statuses: 0 done, 1 failed, 2 usage, 3 refused, 4 not found, 5 timed out.

load machines
load clusters

setup_file() {
  make_key
  # One cluster that most of the refusals are about; on worker-0, so that two workers are free.
  create "$BATS_FILE_TMPDIR/create" -n 1 --jumphost shared --name sturdy --hosts worker-0 --deletion-protection
  ended "$BATS_FILE_TMPDIR/create" 60
  [ "$status" -eq 0 ]
  export CLUSTER
}

teardown_file() {
  leave_clean
}

# refused STATUS TEXT...: the last run ended so, and said all of it.
refused() {
  local expected=$1
  shift
  [ "$status" -eq "$expected" ] || {
    echo "exit status $status (expected: $expected): $output"
    return 1
  }
  for text in "$@"; do
    [[ "$output" == *"$text"* ]] || {
      echo "not said: $text"
      echo "$output"
      return 1
    }
  done
}

only_sturdy() { [ "$(cox cluster list -o name)" = sturdy ] || [ "$(cox cluster list -o name)" = "$CLUSTER" ]; }

@test "a shape that is none, and one that no machine has" {
  run cox cluster create banana -n 1 -i "$KEY.pub"
  refused 2 "shape: 'banana' (expected: COUNTxMODEL such as 8xH200, or cpu)"
  run cox cluster create 4xL40S -n 1 -i "$KEY.pub"
  refused 3 "no capacity for 1 x 4xL40S" "worker-0: leased to $CLUSTER" "worker-1: 8xH200" "worker-2: 8xH200"
  run cox cluster create 4xH200 -n 1 -i "$KEY.pub"
  refused 3 "worker-1: 8 of 4 GPUs"
  only_sturdy
}

@test "more nodes than there are: which machines fit, and why not the others" {
  run cox cluster create 8xH200 -n 3 -i "$KEY.pub"
  refused 3 "no capacity for 3 x 8xH200: 2 of 3 machines fit" "worker-0: leased to $CLUSTER" "fix: "
  run cox cluster create 8xH200 -n 1 -i "$KEY.pub" --hosts worker-9
  refused 3 "worker-9: no machine of that name is enrolled" "worker-1: not among the hosts asked for"
  run cox cluster create 8xH200 -n 1 -i "$KEY.pub" --selector rack=z9
  refused 3 "worker-1: labels do not match rack=z9"
  only_sturdy
}

@test "no nodes, and names that are none" {
  run cox cluster create 8xH200 -n 0 -i "$KEY.pub"
  refused 2 "-n: 0 (expected: at least 1 node; 0 with --max)"
  run cox cluster create 8xH200 -n -3 -i "$KEY.pub"
  refused 2
  run cox cluster create 8xH200 -n many -i "$KEY.pub"
  refused 2 "many"
  for name in Sturdy 9lives a with_underscore -dash "two words" "$(printf 'a%.0s' {1..32})"; do
    run cox cluster create 8xH200 -n 1 -i "$KEY.pub" --name="$name"
    refused 2 "name"
  done
  only_sturdy
}

@test "a name that is taken" {
  run cox cluster create 8xH200 -n 1 -i "$KEY.pub" --name sturdy
  refused 3 sturdy
  only_sturdy
}

@test "public keys that are none; of a private key nothing is shown" {
  run cox cluster create 8xH200 -n 1 -i /nowhere.pub
  refused 2 "-i /nowhere.pub: no such file"
  on jumphost sh -c 'echo "ssh-ed25519 AAAAgarbage me" > /root/bad.pub; echo "hello there" > /root/text.pub; : > /root/empty.pub'
  run cox cluster create 8xH200 -n 1 -i /root/bad.pub
  refused 2 "-i /root/bad.pub, line 1: a damaged ssh-ed25519 key"
  run cox cluster create 8xH200 -n 1 -i /root/text.pub
  refused 2 "-i /root/text.pub, line 1: not an OpenSSH public key"
  [[ "$output" != *"hello there"* ]]
  run cox cluster create 8xH200 -n 1 -i /root/empty.pub
  refused 2 "holds no public key"
  run cox cluster create 8xH200 -n 1 -i "$KEY"
  refused 2 "-i $KEY: a private key (expected: the public half)" "fix: -i $KEY.pub"
  secret=$(on jumphost sed -n 2p "$KEY")
  [ -n "$secret" ]
  [[ "$output" != *"${secret:0:20}"* ]]
  run on jumphost sh -c "sed -n 2p $KEY > /run/secret; journalctl | grep -cFf /run/secret; rm /run/secret"
  [ "$output" = 0 ]
  on jumphost rm /root/bad.pub /root/text.pub /root/empty.pub
  only_sturdy
}

@test "destroy under deletion protection, and without anybody to confirm it" {
  run cox cluster destroy sturdy --yes --wait
  refused 3 "protected from deletion" "fix: cox cluster edit sturdy --no-deletion-protection"
  cox cluster edit sturdy --no-deletion-protection
  run cox cluster destroy sturdy
  refused 3 "standard input is no terminal" "--yes"
  cox cluster edit sturdy --deletion-protection
  [ "$(cox cluster info sturdy -o json | jq -r .status)" = RUNNING ]
}

@test "what does not exist" {
  run cox cluster info c-none
  refused 4 c-none
  run cox instance info c-none-0
  refused 4
  run cox machine info gpu99
  refused 4 gpu99
  run cox operation info op-none
  refused 4 op-none
  run cox why nobody
  refused 4 "nobody"
  run cox cluster destroy c-none --yes
  refused 4
  run cox cluster fly
  refused 2 fly
  run cox cluster list --shiny
  refused 2 --shiny
}

@test "a controller that is not there, and a user who may not" {
  run cox --socket=/run/nothing.sock cluster list
  refused 1 /run/nothing.sock
  run on jumphost runuser -u nobody -- cox cluster list
  [ "$status" -ne 0 ]
  [[ "$output" == *coxswain* ]]
}

@test "time runs out: the wait ends, the operation goes on" {
  create "$BATS_TEST_TMPDIR/create" -n 1 --jumphost shared --name hasty --timeout 1s
  ended "$BATS_TEST_TMPDIR/create" 20
  refused 5 "it goes on" "cox operation watch op-"
  within 60 running hasty
  cox cluster destroy hasty --yes --wait
}

running() { [ "$(cox cluster info "$1" -o json | jq -r .status)" = RUNNING ]; }

@test "destroy with a running job is refused and names it; --force ends it" {
  create "$BATS_TEST_TMPDIR/create" -n 1 --jumphost shared --name busy
  ended "$BATS_TEST_TMPDIR/create" 60
  [ "$status" -eq 0 ]
  job=$(as_user "sbatch --parsable --wrap 'sleep 600'")
  within 20 as_user "squeue -h -t R | grep -q ."
  run cox cluster destroy busy --yes --wait
  refused 3 "cluster busy has 1 jobs: $job ($CLUSTER, RUNNING)" "--force"
  [ "$(as_user "squeue -h -j $job -o %T")" = RUNNING ]
  run cox cluster destroy busy --yes --force --wait --timeout 60s
  refused 0
  is_gone_but_sturdy
}

# What is left of a cluster beside one that stays.
is_gone_but_sturdy() {
  left=$(left_behind | grep -F "$CLUSTER" || true)
  [ -z "$left" ] || { echo "$left" && return 1; }
}

# join_with MACHINE TOKEN ARGUMENT...: as if that machine had never joined; its identity comes back afterwards.
join_with() {
  local machine=$1 token=$2
  shift 2
  on "$machine" mv /var/lib/coxswain-agent/identity /var/lib/coxswain-agent/identity.aside
  run on "$machine" cox-agent join --controller jumphost:7443 --token-file - "$@" <<<"$token"
  on "$machine" sh -c 'cd /var/lib/coxswain-agent && [ ! -e identity ] && mv identity.aside identity'
}

pin() { on jumphost coxd fingerprint; }

token() { cox machine join-token -o json "$@" | jq -r .token; }

@test "join tokens: unknown, expired, for another name, for other hardware" {
  expired=$(token --name worker-2 --expires 1s)
  join_with worker-1 "cox1_thisIsNoTokenOfOurs" --ca-pin "$(pin)" --name worker-1
  refused 3 "join token: not one of ours"
  [[ "$output" == *"next: make another token on the jumphost: cox machine join-token"* ]]
  join_with worker-2 "$expired" --ca-pin "$(pin)" --name worker-2
  refused 3 "join token: expired at"
  other=$(token --name worker-7)
  join_with worker-0 "$other" --ca-pin "$(pin)" --name worker-0
  refused 3 "join token: bound to another name than 'worker-0'"
  within 10 not_too_early worker-1 "$(token --serial ABC123)"
  refused 3 "join token: bound to other hardware"
  join_with worker-2 "" --ca-pin "$(pin)" --name worker-2
  refused 2 "token: empty"
}

# Whoever failed has to wait before the next try.
not_too_early() {
  join_with "$1" "$2" --ca-pin "$(pin)" --name "$1"
  [[ "$output" != *"too many failed attempts"* ]]
}

@test "a CA pin that is wrong or none: nothing is sent, and the token is still good" {
  token=$(token --name worker-1)
  wrong=sha256:$(printf '0%.0s' {1..64})
  join_with worker-1 "$token" --ca-pin "$wrong" --name worker-1
  refused 1 "the controller's CA: $(pin) (expected: $wrong)"
  join_with worker-1 "$token" --ca-pin 12:34 --name worker-1
  [ "$status" -ne 0 ]
  [[ "$output" == *"CA pin"*"expected: sha256:"* ]]
  # The same token, the right pin: in. And once only.
  on worker-1 mv /var/lib/coxswain-agent/identity /var/lib/coxswain-agent/identity.old
  within 10 in_with "$token"
  on worker-1 rm -r /var/lib/coxswain-agent/identity.old
  join_with worker-1 "$token" --ca-pin "$(pin)" --name worker-1
  refused 3 "join token: used up"
  on worker-1 systemctl restart coxswain-agent
  within 20 connected worker-1
  secret_kept "$token"
}

in_with() {
  run on worker-1 cox-agent join --controller jumphost:7443 --token-file - --ca-pin "$(pin)" --name worker-1 <<<"$1"
  echo "$output"
  [ "$status" -eq 0 ]
}

connected() { [ "$(cox machine info "$1" -o json | jq -r .link)" = CONNECTED ]; }

# A token that was used is nowhere: not in files, not in journals. The same search does find what is there.
secret_kept() {
  local machine
  for machine in jumphost worker-1; do
    on "$machine" tee /run/wanted <<<"$1" >/dev/null
    run on "$machine" sh -c 'journalctl | grep -Ff /run/wanted; grep -rlaFf /run/wanted /var/lib/coxswain* /var/log /etc/coxswain /tmp; rm /run/wanted'
    [ -z "$output" ] || { echo "$machine: $output" && return 1; }
  done
  on jumphost tee /run/wanted <<<worker-1 >/dev/null
  on jumphost sh -c 'grep -qrlaFf /run/wanted /var/lib/coxswain && rm /run/wanted'
}

@test "a token is no argument" {
  run on worker-1 cox-agent join --controller jumphost:7443 --ca-pin "$(pin)" --token cox1_abc
  refused 2 "--token"
  run on worker-1 cox-agent join --controller jumphost:7443 --ca-pin "$(pin)"
  refused 2 "--token-file"
}
