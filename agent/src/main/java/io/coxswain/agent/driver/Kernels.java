package io.coxswain.agent.driver;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The kernels that are installed, and what NVIDIA's module is to each. */
public record Kernels(Host host) {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final String BOOT = "/boot";
  private static final String IMAGE = "vmlinuz-";
  // Debian calls the file of the open module nvidia-current-open.ko; it is "nvidia" once loaded.
  private static final List<String> MODULES =
      List.of("nvidia", "nvidia-current-open", "nvidia-current");
  private static final Pattern NUMBERS = Pattern.compile("\\d+|\\D+");

  /**
   * A kernel.
   *
   * @param dkms what dkms says of NVIDIA's module for it; empty without
   */
  public record Kernel(String release, boolean hasHeaders, boolean bootsNext, String dkms) {}

  /** NVIDIA's module as it lies on the disk for a kernel. */
  public record Module(String version, Optional<Flavour> flavour) {}

  /** Oldest first; none in a container, which has its host's. */
  public List<Kernel> installed() {
    List<String> releases = releases();
    String dkms = releases.isEmpty() ? "" : dkms();
    List<Kernel> kernels = new ArrayList<>();
    for (String release : releases) {
      kernels.add(
          new Kernel(
              release, hasHeaders(release), release.equals(releases.getLast()), of(release, dkms)));
    }
    return kernels;
  }

  /** The newest one, which the boot loaders of Debian and Ubuntu start; empty in a container. */
  public Optional<String> next() {
    return releases().stream().reduce((a, b) -> b);
  }

  /** The one that runs. */
  public Optional<String> running() {
    if (host.files().stat("/proc/sys/kernel/osrelease").isEmpty()) {
      return Optional.empty();
    }
    byte[] text = host.files().read("/proc/sys/kernel/osrelease");
    return Optional.of(new String(text, java.nio.charset.StandardCharsets.US_ASCII).strip());
  }

  /** Whether a module can be built for the kernel. */
  public boolean hasHeaders(String release) {
    String build = "/lib/modules/" + release + "/build";
    Optional<FileStat> stat = host.files().stat(build);
    if (stat.isEmpty() || stat.get().kind() != Kind.LINK) {
      return stat.isPresent();
    }
    String target = host.files().readLink(build);
    String headers = java.nio.file.Path.of(build).resolveSibling(target).normalize().toString();
    return host.files().stat(headers).isPresent();
  }

  /** NVIDIA's module of a kernel; empty when the kernel has none. */
  public Optional<Module> module(String release) {
    for (String name : MODULES) {
      Optional<String> version = modinfo(release, "version", name);
      if (version.isPresent()) {
        return Optional.of(
            new Module(
                version.get(), modinfo(release, "license", name).flatMap(Flavour::byLicence)));
      }
    }
    return Optional.empty();
  }

  private Optional<String> modinfo(String release, String field, String name) {
    Result result =
        host.commands().run(Command.of(DEADLINE, "modinfo", "-k", release, "-F", field, name));
    return Optional.of(result.out().strip()).filter(text -> result.isSuccess() && !text.isEmpty());
  }

  private List<String> releases() {
    return host.files().list(BOOT).stream()
        .filter(name -> name.startsWith(IMAGE))
        .map(name -> name.substring(IMAGE.length()))
        .sorted(Comparator.comparing(Kernels::sortable))
        .toList();
  }

  // "6.1.0-9-amd64" comes before "6.1.0-41-amd64".
  private static String sortable(String release) {
    StringBuilder text = new StringBuilder();
    Matcher part = NUMBERS.matcher(release);
    while (part.find()) {
      String found = part.group();
      text.append(
          Character.isDigit(found.charAt(0)) ? "%020d".formatted(new BigInteger(found)) : found);
    }
    return text.toString();
  }

  private String dkms() {
    if (host.commands().find("dkms").isEmpty()) {
      return "";
    }
    try {
      Result result = host.commands().run(Command.of(DEADLINE, "dkms", "status"));
      return result.isSuccess() ? result.out() : "";
    } catch (HostException e) {
      return "";
    }
  }

  // "nvidia-current/535.261.03, 6.1.0-41-amd64, x86_64: installed" of dkms 3, "nvidia, 535.261.03,
  // 6.1.0-41-amd64, x86_64: installed" of dkms 2; "…/535.261.03: added" where it was built for
  // none.
  private static String of(String release, String status) {
    List<String> states = new ArrayList<>();
    for (String line : status.lines().toList()) {
      int colon = line.lastIndexOf(": ");
      if (colon < 0 || !line.contains("nvidia")) {
        continue;
      }
      List<String> fields = List.of(line.substring(0, colon).split(", ", -1));
      int at = fields.indexOf(release);
      boolean isForAll = fields.size() == 1;
      if (at > 0 || isForAll) {
        String module = String.join("/", fields.subList(0, isForAll ? 1 : at));
        states.add(module + line.substring(colon));
      }
    }
    return String.join("; ", states);
  }
}
