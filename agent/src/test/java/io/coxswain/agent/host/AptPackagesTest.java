package io.coxswain.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.agent.host.HostException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** apt's words on Debian 12, and when its lists are fetched anew. */
class AptPackagesTest {
  private static final String UNKNOWN = "E: Unable to locate package nosuchpkg\n";

  @TempDir Path directory;
  private final Script script = new Script();
  private Path database = Path.of("/");
  private Path lists = Path.of("/");

  @BeforeEach
  void machine() throws IOException {
    database = directory.resolve("status");
    lists = java.nio.file.Files.createDirectory(directory.resolve("lists"));
    java.nio.file.Files.createFile(lists.resolve("deb.debian.org_dists_bookworm_main_Packages"));
    database(
        """
        Package: munge
        Status: install ok installed
        Version: 0.5.15-2

        Package: slurmd
        Status: install ok half-configured
        Version: 22.05.8-4

        Package: kept
        Status: hold ok installed
        Version: 1

        Package: removed
        Status: deinstall ok config-files
        Version: 2
        """);
  }

  @Test
  void onlyWhatIsFullyConfiguredIsInstalled() {
    AptPackages packages = packages();
    assertThat(packages.missing(List.of("munge", "slurmd", "kept", "removed", "never")))
        .containsExactly("slurmd", "removed", "never");
    assertThat(packages.installed("munge")).contains("0.5.15-2");
    assertThat(packages.installed("slurmd")).isEmpty();
  }

  @Test
  void whatABrokenTransactionLeavesIsATrace() {
    assertThat(packages().traces(List.of("munge", "slurmd", "removed", "never")))
        .containsExactly("munge", "removed", "slurmd");
  }

  @Test
  void aDatabaseThatChangedIsReadAgain() throws IOException {
    AptPackages packages = packages();
    assertThat(packages.missing(List.of("slurmd"))).isNotEmpty();
    database("Package: slurmd\nStatus: install ok installed\nVersion: 22.05.8-4\n");
    assertThat(packages.missing(List.of("slurmd"))).isEmpty();
  }

  @Test
  void installingAsksNothingStartsNothingAndNeedsNoFreshLists() {
    script.answers.add(ok());
    packages().install(List.of("slurmd"));
    Commands.Command install = script.ran.getFirst();
    assertThat(install.argv()).startsWith("apt-get", "install").endsWith("--", "slurmd");
    assertThat(install.environment())
        .containsEntry("DEBIAN_FRONTEND", "noninteractive")
        .containsEntry("SYSTEMD_OFFLINE", "1");
    assertThat(script.verbs()).containsExactly("install", "daemon-reload");
  }

  @Test
  void listsThatDoNotKnowThePackageAreFetchedOnce() {
    script.answers.addAll(List.of(failed(UNKNOWN), ok(), ok()));
    packages().install(List.of("nosuchpkg"));
    assertThat(script.verbs()).containsExactly("install", "update", "install", "daemon-reload");
  }

  @Test
  void listsThatAreMissingAreFetchedFirst() throws IOException {
    java.nio.file.Files.delete(lists.resolve("deb.debian.org_dists_bookworm_main_Packages"));
    script.answers.addAll(List.of(ok(), ok()));
    packages().install(List.of("slurmd"));
    assertThat(script.verbs()).containsExactly("update", "install", "daemon-reload");
  }

