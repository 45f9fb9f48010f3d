package io.coxswain.agent.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port before another one, that tears the first connections down and then lets all through. */
final class TornDoor implements AutoCloseable {
  final AtomicInteger torn = new AtomicInteger();
  private final ServerSocket door;
  private final int behind;
  private final int tears;

  TornDoor(int behind, int tears) throws IOException {
    this.door = new ServerSocket(0, 50, InetAddress.getByName("localhost"));
    this.behind = behind;
    this.tears = tears;
    Thread.ofVirtual().start(this::open);
  }

  int port() {
    return door.getLocalPort();
  }

  private void open() {
    try {
      while (true) {
        Socket in = door.accept();
        if (torn.get() < tears) {
          torn.incrementAndGet();
          // With a reset, as the kernel does for a program that is gone.
          in.setSoLinger(true, 0);
          in.close();
        } else {
          Socket out = new Socket(door.getInetAddress(), behind);
          Thread.ofVirtual().start(() -> pipe(in, out));
          Thread.ofVirtual().start(() -> pipe(out, in));
        }
      }
    } catch (IOException e) {
      // The door was closed.
    }
  }

  private static void pipe(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of the two has gone, and the other goes with it.
    }
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
