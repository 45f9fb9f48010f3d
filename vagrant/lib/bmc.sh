# shellcheck shell=bash
# Management controllers for the workers: ipmi_sim of OpenIPMI speaks IPMI over the network for each, on this host, where the
# machines' containers can be stopped and started; the jumphost reaches it at the network's gateway.

readonly BMC_USER=cox
# The worker's number comes on top.
readonly BMC_PORT=9700

rack_bmc() {
  case ${1:-} in
    up) (($# == 1)) || misuse "bmc up: unknown argument '$2'" && start_bmcs ;;
    down) (($# == 1)) || misuse "bmc down: unknown argument '$2'" && stop_bmcs ;;
    *) misuse "bmc: expected up or down" ;;
  esac
}

# Prints NAME ADDRESS:PORT of each; the password is in $STATE/bmc/password.
start_bmcs() {
  local machine directory gateway port
  known_machine jumphost
  stop_bmcs
  gateway=$(podman network inspect "$NETWORK" | jq -r '.[0].subnets[0].gateway')
  install -d -m 0700 "$STATE/bmc"
  (umask 077 && head -c 12 /dev/urandom | base64 | tr -d '\n' >"$STATE/bmc/password")
  for machine in $(machines); do
    [[ $machine != jumphost ]] || continue
    port=$((BMC_PORT + ${machine#worker-}))
    directory=$STATE/bmc/$machine
    install -d -m 0700 "$directory/state"
    write_chassis "$directory/chassis" "$machine"
    write_bmc "$directory" "$machine" "$gateway" "$port"
    # Of its own session: it stays when this command has ended.
    setsid ipmi_sim -n -c "$directory/lan.conf" -f "$directory/commands" -s "$directory/state" \
      >"$STATE/logs/bmc-$machine.log" 2>&1 </dev/null 3>&- &
    echo $! >"$directory/pid"
    echo "$machine $gateway:$port"
  done
}

stop_bmcs() {
  local pid
  for pid in "$STATE"/bmc/*/pid; do
    [[ ! -f $pid ]] || kill "$(cat "$pid")" 2>/dev/null || true
  done
  rm -rf "${STATE:?}/bmc"
}

write_bmc() {
  local directory=$1 machine=$2 gateway=$3 port=$4
  # Without a guid it speaks no IPMI 2.0.
  (
    umask 077
    cat >"$directory/lan.conf" <<CONF
name "$machine"
set_working_mc 0x20
startlan 1
  addr $gateway $port
  priv_limit admin
  allowed_auths_admin md5
  guid $(printf '%032x' "$port")
endlan
chassis_control "$directory/chassis 0x20"
user 2 true "$BMC_USER" "$(cat "$STATE/bmc/password")" admin 10 md5
CONF
  )
  printf '%s\n' 'mc_setbmc 0x20' 'mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr' 'mc_enable 0x20' \
    >"$directory/commands"
}

# What ipmi_sim calls as: chassis MC get|set|check WHAT [VALUE] ...
write_chassis() {
  local file=$1 container
  container=$(container_of "$2")
  cat >"$file" <<CHASSIS
#!/bin/bash
exec 2>>$STATE/logs/chassis.log
shift
verb=\$1
shift
while ((\$#)); do
  case "\$verb \$1" in
    'get power') echo "power:\$([[ \$(podman inspect -f '{{.State.Running}}' $container) == true ]] && echo 1 || echo 0)" ;;
    'get '*) echo "\$1:none" ;;
    'set power') { if [[ \$2 == 0 ]]; then podman kill $container; else podman start $container; fi; } >&2; shift ;;
    # The button: systemd shuts the machine down by itself, in its own time.
    'set shutdown') setsid podman stop -t 60 $container >&2 </dev/null & shift ;;
    'set '*) shift ;;
  esac
  shift
done
CHASSIS
  chmod 0700 "$file"
}
