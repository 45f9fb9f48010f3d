package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Packages.Installed;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the last bundle put on this machine.
 *
 * @param id of the wish that was fulfilled
 * @param bundle "nvidia-580-open 1"
 * @param kept name of the {@link KeptDriver} that holds what was before
 * @param packages versions by name; all of them are held
 * @param files hashes by path
 */
public record AppliedBundle(
    String id,
    String bundle,
    String kept,
    Map<String, String> packages,
    Map<String, String> files) {
  static final String FILE = Memory.DIRECTORY + "/applied";
  private static final String CHANGED = Memory.DIRECTORY + "/changed-in-boot";

  public AppliedBundle {
    packages = Map.copyOf(packages);
    files = Map.copyOf(files);
  }

  /** Of this machine; empty when none is applied. */
  public static Optional<AppliedBundle> of(Host host) {
    return Memory.lines(host, FILE).map(AppliedBundle::parse);
  }

  /** The boot in which the agent last changed the driver; empty when it never did. */
  public static Optional<String> changedInBoot(Host host) {
    return Memory.lines(host, CHANGED).map(lines -> String.join("", lines));
  }

  /** Remembers that the driver is being changed in this boot. */
  public static void changes(Host host) {
    Memory.write(host, CHANGED, List.of(host.identity().bootId()));
  }

  /** Remembers this bundle as the one that is applied. */
  public void write(Host host) {
    List<String> lines = new ArrayList<>();
    lines.add("id\t" + id);
    lines.add("bundle\t" + bundle);
    lines.add("kept\t" + kept);
    packages.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> lines.add("package\t" + entry.getKey() + "\t" + entry.getValue()));
    files.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> lines.add("file\t" + entry.getKey() + "\t" + entry.getValue()));
    Memory.write(host, FILE, lines);
  }

  private static AppliedBundle parse(List<String> lines) {
    Map<String, String> words = new LinkedHashMap<>();
    Map<String, String> packages = new LinkedHashMap<>();
    Map<String, String> files = new LinkedHashMap<>();
    for (String line : lines) {
      String[] fields = line.split("\t", -1);
      if (fields.length == 3) {
        (fields[0].equals("package") ? packages : files).put(fields[1], fields[2]);
      } else if (fields.length == 2) {
        words.put(fields[0], fields[1]);
      }
    }
    return new AppliedBundle(
        words.getOrDefault("id", ""),
        words.getOrDefault("bundle", ""),
        words.getOrDefault("kept", ""),
        packages,
        files);
  }

  /** What something else has changed since, for people; empty when all is as it was left. */
  public List<String> drift(Host host, List<Installed> installed) {
    List<String> drift = new ArrayList<>();
    Map<String, Installed> there = new LinkedHashMap<>();
    installed.forEach(one -> there.put(one.name(), one));
    packages.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(
            entry ->
                drift(
                        entry.getKey(),
                        entry.getValue(),
                        Optional.ofNullable(there.get(entry.getKey())))
                    .ifPresent(drift::add));
    files.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(entry -> !hash(host, entry.getKey()).equals(entry.getValue()))
        .forEach(
            entry ->
                drift.add(
                    entry.getKey() + ": changed or gone (expected: as " + bundle + " wrote it)"));
    return drift;
  }

  private Optional<String> drift(String name, String version, Optional<Installed> is) {
    if (is.isEmpty()) {
      return Optional.of(name + ": gone (expected: " + version + " of " + bundle + ")");
    }
    if (!is.get().version().equals(version)) {
      return Optional.of(
          name + ": " + is.get().version() + " (expected: " + version + " of " + bundle + ")");
    }
    return is.get().held()
        ? Optional.empty()
        : Optional.of(name + ": not held (expected: held at " + version + ")");
  }

  /** Of a file's content; "absent" without a file. */
  public static String hash(Host host, String path) {
    return host.files().stat(path).filter(stat -> stat.kind() == Kind.FILE).isPresent()
        ? hash(host.files().read(path))
        : "absent";
  }

  /** SHA-256, in hexadecimal. */
  public static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is in every Java", e);
    }
  }
}