  @Test
  void whatAnInterruptedRunLeftIsFinishedFirst() {
    script.answers.addAll(
        List.of(
            failed(
                "E: dpkg was interrupted, you must manually run 'dpkg --configure -a' to correct"
                    + " the problem.\n"),
            ok(),
            ok()));
    packages().install(List.of("slurmd"));
    assertThat(script.verbs())
        .containsExactly("install", "--configure", "install", "daemon-reload");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "E: Unable to locate package nosuchpkg | PACKAGE_NOT_FOUND | package: nosuchpkg",
        "E: Package 'awk' has no installation candidate | PACKAGE_NOT_FOUND | package: awk",
        "E: Unable to acquire the dpkg frontend lock (/var/lib/dpkg/lock-frontend), is another"
            + " process using it? | PACKAGE_LOCK_HELD | another package manager",
        "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get) |"
            + " PACKAGE_LOCK_HELD | another package manager",
        "E: You don't have enough free space in /var/cache/apt/archives/. | DISK_FULL | no space"
            + " left",
        "dpkg: error processing archive x.deb (--unpack): cannot copy: No space left on device |"
            + " DISK_FULL | no space left",
        "E: Sub-process /usr/bin/dpkg returned an error code (1) | PACKAGE_FAILED | exit status 100"
      })
  void aptsWordsBecomeReasons(String words, Reason reason, String message) {
    assertThatThrownBy(
            () -> {
              throw AptText.failure("install x", failed(words));
            })
        .isInstanceOfSatisfying(
            HostException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(reason);
              assertThat(e).hasMessageContaining(message);
              assertThat(e.tail()).isNotEmpty();
            });
  }

  @Test
  void packagesOfANameAreListedWithTheirHolds() throws IOException {
    database(
        """
        Package: libnvidia-ml1
        Status: hold ok installed
        Architecture: amd64
        Version: 535.261.03-1

        Package: libnvidia-ml1
        Status: install ok installed
        Architecture: i386
        Version: 535.261.03-1

        Package: nvidia-smi
        Status: deinstall ok config-files
        Architecture: amd64
        Version: 535.261.03-1

        Package: munge
        Status: install ok installed
        Architecture: amd64
        Version: 0.5.15-2
        """);
    assertThat(packages().matching(java.util.regex.Pattern.compile("(lib)?nvidia.*")))
        .containsExactly(
            new Packages.Installed("libnvidia-ml1", "535.261.03-1", true),
            new Packages.Installed("libnvidia-ml1:i386", "535.261.03-1", false));
  }

  @Test
  void whatATransactionWouldDoIsReadFromItsRehearsal() {
    script.answers.add(
        new Commands.Result(
            0,
            """
            NOTE: This is only a simulation!
            Remv nvidia-kernel-dkms [535.261.03-1]
            Inst libnvidia-ml1 [535.261.03-1] (580.82.07-1 NVIDIA:repo [amd64]) []
            Inst nvidia-open (580.82.07-1 NVIDIA:repo [all])
            Conf libnvidia-ml1 (580.82.07-1 NVIDIA:repo [amd64])
            """,
            ""));
    assertThat(packages().foresee(Packages.Selection.of(List.of("nvidia-open=580.*"))))
        .isEqualTo(
            new Packages.Foreseen(
                List.of("nvidia-open"), List.of("libnvidia-ml1"), List.of("nvidia-kernel-dkms")));
    assertThat(script.ran.getFirst().argv()).contains("--simulate");
  }

  @Test
  void aSelectionIsOneTransactionWithOlderAndHeldPackages() {
    script.answers.add(ok());
    packages()
        .bring(
            new Packages.Selection(
                List.of("/kept/libnvidia-ml1_535_amd64.deb", "nvidia-smi=535.1"),
                List.of("nvidia-open")));
    assertThat(script.ran.getFirst().argv())
        .contains("--allow-downgrades", "--allow-change-held-packages", "--purge")
        .endsWith("--", "/kept/libnvidia-ml1_535_amd64.deb", "nvidia-smi=535.1", "nvidia-open-");
    assertThat(script.verbs()).containsExactly("install", "daemon-reload");
  }

  @Test
  void aVersionThatTheSourcesLackIsNamed() {
    assertThat(
            AptText.failure(
                "install x", failed("E: Version '580.*' for 'libnvidia-ml1' was not found\n")))
        .hasMessageContaining("package: libnvidia-ml1=580.*")
        .hasMessageNotContaining("libnvidia-ml1,");
  }

  @Test
  void aPackagesFileIsFetchedWhereItIsKeptOrIsNotThere() throws IOException {
    Path kept = java.nio.file.Files.createDirectory(directory.resolve("kept"));
    Packages.Installed one = new Packages.Installed("libnvidia-ml1", "1:535-1", false);
    script.answers.add(failed("E: Can't find a source to download version '1:535-1'"));
    assertThat(packages().keep(one, kept.toString())).isEmpty();
    Path file = kept.resolve("libnvidia-ml1_1%3a535-1_amd64.deb");
    java.nio.file.Files.createFile(file);
    assertThat(packages().keep(one, kept.toString())).contains(file.toString());
    assertThat(script.ran.getLast().argv())
        .startsWith("env", "--chdir=" + kept, "apt-get", "download")
        .endsWith("libnvidia-ml1=1:535-1");
  }

  @Test
  void holdsAreAptMarks() {
    packages().hold(List.of("libnvidia-ml1"));
    packages().release(List.of("libnvidia-ml1"));
    packages().hold(List.of());
    assertThat(script.verbs()).containsExactly("hold", "unhold");
  }

  private AptPackages packages() {
    return new AptPackages(script, database, lists);
  }

  private void database(String text) throws IOException {
    // As dpkg does: a new file in the place of the old one.
    Path next = directory.resolve("status-new");
    java.nio.file.Files.writeString(next, text);
    java.nio.file.Files.move(next, database, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static Commands.Result ok() {
    return new Commands.Result(0, "", "");
  }

  private static Commands.Result failed(String words) {
    return new Commands.Result(100, "", words);
  }

  /** Answers in order; when they are used up, all is well. */
  private static final class Script implements Commands {
    private final Deque<Result> answers = new ArrayDeque<>();
    private final List<Command> ran = new ArrayList<>();

    @Override
    public Result run(Command command) {
      ran.add(command);
      return answers.isEmpty() ? ok() : answers.removeFirst();
    }

    @Override
    public Optional<String> find(String program) {
      return Optional.of("/usr/bin/" + program);
    }

    List<String> verbs() {
      return ran.stream().map(command -> command.argv().get(1)).toList();
    }
  }
}
