package io.coxswain.agent.link;

import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of a door that this machine opens to others: with the certificate that its controller's
 * authority gave it, the newest one each time.
 */
public final class ServerTls implements Supplier<SSLContext> {
  private static final char[] NO_PASSWORD = new char[0];

  private final Host host;
  private @Nullable SSLContext last;
  private Optional<FileStat> lastStamp = Optional.empty();

  public ServerTls(Host host) {
    this.host = host;
  }

  @Override
  public synchronized SSLContext get() {
    Optional<FileStat> stamp = AgentIdentity.certificateStamp(host);
    SSLContext known = last;
    if (known != null && stamp.equals(lastStamp)) {
      return known;
    }
    AgentIdentity identity =
        AgentIdentity.read(host)
            .orElseThrow(
                () ->
                    new HostException(
                        HostException.Reason.IO_ERROR, "this machine has no certificate"));
    SSLContext made = context(identity);
    last = made;
    lastStamp = stamp;
    return made;
  }

  private static SSLContext context(AgentIdentity identity) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "agent",
          Certificates.privateKey(identity.key()),
          NO_PASSWORD,
          new Certificate[] {identity.x509()});
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, NO_PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("TLS of this machine's certificate: " + e.getMessage(), e);
    }
  }
}
