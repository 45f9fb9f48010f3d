package io.coxswain.agent.health;

import java.util.OptionalInt;
import java.util.OptionalLong;

/** What a line of the kernel's log says of a GPU, an NVSwitch or their driver. */
sealed interface KernelEvent {
  /** A PCI address as sysfs writes it, "0000:18:00.0"; empty for the driver as a whole. */
  String subject();

  /** For people: the line without its prefix. */
  String message();

  /**
   * NVIDIA's number for what went wrong on a GPU.
   *
   * @param severity what the line adds to the number
   * @param pid of the process that held the channel
   * @param process its name; empty when the driver does not know it. Users choose it
   * @param cause the number of the Xid that this one follows from
   */
  record Xid(
      int code,
      String subject,
      Severity severity,
      OptionalLong pid,
      String process,
      OptionalInt cause,
      String message)
      implements KernelEvent {}

  /** Xid 154: the driver says what must be done with the GPU; a code of RecoveryAction. */
  record Recovery(String subject, int action, String message) implements KernelEvent {}

  /** NVIDIA's number for what went wrong on an NVSwitch. */
  record SXid(int code, String subject, boolean isFatal, String message) implements KernelEvent {}

  /** The GPU does not answer on the PCI bus any more. */
  record OffBus(String subject, String message) implements KernelEvent {}

  /** A program came with a driver library of another version than the kernel module. */
  record ApiMismatch(String message) implements KernelEvent {
    @Override
    public String subject() {
      return "";
    }
  }

  /** The open kernel module is loaded and the GPU needs the closed one, or the reverse. */
  record WrongModule(String subject, String message) implements KernelEvent {}

  /** The kernel module was loaded: whatever needed a reset has had it. */
  record ModuleLoaded(String message) implements KernelEvent {
    @Override
    public String subject() {
      return "";
    }
  }

  /**
   * Not a line of the kernel's: a process held a GPU after its job, as the epilog found it.
   *
   * @param isStuck it did not end, not even by SIGKILL
   */
  record Leftover(String subject, boolean isStuck, String message) implements KernelEvent {}

  /** What an Xid line says beyond its number. */
  enum Severity {
    PLAIN,
    /** "RST: Yes" or "D-RST: Yes" (Xid 94, 95): the GPU must be reset, now or when drained. */
    RESET,
    /** "Fatal" (Xid 144 to 150). */
    FATAL
  }
}
