package io.coxswain.cli;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 request and its response on a connection of its own.
 *
 * <ul>
 *   <li>The body is read as it arrives, whether it has a length, comes in chunks, or ends with the
 *       connection.
 *   <li>A blocking read has no time limit of its own: a guard thread closes the channel when the
 *       limit is over, and {@link #isExpired} tells that from a lost connection.
 * </ul>
 */
final class HttpExchange implements AutoCloseable {
  private static final int LINE_LIMIT = 64 * 1024;
  private static final int UNTIL_CLOSED = -1;

  private final SocketChannel channel;
  private final InputStream in;
  private final @Nullable Guard guard;
  private final Map<String, String> headers = new HashMap<>();
  private int status;
  private boolean isChunked;
  private boolean isFirstChunk = true;
  private boolean isEnded;
  // Bytes left in the body, or in this chunk of it.
  private long left = UNTIL_CLOSED;

  HttpExchange(@Nullable Duration limit) throws IOException {
    channel = SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
    in = new BufferedInputStream(Channels.newInputStream(channel), 16 * 1024);
    guard = limit == null ? null : new Guard(channel, limit);
    if (guard != null) {
      guard.start();
    }
  }

  void connect(Path socket) throws IOException {
    channel.connect(UnixDomainSocketAddress.of(socket));
  }

  /** Sends head and body in one write; the head ends with its blank line. */
  void send(String head, byte[] body) throws IOException {
    byte[] first = head.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer request = ByteBuffer.allocate(first.length + body.length);
    request.put(first).put(body).flip();
    while (request.hasRemaining()) {
      channel.write(request);
    }
  }

  /** Sends a part of a body whose head said "chunked"; an empty one is its end. */
  void sendChunk(byte[] part) throws IOException {
    byte[] size = (Integer.toHexString(part.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer chunk = ByteBuffer.allocate(size.length + part.length + 2);
    chunk.put(size).put(part).put((byte) '\r').put((byte) '\n').flip();
    while (chunk.hasRemaining()) {
      channel.write(chunk);
    }
  }

  /** Reads the status line and the headers. */
  void receiveHead() throws IOException {
    do {
      String line = line();
      if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
        throw new IOException("the answer is not HTTP/1.1");
      }
      status = number(line.substring(9, 12), 10);
      headers.clear();
      readFields(headers);
    } while (status / 100 == 1);
    isChunked = header("transfer-encoding").toLowerCase(Locale.ROOT).endsWith("chunked");
    String length = header("content-length");
    if (isChunked) {
      left = 0;
    } else if (!length.isEmpty()) {
      left = number(length, 10);
    }
  }

  int status() {
    return status;
  }

  /** A header of the response by its name in lower case; empty when absent. */
  String header(String name) {
    String value = headers.get(name);
    return value == null ? "" : value;
  }

  /** True when the time limit, not the other side, ended the connection. */
  boolean isExpired() {
    return guard != null && guard.isExpired;
  }

  /** Fills the array from the body. False when the body ended before its first byte. */
  boolean readBody(byte[] into) throws IOException {
    int filled = 0;
    while (filled < into.length) {
      int count = readSome(into, filled);
      if (count < 0) {
        if (filled == 0) {
          return false;
        }
        throw new EOFException("the answer ended in the middle of a message");
      }
      filled += count;
    }
    return true;
  }

  private int readSome(byte[] into, int from) throws IOException {
    if (isChunked && left == 0 && !isEnded) {
      nextChunk();
    }
    if (isEnded || left == 0) {
      return -1;
    }
    int wanted = into.length - from;
    int count = in.read(into, from, left == UNTIL_CLOSED ? wanted : (int) Math.min(wanted, left));
    if (count < 0 && left != UNTIL_CLOSED) {
      throw new EOFException("the connection ended in the middle of the answer");
    }
    if (count > 0 && left != UNTIL_CLOSED) {
      left -= count;
    }
    return count;
  }

  private void nextChunk() throws IOException {
    if (!isFirstChunk && !line().isEmpty()) {
      throw new IOException("a chunk of the answer is longer than it says");
    }
    isFirstChunk = false;
    String size = line();
    int extension = size.indexOf(';');
    left = number((extension < 0 ? size : size.substring(0, extension)).strip(), 16);
    if (left == 0) {
      isEnded = true;
      readFields(new HashMap<>());
    }
  }

  private void readFields(Map<String, String> into) throws IOException {
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        into.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder(80);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the connection ended before the answer");
      }
      if (line.length() > LINE_LIMIT) {
        throw new IOException("a header of the answer is too long");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static int number(String digits, int radix) throws IOException {
    try {
      return Integer.parseUnsignedInt(digits, radix) & Integer.MAX_VALUE;
    } catch (NumberFormatException e) {
      throw new IOException("the answer's framing is not understood", e);
    }
  }

  @Override
  public void close() throws IOException {
    if (guard != null) {
      guard.interrupt();
    }
    channel.close();
  }

  /** Closes the channel when the time is over; interrupted when it is not needed any more. */
  private static final class Guard extends Thread {
    private final SocketChannel channel;
    private final Duration limit;
    private volatile boolean isExpired;

    Guard(SocketChannel channel, Duration limit) {
      super("cox-deadline");
      setDaemon(true);
      this.channel = channel;
      this.limit = limit;
    }

    @Override
    public void run() {
      try {
        sleep(limit);
        isExpired = true;
        channel.close();
      } catch (InterruptedException | IOException e) {
        // The answer was in time, or the channel is gone already: nothing is left to guard.
        isExpired |= e instanceof IOException;
      }
    }
  }
}
