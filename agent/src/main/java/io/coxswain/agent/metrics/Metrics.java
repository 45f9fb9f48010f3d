package io.coxswain.agent.metrics;

import io.coxswain.agent.host.DiskSpace;
import io.coxswain.agent.host.Host;
import io.coxswain.agent.report.Hardware;
import io.coxswain.agent.report.Judgement;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The machine's metrics. Those who measure and judge leave their last word here; whoever scrapes
 * gets a page made of these, and waits for nobody.
 */
public final class Metrics {
  private final Host host;
  private final String hostnameLabel;
  private final Supplier<Standing> standing;
  private final NodeReader reader;
  private final GpuJobs jobs;
  private volatile @Nullable Hardware hardware;
  private volatile NodeSample node = NodeSample.NOTHING;
  private volatile Judgement judgement = Judgement.NONE;

  public Metrics(Host host, MetricsSettings settings, Supplier<Standing> standing) {
    this(host, settings, standing, DiskSpace::of);
  }

  Metrics(
      Host host,
      MetricsSettings settings,
      Supplier<Standing> standing,
      Function<String, DiskSpace> space) {
    this.host = host;
    this.hostnameLabel = settings.hostnameLabel();
    this.standing = standing;
    this.reader = new NodeReader(host.files(), space);
    this.jobs = new GpuJobs(host);
  }

  /** The machine was measured just now. Reads the rest of it, and may block as measuring may. */
  public void measured(Hardware measured) {
    hardware = measured;
    node = reader.read();
    jobs.store();
  }

  /** The machine was judged. Returns at once. */
  public void judged(Judgement judged) {
    judgement = judged;
  }

  /** A program of slurmd's was answered. Returns at once. */
  public void answered(String question, boolean isYes) {
    if (isYes || question.startsWith("epilog ")) {
      jobs.heard(question);
    }
  }

  /** The page as it is now. */
  public String page() {
    Snapshot snapshot =
        new Snapshot(
            host.clock().instant(),
            host.identity().hostName(),
            hostnameLabel,
            Optional.ofNullable(hardware),
            node,
            judgement,
            jobs.all(),
            standing.get());
    Exposition page = new Exposition();
    GpuSeries.write(page, snapshot);
    AgentSeries.write(page, snapshot);
    NodeSeries.write(page, node, snapshot.now());
    return page.toString();
  }
}
