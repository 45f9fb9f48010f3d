#!/usr/bin/env bats
# The rack's machines are what a site's machines are.

load machines

WORKERS="worker-0 worker-1 worker-2"
ALL="jumphost $WORKERS"

@test "every machine has booted without a failed unit" {
  for machine in $ALL; do
    run on "$machine" systemctl is-system-running
    [ "$output" = running ]
  done
}

@test "a command's exit status, arguments and output come through" {
  run on worker-0 sh -c 'exit 7'
  [ "$status" -eq 7 ]
  run on worker-0 printf '[%s]' 'a  b' '$HOME' "it's" '' 'x;y'
  [ "$output" = "[a  b][\$HOME][it's][][x;y]" ]
  run on worker-0 id -u
  [ "$output" = 0 ]
}

@test "an unknown machine is refused with the known ones" {
  run "$RACK" ssh worker-9 -- true
  [ "$status" -eq 1 ]
  [ "$output" = "rack: no machine 'worker-9' in this rack (machines: $ALL)" ]
}

@test "a wrong command line is refused with status 2" {
  for arguments in "" "fly" "up --workers" "up --workers 0" "up --workers many" "up --image golden" "up now" \
    "ssh" "ssh jumphost true" "ssh jumphost --" "power jumphost" "power worker-0 dim" "test nothing" "demo --fast" "down --all"; do
    # shellcheck disable=SC2086
    run "$RACK" $arguments
    [ "$status" -eq 2 ]
    [[ "$output" == *"Try: vagrant/rack --help" ]]
  done
}

@test "every machine has an id and host keys of its own" {
  ids=$(every "$ALL" cat /etc/machine-id)
  [ "$(sort -u <<<"$ids" | wc -l)" -eq 4 ]
  keys=$(every "$ALL" cat /etc/ssh/ssh_host_ed25519_key.pub)
  [ "$(cut -d' ' -f2 <<<"$keys" | sort -u | wc -l)" -eq 4 ]
}

@test "machines find each other by name" {
  for machine in $ALL; do
    every "$ALL" getent ahostsv4 "$machine"
  done
  every "$WORKERS" ping -c1 -W2 jumphost
}

@test "nothing is mounted over files in /etc, so they can be replaced by renaming" {
  run every "$ALL" sh -c "! grep ' /etc' /proc/mounts"
  [ "$status" -eq 0 ]
  every "$ALL" sh -eu -c 'cd /etc; for f in hosts hostname resolv.conf; do cp -p $f $f.new; mv -f $f.new $f; done'
}

@test "a machine's host name can be changed from inside" {
  on worker-2 sh -eu -c 'hostname other; [ "$(hostname)" = other ]; hostname worker-2'
}

@test "all machines share one home" {
  on worker-0 sh -c 'mkdir -p /home/rack-test && chown 23456:23456 /home/rack-test && echo here > /home/rack-test/file'
  run every "$ALL" sh -c 'cat /home/rack-test/file; stat -c %u:%g /home/rack-test'
  [ "$output" = "$(for machine in $ALL; do printf 'here\n23456:23456\n'; done)" ]
  on jumphost rm -r /home/rack-test
}

@test "workers have eight GPU device nodes, the jumphost none" {
  run every "$WORKERS" sh -c 'ls /dev/nvidia[0-9]* | wc -l; stat -c "%F %t %a" /dev/nvidia7'
  [ "$output" = "$(for machine in $WORKERS; do printf '8\ncharacter special file c3 666\n'; done)" ]
  run on jumphost sh -c 'ls /dev/nvidia*'
  [ "$status" -ne 0 ]
}

@test "workers load NVML and see eight GPUs, the jumphost has none" {
  cat > "$BATS_TEST_TMPDIR/count.py" <<'PY'
import ctypes
nvml = ctypes.CDLL("libnvidia-ml.so.1")
count = ctypes.c_uint()
assert nvml.nvmlInit_v2() == 0
assert nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)) == 0
print(count.value)
PY
  for machine in $WORKERS; do
    run on "$machine" python3 - < "$BATS_TEST_TMPDIR/count.py"
    [ "$output" = 8 ]
  done
  run on jumphost sh -c '! ldconfig -p | grep nvidia-ml'
  [ "$status" -eq 0 ]
}

@test "Slurm and MPI install without a network" {
  on worker-2 apt-get -q install --simulate --no-download --no-install-recommends \
    slurmctld slurmd slurm-client munge openmpi-bin libopenmpi-dev libpmix-dev gcc libc6-dev
}
