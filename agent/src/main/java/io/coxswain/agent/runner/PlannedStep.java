package io.coxswain.agent.runner;

import io.coxswain.agent.step.Step;

/** A step and what people call it: "install slurmd". */
public record PlannedStep(String title, Step step) {}
