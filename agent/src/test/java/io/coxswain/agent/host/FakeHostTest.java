package io.coxswain.agent.host;

import io.coxswain.agent.host.Files.Access;
import org.junit.jupiter.api.BeforeEach;

/** The fake obeys the contract too. */
class FakeHostTest extends HostContract {
  private final FakeHost host = new FakeHost("worker-0");

  @BeforeEach
  void makeDirectory() {
    host.files().createDirectory("/var/lib/test", access(0700));
  }

  @Override
  Host host() {
    return host;
  }

  @Override
  String directory() {
    return "/var/lib/test";
  }

  @Override
  Access access(int mode) {
    return new Access(mode, "root", "root");
  }
}
