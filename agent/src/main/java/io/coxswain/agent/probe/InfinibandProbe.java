package io.coxswain.agent.probe;

import io.coxswain.agent.report.InfinibandPort;
import java.util.ArrayList;
import java.util.List;

/** Ports of InfiniBand and RoCE adapters, as the kernel shows them. */
final class InfinibandProbe {
  private static final String DEVICES = "/sys/class/infiniband";

  private final Sysfs sysfs;

  InfinibandProbe(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  List<InfinibandPort> read() {
    List<InfinibandPort> ports = new ArrayList<>();
    for (String device : sysfs.list(DEVICES)) {
      String directory = DEVICES + "/" + device + "/ports";
      for (String port : sysfs.list(directory)) {
        if (port.matches("\\d{1,3}")) {
          ports.add(port(device, port, directory + "/" + port));
        }
      }
    }
    return ports;
  }

  private InfinibandPort port(String device, String port, String directory) {
    return new InfinibandPort(
        device,
        Integer.parseInt(port),
        // "4: ACTIVE"
        sysfs.text(directory + "/state").orElse("").replaceFirst("^\\d+: ", ""),
        sysfs.text(directory + "/link_layer").orElse(""),
        rate(sysfs.text(directory + "/rate").orElse("")));
  }

  /** "400 Gb/sec (4X NDR)"; old adapters say "2.5 Gb/sec (1X SDR)" while the link is down: 2. */
  static long rate(String text) {
    String number = text.replaceFirst("^(\\d+)(\\.\\d+)? Gb/sec.*$", "$1");
    return number.matches("\\d{1,6}") ? Long.parseLong(number) : 0;
  }
}
