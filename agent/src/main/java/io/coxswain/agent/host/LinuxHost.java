package io.coxswain.agent.host;

import java.nio.file.Path;
import java.time.InstantSource;

/** This machine, when it runs Debian or Ubuntu on systemd. */
public final class LinuxHost implements Host {
  private final Commands commands = new LinuxCommands();
  private final Files files = new LinuxFiles(new Mounts(Path.of("/proc/self/mountinfo")));
  private final InstantSource clock = InstantSource.system();
  private final Packages packages =
      new AptPackages(commands, Path.of("/var/lib/dpkg/status"), Path.of("/var/lib/apt/lists"));
  private final Units units = new LinuxUnits(commands, clock);
  private final Users users = new LinuxUsers(commands, files);
  private final Identity identity = new LinuxIdentity(files, commands);
  // A thread for each task while it runs: mounting a volume must not wait for a measurement.
  private final Background background =
      new Background(task -> Thread.ofPlatform().daemon().name("background").start(task));

  @Override
  public Files files() {
    return files;
  }

  @Override
  public Commands commands() {
    return commands;
  }

  @Override
  public Packages packages() {
    return packages;
  }

  @Override
  public Units units() {
    return units;
  }

  @Override
  public Users users() {
    return users;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Background background() {
    return background;
  }
}
