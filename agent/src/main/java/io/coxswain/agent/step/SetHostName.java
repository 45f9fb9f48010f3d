package io.coxswain.agent.step;

import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The machine calls itself by the name, now and after the next boot. */
public record SetHostName(String name) implements Step {
  private static final String FILE = "/etc/hostname";

  @Override
  public Check check(Host host) {
    List<String> changes = new ArrayList<>();
    String now = host.identity().hostName();
    if (!now.equals(name)) {
      changes.add("host name: %s -> %s".formatted(now, name));
    }
    String next =
        host.files().stat(FILE).isPresent()
            ? new String(host.files().read(FILE), StandardCharsets.UTF_8).strip()
            : "";
    if (!next.equals(name)) {
      changes.add("host name after the next boot: %s -> %s".formatted(next, name));
    }
    return Check.Drift.of(changes);
  }

  @Override
  public void apply(Host host) {
    host.identity().setHostName(name);
  }
}
