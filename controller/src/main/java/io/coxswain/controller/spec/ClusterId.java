package io.coxswain.controller.spec;

import java.util.regex.Pattern;

/** A cluster's name for ever: {@code c-7f3a}. Also its Slurm ClusterName and its login user. */
public record ClusterId(String value) implements Comparable<ClusterId> {
  private static final Pattern FORM = Pattern.compile("c-[0-9a-f]{4,8}");

  public ClusterId {
    if (!FORM.matcher(value).matches()) {
      throw new InvalidSpecException(
          "id", "cluster id: '" + value + "' (expected: c- and 4 to 8 hexadecimal digits)");
    }
  }

  public String jumphostInstance() {
    return value + "-jumphost";
  }

  public String workerInstance(int index) {
    return value + "-" + index;
  }

  @Override
  public int compareTo(ClusterId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
