package io.coxswain.agent.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.function.UnaryOperator;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Unix socket at which programs of this machine ask one line and get one line. Who may ask is
 * decided by the permissions of the directory that it lies in, or by the caller's user. Each caller
 * has a thread of its own: one that says nothing keeps nobody else waiting, and loses its turn when
 * the socket closes.
 */
public final class LineSocket implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LineSocket.class);
  private static final int LONGEST_QUESTION = 1024;

  private final ServerSocketChannel server;
  private final UnaryOperator<String> answers;
  private final Set<String> users;

  private LineSocket(ServerSocketChannel server, UnaryOperator<String> answers, Set<String> users) {
    this.server = server;
    this.answers = answers;
    this.users = users;
  }

  /**
   * Opens it, in place of one that an earlier run left behind, and answers until it is closed.
   *
   * @param answers question to answer, both without their line ends; called on many threads
   */
  public static LineSocket open(String path, UnaryOperator<String> answers) {
    return open(path, answers, Set.of());
  }

  /** The same for these users alone: the kernel says who calls, others are hung up on unheard. */
  public static LineSocket openFor(Set<String> users, String path, UnaryOperator<String> answers) {
    LineSocket socket = open(path, answers, Set.copyOf(users));
    try {
      Files.setPosixFilePermissions(Path.of(path), PosixFilePermissions.fromString("rw-rw-rw-"));
    } catch (IOException e) {
      socket.close();
      throw failed(path, e);
    }
    return socket;
  }

  private static LineSocket open(String path, UnaryOperator<String> answers, Set<String> users) {
    try {
      Path place = Path.of(path);
      Files.deleteIfExists(place);
      ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(place));
      LineSocket socket = new LineSocket(server, answers, users);
      Thread.ofVirtual().name("socket " + place.getFileName()).start(socket::accept);
      return socket;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private static HostException failed(String path, IOException e) {
    return new HostException(
        HostException.Reason.IO_ERROR, path + ": no socket can be opened: " + e.getMessage());
  }

  /** Asks a question at a socket of this machine's and returns the line that comes back. */
  public static String ask(String path, String question) {
    ByteArrayOutputStream answer = new ByteArrayOutputStream();
    try (SocketChannel socket = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      ByteBuffer line = ByteBuffer.wrap((question + "\n").getBytes(StandardCharsets.UTF_8));
      while (line.hasRemaining()) {
        socket.write(line);
      }
      ByteBuffer some = ByteBuffer.allocate(LONGEST_QUESTION * 16);
      while (socket.read(some) >= 0) {
        answer.write(some.array(), 0, some.position());
        some.clear();
      }
    } catch (IOException e) {
      throw new HostException(
          HostException.Reason.COMMAND_FAILED,
          path
              + ": no agent answers (expected: one that runs, and root who asks): "
              + e.getMessage());
    }
    return answer.toString(StandardCharsets.UTF_8).strip();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      log.warn("socket: {}", e.getMessage());
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel caller = server.accept();
        Thread.ofVirtual().start(() -> answer(caller));
      } catch (AsynchronousCloseException e) {
        return;
      } catch (IOException e) {
        log.warn("socket: {}", e.getMessage());
      }
    }
  }

  private void answer(SocketChannel caller) {
    try (caller) {
      String question = mayAsk(caller) ? question(caller) : "";
      if (!question.isEmpty()) {
        ByteBuffer line =
            ByteBuffer.wrap((answers.apply(question) + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
          caller.write(line);
        }
      }
    } catch (IOException e) {
      log.debug("socket: a caller went away: {}", e.getMessage());
    }
  }

  private boolean mayAsk(SocketChannel caller) throws IOException {
    return users.isEmpty()
        || users.contains(caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName());
  }

  /** Up to the first line end; empty when the caller sent none, or too much. */
  private static String question(SocketChannel caller) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(LONGEST_QUESTION);
    while (buffer.hasRemaining() && caller.read(buffer) >= 0) {
      String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
      int end = text.indexOf('\n');
      if (end >= 0) {
        return text.substring(0, end).strip();
      }
    }
    return "";
  }
}
