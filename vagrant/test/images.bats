#!/usr/bin/env bats
# Container images: imported whole or not at all, brought to the nodes, and jobs that run in one, MPI over nodes among them.

load machines
load clusters

ARCHIVE=/root/rack-image.tar

# An image with MPI and Slurm's commands, made of the machines' own Debian, on the host as the machines' images are.
make_image() {
  local base context="$BATS_FILE_TMPDIR/image"
  mkdir -p "$context"
  base=$(podman ps --format '{{.Image}}' --filter "name=^${RACK_NAME:-rack}-jumphost\$" | head -1)
  cat >"$context/Containerfile" <<CONTAINERFILE
FROM $base
RUN apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends \
 openmpi-bin libopenmpi-dev libpmix-dev gcc libc6-dev slurm-client
RUN echo made-for-the-rack >/etc/image-name
ENV GREETING=from-the-image
CONTAINERFILE
  podman build -q --network host --ulimit nofile=20000:20000 --ulimit nproc=20000:20000 \
    -t localhost/rack-test-image -f "$context/Containerfile" "$context"
  podman save -q --format oci-archive -o "$context/image.tar" localhost/rack-test-image
  podman cp "$context/image.tar" "${RACK_NAME:-rack}-jumphost:$ARCHIVE"
  podman rmi -f localhost/rack-test-image >/dev/null
  rm "$context/image.tar"
}

setup_file() {
  make_image
  cox image import rack-mpi "$ARCHIVE" >&2
  make_key
  create "$BATS_FILE_TMPDIR/create" -n 2 --container rack-mpi
  export CLUSTER
  ended "$BATS_FILE_TMPDIR/create" 300
  echo "$output" >&2
  [ "$status" -eq 0 ]
}

teardown_file() {
  leave_clean
  cox image remove rack-mpi --yes >&2 || true
  on jumphost rm -f "$ARCHIVE"
  for machine in worker-0 worker-1; do
    on "$machine" rm -rf /var/lib/coxswain-images
  done
}

workers() { machine_of "$CLUSTER-0" && machine_of "$CLUSTER-1"; }

@test "an image is in the catalogue under the digest of its archive, and its cluster is named" {
  digest=sha256:$(on jumphost sha256sum "$ARCHIVE" | cut -d' ' -f1)
  run cox image info rack-mpi -o json
  [ "$(jq -r .digest <<<"$output")" = "$digest" ]
  [ "$(jq -r '.clusters[0]' <<<"$output")" = "$CLUSTER" ]
  cox cluster info "$CLUSTER" | grep -F "rack-mpi $digest"
}

@test "the nodes went through CONTAINER_CREATING before they ran" {
  cox cluster events "$CLUSTER" | grep IMAGE_WANTED
  cox cluster events "$CLUSTER" | grep "IMAGE_READY.*its image is unpacked"
}

@test "jobs run in the image by default, as their user, with its variables and the machine's homes" {
  run as_user "srun -N2 --ntasks-per-node=1 sh -c 'cat /etc/image-name; echo \$GREETING \$USER \$PWD'"
  [ "$status" -eq 0 ]
  [ "$(grep -c '^made-for-the-rack$' <<<"$output")" -eq 2 ]
  [ "$(grep -c "^from-the-image $CLUSTER /home/$CLUSTER\$" <<<"$output")" -eq 2 ]
}

@test "nothing can be written into the image, and what is written at home stays" {
  run as_user "srun -N1 sh -c 'touch /usr/bin/x'"
  [ "$status" -ne 0 ]
  [[ $output == *"Read-only file system"* ]]
  as_user "srun -N1 touch kept-at-home"
  as_user "test -f kept-at-home"
}

@test "MPI is compiled in the image and runs in it over both nodes, two ranks each" {
  on jumphost cp /dev/stdin "/home/$CLUSTER/hello.c" <"$BATS_TEST_DIRNAME/../demo/hello-mpi.c" ||
    podman cp "$BATS_TEST_DIRNAME/../demo/hello-mpi.c" "${RACK_NAME:-rack}-jumphost:/home/$CLUSTER/hello.c"
  on jumphost chmod 0644 "/home/$CLUSTER/hello.c"
  as_user "srun -N1 -n1 mpicc -o hello hello.c"
  run as_user "srun -N2 -n4 --ntasks-per-node=2 --mpi=pmix sh -c 'test -f /etc/image-name && ./hello 4 2'"
  echo "$output"
  [ "$status" -eq 0 ]
  [ "$(grep -c 'of 4 on' <<<"$output")" -eq 4 ]
  [ "$(grep -o "on $CLUSTER-[01]" <<<"$output" | sort -u | wc -l)" -eq 2 ]
}

@test "a batch script runs in the image, and the steps that it begins" {
  as_user "rm -f out; sbatch --wait -N2 -n2 -o out --wrap 'cat /etc/image-name; srun cat /etc/image-name'"
  run as_user "cat out"
  echo "$output"
  [ "$(grep -c '^made-for-the-rack$' <<<"$output")" -eq 3 ]
}

@test "--no-container runs on the machine itself: steps, and a whole batch job with its steps" {
  as_user "srun -N1 --no-container test ! -e /etc/image-name"
  as_user "sbatch --wait --no-container -N1 -o out2 --wrap 'test ! -e /etc/image-name && srun test ! -e /etc/image-name'"
  as_user "COX_CONTAINER=none srun -N1 test ! -e /etc/image-name"
}

@test "set-user-id programs of the image do not work" {
  run as_user "srun -N1 findmnt -no OPTIONS /"
  [[ $output == *nosuid* && $output == *ro* ]]
}

@test "a node's mounts are its own: nothing of a job's is left on the machine" {
  for machine in $(workers); do
    [ "$(on "$machine" findmnt -rno TARGET | grep -c coxswain-images)" -eq 0 ]
  done
}

@test "an image in use cannot go; nonsense is refused and leaves nothing" {
  run cox image remove rack-mpi --yes
  [ "$status" -ne 0 ]
  [[ $output == *"in use by"* ]]
  run cox image import ../evil "$ARCHIVE"
  [ "$status" -ne 0 ]
  [[ $output == *"image name"* ]]
  run cox image import other "$ARCHIVE" --digest "sha256:$(printf '0%.0s' {1..64})"
  [ "$status" -ne 0 ]
  [[ $output == *expected* ]]
  run cox image import other /etc/passwd
  [ "$status" -ne 0 ]
  [[ $output == *"no image in it"* ]]
  run cox cluster create 8xH200 -n 1 -i "$KEY.pub" --container nowhere
  [ "$status" -ne 0 ]
  [[ $output == *"image 'nowhere': there is none"* ]]
  [ "$(on jumphost sh -c 'ls /var/lib/coxswain/images | wc -l')" -eq 1 ]
}

@test "an upload that is cut leaves nothing" {
  on jumphost sh -c "timeout -s KILL 1 cox image import cut $ARCHIVE" || true
  within 20 on jumphost sh -c '[ "$(ls /var/lib/coxswain/images | wc -l)" -eq 1 ]'
  run cox image info cut
  [ "$status" -ne 0 ]
}

@test "with the cluster its container goes from the nodes, and the image can be removed" {
  local machines
  machines=$(workers)
  destroy
  for machine in $machines; do
    [ -z "$(on "$machine" sh -c 'ls -A /var/lib/coxswain-containers')" ]
    on "$machine" test ! -e /usr/local/lib/coxswain/container.so
  done
  cox image remove rack-mpi --yes
  [ "$(on jumphost sh -c 'ls /var/lib/coxswain/images | wc -l')" -eq 0 ]
}
