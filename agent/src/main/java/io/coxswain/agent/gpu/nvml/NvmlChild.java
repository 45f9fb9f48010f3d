package io.coxswain.agent.gpu.nvml;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The child process that speaks to the driver.
 *
 * <ul>
 *   <li>It greets once, then answers every request in order. Both ways frames are a length of four
 *       bytes, big-endian, then that many bytes: {@link Request} in, {@link Frame} out.
 *   <li>Four threads: one reads requests, so that the end of the parent ends the child even while a
 *       call is stuck; one asks the library; one waits for events; one watches the last two and
 *       says when a call is overdue, because they cannot.
 *   <li>It holds no state that its parent would miss.
 * </ul>
 */
public final class NvmlChild {
  static final String GREETING = "coxswain nvml 2";

  private NvmlChild() {}

  public static void main(String[] arguments) throws IOException {
    Deadlines deadlines = Deadlines.of(arguments);
    FrameWriter out = new FrameWriter(new FileOutputStream(FileDescriptor.out));
    BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    Listener listener = new Listener(out, deadlines);
    Asker asker = new Asker(listener);
    start("watch", new Watchman(out, deadlines, asker, List.of(asker.watch(), listener.watch())));
    start("ask", () -> answer(requests, asker, out));
    out.send(Frame.GREETING, GREETING.getBytes(StandardCharsets.UTF_8));
    try (DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in))) {
      while (true) {
        int length = in.readInt();
        if (length != Request.LENGTH) {
          throw new IOException(
              "request of " + length + " bytes (expected: " + Request.LENGTH + ")");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        requests.add(Request.decode(frame));
      }
    } catch (EOFException e) {
      // The parent closed the pipe or is gone. A call that is stuck in the driver does not hold an
      // exit up.
      System.exit(0);
    }
  }

  /** A thread whose end by an error is the end of the child: half a child would look alive. */
  static void start(String name, Runnable body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (RuntimeException | Error e) {
                try {
                  e.printStackTrace();
                } finally {
                  Runtime.getRuntime().halt(1);
                }
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  private static void answer(BlockingQueue<Request> requests, Asker asker, FrameWriter out) {
    try {
      while (true) {
        out.send(Frame.ANSWER, asker.answer(requests.take()));
      }
    } catch (IOException | InterruptedException e) {
      System.exit(1);
    }
  }
}
