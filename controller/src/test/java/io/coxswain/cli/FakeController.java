package io.coxswain.cli;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.rpc.Status;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A controller that says what a test tells it to, in gRPC-Web over HTTP/1.1 on a real Unix socket.
 */
final class FakeController implements AutoCloseable {
  /** What one call gets; bytes go out as they are, then the connection is closed or left open. */
  record Answer(ByteString bytes, boolean isLeftOpen) {}

  /** One call as it arrived. */
  record Call(String method, String head, ByteString message) {}

  private final Path socket;
  private final ServerSocketChannel server;
  private final Map<String, Deque<Answer>> answers = new HashMap<>();
  private final List<Call> calls = new ArrayList<>();
  private final List<SocketChannel> open = new ArrayList<>();

  FakeController(Path directory) throws IOException {
    socket = directory.resolve("cox.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual().start(this::serve);
  }

  Path socket() {
    return socket;
  }

  /** Answers to a method, one a call; the last one stays. */
  synchronized FakeController on(String method, Answer... inOrder) {
    answers.put(method, new ArrayDeque<>(Arrays.asList(inOrder)));
    return this;
  }

  synchronized List<Call> calls(String method) {
    return calls.stream().filter(call -> call.method().equals(method)).toList();
  }

  static Answer reply(Message... messages) {
    Frames frames = new Frames();
    for (Message message : messages) {
      frames.frame(0, message.toByteArray());
    }
    return frames.trailers("grpc-status:0\r\n").chunked(7);
  }

  static Answer error(int code, String message, Message... details) {
    Status.Builder status = Status.newBuilder().setCode(code).setMessage(message);
    for (Message detail : details) {
      status.addDetails(
          Any.newBuilder()
              .setTypeUrl("type.googleapis.com/" + detail.getDescriptorForType().getFullName())
              .setValue(ByteString.copyFrom(detail.toByteArray())));
    }
    String base64 =
        Base64.getEncoder().withoutPadding().encodeToString(status.build().toByteArray());
    return new Frames()
        .trailers(
            "grpc-status: "
                + code
                + "\r\ngrpc-message: "
                + percent(message)
                + "\r\ngrpc-status-details-bin: "
                + base64
                + "\r\n")
        .chunked(1000);
  }

  /** Messages of a stream that is cut off before its end. */
  static Answer cut(Message... messages) {
    Frames frames = new Frames();
    for (Message message : messages) {
      frames.frame(0, message.toByteArray());
    }
    return frames.unfinished(false);
  }

  /** Messages of a stream that stays open and says nothing more. */
  static Answer endless(Message... messages) {
    Frames frames = new Frames();
    for (Message message : messages) {
      frames.frame(0, message.toByteArray());
    }
    return frames.unfinished(true);
  }

  static Answer dropped() {
    return new Answer(ByteString.EMPTY, false);
  }

  static Answer silent() {
    return new Answer(ByteString.EMPTY, true);
  }

  static Answer raw(String text) {
    return new Answer(ByteString.copyFrom(text, StandardCharsets.ISO_8859_1), false);
  }

  private static String percent(String message) {
    StringBuilder text = new StringBuilder();
    for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
      boolean isPlain = b >= ' ' && b <= '~' && b != '%';
      text.append(
          isPlain
              ? String.valueOf((char) b)
              : "%" + Integer.toHexString((b & 0xff) | 0x100).substring(1));
    }
    return text.toString();
  }

  private void serve() {
    while (server.isOpen()) {
      try {
        SocketChannel channel = server.accept();
        Thread.ofVirtual().start(() -> answer(channel));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(SocketChannel channel) {
    try {
      Call call = read(Channels.newInputStream(channel));
      Answer answer;
      synchronized (this) {
        calls.add(call);
        open.add(channel);
        Deque<Answer> left = answers.get(call.method());
        if (left == null) {
          answer = error(RpcException.UNIMPLEMENTED, "no answer is prepared for " + call.method());
        } else {
          answer = left.size() > 1 ? left.removeFirst() : left.getFirst();
        }
      }
      ByteBuffer bytes = answer.bytes().asReadOnlyByteBuffer();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (!answer.isLeftOpen()) {
        channel.close();
      }
    } catch (IOException e) {
      // The client left first: what it printed is judged by its test.
    }
  }

  private static Call read(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int c = in.read();
      if (c < 0) {
        throw new IOException("the client left");
      }
      head.append((char) c);
    }
    byte[] body = body(head.toString(), in);
    String method = head.substring(head.indexOf("/coxswain.v1.") + 13, head.indexOf(" HTTP"));
    return new Call(method, head.toString(), ByteString.copyFrom(body, 5, body.length - 5));
  }

  private static byte[] body(String head, InputStream in) throws IOException {
    if (!head.contains("Transfer-Encoding: chunked")) {
      int from = head.indexOf("Content-Length: ") + 16;
      return in.readNBytes(Integer.parseInt(head.substring(from, head.indexOf("\r\n", from))));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    int size;
    do {
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c != '\n'; c = in.read()) {
        line.append((char) c);
      }
      size = Integer.parseInt(line.toString().strip(), 16);
      body.writeBytes(in.readNBytes(size));
      in.readNBytes(2);
    } while (size > 0);
    return body.toByteArray();
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (this) {
      for (SocketChannel channel : open) {
        channel.close();
      }
    }
    Files.deleteIfExists(socket);
  }

  /** Builds answers from frames. */
  static final class Frames {
    private static final String HEAD =
        "HTTP/1.1 200 OK\r\nContent-Type: application/grpc-web+proto\r\n";
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Frames frame(int flags, byte[] content) {
      body.write(flags);
      body.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
      body.writeBytes(content);
      return this;
    }

    Frames trailers(String lines) {
      return frame(0x80, lines.getBytes(StandardCharsets.ISO_8859_1));
    }

    Answer withLength() {
      return join(HEAD + "Content-Length: " + body.size() + "\r\n\r\n", body.toByteArray(), true);
    }

    Answer untilClosed() {
      return join(HEAD + "\r\n", body.toByteArray(), false);
    }

    Answer chunked(int size) {
      ByteArrayOutputStream chunks = chunks(size);
      chunks.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      return join(HEAD + "Transfer-Encoding: chunked\r\n\r\n", chunks.toByteArray(), true);
    }

    private Answer unfinished(boolean isLeftOpen) {
      return join(
          HEAD + "Transfer-Encoding: chunked\r\n\r\n", chunks(1000).toByteArray(), isLeftOpen);
    }

    private ByteArrayOutputStream chunks(int size) {
      ByteArrayOutputStream chunks = new ByteArrayOutputStream();
      byte[] all = body.toByteArray();
      for (int from = 0; from < all.length; from += size) {
        int count = Math.min(size, all.length - from);
        chunks.writeBytes(
            (Integer.toHexString(count) + ";x=y\r\n").getBytes(StandardCharsets.US_ASCII));
        chunks.write(all, from, count);
        chunks.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      return chunks;
    }

    private static Answer join(String head, byte[] body, boolean isLeftOpen) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
      all.writeBytes(body);
      return new Answer(ByteString.copyFrom(all.toByteArray()), isLeftOpen);
    }
  }
}
