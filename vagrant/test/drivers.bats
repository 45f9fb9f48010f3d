#!/usr/bin/env bats
# A driver bundle comes onto a machine, is watched over there, and goes again when it does not hold what it promises. The
# packages are Debian's real ones, from a repository of the rack's own; no card is here, so no module is loaded.

load machines
load clusters

# The one whose fake library gives way to the real one.
MACHINE=worker-2
LIBRARY=/usr/lib/x86_64-linux-gnu/libnvidia-ml.so.1
ASIDE=/var/tmp/rack-libnvidia-ml.so.1
BUNDLES=/etc/coxswain/bundles.d

setup_file() {
  "$RACK" drivers
  # As a link, which Debian's alternatives replace; a plain file they leave.
  on "$MACHINE" sh -c "mv $LIBRARY $ASIDE && ln -s $ASIDE $LIBRARY && ldconfig"
  on jumphost sh -c "mkdir -p $BUNDLES && cp /srv/rack-drivers/key.asc $BUNDLES/rack-drivers.asc"
  bundles | on jumphost tee "$BUNDLES/rack.yaml" >/dev/null
}

teardown_file() {
  cox bundle rollback "$MACHINE" --yes --wait >&2 || true
  on jumphost sh -c "rm -f $BUNDLES/rack.yaml $BUNDLES/rack-drivers.asc"
  on "$MACHINE" sh -c "[ ! -f $ASIDE ] || { rm -f $LIBRARY && mv $ASIDE $LIBRARY && ldconfig; }"
  leave_clean
}

# `rack-library` is what Debian has; `rack-broken` installs the same and promises a branch that it is not.
bundles() {
  cat <<'YAML'
format: 1

repositories:
  rack-drivers:
    x86_64: http://jumphost:8099/
    suites: [/]
    key-file: rack-drivers.asc
    source: the rack's own

bundles:
  rack-library:
    version: 1
    text: the rack's test of a driver's libraries, without a module
    flavour: none
    branch: 535
    kernel: {least: "4.15"}
    source: the rack's own
    rows:
      - on: [debian 12]
        manager: apt
        repositories: [rack-drivers]
        packages: ["libnvidia-ml1={prefix}*", "nvidia-smi={prefix}*", "libcuda1={prefix}*", nvidia-persistenced]
        builds-module: false
        is-signed: true
        source: the rack's own
  rack-broken:
    version: 1
    text: promises what it does not install
    flavour: none
    branch: 580
    kernel: {least: "4.15"}
    source: the rack's own
    rows:
      - on: [debian 12]
        manager: apt
        repositories: [rack-drivers]
        packages: [libnvidia-ml1, nvidia-smi, libcuda1, nvidia-persistenced]
        builds-module: false
        is-signed: true
        source: the rack's own
YAML
}

installed() { on "$MACHINE" dpkg-query -W -f '${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^.i'; }

verdict() { cox machine info "$MACHINE" -o json | jq -e --arg check "$1" '.. | objects | select(.check? == $check)' >/dev/null; }

no_verdict() { ! verdict "$1"; }

@test "the site's bundle is listed, and its plan changes nothing" {
  run cox bundle list
  [ "$status" -eq 0 ]
  [[ $output == *rack-library* ]]
  run cox bundle show rack-library
  [[ $output == *535* ]]
  run cox bundle plan rack-library "$MACHINE"
  echo "$output"
  [ "$status" -eq 0 ]
  [[ $output == *"$MACHINE"* ]]
  ! installed libnvidia-ml1
}

@test "a bundle is not applied without leave" {
  run cox bundle apply rack-library "$MACHINE" </dev/null
  [ "$status" -ne 0 ]
  ! installed libnvidia-ml1
}

@test "an applied bundle is installed from the site's signed repository, and held" {
  cox bundle apply rack-library "$MACHINE" --yes --wait
  for package in libnvidia-ml1 nvidia-smi libcuda1 nvidia-persistenced; do installed "$package"; done
  run on "$MACHINE" apt-mark showhold
  [[ $output == *libnvidia-ml1* && $output == *nvidia-smi* ]]
  # The real one, which no fake ever was.
  run on "$MACHINE" readlink -f "$LIBRARY"
  [[ $output == */libnvidia-ml.so.535.* ]]
  run on "$MACHINE" sh -c 'apt-get -s -y upgrade | grep -c "^Inst .*nvidia" || true'
  [ "$output" = 0 ]
}

@test "NVIDIA's real library says in its own words that it has no driver, and that is a state, not a crash" {
  # 9 (Driver Not Loaded) without device nodes; 999 here, where there are nodes without a driver behind them.
  run on "$MACHINE" cox-agent probe
  grep -E '^gpus ' <<<"$output"
  grep -Eq '^gpus +.*nvmlInit_v2 gave (9|999) ' <<<"$output"
  [ "$(cox machine info "$MACHINE" -o json | jq -r .link)" = CONNECTED ]
}

@test "the machine tells its bundle, its packages and that it can go back" {
  run on "$MACHINE" cox-agent probe
  [[ $output == *"bundle rack-library"*"can be rolled back"* ]]
  [[ $output == *"libnvidia-ml1 535."*" held"* ]]
}

@test "unattended upgrades leave the driver alone" {
  run on "$MACHINE" apt-config dump Unattended-Upgrade
  [[ $output == *nvidia-* ]]
}

@test "whoever lifts a hold is seen, and mending it is seen too" {
  on "$MACHINE" apt-mark unhold libnvidia-ml1
  # It looks once a minute.
  within 90 verdict driver-drift
  run cox machine info "$MACHINE"
  [[ $output == *"libnvidia-ml1"*"not held"* ]]
  on "$MACHINE" apt-mark hold libnvidia-ml1
  within 90 no_verdict driver-drift
}

@test "an agent that restarts goes on with what it has installed" {
  before=$(on "$MACHINE" stat -c %Y /var/lib/dpkg/status)
  on "$MACHINE" systemctl restart coxswain-agent
  within 30 all_connected
  within 30 may_be_served
  [ "$(on "$MACHINE" stat -c %Y /var/lib/dpkg/status)" = "$before" ]
}

# Its stream is open again; for a while it only counts as heard.
may_be_served() { ! cox bundle plan rack-broken "$MACHINE" | grep -q "not connected"; }

all_connected() { [ "$(cox machine list -o json | jq '[.machines[] | select(.link == "CONNECTED")] | length')" -eq 4 ]; }

@test "a bundle that does not hold what it promises stops the roll and is taken back" {
  run cox bundle apply rack-broken "$MACHINE" --yes --wait
  echo "$output"
  [ "$status" -ne 0 ]
  [[ $output == *"expected: 580."* ]]
  within 60 bundle_is rack-library
  run on "$MACHINE" apt-mark showhold
  [[ $output == *libnvidia-ml1* ]]
}

bundle_is() { on "$MACHINE" cox-agent probe | grep -q "bundle $1"; }

@test "a rollback leaves the machine as it was: no packages, no sources, no holds" {
  cox bundle rollback "$MACHINE" --yes --wait
  for package in libnvidia-ml1 nvidia-smi libcuda1 nvidia-persistenced; do ! installed "$package" || return 1; done
  run on "$MACHINE" sh -c 'ls /etc/apt/sources.list.d /etc/apt/preferences.d /etc/apt/apt.conf.d; apt-mark showhold'
  [[ $output != *coxswain* && $output != *nvidia* ]]
  run on "$MACHINE" sh -c "ls $LIBRARY"
  [ "$status" -ne 0 ]
}
