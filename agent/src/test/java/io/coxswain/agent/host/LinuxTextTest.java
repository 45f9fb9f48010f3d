package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.host.LinuxUnits.Shown;
import io.coxswain.agent.host.Units.Active;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel and systemd print, and what it means. */
class LinuxTextTest {
  @TempDir Path directory;

  @Test
  void aPathLiesOnTheLongestMountAboveIt() throws IOException {
    Path table = directory.resolve("mountinfo");
    java.nio.file.Files.writeString(
        table,
        """
        78 51 0:40 / / rw,relatime - overlay overlay rw
        79 78 254:0 /tmp/lab/home /home rw,relatime - ext4 /dev/vda rw
        84 78 0:46 / /run rw,nosuid shared:5 - tmpfs tmpfs rw
        90 78 0:60 / /mnt/with\\040space rw,relatime - nfs4 server:/export rw
        91 78 254:0 /x/hosts /etc/hosts rw,relatime - ext4 /dev/vda rw
        """);
    Mounts mounts = new Mounts(table);
    assertThat(mounts.holding(Path.of("/home/c-7f3a")).orElseThrow().point())
        .isEqualTo(Path.of("/home"));
    assertThat(mounts.holding(Path.of("/homestead")).orElseThrow().point()).isEqualTo(Path.of("/"));
    assertThat(mounts.holding(Path.of("/mnt/with space/x")).orElseThrow().isLocal()).isFalse();
    assertThat(mounts.holding(Path.of("/run/x")).orElseThrow().isLocal()).isTrue();
    assertThat(mounts.isMountPoint(Path.of("/etc/hosts"))).isTrue();
    assertThat(mounts.atOrBelow(Path.of("/etc"))).contains(Path.of("/etc/hosts"));
    assertThat(mounts.atOrBelow(Path.of("/var"))).isEmpty();
  }

  @Test
  void systemdsWordsBecomeAState() {
    Shown shown =
        Shown.parse(
            """
            NRestarts=0
            ExecMainStartTimestamp=@1764000000
            Id=slurmd.service
            LoadState=loaded
            ActiveState=active
            UnitFileState=enabled
            NeedDaemonReload=yes\
            """);
    assertThat(shown.state().loaded()).isTrue();
    assertThat(shown.state().enabled()).isTrue();
    assertThat(shown.state().needsReload()).isTrue();
    assertThat(shown.state().active()).isEqualTo(Active.ACTIVE);
    assertThat(shown.state().activeSince()).contains(Instant.ofEpochSecond(1_764_000_000));
  }

  @Test
  void aUnitThatIsNotThereIsNothing() {
    Shown shown =
        Shown.parse("NRestarts=0\nLoadState=not-found\nActiveState=inactive\nUnitFileState=\n");
    assertThat(shown.state().loaded()).isFalse();
    assertThat(shown.state().enabled()).isFalse();
    assertThat(shown.state().activeSince()).isEmpty();
  }

  @Test
  void aDaemonThatWasJustStartedAgainIsDoubted() {
    Shown shown =
        Shown.parse(
            "NRestarts=3\nExecMainStartTimestamp=@1000\nLoadState=loaded\nActiveState=active\n");
    assertThat(shown.asOf(Instant.ofEpochSecond(1005)).active()).isEqualTo(Active.ACTIVATING);
    assertThat(shown.asOf(Instant.ofEpochSecond(1060)).active()).isEqualTo(Active.ACTIVE);
  }

  @Test
  void linesOfPasswdBecomeAccounts() {
    assertThat(Accounts.parse("c-7f3a:x:20001:20001::/home/c-7f3a:/bin/bash"))
        .contains(new Users.Account("c-7f3a", 20_001, 20_001, "/home/c-7f3a", "/bin/bash"));
    assertThat(Accounts.parse("+::::::")).isEmpty();
    assertThat(Accounts.parse("short:x:1")).isEmpty();
  }

  @Test
  void aTailIsTheLastLinesThatSaySomething() {
    String many = "x\n".repeat(100) + "\nlast\n\n";
    assertThat(Output.tail(many, "")).hasSize(20).endsWith("last");
    assertThat(Output.tail("out", "err")).isEqualTo(List.of("err"));
    assertThat(Output.tail("y".repeat(1000), "").getFirst()).hasSize(402);
  }
}
