package io.coxswain.controller.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.coxswain.controller.document.DocumentRefused;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a site's file may say, and what is refused with its line. */
final class CatalogueFilesTest {
  /** Everything that a file can have; {@code @} marks where a test puts something else. */
  private static final String WHOLE =
      """
      format: 1
      repositories:
        mirror:
          x86_64: https://mirror.site/nvidia
          suites: [stable]
          components: [main]
          key-file: nvidia-cuda.asc
          source: our own
      bundles:
        ours:
          version: 3
          text: what we have tested
          flavour: open
          branch: 580
          prefix: 580.95.
          kernel: {least: "6.1", below: "6.15"}
          source: our test racks
          rows:
            - on: [debian 12]
              manager: apt
              repositories: [mirror]
              packages: ["nvidia-driver-cuda={prefix}*", nvidia-persistenced]
              headers: "linux-headers-{kernel}"
              builds-module: true
              is-signed: false
              units: [nvidia-persistenced.service]
              source: our test racks
      """;

  @Test
  void aSiteAddsABundle() {
    Catalogue catalogue = Catalogues.with(WHOLE);
    Bundle ours = catalogue.bundle("ours").orElseThrow();

    assertThat(ours.title()).isEqualTo("ours 3");
    assertThat(ours.file()).isEqualTo("site.yaml");
    assertThat(catalogue.bundle("nvidia-580-open")).isPresent();
    Resolution resolution =
        new Resolver(catalogue)
            .resolve(ours, new GpuServer().on("debian", "12").kernel("6.1.0-41-amd64").facts());
    assertThat(resolution.obstacles()).isEmpty();
    assertThat(resolution.driver().orElseThrow().packages().getFirst().version())
        .isEqualTo("580.95.*");
    assertThat(
            new Resolver(catalogue)
                .resolve(ours, new GpuServer().on("debian", "12").kernel("6.16.0-1-amd64").facts())
                .obstacles())
        .containsExactly("kernel: 6.16.0-1-amd64 (expected: older than 6.15)");
  }

  @Test
  void librariesAloneAreForMachinesWithoutACard() {
    Catalogue catalogue = Catalogues.with(WHOLE.replace("flavour: open", "flavour: none"));
    Bundle ours = catalogue.bundle("ours").orElseThrow();
    GpuServer server = new GpuServer().on("debian", "12").kernel("6.1.0-41-amd64");

    assertThat(new Resolver(catalogue).resolve(ours, server.facts()).obstacles())
        .containsExactly(
            "GPUs on the PCI bus: 8 (expected: none, since the bundle has no kernel module for"
                + " them)");
    assertThat(new Resolver(catalogue).resolve(ours, server.withoutGpus().facts()).obstacles())
        .isEmpty();
  }

  @Test
  void aSiteReplacesARepositoryThatOursName() {
    Catalogue catalogue =
        Catalogues.with(
            """
            format: 1
            repositories:
              debian-12:
                x86_64: http://mirror.site/debian
                suites: [bookworm]
                components: [contrib, non-free]
                trust: machine
            """);
    Resolution resolution =
        new Resolver(catalogue)
            .resolve(
                catalogue.bundle("debian-open").orElseThrow(),
                new GpuServer().on("debian", "12").facts());

    assertThat(resolution.driver().orElseThrow().files().getFirst().content())
        .contains("URIs: http://mirror.site/debian\nSuites: bookworm\nComponents: contrib non-free")
        .doesNotContain("deb.debian.org", "Signed-By");
  }

