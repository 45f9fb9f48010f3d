package io.coxswain.agent.gpu.nvml;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the child is started and how long it may take.
 *
 * @param argv program and arguments
 * @param environment the child's whole environment
 */
public record NvmlSettings(
    List<String> argv, Map<String, String> environment, Deadlines deadlines) {
  public NvmlSettings {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /** A child on the runtime and class path of this process. */
  public static NvmlSettings ofThisRuntime() {
    List<String> argv = new ArrayList<>();
    argv.add(property("java.home") + File.separator + "bin" + File.separator + "java");
    argv.addAll(
        List.of(
            // A child makes some sixty calls and ends: what a compiler or a larger heap would need,
            // it never earns back.
            // Measured, eight GPUs: interpreted 42 MiB resident and 0.4 s, compiled (C1, 16 MiB
            // heap) 54 MiB and 0.4 s.
            "-Xint",
            "-Xms2m",
            "-Xmn1m",
            "-Xmx8m",
            "-Xss512k",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            // Standard output belongs to the frames; a crash report belongs into the agent's
            // journal, not into a file.
            "-XX:+DisplayVMOutputToStderr",
            "-XX:+ErrorFileToStderr",
            "--enable-native-access=ALL-UNNAMED"));
    // Where JNA may unpack its native half is a matter of the unit's sandbox: the child lives in
    // the same.
    for (String name :
        List.of(
            "jna.tmpdir",
            "jna.boot.library.path",
            "jna.nounpack",
            "java.io.tmpdir",
            "jna.library.path")) {
      String value = System.getProperty(name);
      if (value != null) {
        argv.add("-D" + name + "=" + value);
      }
    }
    argv.addAll(List.of("-cp", property("java.class.path"), NvmlChild.class.getName()));
    return new NvmlSettings(
        argv, Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin"), Deadlines.PRODUCTION);
  }

  /**
   * How long the child may take.
   *
   * @param start until the child greets
   * @param init for nvmlInit and for a GPU's handle: an idle GPU without a persistence daemon takes
   *     1 to 3 seconds to start up
   * @param call for everything else
   * @param whole for a full inventory
   */
  public record Deadlines(Duration start, Duration init, Duration call, Duration whole) {
    public static final Deadlines PRODUCTION =
        new Deadlines(
            Duration.ofSeconds(15),
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60));
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException(
          "system property " + name + " is not set (expected: a JVM sets it)");
    }
    return value;
  }
}
