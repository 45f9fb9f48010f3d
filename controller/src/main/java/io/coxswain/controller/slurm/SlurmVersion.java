package io.coxswain.controller.slurm;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of Slurm, year and month of the release and a number for its patches: 22.05.8. */
public record SlurmVersion(int year, int month, int patch) implements Comparable<SlurmVersion> {
  /** The first with dynamic nodes, on which every cluster rests. */
  public static final SlurmVersion OLDEST = new SlurmVersion(22, 5, 0);

  private static final Pattern FORM =
      Pattern.compile("(?:^|\\s)(\\d{2})\\.(0[1-9]|1[0-2])(?:\\.(\\d{1,4}))?(?=$|[^0-9])");

  private static final Comparator<SlurmVersion> ORDER =
      Comparator.comparingInt(SlurmVersion::year)
          .thenComparingInt(SlurmVersion::month)
          .thenComparingInt(SlurmVersion::patch);

  /** Reads "22.05.8" and what the daemons print: "slurm 23.11.4", Debian's "slurm-wlm 22.05.8". */
  public static SlurmVersion parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.find()) {
      throw new IllegalArgumentException(
          "slurm version: '" + text + "' (expected: YY.MM.N such as 22.05.8)");
    }
    int patch = form.group(3) == null ? 0 : Integer.parseInt(form.group(3));
    return new SlurmVersion(
        Integer.parseInt(form.group(1)), Integer.parseInt(form.group(2)), patch);
  }

  public boolean isAtLeast(int year, int month) {
    return compareTo(new SlurmVersion(year, month, 0)) >= 0;
  }

  public boolean isSupported() {
    return compareTo(OLDEST) >= 0;
  }

  /**
   * Whether a reconfigure checks the new configuration in a new process before it lets go of the
   * old one. Before 23.11 a reconfigure with a changed MaxNodeCount ends slurmctld.
   */
  public boolean reconfiguresSafely() {
    return isAtLeast(23, 11);
  }

  /**
   * Whether slurmd can be told its munge socket before it has fetched its configuration ({@code
   * --authinfo}).
   */
  public boolean canFetchOverOwnMunge() {
    return isAtLeast(23, 2);
  }

  @Override
  public int compareTo(SlurmVersion other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return "%02d.%02d.%d".formatted(year, month, patch);
  }
}
