package io.coxswain.controller.bundle;

import io.coxswain.controller.bundle.Bundle.Need;
import io.coxswain.controller.bundle.Bundle.Row;
import io.coxswain.controller.observed.DriverStack;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.controller.spec.DriverSet.Flavour;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Whether a row of a bundle fits a machine: what stands against it, and what should be known. */
final class Fitness {
  /** As the agent's own check: packages unpacked, kept for the way back, and a built module. */
  private static final long LEAST_FREE_MIB = 4096;

  private static final long MIB = 1L << 20;

  private final Bundle bundle;
  private final Row row;
  private final DriverStack stack;
  private final Set<String> obstacles = new LinkedHashSet<>();
  private final List<String> notes = new ArrayList<>();

  Fitness(Bundle bundle, Row row, DriverStack stack) {
    this.bundle = bundle;
    this.row = row;
    this.stack = stack;
  }

  List<String> obstacles() {
    return List.copyOf(obstacles);
  }

  List<String> notes() {
    return notes;
  }

  boolean hasArchitecture(List<Repository> repositories) {
    return Resolver.ARCHITECTURES.containsKey(stack.architecture())
        && repositories.stream().allMatch(each -> each.uris().containsKey(stack.architecture()));
  }

  void check(List<Repository> repositories) {
    architecture(repositories);
    gpus();
    kernel();
    secureBoot();
    foreign();
    fabric();
    for (Repository repository : repositories) {
      repository.missing().ifPresent(obstacles::add);
      for (String name : repository.conflicts()) {
        if (stack.installed(name).isPresent()) {
          obstacles.add(
              "package "
                  + name
                  + ": it brings the repository "
                  + repository.name()
                  + " under another key, which apt refuses (expected: removed, as in apt-get purge "
                  + name
                  + ")");
        }
      }
    }
    if (stack.rootFreeBytes() > 0 && stack.rootFreeBytes() < LEAST_FREE_MIB * MIB) {
      obstacles.add(
          "free on /: "
              + stack.rootFreeBytes() / MIB
              + " MiB (expected: "
              + LEAST_FREE_MIB
              + " MiB)");
    }
  }

  private void architecture(List<Repository> repositories) {
    String own = stack.architecture();
    if (!Resolver.ARCHITECTURES.containsKey(own)) {
      obstacles.add(
          "architecture: '" + own + "' (expected: one of " + Resolver.ARCHITECTURES.keySet() + ")");
      return;
    }
    for (Repository repository : repositories) {
      if (!repository.uris().containsKey(own)) {
        obstacles.add(
            "architecture: "
                + own
                + ": repository "
                + repository.name()
                + " has nothing for it (expected: one of "
                + repository.uris().keySet().stream().sorted().toList()
                + ")");
      }
    }
  }

  private void gpus() {
    if (bundle.flavour() == Flavour.NONE) {
      if (!stack.gpus().isEmpty()) {
        obstacles.add(
            "GPUs on the PCI bus: "
                + stack.gpus().size()
                + " (expected: none, since the bundle has no kernel module for them)");
      }
      return;
    }
    if (stack.gpus().isEmpty()) {
      obstacles.add("GPUs on the PCI bus: none (expected: one of NVIDIA)");
    }
    for (DriverStack.PciGpu gpu : stack.gpus()) {
      String what = "GPU " + (gpu.name().isEmpty() ? gpu.deviceId() : gpu.name());
      Optional<Generation> generation = Generation.of(gpu);
      if (generation.isPresent()) {
        generation
            .get()
            .against(bundle.flavour(), row.branch())
            .ifPresent(why -> obstacles.add(what + ": " + why));
      } else if (bundle.flavour() == Flavour.PROPRIETARY) {
        obstacles.add(
            what
                + ": its generation is not known (expected: Maxwell to Hopper, for the proprietary"
                + " kernel module)");
      } else {
        note(what + ": its generation is not known; newer ones take the open kernel module");
      }
    }
  }

  private void note(String text) {
    if (!notes.contains(text)) {
      notes.add(text);
    }
  }

  private void kernel() {
    Optional<String> next =
        stack.kernels().stream()
            .filter(DriverStack.Kernel::bootsNext)
            .map(DriverStack.Kernel::release)
            .filter(release -> !release.equals(stack.kernel()))
            .findFirst();
    kernel(stack.kernel(), "kernel");
    next.ifPresent(
        release -> {
          kernel(release, "kernel that boots next");
          note("kernel: " + stack.kernel() + " runs, " + release + " boots next");
        });
  }

  private void kernel(String release, String what) {
    String least = bundle.kernel().least();
    String below = bundle.kernel().below();
    if (!least.isEmpty() && compare(release, least) < 0) {
      obstacles.add(what + ": " + release + " (expected: " + least + " or newer)");
    }
    if (!below.isEmpty() && compare(release, below) >= 0) {
      obstacles.add(what + ": " + release + " (expected: older than " + below + ")");
    }
    if (!release.endsWith(row.kernelSuffix())) {
      obstacles.add(
          what
              + ": "
              + release
              + " (expected: one that ends in "
              + row.kernelSuffix()
              + ", for which there is a module)");
    }
  }

  /** By the numbers at the beginning: 6.10 is newer than 6.9.12-3. */
  static int compare(String release, String version) {
    String[] left = release.split("[^0-9]", -1);
    String[] right = version.split("\\.", -1);
    for (int i = 0; i < right.length; i++) {
      int own = i < left.length && left[i].matches("[0-9]{1,6}") ? Integer.parseInt(left[i]) : 0;
      int order = Integer.compare(own, Integer.parseInt(right[i]));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private void secureBoot() {
    if (row.isSigned()) {
      return;
    }
    if (stack.secureBoot() == Answer.YES) {
      obstacles.add(
          "Secure Boot: on, and this kernel module is not signed by the distribution (expected: off,"
              + " or a bundle with a signed module)");
    } else if (stack.secureBoot() == Answer.UNKNOWN) {
      note("Secure Boot: not known; the agent refuses unless it reads that it is off");
    }
  }

  private void foreign() {
    if (stack.foreignInstall() == Answer.YES) {
      obstacles.add(
          "driver: installed by NVIDIA's .run file, which no package manager knows (expected: none;"
              + " nvidia-uninstall takes it away)");
    } else if (stack.foreignInstall() == Answer.UNKNOWN) {
      note(
          "an installation by NVIDIA's .run file: not known; the agent refuses where there is one");
    }
    if (stack.nouveau() == Answer.YES) {
      note("nouveau drives the GPUs now: the machine must reboot");
    }
  }

  // Without its fabric manager NVML looks well and CUDA fails (error 802).
  private void fabric() {
    Optional<Need> fabric = Resolver.fabric(stack);
    if (fabric.isPresent() && !row.extras().containsKey(fabric.get())) {
      obstacles.add(
          "GPU fabric: "
              + fabric.get().name().toLowerCase(Locale.ROOT)
              + ", which this bundle does not serve (expected: a bundle with a fabric manager)");
    }
  }
}
