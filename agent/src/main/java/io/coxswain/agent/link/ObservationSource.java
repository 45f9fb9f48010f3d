package io.coxswain.agent.link;

import io.coxswain.agent.report.Observation;

/** Where reports come from: the probe, or a simulation's. */
@FunctionalInterface
public interface ObservationSource {
  /** May block for seconds. Afresh: nothing remembered is good enough, somebody asked. */
  Observation observe(boolean afresh);
}
