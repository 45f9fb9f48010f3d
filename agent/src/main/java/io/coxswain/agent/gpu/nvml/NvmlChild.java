package io.coxswain.agent.gpu.nvml;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The child process that speaks to the driver.
 *
 * <ul>
 *   <li>It greets once, then answers every request in order: one frame in, one frame out (a length
 *       of four bytes, big-endian, then that many bytes). Requests are {@link NvmlRequest}, answers
 *       {@link NvmlAnswer}.
 *   <li>One thread reads, another calls the library: the end of the parent ends the child even
 *       while a call is stuck.
 *   <li>It holds no state that its parent would miss.
 * </ul>
 */
public final class NvmlChild {
  static final String GREETING = "coxswain nvml 1";
  private static final int LONGEST_REQUEST = 256;

  private NvmlChild() {}

  public static void main(String[] arguments) throws IOException {
    BlockingQueue<NvmlRequest> requests = new LinkedBlockingQueue<>();
    Thread caller = new Thread(() -> call(requests), "nvml");
    caller.setDaemon(true);
    caller.start();
    try (DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in))) {
      while (true) {
        int length = in.readInt();
        if (length < 0 || length > LONGEST_REQUEST) {
          throw new IOException(
              "request of " + length + " bytes (expected: at most " + LONGEST_REQUEST + ")");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        requests.add(NvmlRequest.decode(frame));
      }
    } catch (EOFException e) {
      // The parent closed the pipe or is gone. A call that is stuck in the driver does not hold an
      // exit up.
      System.exit(0);
    }
  }

  private static void call(BlockingQueue<NvmlRequest> requests) {
    Nvml nvml = new Nvml();
    try (DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out))) {
      send(out, new NvmlAnswer.Text(GREETING));
      while (true) {
        NvmlRequest request = requests.take();
        send(out, nvml.answer(request.call(), request.gpu()));
      }
    } catch (IOException | InterruptedException e) {
      System.exit(1);
    }
  }

  private static void send(DataOutputStream out, NvmlAnswer answer) throws IOException {
    byte[] payload = answer.encode();
    out.writeInt(payload.length);
    out.write(payload);
    out.flush();
  }
}
