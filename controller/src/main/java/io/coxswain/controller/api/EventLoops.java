package io.coxswain.controller.api;

import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The threads that wait for the network. They stop when told, without netty's two seconds of
 * listening whether anything more comes.
 */
final class EventLoops extends MultiThreadIoEventLoopGroup {
  EventLoops(int threads) {
    super(
        threads,
        ThreadFactories.newEventLoopThreadFactory("network", true),
        EpollIoHandler.newFactory());
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, 2, TimeUnit.SECONDS);
  }
}
