package io.coxswain.controller.api;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/**
 * Speaks HTTP/1.1 to the controller's Unix socket as the command line and curl do, one connection a
 * request.
 */
public final class SocketClient {
  private final Path socket;

  public SocketClient(Path socket) {
    this.socket = socket;
  }

  /** A response in JSON. */
  public record Answer(int status, String body) {}

  public Answer json(String method, String path, String body) {
    try (Exchange exchange = new Exchange(socket)) {
      exchange.send(method, path, "application/json", body.getBytes(StandardCharsets.UTF_8));
      return new Answer(
          exchange.status, new String(exchange.body.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A unary call by gRPC-Web. */
  public <T> T call(String method, MessageLite request, Parser<T> parser) {
    try (Replies<T> replies = open(method, request, parser)) {
      T reply = replies.next().orElseThrow();
      replies
          .next()
          .ifPresent(
              second -> {
                throw new IllegalStateException("a second reply to " + method);
              });
      return reply;
    }
  }

  /** A call that is answered by a stream. */
  public <T> Replies<T> open(String method, MessageLite request, Parser<T> parser) {
    byte[] message = request.toByteArray();
    ByteBuffer frame =
        ByteBuffer.allocate(message.length + 5).put((byte) 0).putInt(message.length).put(message);
    try {
      Exchange exchange = new Exchange(socket);
      exchange.send("POST", "/coxswain.v1." + method, "application/grpc-web+proto", frame.array());
      return new Replies<>(exchange, parser);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Messages as they come; after the last one, the status. */
  public static final class Replies<T> implements AutoCloseable {
    private final Exchange exchange;
    private final Parser<T> parser;

    private Replies(Exchange exchange, Parser<T> parser) {
      this.exchange = exchange;
      this.parser = parser;
    }

    /** Blocks; empty at the end. Throws where the end is not OK. */
    public Optional<T> next() {
      try {
        if (exchange.head.contains("\ngrpc-status:")) {
          throw status(exchange.head);
        }
        byte[] prefix = exchange.body.readNBytes(5);
        if (prefix.length < 5) {
          throw new EOFException("the answer ends without a status: " + exchange.head);
        }
        byte[] message = exchange.body.readNBytes(ByteBuffer.wrap(prefix, 1, 4).getInt());
        if ((prefix[0] & 0x80) == 0) {
          return Optional.of(parser.parseFrom(message));
        }
        String trailers = "\n" + new String(message, StandardCharsets.US_ASCII);
        if (!field(trailers, "grpc-status").equals("0")) {
          throw status(trailers);
        }
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static StatusRuntimeException status(String fields) {
      Metadata trailers = new Metadata();
      String details = field(fields, "grpc-status-details-bin");
      trailers.put(
          Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER),
          Base64.getDecoder().decode(details));
      return Status.fromCodeValue(Integer.parseInt(field(fields, "grpc-status")))
          .withDescription(field(fields, "grpc-message"))
          .asRuntimeException(trailers);
    }

    private static String field(String fields, String name) {
      return fields
          .lines()
          .filter(line -> line.startsWith(name + ":"))
          .findFirst()
          .map(line -> line.substring(name.length() + 1).strip())
          .orElse("");
    }

    @Override
    public void close() {
      exchange.close();
    }
  }

  private static final class Exchange implements AutoCloseable {
    private final SocketChannel channel;
    private final InputStream raw;
    private String head = "";
    private int status;
    private InputStream body = InputStream.nullInputStream();

    Exchange(Path socket) throws IOException {
      channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      channel.connect(UnixDomainSocketAddress.of(socket));
      raw = new BufferedInputStream(Channels.newInputStream(channel));
    }

    void send(String method, String path, String type, byte[] content) throws IOException {
      String request =
          method
              + " "
              + path
              + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
              + type
              + "\r\nContent-Length: "
              + content.length
              + "\r\n\r\n";
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(request.getBytes(StandardCharsets.US_ASCII));
      bytes.writeBytes(content);
      ByteBuffer buffer = ByteBuffer.wrap(bytes.toByteArray());
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      StringBuilder text = new StringBuilder();
      for (String line = line(); !line.isEmpty(); line = line()) {
        text.append(line).append('\n');
      }
      head = text.toString();
      status = Integer.parseInt(head.substring(9, 12));
      String length = Replies.field(head, "content-length");
      body =
          length.isEmpty()
              ? new Chunks()
              : new ByteArrayInputStream(raw.readNBytes(Integer.parseInt(length)));
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = raw.read(); next != '\n'; next = raw.read()) {
        if (next < 0) {
          throw new EOFException("the connection was closed after: " + line);
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A body in chunks (RFC 9112, 7.1). */
    private final class Chunks extends InputStream {
      private int left;
      private boolean isEnded;

      // One byte at a time: a read of more must not wait for a chunk that comes later.
      @Override
      public int read(byte[] into, int from, int length) throws IOException {
        int next = length == 0 ? 0 : read();
        if (next >= 0 && length > 0) {
          into[from] = (byte) next;
        }
        return next < 0 ? -1 : Math.min(length, 1);
      }

      @Override
      public int read() throws IOException {
        if (left == 0 && !isEnded) {
          left = Integer.parseInt(line(), 16);
          if (left == 0) {
            isEnded = true;
          }
        }
        if (isEnded) {
          return -1;
        }
        int next = raw.read();
        left--;
        if (left == 0 && !line().isEmpty()) {
          throw new IOException("a chunk longer than it says");
        }
        return next;
      }
    }
  }
}
