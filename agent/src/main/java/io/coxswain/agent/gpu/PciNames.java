package io.coxswain.agent.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the PCI ID list calls NVIDIA's devices, for machines that have no driver yet. The list is
 * read for each question and not kept: a machine asks a few times in its life.
 */
public final class PciNames {
  private static final String LIST = "pci-ids-nvidia.txt";
  // "GH100 [H200 SXM 141GB]": the chip, then the product.
  private static final Pattern PRODUCT = Pattern.compile("\\[([^\\]]+)\\]\\s*$");

  private PciNames() {}

  /**
   * The list's name of a device; empty for one that is newer than the list.
   *
   * @param device four hexadecimal digits: "2335"
   */
  public static Optional<String> of(String device) {
    String start = "\t" + device + "  ";
    try (BufferedReader lines = open()) {
      return lines
          .lines()
          .filter(line -> line.startsWith(start))
          .findFirst()
          .map(line -> line.substring(start.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The model that a shape names, from the list's name. Empty where the list names only a chip, and
   * where one device is sold as two models ("A2 / A16").
   */
  public static String model(String name) {
    Matcher product = PRODUCT.matcher(name);
    return product.find() && !product.group(1).contains(" / ") ? GpuModel.of(product.group(1)) : "";
  }

  private static BufferedReader open() {
    InputStream list = PciNames.class.getResourceAsStream(LIST);
    if (list == null) {
      throw new IllegalStateException(
          LIST + " is missing in this build (expected: it is packaged)");
    }
    return new BufferedReader(new InputStreamReader(list, StandardCharsets.UTF_8));
  }
}
