# shellcheck shell=bash
# The product's story, command by command. test/demo.bats runs this very list and asserts every line of it.

readonly DEMO_STEPS=(machines key create upload compile submit await output info list destroy afterwards)

# The command line of a step, as typed by root on the jumphost. $1: the step, $2: the cluster's id, from `create` on.
demo_command() {
  local cluster=$2
  case $1 in
    machines | afterwards) echo 'cox machine list' ;;
    key) echo '[ -f ~/.ssh/id_ed25519.pub ] || ssh-keygen -q -t ed25519 -N "" -f ~/.ssh/id_ed25519' ;;
    create) echo 'cox cluster create 8xH200 -n 2 --wait -i ~/.ssh/id_ed25519.pub' ;;
    upload) echo "tar -c hello-mpi.c hello-mpi.sh | cox ssh $cluster-jumphost -- tar -x" ;;
    compile) echo "cox ssh $cluster-jumphost -- mpicc -O2 -Wall -o hello-mpi hello-mpi.c" ;;
    submit) echo "cox ssh $cluster-jumphost -- 'sbatch hello-mpi.sh && squeue'" ;;
    await) echo "cox ssh $cluster-jumphost -- 'timeout 120 sh -c \"while squeue -h | grep .; do sleep 0.5; done\"'" ;;
    output) echo "cox ssh $cluster-jumphost -- 'cat slurm-*.out'" ;;
    info) echo "cox cluster info $cluster" ;;
    list) echo 'cox cluster list -o json' ;;
    destroy) echo "cox cluster destroy $cluster --wait --yes" ;;
    *) die "no step '$1' in the demo" ;;
  esac
}

demo() {
  local record=$STATE/demo
  while (($#)); do
    case $1 in
      --record)
        (($# > 1)) || misuse "--record needs a directory"
        record=$2
        shift
        ;;
      *) misuse "demo: unknown argument '$1'" ;;
    esac
    shift
  done
  [[ -f $STATE/rack.ready ]] || up
  rm -rf "$record"
  mkdir -p "$record"
  # What a user would have brought along.
  local file
  for file in hello-mpi.c hello-mpi.sh; do
    on jumphost tee "/root/$file" <"$ROOM/demo/$file" >/dev/null
  done

  local step command cluster="" status
  for step in "${DEMO_STEPS[@]}"; do
    command=$(demo_command "$step" "$cluster")
    printf '\n$ %s\n' "$command"
    status=0
    # Errors in line with the rest, as on a terminal.
    on jumphost bash -c "exec 2>&1; cd && $command" </dev/null | tee "$record/$step" || status=$?
    ((status == 0)) || die "the demo stopped: that command exited with status $status"
    if [[ $step == create ]]; then
      cluster=$(grep -oEm1 'c-[0-9a-f]{4}' "$record/create" | head -1)
      [[ -n $cluster ]] || die "the demo stopped: 'create' named no cluster"
    fi
  done
}
