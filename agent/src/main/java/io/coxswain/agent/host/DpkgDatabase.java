package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import io.coxswain.agent.host.Packages.Installed;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** dpkg's own list of what is installed, read again when dpkg has replaced it. */
final class DpkgDatabase {
  private static final int MOST_PATTERNS = 4;

  private final Path file;
  // Only the packages that steps ask for: the whole database is megabytes.
  private final Set<String> asked = new TreeSet<>();
  private Map<String, String> versions = Map.of();
  private String readAs = "";
  private final Map<String, List<Installed>> matched = new HashMap<>();
  private String matchedAs = "";

  DpkgDatabase(Path file) {
    this.file = file;
  }

  /** Versions of those that are fully configured; also of others that were asked for before. */
  synchronized Map<String, String> versions(Collection<String> names) {
    boolean isNew = asked.addAll(names);
    try {
      String version = stamp();
      if (isNew || !version.equals(readAs)) {
        Map<String, String> found = new HashMap<>();
        read(asked::contains, found);
        versions = found;
        readAs = version;
      }
      return versions;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private String stamp() throws IOException {
    var attributes =
        java.nio.file.Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class);
    // dpkg replaces the file, so its inode changes even within one tick of the clock.
    return attributes.fileKey() + "/" + attributes.lastModifiedTime() + "/" + attributes.size();
  }

  private void read(Predicate<String> wanted, Map<String, String> into) throws IOException {
    paragraphs(
        paragraph -> {
          if (wanted.test(paragraph.name)) {
            into.put(paragraph.name, paragraph.version);
          }
        });
  }

  /** Those that are fully configured, by name; remembered while the file stays. */
  synchronized List<Installed> matching(Pattern names) {
    try {
      String version = stamp();
      if (!version.equals(matchedAs) || matched.size() > MOST_PATTERNS) {
        matched.clear();
        matchedAs = version;
      }
      return matched.computeIfAbsent(names.pattern(), pattern -> search(names));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private List<Installed> search(Pattern names) {
    List<Installed> found = new ArrayList<>();
    String own = System.getProperty("os.arch", "").equals("aarch64") ? "arm64" : "amd64";
    try {
      paragraphs(
          paragraph -> {
            if (names.matcher(paragraph.name).matches()) {
              boolean isForeign = !Set.of(own, "all", "").contains(paragraph.architecture);
              String name =
                  isForeign ? paragraph.name + ":" + paragraph.architecture : paragraph.name;
              found.add(new Installed(name, paragraph.version, paragraph.isHeld));
            }
          });
    } catch (IOException e) {
      throw unreadable(e);
    }
    found.sort(Comparator.comparing(Installed::name));
    return List.copyOf(found);
  }

  /** Those of the names that have a paragraph which says more than that they are not installed. */
  Set<String> traces(Collection<String> names) {
    Set<String> wanted = Set.copyOf(names);
    Set<String> found = new TreeSet<>();
    try {
      allParagraphs(
          paragraph -> {
            if (wanted.contains(paragraph.name) && paragraph.isThere) {
              found.add(paragraph.name);
            }
          });
    } catch (IOException e) {
      throw unreadable(e);
    }
    return found;
  }

  private static final class Paragraph {
    private String name = "";
    private String architecture = "";
    private String version = "";
    private boolean isInstalled;
    private boolean isThere;
    private boolean isHeld;
  }

  private void paragraphs(Consumer<Paragraph> each) throws IOException {
    allParagraphs(
        paragraph -> {
          if (paragraph.isInstalled && !paragraph.version.isEmpty()) {
            each.accept(paragraph);
          }
        });
  }

  private void allParagraphs(Consumer<Paragraph> each) throws IOException {
    try (BufferedReader reader =
        java.nio.file.Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      Paragraph paragraph = new Paragraph();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.isEmpty()) {
          each.accept(paragraph);
          paragraph = new Paragraph();
        } else {
          field(paragraph, line);
        }
      }
      each.accept(paragraph);
    }
  }

  private static void field(Paragraph paragraph, String line) {
    if (line.startsWith("Package: ")) {
      paragraph.name = line.substring(9);
    } else if (line.startsWith("Status: ")) {
      // "hold ok installed" is as installed as "install ok installed".
      paragraph.isInstalled = line.endsWith(" ok installed");
      paragraph.isThere = !line.endsWith(" not-installed");
      paragraph.isHeld = line.startsWith("Status: hold ");
    } else if (line.startsWith("Architecture: ")) {
      paragraph.architecture = line.substring(14);
    } else if (line.startsWith("Version: ")) {
      paragraph.version = line.substring(9);
    }
  }

  private HostException unreadable(IOException e) {
    return new HostException(Reason.IO_ERROR, "read " + file + ": " + e.getMessage());
  }
}
