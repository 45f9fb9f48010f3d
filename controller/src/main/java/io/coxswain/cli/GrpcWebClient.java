package io.coxswain.cli;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Iterator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Speaks binary gRPC-Web to the controller's Unix socket.
 *
 * <ul>
 *   <li>A request is one message behind five bytes: no flags, its length. An answer is a row of
 *       such messages; the last frame has flag 0x80 and carries the status where HTTP/2 has
 *       trailers.
 *   <li>An answer without that last frame is a lost connection, however many messages came before
 *       it; only a head that carries the status itself needs none.
 *   <li>Throws {@link RpcException} when the controller answered, {@link ConnectException} when
 *       there was no connection, any other {@link IOException} when it was lost.
 * </ul>
 */
final class GrpcWebClient {
  private static final int MESSAGE_LIMIT = 64 << 20;
  private static final int TRAILERS = 0x80;
  private static final int COMPRESSED = 0x01;

  /** In place of a length that is not known. */
  private static final int CHUNKED = -1;

  private final Path socket;

  GrpcWebClient(Path socket) {
    this.socket = socket;
  }

  /** Calls a method ("Clusters/ListClusters") that answers once. */
  <T> T call(String method, MessageLite request, Parser<T> parser, Duration limit)
      throws IOException {
    try (Replies<T> replies = open(method, request, parser, limit)) {
      return answer(method, replies);
    }
  }

  /** Calls a method that may answer many times; no limit: for as long as it takes. */
  <T> Replies<T> open(
      String method, MessageLite request, Parser<T> parser, @Nullable Duration limit)
      throws IOException {
    HttpExchange exchange = new HttpExchange(limit);
    try {
      connect(exchange);
      byte[] body = frame(request);
      exchange.send(head(method, body.length, limit), body);
      return new Replies<>(exchange, parser);
    } catch (RpcException e) {
      exchange.close();
      throw e;
    } catch (IOException e) {
      exchange.close();
      if (exchange.isExpired()) {
        throw timedOut();
      }
      throw e;
    }
  }

  /** Calls a method that takes many messages and answers once. Each is a chunk of the request. */
  <T> T upload(String method, Iterator<? extends MessageLite> messages, Parser<T> parser)
      throws IOException {
    try (HttpExchange exchange = new HttpExchange(null)) {
      connect(exchange);
      exchange.send(head(method, CHUNKED, null), new byte[0]);
      try {
        while (messages.hasNext()) {
          exchange.sendChunk(frame(messages.next()));
        }
        exchange.sendChunk(new byte[0]);
      } catch (IOException e) {
        // A controller that refuses closes its side early; what it says is still to be read.
        return answer(method, new Replies<>(exchange, parser));
      }
      return answer(method, new Replies<>(exchange, parser));
    }
  }

  private static <T> T answer(String method, Replies<T> replies) throws IOException {
    T reply = replies.next();
    if (reply == null || replies.next() != null) {
      throw new RpcException(RpcException.INTERNAL, method + " did not answer with one message");
    }
    return reply;
  }

  // A failure before anything was sent is told apart by its type: nothing can have happened yet.
  private void connect(HttpExchange exchange) throws IOException {
    try {
      exchange.connect(socket);
    } catch (IOException e) {
      ConnectException unconnected = new ConnectException(socket + ": " + e.getMessage());
      unconnected.initCause(e);
      throw unconnected;
    }
  }

  private static RpcException timedOut() {
    return new RpcException(
        RpcException.DEADLINE_EXCEEDED, "the controller did not answer in time");
  }

  private static byte[] frame(MessageLite request) {
    byte[] message = request.toByteArray();
    byte[] frame = new byte[message.length + 5];
    for (int i = 0; i < 4; i++) {
      frame[1 + i] = (byte) (message.length >>> (24 - 8 * i));
    }
    System.arraycopy(message, 0, frame, 5, message.length);
    return frame;
  }

