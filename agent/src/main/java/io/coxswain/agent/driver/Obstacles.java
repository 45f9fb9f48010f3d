package io.coxswain.agent.driver;

import io.coxswain.agent.host.Files;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.host.HostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What stands in a driver's way on a machine, whichever driver it is. */
public record Obstacles(Host host) {
  private static final String VARIABLES = "/sys/firmware/efi/efivars";
  private static final String SECURE_BOOT = "SecureBoot-";
  private static final List<String> RUN_FILE =
      List.of("/usr/bin/nvidia-uninstall", "/usr/bin/nvidia-installer");
  private static final List<String> MODPROBE =
      List.of("/etc/modprobe.d", "/usr/lib/modprobe.d", "/lib/modprobe.d");

  /** Whether the firmware loads signed code alone; empty where that cannot be read. */
  public Optional<Boolean> isSecureBoot() {
    Files files = host.files();
    if (files.stat("/sys/firmware/efi").isEmpty()) {
      // Started without UEFI.
      return Optional.of(false);
    }
    Optional<String> variable =
        files.list(VARIABLES).stream().filter(name -> name.startsWith(SECURE_BOOT)).findFirst();
    if (variable.isEmpty()) {
      return Optional.empty();
    }
    try {
      // Four bytes of attributes, then the value: UEFI 2.10, 3.3 and the kernel's efivarfs.
      byte[] bytes = files.read(VARIABLES + "/" + variable.get());
      return bytes.length == 0 ? Optional.empty() : Optional.of(bytes[bytes.length - 1] == 1);
    } catch (HostException e) {
      return Optional.empty();
    }
  }

  /** Whether the kernel's own driver has the cards. */
  public boolean isNouveauLoaded() {
    return host.files().stat("/sys/module/nouveau").isPresent();
  }

  /** Whether some file keeps the kernel's own driver from being loaded at the next boot. */
  public boolean isNouveauFenced() {
    for (String directory : MODPROBE) {
      for (String name : host.files().list(directory)) {
        if (name.endsWith(".conf") && isFence(directory + "/" + name)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean isFence(String path) {
    try {
      return new String(host.files().read(path), StandardCharsets.UTF_8)
          .lines()
          .anyMatch(line -> line.strip().matches("blacklist\\s+nouveau"));
    } catch (HostException e) {
      // A link to nothing, as an alternative without a choice is.
      return false;
    }
  }

  /** What NVIDIA's .run file left; empty where it was never used. */
  public Optional<String> runFile() {
    return RUN_FILE.stream().filter(path -> host.files().stat(path).isPresent()).findFirst();
  }
}
