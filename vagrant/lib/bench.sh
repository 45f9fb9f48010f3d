# shellcheck shell=bash
# What the product costs, measured on the running rack: one figure a line. [bare] and [1], [2] … are clusters.

bench() {
  local rounds=3 round
  while (($#)); do
    case $1 in
      --rounds)
        (($# > 1)) && [[ $2 =~ ^[1-9][0-9]?$ ]] || misuse "--rounds needs a number from 1 to 99"
        rounds=$2
        shift
        ;;
      *) misuse "bench: unknown argument '$1'" ;;
    esac
    shift
  done
  [[ -f $STATE/rack.ready ]] || die "bench measures a running rack: vagrant/rack up, then this again"
  say "Host: $(nproc) cores, load $(cut -d' ' -f1-3 /proc/loadavg), $(machines | wc -l) machines"
  rm -rf "$STATE/bench"
  mkdir -p "$STATE/bench"
  on jumphost sh -c '[ -f /root/.ssh/id_ed25519 ] || ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519'
  bench_memory "no cluster"
  # What a machine has installed it keeps: only a rack's first cluster is made of bare machines.
  if on worker-0 sh -c '! dpkg -s slurmd >/dev/null 2>&1' && on worker-1 sh -c '! dpkg -s slurmd >/dev/null 2>&1'; then
    bench_cluster bare false
  else
    say "These machines have Slurm installed: no figures from bare ones (vagrant/rack down, then up)"
  fi
  for ((round = 1; round <= rounds; round++)); do bench_cluster "$round" "$([[ $round == "$rounds" ]] && echo true || echo false)"; done
  say "All of it is in $STATE/bench"
}

figure() { printf '%-64s %9s %s\n' "$1" "$2" "$3" | tee -a "$STATE/bench/figures"; }

# bench_cluster ROUND WHOLE: one cluster's life; with WHOLE true, what needs a cluster at rest is measured, too.
bench_cluster() {
  local round=$1 log=$STATE/bench/create.$1 cluster started job
  started=$(now)
  on jumphost cox cluster create 8xH200 -n 2 --hosts worker-0,worker-1 --wait -i /root/.ssh/id_ed25519.pub >"$log" 2>&1 ||
    die "create failed, see $log"
  figure "[$round] create -n 2 --wait, until RUNNING" "$(since "$started")" s
  cluster=$(grep -oEm1 'c-[0-9a-f]{4}' "$log" | head -1)
  job=$(now)
  on jumphost cox ssh "$cluster-jumphost" -- srun -N2 --gres=gpu:8 hostname >"$STATE/bench/job.$round" 2>&1 ||
    die "the first job failed, see $STATE/bench/job.$round"
  figure "[$round]   first job: cox ssh, srun -N2 hostname" "$(since "$job")" s
  figure "[$round] create until first job done" "$(since "$started")" s
  on jumphost cox cluster events "$cluster" -o json | python3 "$ROOM/lib/split_events.py" | sed "s/^/[$round]   /" |
    tee -a "$STATE/bench/figures"
  if $2; then
    bench_memory "in a cluster"
    bench_commands "$cluster"
  fi
  started=$(now)
  on jumphost cox cluster destroy "$cluster" --wait --yes >"$STATE/bench/destroy.$round" 2>&1 ||
    die "destroy failed, see $STATE/bench/destroy.$round"
  figure "[$round] destroy --wait, until proven clean" "$(since "$started")" s
}

# Resident and proportional memory of every process of the product, as the host's kernel counts it.
bench_memory() {
  local machine pid
  for machine in jumphost worker-0; do
    while read -r pid; do
      [[ -r /proc/$pid/smaps_rollup ]] || continue
      figure "$machine, $1: $(process_name "$pid"), Rss / Pss" "$(mebibytes Rss "$pid") / $(mebibytes Pss "$pid")" MiB
    done < <(podman top "$(container_of "$machine")" hpid args | awk '/io\.coxswain\./ { print $1 }')
  done
}

process_name() { tr '\0' '\n' <"/proc/$1/cmdline" | sed -n '/^io\.coxswain\./,$p' | xargs; }

mebibytes() { awk -v key="$1:" '$1 == key { printf "%.1f", $2 / 1024 }' "/proc/$2/smaps_rollup"; }

# cox beside commands that its users know, in turns; clustershell and ansible-core are installed on the jumphost for this alone.
# Then all steps of a machine looked at with nothing to do, by a process of its own: a JVM's start is in the figure.
bench_commands() {
  on jumphost sh -c 'DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends clustershell ansible-core' \
    >"$STATE/bench/apt.log" 2>&1 || die "clustershell and ansible-core do not install, see $STATE/bench/apt.log"
  time_on jumphost "cox cluster list" "cox version" sinfo "nodeset --version" "ansible --version"
  local machine
  for machine in jumphost worker-0; do time_on "$machine" "cox-agent plan" "cox-agent --version"; done
}

time_on() {
  local machine=$1
  shift
  on "$machine" python3 - "$@" <"$ROOM/lib/time_commands.py" | sed "s/^/$machine: /" | tee -a "$STATE/bench/figures"
}

now() { date +%s.%N; }

since() { awk -v from="$1" -v to="$(now)" 'BEGIN { printf "%.2f", to - from }'; }
