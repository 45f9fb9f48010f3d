# shellcheck shell=bash
# What the host must have before it can carry a rack.

HOST_PACKAGES=(
  # machines
  podman runc netavark aardvark-dns iptables golang-github-containers-common mmdebstrap
  vagrant vagrant-libvirt kmod openssh-client
  # their management controllers
  openipmi
  # their software
  ansible-core ansible-lint
  # the product
  openjdk-17-jdk-headless maven gcc libc6-dev binutils fakeroot
  # checks
  lintian bats shellcheck python3 jq git procps
)

prepare_host() {
  # shellcheck source=/dev/null
  [[ $(. /etc/os-release && echo "$ID $VERSION_ID") == "debian 12" ]] ||
    say "This is not Debian 12, on which the rack is tested; going on"
  mkdir -p "$STATE/bin" "$STATE/logs"
  install -d -m 0700 "$SOCKETS"
  install_host_packages
  install_jdk
  configure_podman
}

install_host_packages() {
  local missing
  mapfile -t missing < <(missing_packages "${HOST_PACKAGES[@]}")
  ((${#missing[@]})) || return 0
  say "Installing on this host: ${missing[*]}"
  apt_get update
  apt_get install -y --no-install-recommends "${missing[@]}"
}

missing_packages() {
  local package
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# Quiet unless it fails; waits for another apt-get rather than failing on its lock.
apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" >"$STATE/logs/apt.log" 2>&1 || {
    tail -n 20 "$STATE/logs/apt.log" >&2
    die "apt-get $1 failed; all of its output is in $STATE/logs/apt.log"
  }
}

# The build finds a JDK 25 under /usr/lib/jvm by itself; only its absence is mended here.
install_jdk() {
  has_jdk && return
  say "No JDK 25 under /usr/lib/jvm: installing Temurin 25 from Adoptium's apt repository"
  local key=/usr/share/keyrings/adoptium.asc list=/etc/apt/sources.list.d/adoptium.list suite
  # shellcheck source=/dev/null
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  apt_get install -y --no-install-recommends curl ca-certificates
  curl -fsSL --retry 3 -o "$key" https://packages.adoptium.net/artifactory/api/gpg/key/public ||
    no_jdk "the repository's key could not be fetched"
  echo "deb [signed-by=$key] https://packages.adoptium.net/artifactory/deb $suite main" >"$list"
  if ! DEBIAN_FRONTEND=noninteractive apt-get -q update >"$STATE/logs/jdk.log" 2>&1 ||
    ! DEBIAN_FRONTEND=noninteractive apt-get -q install -y temurin-25-jdk >>"$STATE/logs/jdk.log" 2>&1; then
    rm -f "$list" "$key"
    no_jdk "apt-get failed, see $STATE/logs/jdk.log"
  fi
  has_jdk || no_jdk "the package brought none"
}

has_jdk() {
  local release
  for release in /usr/lib/jvm/*/release; do
    grep -qs '^JAVA_VERSION="25[".]' "$release" && [[ -x ${release%/release}/bin/javac ]] && return
  done
  return 1
}

no_jdk() {
  die "no JDK 25: none under /usr/lib/jvm, and Adoptium's apt repository did not help ($1).
Install any JDK 25 under /usr/lib/jvm, for example the package temurin-25-jdk, and run this again."
}

# The rack's own settings for Podman, which leave the host's alone. Vagrant calls Podman as `docker`.
configure_podman() {
  local files processes
  # No more than this host allows, or no container starts.
  files=$(ulimit -Hn) processes=$(ulimit -Hu)
  [[ $files == unlimited || $files -gt 20000 ]] && files=20000
  [[ $processes == unlimited || $processes -gt 20000 ]] && processes=20000
  ULIMITS=("nofile=$files:$files" "nproc=$processes:$processes")
  # runc, for crun refuses hosts with both cgroup versions mounted.
  cat >"$STATE/containers.conf" <<CONF
[engine]
runtime = "runc"
[containers]
default_ulimits = ["${ULIMITS[0]}", "${ULIMITS[1]}"]
CONF
  export CONTAINERS_CONF=$STATE/containers.conf
  printf '#!/bin/sh\nexec podman "$@"\n' >"$STATE/bin/docker"
  chmod +x "$STATE/bin/docker"
  export PATH=$STATE/bin:$PATH
}

# Builds the .deb packages unless those at hand were built from the very same files.
build_packages() {
  local sources
  sources=$(sources_hash pom.xml .mvn src proto controller agent)
  [[ $sources == "$(cat "$STATE/packages.hash" 2>/dev/null)" ]] && packages_built && return
  say "Building the packages (mvn -Pdeb -DskipTests package)"
  rm -f "$STATE/packages.hash"
  # With a JAVA_HOME, Maven would run on one Java and the tools that it starts on the PATH's.
  (cd "$REPO" && env -u JAVA_HOME mvn -B -ntp -Pdeb -DskipTests package) >"$STATE/logs/packages.log" 2>&1 || {
    tail -n 40 "$STATE/logs/packages.log" >&2
    die "the packages do not build; all of Maven's output is in $STATE/logs/packages.log"
  }
  packages_built || die "Maven built no $(package_file controller) and $(package_file agent)"
  echo "$sources" >"$STATE/packages.hash"
}

package_file() { echo "$REPO/$1/target/coxswain-$1_$(project_version)_amd64.deb"; }

project_version() { sed -n '0,/<version>/s:.*<version>\(.*\)</version>.*:\1:p' "$REPO/pom.xml"; }

packages_built() { [[ -f $(package_file controller) && -f $(package_file agent) ]]; }

# One digest over the tracked and the new files under the given paths, tests left out.
sources_hash() {
  (cd "$REPO" && git ls-files -z --cached --others --exclude-standard -- "$@" |
    grep -zv /src/test/ | sort -zu |
    tar --create --null --files-from - --owner 0 --group 0 --numeric-owner --mtime @0 --ignore-failed-read 2>/dev/null |
    sha256sum | cut -c1-16)
}
