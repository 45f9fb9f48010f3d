package io.coxswain.agent.probe;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the firmware says of itself (SMBIOS through sysfs; only root may read it). Placeholders
 * count as nothing said.
 */
final class SystemProbe {
  private static final String DMI = "/sys/class/dmi/id/";

  // Written by board makers who left the field to the next one, who left it too.
  private static final Set<String> PLACEHOLDERS =
      Set.of(
          "to be filled by o.e.m.",
          "to be filled by oem",
          "o.e.m.",
          "default string",
          "system serial number",
          "base board serial number",
          "not specified",
          "not applicable",
          "not available",
          "not set",
          "none",
          "n/a",
          "na",
          "unknown",
          "empty",
          "invalid",
          "0123456789",
          "1234567890",
          "123456789",
          "03000200-0400-0500-0006-000700080009");
  private static final Pattern ONE_CHARACTER =
      Pattern.compile("([0xf.* -])\\1*", Pattern.CASE_INSENSITIVE);
  private static final Pattern UUID =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

  private final Sysfs sysfs;

  SystemProbe(Sysfs sysfs) {
    this.sysfs = sysfs;
  }

  /** Lower case; empty where the firmware gives none. */
  String systemUuid() {
    String uuid = said("product_uuid").toLowerCase(Locale.ROOT);
    return UUID.matcher(uuid).matches() && !ONE_CHARACTER.matcher(uuid.replace("-", "")).matches()
        ? uuid
        : "";
  }

  /** The board's serial, else the product's; empty where the firmware gives none. */
  String boardSerial() {
    String board = said("board_serial");
    return board.isEmpty() ? said("product_serial") : board;
  }

  private String said(String field) {
    return sysfs
        .text(DMI + field)
        .filter(text -> !PLACEHOLDERS.contains(text.toLowerCase(Locale.ROOT)))
        .filter(text -> !ONE_CHARACTER.matcher(text).matches())
        .orElse("");
  }
}
