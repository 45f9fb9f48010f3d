package io.coxswain.agent.report;

/** What would help, from the mildest to the dearest. */
public enum RepairAction {
  NO_REPAIR,
  RESET_GPU,
  REBOOT,
  /** Another machine in this one's place; this one is looked at later. */
  REPLACE,
  /** Somebody opens the server, or the vendor takes it back. */
  HARDWARE;

  /** The dearer one that is due after so many repairs that did not last; none needs none. */
  public RepairAction afterRelapses(int relapses) {
    RepairAction action = this;
    for (int i = 0; i < relapses; i++) {
      action =
          switch (action) {
            case NO_REPAIR -> NO_REPAIR;
            case RESET_GPU -> REBOOT;
            case REBOOT -> REPLACE;
            case REPLACE, HARDWARE -> HARDWARE;
          };
    }
    return action;
  }
}
