package io.coxswain.agent.host;

import io.coxswain.agent.host.Files.Access;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Faults that the agent's health watch is asked to forget: one small file each, so that a wish
 * outlives a crash of either side and is never taken as carried out before it is.
 */
public final class Clearances {
  private static final Logger log = LoggerFactory.getLogger(Clearances.class);
  private static final String DIRECTORY = "/var/lib/coxswain-agent/clearances";

  private final Files files;

  public Clearances(Files files) {
    this.files = files;
  }

  /**
   * One wish.
   *
   * @param id names it
   * @param check of the policy; empty: all
   * @param subject a GPU's PCI address; empty: all
   * @param before what happened at this time or later is not forgotten
   */
  public record Clearance(String id, String check, String subject, Instant before) {}

  public void ask(Clearance wish) {
    files.createDirectory(DIRECTORY, new Access(0700, "root", "root"));
    String text = wish.check() + "\n" + wish.subject() + "\n" + wish.before() + "\n";
    files.write(
        path(wish.id()), text.getBytes(StandardCharsets.UTF_8), new Access(0600, "root", "root"));
  }

  /** Whether the wish is written down and not carried out yet. */
  public boolean isOpen(String id) {
    return files.stat(path(id)).isPresent();
  }

  /** What is to be forgotten; one that cannot be read is named in the log and dropped. */
  public List<Clearance> open() {
    List<Clearance> open = new ArrayList<>();
    for (String id : files.list(DIRECTORY)) {
      String text = new String(files.read(path(id)), StandardCharsets.UTF_8);
      String[] lines = text.split("\n", -1);
      try {
        open.add(new Clearance(id, lines[0], lines[1], Instant.parse(lines[2])));
      } catch (DateTimeException | ArrayIndexOutOfBoundsException e) {
        log.error("{}: not a clearance (expected: check, subject and time)", path(id));
        files.delete(path(id));
      }
    }
    return open;
  }

  public void done(String id) {
    files.delete(path(id));
  }

  private static String path(String id) {
    return DIRECTORY + "/" + id.replaceAll("[^A-Za-z0-9@._-]", "_");
  }
}
