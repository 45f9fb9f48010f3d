package io.coxswain.controller.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Golden;
import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.controller.spec.DriverSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A bundle and a machine's facts: what is installed, or why not. */
final class ResolverTest {
  private static final Catalogue OWN = Catalogues.own();

  private static Resolution resolve(String bundle, GpuServer server) {
    return new Resolver(OWN).resolve(OWN.bundle(bundle).orElseThrow(), server.facts());
  }

  private static List<String> packages(Resolution resolution) {
    return resolution.driver().orElseThrow().packages().stream()
        .map(part -> part.name() + (part.version().isEmpty() ? "" : "=" + part.version()))
        .toList();
  }

  private static DriverSet.File file(Resolution resolution, String path) {
    return resolution.driver().orElseThrow().files().stream()
        .filter(file -> file.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  /** Every bundle on every distribution that it has a row for and agents can serve. */
  @TestFactory
  Stream<DynamicTest> whatEachDistributionGetsIsAsReviewed() {
    return OWN.sorted().stream()
        .map(
            bundle ->
                DynamicTest.dynamicTest(
                    bundle.name(),
                    () ->
                        Golden.resource(
                            "bundle/" + bundle.name() + ".txt", resolvedEverywhere(bundle))));
  }

  private static String resolvedEverywhere(Bundle bundle) {
    StringBuilder text = new StringBuilder();
    for (Bundle.Row row : bundle.rows()) {
      for (Bundle.Distribution on : row.distributions()) {
        GpuServer server = new GpuServer().on(on.id(), on.version());
        if (bundle.flavour() == DriverSet.Flavour.OPEN && row.branch() > 570) {
          server.withNvswitch();
        } else {
          server.gpu("10de:1eb8", "TU104GL [Tesla T4]");
        }
        text.append("== ").append(on).append('\n');
        Resolution resolution = new Resolver(OWN).resolve(bundle, server.runs("docker").facts());
        resolution.obstacles().forEach(each -> text.append("against: ").append(each).append('\n'));
        resolution.driver().ifPresent(driver -> text.append(printed(driver)));
      }
    }
    return text.toString();
  }

  private static String printed(DriverSet driver) {
    StringBuilder text = new StringBuilder();
    text.append(driver.bundle())
        .append(driver.buildsModule() ? ", builds its module" : "")
        .append(driver.isSigned() ? ", signed" : "")
        .append(", ")
        .append(driver.versionPrefix())
        .append(", ")
        .append(driver.flavour())
        .append(driver.hasContainerToolkit() ? ", with container toolkit\n" : "\n");
    driver
        .packages()
        .forEach(
            part ->
                text.append("package ")
                    .append(part.name())
                    .append(' ')
                    .append(part.version())
                    .append('\n'));
    driver.units().forEach(unit -> text.append("unit ").append(unit).append('\n'));
    for (DriverSet.File file : driver.files()) {
      text.append("-- ").append(file.path()).append('\n').append(file.content());
    }
    return text.append('\n').toString().replace(" \n", "\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nvidia-580-open        | 10de:15f8 | GP100GL [Tesla P100 PCIe 16GB]     | Pascal has no open kernel module (expected: a bundle with the proprietary one)
          nvidia-580-open        | 10de:1db6 | GV100GL [Tesla V100 PCIe 32GB]     | Volta has no open kernel module
          nvidia-580-proprietary | 10de:1023 | GK110BGL [Tesla K40m]              | Kepler was dropped after branch 470, before 580
          nvidia-580-proprietary | 10de:1db6 | GV100GL [Tesla V100 PCIe 32GB]     |
          nvidia-580-proprietary | 10de:1eb8 | TU104GL [Tesla T4]                 |
          nvidia-580-open        | 10de:1eb8 | TU104GL [Tesla T4]                 |
          nvidia-580-open        | 10de:20b2 | GA100 [A100 SXM4 80GB]             |
          nvidia-580-open        | 10de:26b9 | AD102GL [L40S]                     |
          nvidia-580-proprietary | 10de:2335 | GH100 [H200 SXM 141GB]             |
          nvidia-580-proprietary | 10de:2342 | GH100 [GH200 120GB / 480GB]        | Grace Hopper has no proprietary kernel module (expected: a bundle with the open one)
          nvidia-580-open        | 10de:2342 | GH100 [GH200 120GB / 480GB]        |
          nvidia-580-open        | 10de:2bb5 | GB202GL [RTX PRO 6000 Blackwell]   |
          nvidia-580-proprietary | 10de:2bb5 | GB202GL [RTX PRO 6000 Blackwell]   | Blackwell has no proprietary kernel module
          nvidia-595-open        | 10de:2335 | GH100 [H200 SXM 141GB]             |
          nvidia-580-proprietary | 10de:9999 | ''                                 | GPU 10de:9999: its generation is not known
          nvidia-580-open        | 10de:9999 | ''                                 |
          """)
  void theGenerationOfTheGpusDecidesTheFlavour(
      String bundle, String id, String name, String against) {
    Resolution resolution = resolve(bundle, new GpuServer().gpu(id, name));

    if (against == null) {
      assertThat(resolution.obstacles()).isEmpty();
      assertThat(resolution.isPossible()).isTrue();
    } else {
      assertThat(resolution.obstacles()).singleElement().asString().contains(against);
      assertThat(resolution.isPossible()).isFalse();
    }
  }

  @Test
  void voltaWasDroppedAfter580AndBlackwellCameWith570() {
    Generation volta = Generation.VOLTA;
    assertThat(volta.against(DriverSet.Flavour.PROPRIETARY, 595))
        .contains("Volta was dropped after branch 580, before 595");
    assertThat(volta.against(DriverSet.Flavour.PROPRIETARY, 580)).isEmpty();
    assertThat(Generation.BLACKWELL.against(DriverSet.Flavour.OPEN, 550))
        .contains("Blackwell needs branch 570 or newer, not 550");
    assertThat(
            resolve(
                    "debian-open",
                    new GpuServer()
                        .on("debian", "13")
                        .gpu("10de:2bb5", "GB202GL [RTX PRO 6000 Blackwell]"))
                .obstacles())
        .containsExactly(
            "GPU GB202GL [RTX PRO 6000 Blackwell]: Blackwell needs branch 570 or newer, not 550");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rocky  | 9.4   | distribution: rocky 9 (expected: one whose package manager the agent knows: apt; not dnf)
          rhel   | 10.1  | distribution: rhel 10 (expected: one whose package manager the agent knows: apt; not dnf)
          sles   | 15.6  | distribution: sles 15 (expected: one whose package manager the agent knows: apt; not zypper)
          ubuntu | 20.04 | distribution: ubuntu 20.04 (expected: one of [ubuntu 22.04, ubuntu 24.04, debian 12
          ubuntu | 24.0  | distribution: ubuntu 24.0 (expected
          fedora | 43    | distribution: fedora 43 (expected
          """)
  void aDistributionThatCannotBeServedIsNamed(String id, String version, String why) {
    Resolution resolution = resolve("nvidia-580-open", new GpuServer().on(id, version));

    assertThat(resolution.driver()).isEmpty();
    assertThat(resolution.obstacles()).singleElement().asString().startsWith(why);
  }

  @Test
  void everythingThatStandsAgainstItIsToldAtOnce() {
    Resolution resolution =
        resolve(
            "nvidia-580-open",
            new GpuServer()
                .withoutGpus()
                .kernel("4.14.0-1-generic")
                .secureBoot(Answer.YES)
                .foreign(Answer.YES)
                .installed("cuda-keyring", "1.1-1", false)
                .free(900_000_000));

    assertThat(resolution.obstacles())
        .containsExactly(
            "GPUs on the PCI bus: none (expected: one of NVIDIA)",
            "kernel: 4.14.0-1-generic (expected: 4.15 or newer)",
            "Secure Boot: on, and this kernel module is not signed by the distribution (expected:"
                + " off, or a bundle with a signed module)",
            "driver: installed by NVIDIA's .run file, which no package manager knows (expected:"
                + " none; nvidia-uninstall takes it away)",
            "package cuda-keyring: it brings the repository cuda-ubuntu-24.04 under another key,"
                + " which apt refuses (expected: removed, as in apt-get purge cuda-keyring)",
            "free on /: 858 MiB (expected: 4096 MiB)");
  }

  @Test
  void whatTheAgentDidNotTellIsNoObstacleAndNoSilence() {
    Resolution resolution =
        resolve(
            "nvidia-580-open", new GpuServer().secureBoot(Answer.UNKNOWN).foreign(Answer.UNKNOWN));

    assertThat(resolution.isPossible()).isTrue();
    assertThat(resolution.notes())
        .containsExactly(
            "Secure Boot: not known; the agent refuses unless it reads that it is off",
            "an installation by NVIDIA's .run file: not known; the agent refuses where there is"
                + " one");
    Resolution unseen =
        new Resolver(OWN)
            .resolve(
                OWN.bundle("nvidia-580-open").orElseThrow(), new GpuServer().factsWithoutDriver());
    assertThat(unseen.obstacles())
        .containsExactly("driver: its agent told nothing of one (expected: a worker with GPUs)");
  }

  @Test
  void aSignedModuleIsForSecureBootAndForItsKernelsAlone() {
    GpuServer server = new GpuServer().secureBoot(Answer.YES);
    assertThat(resolve("ubuntu-580-open", server).isPossible()).isTrue();
    assertThat(resolve("ubuntu-580-open", server.kernel("6.8.0-1031-aws")).obstacles())
        .containsExactly(
            "kernel: 6.8.0-1031-aws (expected: one that ends in -generic, for which there is a"
                + " module)");
    assertThat(
            resolve(
                    "ubuntu-580-open",
                    server
                        .kernel("6.8.0-90-generic")
                        .kernels(new DriverStack.Kernel("6.14.0-1-oem", true, true)))
                .obstacles())
        .containsExactly(
            "kernel that boots next: 6.14.0-1-oem (expected: one that ends in -generic, for which"
                + " there is a module)");
    assertThat(
            file(
                    resolve("ubuntu-580-open", new GpuServer()),
                    "/etc/apt/apt.conf.d/52coxswain-driver")
                .content())
        .as("modules go by the kernel")
        .contains("\"linux-image-\";");
  }

  @Test
  void headersComeForTheKernelsThatHaveNone() {
    Resolution resolution =
        resolve(
            "debian-open",
            new GpuServer()
                .on("debian", "12")
                .kernel("6.1.0-40-amd64")
                .kernels(
                    new DriverStack.Kernel("6.1.0-38-amd64", false, false),
                    new DriverStack.Kernel("6.1.0-40-amd64", true, false),
                    new DriverStack.Kernel("6.1.0-41-amd64", false, true)));

    assertThat(packages(resolution))
        .startsWith("linux-headers-6.1.0-41-amd64", "nvidia-open-kernel-dkms=535.261.03*")
        .noneMatch(name -> name.contains("6.1.0-38") || name.contains("6.1.0-40"));
    assertThat(resolution.notes())
        .containsExactly("kernel: 6.1.0-40-amd64 runs, 6.1.0-41-amd64 boots next");
  }

  @Test
  void theFabricDecidesWhatServesIt() {
    assertThat(packages(resolve("nvidia-580-open", new GpuServer())))
        .noneMatch(name -> name.contains("fabricmanager"));
    assertThat(packages(resolve("nvidia-580-open", new GpuServer().withNvswitch())))
        .contains("nvidia-fabricmanager=580.*", "libnvidia-nscq=580.*")
        .doesNotContain("nvlsm");
    Resolution b200 = resolve("nvidia-580-open", new GpuServer().gpu("10de:2901", "GB100 [B200]"));
    assertThat(packages(b200)).contains("nvidia-fabricmanager=580.*", "nvlsm", "infiniband-diags");
    assertThat(b200.driver().orElseThrow().units()).contains("nvidia-fabricmanager.service");
    assertThat(
            packages(resolve("nvidia-580-open", new GpuServer().gpu("10de:2941", "GB100 [GB200]"))))
        .contains("nvidia-imex=580.*")
        .noneMatch(name -> name.contains("fabricmanager"));
    assertThat(
            resolve("debian-open", new GpuServer().on("debian", "12").withNvswitch()).obstacles())
        .containsExactly(
            "GPU fabric: nvswitch, which this bundle does not serve (expected: a bundle with a"
                + " fabric manager)");
  }

  @Test
  void theContainerToolkitComesWhereContainersNeedIt() {
    assertThat(resolve("nvidia-580-open", new GpuServer().runs("apptainer")).driver().orElseThrow())
        .satisfies(
            driver -> {
              assertThat(driver.hasContainerToolkit()).isFalse();
              assertThat(driver.files()).noneMatch(file -> file.path().contains("toolkit"));
            });
    Resolution podman = resolve("nvidia-580-open", new GpuServer().runs("apptainer", "podman"));
    assertThat(podman.driver().orElseThrow().hasContainerToolkit()).isTrue();
    assertThat(packages(podman)).contains("libnvidia-container1=1.19.1*");
    assertThat(file(podman, "/etc/apt/keyrings/coxswain-nvidia-container-toolkit.asc").content())
        .isEqualTo(Catalogues.KEY);
  }

  @Test
  void anArchitectureChoosesItsAddressesAndOneWithoutIsRefused() {
    Resolution arm =
        resolve("nvidia-580-open", new GpuServer().architecture("aarch64").runs("docker"));
    assertThat(file(arm, "/etc/apt/sources.list.d/coxswain-driver.sources").content())
        .contains("/ubuntu2404/sbsa/", "/stable/deb/arm64/")
        .doesNotContain("x86_64", "amd64");
    Resolution power = resolve("nvidia-580-open", new GpuServer().architecture("ppc64le"));
    assertThat(power.driver()).isEmpty();
    assertThat(power.obstacles())
        .containsExactly("architecture: 'ppc64le' (expected: one of [x86_64, aarch64])");
  }

  @Test
  void withoutAKeyNothingIsTrusted() {
    Catalogue without = Catalogues.withoutKeys();
    Resolution resolution =
        new Resolver(without)
            .resolve(without.bundle("nvidia-580-open").orElseThrow(), new GpuServer().facts());

    assertThat(resolution.isPossible()).isFalse();
    assertThat(resolution.obstacles())
        .singleElement()
        .asString()
        .startsWith("repository cuda-ubuntu-24.04: no key (expected: the owner's public key")
        .contains("nvidia-cuda.asc");
    for (Bundle bundle : OWN.sorted()) {
      assertThat(resolvedEverywhere(bundle)).doesNotContainIgnoringCase("trusted");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "6.10.0-1, 6.9, 1",
    "6.8.0-90-generic, 6.8, 0",
    "6.8.0-90-generic, 6.8.1, -1",
    "5.14.0-503.el9, 6.0, -1",
    "6.18-rc1, 6.18.0, 0"
  })
  void kernelsAreComparedByTheirNumbers(String release, String version, int order) {
    assertThat(Fitness.compare(release, version)).isEqualTo(order);
  }
}
