# shellcheck shell=bash
# A package repository of the rack's own: NVIDIA's parts as Debian ships them, signed with a key that
# lives as long as the rack, and served to the machines by the jumphost. What it is made from is the
# host's own Debian sources; no address of a server is written here.

readonly DRIVER_STATE=$STATE/drivers
# What the rack can install and load: libraries and programs. The library is the real one; without a
# card it says so.
readonly DRIVER_PACKAGES="libnvidia-ml1 nvidia-smi libcuda1 nvidia-persistenced"
# What builds a kernel module, for Debian's own kernel. Many minutes on a small host.
readonly DRIVER_BUILD_PACKAGES="nvidia-open-kernel-dkms dkms linux-headers-amd64 linux-image-amd64"
readonly DRIVER_PORT=8099
readonly DRIVER_PLACE=/srv/rack-drivers
readonly DRIVER_UNIT=rack-drivers.service

# serve_drivers [--slow]: makes the repository where it is not yet, and lets the jumphost serve it.
serve_drivers() {
  make_driver_repository "$@"
  known_machine jumphost
  tar -C "$DRIVER_STATE/repository" -c . |
    on jumphost sh -c "rm -rf $DRIVER_PLACE && mkdir -p $DRIVER_PLACE && tar -x -C $DRIVER_PLACE --no-same-owner"
  on jumphost sh -c "systemctl is-active -q $DRIVER_UNIT || systemd-run -q --unit $DRIVER_UNIT \
    python3 -m http.server $DRIVER_PORT --directory $DRIVER_PLACE"
  say "Drivers are served at http://jumphost:$DRIVER_PORT/"
}

# make_driver_repository [--slow]: downloads, indexes and signs it, once for a set of packages.
make_driver_repository() {
  local packages=$DRIVER_PACKAGES started=$SECONDS repository=$DRIVER_STATE/repository
  [[ ${1:-} != --slow ]] || packages+=" $DRIVER_BUILD_PACKAGES"
  if [[ -f $repository/InRelease && $(cat "$DRIVER_STATE/packages" 2>/dev/null) == "$packages" ]]; then
    return
  fi
  driver_tools
  rm -rf "$DRIVER_STATE"
  mkdir -p "$repository"
  say "Downloading NVIDIA's packages of Debian"
  download_drivers "$packages"
  index_drivers "$repository"
  sign_drivers "$repository"
  echo "$packages" >"$DRIVER_STATE/packages"
  say "A repository of $(find "$repository" -name '*.deb' | wc -l) packages made in $((SECONDS - started)) s"
}

driver_tools() {
  local missing
  mapfile -t missing < <(missing_packages dpkg-dev gpg)
  ((${#missing[@]})) || return 0
  say "Installing on this host: ${missing[*]}"
  apt_get update
  apt_get install -y --no-install-recommends "${missing[@]}"
}

# download_drivers PACKAGES: with what they depend on, as a machine of the rack would install them.
download_drivers() {
  local apt=$DRIVER_STATE/apt words
  read -ra words <<<"$1"
  mkdir -p "$apt"/{sources,preferences,state/lists/partial,cache/archives/partial}
  driver_sources "$apt/sources"
  # Debian's security updates have the libraries without the open module, which must be of the same version.
  [[ $1 != *dkms* ]] || printf 'Package: *\nPin: release l=Debian-Security\nPin-Priority: -1\n' >"$apt/preferences/one-version"
  machine_packages | tar -xO >"$apt/status"
  host_apt_options >"$apt/apt.conf"
  driver_apt update
  driver_apt install -y --no-install-recommends --download-only "${words[@]}"
  mv "$apt"/cache/archives/*.deb "$DRIVER_STATE/repository/"
}

# apt-get with a state of its own: the host's packages and sources are none of its business.
driver_apt() {
  local apt=$DRIVER_STATE/apt
  APT_CONFIG=$apt/apt.conf apt-get -q \
    -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$apt/sources" \
    -o "Dir::Etc::PreferencesParts=$apt/preferences" -o "Dir::State=$apt/state" \
    -o "Dir::State::status=$apt/status" -o "Dir::Cache=$apt/cache" \
    -o "APT::Sandbox::User=root" "$@" >"$STATE/logs/drivers.log" 2>&1 || {
    tail -n 20 "$STATE/logs/drivers.log" >&2
    die "apt-get $1 for the drivers failed, see $STATE/logs/drivers.log"
  }
}

# driver_sources DIRECTORY: the host's Debian sources with every component that NVIDIA's parts lie in.
driver_sources() {
  local file directory=$1 found=""
  while read -r file; do
    found=yes
    sed -E -e 's/^(Components:).*/\1 main contrib non-free non-free-firmware/I' \
      -e "s/^([[:space:]]*deb .*[[:space:]]$SUITE(-updates|-security)?)[[:space:]].*/\1 main contrib non-free non-free-firmware/" \
      "$file" >"$directory/$(basename "$file")"
  done < <(host_debian_sources)
  [[ -n $found ]] || die "no Debian sources of $SUITE under /etc/apt to download drivers from"
}

# What a worker has before: only what it lacks is downloaded. Read from the image, without starting it.
machine_packages() {
  local image container
  image=$(cat "$STATE"/image.worker.* | head -n1)
  container=$(podman create "$image" true)
  podman cp "$container:/var/lib/dpkg/status" -
  podman rm -f "$container" >/dev/null
}

index_drivers() {
  local repository=$1
  (
    cd "$repository" || exit
    dpkg-scanpackages --multiversion . 2>"$STATE/logs/drivers-index.log" >Packages
    gzip -9 -n -k Packages
    {
      echo "Origin: Coxswain rack"
      echo "Label: rack-drivers"
      echo "Suite: rack"
      echo "Codename: rack"
      echo "Architectures: $(dpkg --print-architecture) all"
      echo "Date: $(date -Ru)"
      echo "SHA256:"
      for file in Packages Packages.gz; do
        echo " $(sha256sum <"$file" | cut -d' ' -f1) $(stat -c %s "$file") $file"
      done
    } >Release
  ) || die "the drivers' packages could not be indexed, see $STATE/logs/drivers-index.log"
}

# With a key that is thrown away: only what it signed remains, and its public half.
sign_drivers() {
  local repository=$1 home
  # gpg-agent's socket has a short name or none.
  home=$(mktemp -d)
  chmod 0700 "$home"
  {
    gpg --homedir "$home" --batch --quiet --pinentry-mode loopback --passphrase '' \
      --quick-generate-key "Coxswain rack <rack@localhost>" ed25519 sign never &&
      gpg --homedir "$home" --batch --quiet --clearsign --output "$repository/InRelease" "$repository/Release" &&
      gpg --homedir "$home" --batch --quiet --armor --export --output "$repository/key.asc"
  } >"$STATE/logs/drivers-sign.log" 2>&1 || {
    cat "$STATE/logs/drivers-sign.log" >&2
    die "the drivers' index could not be signed"
  }
  gpgconf --homedir "$home" --kill gpg-agent
  rm -rf "$home"
}
