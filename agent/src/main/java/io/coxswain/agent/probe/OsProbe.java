package io.coxswain.agent.probe;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.report.FailureReason;
import io.coxswain.agent.report.OperatingSystem;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** The distribution by os-release, the kernel by uname. */
final class OsProbe {
  private final Host host;

  OsProbe(Host host) {
    this.host = host;
  }

  OperatingSystem read() {
    Map<String, String> release =
        parse(new String(host.files().read("/etc/os-release"), StandardCharsets.UTF_8));
    Result uname = host.commands().run(Command.of(Duration.ofSeconds(5), "uname", "-r", "-m"));
    String[] words = uname.out().strip().split(" ", -1);
    if (!uname.isSuccess() || words.length != 2) {
      throw new Unreadable(
          FailureReason.UNEXPECTED_OUTPUT,
          "uname -r -m printed \"" + uname.out().strip() + "\" (expected: two words)");
    }
    return new OperatingSystem(
        release.getOrDefault("ID", "linux"),
        release.getOrDefault("VERSION_ID", ""),
        words[0],
        words[1]);
  }

  /** os-release(5): NAME=value lines in the shell's own quoting. */
  static Map<String, String> parse(String text) {
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.startsWith("#") && line.contains("="))
        .collect(
            Collectors.toMap(
                line -> line.substring(0, line.indexOf('=')),
                line -> unquoted(line.substring(line.indexOf('=') + 1)),
                (first, second) -> second));
  }

  private static String unquoted(String value) {
    boolean isQuoted =
        value.length() >= 2
            && (value.charAt(0) == '"' || value.charAt(0) == '\'')
            && value.charAt(0) == value.charAt(value.length() - 1);
    return isQuoted ? value.substring(1, value.length() - 1) : value;
  }
}
