package io.coxswain.agent.health;

import io.coxswain.agent.report.Hardware;
import java.time.Instant;

/**
 * What is known of this machine in one round.
 *
 * @param at when it was read
 */
record Facts(
    Instant at,
    String hostName,
    Hardware hardware,
    Surroundings surroundings,
    Baseline baseline,
    Trend trend) {}
