package io.coxswain.agent.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.agent.report.MpiFacts;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class MpiProbeTest {
  private static final String PLUGIN = "/usr/lib/x86_64-linux-gnu/slurm-wlm/mpi_pmix.so";
  private static final String DIRECTORY = "/usr/lib/x86_64-linux-gnu/pmix2/lib";
  // The neighbouring strings of Debian's own mpi_pmix_v4.so, 22.05.8.
  private static final byte[] PLUGIN_BYTES =
      "\u007fELF\0_libpmix_open\0/usr/lib/x86_64-linux-gnu/pmix2/lib\0libpmix.so\0pmixp_libpmix_init\0"
          .getBytes(StandardCharsets.ISO_8859_1);

  private final PaperHost host =
      new PaperHost()
          .prints("ompi_info --version", Captured.text("openmpi-4.1.4/ompi_info-version.txt"));

  @Test
  void theLibraryThatThePluginOpensIsFollowedToItsFile() {
    host.file(PLUGIN, PLUGIN_BYTES)
        .symbolicLink(DIRECTORY + "/libpmix.so", "libpmix.so.2.6.2")
        .file(DIRECTORY + "/libpmix.so.2.6.2", "\u007fELF and more")
        .prints("ldd " + DIRECTORY + "/libpmix.so.2.6.2", "\tlibc.so.6 => /lib/libc.so.6 (0x1)\n");

    assertThat(read()).isEqualTo(new MpiFacts("4.1.4", true));
  }

  @Test
  void theVersionedLibraryAloneDoesNotHelp() {
    host.file(PLUGIN, PLUGIN_BYTES).file(DIRECTORY + "/libpmix.so.2", "\u007fELF and more");

    assertThat(read()).isEqualTo(new MpiFacts("4.1.4", false));
  }

  @Test
  void aLinkIntoNothingIsNotLoadable() {
    host.file(PLUGIN, PLUGIN_BYTES).symbolicLink(DIRECTORY + "/libpmix.so", "libpmix.so.2.6.2");

    assertThat(read()).isEqualTo(new MpiFacts("4.1.4", false));
  }

  @Test
  void aLibraryThatMissesAnotherIsNotLoadable() {
    host.file(PLUGIN, PLUGIN_BYTES)
        .file(DIRECTORY + "/libpmix.so", "\u007fELF and more")
        .prints("ldd " + DIRECTORY + "/libpmix.so", "\tlibhwloc.so.15 => not found\n");

    assertThat(read()).isEqualTo(new MpiFacts("4.1.4", false));
  }

  @Test
  void withoutThePluginNothingIsLoadable() {
    host.file(DIRECTORY + "/libpmix.so", "\u007fELF and more");

    assertThat(read()).isEqualTo(new MpiFacts("4.1.4", false));
  }

  @Test
  void aPluginThatNamesNoDirectoryOpensWhatTheLoaderFinds() {
    byte[] later = "\u007fELF\0libpmix.so.2\0".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(PmixLibrary.opened(later)).contains("/usr/lib64/libpmix.so.2");
    assertThat(PmixLibrary.opened(PLUGIN_BYTES)).containsExactly(DIRECTORY + "/libpmix.so");
  }

  @Test
  void bothProgramsVersionsAreUnderstood() {
    assertThat(MpiProbe.version(Captured.text("openmpi-4.1.4/mpirun-version.txt")))
        .isEqualTo("4.1.4");
    assertThat(MpiProbe.version("HYDRA build details:\n    Version: 4.0.2\n")).isEmpty();
    assertThat(new MpiProbe(new PaperHost().files(), new PaperHost().commands()).read())
        .isEqualTo(new MpiFacts("", false));
  }

  private MpiFacts read() {
    return new MpiProbe(host.files(), host.commands()).read();
  }
}
