package io.coxswain.agent.link;

import io.coxswain.agent.host.FakeHost;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** The files of a machine that has joined a controller which nobody will hear of again. */
public final class StrandedIdentity {
  private StrandedIdentity() {}

  /** By path. The certificate is valid for an hour. */
  public static Map<String, byte[]> files() {
    TestAuthority authority = new TestAuthority();
    KeyPair key = Certificates.newKey();
    byte[] request = Certificates.request("m-1", key.getPublic(), key.getPrivate());
    FakeHost host = new FakeHost("m-1");
    new AgentIdentity(
            "m-1",
            Pem.of("PRIVATE KEY", key.getPrivate().getEncoded()),
            Pem.of(authority.agent(request, Duration.ofHours(1))),
            Pem.of(authority.certificate()))
        .write(host);
    String directory = AgentIdentity.STATE + "/identity";
    Map<String, byte[]> files = new TreeMap<>();
    host.files()
        .list(directory)
        .forEach(
            name -> files.put(directory + "/" + name, host.files().read(directory + "/" + name)));
    return files;
  }

  /** Where the agent keeps its assignment. */
  public static String assignmentFile() {
    return StoredAssignment.FILE;
  }
}
