# shellcheck shell=bash
# The machines themselves: network, shared home, GPU device nodes, start, software, end.

readonly NETWORK=coxswain-$RACK_NAME
readonly LABEL=io.coxswain.rack=$RACK_NAME

# What the running rack was started with, or the default where there is none.
remembered() {
  cat "$STATE/rack.$1" 2>/dev/null || echo "$2"
}

machines() {
  local index
  echo jumphost
  for ((index = 0; index < $(remembered workers 0); index++)); do echo "worker-$index"; done
}

container_of() { echo "$RACK_NAME-$1"; }

start_machines() {
  local workers=$1 image=$2 started=$SECONDS
  local before flavour
  before=$(remembered workers 0) flavour=$(remembered image "$image")
  ((workers >= before)) || die "this rack has $before workers and --workers says $workers: vagrant/rack down first"
  [[ $flavour == "$image" ]] || die "this rack's image is $flavour and --image says $image: vagrant/rack down first"
  echo "$workers" >"$STATE/rack.workers"
  echo "$image" >"$STATE/rack.image"

  mkdir -p "$STATE/home"
  podman network exists "$NETWORK" || podman network create --label "$LABEL" "$NETWORK" >/dev/null
  make_gpu_nodes
  say "Starting the machines: $(machines | xargs)"
  rack_vagrant up --provider docker >"$STATE/logs/vagrant.log" 2>&1 || {
    tail -n 30 "$STATE/logs/vagrant.log" >&2
    die "vagrant up failed, see $STATE/logs/vagrant.log"
  }
  write_ssh_config
  await_boot
  say "Machines started in $((SECONDS - started)) s"
}

# Slurm wants device nodes for its GPUs, and a container may not make them itself.
make_gpu_nodes() {
  local index
  mkdir -p "$STATE/dev"
  for index in {0..7}; do
    [[ -c $STATE/dev/nvidia$index ]] || mknod -m 0666 "$STATE/dev/nvidia$index" c 195 "$index"
  done
}

rack_vagrant() {
  local flavour
  flavour=$(remembered image bare)
  (cd "$ROOM" && env \
    VAGRANT_HOME="$STATE/vagrant.d" VAGRANT_DOTFILE_PATH="$STATE/vagrant" VAGRANT_CHECKPOINT_DISABLE=1 \
    RACK_WORKERS="$(remembered workers 3)" RACK_NETWORK="$NETWORK" RACK_LABEL="$LABEL" RACK_SUBNET="$(subnet)" \
    RACK_JUMPHOST_IMAGE="$(image_of jumphost "$flavour")" RACK_WORKER_IMAGE="$(image_of worker "$flavour")" \
    vagrant "$@")
}

# The first three numbers of the network's addresses: Podman gives each network 256 of them.
subnet() { podman network inspect "$NETWORK" | jq -r '.[0].subnets[0].subnet | split(".")[:3] | join(".")'; }

write_ssh_config() {
  {
    rack_vagrant ssh-config
    printf 'Host *\n  ControlMaster auto\n  ControlPath %s/%%n.ssh\n  ControlPersist 120\n' "$SOCKETS"
  } >"$STATE/ssh_config.new"
  mv "$STATE/ssh_config.new" "$STATE/ssh_config"
}

await_boot() {
  local machine state
  for machine in $(machines); do
    state=$(on "$machine" systemctl is-system-running --wait || true)
    [[ $state == running ]] ||
      die "$machine booted but is '$state' (expected: running): vagrant/rack ssh $machine -- systemctl --failed"
  done
}

# on MACHINE COMMAND...: runs it there as root, arguments exactly as given.
on() {
  local machine=$1
  shift
  ssh -F "$STATE/ssh_config" "$machine" sudo -n -- "${@@Q}"
}

