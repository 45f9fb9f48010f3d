package io.coxswain.controller.bundle;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All bundles and the repositories that they name, by name. */
public record Catalogue(Map<String, Bundle> bundles, Map<String, Repository> repositories) {
  public Catalogue {
    bundles = Map.copyOf(bundles);
    repositories = Map.copyOf(repositories);
  }

  /** By name. */
  public List<Bundle> sorted() {
    return List.copyOf(new TreeMap<>(bundles).values());
  }

  public Optional<Bundle> bundle(String name) {
    return Optional.ofNullable(bundles.get(name));
  }

  /** All that a bundle may use, by name. */
  public List<Repository> repositoriesOf(Bundle bundle) {
    Map<String, Repository> used = new TreeMap<>();
    for (Bundle.Row row : bundle.rows()) {
      Set<String> names = new TreeSet<>(row.repositories());
      row.extras().values().forEach(extra -> names.addAll(extra.repositories()));
      for (Bundle.Distribution on : row.distributions()) {
        names.stream()
            .map(name -> Resolver.repository(name, on))
            .forEach(name -> used.put(name, repository(name)));
      }
    }
    return List.copyOf(used.values());
  }

  /** One that a bundle of this catalogue names. */
  public Repository repository(String name) {
    Repository found = repositories.get(name);
    if (found == null) {
      throw new IllegalArgumentException(
          "repository '" + name + "': there is none (expected: one that the catalogue checked)");
    }
    return found;
  }
}
