package io.coxswain.agent.health;

import io.coxswain.agent.health.KernelEvent.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Understands what NVIDIA's driver writes to the kernel's log. Formats are those of
 * open-gpu-kernel-modules 595 (kernel_rc.c, kern_gpu_error_cont_ga100.c, gpu.c, osapi.c,
 * common_nvswitch.h) and of lines that people published of older drivers. Some messages come in
 * three lines, in one record or in three, so it remembers the GPU that the first of them named.
 */
final class NvrmLines {
  private static final String PCI = "([0-9a-fA-F]{4,8}:[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(?:\\.\\d)?)";

  // A GPU that is cut up (MIG) names the part after the address.
  private static final Pattern XID =
      Pattern.compile("NVRM: Xid \\((?:PCI:)?" + PCI + "[^)]*\\): (\\d{1,4})(?:, ?(.*))?");
  private static final Pattern PROCESS =
      Pattern.compile("pid='?\"?(\\d+|<unknown>)'?\"?, (?:name=(.{0,16}?), )?(.*)");
  // The end of a line is the driver's own; a process can call itself "RST: Yes", but not there.
  private static final Pattern RESET =
      Pattern.compile("\\bRST: (Yes|No), D-RST: (Yes|No)( caused by previous Xid \\d+)?\\.?\\s*$");
  private static final Pattern CAUSE = Pattern.compile(" caused by previous Xid (\\d+)\\s*$");
  // "NETIR_LINK_EVT Fatal XC0 i0 Link 00 (0x026001c6 …"
  private static final Pattern FATAL_LINK = Pattern.compile("^\\w+ Fatal .*");
  // The words differ between branches ("Node Reboot Required", "OS Reboot"): the number counts.
  private static final Pattern RECOVERY =
      Pattern.compile("GPU recovery action changed from 0x[0-9a-f]+ .*to 0x([0-9a-fA-F]+).*");
  private static final Pattern SXID =
      Pattern.compile(
          "nvidia-nvswitch\\d+:? SXid \\(PCI:" + PCI + "\\): (\\d{4,5}), (Fatal|Non-fatal)?(.*)");
  private static final Pattern OFF_BUS =
      Pattern.compile("NVRM: GPU " + PCI + ": GPU has fallen off the bus.*");
  private static final Pattern THE_GPU = Pattern.compile("NVRM: The NVIDIA GPU " + PCI + ".*");
  private static final Pattern MISMATCH =
      Pattern.compile("NVRM: API mismatch: the client has (?:the )?version ([\\d.-]+).*");
  private static final Pattern LOADED =
      Pattern.compile("NVRM: loading NVIDIA UNIX .*Kernel Module.*");

  private static final int FIRST_NVLINK5 = 144;
  private static final int LAST_NVLINK5 = 150;
  private static final int RECOVERY_CODE = 154;

  private String lastNamedGpu = "";

  /** What the record says, line by line; empty for what is not about GPUs. */
  List<KernelEvent> read(String record) {
    List<KernelEvent> events = new ArrayList<>();
    for (String line : record.lines().toList()) {
      int start = line.indexOf("NVRM: ");
      int switched = line.indexOf("nvidia-nvswitch");
      if (start >= 0) {
        driver(line.substring(start).strip(), events);
      } else if (switched >= 0) {
        nvswitch(line.substring(switched).strip(), events);
      }
    }
    return events;
  }

  private void driver(String line, List<KernelEvent> events) {
    Matcher xid = XID.matcher(line);
    if (xid.matches()) {
      events.add(xid(xid));
      return;
    }
    Matcher gpu = THE_GPU.matcher(line);
    if (gpu.matches()) {
      lastNamedGpu = address(gpu.group(1));
    }
    Matcher offBus = OFF_BUS.matcher(line);
    if (offBus.matches()) {
      events.add(new KernelEvent.OffBus(address(offBus.group(1)), "GPU has fallen off the bus"));
    } else if (line.contains("fallen off the bus and is not responding")) {
      events.add(new KernelEvent.OffBus(lastNamedGpu, "GPU has fallen off the bus"));
    } else if (line.contains("is not supported by open")
        || line.contains("requires use of the NVIDIA open kernel modules")) {
      events.add(
          new KernelEvent.WrongModule(
              lastNamedGpu,
              "the kernel module that is loaded is of the wrong kind for this GPU: "
                  + line.substring("NVRM: ".length())));
    } else if (LOADED.matcher(line).matches()) {
      events.add(new KernelEvent.ModuleLoaded(line.substring("NVRM: ".length())));
    } else {
      Matcher mismatch = MISMATCH.matcher(line);
      if (mismatch.matches()) {
        events.add(
            new KernelEvent.ApiMismatch(
                "a program brought driver library "
                    + mismatch.group(1)
                    + ", which is not the kernel module's version"));
      }
    }
  }

  private static KernelEvent xid(Matcher line) {
    String subject = address(line.group(1));
    int code = Integer.parseInt(line.group(2));
    String rest = line.group(3) == null ? "" : line.group(3);
    Matcher recovery = RECOVERY.matcher(rest);
    if (code == RECOVERY_CODE && recovery.find()) {
      return new KernelEvent.Recovery(
          subject, Integer.parseUnsignedInt(recovery.group(1), 16), rest.strip());
    }
    OptionalLong pid = OptionalLong.empty();
    String process = "";
    String text = rest;
    Matcher held = PROCESS.matcher(rest);
    if (held.matches()) {
      if (!held.group(1).equals("<unknown>")) {
        pid = OptionalLong.of(Long.parseLong(held.group(1)));
      }
      process = held.group(2) == null || held.group(2).equals("<unknown>") ? "" : held.group(2);
      text = held.group(3);
    }
    Matcher cause = CAUSE.matcher(rest);
    OptionalInt root =
        cause.find() ? OptionalInt.of(Integer.parseInt(cause.group(1))) : OptionalInt.empty();
    return new KernelEvent.Xid(
        code, subject, severity(code, text), pid, process, root, text.strip());
  }

  private static Severity severity(int code, String text) {
    Matcher reset = RESET.matcher(text);
    if (reset.find() && (reset.group(1).equals("Yes") || reset.group(2).equals("Yes"))) {
      return Severity.RESET;
    }
    boolean isLink = code >= FIRST_NVLINK5 && code <= LAST_NVLINK5;
    return isLink && FATAL_LINK.matcher(text).matches() ? Severity.FATAL : Severity.PLAIN;
  }

  private static void nvswitch(String line, List<KernelEvent> events) {
    Matcher sxid = SXID.matcher(line);
    if (sxid.matches()) {
      events.add(
          new KernelEvent.SXid(
              Integer.parseInt(sxid.group(2)),
              address(sxid.group(1)),
              "Fatal".equals(sxid.group(3)),
              line.substring(line.indexOf("): ") + 3)));
    }
  }

  /** "0000:18:00" and "00000000:18:00.0" as sysfs writes them: "0000:18:00.0". */
  static String address(String pci) {
    String lower = pci.toLowerCase(Locale.ROOT);
    int domain = lower.indexOf(':');
    String shorter = domain > 4 ? lower.substring(domain - 4) : lower;
    return shorter.contains(".") ? shorter : shorter + ".0";
  }
}
