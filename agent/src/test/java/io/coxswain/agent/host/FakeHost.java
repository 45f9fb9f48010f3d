package io.coxswain.agent.host;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.Users.Account;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine in memory: files, packages, units, accounts, and Slurm's programs as far as our steps
 * use them.
 */
public final class FakeHost implements Host {
  private final ManualClock clock;
  private final Effects effects = new Effects();
  private final FakeUsers users = new FakeUsers(effects);
  private final FakeFiles files;
  private final FakeCommands commands;
  private final FakePackages packages;
  private final FakeUnits units;
  private final FakeIdentity identity;
  private final FakeSlurmHost slurm;
  private final FakeMounts mounts;
  private Background background = new Background(Runnable::run);
  private boolean isUp = true;
  private Runnable onBoot = () -> {};

  /** A machine of its own. */
  public FakeHost(String hostName) {
    this(hostName, new ManualClock(), new FakeSlurm());
  }

  /** A machine among others that share time and Slurm's network. */
  public FakeHost(String hostName, ManualClock clock, FakeSlurm network) {
    this.clock = clock;
    this.files =
        new FakeFiles(
            effects, clock, name -> name.matches("[0-9]+") || users.find(name).isPresent());
    this.commands = new FakeCommands(effects, files);
    this.identity = new FakeIdentity(effects, files, hostName);
    this.slurm = new FakeSlurmHost(this, network);
    this.mounts = new FakeMounts(this, slurm);
    this.units = new FakeUnits(effects, files, clock, mounts);
    this.packages = new FakePackages(effects, files, this::installed);
    users.makeHomesBy(this::makeHome);
    commands.on("mpicc", this::compile);
    // No job step runs, as pgrep says it.
    commands.install("pgrep");
    commands.on("pgrep", command -> new Commands.Result(1, "", ""));
    commands.install("systemctl");
    commands.on("systemctl", this::systemctl);
    slurm.programs(commands);
    mounts.programs(commands);
  }

  private void makeHome(Account account) {
    if (files.stat(account.home()).isEmpty()) {
      files.createDirectory(account.home(), new Access(0700, account.name(), account.name()));
    }
  }

  private void installed(String name) {
    switch (name) {
      case "munge" -> {
        users.add(new Account("munge", 111, 111, "/nonexistent", "/usr/sbin/nologin"));
        units.define("munge.service");
      }
      case "slurm-client", "slurm-wlm", "slurmd", "slurmctld" -> {
        users.add(new Account("slurm", 64030, 64030, "/nonexistent", "/usr/sbin/nologin"));
        units.define(name + ".service");
        List.of("scontrol", "squeue", "scancel", "srun").forEach(commands::install);
      }
      case "libopenmpi-dev" -> commands.install("mpicc");
      default -> {
        // Brings nothing that a step looks at.
      }
    }
  }

  private Commands.Result systemctl(Commands.Command command) {
    if (command.argv().contains("reboot")) {
      reboot();
    }
    return FakeCommands.ok("");
  }

  private Commands.Result compile(Commands.Command command) {
    List<String> argv = command.argv();
    String output = argv.get(argv.indexOf("-o") + 1);
    files.put(output, "compiled from " + files.text(argv.getLast()));
    return FakeCommands.ok("");
  }

  /** Everything that a check may not change. */
  public List<String> snapshot() {
    List<String> lines = new ArrayList<>(files.snapshot());
    lines.addAll(units.snapshot());
    lines.add(packages.all().toString() + packages.held());
    lines.add(users.all().toString());
    lines.add(identity.hostName());
    return lines;
  }

  /** Without power: nothing runs, and Slurm hears nothing of it. */
  public void powerOff() {
    isUp = false;
    users.endAll();
  }

  /** Boots: what was only in memory is gone, enabled units start. */
  public void reboot() {
    isUp = true;
    users.endAll();
    identity.reboot();
    for (String directory : List.of("/run", "/tmp", "/dev/shm")) {
      for (String child : files.list(directory)) {
        files.deleteTree(directory + "/" + child);
      }
    }
    onBoot.run();
    units.reboot();
  }

  /** What the kernel does when it comes up, before any unit starts. */
  public void onBoot(Runnable boot) {
    onBoot = boot;
  }

  public boolean isUp() {
    return isUp;
  }

  /** Where a listener may crash the agent. */
  public Effects effects() {
    return effects;
  }

  /** What is mounted. */
  public FakeMounts mounts() {
    return mounts;
  }

  @Override
  public FakeFiles files() {
    return files;
  }

  @Override
  public FakeCommands commands() {
    return commands;
  }

  @Override
  public FakePackages packages() {
    return packages;
  }

  @Override
  public FakeUnits units() {
    return units;
  }

  @Override
  public FakeUsers users() {
    return users;
  }

  @Override
  public Identity identity() {
    return identity;
  }

  @Override
  public ManualClock clock() {
    return clock;
  }

  @Override
  public Background background() {
    return background;
  }

  /** From now on what is begun waits to be run: by {@link Runnable#run} of what is returned. */
  public Runnable holdBackground() {
    List<Runnable> held = new ArrayList<>();
    background = new Background(held::add);
    return () -> {
      List<Runnable> due = List.copyOf(held);
      held.clear();
      due.forEach(Runnable::run);
    };
  }

  /** Whether a program was compiled or put there. */
  boolean hasProgram(String path) {
    return files.stat(path).filter(stat -> stat.kind() == Kind.FILE).isPresent();
  }
}
