package io.coxswain.agent.gpu.nvml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NvmlSettingsTest {
  @Test
  void thePackagesArgumentsAreTheChildsOnlyOnes() {
    assertThat(NvmlSettings.argv(Optional.of("/usr/lib/x/nvml.args")))
        .hasSize(3)
        .endsWith("@/usr/lib/x/nvml.args", NvmlChild.class.getName());
  }

  @Test
  void withoutThePackageTheChildHasOurClassesAndJnasAlone() {
    List<String> argv = NvmlSettings.argv(Optional.empty());
    assertThat(argv).contains("-XX:TieredStopAtLevel=1").endsWith(NvmlChild.class.getName());
    assertThat(argv.get(argv.indexOf("-cp") + 1).split(File.pathSeparator, -1))
        .hasSize(2)
        .satisfies(path -> assertThat(path[1]).contains("jna"));
  }
}
