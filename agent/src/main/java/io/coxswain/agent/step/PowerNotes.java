package io.coxswain.agent.step;

import io.coxswain.agent.bmc.Power;
import io.coxswain.agent.bmc.PowerChange;
import io.coxswain.agent.host.Host;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How far one change of a machine's power is: a line for each thing that happened, after the line
 * with the id. One file for a machine, so that they do not pile up.
 */
record PowerNotes(Host host, String machine, String id) implements PowerChange.Memory {
  private static final String ASKED = "asked ";
  private static final String OFF = "off";
  private static final String DONE = "done ";
  private static final String REFUSED = "refused ";

  /** The power at the end; empty while there is none. */
  Optional<String> power() {
    return line(DONE);
  }

  void done(Power power) {
    add(DONE + power.name().toLowerCase(Locale.ROOT));
  }

  /** Why the controller will not, ever. */
  Optional<String> refusal() {
    return line(REFUSED);
  }

  void refused(String why) {
    add(REFUSED + why.replaceAll("\\s+", " "));
  }

  @Override
  public Optional<Instant> shutDownAt() {
    return line(ASKED).map(Instant::parse);
  }

  @Override
  public void shutDownAt(Instant at) {
    add(ASKED + at);
  }

  @Override
  public boolean wasOff() {
    return lines().contains(OFF);
  }

  @Override
  public void isOff() {
    add(OFF);
  }

  private Optional<String> line(String beginning) {
    return lines().stream()
        .filter(line -> line.startsWith(beginning))
        .reduce((one, other) -> other)
        .map(line -> line.substring(beginning.length()));
  }

  /** Of this id; what is there of another is over. */
  private List<String> lines() {
    List<String> lines = stamp().read(host).map(text -> text.lines().toList()).orElse(List.of());
    return lines.isEmpty() || !lines.getFirst().equals(id)
        ? List.of()
        : lines.subList(1, lines.size());
  }

  private void add(String line) {
    StringBuilder text = new StringBuilder(id).append('\n');
    lines().forEach(known -> text.append(known).append('\n'));
    stamp().write(host, text.append(line).append('\n').toString());
  }

  private Stamp stamp() {
    return new Stamp("/var/lib/coxswain-agent/power", machine);
  }
}
