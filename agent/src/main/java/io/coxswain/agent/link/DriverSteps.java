package io.coxswain.agent.link;

import io.coxswain.agent.driver.Flavour;
import io.coxswain.agent.step.CheckDriverFit;
import io.coxswain.agent.step.Content;
import io.coxswain.agent.step.InstallDriver;
import io.coxswain.agent.step.InstallDriver.ConfigurationFile;
import io.coxswain.agent.step.InstallDriver.WantedPackage;
import io.coxswain.agent.step.LoadDriver;
import io.coxswain.v1.DriverFit;
import io.coxswain.v1.DriverInstalled;
import io.coxswain.v1.DriverLoaded;

/** Wire to step, for those that are about the driver. */
final class DriverSteps {
  // dpkg's policy, 5.6.1 and 5.6.12; a star ends the beginning of a version.
  private static final String NAME = "[a-z0-9][a-z0-9+.-]+";
  private static final String VERSION = "|[0-9][A-Za-z0-9.+~:-]*\\*?";

  private DriverSteps() {}

  static CheckDriverFit fit(DriverFit wire) {
    return new CheckDriverFit(
        StepDecoder.demand("driver_fit.bundle", wire.getBundle()),
        wire.getPackagesList(),
        wire.getBuildsModule(),
        wire.getIsSigned());
  }

  static InstallDriver installed(DriverInstalled wire) {
    return new InstallDriver(
        StepDecoder.demand("driver_installed.id", wire.getId()),
        StepDecoder.demand("driver_installed.bundle", wire.getBundle()),
        wire.getFilesList().stream()
            .map(
                file ->
                    new ConfigurationFile(
                        StepDecoder.path(file.getPath()), Content.of(file.getContent())))
            .toList(),
        wire.getPackagesList().stream().map(DriverSteps::wanted).toList());
  }

  private static WantedPackage wanted(DriverInstalled.Package wire) {
    // They become words of apt-get's, where an option or a removal begins with or ends in a sign.
    if (!wire.getName().matches(NAME) || wire.getName().endsWith("-")) {
      throw new IllegalArgumentException(
          "driver_installed.packages: '"
              + wire.getName()
              + "' (expected: a Debian package's name)");
    }
    if (!wire.getVersion().matches(VERSION)) {
      throw new IllegalArgumentException(
          "driver_installed.packages: %s: version '%s' (expected: a Debian version, or its beginning followed by *)"
              .formatted(wire.getName(), wire.getVersion()));
    }
    return new WantedPackage(wire.getName(), wire.getVersion());
  }

  static LoadDriver loaded(DriverLoaded wire) {
    return new LoadDriver(
        StepDecoder.demand("driver_loaded.id", wire.getId()),
        wire.getVersionPrefix(),
        flavour(wire.getFlavour()),
        wire.getMayReboot());
  }

  private static Flavour flavour(DriverLoaded.Flavour wire) {
    return switch (wire) {
      case OPEN -> Flavour.OPEN;
      case PROPRIETARY -> Flavour.PROPRIETARY;
      case ANY -> Flavour.ANY;
      case FLAVOUR_UNSPECIFIED, UNRECOGNIZED ->
          throw new IllegalArgumentException(
              "driver_loaded.flavour: " + wire + " (expected: OPEN, PROPRIETARY or ANY)");
    };
  }
}
