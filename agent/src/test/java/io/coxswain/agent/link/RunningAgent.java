package io.coxswain.agent.link;

import io.coxswain.agent.host.FakeHost;
import java.time.InstantSource;

/** A session and its link on a thread of their own, with real time for the link's waits. */
final class RunningAgent implements AutoCloseable {
  private final AgentSession session;
  private final GrpcLink link;
  private final Thread thread;

  RunningAgent(FakeHost host, AgentIdentity identity, int port) {
    Wakeup wakeup = new Wakeup(InstantSource.system());
    TickingHost ticking = new TickingHost(host);
    session =
        new AgentSession(
            ticking, new FakeObservations(), identity.machineId(), "0.1.0", wakeup::wake);
    link = new GrpcLink(ticking, new Endpoint("localhost", port), identity, session, wakeup);
    thread =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    link.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  /** Runs what is due; always true, for use in conditions. */
  boolean work() {
    for (int i = 0; i < 10; i++) {
      session.work();
    }
    return true;
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  @Override
  public void close() {
    link.stop();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
