package io.coxswain.agent.gpu;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The model that a shape names, taken from the driver's name by rule, so that next year's card
 * needs no new release: brand words go, and the first word that is left is the model. "NVIDIA
 * A100-SXM4-80GB" is an A100. Cards of the RTX and GTX lines carry their line in the model, since
 * their numbers come back in every generation: "NVIDIA RTX 6000 Ada Generation" is an RTX6000Ada, a
 * "Quadro RTX 6000" an RTX6000. Memory size and form factor (SXM, PCIe, NVL) are not part of a
 * model.
 */
public final class GpuModel {
  private static final Set<String> BRANDS =
      Set.of("NVIDIA", "TESLA", "QUADRO", "GEFORCE", "GRAPHICS", "DEVICE");
  private static final Set<String> LINES = Set.of("RTX", "GTX", "TITAN");
  private static final Set<String> VARIANTS = Set.of("PRO", "ADA", "TI", "SUPER", "BLACKWELL");

  private GpuModel() {}

  /** Empty for a name without letters or digits. */
  public static String of(String driverName) {
    List<String> words = new ArrayList<>();
    for (String word : driverName.split("[\\s_-]+", -1)) {
      String plain = word.replaceAll("[^A-Za-z0-9]", "");
      if (!plain.isEmpty() && !BRANDS.contains(plain.toUpperCase(Locale.ROOT))) {
        words.add(plain);
      }
    }
    if (words.isEmpty()) {
      return driverName.replaceAll("[^A-Za-z0-9]", "");
    }
    return LINES.contains(words.getFirst().toUpperCase(Locale.ROOT))
        ? line(words)
        : words.getFirst();
  }

  private static String line(List<String> words) {
    // A name such as "RTX A6000" says its generation in the number: the line adds nothing.
    if (words.size() > 1 && words.get(1).matches("[A-Z]\\d{3,5}")) {
      return words.get(1);
    }
    StringBuilder model = new StringBuilder(words.getFirst());
    boolean numbered = false;
    for (String word : words.subList(1, words.size())) {
      boolean isVariant = VARIANTS.contains(word.toUpperCase(Locale.ROOT));
      if (!isVariant && (numbered || !word.matches("\\d{3,4}[A-Z]?|[XV]p?"))) {
        break;
      }
      numbered |= !isVariant;
      model.append(word);
    }
    return model.toString();
  }
}
