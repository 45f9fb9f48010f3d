package io.coxswain.controller.api.wire;

import io.coxswain.controller.spec.DriverSet;
import io.coxswain.controller.spec.Want;
import io.coxswain.v1.DriverFit;
import io.coxswain.v1.DriverInstalled;
import io.coxswain.v1.DriverLoaded;

/** Steps of a driver bundle as the contract has them. */
final class DriverToWire {
  private DriverToWire() {}

  static DriverFit fit(Want.DriverFit want) {
    DriverSet driver = want.driver();
    return DriverFit.newBuilder()
        .setBundle(driver.bundle())
        .addAllPackages(driver.packages().stream().map(DriverSet.Part::name).toList())
        .setBuildsModule(driver.buildsModule())
        .setIsSigned(driver.isSigned())
        .build();
  }

  static DriverInstalled installed(Want.DriverInstalled want) {
    DriverInstalled.Builder wire =
        DriverInstalled.newBuilder().setId(want.id()).setBundle(want.driver().bundle());
    want.driver()
        .files()
        .forEach(file -> wire.addFilesBuilder().setPath(file.path()).setContent(file.content()));
    want.driver()
        .packages()
        .forEach(each -> wire.addPackagesBuilder().setName(each.name()).setVersion(each.version()));
    return wire.build();
  }

  static DriverLoaded loaded(Want.DriverLoaded want) {
    DriverLoaded.Flavour flavour =
        want.flavour()
            .map(
                known ->
                    switch (known) {
                      case OPEN -> DriverLoaded.Flavour.OPEN;
                      case PROPRIETARY -> DriverLoaded.Flavour.PROPRIETARY;
                      case NONE -> DriverLoaded.Flavour.ANY;
                    })
            .orElse(DriverLoaded.Flavour.ANY);
    return DriverLoaded.newBuilder()
        .setId(want.id())
        .setVersionPrefix(want.versionPrefix())
        .setFlavour(flavour)
        .setMayReboot(want.mayReboot())
        .build();
  }
}
