package io.coxswain.cli;

import static io.coxswain.cli.FakeController.error;
import static io.coxswain.cli.FakeController.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.v1.Instance;
import io.coxswain.v1.Lifecycle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code cox ssh}: to whom it connects, with which words; that nothing from the controller becomes
 * an option of ssh.
 */
final class SshCommandTest {
  @TempDir Path directory;
  private Desk desk;

  @BeforeEach
  void sitDown() throws IOException {
    desk = new Desk(directory);
    desk.controller.on("Clusters/GetCluster", reply(Site.cluster()));
    desk.controller.on(
        "Instances/GetInstance", reply(Site.instance("c-7f3a-0", Lifecycle.RUNNING)));
  }

  @AfterEach
  void leave() throws IOException {
    desk.close();
  }

  @Test
  void anInstanceIsReachedAsItsClustersUser() {
    SshCommand command = command("c-7f3a-0");
    command.command = List.of("--", "nvidia-smi", "-L");
    assertThat(command.arguments(command.login()))
        .containsExactly(
            "ssh",
            "-o",
            "StrictHostKeyChecking=accept-new",
            "-o",
            "UserKnownHostsFile=~/.ssh/known_hosts.coxswain",
            "-o",
            "HostKeyAlias=gpu0",
            "-l",
            "c-7f3a",
            "--",
            "10.0.0.10",
            "nvidia-smi",
            "-L");
  }

  @Test
  void aClustersNameMeansItsJumphost() {
    desk.controller.on(
        "Instances/GetInstance", error(RpcException.NOT_FOUND, "no instance 'train'"));
    SshCommand command = command("train");
    assertThat(command.login()).isEqualTo(new SshCommand.Login("c-7f3a", "10.0.0.1", "jumphost"));
  }

  @Test
  void wordsAfterTheNameBelongToTheCommand() {
    desk.controller.on("Instances/GetInstance", error(RpcException.UNAUTHENTICATED, "stop here"));
    assertThat(
            desk.cox(
                "ssh", "-t", "-i", "key", "-L", "1:localhost:1", "c-7f3a-0", "ls", "-l", "--color"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(desk.err()).isEqualTo("error: stop here\n");
  }

  @Test
  void anInstanceWithoutAMachineHasNoLogin() {
    desk.controller.on(
        "Instances/GetInstance",
        reply(Instance.newBuilder().setName("c-7f3a-0").setClusterId("c-7f3a").build()));
    assertThat(desk.cox("ssh", "c-7f3a-0")).isEqualTo(ExitCode.FAILED);
    assertThat(desk.err())
        .contains("c-7f3a-0 has no machine to log in to yet")
        .contains("fix: cox why c-7f3a-0");
  }

  @Test
  void anAddressThatIsNoneNeverReachesSsh() {
    for (String address : List.of("-oProxyCommand=sh", "host name", "a@b", "$(x)")) {
      desk.controller.on(
          "Instances/GetInstance",
          reply(
              Site.instance("c-7f3a-0", Lifecycle.RUNNING).toBuilder()
                  .setAddress(address)
                  .build()));
      assertThat(desk.cox("ssh", "c-7f3a-0")).isEqualTo(ExitCode.FAILED);
      assertThat(desk.err()).contains("an address that is none");
    }
  }

  private SshCommand command(String name) {
    SshCommand command = new SshCommand();
    command.on(desk.terminal(), "");
    command.name = name;
    return command;
  }
}
