# shellcheck shell=bash
# The machines' images. Each is named by a digest of what it is made from, so nothing is built twice
# and nothing stale is used:  base ← bare ← prepared, and one worker image on each of the latter two.

readonly SUITE=bookworm
# A Debian server as delivered, with what Vagrant (sudo) and Ansible (python3) ask of any machine.
readonly BASE_PACKAGES=systemd,systemd-sysv,libpam-systemd,dbus,udev,openssh-server,sudo,python3,python3-apt,\
iproute2,iputils-ping,procps,kmod,pciutils,ethtool,dmidecode,netbase,ca-certificates,less,debian-archive-keyring
# What the agent installs on a machine: in the bare image's apt cache, installed in the prepared image.
# The compiler is for users: mpicc needs it.
readonly CLUSTER_PACKAGES="slurmctld slurmd slurm-client munge openmpi-bin libopenmpi-dev libpmix-dev gcc libc6-dev ipmitool"
readonly IMAGES=localhost/coxswain-rack
readonly IMAGE_LABEL=io.coxswain.rack.image=built

image_of() { cat "$STATE/image.$1.$2"; }

# Builds what is missing for the given flavour, and leaves the names in $STATE/image.ROLE.FLAVOUR.
build_images() {
  local flavour=$1 context=$STATE/image base image worker
  rm -rf "$context"
  mkdir -p "$context"
  cp "$ROOM"/image/* "$context/"
  cp "$(dpkg -L vagrant | grep -m1 '/keys/vagrant\.pub$')" "$context/vagrant.pub"
  host_apt_options >"$context/apt.conf"
  mapfile -t sources < <(host_debian_sources)
  build_fake_nvml "$context"

  base=$IMAGES:base-$(digest "$(declare -f bootstrap) $BASE_PACKAGES" "$context/apt.conf" "${sources[@]}")
  podman image exists "$base" || bootstrap "$base" "$context" "${sources[@]}"
  image=$IMAGES:bare-$(digest "$base $CLUSTER_PACKAGES" "$context"/{Containerfile,rack-init,vagrant.pub,sshd.conf,apt-keep.conf,dpkg.cfg})
  build "$image" Containerfile --target bare --build-arg "BASE=$base" --build-arg "CLUSTER_PACKAGES=$CLUSTER_PACKAGES"
  if [[ $flavour == prepared ]]; then
    image=${image/:bare-/:prepared-}
    build "$image" Containerfile --target prepared --build-arg "BASE=$base" --build-arg "CLUSTER_PACKAGES=$CLUSTER_PACKAGES"
  fi
  worker=${image/:/:worker-}-$(digest "" "$context"/{worker.Containerfile,libnvidia-ml.so.1,fake-nvml.conf})
  build "$worker" worker.Containerfile --build-arg "MACHINE=$image"
  echo "$image" >"$STATE/image.jumphost.$flavour"
  echo "$worker" >"$STATE/image.worker.$flavour"
}

# digest TEXT FILE...: short, and the same wherever the files lie.
digest() {
  local text=$1
  shift
  { echo "$text" && cat -- /dev/null "$@"; } | sha256sum | cut -c1-12
}

bootstrap() {
  local image=$1 context=$2 started=$SECONDS
  shift 2
  say "Making the base image ($SUITE, mmdebstrap)"
  mmdebstrap --variant=apt --include="$BASE_PACKAGES" --aptopt="$context/apt.conf" \
    --customize-hook='for name in hostname resolv.conf; do : > "$1/etc/$name"; done' \
    "$SUITE" "$context/base.tar" "$@" >"$STATE/logs/mmdebstrap.log" 2>&1 || {
    tail -n 20 "$STATE/logs/mmdebstrap.log" >&2
    die "mmdebstrap failed, see $STATE/logs/mmdebstrap.log"
  }
  podman import -q --change "LABEL $IMAGE_LABEL" "$context/base.tar" "$image" >/dev/null
  rm "$context/base.tar"
  say "Base image made in $((SECONDS - started)) s"
}

# build IMAGE CONTAINERFILE OPTION...
build() {
  local image=$1 file=$2 started=$SECONDS
  shift 2
  podman image exists "$image" && return
  say "Building image ${image#*:}"
  # The host's network: its way to the package servers need not be open to a container's.
  podman build --network host "${ULIMITS[@]/#/--ulimit=}" --label "$IMAGE_LABEL" -t "$image" -f "$STATE/image/$file" "$@" \
    "$STATE/image" >"$STATE/logs/image.log" 2>&1 || {
    tail -n 20 "$STATE/logs/image.log" >&2
    die "image ${image#*:} does not build, see $STATE/logs/image.log"
  }
  say "Image ${image#*:} built in $((SECONDS - started)) s"
}

# The files under /etc/apt that name Debian's own servers or their mirrors: machines use what the host uses.
host_debian_sources() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [[ -f $file ]] || continue
    grep -Eq "^[^#]*[[:space:]]$SUITE(-updates|-security)?([[:space:]]|\$)" "$file" || continue
    grep -Eiv '^[[:space:]]*#' "$file" | grep -Eio 'signed-by[=:][^]]*' | grep -qv debian-archive && continue
    echo "$file"
  done
}

# How the host's apt reaches its servers (proxy, retries, clocks), as configuration for another machine.
host_apt_options() {
  apt-config dump | grep -E '^Acquire::(https?|Retries|Check-Date|Check-Valid-Until|ForceIPv[46])\b.*"[^"]+"' || true
  local proxy=${http_proxy:-}
  [[ -z $proxy ]] || echo "Acquire::http::Proxy \"$proxy\";"
}

# The one fake: a libnvidia-ml.so.1 that answers for 8 GPUs as /etc/fake-nvml.conf says.
build_fake_nvml() {
  local context=$1 source=$REPO/agent/src/test/native/fake_nvml.c
  [[ -f $source ]] || die "no $source to build the workers' libnvidia-ml.so.1 from"
  gcc -std=gnu11 -O2 -Wall -Wextra -Werror -shared -fPIC -fvisibility=hidden -pthread \
    -Wl,-soname,libnvidia-ml.so.1 -o "$context/libnvidia-ml.so.1" "$source"
}
