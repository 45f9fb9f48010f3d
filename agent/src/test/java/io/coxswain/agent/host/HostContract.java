package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.Files.Access;
import io.coxswain.agent.host.Files.FileStat;
import io.coxswain.agent.host.Files.Kind;
import io.coxswain.agent.host.HostException.Reason;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every host does with files and names, whether it is made of steel or of maps. */
abstract class HostContract {
  /** A host, and a directory on it that exists, is empty and may be written to. */
  abstract Host host();

  abstract String directory();

  /** An account and a group that exist and that files may be given to. */
  abstract Access access(int mode);

  @Test
  void aWrittenFileHasItsContentModeAndOwner() {
    String path = directory() + "/file";
    host().files().write(path, bytes("one"), access(0640));
    assertThat(host().files().read(path)).isEqualTo(bytes("one"));
    FileStat stat = host().files().stat(path).orElseThrow();
    assertThat(stat.kind()).isEqualTo(Kind.FILE);
    assertThat(stat.mode()).isEqualTo(0640);
    assertThat(stat.owner()).isEqualTo(access(0).owner());
    assertThat(stat.size()).isEqualTo(3);
  }

  @Test
  void writingAgainReplacesContentAndMode() {
    String path = directory() + "/file";
    host().files().write(path, bytes("one"), access(0600));
    host().files().write(path, bytes("second"), access(0644));
    assertThat(host().files().read(path)).isEqualTo(bytes("second"));
    assertThat(host().files().stat(path).orElseThrow().mode()).isEqualTo(0644);
    assertThat(host().files().list(directory())).containsExactly("file");
  }

  @Test
  void writingReplacesALinkAndNotWhatItLeadsTo() {
    host().files().write(directory() + "/target", bytes("kept"), access(0600));
    host().files().link(directory() + "/link", directory() + "/target");
    host().files().write(directory() + "/link", bytes("new"), access(0600));
    assertThat(host().files().read(directory() + "/target")).isEqualTo(bytes("kept"));
    assertThat(host().files().stat(directory() + "/link").orElseThrow().kind())
        .isEqualTo(Kind.FILE);
  }

  @Test
  void nothingIsAtAPathBelowAFile() {
    host().files().write(directory() + "/file", bytes("one"), access(0600));
    assertThat(host().files().stat(directory() + "/file/below")).isEmpty();
    assertThat(host().files().list(directory() + "/file")).isEmpty();
  }

  @Test
  void aDirectoryIsMadeWithItsParents() {
    host().files().createDirectory(directory() + "/a/b", access(0700));
    assertThat(host().files().stat(directory() + "/a").orElseThrow().mode()).isEqualTo(0755);
    assertThat(host().files().stat(directory() + "/a/b").orElseThrow().mode()).isEqualTo(0700);
    host().files().createDirectory(directory() + "/a/b", access(0750));
    assertThat(host().files().stat(directory() + "/a/b").orElseThrow().mode()).isEqualTo(0750);
  }

  @Test
  void aLinkIsReplacedAndAFileInItsPlaceIsNot() {
    String link = directory() + "/link";
    host().files().link(link, "/nowhere");
    host().files().link(link, "/elsewhere");
    assertThat(host().files().readLink(link)).isEqualTo("/elsewhere");
    host().files().write(directory() + "/file", bytes("one"), access(0600));
    assertThatThrownBy(() -> host().files().link(directory() + "/file", "/nowhere"))
        .isInstanceOf(HostException.class);
    assertThat(host().files().read(directory() + "/file")).isEqualTo(bytes("one"));
  }

  @Test
  void deletingWhatIsNotThereIsFine() {
    host().files().delete(directory() + "/nothing");
    host().files().deleteTree(directory() + "/nothing");
  }

  @Test
  void aDirectoryThatIsNotEmptyIsDeletedOnlyAsATree() {
    host().files().createDirectory(directory() + "/tree/inner", access(0700));
    host().files().write(directory() + "/tree/inner/file", bytes("one"), access(0600));
    assertThatThrownBy(() -> host().files().delete(directory() + "/tree"))
        .isInstanceOf(HostException.class);
    host().files().deleteTree(directory() + "/tree");
    assertThat(host().files().stat(directory() + "/tree")).isEmpty();
    assertThat(host().files().list(directory())).isEmpty();
  }

  @Test
  void deletingATreeLeavesWhatItsLinksLeadTo() {
    host().files().createDirectory(directory() + "/kept", access(0700));
    host().files().write(directory() + "/kept/file", bytes("one"), access(0600));
    host().files().createDirectory(directory() + "/tree", access(0700));
    host().files().link(directory() + "/tree/link", directory() + "/kept");
    host().files().deleteTree(directory() + "/tree");
    assertThat(host().files().read(directory() + "/kept/file")).isEqualTo(bytes("one"));
  }

  @Test
  void aTopLevelDirectoryIsNeverDeletedAsATree() {
    assertThatThrownBy(() -> host().files().deleteTree("/home"))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NOT_OURS));
  }

  @Test
  void pathsThatAreRelativeOrClimbAreRefused() {
    for (String path : List.of("file", "/etc/../etc/file", directory() + "/./file")) {
      assertThatThrownBy(() -> host().files().stat(path)).isInstanceOf(HostException.class);
    }
  }

  @Test
  void readingWhatIsNotThereSaysSo() {
    assertThatThrownBy(() -> host().files().read(directory() + "/nothing"))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void anOwnerThatIsNoAccountIsRefused() {
    assertThatThrownBy(
            () ->
                host()
                    .files()
                    .write(
                        directory() + "/file",
                        bytes("x"),
                        new Access(0600, "no-such-user", "root")))
        .isInstanceOfSatisfying(
            HostException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ACCOUNT_CONFLICT));
    assertThat(host().files().list(directory())).isEmpty();
  }

  @Test
  void rootIsAnAccountAndNobodyHasAUidBeyondTheRange() {
    assertThat(host().users().find("root").orElseThrow().uid()).isZero();
    assertThat(host().users().find("no-such-user")).isEmpty();
    assertThat(host().users().processes(2_000_000_000)).isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThat(host().commands().find("no-such-program")).isEmpty();
    assertThatThrownBy(
            () ->
                host()
                    .commands()
                    .run(Commands.Command.of(java.time.Duration.ofSeconds(1), "no-such-program")))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("no-such-program");
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
