# shellcheck shell=bash
# Clusters, for tests. Load after `machines`. Root on the jumphost does it all, with a key of the tests' own.

KEY=/root/rack-test-key

cox() { on jumphost cox "$@"; }

make_key() {
  on jumphost sh -c "[ -f $KEY.pub ] || ssh-keygen -q -t ed25519 -N '' -C rack-test -f $KEY"
}

# What a test leaves behind when it fails half-way is ended; then every machine must be free, connected and running well.
leave_clean() {
  local cluster
  for cluster in $(cox cluster list -o json | jq -r '.clusters[]?.id'); do
    cox cluster edit "$cluster" --no-deletion-protection >/dev/null || true
    cox cluster destroy "$cluster" --force --yes --wait --timeout 60s >&2 || true
  done
  # Homes stay when clusters go: whose user is gone was a test's.
  on jumphost sh -c "rm -f $KEY $KEY.pub; cd /home && for home in c-*; do getent passwd \"\$home\" || rm -rf \"\$home\"; done" >/dev/null
  within 20 all_free
}

all_free() {
  [ "$(cox machine list -o json |
    jq -r '[.machines[] | select(.link == "CONNECTED" and (.address // "") != "" and (.instances // [] | length) == 0)] | length')" -eq 4 ]
}

# within SECONDS COMMAND...: tries until it succeeds; fails, and says so, at the deadline.
within() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || {
      echo "not in time: $*"
      return 1
    }
    sleep 0.1
  done
}

# begin FILE COMMAND...: runs cox in the background, its output into the file. `ended FILE` waits for it.
begin() {
  local file=$1
  shift
  : >"$file"
  { cox "$@" >"$file" 2>&1 3>&- && echo 0 >"$file.status" || echo $? >"$file.status"; } 3>&- &
}

# ended FILE SECONDS: its exit status becomes `status`, its lines `output`.
ended() {
  within "$2" test -s "$1.status" || {
    cat "$1"
    return 1
  }
  status=$(cat "$1.status") output=$(cat "$1")
}

# sees FILE PATTERN: the running command has printed it, or has ended.
sees() { grep -Eq "$2" "$1" || { [ -s "$1.status" ] && cat "$1" && return 1; }; }

create() { # FILE ARGUMENT...
  local file=$1
  shift
  begin "$file" cluster create 8xH200 --wait -i "$KEY.pub" "$@"
  within 15 grep -Eqs 'cluster .* is being made' "$file" || {
    cat "$file"
    return 1
  }
  CLUSTER=$(grep -oEm1 'c-[0-9a-f]{4}' "$file" | head -1)
}

# A cluster of two nodes for all tests of a file.
two_nodes() {
  make_key
  create "$BATS_FILE_TMPDIR/create" -n 2
  export CLUSTER
  ended "$BATS_FILE_TMPDIR/create" 90
  echo "$output" >&2
  [ "$status" -eq 0 ]
}

destroy() { cox cluster destroy "$CLUSTER" --yes --wait --timeout 60s "$@"; }

lifecycle() { cox instance info "$1" -o json | jq -r .lifecycle; }

# as_user COMMAND...: as the cluster's user on the jumphost.
as_user() { on jumphost runuser -l "$CLUSTER" -c "export SLURM_CONF=/etc/coxswain/clusters/$CLUSTER/slurm.conf; $*"; }

machine_of() { cox instance info "$1" -o json | jq -r .machine; }

# kernel_says MACHINE LINE: as a driver says it. The rack's machines read their kernel's log there.
kernel_says() { on "$1" tee /run/rack-kernel-log <<<"$2" >/dev/null; }

# state NODE: as its Slurm shows it.
state() { as_user "sinfo -h -N -n $1 -o %T" | head -1; }

is_drained() { [[ $(state "$1") == drained* || $(state "$1") == draining* ]]; }

held() { cox why "$1" | grep -q "kept from jobs"; }

# Given back to jobs: while it is tested, it is idle for the test alone.
is_back() { [[ $(state "$1") == idle ]] && ! held "$1"; }

# The acceptance check was of all nodes, whatever happened in between.
proven() { # RANKS NODES
  cox cluster info "$CLUSTER" | grep -Eq "^  $1 ranks on $2 nodes, all-reduce sum "
}

# Nothing of the cluster on any machine but its home, which all machines share and which is the user's.
left_behind() {
  local machine
  for machine in jumphost worker-0 worker-1 worker-2; do
    on "$machine" bash -c "
      getent passwd $CLUSTER
      getent group $CLUSTER
      pgrep -au $CLUSTER
      grep -HF $CLUSTER /etc/hosts /etc/hostname
      hostname | grep -vx $machine
      ls -d /etc/coxswain/clusters/$CLUSTER /run/coxswain-munge-$CLUSTER /var/lib/coxswain-slurm/$CLUSTER
      ls -d /etc/slurm/slurm.conf /etc/systemd/system/*$CLUSTER* /etc/systemd/system/{slurmd,munge}.service.d/coxswain.conf
      # Shared by the clusters of a jumphost: gone with the last.
      cox cluster list -o json 2>/dev/null | grep -q '"id"' ||
        ls -d /etc/systemd/system/slurmctld.service.d/coxswain.conf /etc/profile.d/coxswain.sh /etc/coxswain/choose-a-cluster.conf
      systemctl is-active slurmd slurmctld munge coxswain-munged@$CLUSTER coxswain-slurmctld@$CLUSTER | grep -vx inactive
      true" 2>/dev/null | sed "s/^/$machine: /"
  done
}

is_gone() {
  local left
  left=$(left_behind)
  [ -z "$left" ] || {
    output="left behind: $left"
    return 1
  }
}
