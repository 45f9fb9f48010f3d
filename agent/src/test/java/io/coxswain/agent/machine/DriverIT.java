package io.coxswain.agent.machine;

import static io.coxswain.agent.machine.Wanted.driver;
import static io.coxswain.agent.machine.Wanted.driverBefore;
import static io.coxswain.agent.machine.Wanted.group;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** apt itself exchanges a driver's packages, and brings back those that no source has any more. */
@ExtendWith(MachineExtension.class)
class DriverIT {
  private static final String SOURCES = "/etc/apt/sources.list.d/sample-driver.list";
  private static final String NEW = "deb [trusted=yes] file:/srv/driver-new ./\n";
  private static final String VERSIONS =
      "dpkg-query -W -f '${Package} ${Version} ${db:Status-Abbrev}\\n' '*nvidia-sample*'"
          + " sample-builder 2>/dev/null | grep -v ' un $' | sort";

  /** 535 is installed and held, from a source that will be gone; 580 is in another one. */
  private static final String OLD_DRIVER =
      """
      cd /root
      package() { # DIRECTORY NAME VERSION DEPENDS SCRIPT
        mkdir -p "build/DEBIAN" "/srv/$1"
        printf 'Package: %s\\nVersion: %s\\nArchitecture: all\\nMaintainer: a test <t@example.org>\\n%sDescription: a test\\n' \\
          "$2" "$3" "${4:+Depends: $4\\n}" | sed 's/\\\\n/\\n/g' > build/DEBIAN/control
        printf '#!/bin/sh\\n%s\\n' "$5" > build/DEBIAN/postinst
        chmod 0755 build/DEBIAN/postinst
        dpkg-deb --build --root-owner-group -Znone build "/srv/$1/$2_$3_all.deb" > /dev/null
        rm -r build
      }
      index() {
        cd "/srv/$1"
        for file in *.deb; do
          dpkg-deb --field "$file"
          printf 'Filename: ./%s\\nSize: %s\\nSHA256: %s\\n\\n' \\
            "$file" "$(stat -c %s "$file")" "$(sha256sum "$file" | cut -d ' ' -f 1)"
        done > Packages
        cd /root
      }
      apt-mark unhold '*nvidia-sample*' || true
      apt-get -q -y purge '*nvidia-sample*' sample-builder || true
      rm -rf /srv/driver-old /srv/driver-new /run/sample.broken
      package driver-old libnvidia-sample 535.1-1 '' ''
      package driver-new libnvidia-sample 580.2-1 '' ''
      package driver-new nvidia-sample-kernel 580.2-1 sample-builder '[ ! -e /run/sample.broken ]'
      package driver-new sample-builder 3.0 '' ''
      index driver-old
      index driver-new
      echo 'deb [trusted=yes] file:/srv/driver-old ./' > /etc/apt/sources.list.d/sample-driver.list
      apt-get -q update -o Dir::Etc::SourceList=/etc/apt/sources.list.d/sample-driver.list \\
        -o Dir::Etc::SourceParts=- -o APT::Get::List-Cleanup=0
      apt-get -q -y install libnvidia-sample
      apt-mark hold libnvidia-sample
      """;

  @Test
  void aDriverIsExchangedHeldAndBroughtBackFromWhatWasKept(Machine machine) {
    machine.sh(OLD_DRIVER);
    String before = machine.sh(VERSIONS);
    machine.assign(
        group(
            "driver",
            driver("it-1", SOURCES, NEW, "libnvidia-sample=580.*", "nvidia-sample-kernel=")));

    assertThat(machine.told("driver").state()).isEqualTo("DONE");
    assertThat(machine.sh(VERSIONS))
        .isEqualTo(
            String.join(
                " \n",
                "libnvidia-sample 580.2-1 hi",
                "nvidia-sample-kernel 580.2-1 hi",
                "sample-builder 3.0 ii",
                ""));

    machine.sh("rm -r /srv/driver-old");
    machine.assign(group("driver", driverBefore("it-2")));
    assertThat(machine.told("driver").state()).isEqualTo("DONE");
    assertThat(machine.sh(VERSIONS)).isEqualTo(before).contains("libnvidia-sample 535.1-1 hi");
    assertThat(machine.sh("cat " + SOURCES)).contains("/srv/driver-old");
  }

  @Test
  void aDriverThatDoesNotConfigureIsTakenBack(Machine machine) {
    machine.sh(OLD_DRIVER + "touch /run/sample.broken\n");
    String before = machine.sh(VERSIONS);
    machine.assign(
        group(
            "driver",
            driver("it-3", SOURCES, NEW, "libnvidia-sample=580.*", "nvidia-sample-kernel=")));
    assertThat(machine.told("driver").reason()).isEqualTo("PACKAGE_FAILED");

    machine.assign(group("driver", driverBefore("it-4")));
    assertThat(machine.told("driver").state()).isEqualTo("DONE");
    assertThat(machine.sh(VERSIONS)).isEqualTo(before);
  }

  @Test
  void aVersionThatNoSourceHasIsNamed(Machine machine) {
    machine.sh(OLD_DRIVER);
    machine.assign(group("driver", driver("it-5", SOURCES, NEW, "libnvidia-sample=599.*")));
    assertThat(machine.told("driver").reason()).isEqualTo("PACKAGE_NOT_FOUND");
    assertThat(machine.told("driver").message()).contains("libnvidia-sample=599.*");
    machine.assign(group("driver", driverBefore("it-6")));
    assertThat(machine.told("driver").state()).isEqualTo("DONE");
  }
}
