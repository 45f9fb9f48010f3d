package io.coxswain.agent.link;

import io.coxswain.agent.host.Background;
import io.coxswain.agent.host.Commands;
import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.Identity;
import io.coxswain.agent.host.Packages;
import io.coxswain.agent.host.Units;
import io.coxswain.agent.host.Users;
import java.time.InstantSource;

/** A host on which time passes by itself. */
record TickingHost(Host host) implements Host {
  @Override
  public Files files() {
    return host.files();
  }

  @Override
  public Commands commands() {
    return host.commands();
  }

  @Override
  public Packages packages() {
    return host.packages();
  }

  @Override
  public Units units() {
    return host.units();
  }

  @Override
  public Users users() {
    return host.users();
  }

  @Override
  public Identity identity() {
    return host.identity();
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public Background background() {
    return host.background();
  }
}
