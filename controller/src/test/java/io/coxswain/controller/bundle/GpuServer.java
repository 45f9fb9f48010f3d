package io.coxswain.controller.bundle;

import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.controller.observed.MachineFacts;
import io.coxswain.controller.observed.Reading;
import io.coxswain.controller.observed.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A worker with GPUs as its agent tells of it, to be changed one fact at a time. */
public final class GpuServer {
  public static final String H200 = "GH100 [H200 SXM 141GB]";

  private String osId = "ubuntu";
  private String osVersion = "24.04";
  private String architecture = "x86_64";
  private String kernel = "6.8.0-90-generic";
  private List<DriverStack.PciGpu> gpus =
      Stream.generate(() -> new DriverStack.PciGpu("10de:2335", H200)).limit(8).toList();
  private String loaded = "";
  private final List<DriverStack.Installed> packages = new ArrayList<>();
  private List<DriverStack.Kernel> kernels = List.of();
  private Answer secureBoot = Answer.NO;
  private Answer nouveau = Answer.NO;
  private Answer foreign = Answer.NO;
  private List<String> runtimes = List.of();
  private boolean hasNvswitch;
  private boolean hasInfiniband;
  private String bundle = "";
  private List<String> drift = List.of();
  private String reboot = "";
  private long free;
  private List<Verdict> verdicts = List.of();

  public GpuServer on(String id, String version) {
    osId = id;
    osVersion = version;
    return this;
  }

  GpuServer architecture(String name) {
    architecture = name;
    return this;
  }

  GpuServer kernel(String release) {
    kernel = release;
    return this;
  }

  GpuServer kernels(DriverStack.Kernel... installed) {
    kernels = List.of(installed);
    return this;
  }

  GpuServer gpu(String deviceId, String name) {
    gpus = List.of(new DriverStack.PciGpu(deviceId, name));
    return this;
  }

  GpuServer withoutGpus() {
    gpus = List.of();
    return this;
  }

  public GpuServer driver(String version) {
    loaded = version;
    return this;
  }

  public GpuServer installed(String name, String version, boolean isHeld) {
    packages.add(new DriverStack.Installed(name, version, isHeld));
    return this;
  }

  GpuServer secureBoot(Answer answer) {
    secureBoot = answer;
    return this;
  }

  GpuServer nouveau(Answer answer) {
    nouveau = answer;
    return this;
  }

  public GpuServer foreign(Answer answer) {
    foreign = answer;
    return this;
  }

  GpuServer runs(String... containers) {
    runtimes = List.of(containers);
    return this;
  }

  GpuServer withNvswitch() {
    hasNvswitch = true;
    return this;
  }

  GpuServer withInfiniband() {
    hasInfiniband = true;
    return this;
  }

  public GpuServer bundle(String title, String... drifted) {
    bundle = title;
    drift = List.of(drifted);
    return this;
  }

  GpuServer mustReboot(String why) {
    reboot = why;
    return this;
  }

  GpuServer free(long bytes) {
    free = bytes;
    return this;
  }

  public GpuServer unwell(Verdict.Level level, String check, Instant since) {
    verdicts =
        List.of(
            new Verdict(check, "", level, "is bad", "", since, Verdict.Action.NONE, false, "", 1));
    return this;
  }

  public DriverStack stack() {
    return new DriverStack(
        architecture,
        kernel,
        gpus,
        loaded,
        packages,
        kernels,
        secureBoot,
        nouveau,
        foreign,
        runtimes,
        hasNvswitch,
        hasInfiniband,
        bundle,
        drift,
        reboot,
        !bundle.isEmpty(),
        free);
  }

  public MachineFacts facts() {
    return facts(Optional.of(stack()));
  }

  MachineFacts factsWithoutDriver() {
    return facts(Optional.empty());
  }

  private MachineFacts facts(Optional<DriverStack> stack) {
    return new MachineFacts(
        Instant.EPOCH,
        "10.0.0.7",
        "gpu07",
        osId,
        osVersion,
        1L << 41,
        192,
        new Reading.Unsupported<>("no driver"),
        gpus.size(),
        new MachineFacts.Cgroups(2, true),
        Optional.empty(),
        "",
        false,
        List.of(),
        "boot",
        new MachineFacts.Judged(40, verdicts),
        stack);
  }
}
