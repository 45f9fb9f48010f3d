package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Images;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A cluster's container is there, as Slurm's plugin reads it. Places for what is bound are made in
 * the image's tree; a directory of an image that is a link is never followed, since it may lead
 * into the machine's own tree.
 */
public record MakeContainer(String clusterId, String digest, List<Bind> binds) implements Step {
  private static final Access DIRECTORY = new Access(0755, "root", "root");
  private static final Access FILE = new Access(0644, "root", "root");

  public MakeContainer {
    binds = List.copyOf(binds);
  }

  /** What is seen of the machine; a directory unless it is a file. */
  public record Bind(String source, String target, boolean isReadOnly, boolean isFile) {
    String line() {
      return (isReadOnly ? "ro " : "rw ") + source + " " + target + "\n";
    }
  }

  @Override
  public Check check(Host host) {
    List<String> changes = new ArrayList<>();
    if (!holds(host, "binds", lines())) {
      changes.add(path("binds") + ": write");
    }
    if (!holds(host, "environment", environment(host))) {
      changes.add(path("environment") + ": write");
    }
    if (!leadsToImage(host)) {
      changes.add(Images.link(clusterId) + ": lead to sha256:" + digest);
    }
    binds.stream()
        .filter(bind -> host.files().stat(Images.rootfs(digest) + bind.target()).isEmpty())
        .forEach(bind -> changes.add(bind.target() + ": make in the image"));
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    if (!new Images(host.files()).isReady(digest)) {
      throw new HostException(
          Reason.CHECK_FAILED, "image sha256:" + digest + ": not unpacked (expected: it is)");
    }
    binds.forEach(bind -> makePlace(host, bind));
    host.files().createDirectory(Images.CONTAINERS, DIRECTORY);
    host.files().createDirectory(Images.CONTAINERS + "/" + clusterId, DIRECTORY);
    write(host, "binds", lines());
    write(host, "environment", environment(host));
    // Last: with it the container counts.
    host.files().link(Images.link(clusterId), Images.rootfs(digest));
  }

  private void makePlace(Host host, Bind bind) {
    String path = Images.rootfs(digest);
    String[] names = bind.target().substring(1).split("/", -1);
    for (int i = 0; i < names.length; i++) {
      path = path + "/" + names[i];
      boolean isFile = bind.isFile() && i == names.length - 1;
      Optional<FileStat> there = host.files().stat(path);
      if (isFile && there.filter(stat -> stat.kind() == Kind.LINK).isPresent()) {
        // /etc/resolv.conf is one in many images; what it leads to is not the machine's.
        host.files().delete(path);
        there = Optional.empty();
      }
      if (there.isPresent()) {
        demand(there.get(), isFile ? Kind.FILE : Kind.DIRECTORY, bind);
      } else if (isFile) {
        host.files().write(path, new byte[0], FILE);
      } else {
        host.files().createDirectory(path, DIRECTORY);
      }
    }
  }

  private void demand(FileStat there, Kind kind, Bind bind) {
    if (there.kind() != kind) {
      throw new HostException(
          Reason.CHECK_FAILED,
          "image sha256:%s: %s at or above %s (expected: a %s)"
              .formatted(digest, there.kind(), bind.target(), kind));
    }
  }

  private boolean leadsToImage(Host host) {
    String link = Images.link(clusterId);
    return host.files().stat(link).filter(stat -> stat.kind() == Kind.LINK).isPresent()
        && host.files().readLink(link).equals(Images.rootfs(digest));
  }

  private String environment(Host host) {
    String path = Images.environment(digest);
    return host.files().stat(path).isPresent()
        ? new String(host.files().read(path), StandardCharsets.UTF_8)
        : "";
  }

  private String lines() {
    return binds.stream().map(Bind::line).collect(Collectors.joining());
  }

  private String path(String name) {
    return Images.CONTAINERS + "/" + clusterId + "/" + name;
  }

  private boolean holds(Host host, String name, String text) {
    return host.files().stat(path(name)).isPresent()
        && new String(host.files().read(path(name)), StandardCharsets.UTF_8).equals(text);
  }

  private void write(Host host, String name, String text) {
    host.files().write(path(name), text.getBytes(StandardCharsets.UTF_8), FILE);
  }
}
