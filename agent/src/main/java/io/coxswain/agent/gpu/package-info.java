/**
 * The GPUs of this machine: the port that measures them and the names their models have. What goes
 * in is a request for an inventory, what comes out is a {@link io.coxswain.agent.report.Reading}.
 * How a driver is asked is kept in {@code gpu.nvml}.
 */
@NullMarked
package io.coxswain.agent.gpu;

import org.jspecify.annotations.NullMarked;
