package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.util.List;
import java.util.Set;

/** The packages are installed, whatever their version. */
public record InstallPackages(List<String> names) implements Step {
  public InstallPackages {
    names = List.copyOf(names);
  }

  @Override
  public Check check(Host host) {
    Set<String> missing = host.packages().missing(names);
    return missing.isEmpty()
        ? new Check.InSync()
        : Check.Drift.of("install " + String.join(", ", missing));
  }

  @Override
  public void apply(Host host) {
    host.packages().install(host.packages().missing(names));
  }
}
