package io.coxswain.controller.api.wire;

import io.coxswain.controller.bundle.Bundle;
import io.coxswain.controller.bundle.Catalogue;
import io.coxswain.controller.bundle.Disruption;
import io.coxswain.controller.bundle.Repository;
import io.coxswain.controller.lifecycle.Roll;
import io.coxswain.controller.reconcile.BundlePlans;
import io.coxswain.controller.spec.DriverSet;
import io.coxswain.v1.BundleExtra;
import io.coxswain.v1.BundleRepository;
import io.coxswain.v1.BundleRow;
import io.coxswain.v1.DriverLoaded;
import io.coxswain.v1.MachinePlan;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Bundles, plans and rolls as clients read them. */
public final class BundleToWire {
  private BundleToWire() {}

  /** With the repositories that it may use. */
  public static io.coxswain.v1.Bundle bundle(Bundle bundle, Catalogue catalogue) {
    io.coxswain.v1.Bundle.Builder wire =
        io.coxswain.v1.Bundle.newBuilder()
            .setName(bundle.name())
            .setVersion(bundle.version())
            .setText(bundle.text())
            .setFlavour(flavour(bundle.flavour()))
            .setKernelLeast(bundle.kernel().least())
            .setKernelBelow(bundle.kernel().below())
            .setSource(bundle.source())
            .setFile(bundle.file());
    bundle.rows().forEach(row -> wire.addRows(row(row)));
    catalogue.repositoriesOf(bundle).forEach(each -> wire.addRepositories(repository(each)));
    return wire.build();
  }

  private static DriverLoaded.Flavour flavour(DriverSet.Flavour flavour) {
    return switch (flavour) {
      case OPEN -> DriverLoaded.Flavour.OPEN;
      case PROPRIETARY -> DriverLoaded.Flavour.PROPRIETARY;
      case NONE -> DriverLoaded.Flavour.ANY;
    };
  }

  private static BundleRow row(Bundle.Row row) {
    BundleRow.Builder wire =
        BundleRow.newBuilder()
            .addAllDistributions(row.distributions().stream().map(Object::toString).toList())
            .setPackageManager(row.packageManager())
            .setVersionPrefix(row.prefix())
            .addAllRepositories(row.repositories())
            .addAllPackages(row.packages())
            .setBuildsModule(row.buildsModule())
            .setIsSigned(row.isSigned())
            .addAllUnits(row.units())
            .setSource(row.source());
    new TreeMap<>(row.extras())
        .forEach(
            (need, extra) ->
                wire.addExtras(
                    BundleExtra.newBuilder()
                        .setName(need.name().toLowerCase(Locale.ROOT))
                        .addAllPackages(extra.packages())
                        .addAllRepositories(extra.repositories())
                        .addAllUnits(extra.units())));
    return wire.build();
  }

  private static BundleRepository repository(Repository repository) {
    return BundleRepository.newBuilder()
        .setName(repository.name())
        .putAllUris(repository.uris())
        .setMissing(repository.missing().orElse(""))
        .build();
  }

  public static MachinePlan plan(BundlePlans.MachinePlan plan) {
    MachinePlan.Builder wire =
        MachinePlan.newBuilder()
            .setMachine(plan.machine().name())
            .setInstance(plan.instance())
            .addAllObstacles(plan.obstacles())
            .addAllNotes(plan.notes())
            .addAllJobs(plan.jobs())
            .setUnwell(plan.unwell());
    plan.plan().disruption().map(BundleToWire::disruption).ifPresent(wire::setDisruption);
    plan.plan()
        .changes()
        .forEach(
            change ->
                wire.addChangesBuilder()
                    .setField(change.field())
                    .setFrom(change.from())
                    .setTo(change.to())
                    .setDisruption(disruption(change.disruption())));
    return wire.build();
  }

  private static MachinePlan.Disruption disruption(Disruption disruption) {
    return switch (disruption) {
      case LIVE -> MachinePlan.Disruption.LIVE;
      case NEEDS_IDLE_NODE -> MachinePlan.Disruption.NEEDS_IDLE_NODE;
      case REBOOTS -> MachinePlan.Disruption.REBOOTS;
    };
  }

  /**
   * Maps a roll.
   *
   * @param name a machine's name by its id
   */
  public static io.coxswain.v1.Roll roll(Roll roll, UnaryOperator<String> name) {
    io.coxswain.v1.Roll.Builder wire =
        io.coxswain.v1.Roll.newBuilder()
            .setOperation(roll.operation())
            .setTitle(roll.title())
            .setIsRollback(roll.isRollback())
            .setMaxUnavailable(roll.maxUnavailable())
            .setMayReboot(roll.mayReboot())
            .setBy(roll.by())
            .setStartedAt(Times.wire(roll.startedAt()));
    roll.members()
        .forEach(
            member ->
                wire.addMembersBuilder()
                    .setMachine(name.apply(member.machineId()))
                    .setState(state(member.state()))
                    .setMessage(member.message()));
    return wire.build();
  }

  private static io.coxswain.v1.Roll.State state(Roll.State state) {
    return switch (state) {
      case WAITING -> io.coxswain.v1.Roll.State.WAITING;
      case UNDER_WAY -> io.coxswain.v1.Roll.State.UNDER_WAY;
      case DONE -> io.coxswain.v1.Roll.State.DONE;
      case ROLLING_BACK -> io.coxswain.v1.Roll.State.ROLLING_BACK;
      case ROLLED_BACK -> io.coxswain.v1.Roll.State.ROLLED_BACK;
      case FAILED -> io.coxswain.v1.Roll.State.MEMBER_FAILED;
      case SKIPPED -> io.coxswain.v1.Roll.State.SKIPPED;
    };
  }
}
