package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import io.coxswain.agent.report.GpuMetric;
import io.coxswain.agent.report.LinkMetric;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Reads one GPU for a round. Field values are asked for in one call, whatever their number. */
final class Sampler {
  private static final int VALUE_TYPE = Layouts.FIELD.offset("valueType");
  private static final int RETURN = Layouts.FIELD.offset("nvmlReturn");
  private static final int VALUE = Layouts.FIELD.offset("value");
  private static final int SCOPE = Layouts.FIELD.offset("scopeId");
  private static final List<GpuMetric> RETIRED =
      List.of(GpuMetric.PAGES_RETIRED_CORRECTED, GpuMetric.PAGES_RETIRED_UNCORRECTED);

  private final Caller caller;

  Sampler(Caller caller) {
    this.caller = caller;
  }

  /** Metrics, then the links: their number and the metrics of each. */
  void sample(Slot slot, Pointer device, Answer answer) {
    for (int i = 0; i < Questions.SAMPLED.size(); i++) {
      Question question = Questions.SAMPLED.get(i);
      if (slot.isAbsent(i)) {
        question.tellAbsent(answer, slot.absence(i));
        continue;
      }
      int code = question.ask(caller, device, answer);
      slot.remember(i, code);
      if (question.function() == NvmlFunction.MIG_MODE && code == NvmlLibrary.SUCCESS) {
        noteMigMode(slot, caller.u32(0));
      }
    }
    for (int cause = 0; cause < RETIRED.size(); cause++) {
      retiredPages(slot, device, cause, answer);
    }
    Gpm gpm = slot.gpm;
    if (gpm == null) {
      gpm = Gpm.of(caller, device);
      slot.gpm = gpm;
    }
    gpm.sample(caller, device, answer);
    fields(slot, device, answer);
  }

  /** A GPU that is cut or made whole supports other things than before. */
  private static void noteMigMode(Slot slot, long mode) {
    if (slot.migMode != -1 && slot.migMode != mode) {
      slot.forget();
    }
    slot.migMode = mode;
  }

  /** Only the count: with room for none the driver says how many there are. */
  private void retiredPages(Slot slot, Pointer device, int cause, Answer answer) {
    GpuMetric metric = RETIRED.get(cause);
    if (Answer.isAbsent(slot.retiredPages)) {
      answer.failed(metric, NvmlFunction.RETIRED_PAGES, slot.retiredPages);
      return;
    }
    caller.buffer(8);
    int code = caller.call(NvmlFunction.RETIRED_PAGES, device, cause, caller.word(0), null, null);
    if (code == NvmlLibrary.SUCCESS || code == NvmlLibrary.INSUFFICIENT_SIZE) {
      answer.number(metric, caller.u32(0));
    } else {
      answer.failed(metric, NvmlFunction.RETIRED_PAGES, code);
      slot.retiredPages = code;
    }
  }

  /** The answers to all field values of a GPU, taken out of the buffer that other calls reuse. */
  private record Values(List<Slot.Ask> asks, List<Integer> codes, List<Long> values) {
    boolean isKnown(int i) {
      return !isUnknownField(codes.get(i));
    }
  }

  private void fields(Slot slot, Pointer device, Answer answer) {
    Values values = values(slot.asks(), device);
    int next = 0;
    for (; next < values.asks().size() && values.asks().get(next).link() < 0; next++) {
      tell(values, next, answer);
    }
    answer.end();
    answer.raw(slot.links);
    for (int link = 0; link < slot.links; link++) {
      boolean hasState = false;
      boolean hasErrors = false;
      for (; next < values.asks().size() && values.asks().get(next).link() == link; next++) {
        Field field = values.asks().get(next).field();
        hasState |= values.isKnown(next) && field.key() == LinkMetric.UP;
        hasErrors |= values.isKnown(next) && field.fallback() >= 0;
        tell(values, next, answer);
      }
      if (!hasState) {
        state(device, link, answer);
      }
      if (!hasErrors && !Answer.isAbsent(slot.linkErrors)) {
        slot.linkErrors = errorCounters(device, link, answer);
      }
      answer.end();
    }
    slot.asksAre(
        IntStream.range(0, values.asks().size())
            .filter(values::isKnown)
            .mapToObj(values.asks()::get)
            .toList());
  }

  private Values values(List<Slot.Ask> asks, Pointer device) {
    int size = Layouts.FIELD.size();
    Pointer buffer = caller.buffer(asks.size() * size);
    for (int i = 0; i < asks.size(); i++) {
      Slot.Ask ask = asks.get(i);
      caller.set(i * size, ask.field().id());
      caller.set(i * size + SCOPE, Math.max(0, ask.link()));
    }
    int whole = caller.call(NvmlFunction.FIELDS, device, asks.size(), buffer);
    List<Integer> codes = new ArrayList<>();
    List<Long> values = new ArrayList<>();
    for (int i = 0; i < asks.size(); i++) {
      codes.add(whole == NvmlLibrary.SUCCESS ? caller.s32(i * size + RETURN) : whole);
      values.add(value(i * size));
    }
    return new Values(asks, codes, values);
  }

  private void tell(Values values, int i, Answer answer) {
    Field field = values.asks().get(i).field();
    int code = values.codes().get(i);
    if (code == NvmlLibrary.SUCCESS) {
      answer.number(field.key(), values.values().get(i));
    } else {
      answer.failed(
          field.key(),
          NvmlFunction.FIELDS,
          field.id(),
          values.isKnown(i) ? code : NvmlLibrary.NOT_SUPPORTED);
    }
  }

  private void state(Pointer device, int link, Answer answer) {
    caller.buffer(8);
    int code = caller.call(NvmlFunction.LINK_STATE, device, link, caller.word(0));
    if (code == NvmlLibrary.SUCCESS) {
      answer.number(LinkMetric.UP, caller.u32(0));
    } else {
      answer.failed(LinkMetric.UP, NvmlFunction.LINK_STATE, code);
    }
  }

  /** Before Hopper the counters have a function of their own. Gives its last code. */
  private int errorCounters(Pointer device, int link, Answer answer) {
    int code = NvmlLibrary.SUCCESS;
    for (Field field : Field.OF_LINK) {
      if (field.fallback() < 0) {
        continue;
      }
      caller.buffer(8);
      code = caller.call(NvmlFunction.LINK_ERRORS, device, link, field.fallback(), caller.word(0));
      if (code == NvmlLibrary.SUCCESS) {
        answer.number(field.key(), caller.u64(0));
      } else {
        answer.failed(field.key(), NvmlFunction.LINK_ERRORS, code);
      }
    }
    return code;
  }

  /** Older drivers call a field that they do not know an invalid argument. */
  private static boolean isUnknownField(int code) {
    return code == NvmlLibrary.INVALID_ARGUMENT || Answer.isAbsent(code);
  }

  /** By nvmlValueType_t. */
  private long value(int at) {
    return switch (caller.s32(at + VALUE_TYPE)) {
      case 0 -> (long) Double.longBitsToDouble(caller.u64(at + VALUE));
      case 1 -> caller.u32(at + VALUE);
      case 5 -> caller.s32(at + VALUE);
      case 6 -> caller.u32(at + VALUE) & 0xFFFF;
      default -> caller.u64(at + VALUE);
    };
  }
}
