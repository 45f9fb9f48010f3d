package io.coxswain.agent.health;

import io.coxswain.agent.report.Health;
import io.coxswain.agent.report.RepairAction;

/**
 * What follows when a check is not passed.
 *
 * @param drain whether the machine's node should take no further job
 */
record Ruling(Health level, boolean drain, RepairAction action) {}
