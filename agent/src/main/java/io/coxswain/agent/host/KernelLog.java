package io.coxswain.agent.host;

import io.coxswain.agent.host.HostException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The kernel's log, record by record as it is written: /dev/kmsg, or a file or FIFO that is fed
 * lines of the same form by hand.
 *
 * <ul>
 *   <li>One read of /dev/kmsg gives one record, and a buffer that is too small loses it: the buffer
 *       holds the longest that the kernel makes.
 *   <li>Records that were overwritten before they were read make the read fail once (EPIPE); the
 *       next one goes on with the oldest that is left.
 *   <li>A reader that waits ends when its thread is interrupted.
 *   <li>A fed line may lack the kernel's prefix. Its number is its place, in a FIFO counted on from
 *       the last one known: what is fed a second time is a second event.
 * </ul>
 */
public final class KernelLog implements AutoCloseable {
  /** Where the kernel's log is. */
  public static final String DEVICE = "/dev/kmsg";

  // CONSOLE_EXT_LOG_MAX of the kernel's printk.h.
  private static final int LONGEST_RECORD = 8192;
  private static final Duration END_OF_FILE_PAUSE = Duration.ofMillis(100);
  private static final String OVERRUN = "Broken pipe";

  // "6,339,5140900,-;message": priority, sequence, microseconds since boot, flags; see
  // Documentation/ABI/testing/dev-kmsg of the kernel.
  private static final Pattern RECORD =
      Pattern.compile("\\d+,(\\d{1,18}),(\\d{1,18}),[^;]*;(.*)", Pattern.DOTALL);
  private static final Pattern ESCAPED = Pattern.compile("\\\\x([0-9a-f]{2})");

  private final FileChannel channel;
  private final boolean isDevice;
  private final ByteBuffer buffer = ByteBuffer.allocate(LONGEST_RECORD);
  private final ByteArrayOutputStream partOfLine = new ByteArrayOutputStream();
  private final Deque<String> lines = new ArrayDeque<>();
  private long lastSequence;

  private KernelLog(FileChannel channel, boolean isDevice, long lastSequence) {
    this.channel = channel;
    this.isDevice = isDevice;
    this.lastSequence = lastSequence;
  }

  /**
   * Opens the log at the oldest record that is left.
   *
   * @param after sequence number of the last record known, from which a FIFO's lines are counted on
   */
  public static KernelLog open(Files files, String path, long after) {
    Files.Kind kind =
        files
            .stat(path)
            .orElseThrow(() -> new HostException(Reason.IO_ERROR, path + ": does not exist"))
            .kind();
    boolean isDevice = path.equals(DEVICE);
    boolean isFifo = !isDevice && kind == Files.Kind.OTHER;
    // A FIFO that is open for writing, too, neither waits for its first writer nor ends with its
    // last.
    Set<OpenOption> options =
        isFifo
            ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
            : Set.of(StandardOpenOption.READ);
    try {
      return new KernelLog(FileChannel.open(Path.of(path), options), isDevice, isFifo ? after : 0);
    } catch (IOException e) {
      throw new HostException(Reason.IO_ERROR, "open " + path + ": " + e.getMessage());
    }
  }

  /** Waits for the next record. */
  public Entry next() throws InterruptedException {
    while (true) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      String line = lines.poll();
      if (line != null) {
        return entry(line);
      }
      read();
    }
  }

  private void read() throws InterruptedException {
    buffer.clear();
    try {
      if (channel.read(buffer) < 0) {
        Pause.interruptibly(END_OF_FILE_PAUSE);
        return;
      }
    } catch (java.nio.channels.ClosedByInterruptException e) {
      throw new InterruptedException();
    } catch (IOException e) {
      if (OVERRUN.equals(e.getMessage())) {
        return;
      }
      throw new HostException(Reason.IO_ERROR, "read the kernel's log: " + e.getMessage());
    }
    buffer.flip();
    if (isDevice) {
      String record = StandardCharsets.UTF_8.decode(buffer).toString();
      // What follows the first line is the device's key=value dictionary.
      lines.add(record.lines().findFirst().orElse(""));
      return;
    }
    while (buffer.hasRemaining()) {
      byte next = buffer.get();
      if (next == '\n') {
        lines.add(partOfLine.toString(StandardCharsets.UTF_8));
        partOfLine.reset();
      } else if (partOfLine.size() < LONGEST_RECORD) {
        partOfLine.write(next);
      }
    }
  }

  private Entry entry(String line) {
    lastSequence++;
    Entry entry = parse(line, lastSequence);
    return isDevice ? entry : new Entry(lastSequence, Optional.empty(), entry.text());
  }

  /** A record as /dev/kmsg writes it; a line of another form is all text and gets the number. */
  static Entry parse(String line, long number) {
    Matcher matcher = RECORD.matcher(line);
    if (!matcher.matches()) {
      return new Entry(number, Optional.empty(), line);
    }
    return new Entry(
        Long.parseLong(matcher.group(1)),
        Optional.of(Duration.ofNanos(Long.parseLong(matcher.group(2)) * 1000)),
        unescape(matcher.group(3)));
  }

  private static String unescape(String text) {
    return ESCAPED
        .matcher(text)
        .replaceAll(
            hit ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(hit.group(1), 16))));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new HostException(Reason.IO_ERROR, "close the kernel's log: " + e.getMessage());
    }
  }

  /**
   * One record.
   *
   * @param sequence counts up from the boot on
   * @param sinceBoot when it was written; empty for a fed line, which may be from another machine
   * @param text may be of several lines
   */
  public record Entry(long sequence, Optional<Duration> sinceBoot, String text) {}
}
