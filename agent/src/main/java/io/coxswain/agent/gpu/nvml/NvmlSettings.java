package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Native;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the child is started and how long it may take.
 *
 * @param argv program and arguments
 * @param environment the child's whole environment
 */
public record NvmlSettings(
    List<String> argv, Map<String, String> environment, Deadlines deadlines) {
  /** System property: the path of the package's file of JVM arguments for the child. */
  static final String ARGUMENTS_FILE = "coxswain.nvml.args";

  public NvmlSettings {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /**
   * A child on the runtime of this process. The package names a file of arguments that brings a
   * small class path and a class archive of the child's own; elsewhere it has this process's class
   * path and no archive.
   */
  public static NvmlSettings ofThisRuntime() {
    // One arena: others would each keep what some thread once needed.
    return new NvmlSettings(
        argv(Optional.ofNullable(System.getProperty(ARGUMENTS_FILE))),
        Map.of("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", "MALLOC_ARENA_MAX", "1"),
        Deadlines.PRODUCTION);
  }

  static List<String> argv(Optional<String> packaged) {
    List<String> argv = new ArrayList<>();
    argv.add(property("java.home") + File.separator + "bin" + File.separator + "java");
    packaged.ifPresentOrElse(file -> argv.add("@" + file), () -> addUnpackaged(argv));
    argv.add(NvmlChild.class.getName());
    return argv;
  }

  // The heap and the interpreter as in the package's nvml.args, which says why.
  private static void addUnpackaged(List<String> argv) {
    argv.addAll(
        List.of(
            // The child lives as long as the agent and has little to do: small above all. Only what
            // runs in every round is worth compiling. Measured after 25 rounds of eight GPUs,
            // resident:
            // interpreted 42 MiB and 25 ms a round, these thresholds 45 MiB and 3 ms, the usual
            // ones
            // 51 MiB and 2 ms.
            "-XX:TieredStopAtLevel=1",
            "-XX:Tier3InvocationThreshold=2000",
            "-XX:Tier3MinInvocationThreshold=1000",
            "-XX:Tier3CompileThreshold=4000",
            "-XX:Tier3BackEdgeThreshold=60000",
            "-XX:ReservedCodeCacheSize=4m",
            "-XX:CICompilerCount=1",
            "-Xms2m",
            "-Xmn1m",
            "-Xmx12m",
            "-Xss256k",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:+ExitOnOutOfMemoryError",
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
    argv.addAll(List.of("-cp", classPath()));
  }

  /** The whole command line: the child watches over the deadlines of its own calls. */
  List<String> commandLine() {
    List<String> all = new ArrayList<>(argv);
    all.addAll(deadlines.arguments());
    return all;
  }

  /**
   * Only this agent's own classes and JNA's: the index of every archive on a class path is kept in
   * the heap, and those of the agent's other libraries alone are more than the child has.
   */
  private static String classPath() {
    return home(NvmlChild.class) + File.pathSeparator + home(Native.class);
  }

  private static String home(Class<?> type) {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null) {
      throw new IllegalStateException(
          type.getName() + " came from nowhere (expected: a file or directory of the class path)");
    }
    return Path.of(URI.create(source.getLocation().toString())).toString();
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
