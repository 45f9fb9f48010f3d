/**
 * What was seen: facts that agents measured, outcomes of their steps, what Slurm said. A fact that
 * is not known says so. Comes in from the api, goes to plan and lifecycle. Nothing here is wanted,
 * and nothing is judged.
 */
@NullMarked
package io.coxswain.controller.observed;

import org.jspecify.annotations.NullMarked;
