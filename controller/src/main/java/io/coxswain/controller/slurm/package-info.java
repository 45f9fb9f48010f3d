/**
 * Slurm's own language. Settings and measurements come in; slurm.conf, gres.conf, cgroup.conf,
 * systemd units and slurmd's options go out as text, each right for the Slurm version that will
 * read it; states and reasons that Slurm prints are read here. Pure strings: which machine gets
 * which file is plan's to say.
 */
@NullMarked
package io.coxswain.controller.slurm;

import org.jspecify.annotations.NullMarked;
