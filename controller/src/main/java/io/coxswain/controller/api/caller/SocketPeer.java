package io.coxswain.controller.api.caller;

import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.unix.PeerCredentials;
import java.io.IOException;
import java.util.Optional;

/**
 * Who is at the other end of the Unix socket: the kernel's word (SO_PEERCRED, unix(7)), taken when
 * the peer connected.
 */
final class SocketPeer {
  private SocketPeer() {}

  /** Empty when the call did not come over the Unix socket. */
  static Optional<PeerCredentials> of(ServiceRequestContext call) {
    Channel channel = call.log().ensureAvailable(RequestLogProperty.SESSION).channel();
    if (!(channel instanceof EpollDomainSocketChannel socket)) {
      return Optional.empty();
    }
    try {
      return Optional.of(socket.peerCredentials());
    } catch (IOException e) {
      // The connection has gone: nobody is there to be let in.
      return Optional.empty();
    }
  }
}
