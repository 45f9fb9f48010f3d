package io.coxswain.cli;

import io.coxswain.v1.Instance;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What instances are doing, live, on standard error.
 *
 * <ul>
 *   <li>For a person the same lines are drawn over, once a second and at every change; in a file or
 *       pipe there is one line for each change.
 *   <li>A drawing never has more lines or columns than the screen: one that scrolls cannot be drawn
 *       over.
 *   <li>Only the holder of this object's lock prints.
 * </ul>
 */
final class Progress implements AutoCloseable {
  private static final Duration TICK = Duration.ofSeconds(1);

  private final PrintStream err;
  private final Terminal terminal;
  private final boolean isRedrawn;
  private final Screen screen;
  private final Instant start;
  private final Map<String, String> told = new HashMap<>();
  private final Thread ticker = new Thread(this::tick, "cox-progress");
  private List<Instance> instances = List.of();
  private String note = "";
  private String status = "";
  private int drawn;

  private Progress(Terminal terminal, Screen screen) {
    this.terminal = terminal;
    this.screen = screen;
    err = terminal.err();
    isRedrawn = terminal.attached().err();
    start = terminal.time().clock().instant();
  }

  static Progress on(Terminal terminal) {
    boolean isRedrawn = terminal.attached().err();
    Progress progress = of(terminal, isRedrawn ? Screen.ask() : new Screen(0, 0));
    if (isRedrawn) {
      progress.ticker.setDaemon(true);
      progress.ticker.start();
    }
    return progress;
  }

  /** Without the tick: draws only what it is shown. */
  static Progress of(Terminal terminal, Screen screen) {
    return new Progress(terminal, screen);
  }

  /** How the whole stands; told with the instances that are shown next. */
  synchronized void status(String text) {
    boolean isNew = !status.equals(text);
    status = text;
    if (!isRedrawn && isNew) {
      err.println(elapsed() + " " + Text.clean(text));
    }
  }

  synchronized void show(List<Instance> now) {
    instances = now;
    note = "";
    if (isRedrawn) {
      draw();
    } else {
      tell();
    }
  }

  /** Says something about the watching itself, until the next instances are shown. */
  synchronized void note(String text) {
    boolean isNew = !note.equals(text);
    note = text;
    if (isRedrawn) {
      draw();
    } else if (isNew) {
      err.println(elapsed() + " " + Text.clean(text));
    }
  }

  private String elapsed() {
    String text = Text.span(Duration.between(start, terminal.time().clock().instant()));
    return "[" + " ".repeat(Math.max(0, 4 - text.length())) + text + "]";
  }

  private void tell() {
    for (Instance instance : instances) {
      String line = Text.name(instance.getLifecycle()) + detail(instance, "");
      if (!line.equals(told.put(instance.getName(), line))) {
        err.println(elapsed() + " " + Text.clean(instance.getName() + " " + line));
      }
    }
    for (String gone : List.copyOf(told.keySet())) {
      if (instances.stream().noneMatch(instance -> instance.getName().equals(gone))) {
        told.remove(gone);
        err.println(elapsed() + " " + Text.clean(gone + " is gone"));
      }
    }
    err.flush();
  }

  private static String detail(Instance instance, String time) {
    StringBuilder detail = new StringBuilder();
    if (!instance.getStep().isEmpty()
        && (InstancePage.isMoving(instance) || instance.hasFailure())) {
      detail.append("  ").append(instance.getStep());
      if (instance.getStepCount() > 0) {
        detail
            .append(" (")
            .append(instance.getStepNumber())
            .append('/')
            .append(instance.getStepCount())
            .append(')');
      }
    }
    detail.append(time);
    if (instance.getAttempt() > 1) {
      detail.append(", attempt ").append(instance.getAttempt());
    }
    if (instance.hasFailure()) {
      detail.append(": ").append(instance.getFailure().getMessage());
    }
    return detail.toString();
  }

  private void draw() {
    StringBuilder text = new StringBuilder();
    if (drawn > 0) {
      text.append("\r\033[").append(drawn).append('A');
    }
    List<String> lines = lines();
    for (String line : lines) {
      text.append(line).append("\033[K\n");
    }
    err.print(text.append("\033[J"));
    err.flush();
    drawn = lines.size();
  }

  private List<String> lines() {
    List<Instance> shown = new ArrayList<>(instances);
    // The list is sorted stably: what moves or failed comes first where not all fit.
    int room = Math.max(1, screen.lines() - 3);
    if (shown.size() > room) {
      shown.sort((a, b) -> Integer.compare(rank(a), rank(b)));
    }
    int nameWidth = 0;
    for (Instance instance : shown) {
      nameWidth = Math.max(nameWidth, instance.getName().length());
    }
    List<String> lines = new ArrayList<>();
    Instant now = terminal.time().clock().instant();
    for (Instance instance : shown.subList(0, Math.min(room, shown.size()))) {
      lines.add(line(instance, nameWidth, now));
    }
    if (shown.size() > room) {
      lines.add("... and " + (shown.size() - room) + " more");
    }
    String last = note.isEmpty() ? status : note;
    lines.add(cut(last.isEmpty() ? elapsed() : elapsed() + " " + Text.clean(last)));
    return lines;
  }

  private static int rank(Instance instance) {
    return instance.hasFailure() ? 0 : InstancePage.isMoving(instance) ? 1 : 2;
  }

  private String line(Instance instance, int nameWidth, Instant now) {
    String lifecycle = Text.name(instance.getLifecycle());
    String time =
        InstancePage.isMoving(instance) && Text.isSet(instance.getSince())
            ? "  " + Text.age(instance.getSince(), now)
            : "";
    String name = Text.clean(instance.getName());
    String before = name + " ".repeat(nameWidth - instance.getName().length() + 2);
    String whole = cut(before + lifecycle + Text.clean(detail(instance, time)));
    if (!terminal.variable("NO_COLOR").isEmpty()
        || whole.length() < before.length() + lifecycle.length()) {
      return whole;
    }
    return before
        + Table.coloured(lifecycle, true)
        + whole.substring(before.length() + lifecycle.length());
  }

  private String cut(String line) {
    return line.length() < screen.columns() ? line : line.substring(0, screen.columns() - 1);
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(TICK);
        synchronized (this) {
          draw();
        }
      }
    } catch (InterruptedException e) {
      // Closed: the last drawing stays.
    }
  }

  @Override
  public void close() {
    ticker.interrupt();
    synchronized (this) {
      err.flush();
    }
  }
}
