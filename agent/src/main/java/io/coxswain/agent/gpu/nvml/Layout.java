package io.coxswain.agent.gpu.nvml;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A structure as C lays it out on 64-bit Linux: every member at a multiple of its own alignment,
 * the whole a multiple of the largest. Used instead of JNA's Structure, which reads every member by
 * reflection each time and would be most of the cost of a round.
 */
record Layout(String name, int size, Map<String, Integer> offsets) {
  int offset(String member) {
    Integer offset = offsets.get(member);
    if (offset == null) {
      throw new IllegalArgumentException(
          member + " is no member of " + name + " (expected: one of " + offsets.keySet() + ")");
    }
    return offset;
  }

  /** The version word of a structure that has one: size and version of its form. */
  int versioned(int form) {
    return size | form << 24;
  }

  static Builder struct(String name) {
    return new Builder(name);
  }

  /** Adds members in the order of the declaration. */
  static final class Builder {
    private final String name;
    private final Map<String, Integer> offsets = new LinkedHashMap<>();
    private final List<Integer> alignments = new ArrayList<>(List.of(1));
    private int end;

    private Builder(String name) {
      this.name = name;
    }

    /** unsigned int, int or enum. */
    Builder u32(String... members) {
      for (String member : members) {
        add(member, 4, 4);
      }
      return this;
    }

    /** unsigned long long, pointer or an 8-byte union. */
    Builder u64(String... members) {
      for (String member : members) {
        add(member, 8, 8);
      }
      return this;
    }

    /** unsigned char. */
    Builder u8(String... members) {
      for (String member : members) {
        add(member, 1, 1);
      }
      return this;
    }

    /** char[length]. */
    Builder bytes(String member, int length) {
      add(member, length, 1);
      return this;
    }

    Builder nested(String member, Layout layout) {
      add(member, layout.size(), 4);
      return this;
    }

    Layout end() {
      int alignment = alignments.stream().mapToInt(Integer::intValue).max().orElseThrow();
      return new Layout(name, (end + alignment - 1) / alignment * alignment, Map.copyOf(offsets));
    }

    private void add(String member, int size, int alignment) {
      int offset = (end + alignment - 1) / alignment * alignment;
      offsets.put(member, offset);
      alignments.add(alignment);
      end = offset + size;
    }
  }
}
