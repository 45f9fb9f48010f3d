package io.coxswain.agent.link;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Optional;

/**
 * What makes this machine known to its controller: key, certificate, the CA's certificate, and the
 * id that the controller gave.
 */
public record AgentIdentity(String machineId, Pem key, Pem certificate, Pem ca) {
  /** The agent's own state; only root enters. */
  public static final String STATE = "/var/lib/coxswain-agent";

  private static final String DIRECTORY = STATE + "/identity";
  private static final String KEY = DIRECTORY + "/key.pem";
  private static final String CERTIFICATE = DIRECTORY + "/cert.pem";
  private static final String CA = DIRECTORY + "/ca.pem";
  private static final String MACHINE_ID = DIRECTORY + "/machine-id";
  private static final Access SECRET = new Access(0600, "root", "root");

  /** Empty when this machine has not joined: the certificate is what is written last. */
  public static Optional<AgentIdentity> read(Host host) {
    if (host.files().stat(CERTIFICATE).isEmpty()) {
      return Optional.empty();
    }
    for (String file : new String[] {KEY, CA, MACHINE_ID}) {
      if (host.files().stat(file).isEmpty()) {
        throw new HostException(
            HostException.Reason.IO_ERROR,
            file
                + ": does not exist (expected: what joining wrote; remove "
                + DIRECTORY
                + " and join again)");
      }
    }
    return Optional.of(
        new AgentIdentity(
            new String(host.files().read(MACHINE_ID), StandardCharsets.UTF_8).strip(),
            new Pem(host.files().read(KEY)),
            new Pem(host.files().read(CERTIFICATE)),
            new Pem(host.files().read(CA))));
  }

  /** Another one when the certificate was renewed. */
  static Optional<FileStat> certificateStamp(Host host) {
    return host.files().stat(CERTIFICATE);
  }

  void write(Host host) {
    host.files().createDirectory(STATE, new Access(0700, "root", "root"));
    host.files().createDirectory(DIRECTORY, new Access(0700, "root", "root"));
    // An older identity's: beside a new key it would be neither.
    if (host.files().stat(CERTIFICATE).isPresent()) {
      host.files().delete(CERTIFICATE);
    }
    host.files().write(KEY, key.bytes(), SECRET);
    host.files().write(CA, ca.bytes(), SECRET);
    host.files().write(MACHINE_ID, (machineId + "\n").getBytes(StandardCharsets.UTF_8), SECRET);
    host.files().write(CERTIFICATE, certificate.bytes(), SECRET);
  }

  /** The same identity with a younger certificate, on the disk too. */
  AgentIdentity renewed(Host host, Pem younger) {
    host.files().write(CERTIFICATE, younger.bytes(), SECRET);
    return new AgentIdentity(machineId, key, younger, ca);
  }

  /** How the CA is pinned: sha256:hex of its certificate's DER. */
  public String caPin() {
    return Certificates.pin(ca.certificate());
  }

  public X509Certificate x509() {
    return certificate.certificate();
  }
}
