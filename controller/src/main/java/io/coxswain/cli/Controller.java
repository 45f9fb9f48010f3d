package io.coxswain.cli;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The controller as a command sees it: answers, or a {@link CoxException} that says what to do.
 *
 * <ul>
 *   <li>Nothing is tried again before the first connection: a controller that is not there is told
 *       at once.
 *   <li>A call that was sent and lost is sent again only where that cannot do a thing twice: it
 *       only reads, it ends in the same place, or its request id is known to the controller.
 * </ul>
 */
final class Controller {
  static final Path DEFAULT_SOCKET = Path.of("/run/coxswain/cox.sock");

  private static final Duration LIMIT = Duration.ofSeconds(30);
  // Together a little longer than a controller's restart takes.
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofMillis(200),
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(4));

  private final Path socket;
  private final GrpcWebClient client;
  private final Terminal terminal;

  Controller(Path socket, Terminal terminal) {
    this.socket = socket;
    this.client = new GrpcWebClient(socket);
    this.terminal = terminal;
  }

  /** The socket by option, by COX_SOCKET, or the usual one. */
  static Path socket(String option, Terminal terminal) {
    String chosen = option.isEmpty() ? terminal.variable("COX_SOCKET") : option;
    return chosen.isEmpty() ? DEFAULT_SOCKET : Path.of(chosen);
  }

  /** Calls a method that may be called twice with the effect of once. */
  <T> T call(String method, MessageLite request, Parser<T> parser) {
    IOException first;
    try {
      return client.call(method, request, parser, LIMIT);
    } catch (RpcException e) {
      if (e.code() != RpcException.UNAVAILABLE) {
        throw StatusDetails.explain(e);
      }
      first = new IOException(e.getMessage(), e);
    } catch (ConnectException e) {
      throw absent(e);
    } catch (IOException e) {
      first = e;
    }
    return again(method, request, parser, first);
  }

  private <T> T again(String method, MessageLite request, Parser<T> parser, IOException first) {
    IOException last = first;
    for (Duration pause : PAUSES) {
      pause(pause);
      try {
        return client.call(method, request, parser, LIMIT);
      } catch (RpcException e) {
        if (e.code() != RpcException.UNAVAILABLE) {
          throw StatusDetails.explain(e);
        }
        last = new IOException(e.getMessage(), e);
      } catch (IOException e) {
        last = e;
      }
    }
    throw lost(last);
  }

  /** Calls a method that must not be sent twice. */
  <T> T callOnce(String method, MessageLite request, Parser<T> parser) {
    try {
      return client.call(method, request, parser, LIMIT);
    } catch (RpcException e) {
      throw StatusDetails.explain(e);
    } catch (ConnectException e) {
      throw absent(e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Sends many messages, once; see {@link GrpcWebClient#upload}. */
  <T> T upload(String method, Iterator<? extends MessageLite> messages, Parser<T> parser) {
    try {
      return client.upload(method, messages, parser);
    } catch (RpcException e) {
      throw StatusDetails.explain(e);
    } catch (ConnectException e) {
      throw absent(e);
    } catch (IOException e) {
      throw lost(e);
    }
  }

  /** Opens a stream; a lost connection is the caller's to mend. */
  <T> GrpcWebClient.Replies<T> open(
      String method, MessageLite request, Parser<T> parser, @Nullable Duration limit)
      throws IOException {
    return client.open(method, request, parser, limit);
  }

  void pause(Duration length) {
    try {
      terminal.time().pause().pause(length);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CoxException(ExitCode.FAILED, "interrupted", "");
    }
  }

  CoxException lost(IOException e) {
    return new CoxException(
        ExitCode.FAILED,
        "the connection to the controller was lost: " + e.getMessage(),
        "systemctl status coxswain-controller; then try again");
  }

  // The socket's own error texts do not tell "not running" from "not yours".
  private CoxException absent(ConnectException e) {
    Path directory = socket.toAbsolutePath().getParent();
    boolean isClosed =
        directory != null && Files.exists(directory) && !Files.isExecutable(directory);
    if (isClosed || (Files.exists(socket) && !Files.isWritable(socket))) {
      return new CoxException(
          ExitCode.REFUSED,
          socket + ": permission denied (expected: root or a member of group coxswain)",
          "sudo cox ..., or: sudo usermod -aG coxswain $USER, and log in again");
    }
    String what =
        Files.exists(socket) ? String.valueOf(e.getMessage()) : socket + ": no such socket";
    return new CoxException(
        ExitCode.FAILED,
        what + " (is coxswain-controller running?)",
        "systemctl status coxswain-controller (cox runs on the jumphost, beside the controller)");
  }
}
