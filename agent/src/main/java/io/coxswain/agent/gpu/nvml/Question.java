package io.coxswain.agent.gpu.nvml;

import com.sun.jna.Pointer;
import io.coxswain.agent.report.GpuMetric;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One call about a GPU and the metrics that its answer holds.
 *
 * @param arguments between the device and the results
 * @param layout of the structure that is filled; null for a function that gives single words, one
 *     pointer each
 * @param form of a structure with a version word; 0 without
 * @param otherwise what is asked instead where the driver does not know this function or this form
 */
record Question(
    NvmlFunction function,
    List<Integer> arguments,
    @Nullable Layout layout,
    int form,
    List<Out> outs,
    @Nullable Question otherwise) {
  /** How a number lies in the answer. */
  enum Width {
    U8,
    U32,
    S32,
    U64
  }

  /**
   * @param second of another number to be added; -1 for none
   */
  record Out(GpuMetric metric, int offset, Width width, int second) {}

  /** A function that gives words of 32 bits; a null metric is one that nobody wants. */
  static Question words(
      NvmlFunction function, List<Integer> arguments, @Nullable GpuMetric... metrics) {
    List<Out> outs = new ArrayList<>();
    for (int i = 0; i < metrics.length; i++) {
      GpuMetric metric = metrics[i];
      if (metric != null) {
        outs.add(new Out(metric, 8 * i, Width.U32, -1));
      }
    }
    // The last word is known by where it lies, also when nobody wants it.
    return new Question(function, arguments, null, metrics.length, outs, null);
  }

  static Question word(NvmlFunction function, GpuMetric metric) {
    return words(function, List.of(), metric);
  }

  /** A function that gives one word of 64 bits. */
  static Question longWord(NvmlFunction function, GpuMetric metric, Integer... arguments) {
    return new Question(
        function, List.of(arguments), null, 1, List.of(new Out(metric, 0, Width.U64, -1)), null);
  }

  static Question struct(NvmlFunction function, Layout layout, int form) {
    return new Question(function, List.of(), layout, form, List.of(), null);
  }

  Question with(GpuMetric metric, String member, Width width) {
    return with(new Out(metric, offset(member), width, -1));
  }

  Question withSum(GpuMetric metric, String member, String second) {
    return with(new Out(metric, offset(member), Width.U64, offset(second)));
  }

  Question orElse(Question other) {
    return new Question(function, arguments, layout, form, outs, other);
  }

  /** Asks and writes a cell for each metric; the code tells how it ended. */
  int ask(Caller caller, Pointer device, Answer answer) {
    int code = call(caller, device);
    if (otherwise != null && Answer.isAbsent(code)) {
      return otherwise.ask(caller, device, answer);
    }
    for (Out out : outs) {
      if (code != NvmlLibrary.SUCCESS) {
        answer.failed(out.metric(), function, code);
        continue;
      }
      long value = value(caller, out.offset(), out.width());
      // NVML_VALUE_NOT_AVAILABLE is all ones.
      if (out.width() == Width.U64 && value == -1) {
        answer.failed(out.metric(), function, NvmlLibrary.NOT_SUPPORTED);
        continue;
      }
      answer.number(
          out.metric(),
          out.second() < 0 ? value : value + value(caller, out.second(), out.width()));
    }
    return code;
  }

  /** Writes what a question that was found absent would be answered with. */
  void tellAbsent(Answer answer, int code) {
    outs.forEach(out -> answer.failed(out.metric(), function, code));
  }

  private int call(Caller caller, Pointer device) {
    List<@Nullable Object> all = new ArrayList<>();
    all.add(device);
    all.addAll(arguments);
    Layout struct = layout;
    if (struct == null) {
      caller.buffer(8 * form);
      for (int i = 0; i < form; i++) {
        all.add(caller.word(i));
      }
    } else {
      Pointer buffer = caller.buffer(struct.size());
      if (form > 0) {
        caller.set(0, struct.versioned(form));
      }
      all.add(buffer);
    }
    return caller.call(function, all.toArray());
  }

  private static long value(Caller caller, int offset, Width width) {
    return switch (width) {
      case U8 -> caller.u8(offset);
      case U32 -> caller.u32(offset);
      case S32 -> caller.s32(offset);
      case U64 -> caller.u64(offset);
    };
  }

  private Question with(Out out) {
    List<Out> more = new ArrayList<>(outs);
    more.add(out);
    return new Question(function, arguments, layout, form, List.copyOf(more), otherwise);
  }

  private int offset(String member) {
    if (layout == null) {
      throw new IllegalStateException(function + " gives no structure");
    }
    return layout.offset(member);
  }
}
