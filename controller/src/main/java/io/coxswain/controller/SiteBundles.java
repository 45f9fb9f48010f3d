package io.coxswain.controller;

import io.coxswain.controller.bundle.Catalogue;
import io.coxswain.controller.bundle.CatalogueFiles;
import io.coxswain.controller.bundle.Shelf;
import io.coxswain.controller.document.DocumentRefused;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue in force: what the controller brings, with the site's files. They are read at each
 * asking, which is seldom; files that are refused change nothing, and the refusal is told with
 * every answer.
 */
final class SiteBundles implements Supplier<Shelf> {
  private static final Logger log = LoggerFactory.getLogger(SiteBundles.class);
  private static final String OWN = "bundle/bundles.yaml";
  private static final long LARGEST_BYTES = 1 << 20;

  private final Path directory;
  private final CatalogueFiles.Text own = own();
  private Shelf shelf;

  /** The directory need not be there. */
  SiteBundles(Path directory) {
    this.directory = directory;
    this.shelf = new Shelf(CatalogueFiles.read(own, List.of(), Map.of()), Optional.empty());
  }

  @Override
  public synchronized Shelf get() {
    Shelf now;
    try {
      now = new Shelf(read(), Optional.empty());
    } catch (DocumentRefused e) {
      now = refused(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      now = refused(directory + ": not readable: " + e.getMessage());
    }
    if (!now.refusal().equals(shelf.refusal())) {
      now.refusal()
          .ifPresentOrElse(
              why -> log.warn("bundles of the site refused, those of before stay: {}", why),
              () -> log.info("bundles of the site are in force"));
    }
    shelf = now;
    return now;
  }

  private Shelf refused(String why) {
    return new Shelf(shelf.catalogue(), Optional.of(why));
  }

  private Catalogue read() throws IOException {
    List<CatalogueFiles.Text> site = new ArrayList<>();
    Map<String, String> keys = new TreeMap<>();
    for (Path file : files()) {
      String name = file.getFileName().toString();
      if (name.endsWith(".asc")) {
        keys.put(name, content(file));
      } else if (name.endsWith(".yaml")) {
        site.add(new CatalogueFiles.Text(file.toString(), content(file)));
      }
    }
    return CatalogueFiles.read(own, site, keys);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String content(Path file) throws IOException {
    if (Files.size(file) > LARGEST_BYTES) {
      throw new IOException(file + ": " + Files.size(file) + " bytes (expected: at most 1 MiB)");
    }
    return Files.readString(file);
  }

  private static CatalogueFiles.Text own() {
    try (InputStream in = SiteBundles.class.getResourceAsStream(OWN)) {
      if (in == null) {
        throw new IllegalStateException(OWN + ": not in this program");
      }
      return new CatalogueFiles.Text(
          "bundles.yaml", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(OWN, e);
    }
  }
}
