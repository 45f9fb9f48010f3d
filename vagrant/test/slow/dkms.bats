#!/usr/bin/env bats
# NVIDIA's open kernel module is really built on a machine, from Debian's real packages, for Debian's own kernel: many minutes.
# It cannot be loaded, since the rack's machines run their host's kernel.

load ../machines
load ../clusters

MACHINE=worker-0
LIBRARY=/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1
ASIDE=/var/tmp/rack-libnvidia-ml.so.1
BUNDLES=/etc/coxswain/bundles.d

setup_file() {
  "$RACK" drivers --slow
  # As a link, which Debian's alternatives replace; a plain file they leave.
  on "$MACHINE" sh -c "mv $LIBRARY $ASIDE && ln -s $ASIDE $LIBRARY && ldconfig"
  on jumphost sh -c "mkdir -p $BUNDLES && cp /srv/rack-drivers/key.asc $BUNDLES/rack-drivers.asc"
  bundle | on jumphost tee "$BUNDLES/rack.yaml" >/dev/null
}

# For the kernel that is in the rack's own repository: Debian's security updates change kernels under modules that do not follow.
bundle() {
  local headers
  headers=$(on jumphost awk '/^Package: / { name = $2 } /^Version: / && name == "linux-headers-amd64" { print $2 }' /srv/rack-drivers/Packages)
  cat <<YAML
format: 1

repositories:
  rack-drivers:
    x86_64: http://jumphost:8099/
    suites: [/]
    key-file: rack-drivers.asc
    source: the rack's own

bundles:
  rack-module:
    version: 1
    text: the module for Debian's kernel, on a machine without a card
    flavour: none
    branch: 535
    kernel: {least: "4.15"}
    source: the rack's own
    rows:
      - on: [debian 12]
        manager: apt
        repositories: [rack-drivers]
        packages: ["libnvidia-ml1={prefix}*", "nvidia-smi={prefix}*", nvidia-open-kernel-dkms, "linux-headers-amd64=$headers"]
        builds-module: false
        is-signed: true
        source: the rack's own
YAML
}

teardown_file() {
  on jumphost sh -c "rm -f $BUNDLES/rack.yaml $BUNDLES/rack-drivers.asc"
  on "$MACHINE" sh -c "[ ! -f $ASIDE ] || { rm -f $LIBRARY && mv $ASIDE $LIBRARY && ldconfig; }"
}

@test "a bundle with a module is installed, and the module is built for Debian's kernel" {
  cox bundle apply rack-module "$MACHINE" --yes --wait
  run on "$MACHINE" dkms status
  echo "$output"
  [[ $output == nvidia*", 6."*"-amd64, x86_64: installed"* ]]
  run on "$MACHINE" sh -c 'modinfo -F version /lib/modules/*-amd64/updates/dkms/nvidia-current-open.ko* | head -1'
  echo "$output"
  [[ $output == 535.* ]]
}

@test "the machine tells its bundle, and keeps what belongs to it" {
  run on "$MACHINE" cox-agent probe
  echo "$output" | grep -A20 '^driver'
  [[ $output == *"bundle rack-module 1"*"can be rolled back"* ]]
  [[ $output == *"nvidia-open-kernel-dkms 535."*" held"* ]]
}

@test "a rollback takes the module away again" {
  cox bundle rollback "$MACHINE" --yes --wait
  run on "$MACHINE" sh -c 'ls /lib/modules/*/updates/dkms/nvidia* 2>/dev/null | wc -l'
  [ "$output" = 0 ]
}
