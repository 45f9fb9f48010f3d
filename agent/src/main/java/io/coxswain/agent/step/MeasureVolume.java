package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Output;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How fast a file is written with fsync and read on a volume, once for this id. The file holds
 * noise, so that a server that compresses gains nothing, and is removed afterwards.
 *
 * @param user as whom where root may not
 */
public record MeasureVolume(String id, String volume, String where, String user, int sizeMib)
    implements Step {
  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Duration PATIENCE = Duration.ofMinutes(12);
  private static final double MEGA = 1e6;
  // "67108864 bytes (67 MB, 64 MiB) copied, 0.0512 s, 1.3 GB/s"
  private static final Pattern COPIED = Pattern.compile("(\\d+) bytes.* copied, ([0-9.e-]+) s,");

  @Override
  public Check check(Host host) {
    if (host.background().isOnItsWay(task())) {
      return new Check.Pending("a file is written and read", PATIENCE);
    }
    return evidence(host).isPresent()
        ? new Check.InSync()
        : Check.Drift.of("measure " + where + " with " + sizeMib + " MiB");
  }

  @Override
  public void apply(Host host) {
    if (MountTable.at(host, where).isEmpty()) {
      throw new HostException(
          Reason.MOUNT_FAILED, where + ": not mounted (expected: " + volume + ")");
    }
    host.background().begin(task(), () -> measure(host));
  }

  @Override
  public Optional<String> evidence(Host host) {
    return stamp(volume)
        .read(host)
        .filter(text -> text.startsWith(id + "\n"))
        .map(text -> text.substring(id.length() + 1).strip());
  }

  static Stamp stamp(String volume) {
    return new Stamp("volume-test-" + volume);
  }

  private String task() {
    return "measure " + volume + " " + id;
  }

  private void measure(Host host) {
    String noise = "/var/tmp/.cox-" + volume + "-" + id;
    VolumeFile file = new VolumeFile(host, where + "/.cox-measure-" + id, DEADLINE);
    VolumeFile source = new VolumeFile(host, noise, DEADLINE);
    Optional<String> writer = Optional.empty();
    try {
      source.remove(writer);
      demand(source.write("/dev/urandom", List.of("bs=1M", "count=" + sizeMib), writer), "noise");
      demand(host.commands().run(Command.of(DEADLINE, "chmod", "0644", "--", noise)), "noise");
      file.remove(writer);
      Result written = file.write(noise, List.of("bs=1M"), writer);
      if (!written.isSuccess() && !user.isEmpty()) {
        writer = Optional.of(user);
        file.remove(writer);
        written = file.write(noise, List.of("bs=1M"), writer);
      }
      String write = line("write", demand(written, "write"));
      String read = line("read", demand(file.read(writer), "read"));
      stamp(volume).write(host, id + "\n" + write + "\n" + read + "\n");
    } finally {
      file.remove(writer);
      source.remove(Optional.empty());
    }
  }

  private Result demand(Result result, String what) {
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          where + ": " + what + ": " + String.join("; ", Output.tail("", result.err())),
          Output.tail(result));
    }
    return result;
  }

  private String line(String kind, Result dd) {
    Matcher copied = COPIED.matcher(dd.err());
    if (!copied.find()) {
      throw new HostException(
          Reason.CHECK_FAILED,
          where + ": " + kind + ": dd told no time (expected: bytes and seconds)",
          Output.tail(dd));
    }
    double seconds = Math.max(Double.parseDouble(copied.group(2)), 1e-6);
    return String.format(
        Locale.ROOT,
        "measured %s %.2f MB/s",
        kind,
        Double.parseDouble(copied.group(1)) / MEGA / seconds);
  }
}
