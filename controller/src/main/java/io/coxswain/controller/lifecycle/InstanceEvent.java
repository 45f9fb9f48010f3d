package io.coxswain.controller.lifecycle;

/** What can happen to an instance. The reason travels beside it. */
public enum InstanceEvent {
  MACHINE_LEASED("a machine was found and leased"),
  NO_CAPACITY("no machine fits"),
  HOST_READY("host name, packages and users are in place"),
  CONFIGURED("Slurm runs and the acceptance check passed"),
  IMAGE_WANTED("Slurm runs and an image is wanted"),
  IMAGE_READY("the image is loaded and the acceptance check passed"),
  STEP_FAILED("a step failed for good"),
  DEADLINE_PASSED("it took longer than it may"),
  RECONFIGURE("something about it changes"),
  WANTED("jobs wait for its node"),
  STOP("somebody shut it down"),
  START("somebody started it"),
  RETRY("somebody asked for another try"),
  RETRY_LEASE("somebody asked for another try, and it has no machine"),
  REPLACED("another machine is to take its place"),
  DESTROY("somebody asked for its end"),
  CLEANED("its machine was proven clean"),
  CLEAN_FAILED("its machine could not be proven clean");

  private final String meaning;

  InstanceEvent(String meaning) {
    this.meaning = meaning;
  }

  public String meaning() {
    return meaning;
  }
}