  private static String head(String method, int length, @Nullable Duration limit) {
    StringBuilder head = new StringBuilder(320);
    head.append("POST /coxswain.v1.").append(method).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nUser-Agent: cox/").append(VersionCommand.VERSION);
    head.append(
        "\r\nContent-Type: application/grpc-web+proto\r\nAccept: application/grpc-web+proto");
    head.append("\r\nX-Grpc-Web: 1\r\nGrpc-Accept-Encoding: identity\r\n")
        .append(length == CHUNKED ? "Transfer-Encoding: chunked" : "Content-Length: " + length);
    if (limit != null) {
      head.append("\r\nGrpc-Timeout: ").append(Math.min(limit.toMillis(), 99_999_999)).append('m');
    }
    return head.append("\r\n\r\n").toString();
  }

  /** The messages of one answer, in order, as they arrive. */
  static final class Replies<T> implements AutoCloseable {
    private final HttpExchange exchange;
    private final Parser<T> parser;
    private boolean isEnded;

    private Replies(HttpExchange exchange, Parser<T> parser) throws IOException {
      this.exchange = exchange;
      this.parser = parser;
      exchange.receiveHead();
      String status = exchange.header("grpc-status");
      if (!status.isEmpty()) {
        end(status, exchange.header("grpc-message"), exchange.header("grpc-status-details-bin"));
      } else if (exchange.status() != 200) {
        throw new RpcException(
            codeOf(exchange.status()), "the controller answered HTTP " + exchange.status());
      }
    }

    /** Waits for the next message; null after the last one. */
    @Nullable T next() throws IOException {
      try {
        return isEnded ? null : read();
      } catch (IOException e) {
        if (exchange.isExpired()) {
          throw timedOut();
        }
        throw e;
      }
    }

    private @Nullable T read() throws IOException {
      byte[] prefix = new byte[5];
      if (!exchange.readBody(prefix)) {
        throw new EOFException("the answer ended without a status");
      }
      int length = 0;
      for (int i = 1; i < 5; i++) {
        length = length << 8 | (prefix[i] & 0xff);
      }
      if (length < 0 || length > MESSAGE_LIMIT || (prefix[0] & COMPRESSED) != 0) {
        throw new IOException("the answer is not gRPC-Web");
      }
      byte[] message = new byte[length];
      if (length > 0 && !exchange.readBody(message)) {
        throw new EOFException("the answer ended in the middle of a message");
      }
      if ((prefix[0] & TRAILERS) == 0) {
        return parser.parseFrom(message);
      }
      String trailers = new String(message, StandardCharsets.ISO_8859_1);
      end(
          field(trailers, "grpc-status"),
          field(trailers, "grpc-message"),
          field(trailers, "grpc-status-details-bin"));
      return null;
    }

    private void end(String status, String message, String details) {
      isEnded = true;
      if (status.equals("0")) {
        return;
      }
      int code;
      try {
        code = Integer.parseInt(status);
      } catch (NumberFormatException e) {
        code = RpcException.UNKNOWN;
      }
      throw new RpcException(code, percentDecoded(message), base64Decoded(details));
    }

    @Override
    public void close() throws IOException {
      exchange.close();
    }
  }

  private static String field(String block, String name) {
    for (String line : block.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).strip().toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  // The mapping of the gRPC documentation for answers that come from something before the service.
  private static int codeOf(int httpStatus) {
    return switch (httpStatus) {
      case 401 -> RpcException.UNAUTHENTICATED;
      case 403 -> RpcException.PERMISSION_DENIED;
      case 404, 415 -> RpcException.UNIMPLEMENTED;
      case 429, 502, 503, 504 -> RpcException.UNAVAILABLE;
      default -> RpcException.UNKNOWN;
    };
  }

  static String percentDecoded(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = new byte[text.length()];
    int count = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
      int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
      if (low >= 0) {
        bytes[count++] = (byte) (high << 4 | low);
        i += 2;
      } else {
        bytes[count++] = (byte) c;
      }
    }
    return new String(bytes, 0, count, StandardCharsets.UTF_8);
  }

  private static byte[] base64Decoded(String text) {
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      // Details help, their absence does not hurt: the status and its message stand without them.
      return new byte[0];
    }
  }
}
