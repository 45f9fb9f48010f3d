package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why dkms could not build NVIDIA's module for a kernel. apt and dpkg say no more than an exit
 * status; the compiler's words are in a log that dkms keeps of a build that failed, and only of
 * one.
 */
public final class ModuleBuild {
  private static final String TREE = "/var/lib/dkms";
  private static final Pattern KERNEL = Pattern.compile("for kernel (\\S{1,64})");
  private static final Pattern ERROR =
      Pattern.compile("(?:^|/)([^/\\s:]+:\\d+(?::\\d+)?: (?:fatal )?error: .{1,200})");

  private ModuleBuild() {}

  /**
   * The first error that a compiler told, with the kernel, in a log that was written since then;
   * empty where no build failed, or its log cannot be read.
   */
  public static Optional<String> failure(Host host, Instant since) {
    try {
      return newest(host, since);
    } catch (HostException e) {
      // What failed before this look is what counts.
      return Optional.empty();
    }
  }

  private static Optional<String> newest(Host host, Instant since) {
    Files files = host.files();
    for (String module : files.list(TREE)) {
      if (!module.startsWith("nvidia")) {
        continue;
      }
      for (String version : files.list(TREE + "/" + module)) {
        String log = TREE + "/" + module + "/" + version + "/build/make.log";
        boolean isOfNow =
            files
                .stat(log)
                .filter(stat -> stat.kind() == Files.Kind.FILE)
                .filter(stat -> stat.modifiedMillis() >= since.toEpochMilli())
                .isPresent();
        if (isOfNow) {
          return Optional.of(
              told(new String(files.read(log), StandardCharsets.UTF_8), module + " " + version));
        }
      }
    }
    return Optional.empty();
  }

  private static String told(String log, String module) {
    Matcher kernel = KERNEL.matcher(log);
    String where = kernel.find() ? " for kernel " + kernel.group(1) : "";
    String why =
        log.lines()
            .map(ERROR::matcher)
            .filter(Matcher::find)
            .map(matcher -> matcher.group(1))
            .findFirst()
            .orElse("its log names no compiler's error");
    return "dkms could not build " + module + where + ": " + why;
  }
}
