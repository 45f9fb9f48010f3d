package io.coxswain.controller.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.coxswain.controller.Golden;
import io.coxswain.controller.observed.DriverStack.Answer;
import io.coxswain.controller.spec.DriverSet.Flavour;
import org.junit.jupiter.api.Test;

/** What a driver set changes, and what each change disturbs. */
final class BundlePlanTest {
  private static final Catalogue OWN = Catalogues.own();

  private static BundlePlan plan(String bundle, GpuServer server) {
    return BundlePlan.of(
        new Resolver(OWN)
            .resolve(OWN.bundle(bundle).orElseThrow(), server.facts())
            .driver()
            .orElseThrow(),
        server.stack());
  }

  private static String printed(BundlePlan plan) {
    StringBuilder text = new StringBuilder();
    for (BundlePlan.Change change : plan.changes()) {
      text.append(change.field())
          .append(": '")
          .append(change.from())
          .append("' -> '")
          .append(change.to())
          .append("' ")
          .append(change.disruption())
          .append('\n');
    }
    return text.append(plan.disruption().map(Enum::name).orElse("nothing")).append('\n').toString();
  }

  private static GpuServer withAllOf580() {
    return new GpuServer()
        .driver("580.95.05")
        .bundle("nvidia-580-open 1")
        .installed("libnvidia-compute-580", "580.95.05-0ubuntu1", true)
        .installed("nvidia-dkms-580-open", "580.95.05-0ubuntu1", true)
        .installed("nvidia-persistenced", "580.95.05-0ubuntu1", true)
        .installed("nvidia-modprobe", "580.95.05-0ubuntu1", true);
  }

  @Test
  void aMachineWithoutADriverNeedsNoReboot() {
    Golden.resource(
        "bundle/plan-bare.txt",
        printed(plan("nvidia-580-open", new GpuServer().withNvswitch().runs("docker"))));
    assertThat(plan("nvidia-580-open", new GpuServer()).disruption())
        .contains(Disruption.NEEDS_IDLE_NODE);
    assertThat(plan("nvidia-580-open", new GpuServer().nouveau(Answer.YES)).disruption())
        .contains(Disruption.REBOOTS);
  }

  @Test
  void anotherBranchAndFlavourReboot() {
    GpuServer server =
        new GpuServer()
            .driver("535.261.03")
            .withNvswitch()
            .runs("podman")
            .installed("nvidia-dkms-535", "535.261.03-0ubuntu1", false)
            .installed("libnvidia-compute-535", "535.261.03-0ubuntu1", false)
            .installed("nvidia-fabricmanager", "535.261.03-1", false)
            .installed("nvidia-container-toolkit", "1.17.8-1", false)
            .installed("libnvidia-container1", "1.19.1-1", false);
    Golden.resource("bundle/plan-from-535.txt", printed(plan("nvidia-580-open", server)));
    assertThat(
            BundlePlan.strangers(
                new Resolver(OWN)
                    .resolve(OWN.bundle("nvidia-580-open").orElseThrow(), server.facts())
                    .driver()
                    .orElseThrow(),
                server.stack()))
        .containsExactly("nvidia-dkms-535");
  }

  @Test
  void aMachineThatHasAllOfItIsLeftAlone() {
    assertThat(plan("nvidia-580-open", withAllOf580()).changes()).isEmpty();
  }

  @Test
  void whatAgentsDoNotTellOfIsThereOnceTheBundleIs() {
    GpuServer b200 = withAllOf580().gpu("10de:2901", "GB100 [B200]");
    for (String name :
        new String[] {"nvidia-fabricmanager", "libnvidia-nscq", "libnvsdm", "nvlsm"}) {
      b200.installed(name, "580.95.05-1", true);
    }
    assertThat(plan("nvidia-580-open", b200).changes()).isEmpty();
    assertThat(plan("nvidia-580-open", b200.bundle("another 1")).changes())
        .contains(
            new BundlePlan.Change(
                "package infiniband-diags", "", "what the sources have", Disruption.LIVE));
  }

  @Test
  void whatDriftedIsBroughtBackAndAHoldDisturbsNobody() {
    assertThat(
            printed(
                plan(
                    "nvidia-580-open",
                    withAllOf580().bundle("nvidia-580-open 1", "the pin file is not there"))))
        .startsWith("bundle: 'nvidia-580-open 1 (drifted)' -> 'nvidia-580-open 1' LIVE\n")
        .endsWith("LIVE\n");
    GpuServer unheld =
        new GpuServer()
            .driver("580.95.05")
            .bundle("nvidia-580-open 1")
            .installed("libnvidia-compute-580", "580.95.05-0ubuntu1", false)
            .installed("nvidia-dkms-580-open", "580.95.05-0ubuntu1", true)
            .installed("nvidia-persistenced", "580.95.05-0ubuntu1", true)
            .installed("nvidia-modprobe", "580.95.05-0ubuntu1", true);
    assertThat(plan("nvidia-580-open", unheld).changes())
        .containsExactly(
            new BundlePlan.Change("hold libnvidia-compute-580", "no", "yes", Disruption.LIVE));
  }

  @Test
  void anInstalledDriverThatDoesNotRunReboots() {
    assertThat(
            plan("nvidia-580-open", withAllOf580().mustReboot("the library is of 580.105.08"))
                .changes())
        .containsExactly(
            new BundlePlan.Change(
                "driver", "580.95.05 (the library is of 580.105.08)", "580.*", Disruption.REBOOTS));
  }

  @Test
  void aFlavourIsReadFromThePackageOfTheModule() {
    assertThat(BundlePlan.flavour(withAllOf580().stack())).contains(Flavour.OPEN);
    for (String open :
        new String[] {
          "nvidia-dkms-580-server-open",
          "nvidia-open-kernel-dkms",
          "nvidia-kernel-open-dkms",
          "nvidia-dkms-open",
          "linux-modules-nvidia-580-server-open-generic"
        }) {
      assertThat(BundlePlan.flavour(new GpuServer().installed(open, "1", true).stack()))
          .as(open)
          .contains(Flavour.OPEN);
    }
    for (String proprietary :
        new String[] {
          "nvidia-dkms-580",
          "nvidia-dkms",
          "nvidia-kernel-dkms",
          "linux-modules-nvidia-580-server-generic"
        }) {
      assertThat(BundlePlan.flavour(new GpuServer().installed(proprietary, "1", true).stack()))
          .as(proprietary)
          .contains(Flavour.PROPRIETARY);
    }
    assertThat(BundlePlan.flavour(new GpuServer().installed("nvidia-smi", "1", true).stack()))
        .isEmpty();
  }
}
