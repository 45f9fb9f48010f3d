package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One GPU that the driver counts, and what is remembered of it between rounds: its handle, and what
 * it said it does not have, so that it is not asked for that every second. Forgotten when the GPUs
 * are enumerated again.
 */
final class Slot {
  private static final int UNKNOWN = Integer.MIN_VALUE;

  final int index;

  /** Null when the GPU did not answer; then the two after it say why. */
  final @Nullable Pointer device;

  final NvmlFunction failedAt;
  final int failure;
  String uuid = "";
  String busId = "";
  int links;

  /** What it said to the plainest of questions in this round. */
  int pulse;

  /** The last answer to whether MIG is on; -1 before the first. */
  long migMode = -1;

  /** What the GPU said to a question for its retired pages or link errors: not asked again. */
  int retiredPages;

  int linkErrors;

  /** Its two samples of the performance monitor; null before the first, and after forgetting. */
  @Nullable Gpm gpm;

  private final int[] absent = new int[Questions.SAMPLED.size()];
  private List<Ask> asks = List.of();

  /** One field value that is asked for; link -1: of the GPU itself. */
  record Ask(Field field, int link) {}

  private Slot(int index, @Nullable Pointer device, NvmlFunction failedAt, int failure) {
    this.index = index;
    this.device = device;
    this.failedAt = failedAt;
    this.failure = failure;
    forget();
  }

  static Slot failed(int index, NvmlFunction at, int code) {
    return new Slot(index, null, at, code);
  }

  static Slot found(int index, Pointer device) {
    return new Slot(index, device, NvmlFunction.HANDLE, NvmlLibrary.SUCCESS);
  }

  /** What the GPU supports may have changed. */
  void forget() {
    Arrays.fill(absent, UNKNOWN);
    asks = List.of();
    retiredPages = NvmlLibrary.SUCCESS;
    linkErrors = NvmlLibrary.SUCCESS;
    gpm = null;
  }

  boolean isAbsent(int question) {
    return absent[question] != UNKNOWN;
  }

  int absence(int question) {
    return absent[question];
  }

  void remember(int question, int code) {
    if (Answer.isAbsent(code)) {
      absent[question] = code;
    }
  }

  /** What is still worth asking. */
  List<Ask> asks() {
    if (asks.isEmpty()) {
      List<Ask> all = new ArrayList<>();
      Field.OF_GPU.forEach(field -> all.add(new Ask(field, -1)));
      for (int link = 0; link < links; link++) {
        for (Field field : Field.OF_LINK) {
          all.add(new Ask(field, link));
        }
      }
      asks = all;
    }
    return asks;
  }

  void asksAre(List<Ask> worthwhile) {
    asks = worthwhile;
  }
}
