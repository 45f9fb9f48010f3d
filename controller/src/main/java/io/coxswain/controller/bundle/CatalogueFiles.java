package io.coxswain.controller.bundle;

import io.coxswain.controller.document.DocumentRefused;
import io.coxswain.controller.document.Section;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads catalogues: the one that the controller brings, and a site's files, which add bundles and
 * repositories or replace those of the same name as a whole. Anything not understood refuses all of
 * it, because half a driver is nobody's.
 */
public final class CatalogueFiles {
  private static final int FORMAT = 1;

  private final Map<String, String> keys;
  private final Map<String, Bundle> bundles = new HashMap<>();
  private final Map<String, Repository> repositories = new HashMap<>();

  private CatalogueFiles(Map<String, String> keys) {
    this.keys = keys;
  }

  /** A file's name, for messages, and its content. */
  public record Text(String file, String yaml) {}

  /**
   * The catalogue of all of them.
   *
   * @param own what the controller brings
   * @param site the site's files, in the order of their names
   * @param keys what is in the site's key files, by file name
   * @throws DocumentRefused when there is anything wrong with any of them
   */
  public static Catalogue read(Text own, List<Text> site, Map<String, String> keys) {
    CatalogueFiles files = new CatalogueFiles(keys);
    Section first =
        Section.parse(own.file(), own.yaml())
            .orElseThrow(() -> new DocumentRefused(own.file() + ": empty (expected: bundles)"));
    List<Section> others = new ArrayList<>();
    for (Text text : site) {
      Section.parse(text.file(), text.yaml()).ifPresent(others::add);
    }
    // All repositories before any bundle: a site's may replace one that ours name.
    files.repositories(first);
    Map<String, String> takenRepositories = new LinkedHashMap<>();
    for (Section each : others) {
      files.repositories(each).forEach(name -> take(takenRepositories, each, name, "repositories"));
    }
    files.bundles(first, "");
    Map<String, String> takenBundles = new LinkedHashMap<>();
    for (Section each : others) {
      files.bundles(each, each.file()).forEach(name -> take(takenBundles, each, name, "bundles"));
    }
    return new Catalogue(files.bundles, files.repositories);
  }

  // Two files of a site that replace the same thing: which one counts would be chance.
  private static void take(Map<String, String> taken, Section top, String name, String part) {
    String before = taken.putIfAbsent(name, top.file());
    if (before != null) {
      throw top.refused(
          part, name + ": twice (expected: in one file; the first is in " + before + ")");
    }
  }

  private List<String> repositories(Section top) {
    int format =
        top.number("format", Form.NUMBER)
            .orElseThrow(() -> top.missing("format", String.valueOf(FORMAT)));
    if (format != FORMAT) {
      throw top.refused("format", format + " (expected: " + FORMAT + ")");
    }
    Map<String, Section> rows = rows(top, "repositories");
    rows.forEach((name, row) -> repositories.put(name, repository(name, row)));
    return List.copyOf(rows.keySet());
  }

  private List<String> bundles(Section top, String file) {
    Map<String, Section> rows = rows(top, "bundles");
    rows.forEach(
        (name, row) -> bundles.put(name, new BundleReader(repositories, row).bundle(name, file)));
    top.end();
    return List.copyOf(rows.keySet());
  }

  private static Map<String, Section> rows(Section top, String key) {
    Map<String, Section> rows = top.section(key).map(Section::sections).orElse(Map.of());
    rows.forEach(
        (name, row) -> {
          if (!Form.NAME.pattern().matcher(name).matches()) {
            throw row.refused("", "'" + name + "' (expected: " + Form.NAME.expected() + ")");
          }
        });
    return rows;
  }

  private Repository repository(String name, Section row) {
    Map<String, String> uris = new LinkedHashMap<>();
    for (String architecture : Resolver.ARCHITECTURES.keySet()) {
      row.text(architecture, Form.URI).ifPresent(uri -> uris.put(architecture, uri));
    }
    if (uris.isEmpty()) {
      throw row.missing("x86_64", Form.URI.expected() + ", or aarch64");
    }
    Repository made =
        new Repository(
            name,
            uris,
            row.texts("suites", Form.SUITE),
            row.texts("components", Form.WORD),
            trust(row),
            row.texts("conflicts", Form.WORD));
    row.text("source", Form.TEXT);
    row.end();
    boolean isFlat = made.suites().contains("/");
    if (isFlat && !made.components().isEmpty()) {
      throw row.refused("components", made.components() + " (expected: none with the suite /)");
    }
    if (!isFlat && !made.suites().isEmpty() && made.components().isEmpty()) {
      throw row.missing("components", "main, or what else the suites have");
    }
    return made;
  }

  private Repository.Trust trust(Section row) {
    Optional<String> machine = row.text("trust", Form.WORD);
    Optional<String> key = row.text("key", Form.KEY);
    Optional<String> file = row.text("key-file", Form.KEY_FILE);
    String hint = row.text("key-from", Form.TEXT).orElse("ask its owner for it");
    String expected = "one of trust: machine, key and key-file";
    if (machine.filter(word -> !word.equals("machine")).isPresent()) {
      throw row.refused("trust", "'" + machine.get() + "' (expected: machine)");
    }
    int given = (machine.isPresent() ? 1 : 0) + (key.isPresent() ? 1 : 0);
    given += file.isPresent() ? 1 : 0;
    if (given == 0) {
      throw row.missing("key", expected);
    }
    if (given > 1) {
      throw row.refused("", "trusted in " + given + " ways (expected: " + expected + ")");
    }
    if (machine.isPresent()) {
      return new Repository.Trust.Machine();
    }
    return key.<Repository.Trust>map(Repository.Trust.Key::new)
        .orElseGet(() -> keyFile(file.orElseThrow(), hint));
  }

  private Repository.Trust keyFile(String file, String hint) {
    Optional<String> armour = Optional.ofNullable(keys.get(file)).map(CatalogueFiles::unixLines);
    armour.ifPresent(
        text -> {
          if (!Form.KEY.pattern().matcher(text).matches()) {
            throw new DocumentRefused(
                file + ": not what was expected (expected: " + Form.KEY.expected() + ")");
          }
        });
    return new Repository.Trust.KeyFile(file, hint, armour);
  }

  private static String unixLines(String text) {
    return text.replace("\r\n", "\n").strip() + "\n";
  }
}
