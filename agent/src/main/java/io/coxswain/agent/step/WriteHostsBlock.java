package io.coxswain.agent.step;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Host;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Our block in /etc/hosts holds exactly these entries; no entries: no block. */
public record WriteHostsBlock(List<Entry> entries) implements Step {
  private static final String FILE = "/etc/hosts";

  public WriteHostsBlock {
    entries = List.copyOf(entries);
  }

  /** An address and the names it answers to. */
  public record Entry(String address, List<String> names) {
    public Entry {
      names = List.copyOf(names);
    }
  }

  @Override
  public Check check(Host host) {
    String text = text(host);
    return text.equals(wanted(text))
        ? new Check.InSync()
        : Check.Drift.of(FILE + ": our block -> " + entries.size() + " entries");
  }

  @Override
  public void apply(Host host) {
    byte[] content = wanted(text(host)).getBytes(StandardCharsets.UTF_8);
    Access access =
        Optional.of(FILE)
            .flatMap(host.files()::stat)
            .map(stat -> new Access(stat.mode(), stat.owner(), stat.group()))
            .orElse(new Access(0644, "root", "root"));
    host.files().write(FILE, content, access);
  }

  private String wanted(String text) {
    return ManagedBlock.replace(
        text,
        entries.stream()
            .map(entry -> entry.address() + "\t" + String.join(" ", entry.names()))
            .toList());
  }

  private static String text(Host host) {
    return host.files().stat(FILE).isPresent()
        ? new String(host.files().read(FILE), StandardCharsets.UTF_8)
        : "";
  }
}
