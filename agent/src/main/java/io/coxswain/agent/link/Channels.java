package io.coxswain.agent.link;

import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManager;

/** TLS to the controller, set to need little memory. */
final class Channels {
  private static final int LARGEST_MESSAGE = 8 << 20;

  private Channels() {}

  /** With this machine's certificate, to a controller of the CA that it joined. */
  static ManagedChannel mutual(Endpoint controller, AgentIdentity identity) {
    try {
      return open(
          controller,
          TlsChannelCredentials.newBuilder()
              .keyManager(identity.certificate().stream(), identity.key().stream())
              .trustManager(identity.ca().stream()));
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory can be read", e);
    }
  }

  /** Without a certificate, to a controller whose CA is pinned. */
  static ManagedChannel pinned(Endpoint controller, String pin) {
    TrustManager trust = new PinnedTrust(pin);
    return open(controller, TlsChannelCredentials.newBuilder().trustManager(trust));
  }

  private static ManagedChannel open(
      Endpoint controller, TlsChannelCredentials.Builder credentials) {
    return OkHttpChannelBuilder.forAddress(
            controller.host(), controller.port(), credentials.build())
        // Notices a controller that vanished without a word.
        .keepAliveTime(20, TimeUnit.SECONDS)
        .keepAliveTimeout(10, TimeUnit.SECONDS)
        .maxInboundMessageSize(LARGEST_MESSAGE)
        // Not the direct executor: it calls back under the transport's lock, and we send under the
        // session's.
        .disableRetry()
        .build();
  }
}
