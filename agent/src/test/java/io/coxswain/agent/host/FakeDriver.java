package io.coxswain.agent.host;

import io.coxswain.agent.host.Commands.Result;
import java.util.List;
import java.util.Optional;

/**
 * NVIDIA's driver on a fake machine: its library comes and goes with the package libnvidia-ml1, its
 * module on the disk with nvidia-open or nvidia-kernel, and a boot loads what lies on the disk.
 */
public final class FakeDriver {
  public static final String KERNEL = "6.1.0-41-amd64";
  private static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu/";

  private final FakeHost host;
  private int answering;
  private int cards;
  private int cuInit;
  private boolean losesModule;

  public FakeDriver(FakeHost host, int cards) {
    this.host = host;
    this.cards = cards;
    this.answering = cards;
    for (int i = 0; i < cards; i++) {
      pci("0000:%02x:00.0".formatted(0x18 + i), "0x030200", "0x2335");
    }
    host.files().lay("/boot/vmlinuz-" + KERNEL, "kernel");
    host.files().lay("/lib/modules/" + KERNEL + "/build/Makefile", "headers");
    host.files().lay("/proc/sys/kernel/osrelease", KERNEL + "\n");
    host.packages().onChange(this::packagesChanged);
    host.onBoot(this::boot);
    List.of("nvidia-smi", "modinfo", "modprobe").forEach(host.commands()::install);
    host.files().lay("/usr/lib/coxswain/agent/bin/cox-node", "program");
    host.commands().on("modinfo", this::modinfo);
    host.commands().on("modprobe", this::modprobe);
    host.commands().on("nvidia-smi", this::smi);
    host.commands()
        .on(
            "/usr/lib/coxswain/agent/bin/cox-node",
            command -> new Result(cuInit == 0 ? 0 : 1, "cuInit " + cuInit + "\n", ""));
  }

  /** The board has an NVSwitch. */
  public void addSwitch() {
    pci("0000:05:00.0", "0x068000", "0x22a3");
  }

  private void pci(String bus, String type, String device) {
    String directory = "/sys/bus/pci/devices/" + bus;
    host.files().lay(directory + "/vendor", "0x10de\n");
    host.files().lay(directory + "/class", type + "\n");
    host.files().lay(directory + "/device", device + "\n");
  }

  /** From the next load on, so many GPUs answer. */
  public void answer(int gpus) {
    answering = gpus;
  }

  public void cuInit(int code) {
    cuInit = code;
    host.files().lay(LIBRARIES + "libcuda.so.1", "");
  }

  /** The module is not built: the disk has none after the packages came. */
  public void losesModule(boolean loses) {
    losesModule = loses;
    packagesChanged();
  }

  /** The kernel's own driver has the cards. */
  public void nouveau() {
    host.files().lay("/sys/module/nouveau/refcnt", "1");
  }

  private void packagesChanged() {
    FakeFiles files = host.files();
    files.take(LIBRARIES + "libnvidia-ml.so.1");
    version("libnvidia-ml1")
        .ifPresent(
            is ->
                files.layLink(LIBRARIES + "libnvidia-ml.so.1", "libnvidia-ml.so." + upstream(is)));
  }

  private Optional<String> version(String name) {
    return host.packages().installed(name);
  }

  private static String upstream(String version) {
    return version.replaceFirst("-.*", "");
  }

  private Optional<String> onDisk() {
    return losesModule
        ? Optional.empty()
        : version("nvidia-open").or(() -> version("nvidia-kernel")).map(FakeDriver::upstream);
  }

  /** Puts what lies on the disk into the kernel. */
  public void boot() {
    unload();
    if (host.files().stat("/etc/modprobe.d/coxswain-nouveau.conf").isPresent()) {
      host.files().take("/sys/module/nouveau");
    }
    onDisk().ifPresent(this::load);
  }

  private void unload() {
    if (host.files().stat("/sys/module/nvidia/version").isPresent()) {
      host.files().take("/sys/module/nvidia");
      host.files().take("/proc/driver/nvidia");
    }
  }

  private void load(String version) {
    String kind =
        version("nvidia-open").isPresent()
            ? "Open Kernel Module for x86_64"
            : "x86_64 Kernel Module";
    host.files().lay("/sys/module/nvidia/version", version + "\n");
    host.files()
        .lay(
            "/proc/driver/nvidia/version",
            "NVRM version: NVIDIA UNIX " + kind + "  " + version + "  Release Build\n");
    for (int i = 0; i < answering; i++) {
      host.files()
          .lay("/proc/driver/nvidia/gpus/0000:%02x:00.0/information".formatted(0x18 + i), "");
    }
  }

  private Result modinfo(Commands.Command command) {
    boolean isOurs = command.argv().getLast().equals("nvidia") && onDisk().isPresent();
    if (!isOurs) {
      return FakeCommands.error("modinfo: ERROR: Module not found.");
    }
    boolean isOpen = version("nvidia-open").isPresent();
    return FakeCommands.ok(
        (command.argv().contains("license") ? isOpen ? "Dual MIT/GPL" : "NVIDIA" : onDisk().get())
            + "\n");
  }

  private Result modprobe(Commands.Command command) {
    if (onDisk().isEmpty() || cards == 0) {
      return FakeCommands.error("modprobe: FATAL: Module nvidia not found");
    }
    load(onDisk().get());
    return FakeCommands.ok("");
  }

  private Result smi(Commands.Command command) {
    if (command.argv().contains("-q")) {
      return FakeCommands.ok("    Fabric\n        State                  : Completed\n");
    }
    return FakeCommands.ok("GPU 0: NVIDIA H200\n".repeat(answering));
  }
}
