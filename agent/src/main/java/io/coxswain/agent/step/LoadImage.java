package io.coxswain.agent.step;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Images;
import io.coxswain.agent.host.Output;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A container image is unpacked on this machine's own disk. The archive comes through the link, the
 * unpacking runs in the background; both begin anew after a crash without harm.
 *
 * @param digest SHA-256 of the archive, 64 hexadecimal digits
 */
public record LoadImage(String digest, Format format, long sizeBytes) implements Step {
  // As the controller's own limit for the state: it says first that it took too long.
  private static final Duration PATIENCE = Duration.ofMinutes(60);
  private static final Duration UNPACKING = Duration.ofMinutes(30);

  /** Archive, layers and tree lie beside each other for a while, and the tree is not compressed. */
  private static final int ROOM = 5;

  private static final long MIB = 1L << 20;

  // What else an image says of variables would become lines of another kind.
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=\\P{Cntrl}*");

  // Whose home and terminal a job has is not for an image to say.
  private static final Pattern OURS = Pattern.compile("(HOME|USER|LOGNAME|SHELL|TERM|PWD)=.*");

  /** How an image lies in its archive. */
  public enum Format {
    OCI_ARCHIVE("oci-archive:"),
    DOCKER_ARCHIVE("docker-archive:");

    private final String transport;

    Format(String transport) {
      this.transport = transport;
    }
  }

  @Override
  public Check check(Host host) {
    Images images = new Images(host.files());
    if (images.isReady(digest)) {
      return new Check.InSync();
    }
    if (host.background().isOnItsWay(task())) {
      return new Check.Pending("the image is being unpacked", PATIENCE);
    }
    if (host.files().stat(Images.archive(digest)).isPresent()) {
      return Check.Drift.of("unpack the image sha256:" + digest);
    }
    if (!images.isAsked(digest)) {
      return Check.Drift.of("fetch the image sha256:" + digest);
    }
    images
        .trouble(digest)
        .ifPresent(
            why -> {
              throw new HostException(Reason.CHECK_FAILED, why);
            });
    return new Check.Pending(
        "the image is being fetched: %d of %d MiB"
            .formatted(images.arrived(digest) / MIB, sizeBytes / MIB),
        PATIENCE);
  }

  @Override
  public void apply(Host host) {
    Images images = new Images(host.files());
    if (images.isReady(digest)) {
      return;
    }
    if (host.files().stat(Images.archive(digest)).isEmpty()) {
      demandRoom(host, images);
      images.ask(new Images.Order(digest, sizeBytes));
      return;
    }
    host.background().begin(task(), () -> unpack(host, images));
  }

  private void demandRoom(Host host, Images images) {
    long needed = ROOM * sizeBytes - images.arrived(digest);
    if (host.files().space("/var/lib").freeBytes() < needed) {
      images.sweep(host.clock().instant());
    }
    long free = host.files().space("/var/lib").freeBytes();
    if (free < needed) {
      throw new HostException(
          Reason.DISK_FULL,
          "%s: %d MiB free (expected: %d MiB for the image and what it is unpacked from)"
              .formatted(Images.DIRECTORY, free / MIB, needed / MIB));
    }
  }

  private String task() {
    return "unpack " + digest;
  }

  private void unpack(Host host, Images images) {
    String home = Images.home(digest);
    String layout = home + "/layout";
    String bundle = home + "/bundle";
    // Of an agent that died meanwhile.
    removeTree(host, layout);
    removeTree(host, bundle);
    String archive = format.transport + Images.archive(digest);
    run(host, "skopeo", "copy", "--quiet", archive, "oci:" + layout + ":image");
    String variables =
        run(
            host,
            "skopeo",
            "inspect",
            "--config",
            "--format",
            "{{range .Config.Env}}{{println .}}{{end}}",
            "oci:" + layout + ":image");
    run(host, "umoci", "unpack", "--image", layout + ":image", bundle);
    host.files()
        .write(
            Images.environment(digest),
            plain(variables).getBytes(StandardCharsets.UTF_8),
            new Access(0600, "root", "root"));
    removeTree(host, layout);
    images.unpacked(digest);
  }

  private static String plain(String variables) {
    return variables
        .lines()
        .filter(line -> VARIABLE.matcher(line).matches() && !OURS.matcher(line).matches())
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  private static void removeTree(Host host, String path) {
    if (host.files().stat(path).isPresent()) {
      host.files().deleteTree(path);
    }
  }

  private static String run(Host host, String... argv) {
    Result result = host.commands().run(Command.of(UNPACKING, argv));
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED,
          String.join(" ", List.of(argv).subList(0, 2)) + ": exit status " + result.status(),
          Output.tail(result));
    }
    return result.out();
  }
}