  @Test
  void aKeyMayStandInTheFileItself() {
    String inline =
        WHOLE.replace("    key-file: nvidia-cuda.asc\n", "    key: |\n" + Catalogues.KEY.indent(6));
    Catalogue catalogue =
        CatalogueFiles.read(
            Catalogues.text(), List.of(new CatalogueFiles.Text("site.yaml", inline)), Map.of());

    assertThat(catalogue.repository("mirror").missing()).isEmpty();
    assertThat(catalogue.repository("mirror").key()).contains(Catalogues.KEY);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          format: 1           | format: 2                    | site.yaml:1: format: 2 (expected: 1)
          format: 1           | # format                     | format: missing (expected: 1)
          version: 3          | version: soon                | site.yaml:11: bundles.ours.version: 'soon' (expected: a number from 1)
          version: 3          | # none                       | bundles.ours.version: missing (expected: 1)
          version: 3          | version: [3]                 | site.yaml:11: bundles.ours.version: not a value (expected: a number from 1)
          version: 3          | colour: blue                 | version: missing
          flavour: open       | flavour: vanilla             | site.yaml:13: bundles.ours.flavour: 'vanilla' (expected: open, proprietary or none)
          branch: 580         | branch: 5800                 | site.yaml:14: bundles.ours.branch: '5800' (expected: a driver branch such as 580)
          branch: 580         | branch: 595                  | site.yaml:15: bundles.ours.prefix: 580.95. of branch 595 (expected: a prefix that begins with 595.)
          prefix: 580.95.     | prefix: "580"                | site.yaml:15: bundles.ours.prefix: '580' (expected: the beginning of a driver's version with its dot, as in 580.)
          least: "6.1"        | least: new                   | site.yaml:16: bundles.ours.kernel.least: 'new' (expected: a kernel's version such as 6.14)
          least: "6.1"        | at-least: "6.1"              | site.yaml:16: bundles.ours.kernel.at-least: unknown (expected: one of [below, least])
          kernel: {           | kernel: [{                   | not YAML
          on: [debian 12]     | on: [Debian]                 | site.yaml:19: bundles.ours.rows[0].on: 'Debian' (expected: a distribution as os-release has it: ubuntu 24.04, rhel 9)
          on: [debian 12]     | on: debian 12                | site.yaml:19: bundles.ours.rows[0].on: not a list (expected: one)
          on: [debian 12]     | on: [debian 12, debian 12]   | bundles.ours.rows[0].on: debian 12: twice
          manager: apt        | manager: pacman              | site.yaml:20: bundles.ours.rows[0].manager: 'pacman' (expected: apt, dnf or zypper)
          repositories: [mirror] | repositories: [elsewhere] | site.yaml:21: bundles.ours.rows[0].repositories: elsewhere: unknown (expected: one that a catalogue names)
          nvidia-persistenced] | "a;rm -rf /"]               | site.yaml:22: bundles.ours.rows[0].packages: 'a;rm -rf /' (expected: a package, or package=version
          nvidia-persistenced] | nvidia-smi-]                | site.yaml:22: bundles.ours.rows[0].packages: 'nvidia-smi-' (expected: a Debian package's name, and perhaps =version)
          nvidia-persistenced] | nvidia-Smi]                 | (expected: a Debian package's name
          nvidia-persistenced] | "nvidia-smi=new"]           | (expected: a package, or package=version
          nvidia-persistenced] | "a={kernel}*"]              | (expected: a package, or package=version
          "nvidia-driver-cuda={prefix}*", nvidia-persistenced |  | bundles.ours.rows[0].packages: missing (expected: the driver's, in the names of apt)
          headers: "linux-headers-{kernel}" | # no headers   | bundles.ours.rows[0].headers: missing
          builds-module: true | builds-module: perhaps       | site.yaml:24: bundles.ours.rows[0].builds-module: 'perhaps' (expected: true or false)
          is-signed: false    | # is-signed                  | bundles.ours.rows[0].is-signed: missing (expected: true or false)
          nvidia-persistenced.service | "a b.service"        | site.yaml:26: bundles.ours.rows[0].units: 'a b.service' (expected: a unit of systemd)
          is-signed: false    | is-signed: false, signed: 1  | site.yaml:25
          text: what we have tested | text: "a\\nb"           | site.yaml:12: bundles.ours.text: 'a' (expected: a text of one line)
          https://mirror.site/nvidia | "https://a/b\\nTrusted: yes" | site.yaml:4: repositories.mirror.x86_64: 'https://a/b' (expected: an address with http or https)
          https://mirror.site/nvidia | file:///srv           | site.yaml:4: repositories.mirror.x86_64: 'file:///srv' (expected: an address with http or https)
          x86_64: https       | riscv64: https               | repositories.mirror.x86_64: missing
          suites: [stable]    | suites: [/]                  | repositories.mirror.components: [main] (expected: none with the suite /)
          suites: [stable]    | suites: []                   | bundles.ours.rows[0].repositories: mirror: without suites (expected: some, for apt)
          components: [main]  | # none                       | repositories.mirror.components: missing
          key-file: nvidia-cuda.asc | # none                 | repositories.mirror.key: missing (expected: one of trust: machine, key and key-file)
          key-file: nvidia-cuda.asc | trusted: yes           | repositories.mirror.key: missing (expected: one of trust: machine, key and key-file)
          key-file: nvidia-cuda.asc | trust: all             | site.yaml:7: repositories.mirror.trust: 'all' (expected: machine)
          key-file: nvidia-cuda.asc | key-file: ../../etc/x.asc | site.yaml:7: repositories.mirror.key-file: '../../etc/x.asc' (expected: the name of a file that ends in .asc)
          key-file: nvidia-cuda.asc | key: hello             | site.yaml:7: repositories.mirror.key: 'hello' (expected: a public key in ASCII armour)
          source: our own     | colour: blue                 | site.yaml:8: repositories.mirror.colour: unknown (expected: one of [
          source: our own     | trust: machine               | trusted in 2 ways (expected: one of trust: machine, key and key-file)
          mirror:             | "Mirror!":                   | site.yaml:4: repositories.Mirror!: 'Mirror!' (expected: lower case letters
          bundles:            | bundels:                     | site.yaml:9: bundels: unknown (expected: one of [bundles, format, repositories])
          ours:               | ours: [                      | not YAML
          """)
  void whatIsWrongIsToldWithFileLineAndKey(String present, String instead, String message) {
    assertThat(WHOLE).contains(present);
    String text =
        WHOLE.replaceFirst(
            Pattern.quote(present), Matcher.quoteReplacement(instead == null ? "" : instead));

    assertThatThrownBy(() -> Catalogues.with(text))
        .isInstanceOf(DocumentRefused.class)
        .hasMessageContaining(message);
  }

  @Test
  void aRowOfAnotherBranchNeedsItsOwnPrefix() {
    String row = WHOLE.replace("manager: apt\n", "manager: apt\n        branch: 595\n");
    assertThatThrownBy(() -> Catalogues.with(row))
        .hasMessageEndingWith(
            ": bundles.ours.rows[0].branch: 580.95. of branch 595 (expected: a prefix that begins"
                + " with 595.)");
    String both = row.replace("branch: 595\n", "branch: 595\n        prefix: 595.45.\n");
    assertThat(Catalogues.with(both).bundle("ours").orElseThrow().rows().getFirst().prefix())
        .isEqualTo("595.45.");
  }

  @Test
  void aNameThatStandsTwiceIsRefused() {
    assertThatThrownBy(() -> Catalogues.with(WHOLE + "  ours: {}\n"))
        .hasMessage("site.yaml:28: bundles.ours: twice (expected: once; the first is in line 10)");
    List<CatalogueFiles.Text> both =
        List.of(new CatalogueFiles.Text("a.yaml", WHOLE), new CatalogueFiles.Text("b.yaml", WHOLE));
    assertThatThrownBy(() -> CatalogueFiles.read(Catalogues.text(), both, Map.of()))
        .hasMessage(
            "b.yaml:2: repositories: mirror: twice (expected: in one file; the first is in"
                + " a.yaml)");
  }

  @Test
  void aKeyFileWithSomethingElseInItIsRefused() {
    assertThatThrownBy(
            () ->
                CatalogueFiles.read(
                    Catalogues.text(), List.of(), Map.of("nvidia-cuda.asc", "<html>404</html>")))
        .hasMessage(
            "nvidia-cuda.asc: not what was expected (expected: a public key in ASCII armour)");
  }

  @Test
  void anEmptyFileChangesNothing() {
    assertThat(Catalogues.with("# nothing yet\n")).isEqualTo(Catalogues.own());
  }
}
