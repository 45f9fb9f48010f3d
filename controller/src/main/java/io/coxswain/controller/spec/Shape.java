package io.coxswain.controller.spec;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Count and model of the GPUs of one machine, {@code 8xH200}; {@link #CPU} for none. */
public record Shape(int gpus, String model) {
  /** A machine for its processors alone. */
  public static final Shape CPU = new Shape(0, "");

  private static final Pattern FORM =
      Pattern.compile("([1-9][0-9]?)[xX]([A-Za-z][A-Za-z0-9._-]{0,31})");

  public Shape {
    if (gpus < 0 || gpus > 64 || (gpus == 0) != model.isEmpty()) {
      throw new InvalidSpecException(
          "shape", "shape: " + gpus + " of '" + model + "' (expected: 1 to 64 of a model, or cpu)");
    }
  }

  /** Reads {@code 8xH200} or {@code cpu}, in either case. */
  public static Shape parse(String text) {
    if (text.equalsIgnoreCase("cpu")) {
      return CPU;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new InvalidSpecException(
          "shape", "shape: '" + text + "' (expected: COUNTxMODEL such as 8xH200, or cpu)");
    }
    return new Shape(Integer.parseInt(form.group(1)), form.group(2).toUpperCase(Locale.ROOT));
  }

  public boolean hasGpus() {
    return gpus > 0;
  }

  /** Slurm's gres name of it: {@code gpu:h200:8}. Only for a shape with GPUs. */
  public String gres() {
    return "gpu:" + model.toLowerCase(Locale.ROOT) + ":" + gpus;
  }

  @Override
  public String toString() {
    return hasGpus() ? gpus + "x" + model : "cpu";
  }
}
