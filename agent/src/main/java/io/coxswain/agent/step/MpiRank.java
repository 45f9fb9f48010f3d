package io.coxswain.agent.step;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one rank of the MPI check printed. */
record MpiRank(int rank, int size, long sum, String host, int gpus) implements Comparable<MpiRank> {
  private static final Pattern LINE =
      Pattern.compile("rank=(\\d{1,9}) size=(\\d{1,9}) sum=(-?\\d{1,18}) host=(\\S+) gpus=(\\S+)");

  /** The ranks among the lines; what else a program or a library prints is passed over. */
  static List<MpiRank> parseAll(String output) {
    return output.lines().map(MpiRank::parse).flatMap(Optional::stream).toList();
  }

  private static Optional<MpiRank> parse(String line) {
    Matcher matcher = LINE.matcher(line.strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String host = matcher.group(4);
    String gpus = matcher.group(5);
    return Optional.of(
        new MpiRank(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            Long.parseLong(matcher.group(3)),
            // Without the domain: Slurm's node names have none.
            host.split("\\.", 2)[0],
            gpus.equals("-") ? 0 : gpus.split(",", -1).length));
  }

  @Override
  public int compareTo(MpiRank other) {
    return Comparator.comparingInt(MpiRank::rank).compare(this, other);
  }

  @Override
  public String toString() {
    return "rank %d of %d on %s: sum %d, %d GPUs".formatted(rank, size, host, sum, gpus);
  }
}
