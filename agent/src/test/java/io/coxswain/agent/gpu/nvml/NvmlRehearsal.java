package io.coxswain.agent.gpu.nvml;

import io.coxswain.agent.host.LinuxHost;
import io.coxswain.agent.report.Reading;
import java.util.HashMap;
import java.util.Map;

/**
 * What the child does against a driver, for packaging to record which classes that needs, see
 * {@code src/main/deb/train}. Not a test: it runs against the fake library that it is pointed at.
 */
final class NvmlRehearsal {
  // Once more than once: what is loaded late is loaded in the second round.
  private static final int ROUNDS = 3;

  private NvmlRehearsal() {}

  /** Takes the fake's configuration file. */
  public static void main(String[] arguments) {
    NvmlSettings packaged = NvmlSettings.ofThisRuntime();
    Map<String, String> environment = new HashMap<>(packaged.environment());
    environment.put("FAKE_NVML_CONF", arguments[0]);
    LinuxHost host = new LinuxHost();
    try (NvmlGpus gpus =
        new NvmlGpus(
            host.clock(),
            host.files(),
            new NvmlSettings(packaged.argv(), environment, packaged.deadlines()))) {
      demand(gpus.inventory());
      for (int i = 0; i < ROUNDS; i++) {
        demand(gpus.sample());
      }
    }
  }

  private static void demand(Reading<?> reading) {
    if (reading.known().isEmpty()) {
      throw new IllegalStateException(reading + " (expected: what the fake says)");
    }
  }
}
