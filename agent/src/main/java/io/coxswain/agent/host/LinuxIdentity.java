package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.HostException.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Host name and boot of a Linux machine. */
final class LinuxIdentity implements Identity {
  private final Files files;
  private final Commands commands;

  LinuxIdentity(Files files, Commands commands) {
    this.files = files;
    this.commands = commands;
  }

  @Override
  public String hostName() {
    return text("/proc/sys/kernel/hostname");
  }

  @Override
  public void setHostName(String name) {
    files.write(
        "/etc/hostname",
        (name + "\n").getBytes(StandardCharsets.UTF_8),
        new Files.Access(0644, "root", "root"));
    Result result = commands.run(Command.of(Duration.ofSeconds(10), "hostname", name));
    if (!result.isSuccess()) {
      throw new HostException(
          Reason.COMMAND_FAILED,
          "hostname " + name + ": exit status " + result.status(),
          Output.tail(result));
    }
  }

  // A container shares the kernel's id with its neighbours and keeps it over a restart: the start
  // of its first process tells
  // its boots apart.
  @Override
  public String bootId() {
    String stat = text("/proc/1/stat");
    // The name in parentheses may hold anything; the start time is field 22, the 20th after it.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return text("/proc/sys/kernel/random/boot_id") + "-" + fields.get(19);
  }

  private String text(String path) {
    return new String(files.read(path), StandardCharsets.UTF_8).strip();
  }
}
