package io.coxswain.controller.api;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one address from taking all connections, and closes those whose TLS handshake does not come
 * to an end (Nomad's CVE-2020-7218 is what happens without).
 */
final class ConnectionGuard {
  private final int largestPerAddress;
  private final Duration handshakeLimit;
  private final Map<InetAddress, Integer> open = new ConcurrentHashMap<>();

  ConnectionGuard(int largestPerAddress, Duration handshakeLimit) {
    this.largestPerAddress = largestPerAddress;
    this.handshakeLimit = handshakeLimit;
  }

  /** The handler of one connection. */
  ChannelDuplexHandler handler() {
    return new Handler();
  }

  private boolean enter(InetAddress address) {
    return open.merge(address, 1, Integer::sum) <= largestPerAddress;
  }

  private void leave(InetAddress address) {
    open.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
  }

  private final class Handler extends ChannelDuplexHandler {
    private @Nullable Future<?> deadline;
    private @Nullable InetAddress entered;

    @Override
    public void channelActive(ChannelHandlerContext ctx) throws Exception {
      if (ctx.channel().remoteAddress() instanceof InetSocketAddress remote
          && remote.getAddress() != null) {
        entered = remote.getAddress();
        if (!enter(remote.getAddress())) {
          close(ctx);
          return;
        }
        deadline =
            ctx.executor()
                .schedule(() -> close(ctx), handshakeLimit.toMillis(), TimeUnit.MILLISECONDS);
      }
      super.channelActive(ctx);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
      if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
        forgetDeadline();
      }
      super.userEventTriggered(ctx, event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
      forgetDeadline();
      if (entered != null) {
        leave(entered);
        entered = null;
      }
      super.channelInactive(ctx);
    }

    private static void close(ChannelHandlerContext ctx) {
      // channelInactive tells when it is done.
      var _ = ctx.close();
    }

    private void forgetDeadline() {
      if (deadline != null) {
        deadline.cancel(false);
        deadline = null;
      }
    }
  }
}
