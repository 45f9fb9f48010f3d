package io.coxswain.controller.lifecycle;

/** What a transition makes reconcile do. Each is safe to do twice. */
public enum Effect {
  /** The machine's assignment is made anew and sent when it differs. */
  SEND_ASSIGNMENT,
  /** The lease ends; the machine is available again. */
  RELEASE_MACHINE,
  /** The lease stays and the machine is kept out of the pool until somebody looks. */
  QUARANTINE_MACHINE
}