machine_ssh() {
  (($#)) || misuse "ssh: no machine given"
  local machine=$1
  shift
  known_machine "$machine"
  if (($# == 0)); then
    exec ssh -t -F "$STATE/ssh_config" "$machine" sudo -n -i
  fi
  [[ $1 == -- ]] || misuse "ssh: unexpected '$1' (expected: ssh NAME -- COMMAND ...)"
  shift
  (($#)) || misuse "ssh: no command after --"
  on "$machine" "$@"
}

known_machine() {
  local known
  [[ -f $STATE/ssh_config ]] || die "there is no rack: vagrant/rack up"
  known=$(machines | xargs)
  [[ " $known " == *" $1 "* ]] || die "no machine '$1' in this rack (machines: $known)"
}

# Off is off: no process there gets a word.
machine_power() {
  (($# == 2)) && [[ $2 == off || $2 == on ]] || misuse "power: expected NAME and off or on"
  known_machine "$1"
  if [[ $2 == off ]]; then
    [[ ! -S $SOCKETS/$1.ssh ]] || ssh -F "$STATE/ssh_config" -O exit "$1" 2>/dev/null || true
    podman kill "$(container_of "$1")" >/dev/null
  else
    podman start "$(container_of "$1")" >/dev/null
  fi
}

# Installs and joins the machines, exactly as a site does.
configure_machines() {
  local started=$SECONDS
  write_inventory
  say "Installing and joining the machines (ansible/site.yml)"
  run_ansible || die "the playbook failed, see $STATE/logs/ansible.log"
  say "Machines installed and joined in $((SECONDS - started)) s"
}

write_inventory() {
  local machine
  {
    cat <<YAML
all:
  vars:
    ansible_ssh_common_args: -F $STATE/ssh_config
    ansible_python_interpreter: /usr/bin/python3
    controller_package: $(package_file controller)
    agent_package: $(package_file agent)
    agent_health_policy:
      version: 1
      kernel-log: /run/rack-kernel-log
  children:
    controller:
      hosts:
        jumphost:
    agents:
      hosts:
        jumphost:
          agent_role: jumphost
YAML
    for machine in $(machines); do [[ $machine == jumphost ]] || echo "        $machine:"; done
  } >"$STATE/inventory.yml"
}

# With connections of its own: Ansible names them by the host alone, and every rack has a jumphost.
run_ansible() {
  (cd "$REPO/ansible" && ANSIBLE_LOCAL_TEMP=$STATE/ansible ANSIBLE_SSH_CONTROL_PATH_DIR=$SOCKETS/ssh ansible-playbook -i "$STATE/inventory.yml" \
    --forks 10 "$@" site.yml) 2>&1 | tee "$STATE/logs/ansible.log"
}

machine_status() {
  local machine
  [[ -f $STATE/rack.workers ]] || die "there is no rack: vagrant/rack up"
  printf '%-12s %-10s %-16s %-11s %-11s %s\n' MACHINE CONTAINER ADDRESS SYSTEMD AGENT CONTROLLER
  for machine in $(machines); do
    printf '%-12s %-10s %-16s %-11s %-11s %s\n' "$machine" \
      "$(podman inspect -f '{{.State.Status}}' "$(container_of "$machine")" 2>/dev/null || echo absent)" \
      "$(podman inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' "$(container_of "$machine")" 2>/dev/null || echo -)" \
      "$(inside "$machine" systemctl is-system-running)" \
      "$(inside "$machine" systemctl is-active coxswain-agent)" \
      "$([[ $machine == jumphost ]] && inside "$machine" systemctl is-active coxswain-controller)"
  done
}

# inside MACHINE COMMAND...: without ssh, for when the machine is unwell. A word in any case.
inside() {
  local machine=$1 word
  shift
  word=$(podman exec "$(container_of "$machine")" "$@" 2>/dev/null) || true
  echo "${word:--}"
}

save_logs() {
  local machine container
  mkdir -p "$STATE/logs"
  for machine in $(machines); do
    container=$(container_of "$machine")
    podman container exists "$container" || continue
    podman exec "$container" journalctl --no-pager -o short-precise >"$STATE/logs/$machine.journal" 2>&1 || true
    podman exec "$container" sh -c 'tail -n 200 /var/log/slurm/*.log /var/log/slurm/*/*.log 2>/dev/null' \
      >"$STATE/logs/$machine.slurm" 2>&1 || true
  done
  say "Journals and Slurm's logs are in $STATE/logs"
}

take_down() {
  local images=false machine containers
  [[ ${1:-} != --images ]] || { images=true && shift; }
  (($# == 0)) || misuse "down: unknown argument '$1' (expected: --images or nothing)"
  command -v podman >/dev/null || { say "No podman, so no rack to take down" && return; }
  stop_podman_service
  stop_bmcs
  for machine in $(machines); do
    [[ ! -S $SOCKETS/$machine.ssh ]] || ssh -F "$STATE/ssh_config" -O exit "$machine" 2>/dev/null || true
  done
  mapfile -t containers < <(podman ps -aq --filter "label=$LABEL")
  ((${#containers[@]} == 0)) || podman rm -f -v -t 5 "${containers[@]}" >/dev/null
  ! podman network exists "$NETWORK" || podman network rm "$NETWORK" >/dev/null
  rm -rf "${STATE:?}"/{home,dev,vagrant,ssh_config,inventory.yml} "${STATE:?}"/rack.* "$SOCKETS"
  if $images; then
    podman images -q --filter "label=$IMAGE_LABEL" | sort -u | xargs -r podman rmi -f >/dev/null
    rm -f "$STATE"/image.*
  fi
  say "The rack is down"
}

# The Docker API that Testcontainers speaks, for tests that start machines of their own.
start_podman_service() {
  [[ -S $SOCKETS/podman.sock ]] && return
  install -d -m 0700 "$SOCKETS"
  podman system service --time=0 "unix://$SOCKETS/podman.sock" >"$STATE/logs/podman.log" 2>&1 &
  echo $! >"$STATE/podman.pid"
  local attempt
  for attempt in {1..50}; do
    [[ -S $SOCKETS/podman.sock ]] && return
    sleep 0.2
  done
  die "podman system service did not come up after $attempt tries, see $STATE/logs/podman.log"
}

stop_podman_service() {
  local pid
  pid=$(cat "$STATE/podman.pid" 2>/dev/null) || return 0
  # The number may be another process's by now.
  ! grep -qzx "unix://$SOCKETS/podman.sock" "/proc/$pid/cmdline" 2>/dev/null || kill "$pid"
  rm -f "$STATE/podman.pid" "$SOCKETS/podman.sock"
}
