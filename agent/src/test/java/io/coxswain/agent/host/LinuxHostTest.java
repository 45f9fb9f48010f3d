package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Commands.Command;
import io.coxswain.agent.host.Commands.Result;
import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real host, as far as a temporary directory and harmless programs go. */
class LinuxHostTest extends HostContract {
  private static final Duration LONG = Duration.ofSeconds(20);

  @TempDir Path temporary;
  private final LinuxHost host = new LinuxHost();

  @Override
  Host host() {
    return host;
  }

  @Override
  String directory() {
    return temporary.toString();
  }

  @Override
  Access access(int mode) {
    try {
      PosixFileAttributes mine =
          java.nio.file.Files.readAttributes(
              temporary, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return new Access(mode, mine.owner().getName(), mine.group().getName());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void aCommandsOutputAndStatusComeBack() {
    Result result =
        host.commands().run(Command.of(LONG, "sh", "-c", "echo out; echo err >&2; exit 3"));
    assertThat(result).isEqualTo(new Result(3, "out\n", "err\n"));
  }

  @Test
  void aCommandSeesACleanEnvironmentAndWhatItIsGiven() {
    Result result = host.commands().run(Command.of(LONG, "env").with(Map.of("GIVEN", "yes")));
    assertThat(result.out().lines())
        .contains("GIVEN=yes", "LC_ALL=C.UTF-8", "HOME=/root")
        .noneMatch(line -> line.startsWith("JAVA_HOME="));
  }

  @Test
  void aCommandThatIsKilledBySignalHasAStatusAbove128() {
    assertThat(host.commands().run(Command.of(LONG, "sh", "-c", "kill -9 $$")).status())
        .isEqualTo(137);
  }

  @Test
  void outputBeyondTheLimitLosesItsBeginning() {
    Result result =
        host.commands()
            .run(Command.of(LONG, "sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x; echo end"));
    assertThat(result.out()).hasSize(1 << 20).endsWith("end\n");
  }

  @Test
  void atTheDeadlineTheWholeProcessGroupEnds() {
    String marker = "31415926";
    assertThatThrownBy(
            () ->
                host.commands()
                    .run(
                        Command.of(
                            Duration.ofMillis(300),
                            "sh",
                            "-c",
                            "sleep " + marker + " & echo started; wait")))
        .isInstanceOfSatisfying(
            HostException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.DEADLINE_EXCEEDED);
              assertThat(e.tail()).containsExactly("started");
            });
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(process -> process.info().commandLine().orElse("").contains(marker));
  }

  @Test
  void aDaemonThatKeepsThePipeDoesNotHoldTheCommand() {
    Result result = host.commands().run(Command.of(LONG, "sh", "-c", "sleep 6 & echo done"));
    assertThat(result.out()).isEqualTo("done\n");
  }

  @Test
  void aDirectoryThatAUserSwappedForALinkIsNotWrittenThrough() {
    String home = temporary + "/home";
    host.files().createDirectory(home, access(0777));
    host.files().createDirectory(temporary + "/secret", access(0700));
    host.files().link(home + "/.ssh", temporary + "/secret");
    assertThatThrownBy(() -> host.files().write(home + "/.ssh/file", bytes("x"), access(0600)))
        .isInstanceOf(HostException.class);
    assertThat(host.files().list(temporary + "/secret")).isEmpty();
  }

  @Test
  void theBootIdIsStable() {
    assertThat(host.identity().bootId()).isEqualTo(host.identity().bootId()).isNotBlank();
    assertThat(host.identity().hostName()).isNotBlank();
  }
}
