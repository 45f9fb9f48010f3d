package io.coxswain.agent.health;

import io.coxswain.agent.health.Surroundings.Clock;
import io.coxswain.agent.health.Surroundings.FileSystem;
import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.Reading;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Reads what only health wants to know. */
final class SurroundingsProbe {
  private static final String MOUNTS = "/proc/self/mountinfo";
  private static final String FSTAB = "/etc/fstab";
  private static final String CONTAINER = "/run/systemd/container";
  // On disks of this machine; a network file system may block whoever asks, and is not its health.
  private static final Set<String> TYPES =
      Set.of("btrfs", "ext2", "ext3", "ext4", "f2fs", "overlay", "xfs", "zfs");
  private static final Duration CLOCK_PERIOD = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  // chronyc -c tracking: the offset of the system's clock, and the leap status.
  private static final int CHRONY_OFFSET = 4;
  private static final int CHRONY_LEAP = 13;

  private final Host host;
  private final Function<String, DiskSpace> space;
  private Reading<Clock> clock = new Reading.Unsupported<>("not read yet");
  private Instant clockDueAt = Instant.MIN;

  SurroundingsProbe(Host host, Function<String, DiskSpace> space) {
    this.host = host;
    this.space = space;
  }

  Surroundings read() {
    Instant now = host.clock().instant();
    if (!now.isBefore(clockDueAt)) {
      clock = clock();
      clockDueAt = now.plus(CLOCK_PERIOD);
    }
    return new Surroundings(fileSystems(), clock);
  }

  private Reading<List<FileSystem>> fileSystems() {
    try {
      Set<String> readOnlyByWish = readOnlyByWish();
      Map<String, FileSystem> byDevice = new LinkedHashMap<>();
      for (String line : text(MOUNTS).lines().toList()) {
        // proc_pid_mountinfo(5): id parent major:minor root point options … - type source super
        String[] fields = line.split(" ", -1);
        int separator = List.of(fields).indexOf("-");
        if (separator < 6 || fields.length < separator + 4) {
          continue;
        }
        String type = fields[separator + 1];
        String point = fields[4];
        boolean isContainers = type.equals("overlay") && !point.equals("/");
        if (!TYPES.contains(type) || isContainers || !fields[3].equals("/")) {
          continue;
        }
        boolean isReadOnly =
            List.of(fields[separator + 3].split(",", -1)).contains("ro")
                && !readOnlyByWish.contains(point);
        DiskSpace there = space.apply(point);
        byDevice.putIfAbsent(
            fields[2], new FileSystem(point, there.sizeBytes(), there.freeBytes(), isReadOnly));
      }
      return new Reading.Known<>(List.copyOf(byDevice.values()), host.clock().instant());
    } catch (HostException e) {
      return new Reading.Failed<>(FailureReason.UNREADABLE, String.valueOf(e.getMessage()));
    }
  }

  private Set<String> readOnlyByWish() {
    Set<String> points = new TreeSet<>();
    if (host.files().stat(FSTAB).isEmpty()) {
      return points;
    }
    for (String line : text(FSTAB).lines().map(String::strip).toList()) {
      String[] fields = line.split("\\s+", -1);
      if (!line.startsWith("#")
          && fields.length >= 4
          && List.of(fields[3].split(",", -1)).contains("ro")) {
        points.add(fields[1]);
      }
    }
    return points;
  }

  // A container has its host's clock, and no business with it.
  private Reading<Clock> clock() {
    try {
      if (host.files().stat(CONTAINER).isPresent()) {
        return new Reading.Unsupported<>("a container has its host's clock");
      }
      if (host.commands().find("chronyc").isPresent()) {
        Commands.Result answer =
            host.commands().run(Command.of(PATIENCE, "chronyc", "-c", "tracking"));
        List<String> fields = new ArrayList<>(List.of(answer.out().strip().split(",", -1)));
        if (answer.isSuccess() && fields.size() > CHRONY_LEAP) {
          return known(
              new Clock(
                  !fields.get(CHRONY_LEAP).equals("Not synchronised"),
                  Double.parseDouble(fields.get(CHRONY_OFFSET))));
        }
      }
      if (host.commands().find("timedatectl").isPresent()) {
        Commands.Result answer =
            host.commands()
                .run(Command.of(PATIENCE, "timedatectl", "show", "-p", "NTPSynchronized"));
        String out = answer.out().strip();
        if (answer.isSuccess() && out.startsWith("NTPSynchronized=")) {
          return known(new Clock(out.endsWith("=yes"), 0));
        }
      }
      return new Reading.Unsupported<>("neither chronyc nor timedatectl answers");
    } catch (HostException | NumberFormatException e) {
      return new Reading.Failed<>(FailureReason.UNREADABLE, String.valueOf(e.getMessage()));
    }
  }

  private Reading<Clock> known(Clock value) {
    return new Reading.Known<>(value, host.clock().instant());
  }

  private String text(String path) {
    return new String(host.files().read(path), StandardCharsets.UTF_8);
  }
}
